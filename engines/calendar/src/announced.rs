//! 放假通知的读法 · reads the yearly notice in its own words: “二、春节：2月15日（农历腊月二十八、周日）至23日放假调休，共9天。2月14日（周六）上班。” A line
//! may also say one day: “2027-02-05 放假 春节”. What is counted or named in the text (共9天, 周六) is compared; a word that is not known
//! is told with its line, never passed over.

use crate::{NaiveDate, Row, RowKind, read::in_range};
use chrono::{Datelike, Weekday};

/// The longest text that is read, in bytes; a notice has about three thousand.
pub const LONGEST_NOTICE: usize = 1 << 18;

/// Most rows of one arrangement: more days than a year has.
const MOST_ROWS: usize = 400;

/// An arrangement as its notice says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// The line that names the notice: `国务院办公厅关于2026年部分节假日安排的通知`.
    pub title: Option<String>,
    /// The year it arranges, where the title says so.
    pub year: Option<i32>,
    /// Its days, ascending, each once.
    pub rows: Vec<Row>,
}

/// What could not be read, or contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// From 1.
    pub line: usize,
    /// The words, at most their first 40 characters.
    pub words: String,
    why: (String, String),
}

impl Unread {
    /// Why, and what to do, in Chinese.
    pub fn chinese(&self) -> String {
        format!("第 {} 行“{}”：{}", self.line, self.words, self.why.0)
    }
    /// The same in English.
    pub fn english(&self) -> String {
        format!("line {} “{}”: {}", self.line, self.words, self.why.1)
    }
}

