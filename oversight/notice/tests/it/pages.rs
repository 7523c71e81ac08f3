//! Web pages as they are saved, with everything that stands around the notice: none of it is read as the notice, all of it is told.

use crate::{assert_spans, names, read, said};
use notice::{Notice, Why};

const MODERN: &str = include_str!("../data/page-modern.html");
const OLD: &str = include_str!("../data/page-old.html");

fn text(words: &Option<notice::Words>) -> &str {
    words.as_ref().map_or("", |words| words.text.as_str())
}

/// Why places are told beside what is around the notice.
fn others(notice: &Notice) -> Vec<Why> {
    notice.unread.iter().map(|told| told.why).filter(|why| *why != Why::Around).collect()
}

/// The lines that were left out, as written.
fn left_out(notice: &Notice) -> Vec<String> {
    let lines = |block: &[u32; 2]| notice.source.lines[block[0] as usize - 1..block[1] as usize].to_vec();
    notice.around.iter().flat_map(lines).collect()
}

fn assert_modern(notice: &Notice) {
    assert_spans(notice);
    assert_eq!(text(&notice.title), "清溪省人民政府办公厅关于分解落实2021年政务公开重点任务的通知");
    assert_eq!((text(&notice.document_no), text(&notice.issuer)), ("清政办〔2021〕15号", "清溪省人民政府办公厅"));
    assert_eq!(notice.signed.as_ref().unwrap().date.unwrap().to_string(), "2021-04-02");
    assert_eq!(names(&notice.addressees), "各市、县人民政府;省政府各部门;各直属机构");
    let tasks: Vec<_> = notice.assignments.iter().map(said).map(|(path, _, leads, _, dates)| (path, leads, dates)).collect();
    let by = |day: &str| vec![("by".to_owned(), Some(day.to_owned()))];
    let task = |path: &str, lead: &str, dates| (path.to_owned(), lead.to_owned(), dates);
    assert_eq!(
        tasks,
        [
            task("一/1", "省司法厅", by("2021-06-30")),
            task("一/2", "省财政厅", vec![]),
            task("二/1", "省政务服务局", by("2021-10-31"))
        ]
    );
    assert_eq!((notice.requirements.len(), notice.reporting.len()), (1, 1), "{:?}", notice.requirements);
}

#[test]
fn d1_a_saved_page_keeps_title_number_and_years_and_tells_its_navigation() {
    let notice = read(MODERN);
    assert_modern(&notice);
    assert_eq!(others(&notice), []);
    let out = left_out(&notice).join("\n");
    for words in [
        "首页",
        "关于调整医保缴费",
        "当前位置",
        "索引号",
        "发布日期",
        "打印",
        "上一篇",
        "关于分解落实民生实事",
        "网站标识码",
        "不得转载",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(!out.contains("牵头单位") && !out.contains("2021年4月2日"), "{out}");
    // Each block is told at its first line, with its last; the menu and the foot that hold no lines too.
    let blocks: Vec<(u32, String)> =
        notice.unread.iter().map(|told| (told.words.at.line, told.zh.clone())).filter(|(line, _)| *line > 0).collect();
    for [first, last] in &notice.around {
        let told = blocks.iter().find(|(line, _)| line == first);
        assert!(
            told.is_some_and(|(_, zh)| first == last || zh.contains(&format!("到第 {last} 行"))),
            "{first}–{last} {blocks:?}"
        );
    }
    assert!(
        notice.unread.iter().any(|told| told.why == Why::Around && told.words.text.is_empty()),
        "the menu that holds no line"
    );
}

#[test]
fn d1_an_old_page_laid_out_with_tables_is_read_too() {
    let notice = read(OLD);
    assert_spans(&notice);
    assert_eq!(text(&notice.title), "关于印发《白水县2013年简政放权任务分工表》的通知");
    assert_eq!((text(&notice.document_no), text(&notice.issuer)), ("白政办〔2013〕8号", "白水县人民政府办公室"));
    assert_eq!(notice.signed.as_ref().unwrap().date.unwrap().to_string(), "2013-05-16");
    let tasks: Vec<_> = notice.assignments.iter().map(said).map(|(_, text, leads, _, dates)| (text, leads, dates)).collect();
    let task =
        |words: &str, lead: &str, day: &str| (words.to_owned(), lead.to_owned(), vec![("by".to_owned(), Some(day.to_owned()))]);
    assert_eq!(
        tasks,
        [task("清理行政审批事项", "县编办", "2013-06-30"), task("公布审批流程图", "县政务服务中心", "2013-09-30")],
        "the years are those of the signature, not of the page"
    );
    assert_eq!(others(&notice), []);
    let out = left_out(&notice).join("\n");
    for words in
        ["今天是", "走进白水", "机构概况", "关于2013年放假安排", "您现在的位置", "字体", "打印本页", "2013-06-03", "承办单位"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[test]
fn d1_the_lines_of_a_page_read_again_with_its_marks_say_the_same() {
    for page in [MODERN, OLD] {
        let notice = read(page);
        let again = notice::read_again(&notice.source.lines.join("\n"), notice.source.marks.clone(), None).unwrap();
        assert_eq!(again.unread, notice.unread);
        assert_eq!((again.around, again.assignments), (notice.around, notice.assignments));
    }
}

#[test]
fn d1_a_page_that_was_copied_as_text_is_read_too() {
    let lines = read(MODERN).source.lines.join("\n");
    assert_modern(&read(&lines));
}

#[test]
fn d1_what_is_of_the_notice_is_never_left_out() {
    // A head with everything before its title that a notice has, and words after it that a page has too.
    let whole = "机密\n特急\n清溪省人民政府办公厅文件\n清政办〔2021〕15号\n签发人：王某\n清溪省2021年政务公开\n重点任务分解表\n一、任务\n1．打印和复印制度公开。（牵头单位：省财政厅）\n关闭落后产能。（牵头单位：省能源局）\n清溪省人民政府办公厅\n2021年4月2日\n";
    let notice = read(whole);
    assert_eq!((notice.around.as_slice(), notice.assignments.len()), (&[][..], 2), "{notice:?}");
    // Buttons between the signature and an appendix: only they go.
    let appendix =
        format!("{whole}打印\n关闭\n附件1\n任务表\n1．做好公开。（牵头单位：省教育厅）\n分享到：\n版权所有：清溪省人民政府\n");
    let notice = read(&appendix);
    assert_eq!(notice.assignments.len(), 3, "{notice:?}");
    assert_eq!(left_out(&notice), ["分享到：", "版权所有：清溪省人民政府"]);
    // Menus before a title alone, as lines of a text; without any sign of a page nothing goes.
    let menu = format!("首页\n机构\n政策\n服务\n互动\n关于分解落实重点任务的通知\n各市人民政府：\n{whole}");
    assert_eq!(text(&read(&menu).title), "关于分解落实重点任务的通知");
    let none = format!("编者按\n关于分解落实重点任务的通知\n各市人民政府：\n{whole}");
    assert_eq!(read(&none).around, [] as [[u32; 2]; 0]);
}
