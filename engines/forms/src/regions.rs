//! 行政区划 · regions by code and by name (GB/T 2260, county and above). A code that has been abolished is refused with the
//! code that took its place; in an identity number it stays good, for that names where a person was first registered.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::text::fold_text;

/// A region in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Six digits.
    pub code: &'static str,
    /// Its own name, without those it lies in.
    pub name: &'static str,
}

/// Why a text names no region in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionError {
    /// No code and no name of a region.
    Unknown,
    /// Six digits that are no code in force, nor one of the old codes known here; those of other provinces are not all known.
    NoSuchCode(String),
    /// A code no longer in force, and what took its place.
    Abolished {
        /// The name it had.
        name: &'static str,
        /// The region it is part of now.
        now: Region,
    },
    /// A name several regions bear; the full names of at most four of them.
    Several(Vec<String>),
}

struct Table {
    by_code: HashMap<&'static str, &'static str>,
    by_name: HashMap<&'static str, Vec<&'static str>>,
    abolished: HashMap<&'static str, (&'static str, &'static str)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = |text: &'static str| text.lines().skip(1).filter_map(|line| line.split_once(','));
        let by_code: HashMap<_, _> = rows(include_str!("../data/regions.csv")).collect();
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (code, name) in rows(include_str!("../data/regions.csv")) {
            by_name.entry(name).or_default().push(code);
        }
        let abolished =
            rows(include_str!("../data/abolished.csv")).filter_map(|(code, rest)| Some((code, rest.split_once(',')?))).collect();
        Table { by_code, by_name, abolished }
    })
}

impl Region {
    /// The region in force with this code.
    pub fn find(code: &str) -> Option<Region> {
        table().by_code.get_key_value(code).map(|(code, name)| Region { code, name })
    }

    /// Its name with those it lies in: 安徽省六安市金寨县.
    pub fn full_name(&self) -> String {
        let outer = [format!("{}0000", &self.code[..2]), format!("{}00", &self.code[..4])];
        let mut name = String::new();
        for outer in outer.iter().filter(|outer| *outer != self.code) {
            name.extend(Region::find(outer).map(|region| region.name));
        }
        name + self.name
    }
}

/// What a code called, in force or abolished; for showing where an identity number or a credit code comes from.
pub fn region_name(code: &str) -> Option<String> {
    let gone = || table().abolished.get(code).map(|(name, _)| format!("{name}（已撤销）"));
    Region::find(code).map(|region| region.full_name()).or_else(gone)
}

/// The region that took the place of one that was abolished.
pub fn successor(code: &str) -> Option<Region> {
    table().abolished.get(code).and_then(|(_, now)| Region::find(now))
}

/// The codes a place goes by in what was written down over the years: those that begin so, and the abolished ones whose successor begins
/// so. Old papers and cases keep their code and still count where they belong.
///
/// ```
/// use forms::regions::codes_of;
/// assert_eq!(codes_of("340281"), ["340281", "340225", "341422"]); // 无为市 and what it was before
/// assert_eq!(codes_of("340000")[0], "34"); // a province is all that lies under it
/// assert_eq!(codes_of("341524100"), ["341524100"]); // a town that ends in noughts is one town
/// assert_eq!(codes_of(""), [""]);
/// ```
pub fn codes_of(beginning: &str) -> Vec<String> {
    let beginning = below(beginning);
    let mut codes = vec![beginning.to_owned()];
    if !beginning.is_empty() {
        let became = |(_, now): &(&str, &str)| now.starts_with(beginning);
        let old = table().abolished.iter().filter(|(code, gone)| became(gone) && !code.starts_with(beginning));
        codes.extend(old.map(|(code, _)| (*code).to_owned()));
        codes[1..].sort_unstable();
    }
    codes
}

/// What the codes of all that lies under a region begin with: the noughts behind a province or a city say that nothing narrower is meant.
fn below(code: &str) -> &str {
    let code = [12, 9].iter().fold(code, |code, digits| match code.strip_suffix("000") {
        Some(rest) if code.len() == *digits => rest,
        _ => code,
    });
    [6, 4].iter().fold(code, |code, digits| match code.strip_suffix("00") {
        Some(rest) if code.len() == *digits => rest,
        _ => code,
    })
}

/// Reads a region as people write it: six digits, or a name with as many of the outer names as make it certain.
///
/// ```
/// use forms::regions::check_region;
/// assert_eq!(check_region("金寨县").unwrap().code, "341524");
/// assert_eq!(check_region("安徽省六安市金寨县").unwrap().code, "341524");
/// assert_eq!(check_region("３４１５２４").unwrap().name, "金寨县");
/// assert!(check_region("鼓楼区").is_err()); // there are four
/// ```
pub fn check_region(text: &str) -> Result<Region, RegionError> {
    if let Some(region) = Region::find(text) {
        return Ok(region);
    }
    let text: String = fold_text(text).chars().filter(|c| !c.is_whitespace()).collect();
    let code = crate::text::fold_digits(&text);
    if let Some(region) = Region::find(&code) {
        return Ok(region);
    }
    if let Some((name, now)) = table().abolished.get(code.as_str()) {
        let now = Region::find(now).ok_or(RegionError::Unknown)?;
        return Err(RegionError::Abolished { name, now });
    }
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(RegionError::NoSuchCode(code));
    }
    // A name ends the text; what stands before it must be names the region lies in. No name has more than 15 characters.
    let mut found: Vec<Region> = Vec::new();
    let starts = text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
    for at in starts.iter().rev().take(15).rev() {
        let Some((name, codes)) = table().by_name.get_key_value(&text[*at..]) else { continue };
        let outer = &text[..*at];
        found.extend(codes.iter().map(|code| Region { code, name }).filter(|region| lies_in(region, outer)));
    }
    match found.as_slice() {
        [] => Err(RegionError::Unknown),
        [one] => Ok(*one),
        several => Err(RegionError::Several(several.iter().take(4).map(Region::full_name).collect())),
    }
}

