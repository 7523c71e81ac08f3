//! 单位 · names of units: lists of them taken apart, and each name found in a table of agencies that knows the year.

use crate::clause::{begins_with_a_label, is_part, says_by};
use crate::line::{Piece, is_stop};
use crate::near::nearest;
use crate::unread::{Unread, Why};
use crate::{Unit, Words};
use calendar::NaiveDate;
use chrono::Datelike;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// Takes a list of units apart, in its order. `loose`: blanks part names too, as in the cell of a table.
pub(crate) fn list(piece: Piece<'_>, loose: bool, unread: &mut Vec<Unread>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut open: Option<Piece<'_>> = None;
    let told = unread.len();
    for part in parts(piece, loose) {
        if units.len() + unread.len() - told >= MOST_UNITS {
            unread.push(Why::TooManyUnits.at(piece.after((part.span().from - piece.span().from) as usize)));
            return units;
        }
        // 各市、县人民政府 and 省、市住房城乡建设部门 are one name: a place alone goes on in what follows.
        let part = match open.take() {
            Some(place)
                if place.len() <= LONGEST_NAME
                    && (is_place(first(part)) || first(part) == '各' && part.at(1).is_some_and(is_place)) =>
            {
                place.through(part)
            }
            Some(place) => {
                units.extend(unit(place, unread));
                part
            }
            None => part,
        };
        if is_bare_place(part) {
            open = Some(part);
            continue;
        }
        if part.len() > 4 * LONGEST_NAME {
            units.extend(unit(part, unread));
            continue;
        }
        for part in spaced(part) {
            for part in joined(part, unread) {
                units.extend(named(part, unread));
            }
        }
    }
    units.extend(open.and_then(|place| unit(place, unread)));
    units
}

/// Whether a value says that there is nobody: 无, —, ／.
pub(crate) fn is_nothing(value: Piece<'_>) -> bool {
    value.chars().iter().all(|c| matches!(c, '—' | '／' | '无' | '暂') || is_stop(*c))
}