/// Reads the text of a notice. `year` is that of dates without one; where it is `None`, that of the title.
pub fn read_announcement(text: &str, year: Option<i32>) -> Result<Announced, Vec<Unread>> {
    let unread = |line, words: &str, zh: &str, en: &str| Unread {
        line,
        words: words.chars().take(40).collect(),
        why: (zh.to_owned(), en.to_owned()),
    };
    if text.len() > LONGEST_NOTICE {
        return Err(vec![unread(1, text, "太长了，不是放假安排", "too long for an arrangement of holidays")]);
    }
    let mut read = Reader { year, ..Reader::default() };
    for (at, line) in text.lines().enumerate() {
        read.line = at + 1;
        read.line(line.trim());
    }
    let Reader { mut found, mut faults, mut rows, .. } = read;
    rows.sort_by_key(|(_, row)| row.date);
    for pair in rows.windows(2) {
        if pair[0].1.date == pair[1].1.date {
            let words = pair[1].1.date.to_string();
            faults.push(unread(pair[1].0, &words, "这一天写了两次，请只留一次", "this day comes twice; keep one"));
        }
    }
    found.rows = rows.into_iter().map(|(_, row)| row).collect();
    if found.rows.is_empty() && faults.is_empty() {
        let (zh, en) = ("没有读到放假或者上班的日子", "no day off and no make-up day was found");
        faults.push(unread(1, text.lines().next().unwrap_or_default(), zh, en));
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

#[derive(Default)]
struct Reader {
    year: Option<i32>,
    line: usize,
    found: Announced,
    rows: Vec<(usize, Row)>,
    faults: Vec<Unread>,
}

/// A day with the weekday that the text gives it.
type Named = (NaiveDate, Option<Weekday>);

impl Reader {
    fn fault(&mut self, words: &str, zh: String, en: String) {
        if self.faults.len() < 50 {
            self.faults.push(Unread { line: self.line, words: words.chars().take(40).collect(), why: (zh, en) });
        }
    }

    fn line(&mut self, line: &str) {
        let line: String = line.chars().map(plain).collect();
        if self.found.title.is_none() && line.contains("安排") && line.ends_with("通知") {
            self.found.year = year_of(&line);
            self.year = self.year.or(self.found.year);
            self.found.title = Some(line);
            return;
        }
        if let Some(day) = line.get(..10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()) {
            return self.day(day, &line[10..], &line);
        }
        let says = ["放假", "上班", "调休", "补休", "公休"].iter().any(|word| line.contains(word));
        if !says || !has_day(&line) {
            return;
        }
        let (name, rest) = match line.split_once(':') {
            Some((name, rest)) if !name.contains('月') => (name, rest),
            _ => ("", line.as_str()),
        };
        // “二、春节”, “2.春节”, “国庆节、中秋节”.
        let name = match name.split_once('、') {
            Some((figure, name)) if figure.chars().all(|c| "一二三四五六七八九十".contains(c)) => name,
            _ => name.trim_start_matches(|c: char| c.is_ascii_digit() || ". 、".contains(c)),
        }
        .trim();
        let mut off = Vec::new();
        for piece in rest.split(['。', ';', ',']).map(str::trim).filter(|piece| !piece.is_empty()) {
            self.piece(name, piece, &mut off);
        }
    }

    /// `2027-02-05 放假 春节`
    fn day(&mut self, date: NaiveDate, rest: &str, line: &str) {
        let mut words = rest.split_whitespace();
        let kind = match words.next() {
            Some("放假" | "holiday") => RowKind::Holiday,
            Some("上班" | "workday") => RowKind::Workday,
            Some("照常" | "ordinary") => RowKind::Ordinary,
            _ => {
                return self.fault(
                    line,
                    "请写成“2027-02-05 放假 春节”，中间是放假、上班或者照常".into(),
                    "write “2027-02-05 holiday 春节”: holiday, workday or ordinary stands between".into(),
                );
            }
        };
        let name = words.collect::<Vec<_>>().join(" ");
        self.put(date, kind, &name, line);
    }

    fn put(&mut self, date: NaiveDate, kind: RowKind, name: &str, words: &str) {
        if in_range(date.year()).is_err() {
            return self.fault(words, "年份不在 1990—2100 年之间".into(), "the year is not between 1990 and 2100".into());
        }
        if self.rows.len() < MOST_ROWS {
            self.rows.push((self.line, Row { date, kind, name: name.chars().take(20).collect(), source: None }));
        } else if self.rows.len() == MOST_ROWS {
            self.fault(words, "一份通知里的日子太多了".into(), "too many days for one notice".into());
        }
    }

    /// One clause of a holiday's sentence.
    fn piece(&mut self, name: &str, piece: &str, off: &mut Vec<NaiveDate>) {
        if let Some(said) = piece.strip_prefix('共').and_then(|rest| rest.strip_suffix('天')).and_then(|n| n.trim().parse().ok())
        {
            if off.len() != said {
                let found = off.len();
                self.fault(piece, format!("前面写的日子是 {found} 天"), format!("the days before are {found}"));
            }
            return;
        }
        if ["与周末连休", "不调休"].contains(&piece) {
            return;
        }
        let Some((spans, rest)) = self.spans(piece) else { return };
        let kind = match rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '天') {
            "放假" | "放假调休" | "放假公休" | "调休" | "补休" | "放假补休" => RowKind::Holiday,
            "上班" | "照常上班" | "正常上班" => RowKind::Workday,
            _ => {
                return self.fault(
                    piece,
                    "没有读懂；请改写成一天一行，例如“2027-02-05 放假 春节”".into(),
                    "not understood; write one day a line instead, such as “2027-02-05 holiday 春节”".into(),
                );
            }
        };
        for (from, to) in spans {
            for (day, named) in [from, to] {
                if let Some(named) = named.filter(|named| *named != day.weekday()) {
                    let (zh, en) = (weekday_zh(day.weekday()), day.weekday());
                    self.fault(
                        piece,
                        format!("{day} 是{zh}，写的是{}", weekday_zh(named)),
                        format!("{day} is a {en}, the text says {named}"),
                    );
                }
            }
            if to.0 < from.0 || (to.0 - from.0).num_days() > 40 {
                self.fault(piece, "起止日期不对".into(), "the days from and to are not in order".into());
                continue;
            }
            for day in from.0.iter_days().take_while(|day| *day <= to.0) {
                if kind == RowKind::Holiday {
                    off.push(day);
                }
                self.put(day, kind, name, piece);
            }
        }
    }

    /// The days that a clause begins with, each from and to, and what follows them.
    fn spans<'a>(&mut self, piece: &'a str) -> Option<(Vec<(Named, Named)>, &'a str)> {
        let mut rest = piece;
        let mut spans = Vec::new();
        let (mut year, mut month) = (self.year, None);
        loop {
            let from = self.named(&mut rest, &mut year, &mut month, piece)?;
            let mut to = from;
            if let Some(after) = ["至", "到", "-", "—", "~"].iter().find_map(|word| rest.strip_prefix(word)) {
                rest = after;
                to = self.named(&mut rest, &mut year, &mut month, piece)?;
            }
            spans.push((from, to));
            match ["、", "和", "及"].iter().find_map(|word| rest.strip_prefix(word)) {
                Some(after) => rest = after,
                None => return Some((spans, rest.trim())),
            }
        }
    }

    /// `[2027年][2月]5日（周五）`; year and month carry on.
    fn named(&mut self, rest: &mut &str, year: &mut Option<i32>, month: &mut Option<u32>, piece: &str) -> Option<Named> {
        if let Some(found) = number(rest, '年') {
            *year = i32::try_from(found).ok();
        }
        if let Some(found) = number(rest, '月') {
            *month = Some(found);
        }
        let day = number(rest, '日').or_else(|| number(rest, '号'));
        let (Some(day), Some(month)) = (day, *month) else {
            self.fault(piece, "没有读到日期；日期写成“2月5日”".into(), "no date was found; write it as “2月5日”".into());
            return None;
        };
        let Some(year) = *year else {
            self.fault(
                piece,
                "没有写是哪一年；请把通知的标题一起贴上，或者填上年份".into(),
                "no year is given; paste the title too, or fill in the year".into(),
            );
            return None;
        };
        let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else {
            self.fault(
                piece,
                format!("没有 {year} 年 {month} 月 {day} 日这一天"),
                format!("there is no day {year}-{month}-{day}"),
            );
            return None;
        };
        let mut named = None;
        if let Some((inside, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            named = inside.split(['、', ' ']).find_map(weekday);
            *rest = after;
        }
        Some((date, named))
    }
}

/// Full-width figures and brackets as their plain twins; spaces of any kind as one.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '；' => ';',
        '，' => ',',
        '～' | '〜' => '~',
        '－' | '–' => '-',
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// Takes a number and the sign after it from the front.
fn number(rest: &mut &str, sign: char) -> Option<u32> {
    let text = rest.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let after = text.get(end..)?.strip_prefix(sign)?;
    let found = text.get(..end)?.parse().ok()?;
    *rest = after;
    Some(found)
}

fn has_day(line: &str) -> bool {
    line.char_indices().any(|(at, c)| c == '日' && line[..at].ends_with(|c: char| c.is_ascii_digit()))
}

fn year_of(line: &str) -> Option<i32> {
    let at = line.find('年')?;
    line[..at].get(at.checked_sub(4)?..)?.parse().ok()
}

const WEEKDAYS: [(Weekday, char); 7] = [
    (Weekday::Mon, '一'),
    (Weekday::Tue, '二'),
    (Weekday::Wed, '三'),
    (Weekday::Thu, '四'),
    (Weekday::Fri, '五'),
    (Weekday::Sat, '六'),
    (Weekday::Sun, '日'),
];

fn weekday(word: &str) -> Option<Weekday> {
    let sign = word.trim().strip_prefix('周').or_else(|| word.trim().strip_prefix("星期"))?;
    let sign = sign.chars().next().map(|c| if c == '天' { '日' } else { c })?;
    WEEKDAYS.iter().find(|(_, one)| *one == sign).map(|(day, _)| *day)
}

fn weekday_zh(day: Weekday) -> String {
    let sign = WEEKDAYS.iter().find(|(one, _)| *one == day).map_or('日', |(_, sign)| *sign);
    format!("周{sign}")
}
