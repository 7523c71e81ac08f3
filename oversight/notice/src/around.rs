//! 网页四周 · what stands around a notice on the page that was saved: menus, the way to the page and its facts before the title, buttons,
//! links and the imprint behind the signature. None of it is of the notice: it is left out of what is read, and each block is told.
//! Nothing is left out where a task, a signature or an appendix could be lost.

use crate::head::{document_numbers, is_addressed, names_a_document};
use crate::line::{Line, Piece};
use crate::outline::{Style, mark};
use crate::table::Table;
use crate::unread::{Unread, Why};
use crate::{dates, units};
use std::collections::HashSet;

/// Lines, but for blank ones, among which the title of a saved page is looked for.
const FARTHEST: usize = 600;

/// Lines between a title and what shows that a notice follows: addressees, a number, a sentence.
const HEAD: usize = 15;

/// Characters of the longest line that is looked at as part of a page and not of a text.
const LONGEST: usize = 160;

/// Leaves out what is around the notice; the first and the last line of each block.
pub(crate) fn leave_out(lines: &mut [Line], linked: &[u32], unread: &mut Vec<Unread>) -> Vec<[u32; 2]> {
    let page = Page::new(lines, linked);
    let mut out: Vec<usize> = page.before();
    let body = page.title().map_or(0, |(_, last)| last + 1);
    out.extend(page.facts(body));
    out.extend(page.behind(page.body(body)));
    out.sort_unstable();
    out.dedup();
    // Of a document number among the facts of a page what is around it is left out, not itself.
    let numbered = page.document_no().filter(|(at, _)| out.contains(at));
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    for at in out.iter().copied() {
        match blocks.last_mut() {
            Some((_, last)) if (*last + 1..at).all(|between| page.is_blank(between)) => *last = at,
            _ => blocks.push((at, at)),
        }
    }
    unread.extend(blocks.iter().map(|(first, last)| told(page.words(*first), *first as u32 + 1, *last as u32 + 1)));
    for at in out {
        let line = &mut lines[at];
        let whole = line.whole().len();
        match numbered {
            Some((of, (from, to))) if of == at => {
                line.hide(0, from);
                line.hide(to, whole);
            }
            _ => line.hide(0, whole),
        }
    }
    blocks.into_iter().map(|(first, last)| [first as u32 + 1, last as u32 + 1]).collect()
}

fn told(words: Piece<'_>, first: u32, last: u32) -> Unread {
    let told = Why::Around.at(words);
    if first == last {
        return told;
    }
    Unread {
        zh: format!("从这里到第 {last} 行像是网页上通知四周的文字（导航、页面信息、页脚），没有读入，请核对"),
        en: format!("from here to line {last} this looks like what is around the notice on its page; left out, look it over"),
        ..told
    }
}

struct Page<'a> {
    lines: &'a [Line],
    /// Lines that the page shows as links and nothing else.
    linked: HashSet<usize>,
}

impl<'a> Page<'a> {
    fn new(lines: &'a [Line], linked: &[u32]) -> Page<'a> {
        Page { lines, linked: linked.iter().filter_map(|line| (*line as usize).checked_sub(1)).collect() }
    }

    fn words(&self, at: usize) -> Piece<'a> {
        self.lines[at].whole().trim()
    }

    fn is_blank(&self, at: usize) -> bool {
        self.words(at).is_empty()
    }

    /// The lines from there on that hold words.
    fn from(&self, at: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (at..self.lines.len()).filter(|at| !self.is_blank(*at))
    }

    /// The first and the last line of the title.
    fn title(&self) -> Option<(usize, usize)> {
        let mut candidates = self.from(0).take(FARTHEST).filter_map(|at| Some((at, self.title_at(at)?))).peekable();
        while let Some((first, last)) = candidates.next() {
            let next = candidates.peek().map_or(usize::MAX, |(next, _)| *next);
            // What closes a title over several lines begins none of its own.
            let next = if next <= last { usize::MAX } else { next };
            if self.from(last + 1).take(HEAD).take_while(|at| *at < next).any(|at| self.begins_a_notice(at)) {
                return Some((first, last));
            }
        }
        None
    }

    /// The last line of the title that begins there.
    fn title_at(&self, at: usize) -> Option<usize> {
        let is_part = |at: usize| {
            let words = self.words(at);
            (2..=80).contains(&words.len())
                && !self.linked.contains(&at)
                && words.position(|c| matches!(c, '。' | '；' | '：' | '\t' | '｜' | '>' | '＞' | '›' | '»')).is_none()
                && mark(words).is_none()
        };
        if !is_part(at) {
            return None;
        }
        let words = self.words(at);
        match words.contains("关于") {
            true => self.from(at).take(4).take_while(|at| is_part(*at)).find(|at| names_a_document(self.words(*at))),
            false => (words.len() > 6 && names_a_document(words)).then_some(at),
        }
    }