/// The pieces between the marks of a list; marks inside brackets part nothing.
fn parts<'a>(piece: Piece<'a>, loose: bool) -> Vec<Piece<'a>> {
    let mut parts: Vec<Piece<'a>> = Vec::new();
    let mut add = |part: Piece<'a>| {
        // 各委、办、局 is one name.
        let goes_on = part.len() == 1 && matches!(first(part), '办' | '局' | '厅' | '委' | '部');
        match parts.last().copied().filter(|before| goes_on && !before.is_empty() && before.len() <= LONGEST_NAME) {
            Some(before) => *parts.last_mut().expect("there is one") = before.through(part),
            None => parts.push(part),
        }
    };
    let (mut from, mut depth) = (0, 0usize);
    for (at, c) in piece.chars().iter().enumerate() {
        match c {
            '（' => depth += 1,
            '）' => depth = depth.saturating_sub(1),
            '、' | '，' | '；' | '／' | '\t' if depth == 0 => {
                add(piece.sub(from, at).trim());
                from = at + 1;
            }
            c if loose && depth == 0 && c.is_whitespace() => {
                add(piece.sub(from, at).trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    add(piece.after(from).trim());
    if loose || parts.len() == 1 { parts.into_iter().filter(|part| !part.is_empty()).collect() } else { parts }
}

/// Names that blanks part, where each piece is surely one.
fn spaced(piece: Piece<'_>) -> Vec<Piece<'_>> {
    if piece.position(char::is_whitespace).is_none() {
        return vec![piece];
    }
    let pieces = piece.split(char::is_whitespace).into_iter().filter(|piece| !piece.is_empty());
    let pieces: Vec<Piece<'_>> = pieces.collect();
    if pieces.len() > 1 && pieces.iter().all(|piece| looks_like_a_unit(*piece)) { pieces } else { vec![piece] }
}

fn first(piece: Piece<'_>) -> char {
    piece.at(0).unwrap_or(' ')
}

pub(crate) fn is_place(c: char) -> bool {
    matches!(c, '省' | '市' | '县' | '区' | '州' | '盟' | '旗' | '乡' | '镇')
}

/// 各市, 省, 各县（市、区）: names levels and nothing of them.
fn is_bare_place(piece: Piece<'_>) -> bool {
    let chars = piece.chars();
    let chars = chars.strip_prefix(&['各']).unwrap_or(chars);
    !chars.is_empty() && chars.iter().all(|c| is_place(*c) || matches!(c, '（' | '）' | '、')) && is_place(chars[0])
}

/// Takes apart what 和, 与, 及 join, where both sides are surely units. 经济和信息化委 is one.
fn joined<'a>(piece: Piece<'a>, unread: &mut Vec<Unread>) -> Vec<Piece<'a>> {
    let known = |piece: Piece<'_>| Agencies::anhui().knows(&piece.text());
    if piece.position(|c| matches!(c, '和' | '与' | '及' | '会')).is_none() || known(piece) {
        return vec![piece];
    }
    for at in (1..piece.len()).filter(|at| matches!(piece.at(*at), Some('以' | '会' | '和' | '与' | '及'))) {
        let Some(word) = ["以及", "会同", "和", "与", "及"].into_iter().find(|word| piece.after(at).starts_with(word))
        else {
            continue;
        };
        let (left, right) = (piece.before(at).trim(), piece.after(at + word.chars().count()).trim());
        if !ends_like_a_unit(left) || !(ends_like_a_unit(right) || is_collective(&right.text())) {
            continue;
        }
        if known(right) || begins_like_a_unit(right) {
            let mut parts = vec![left];
            parts.extend(joined(right, unread));
            return parts;
        }
        unread.push(Why::OneUnitOrTwo.at(piece));
    }
    vec![piece]
}

/// A name, and what 等部门 behind it adds.
fn named(piece: Piece<'_>, unread: &mut Vec<Unread>) -> Vec<Unit> {
    let ends = |at: &usize| at + 1 == piece.len() || is_open_group(&piece.after(at + 1).text());
    match (0..piece.len()).filter(|at| piece.at(*at) == Some('等')).find(ends) {
        Some(at) if at + 1 == piece.len() => {
            unread.push(Why::OpenList.at(piece.after(at)));
            Some(piece.before(at)).filter(|name| !name.is_empty()).and_then(|name| unit(name, unread)).into_iter().collect()
        }
        // 等部门, 等有关部门: who else, an officer must say; a unit it is none.
        Some(at) => {
            unread.push(Why::OpenList.at(piece.after(at)));
            Some(piece.before(at)).filter(|name| !name.is_empty()).and_then(|name| unit(name, unread)).into_iter().collect()
        }
        None => unit(piece, unread).into_iter().collect(),
    }
}

fn unit(piece: Piece<'_>, unread: &mut Vec<Unread>) -> Option<Unit> {
    let name = without_note(piece.trim(), unread);
    if !is_name(name) {
        unread.push(Why::NoUnitName.at(name));
        return None;
    }
    let text = name.text();
    Some(Unit { collective: is_collective(&text), name: text, at: name.span() })
}

/// 省编办（现省委编办）, 省网信办（联系人：…）, 省公安厅（重点做好数据归集）: what is said of a unit is no part of its name. 省民委（宗教局）
/// is one, and （牵头） and its like are taken by the clause.
fn without_note<'a>(name: Piece<'a>, unread: &mut Vec<Unread>) -> Piece<'a> {
    const NOTES: [&str; 9] = ["现", "原", "联系", "电话", "以下简称", "简称", "含", "包括", "代章"];
    let Some(open) =
        name.position(|c| c == '（').filter(|open| *open > 0 && name.closing(*open, name.len()) == Some(name.len() - 1))
    else {
        return name;
    };
    let note = name.sub(open + 1, name.len() - 1);
    let words = note.trim().text();
    let says = note.contains("：") || NOTES.iter().any(|word| note.starts_with(word));
    let place = || note.chars().last().is_some_and(|c| is_place(*c)) && note.len() <= LONGEST_PART;
    let known = || Agencies::anhui().knows(&name.text());
    if is_part(&words) || !says && (known() || place() || looks_like_a_list(note)) {
        return name;
    }
    unread.push(Why::Note.at(name.after(open)));
    name.before(open).trim()
}

/// Whether each of what marks part in a bracket has the shape of a unit.
fn looks_like_a_list(note: Piece<'_>) -> bool {
    note.split(|c| c == '、').into_iter().all(looks_like_a_unit)
}

/// Characters of the longest places in a bracket behind a name: 市、县.
const LONGEST_PART: usize = 5;

