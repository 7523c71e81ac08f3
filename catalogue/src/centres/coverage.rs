//! 覆盖和到位 · three full coverages (B4.4-01), two concentrations and two in-place (B6.3-01) as pure sums over what is on record. Every
//! figure keeps its denominator and names what is missing, so that a reader can add it up again.

use super::outside::Lack;
use acts::{Counter, Division};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A matter of an agency, and how it stands to the centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    pub item: String,
    pub agency: String,
    pub stands: Stands,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// At a counter of a centre, of its own or of a lower level.
    Inside,
    /// Outside, reviewed and approved: it does not count.
    Approved,
    Outside(Vec<Lack>),
    /// Its counter is on record no more.
    NoCounter,
    /// In the list of powers, and without a matter one can apply for.
    NoMatter,
}

/// Why something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An agency without a counter.
    NoCounter,
    /// A matter whose counter is on record no more.
    CounterGone,
    /// A power of the list that nobody can apply for here.
    NoMatter,
    Outside(Lack),
    /// An agency of which no division is on record.
    NoDivision,
    /// A matter that no division of its agency has.
    Unassigned,
    /// More divisions than one.
    Several,
    /// Of a division other than the one with most.
    OtherDivision,
    /// Its division does not sit in the centre.
    DivisionElsewhere,
}

impl Why {
    pub fn zh(self) -> &'static str {
        match self {
            Why::NoCounter => "在中心没有窗口",
            Why::CounterGone => "窗口已经撤了",
            Why::NoMatter => "清单上有，还没有可以申请的事项",
            Why::Outside(lack) => lack.zh(),
            Why::NoDivision => "没有登记审批职能归哪个内设机构",
            Why::Unassigned => "没有登记归哪个内设机构",
            Why::Several => "审批职能分在几个内设机构",
            Why::OtherDivision => "归另一个内设机构",
            Why::DivisionElsewhere => "内设机构没有进驻中心",
        }
    }
}

/// What is missing: an agency, a matter or a power, by its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub what: String,
    pub why: Vec<Why>,
}

/// A figure that can be added up again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub of: usize,
    pub out_of: usize,
    pub missing: Vec<Missing>,
    /// What does not count, and so stands in neither number.
    #[serde(default)]
    pub aside: Vec<String>,
}

impl Share {
    fn count(all: impl IntoIterator<Item = (String, Vec<Why>)>) -> Share {
        let mut share = Share::default();
        for (what, why) in all {
            share.out_of += 1;
            match why.is_empty() {
                true => share.of += 1,
                false => share.missing.push(Missing { what, why }),
            }
        }
        share
    }

    pub fn is_full(&self) -> bool {
        self.of == self.out_of
    }

    pub fn percent(&self) -> String {
        percent(self.of, self.out_of)
    }

    pub fn fraction(&self) -> String {
        fraction((self.of, self.out_of))
    }
}

/// “11/12 · 91.7%”
pub fn fraction((of, out_of): (usize, usize)) -> String {
    match out_of {
        0 => "—".into(),
        _ => format!("{of}/{out_of} · {}", percent(of, out_of)),
    }
}

/// “96.9%”, rounded half up, and only the whole is 100%; “—” of nothing.
pub fn percent(of: usize, out_of: usize) -> String {
    match out_of {
        0 => "—".into(),
        _ if of == out_of => "100%".into(),
        _ => {
            let (of, out_of) = (of as u128, out_of as u128);
            let tenths = ((of * 2000 + out_of) / (out_of * 2)).min(999);
            format!("{}.{}%", tenths / 10, tenths % 10)
        }
    }
}

/// 窗口全覆盖: agencies with approval duty that have a counter ÷ all such.
pub fn b4_4_01_counters(duty: &[String], counters: &[Counter]) -> Share {
    Share::count(duty.iter().map(|agency| {
        let sits = counters.iter().any(|counter| counter.agency == *agency);
        (agency.clone(), if sits { vec![] } else { vec![Why::NoCounter] })
    }))
}

/// 事项全覆盖: matters handled in the centre ÷ (all − approved outside).
pub fn b4_4_01_matters<'a>(matters: impl IntoIterator<Item = &'a Matter>) -> Share {
    let (aside, counted): (Vec<&Matter>, Vec<&Matter>) =
        matters.into_iter().partition(|matter| matter.stands == Stands::Approved);
    let why = |matter: &Matter| match &matter.stands {
        Stands::Inside | Stands::Approved => Vec::new(),
        Stands::Outside(lacks) => lacks.iter().copied().map(Why::Outside).collect(),
        Stands::NoCounter => vec![Why::CounterGone],
        Stands::NoMatter => vec![Why::NoMatter],
    };
    let share = Share::count(counted.into_iter().map(|matter| (matter.item.clone(), why(matter))));
    Share { aside: aside.into_iter().map(|matter| matter.item.clone()).collect(), ..share }
}

