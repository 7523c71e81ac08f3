//! 层次 · the numbers before paragraphs, in every style such notices use, and the hierarchy they make.

use crate::Heading;
use crate::line::{Line, Piece};

/// The styles of numbers. Their order is the usual one from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Style {
    /// 附件1
    Appendix,
    /// 第一部分, 第一篇
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Section,
    /// 第一条
    Article,
    /// 一、
    Chinese,
    /// （一）
    ChineseInBrackets,
    /// 问题一, 专项二: a word and its number; which of [`WORDS`].
    Named(usize),
    /// 1． 1、
    Digits,
    /// （1） 1）
    DigitsInBrackets,
    /// ①
    Circled,
}

/// A number at the head of a paragraph.
pub(crate) struct Mark<'a> {
    pub style: Style,
    pub value: u32,
    /// As it goes into a path.
    pub label: String,
    pub number: Piece<'a>,
    pub rest: Piece<'a>,
}

/// Reads the number a paragraph begins with.
pub(crate) fn mark(line: Piece<'_>) -> Option<Mark<'_>> {
    let line = line.trim();
    let (style, value, length) = appendix(line).or_else(|| ordinal(line)).or_else(|| named(line)).or_else(|| plain(line))?;
    let number = line.before(length);
    let label = match style {
        Style::Appendix => format!("附件{}", if value == 0 { String::new() } else { value.to_string() }),
        Style::Part => number.trim_matches(|c| c.is_whitespace() || matches!(c, '：' | '、')).text(),
        Style::Chapter => format!("第{}章", chinese(value)),
        Style::Section => format!("第{}节", chinese(value)),
        Style::Article => format!("第{}条", chinese(value)),
        Style::Chinese => chinese(value),
        Style::ChineseInBrackets => format!("（{}）", chinese(value)),
        Style::Digits => value.to_string(),
        Style::DigitsInBrackets => format!("（{value}）"),
        Style::Circled => number.text(),
        Style::Named(_) => number.trim_matches(|c| c.is_whitespace() || matches!(c, '：' | '、' | '．')).text(),
    };
    Some(Mark { style, value, label, number, rest: line.after(length).trim() })
}

/// A line that is no more than `附件1`, or goes on after a blank or a colon. A list of several is not one.
fn appendix(line: Piece<'_>) -> Option<(Style, u32, usize)> {
    let head = ["附件", "附表"].into_iter().find(|head| line.starts_with(head))?.chars().count();
    let rest = line.after(head).chars();
    let (value, length) = Some(digits(rest)).filter(|(_, length)| *length > 0).unwrap_or_else(|| numeral(rest));
    match line.at(head + length) {
        None => Some((Style::Appendix, value, head + length)),
        Some(c) if length > 0 && (c.is_whitespace() || c == '：') => Some((Style::Appendix, value, head + length + 1)),
        Some('、' | '．') if length > 0 && !line.at(head + length + 1).is_none_or(|c| c.is_ascii_digit()) => {
            Some((Style::Appendix, value, head + length + 1))
        }
        _ => None,
    }
}

/// Words that are numbered as headings: 问题一, 专项行动2, 责任清单三.
const WORDS: [&str; 25] = [
    "问题", "专项", "清单", "任务", "行动", "工程", "项目", "事项", "板块", "专题", "类别", "指标", "目标", "领域", "方面",
    "举措", "措施", "单元", "台账", "模块", "环节", "批次", "阶段", "条目", "部分",
];

/// Characters of the longest words before such a word: 反馈问题一.
const LONGEST_KIND: usize = 6;

/// 问题一：…, 专项2 …, a heading of its own; in a sentence (问题一直存在) it is none.
fn named(line: Piece<'_>) -> Option<(Style, u32, usize)> {
    let part = line.before(LONGEST_KIND + 2);
    let ends =
        (2..=part.len()).find(|end| WORDS.iter().any(|word| line.before(*end).ends_with(word)) && counts(line.after(*end)))?;
    if line.before(ends).position(|c| !c.is_alphabetic() || numeral_digit(c).is_some()).is_some() {
        return None;
    }
    let word = WORDS.iter().position(|word| line.before(ends).ends_with(word))?;
    let rest = line.after(ends);
    let (value, length) = [digits(rest.chars()), numeral(rest.chars())].into_iter().find(|(_, length)| *length > 0)?;
    let end = ends + length;
    match line.at(end) {
        None => Some((Style::Named(word), value, end)),
        Some(c) if c.is_whitespace() || matches!(c, '：' | '、') => Some((Style::Named(word), value, end + 1)),
        Some('．') if !line.at(end + 1).is_some_and(|c| c.is_ascii_digit()) => Some((Style::Named(word), value, end + 1)),
        _ => None,
    }
}

/// Whether a number and what parts it from its heading stand here.
fn counts(rest: Piece<'_>) -> bool {
    let found = [digits(rest.chars()), numeral(rest.chars())].into_iter().find(|(_, length)| *length > 0);
    found.is_some_and(|(_, length)| {
        length <= 3 && rest.at(length).is_none_or(|c| c.is_whitespace() || matches!(c, '：' | '、' | '．'))
    })
}

/// 第一章, 第二节, 第三条.
fn ordinal(line: Piece<'_>) -> Option<(Style, u32, usize)> {
    if !line.starts_with("第") {
        return None;
    }
    let number = line.after(1).chars();
    let (value, length) = [digits(number), numeral(number)].into_iter().find(|(_, length)| *length > 0)?;
    // 第一部分 场地设施: in a sentence (第一部分人员) it is none.
    let part = ["部分", "篇", "编"].into_iter().find(|word| line.after(1 + length).starts_with(word));
    if let Some(word) = part {
        let end = 1 + length + word.chars().count();
        let apart = line.at(end).is_none_or(|c| c.is_whitespace() || matches!(c, '：' | '、'));
        return apart.then_some((Style::Part, value, end + usize::from(matches!(line.at(end), Some('：' | '、')))));
    }
    let style = match line.at(1 + length)? {
        '章' => Style::Chapter,
        '节' => Style::Section,
        '条' => Style::Article,
        _ => return None,
    };
    Some((style, value, length + 2))
}

fn plain(line: Piece<'_>) -> Option<(Style, u32, usize)> {
    let chars = line.chars();
    if let Some((style, value)) = symbol(*chars.first()?) {
        return Some((style, value, 1));
    }
    if chars[0] == '（' {
        let inside = &chars[1..];
        let (style, (value, length)) = [(Style::DigitsInBrackets, digits(inside)), (Style::ChineseInBrackets, numeral(inside))]
            .into_iter()
            .find(|(_, (_, length))| *length > 0)?;
        return (inside.get(length) == Some(&'）')).then_some((style, value, length + 2));
    }
    let (value, length) = numeral(chars);
    if length > 0 {
        let stop = matches!(chars.get(length), Some('、' | '．' | '，'));
        return stop.then_some((Style::Chinese, value, length + 1));
    }
    let (value, length) = digits(chars);
    match chars.get(length) {
        Some('）') if length > 0 => Some((Style::DigitsInBrackets, value, length + 1)),
        // A date or a decimal such as 2012.6 is no number of a paragraph; the 1 of “1．6月底前” and “2．30个事项” is.
        Some('．' | '、') if length > 0 && length < 4 && !is_decimal(&chars[length + 1..]) => {
            Some((Style::Digits, value, length + 1))
        }
        _ => None,
    }
}

/// Whether the digits behind a point or comma go on with the number before it.
fn is_decimal(rest: &[char]) -> bool {
    let (_, length) = digits(rest);
    let counts = |c: &char| matches!(c, '年' | '月' | '日' | '个' | '项' | '类' | '家' | '所' | '条' | '种' | '天' | '名' | '次');
    length > 0 && length != 4 && !rest.get(length).is_some_and(counts)
}

/// A number that is one character.
fn symbol(c: char) -> Option<(Style, u32)> {
    let (style, first) = match c {
        '①'..='⑳' => (Style::Circled, '①'),
        '㈠'..='㈩' => (Style::ChineseInBrackets, '㈠'),
        '⑴'..='⒇' => (Style::DigitsInBrackets, '⑴'),
        '⒈'..='⒛' => (Style::Digits, '⒈'),
        _ => return None,
    };
    Some((style, c as u32 - first as u32 + 1))
}

/// A number in digits and how many there are; at most six.
pub(crate) fn digits(chars: &[char]) -> (u32, usize) {
    let length = chars.iter().take(6).take_while(|c| c.is_ascii_digit()).count();
    (chars[..length].iter().fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or(0)), length)
}