/// Whether a piece can be the name of a unit where a label says that one stands here. A person's name cannot.
fn is_name(name: Piece<'_>) -> bool {
    const ALSO: [&str; 12] = ["关", "区", "市", "县", "州", "盟", "旗", "乡", "镇", "街道", "园", "团"];
    if !(2..=LONGEST_NAME).contains(&name.len()) || !is_plain(name) || !balanced(name) {
        return false;
    }
    ends_like_a_unit(name) || ALSO.iter().any(|end| name.ends_with(end)) || {
        let text = name.text();
        is_collective(&text) || Agencies::anhui().knows(&text)
    }
}

/// Letters, digits, and what joins them in names; no 由, which stands before one, and no day.
fn is_plain(name: Piece<'_>) -> bool {
    let is_time = |pair: &[char]| pair[0].is_ascii_digit() && matches!(pair[1], '年' | '月' | '日' | '号');
    !says_by(name.chars())
        && !name.chars().windows(2).any(is_time)
        && name.chars().iter().all(|c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '（' | '）' | '、' | '·'))
}

fn balanced(piece: Piece<'_>) -> bool {
    let count = |mark| piece.chars().iter().filter(|c| **c == mark).count();
    count('（') == count('）')
}

/// Units of one task; a task with more is no task.
pub(crate) const MOST_UNITS: usize = 500;

/// Characters of the longest name of a unit.
const LONGEST_NAME: usize = 40;

/// Whether a name stands for a group, not for one agency: 各市、县人民政府, 省直有关部门, 窗口单位.
pub fn is_collective(name: &str) -> bool {
    const GROUPS: [&str; 7] = ["部门", "单位", "机构", "企业", "政府", "委员会", "机关"];
    let open = name.starts_with('各')
        || name.starts_with("其他")
        || name.starts_with("其它")
        || name.starts_with('等')
        || name.contains("各级")
        || name.contains("相关")
        || name.contains("有关");
    let ends = |group: &str| name.ends_with(group);
    (open && !name.contains("领导小组"))
        || name.contains('各') && GROUPS.iter().any(|group| ends(group))
        || ["窗口单位", "成员单位", "责任单位", "牵头单位", "参加单位", "中央驻皖单位", "直属单位", "主管部门"]
            .iter()
            .any(|group| ends(group))
        || name.contains('驻') && name.ends_with("单位")
        || name.contains('、') && !name.contains('（')
}

/// Whether a report that this name owes is owed by every lead unit: 各单位, 省直各部门, 各牵头单位. 各市、县人民政府 leads nothing by that name,
/// and 各配合单位 takes part.
pub fn is_of_leads(name: &str) -> bool {
    const UNITS: [&str; 5] = ["单位", "部门", "机构", "厅局", "委办局"];
    const OTHERS: [&str; 8] = ["配合", "参加", "参与", "协办", "协助", "协同", "主管", "窗口"];
    is_collective(name) && UNITS.iter().any(|word| name.contains(word)) && !OTHERS.iter().any(|word| name.contains(word))
}

fn is_open_group(words: &str) -> bool {
    ["部门", "单位", "机构", "厅局", "委办厅局"].iter().any(|group| words.ends_with(group)) && words.chars().count() <= 8
}

/// Whether a piece ends as names of agencies do.
fn ends_like_a_unit(piece: Piece<'_>) -> bool {
    const ENDS: [&str; 44] = [
        "厅",
        "局",
        "委",
        "办",
        "部",
        "院",
        "会",
        "署",
        "处",
        "室",
        "行",
        "社",
        "台",
        "站",
        "队",
        "所",
        "馆",
        "校",
        "府",
        "中心",
        "集团",
        "公司",
        "联合会",
        "委员会",
        "办公室",
        "领导小组",
        "指挥部",
        "妇联",
        "残联",
        "文联",
        "科协",
        "侨联",
        "工商联",
        "大学",
        "学院",
        "单位",
        "部门",
        "机构",
        "报",
        "支队",
        "总队",
        "分局",
        "基金",
        "窗口单位",
    ];
    let chars = piece.chars();
    let body = match (chars.last(), chars.iter().rposition(|c| *c == '（')) {
        (Some('）'), Some(open)) => piece.before(open),
        _ => piece,
    };
    // 安徽日报 is a unit, 每日通报 and 季报 are none.
    let papers =
        ["通报", "汇报", "上报", "简报", "月报", "季报", "年报", "旬报", "周报", "申报", "举报", "公报", "预报", "情报", "填报"];
    body.len() >= 2 && ENDS.iter().any(|end| body.ends_with(end)) && !papers.iter().any(|end| body.ends_with(end))
}