/// Whether `outer` is nothing, or the names the region lies in with some left out.
fn lies_in(region: &Region, outer: &str) -> bool {
    let (province, city) = (format!("{}0000", &region.code[..2]), format!("{}00", &region.code[..4]));
    let name = |code: &str| if code == region.code { "" } else { table().by_code.get(code).copied().unwrap_or("") };
    let (province, city) = (name(&province), name(&city));
    ["", province, city].contains(&outer) || outer.strip_prefix(province).is_some_and(|rest| rest == city)
}

impl RegionError {
    /// The sentence for the person, in Chinese.
    pub fn zh(&self, label: &str, example: &str) -> String {
        match self {
            Self::Unknown => format!("{label}请写到省、市、县的全名，或填 6 位区划代码，如 {example}"),
            Self::NoSuchCode(code) => {
                format!("{label}填的 {code} 不是现行的区划代码；是撤销以前的，请填现在的代码或全名，如 {example}")
            }
            Self::Abolished { name, now } => {
                format!("{label}填的{name}已经撤销，现在是{}，请填 {}", now.full_name(), now.code)
            }
            Self::Several(names) => {
                format!("{label}同名的有几处，请写上所在的省和市，如 {}", names.join("、"))
            }
        }
    }

    /// The sentence for the person, in English.
    pub fn en(&self, label: &str, example: &str) -> String {
        match self {
            Self::Unknown => format!("Enter {label} as the full Chinese name or a 6-digit region code, such as {example}"),
            Self::NoSuchCode(code) => {
                format!(
                    "{label}: no region has the code {code} now. If it is an old one, enter the present code or name, such as {example}"
                )
            }
            Self::Abolished { name, now } => {
                format!("{label}: {name} was abolished and is now {}. Enter {}", now.full_name(), now.code)
            }
            Self::Several(names) => {
                format!("{label} names several places. Add province and city, such as {}", names.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f063_an_abolished_code_counts_where_it_belongs_now() {
        assert_eq!(codes_of("340124"), ["340124", "341421"], "庐江县 came from 巢湖 to 合肥");
        assert!(codes_of("3401").contains(&"341421".to_owned()), "and so counts in 合肥");
        assert!(!codes_of("3414").iter().any(|code| code != "3414"), "nothing became part of what is gone");
        assert_eq!(successor("341421").unwrap().full_name(), "安徽省合肥市庐江县");
        assert_eq!(successor("340124"), None);
        assert_eq!(region_name("341421").unwrap(), "庐江县（已撤销）");
    }

    #[test]
    fn x4_04_every_region_is_found_by_its_code_and_by_its_full_name() {
        assert_eq!(table().by_code.len(), 3216);
        for code in table().by_code.keys() {
            let region = Region::find(code).unwrap();
            assert_eq!(check_region(code), Ok(region));
            assert_eq!(check_region(&region.full_name()), Ok(region), "{}", region.full_name());
        }
        for (_, now) in table().abolished.values() {
            assert!(Region::find(now).is_some(), "{now}");
        }
    }

    #[test]
    fn b4_1_a_region_is_read_as_people_write_it() {
        for text in ["341524", "３４１５２４", " 金寨县 ", "六安市金寨县", "安徽省 金寨县"] {
            assert_eq!(check_region(text).map(|region| region.code), Ok("341524"), "{text}");
        }
        assert_eq!(check_region("北京市").unwrap().code, "110000");
        assert_eq!(check_region("北京市东城区").unwrap().code, "110101");
        assert_eq!(check_region("湖北省仙桃市").unwrap().code, "429004");
    }

    #[test]
    fn b4_1_a_region_that_is_none_is_refused_with_the_reason() {
        assert_eq!(check_region("金寨"), Err(RegionError::Unknown));
        assert_eq!(check_region("江苏省金寨县"), Err(RegionError::Unknown));
        assert_eq!(check_region("511221"), Err(RegionError::NoSuchCode("511221".into())));
        let no = check_region("341421").unwrap_err();
        assert_eq!(no.zh("区划", "341524"), "区划填的庐江县已经撤销，现在是安徽省合肥市庐江县，请填 340124");
        let no = check_region("340221").unwrap_err();
        assert_eq!(no.zh("区划", "341524"), "区划填的芜湖县已经撤销，现在是安徽省芜湖市湾沚区，请填 340210");
        let no = check_region("鼓楼区").unwrap_err();
        assert!(no.zh("区划", "").contains("江苏省南京市鼓楼区") && no.en("region", "").contains("several"));
        assert_eq!(check_region(&"县".repeat(100_000)), Err(RegionError::Unknown));
    }
}