/// 审批职能全覆盖: agencies with approvals in one division located in the centre ÷ all with approval duty.
pub fn b4_4_01_functions(duty: &[String], matters: &[Matter], divisions: &[Division]) -> Share {
    Share::count(duty.iter().map(|agency| (agency.clone(), Hands::of(agency, matters, divisions).why())))
}

/// Which division of an agency has which of its matters.
pub struct Hands<'a> {
    divisions: Vec<&'a Division>,
    /// In the order of the matters: the place of their division.
    of: Vec<(&'a str, Option<usize>)>,
}

impl<'a> Hands<'a> {
    /// A matter is with the division that names it, else with the one that names none.
    pub fn of(agency: &str, matters: &'a [Matter], divisions: &'a [Division]) -> Hands<'a> {
        let divisions: Vec<&Division> = divisions.iter().filter(|division| division.agency == agency).collect();
        let rest = divisions.iter().position(|division| division.items.is_empty());
        let own = matters.iter().filter(|matter| matter.agency == agency && matter.stands != Stands::NoMatter);
        let of = own.map(|matter| {
            let named = divisions.iter().position(|division| division.items.contains(&matter.item));
            (matter.item.as_str(), named.or(rest))
        });
        Hands { of: of.collect(), divisions }
    }

    /// The divisions with something to do, by how much; all on record where the agency has no matter here.
    fn busy(&self) -> Vec<usize> {
        if self.of.is_empty() {
            return (0..self.divisions.len()).collect();
        }
        let mut counted: BTreeMap<usize, usize> = BTreeMap::new();
        for at in self.of.iter().filter_map(|(_, at)| *at) {
            *counted.entry(at).or_default() += 1;
        }
        let mut busy: Vec<(usize, usize)> = counted.into_iter().collect();
        busy.sort_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        busy.into_iter().map(|(at, _)| at).collect()
    }

    /// What keeps the functions from being in one division that sits in the centre.
    fn why(&self) -> Vec<Why> {
        let busy = self.busy();
        let mut why = Vec::new();
        match busy.len() {
            0 => return vec![Why::NoDivision],
            1 => {}
            _ => why.push(Why::Several),
        }
        if self.of.iter().any(|(_, at)| at.is_none()) {
            why.push(Why::Unassigned);
        }
        if busy.iter().any(|at| !self.divisions[*at].inside) {
            why.push(Why::DivisionElsewhere);
        }
        why
    }

    /// 审批职能向一个内设机构集中: matters of the division that has most ÷ all of the agency.
    pub fn b6_3_01_one_division(&self) -> Share {
        let main = self.busy().first().copied();
        Share::count(self.of.iter().map(|(item, at)| {
            let why = match at {
                None => vec![Why::Unassigned],
                Some(_) if *at != main => vec![Why::OtherDivision],
                Some(_) => vec![],
            };
            ((*item).to_owned(), why)
        }))
    }

    /// 内设机构向中心集中: matters of divisions that sit in the centre ÷ all of the agency.
    pub fn b6_3_01_in_the_centre(&self) -> Share {
        Share::count(self.of.iter().map(|(item, at)| {
            let why = match at {
                None => vec![Why::Unassigned],
                Some(at) if !self.divisions[*at].inside => vec![Why::DivisionElsewhere],
                Some(_) => vec![],
            };
            ((*item).to_owned(), why)
        }))
    }

    /// The divisions on record, each with its matters.
    pub fn listed(&self) -> Vec<(&'a Division, Vec<&'a str>)> {
        let of = |at: usize| self.of.iter().filter(|(_, own)| *own == Some(at)).map(|(item, _)| *item).collect();
        self.divisions.iter().enumerate().map(|(at, division)| (*division, of(at))).collect()
    }
}

/// 授权到位 and 办件在中心: what the decided cases of an agency say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Of which the record says where it was decided.
    pub told: usize,
    /// Went back to the agency for its head.
    pub back: usize,
    /// Of before the record said so.
    pub untold: usize,
    /// Decided while their matter was outside the centre.
    pub outside: usize,
}