pub(crate) fn begins_like_a_unit(piece: Piece<'_>) -> bool {
    const BEGINS: [&str; 12] =
        ["国家", "中共", "中央", "各", "安徽", "团省委", "团市委", "团县委", "共青团", "人民银行", "相关", "有关"];
    piece.len() >= 3 && (is_place(first(piece)) || BEGINS.iter().any(|begin| piece.starts_with(begin)))
}

/// Whether the name of one agency stands in a piece.
pub(crate) fn names_one(piece: Piece<'_>) -> bool {
    const LONGEST: usize = 16;
    // 乡镇建设办, 全县: no level of its own.
    let of_a_word = |at: &usize| {
        matches!(piece.at(*at), Some('县' | '州' | '盟' | '旗' | '乡' | '镇'))
            && at.checked_sub(1).and_then(|at| piece.at(at)).is_some_and(|c| is_place(c) || "城村各全本该外跨集街".contains(c))
    };
    (0..piece.len())
        .filter(|at| !of_a_word(at))
        .map(|at| piece.after(at).before(LONGEST))
        .filter(|rest| begins_like_a_unit(*rest))
        .any(|rest| {
            (3..=rest.len()).map(|end| rest.before(end)).any(|name| looks_like_a_unit(name) && !is_collective(&name.text()))
        })
}

/// Whether a name is none: it begins with the word that should have stood before it, or holds words of the sentence around it.
pub(crate) fn is_no_name(name: &str) -> bool {
    const AMONG: [&str; 10] = ["单位有", "单位是", "单位为", "包括", "包含", "的为", "为牵头", "是牵头", "第一位", "首位的"];
    let known = || Agencies::anhui().knows(name);
    ["并", "会同", "在", "不", "请"].iter().any(|word| name.starts_with(word)) && !known()
        || begins_with_a_label(name) && !known()
        || AMONG.iter().any(|words| name.contains(words)) && !known()
}

/// Whether a piece can be the name of a unit where nothing but its shape says so.
pub(crate) fn looks_like_a_unit(piece: Piece<'_>) -> bool {
    let name = piece.trim();
    (2..=LONGEST_NAME).contains(&name.len())
        && is_plain(name)
        && balanced(name)
        && (ends_like_a_unit(name) || first(name) == '各' && name.len() <= 4 || Agencies::anhui().knows(&name.text()))
}

/// Whether a piece is a list of what can only be units.
pub(crate) fn is_list(piece: Piece<'_>) -> bool {
    sure(piece).is_some()
}

/// The units of a piece that is a list of nothing else, and what is told of it.
pub(crate) fn sure(piece: Piece<'_>) -> Option<(Vec<Unit>, Vec<Unread>)> {
    let mut told = Vec::new();
    let units = list(piece, false, &mut told);
    let shaped = |unit: &Unit| {
        let from = unit.at.from - piece.span().from;
        looks_like_a_unit(piece.sub(from as usize, (unit.at.to - piece.span().from) as usize))
    };
    let certain = told.iter().all(|unread| matches!(unread.why, Why::OpenList | Why::Note));
    (certain && !units.is_empty() && units.iter().all(shaped)).then_some((units, told))
}