    /// Whether a line can only stand in a notice: addressees, a number, the head of a table, a sentence.
    fn begins_a_notice(&self, at: usize) -> bool {
        let words = self.words(at);
        !self.linked.contains(&at)
            && !is_chrome(words)
            && (mark(words).is_some()
                || words.contains("。")
                || is_addressed(words)
                || Table::head(&Table::cells(words), 0, 0).is_some())
    }

    /// Where the head ends and the text begins.
    fn body(&self, from: usize) -> usize {
        self.from(from).take(HEAD).find(|at| self.begins_a_notice(*at)).unwrap_or(from)
    }

    /// What stands before the title, once something of it shows that it is of a page.
    fn before(&self) -> Vec<usize> {
        let Some((first, _)) = self.title() else { return Vec::new() };
        let all: Vec<usize> = self.from(0).take_while(|at| *at < first).collect();
        if all.iter().any(|at| names_tasks(self.words(*at))) {
            return Vec::new();
        }
        let short = |at: &&usize| self.words(**at).len() <= 8 && !self.is_of_the_head(**at, first);
        let of_a_page = all.iter().any(|at| self.linked.contains(at) || is_chrome(self.words(*at)));
        if !of_a_page && all.iter().filter(short).count() < 4 {
            return Vec::new();
        }
        all.into_iter().filter(|at| !self.is_of_the_head(*at, first)).collect()
    }

    /// 文件头 · who issues it, its number, its urgency; and the first line of a title over two, where 关于 does not begin it.
    fn is_of_the_head(&self, at: usize, title: usize) -> bool {
        const MARKS: [&str; 8] = ["绝密", "机密", "秘密", "特急", "加急", "平急", "特提", "签发人"];
        let words = self.words(at);
        if self.linked.contains(&at) || is_chrome(words) {
            return false;
        }
        let number = document_numbers(words).first().is_some_and(|number| number.len() + 2 >= words.len());
        let above = self.from(at + 1).next() == Some(title) && !self.words(title).contains("关于") && words.len() > 8;
        number
            || above
            || words.ends_with("文件") && words.len() > 6 && words.len() <= 40
            || MARKS.iter().any(|mark| words.starts_with(mark))
            || words.len() > 4 && units::looks_like_a_unit(words)
    }

    /// The facts of the page between the title and the text: 发布日期, 字体.
    fn facts(&self, from: usize) -> Vec<usize> {
        let body = self.body(from);
        let is_out = |at: &usize| self.linked.contains(at) && !names_tasks(self.words(*at)) || is_chrome(self.words(*at));
        self.from(from).take_while(|at| *at < body).filter(is_out).collect()
    }

    /// 文号 among the facts of the page: the line, and where in it.
    fn document_no(&self) -> Option<(usize, (usize, usize))> {
        self.from(0).take(FARTHEST).find_map(|at| {
            let whole = self.lines[at].whole();
            let label = ["文号", "字号"].into_iter().find_map(|label| whole.find(label))?;
            let number = document_numbers(whole.after(label)).into_iter().next()?.span();
            let begins = number.from - whole.span().from;
            Some((at, (begins as usize, begins as usize + (number.to - number.from) as usize)))
        })
    }

    /// What stands behind the last line of the notice: all from the first that is of the page on; where words go on below it, only
    /// the lines that are of the page.
    fn behind(&self, body: usize) -> Vec<usize> {
        let is_out = |at: usize| {
            let words = self.words(at);
            !names_tasks(words) && !is_aside(words) && (self.linked.contains(&at) || is_chrome(words))
        };
        let (mut last, mut chrome) = (body, false);
        for at in self.from(body) {
            let words = self.words(at);
            chrome |= is_out(at);
            let appendix = || mark(words).is_some_and(|mark| mark.style == Style::Appendix);
            if !is_out(at) && (names_tasks(words) || appendix() || is_aside(words) || self.is_signature(at, chrome)) {
                (last, chrome) = (at, false);
            }
        }
        let rest = || self.from(last + 1);
        let Some(first) = rest().find(|at| is_out(*at)) else { return Vec::new() };
        let goes_on = rest().filter(|at| *at > first && !is_out(*at)).any(|at| {
            let words = self.words(at);
            words.contains("。") && (mark(words).is_some() || words.len() >= 12) && !is_imprint(words)
        });
        rest().filter(|at| if goes_on { is_out(*at) } else { *at >= first }).collect()
    }

    /// A day that signs: behind who issues it, or with no line of the page before it.
    fn is_signature(&self, at: usize, chrome: bool) -> bool {
        let words = self.words(at);
        let signs = |words: Piece<'_>| dates::signed(words).is_some();
        let above = (0..at).rev().find(|at| !self.is_blank(*at));
        let below_a_unit = || above.is_some_and(|at| !self.linked.contains(&at) && units::looks_like_a_unit(self.words(at)));
        let gap = words.position(char::is_whitespace);
        let beside_a_unit = || gap.is_some_and(|gap| units::looks_like_a_unit(words.before(gap)) && signs(words.after(gap)));
        signs(words) && (!chrome || below_a_unit()) || beside_a_unit()
    }
}