impl Authority {
    /// 授权到位: cases decided at the counter without going back ÷ all that are told.
    pub fn b6_3_01_at_the_counter(&self) -> (usize, usize) {
        (self.told - self.back.min(self.told), self.told)
    }
    /// Cases decided in the centre ÷ all.
    pub fn b6_3_01_cases_inside(&self) -> (usize, usize) {
        let all = self.told + self.untold;
        (all - self.outside.min(all), all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter(item: &str, agency: &str, stands: Stands) -> Matter {
        Matter { item: item.into(), agency: agency.into(), stands }
    }
    fn counter(agency: &str) -> Counter {
        Counter { agency: agency.into(), ..Counter::default() }
    }
    fn division(agency: &str, name: &str, inside: bool, items: &[&str]) -> Division {
        Division { agency: agency.into(), name: name.into(), inside, items: items.iter().map(|i| (*i).to_owned()).collect() }
    }
    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }
    fn missing(share: &Share) -> Vec<(&str, Vec<Why>)> {
        share.missing.iter().map(|one| (one.what.as_str(), one.why.clone())).collect()
    }

    #[test]
    fn b4_4_01_an_agency_with_approvals_and_no_counter_is_missing() {
        let share = b4_4_01_counters(&keys(&["a", "b", "c"]), &[counter("a"), counter("a"), counter("c"), counter("x")]);
        assert_eq!((share.of, share.out_of, share.percent().as_str()), (2, 3, "66.7%"));
        assert_eq!(missing(&share), [("b", vec![Why::NoCounter])]);
        assert!(!share.is_full());
        assert_eq!(b4_4_01_counters(&[], &[]).percent(), "—");
        // Half a tenth goes up; only the whole is 100 %.
        assert_eq!((percent(1, 3).as_str(), percent(1, 80).as_str(), percent(11, 12).as_str()), ("33.3%", "1.3%", "91.7%"));
        assert_eq!((percent(9999, 10000).as_str(), percent(7, 7).as_str(), percent(0, 7).as_str()), ("99.9%", "100%", "0.0%"));
    }

    #[test]
    fn b4_4_01_what_is_approved_outside_stands_in_neither_number() {
        let lacks = vec![Lack::Review, Lack::Approval];
        let matters = [
            matter("in", "a", Stands::Inside),
            matter("approved", "a", Stands::Approved),
            matter("out", "a", Stands::Outside(lacks)),
            matter("gone", "b", Stands::NoCounter),
            matter("power", "b", Stands::NoMatter),
        ];
        let share = b4_4_01_matters(&matters);
        assert_eq!((share.of, share.out_of), (1, 4));
        assert_eq!(share.aside, ["approved"]);
        assert_eq!(missing(&share)[0], ("out", vec![Why::Outside(Lack::Review), Why::Outside(Lack::Approval)]));
        assert_eq!(missing(&share)[1..], [("gone", vec![Why::CounterGone]), ("power", vec![Why::NoMatter])]);
    }

    #[test]
    fn b4_4_01_functions_count_where_one_division_sits_in_the_centre() {
        let matters = [
            matter("a1", "a", Stands::Inside),
            matter("a2", "a", Stands::Inside),
            matter("b1", "b", Stands::Inside),
            matter("b2", "b", Stands::Inside),
            matter("c1", "c", Stands::Inside),
            matter("d1", "d", Stands::Inside),
            matter("e1", "e", Stands::Inside),
        ];
        let divisions = [
            division("a", "审批股", true, &[]),
            // A division without any of the matters does not split them.
            division("a", "执法股", false, &["gone"]),
            division("b", "审批股", true, &[]),
            division("b", "特设股", false, &["b2"]),
            division("c", "审批股", false, &[]),
            division("d", "审批股", true, &["other"]),
        ];
        let share = b4_4_01_functions(&keys(&["a", "b", "c", "d", "e", "f"]), &matters, &divisions);
        assert_eq!((share.of, share.out_of), (1, 6));
        assert_eq!(
            missing(&share),
            [
                ("b", vec![Why::Several, Why::DivisionElsewhere]),
                ("c", vec![Why::DivisionElsewhere]),
                ("d", vec![Why::NoDivision]),
                ("e", vec![Why::NoDivision]),
                ("f", vec![Why::NoDivision]),
            ]
        );
    }

    #[test]
    fn b6_3_01_the_two_concentrations_are_counted_by_matter() {
        let matters = [
            matter("b1", "b", Stands::Inside),
            matter("b2", "b", Stands::Inside),
            matter("b3", "b", Stands::Approved),
            matter("x", "y", Stands::Inside),
            matter("power", "b", Stands::NoMatter),
        ];
        let divisions = [division("b", "特设股", false, &["b2"]), division("b", "审批股", true, &[])];
        let hands = Hands::of("b", &matters, &divisions);
        let one = hands.b6_3_01_one_division();
        assert_eq!((one.of, one.out_of), (2, 3));
        assert_eq!(missing(&one), [("b2", vec![Why::OtherDivision])]);
        let inside = hands.b6_3_01_in_the_centre();
        assert_eq!((inside.of, inside.out_of), (2, 3));
        assert_eq!(missing(&inside), [("b2", vec![Why::DivisionElsewhere])]);
        let listed: Vec<_> = hands.listed().into_iter().map(|(division, items)| (division.name.as_str(), items)).collect();
        assert_eq!(listed, [("特设股", vec!["b2"]), ("审批股", vec!["b1", "b3"])]);
        let nobody = Hands::of("b", &matters, &[]);
        assert_eq!(nobody.b6_3_01_one_division().of, 0);
        assert_eq!(missing(&nobody.b6_3_01_in_the_centre())[0], ("b1", vec![Why::Unassigned]));
    }

    #[test]
    fn b6_3_01_authority_is_what_was_decided_without_going_back() {
        let authority = Authority { told: 40, back: 3, untold: 5, outside: 9 };
        assert_eq!(authority.b6_3_01_at_the_counter(), (37, 40));
        assert_eq!(authority.b6_3_01_cases_inside(), (36, 45));
        assert_eq!(Authority::default().b6_3_01_at_the_counter(), (0, 0));
    }
}