/// The unit with which a piece begins, followed by those of a list, where what follows says that the last one ends there: `goes_on`
/// tells of the words behind it.
pub(crate) fn leading<'a>(piece: Piece<'a>, goes_on: impl Fn(Piece<'a>) -> bool) -> Option<Piece<'a>> {
    let most = piece.position(|c| matches!(c, '，' | '。' | '；')).unwrap_or(piece.len()).min(LONGEST_LIST);
    let ends = (2..=most).filter(|end| *end == most || goes_on(piece.after(*end))).take(MOST_ENDS);
    ends.map(|end| piece.before(end)).find(|list| is_list(*list))
}

/// Characters of the longest list of units in a sentence.
const LONGEST_LIST: usize = 200;

/// Places in a sentence at which a list is tried to end; one that ends at none of them is told.
const MOST_ENDS: usize = 40;

/// What a name stands for on a day.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Resolved<'a> {
    /// One agency.
    Agency(Agency<'a>),
    /// A group; it is spelt out task by task.
    Collective,
    /// A name that there was not yet on that day, of a body that came later.
    OtherYears(OtherYears<'a>),
    /// Not in the table, or not yet on that day.
    Unknown,
}

/// A name of the table that no body bore in the year that was asked for: 省市场监管局 in 2016, 省地税局 in 2021.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct OtherYears<'a> {
    /// The row by which it is known whatever the year, as [`Agency::key`].
    pub key: &'a str,
    /// The year of the reform since which there is such a name; none where it ended before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    /// The year of the reform in which it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i32>,
    /// Who had these duties in that year, in full: those before it, or those after it. Empty where there was nobody, or nobody is known.
    pub then: Vec<&'a str>,
}

impl OtherYears<'_> {
    /// What is told of it, in Chinese and in English.
    pub fn told(&self, name: &str, year: i32) -> (String, String) {
        let then = self.then.join("、");
        match (self.from, self.until, then.is_empty()) {
            (Some(from), _, true) => (
                format!("“{name}”{from} 年才有。请核对名称和年份"),
                format!("by the table of agencies there is “{name}” only since {from}; look over the name and the year"),
            ),
            (Some(from), _, false) => (
                format!("“{name}”{from} 年才有，{year} 年这些事归：{then}。请核对名称和年份"),
                format!(
                    "by the table of agencies there is “{name}” only since {from}; in {year} its duties were with: {then}; look over the name and the year"
                ),
            ),
            (None, until, true) => {
                let until = until.unwrap_or(year);
                (
                    format!("“{name}”{until} 年已经改组。请核对名称和年份"),
                    format!("by the table of agencies “{name}” was reorganised in {until}; look over the name and the year"),
                )
            }
            (None, until, false) => {
                let until = until.unwrap_or(year);
                (
                    format!("“{name}”{until} 年已经改组，{year} 年这些事归：{then}。请核对名称和年份"),
                    format!(
                        "by the table of agencies “{name}” was reorganised in {until}; in {year} its duties were with: {then}; look over the name and the year"
                    ),
                )
            }
        }
    }
}

/// An agency as it was on the day that was asked for.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Agency<'a> {
    /// The short name of 2012, which identifies the row: `省经济和信息化委`.
    pub key: &'a str,
    /// The full name on that day; where its duties had passed on, the name of who had them.
    pub name: &'a str,
    /// 政府部门, 党委部门, 事业单位 …
    pub kind: &'a str,
    /// Who has its duties now; more than one where they were divided, none where that is not established.
    pub now: Vec<&'a str>,
    /// Whether name or body has changed since 2012.
    pub changed: bool,
    /// What happened.
    pub note: &'a str,
    /// 高, 中 or 低: how sure the succession is.
    pub confidence: &'a str,
}

/// A table of agencies with their names by year.
pub struct Agencies {
    rows: Vec<Row>,
    /// Folded name → row.
    index: HashMap<String, usize>,
    /// Folded name → the columns of years in which some body bears it: 2012, 2018, now.
    eras: HashMap<String, [bool; 3]>,
}

#[derive(Deserialize)]
struct Row {
    abbreviation: String,
    full_name_2012: String,
    kind: String,
    successor_2018: String,
    successor_present: String,
    change_note: String,
    confidence: String,
}

impl Row {
    fn cells(&self) -> [&str; 3] {
        [&self.full_name_2012, &self.successor_2018, &self.successor_present]
    }

    /// The full names in one of its cells, folded.
    fn keys(&self, era: usize) -> Vec<String> {
        full_names(self.cells()[era]).map(key).collect()
    }
}

/// Institutional reforms after which the table's next column holds: 2018, and that of 2023–2024.
const REFORMS: [i32; 2] = [2018, 2024];

/// The columns whose names a notice of a year may use. A reform takes a while: that of 2018 lasted into 2019, that of 2024 began in 2023,
/// and while it lasts both names are right.
fn eras(year: i32) -> std::ops::RangeInclusive<usize> {
    match year {
        ..2018 => 0..=0,
        2018..=2019 => 0..=1,
        2020..=2022 => 1..=1,
        2023..=2024 => 1..=2,
        _ => 2..=2,
    }
}