/// Whether a line says who does what by when.
fn names_tasks(words: Piece<'_>) -> bool {
    ["牵头", "责任单位", "责任部门", "配合单位", "参加单位", "参与单位", "协办单位", "完成时限"]
        .iter()
        .any(|word| words.contains(word))
}

/// Attachments and copies are of the notice.
fn is_aside(words: Piece<'_>) -> bool {
    ["附件", "附：", "抄送", "抄报", "主送"].iter().any(|word| words.starts_with(word))
}

/// Words of an imprint.
const IMPRINT: [&str; 14] = [
    "版权所有",
    "网站标识码",
    "网站标识号",
    "ICP备",
    "公网安备",
    "转载",
    "浏览器",
    "分辨率",
    "网站地图",
    "网站声明",
    "技术支持",
    "Copyright",
    "本站",
    "本网",
];

fn is_imprint(words: Piece<'_>) -> bool {
    let text = words.text();
    IMPRINT.iter().any(|word| text.contains(word))
}

/// What stands before a colon on a page and in no notice.
const LABELS: [&str; 42] = [
    "当前位置",
    "您的位置",
    "您当前的位置",
    "您现在的位置",
    "您所在的位置",
    "所在位置",
    "位置",
    "发布日期",
    "发布时间",
    "发文日期",
    "成文日期",
    "生成日期",
    "公开日期",
    "发布机构",
    "发文机关",
    "信息来源",
    "来源",
    "稿源",
    "作者",
    "编辑",
    "责任编辑",
    "审核",
    "浏览次数",
    "阅读次数",
    "阅读",
    "点击数",
    "访问量",
    "字体",
    "字号",
    "索引号",
    "信息分类",
    "主题分类",
    "体裁分类",
    "组配分类",
    "服务对象分类",
    "信息名称",
    "名称",
    "文号",
    "发文字号",
    "有效性",
    "公开方式",
    "公开形式",
];

/// What a short line of a page begins with.
const OPENINGS: [&str; 52] = [
    "首页",
    "网站首页",
    "返回首页",
    "本站首页",
    "无障碍",
    "适老",
    "长者",
    "登录",
    "注册",
    "简体",
    "繁体",
    "English",
    "手机版",
    "移动版",
    "智能问答",
    "请输入",
    "站内搜索",
    "搜索",
    "热门搜索",
    "热词",
    "今天是",
    "欢迎访问",
    "字体",
    "大中小",
    "字号",
    "打印",
    "分享",
    "收藏",
    "纠错",
    "关闭",
    "返回顶部",
    "返回列表",
    "回到顶部",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "相关链接",
    "相关文档",
    "相关文件",
    "相关阅读",
    "相关稿件",
    "相关解读",
    "相关信息",
    "政策解读",
    "图解",
    "扫一扫",
    "扫码",
    "主办",
    "承办",
    "友情链接",
    "联系我们",
];

/// Whether a line is of a page and of no notice, whatever stands around it.
fn is_chrome(words: Piece<'_>) -> bool {
    if words.len() > LONGEST {
        return false;
    }
    if is_imprint(words) {
        return true;
    }
    let text: String = words.raw().iter().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_start_matches(['【', '[', '（', '(', '■', '●', '·', '•', '▪', '◆', '>', '＞', '|', '｜', '☆', '★', '-']);
    let opens = |word: &&str| {
        text.strip_prefix(*word)
            .is_some_and(|rest| rest.starts_with(['：', ':']) || rest.starts_with(['（', '(']) && rest.contains(['：', ':']))
    };
    if LABELS.iter().any(opens) {
        return true;
    }
    let short = text.chars().count() <= 40 && !text.contains('。');
    if short && OPENINGS.iter().any(|word| text.starts_with(word)) {
        return true;
    }
    // 首页 > 政务公开 > 通知
    let steps = text.split(['>', '＞', '›', '»', '→']).filter(|step| !step.is_empty()).count();
    if steps >= 3 || steps == 2 && text.contains("首页") {
        return true;
    }
    // 首页 ｜ 政务公开 ｜ 办事服务 ｜ 互动交流
    let parts = words.split(|c| matches!(c, '｜' | '·' | '\t' | ' '));
    let parts: Vec<Piece<'_>> = parts.into_iter().filter(|part| !part.is_blank()).collect();
    let is_entry = |part: &Piece<'_>| part.len() <= 6 && part.position(|c| !c.is_alphabetic()).is_none();
    parts.len() >= 4
        && short
        && parts.iter().all(is_entry)
        && ENTRIES.iter().any(|entry| parts.iter().any(|part| part.text() == *entry))
}

/// What a menu holds on every page of a government.
const ENTRIES: [&str; 10] =
    ["首页", "政务公开", "信息公开", "办事服务", "政务服务", "互动交流", "新闻中心", "要闻动态", "关于我们", "网站地图"];