const NUMERALS: &str = "〇一二三四五六七八九";

pub(crate) fn numeral_digit(c: char) -> Option<u32> {
    NUMERALS.chars().position(|n| n == c).map(|n| n as u32)
}

/// A number under a thousand in Chinese, and its length: 三, 十二, 二十, 一百零一.
pub(crate) fn numeral(chars: &[char]) -> (u32, usize) {
    let counts = |c: &&char| matches!(c, '十' | '百' | '廿' | '卅') || numeral_digit(**c).is_some();
    let length = chars.iter().take(7).take_while(counts).count();
    let (mut sum, mut digit) = (0, None);
    for c in &chars[..length] {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            // 廿五, 卅: twenty and thirty in one character.
            '廿' | '卅' => {
                sum += if *c == '廿' { 20 } else { 30 };
                continue;
            }
            c => {
                digit = numeral_digit(*c);
                continue;
            }
        };
        sum += unit * digit.take().unwrap_or(1);
    }
    (sum + digit.unwrap_or(0), length)
}

/// A number as it is written in Chinese.
pub(crate) fn chinese(value: u32) -> String {
    let digit = |n: u32| NUMERALS.chars().nth(n as usize).unwrap_or('〇');
    match value {
        0..=9 => digit(value).to_string(),
        10..=99 => {
            let tens = if value < 20 { String::new() } else { digit(value / 10).to_string() };
            let ones = if value.is_multiple_of(10) { String::new() } else { digit(value % 10).to_string() };
            format!("{tens}十{ones}")
        }
        100..=999 => {
            let rest = value % 100;
            let rest = match rest {
                0 => String::new(),
                1..=9 => format!("零{}", digit(rest)),
                10..=19 => format!("一{}", chinese(rest)),
                _ => chinese(rest),
            };
            format!("{}百{rest}", digit(value / 100))
        }
        _ => value.to_string(),
    }
}