static ANHUI: LazyLock<Agencies> = LazyLock::new(|| {
    Agencies::from_csv(include_str!("../../../reference/agencies-2012.csv"), include_str!("../data/short-names.csv"))
        .expect("the embedded table is checked by the tests")
});

impl Agencies {
    /// The province whose agencies come with this library.
    pub const PROVINCE: &'static str = "安徽省";

    /// The agencies of 安徽 that come with this library: 2012, 2018 and now.
    pub fn anhui() -> &'static Agencies {
        &ANHUI
    }

    /// Reads a table: `agencies` with the columns of `reference/agencies-2012.csv`, `short_names` with
    /// `short,abbreviation,from,until`: the years of the reforms between which a short name is right, empty where none bounds it.
    pub fn from_csv(agencies: &str, short_names: &str) -> Result<Agencies, csv::Error> {
        let rows: Vec<Row> = csv::Reader::from_reader(agencies.as_bytes()).deserialize().collect::<Result<_, _>>()?;
        let mut index = HashMap::new();
        let mut eras: HashMap<String, [bool; 3]> = HashMap::new();
        for row in &rows {
            let is = |era: usize| !row.keys(era).is_empty();
            // A short name lasts as long as the full one it is short for, and where nobody knows what came after.
            let first = (0..3).find(|era| is(*era)).unwrap_or(0);
            let same = |era: usize| row.keys(era).iter().any(|name| row.keys(first).contains(name));
            let short = eras.entry(key(&row.abbreviation)).or_default();
            (first..3).for_each(|era| short[era] |= same(era) || !is(era) || row.confidence != SURE);
            for era in 0..3 {
                row.keys(era).into_iter().for_each(|name| eras.entry(name).or_default()[era] = true);
            }
        }
        // A short name is surest, then the full one of 2012, then those that came later; the first to come keeps it.
        for (at, row) in rows.iter().enumerate() {
            index.insert(key(&row.abbreviation), at);
        }
        for names in [
            |row: &Row| row.full_name_2012.clone(),
            |row: &Row| row.successor_2018.clone(),
            |row: &Row| row.successor_present.clone(),
        ] {
            for (at, row) in rows.iter().enumerate() {
                for name in full_names(&names(row)) {
                    index.entry(key(name)).or_insert(at);
                }
            }
        }
        for record in csv::Reader::from_reader(short_names.as_bytes()).deserialize() {
            let (short, abbreviation, from, until): (String, String, Option<i32>, Option<i32>) = record?;
            if let Some(at) = index.get(&key(&abbreviation)).copied() {
                index.entry(key(&short)).or_insert(at);
                let of = eras.entry(key(&short)).or_default();
                let begins = [i32::MIN, REFORMS[0], REFORMS[1]];
                let within =
                    |era: usize| from.is_none_or(|from| begins[era] >= from) && until.is_none_or(|until| begins[era] < until);
                (0..3).for_each(|era| of[era] |= within(era));
            }
        }
        Ok(Agencies { rows, index, eras })
    }

    fn knows(&self, name: &str) -> bool {
        self.index.contains_key(&key(name))
    }

    /// What a name stands for on that day, and who has its duties now.
    pub fn resolve(&self, name: &str, on: NaiveDate) -> Resolved<'_> {
        let Some(row) = self.index.get(&key(name)).map(|at| &self.rows[*at]) else {
            return if is_collective(name) { Resolved::Collective } else { Resolved::Unknown };
        };
        if row.kind == "统称" {
            return Resolved::Collective;
        }
        if let Some(other) = self.other_years(name, on.year()).filter(|other| other.from.is_some()) {
            return Resolved::OtherYears(other);
        }
        let reforms = REFORMS.iter().filter(|year| on.year() >= **year).count();
        let name = [&row.full_name_2012, &row.successor_2018, &row.successor_present][reforms];
        if name.is_empty() || name.contains("年无）") || name == UNCHECKED {
            return Resolved::Unknown;
        }
        let now = row.successor_present.split('、').filter(|name| !name.is_empty() && *name != UNCHECKED);
        Resolved::Agency(Agency {
            key: &row.abbreviation,
            name,
            kind: &row.kind,
            now: now.collect(),
            changed: row.full_name_2012 != row.successor_present,
            note: &row.change_note,
            confidence: &row.confidence,
        })
    }

    /// A name that is of other years than that one, with who had its duties then: of a merged body all those it was made of. One that
    /// ended still [resolves](Agencies::resolve) to who came after it; where that is not sure, nothing is said.
    pub fn other_years(&self, name: &str, year: i32) -> Option<OtherYears<'_>> {
        let row = self.index.get(&key(name)).map(|at| &self.rows[*at]).filter(|row| row.kind != "统称")?;
        let borne = self.eras.get(&key(name))?;
        let asked = eras(year);
        if asked.clone().any(|era| borne[era]) {
            return None;
        }
        let (first, last) = (borne.iter().position(|borne| *borne)?, borne.iter().rposition(|borne| *borne)?);
        let (asked, early) = (*asked.end(), first > *asked.end());
        if !early && row.confidence != SURE {
            return None;
        }
        // Of a name that came later: everybody whose duties went to who bears it; of one that ended: who has them since.
        let bearers = if early { row.keys(first) } else { Vec::new() };
        let of =
            |other: &&Row| other.abbreviation == row.abbreviation || other.keys(first).iter().any(|name| bearers.contains(name));
        let mut then: Vec<&str> = Vec::new();
        for name in self.rows.iter().filter(of).flat_map(|row| full_names(row.cells()[asked])) {
            if !then.contains(&name) {
                then.push(name);
            }
        }
        let reform = |era: usize| era.checked_sub(1).map(|at| REFORMS[at]);
        let (from, until) = if early { (reform(first), None) } else { (None, reform(last + 1)) };
        Some(OtherYears { key: &row.abbreviation, from, until, then })
    }

    /// The [`Agency::key`] by which a unit is known whatever the year; `None` for a group and for what is in no row.
    pub fn key(&self, name: &str) -> Option<&str> {
        let row = self.index.get(&key(name)).map(|at| &self.rows[*at])?;
        (row.kind != "统称").then_some(row.abbreviation.as_str())
    }

    /// The names of that day that look like one which is in no row, at most three, one of each agency: what may have been meant.
    pub fn near(&self, name: &str, on: NaiveDate) -> Vec<&str> {
        let names = self.rows.iter().flat_map(|row| {
            let of = [&row.full_name_2012, &row.successor_2018, &row.successor_present];
            std::iter::once(row.abbreviation.as_str()).chain(of.into_iter().flat_map(|cell| full_names(cell)))
        });
        let stands = |name: &&str| matches!(self.resolve(name, on), Resolved::Agency(_));
        let mut agencies = BTreeSet::new();
        let mut found = nearest(&key(name), names.filter(stands).map(|name| (key(name), name)), MOST_NEAR);
        found.retain(|name| agencies.insert(self.key(name)));
        found.truncate(3);
        found
    }

    /// The names that are in no row and name no group, each once: what somebody has to look up.
    pub fn unknown<'n>(&self, names: impl IntoIterator<Item = &'n Unit>, on: NaiveDate) -> Vec<Words> {
        let mut unknown: Vec<Words> = Vec::new();
        for unit in names {
            let new = unknown.iter().all(|words| words.text != unit.name);
            if new && !unit.collective && self.resolve(&unit.name, on) == Resolved::Unknown {
                unknown.push(Words { text: unit.name.clone(), at: unit.at });
            }
        }
        unknown
    }
}

/// So many names are looked at for three agencies: one may have several that are near.
const MOST_NEAR: usize = 12;

/// The table's word for a succession that is sure.
const SURE: &str = "高";

/// The table's word for a succession that nobody has checked.
const UNCHECKED: &str = "未核";

/// The names in a cell: before the brackets, and in them where they hold a name and no note.
fn full_names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['（', '）', '、'])
        .filter(|part| ["安徽", "中共", "共青团", "国家税务总局"].iter().any(|begin| part.starts_with(begin)))
}

/// A name without what is said or left out at will: 安徽省人民政府政务服务中心 and 省政务服务中心 are the same.
pub(crate) fn key(name: &str) -> String {
    let name = name.trim().replace("安徽省", "省").replace("中共", "").replace("人民政府", "政府");
    let name = name.strip_prefix("省政府").filter(|rest| !rest.is_empty()).map_or(name.clone(), |rest| format!("省{rest}"));
    name.replace("委员会", "委").replace("办公室", "办").replace(['和', '与', '(', ')', '（', '）'], "")
}