/// One number that is open.
pub(crate) struct Node<'a> {
    /// Which it is of all that were opened, from 1.
    pub id: u32,
    pub style: Style,
    pub value: u32,
    pub heading: Heading,
    /// Its words.
    pub title: Option<Piece<'a>>,
    /// Paragraphs met under it.
    pub paragraphs: u32,
    /// Something was opened under it.
    pub parent: bool,
}

/// Where a number stands: below which other (0 below none), and of which style.
pub(crate) type Level = (u32, Style);

/// The numbers that are open at a line, outermost first.
#[derive(Default)]
pub(crate) struct Outline<'a> {
    pub nodes: Vec<Node<'a>>,
    opened: u32,
    /// The last number of each style: 二 may go on with the 2 that 一 ended with.
    last: Vec<(Style, u32)>,
    /// Paragraphs before the first number.
    loose: u32,
}

impl<'a> Outline<'a> {
    /// How many numbers stay open above that one.
    ///
    /// A style that is open goes on at its level. A new one goes below what is open, whatever is usual, when it starts at one;
    /// else it goes where its style usually does.
    pub fn level(&self, mark: &Mark<'_>) -> usize {
        match self.nodes.iter().position(|node| node.style == mark.style) {
            _ if mark.style == Style::Appendix => 0,
            Some(level) => level,
            // 问题二 below the tasks of another heading closes those; below a heading alone it belongs to that.
            None if matches!(mark.style, Style::Named(_)) => {
                let closes = |node: &Node<'_>| node.style > mark.style && (node.paragraphs > 0 || node.title.is_none());
                self.nodes.iter().position(closes).unwrap_or(self.nodes.len())
            }
            None if mark.value <= 1 => self.nodes.len(),
            None => self.nodes.iter().position(|node| node.style > mark.style).unwrap_or(self.nodes.len()),
        }
    }

    /// Opens a number, closing what it ends. Tells whether it follows the number before it.
    pub fn open(&mut self, mark: &Mark<'a>, title: Option<Piece<'a>>) -> bool {
        let level = self.level(mark);
        let before = self.nodes.get(level).filter(|node| node.style == mark.style).map_or(0, |node| node.value);
        // Articles are numbered through the chapters; 附件 alone has no number.
        let through = self.last.iter().find(|(style, _)| *style == mark.style).map(|(_, value)| value + 1);
        let on = before == 0 && through == Some(mark.value);
        let follows =
            mark.value == before + 1 || on || mark.style == Style::Article && before == 0 || mark.style == Style::Appendix;
        self.last.retain(|(style, _)| *style != mark.style);
        self.last.push((mark.style, mark.value));
        self.nodes.truncate(level);
        if let Some(above) = self.nodes.last_mut() {
            above.parent = true;
        }
        self.opened += 1;
        let words = title.map(Piece::text).unwrap_or_default();
        let at = title.map_or(mark.number, |title| mark.number.through(title)).span();
        let heading = Heading { label: mark.label.clone(), title: words, at };
        self.nodes.push(Node {
            id: self.opened,
            style: mark.style,
            value: mark.value,
            heading,
            title,
            paragraphs: 0,
            parent: false,
        });
        follows
    }

    /// The place of what is under the number that is open.
    pub fn path(&self) -> String {
        self.nodes.iter().map(|node| node.heading.label.as_str()).collect::<Vec<_>>().join("/")
    }

    pub fn headings(&self) -> Vec<Heading> {
        self.nodes.iter().map(|node| node.heading.clone()).collect()
    }

    /// All numbers that are open, outermost first.
    pub fn open_ids(&self) -> Vec<u32> {
        self.nodes.iter().map(|node| node.id).collect()
    }

    /// Which number is open, and which chapter it belongs to; 0 before the first.
    pub fn ids(&self) -> (u32, u32) {
        let chapter = self.nodes.iter().find(|node| node.style != Style::Appendix).or(self.nodes.first());
        (self.nodes.last().map_or(0, |node| node.id), chapter.map_or(0, |node| node.id))
    }

    /// Where each number stands that is open, outermost first.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        let above = [0].into_iter().chain(self.nodes.iter().map(|node| node.id));
        above.zip(&self.nodes).map(|(above, node)| (above, node.style))
    }

    /// Where the chapter stands that is open, if there is one.
    pub fn level_of_chapter(&self) -> Option<Level> {
        self.levels().find(|(_, style)| *style != Style::Appendix)
    }

    /// The number that is open, if nothing stands under it yet.
    pub fn bare(&self) -> Option<&Node<'a>> {
        self.nodes.last().filter(|node| node.paragraphs == 0 && !node.parent)
    }

    /// What is under the number that is open is no paragraph.
    pub fn fill(&mut self) {
        if let Some(node) = self.nodes.last_mut() {
            node.parent = true;
        }
    }

    /// Takes a line below `附件1` as its title.
    pub fn name_appendix(&mut self, words: Piece<'a>) -> bool {
        let open =
            self.nodes.last_mut().filter(|node| node.style == Style::Appendix && node.title.is_none() && node.paragraphs == 0);
        let Some((node, words)) = open.zip(title(words)) else { return false };
        node.title = Some(words);
        node.heading.title = words.text();
        node.heading.at = words.span();
        true
    }

    /// Counts a paragraph under the number that is open.
    pub fn paragraph(&mut self) -> u32 {
        let count = self.nodes.last_mut().map_or(&mut self.loose, |node| &mut node.paragraphs);
        *count += 1;
        *count
    }
}

/// The nearest words among headings.
pub(crate) fn nearest(headings: &[Heading]) -> String {
    headings.iter().rev().map(|heading| &heading.title).find(|title| !title.is_empty()).cloned().unwrap_or_default()
}

/// The place of a line among the numbers of its text, and the title of the section above it; empty where no number stands above. Rows of
/// tables have no numbers here.
pub fn place_of(lines: &[String], line: u32) -> (String, String) {
    let read: Vec<Line> = (1..=line).zip(lines).map(|(number, text)| Line::new(number, text)).collect();
    let mut outline = Outline::default();
    for line in &read {
        if let Some(mark) = mark(line.whole().trim()) {
            let named = title(mark.rest).or_else(|| run_in(mark.rest).map(|(title, _)| title));
            outline.open(&mark, named);
        }
    }
    let headings = outline.headings();
    let above = headings.iter().rev().filter(|heading| heading.at.line < line);
    let section = above.map(|heading| heading.title.as_str()).find(|title| !title.is_empty()).unwrap_or_default();
    (outline.path(), section.to_owned())
}

/// The words of a line that only names what follows: short, and no sentence goes on behind it.
pub(crate) fn title(words: Piece<'_>) -> Option<Piece<'_>> {
    let words = words.trim();
    let body = if words.ends_with("。") { words.before(words.len() - 1) } else { words };
    let short = !body.is_empty() && body.len() <= LONGEST_TITLE;
    (short && body.position(|c| matches!(c, '。' | '；')).is_none()).then_some(body)
}

/// Characters of the longest heading.
const LONGEST_TITLE: usize = 60;

/// Splits a paragraph that begins with its own heading: “加强组织领导。各单位要……”.
pub(crate) fn run_in(words: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let stop = words.chars().iter().take(LONGEST_RUN_IN + 1).position(|c| *c == '。')?;
    let rest = words.after(stop + 1).trim();
    (stop > 0 && !rest.is_empty()).then(|| (words.before(stop), rest))
}

/// Characters of the longest heading at the head of its own paragraph.
const LONGEST_RUN_IN: usize = 30;
