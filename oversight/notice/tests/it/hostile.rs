//! Files made to break a reader: each ends in an error that says what is wrong, or in a reading, soon and in little memory.

use crate::files::page;
use crate::word::{document, package};
use crate::{ANHUI, read};
use encoding_rs::GB18030;
use notice::{LONGEST_FILE, LONGEST_TEXT, Trouble, Why};
use std::time::{Duration, Instant};

fn trouble(bytes: &[u8]) -> Trouble {
    let began = Instant::now();
    let trouble = notice::read(bytes).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(60), "{trouble:?} after {:?}", began.elapsed());
    assert!(!trouble.to_string().is_empty() && !trouble.english().is_empty());
    trouble
}

#[test]
fn d1_a_huge_file_is_refused_at_once() {
    assert_eq!(trouble(&vec![b' '; LONGEST_FILE + 1]), Trouble::TooLarge { bytes: LONGEST_FILE + 1 });
    assert_eq!(trouble(&vec![b'a'; LONGEST_TEXT + 1]), Trouble::Expands);
}

#[test]
fn d1_a_packed_bomb_is_not_unpacked() {
    let bomb = " ".repeat(9 * LONGEST_TEXT);
    let packed = package(&[("word/document.xml", &bomb)]);
    assert!(packed.len() < 1 << 20);
    assert_eq!(trouble(&packed), Trouble::Expands);
    // Small parts that a table multiplies.
    let wide = r#"<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc>"#;
    let rows = document(&format!("<w:tbl>{}</w:tbl>", format!("<w:tr>{wide}</w:tr>").repeat(1000)));
    assert_eq!(trouble(&package(&[("word/document.xml", &rows)])), Trouble::Empty);
    let tall = format!("<td rowspan=100 colspan=100>{}</td>", "长".repeat(2000));
    let page = format!("<html><table><tr>{}</tr>{}</table>", tall.repeat(500), "<tr><td>a</td></tr>".repeat(100));
    assert_eq!(trouble(page.as_bytes()), Trouble::Expands);
}

#[test]
fn d1_deep_nesting_is_refused() {
    let deep = document(&"<w:tbl>".repeat(100_000));
    assert_eq!(trouble(&package(&[("word/document.xml", &deep)])), Trouble::TooDeep);
    assert_eq!(trouble(format!("<html>{}", "<table><tr><td>".repeat(100_000)).as_bytes()), Trouble::TooDeep);
    let arrays = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(matches!(trouble(&page("UniGB-UCS2-H", &arrays)), Trouble::NoText | Trouble::Damaged { .. }));
}

#[test]
fn d1_entities_are_not_expanded() {
    let entities: String = (1..20).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let bomb = format!(
        "<!DOCTYPE d [<!ENTITY e0 \"aaaaaaaaaa\">{entities}]>{}",
        document("<w:p><w:r><w:t>一、甲&e19;乙</w:t></w:r></w:p>").split_once("?>").unwrap().1
    );
    let said = trouble(&package(&[("word/document.xml", &bomb)]));
    assert!(matches!(said, Trouble::Damaged { .. }) && said.to_string().contains("DOCTYPE"), "{said}");
}

#[test]
fn d1_two_encodings_in_one_file_are_named_with_the_line() {
    let (first, second) = ANHUI.split_at(ANHUI.match_indices('\n').nth(9).unwrap().0 + 1);
    let mixed = [first.as_bytes(), &GB18030.encode(second).0].concat();
    assert_eq!(trouble(&mixed), Trouble::Encoding { line: 11 });
    let mut cut = ANHUI.as_bytes().to_vec();
    cut.truncate(cut.len() - 1);
    while std::str::from_utf8(&cut).is_ok() {
        cut.pop();
    }
    assert!(matches!(trouble(&cut), Trouble::Encoding { line: 70.. }));
}

#[test]
fn d1_lines_made_to_cost_are_read_in_time() {
    let began = Instant::now();
    for words in [
        "（牵头单位：",
        "牵头单位：",
        "（",
        "省财政厅和",
        "局和",
        "由局牵头，",
        "2012年",
        "，2012年底前",
        "每年",
        "（a牵头",
        "、",
        "一、",
        "\n一、",
        "\t",
        "报",
        "由省财政厅牵头，会同按按按按按按。",
    ] {
        let text = format!("一、任务\n{}", words.repeat(300_000 / words.len()));
        read(&text);
        let text = format!("一、任务\n做好。（牵头单位：{}）", words.repeat(300_000 / words.len()));
        read(&text);
    }
    assert!(began.elapsed() < Duration::from_secs(120), "{:?}", began.elapsed());
}

#[test]
fn d1_a_list_that_may_end_anywhere_is_told() {
    let told = |name: &str| {
        let notice = read(&format!("一、任务\n由省财政厅牵头，会同{name}、{name}制定办法。"));
        notice.unread.iter().any(|unread| unread.why == Why::Participants)
    };
    assert!(!told("省审计厅"));
    // A verb of a sentence at every character: each may be where the list ends.
    assert!(told(&format!("{}厅", "按".repeat(37))));
}

#[test]
fn d1_a_task_has_no_more_times_and_units_than_a_task_can_have() {
    let began = Instant::now();
    let why = |text: &str| {
        let notice = read(&format!("一、任务\n{text}\n某办公室\n2012年4月20日\n"));
        assert!(notice.assignments.iter().all(|task| task.dates.len() <= 200 && task.lead_units.len() <= 500));
        notice.unread.iter().map(|unread| unread.why).collect::<Vec<_>>()
    };
    let dates = "2012年6月底前，".repeat(100_000);
    assert_eq!(why(&format!("{dates}完成。（牵头单位：省财政厅）")), [Why::TooManyDates]);
    let units: String = (0..100_000).map(|n| format!("第{n}局、")).collect();
    assert!(why(&format!("做好。牵头单位：{units}省财政厅。")).contains(&Why::TooManyUnits));
    let doubts = why(&format!("{}完成。（牵头单位：省财政厅）", "春节前，".repeat(100_000)));
    assert!(doubts.len() < 400 && doubts.contains(&Why::TooManyDates));
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn d1_what_a_file_hides_is_left_out_and_named() {
    let shown = "<w:p><w:r><w:t>一、任务</w:t></w:r></w:p><w:p><w:r><w:t>做好公开。（牵头单位：省财政厅）</w:t></w:r></w:p>";
    let hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>做好保密。（牵头单位：省编办）</w:t></w:r></w:p>";
    let styled = r#"<w:p><w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>做好保密。（牵头单位：省编办）</w:t></w:r></w:p>"#;
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="g"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="h"><w:basedOn w:val="g"/></w:style></w:styles>"#;
    let off = r#"<w:p><w:r><w:rPr><w:vanish w:val="false"/></w:rPr><w:t>做好服务。（牵头单位：省教育厅）</w:t></w:r></w:p>"#;
    let struck = hidden.replace("vanish", "strike");
    let body = document(&[shown, hidden, styled, off, &struck].concat());
    let notice = notice::read(&package(&[("word/document.xml", &body), ("word/styles.xml", styles)])).unwrap();
    assert!(!notice.source.lines.concat().contains("保密"));
    assert_eq!(notice.assignments.len(), 2);
    let told = |notice: &notice::Notice| notice.unread.iter().map(|at| (at.why, at.words.at.line)).collect::<Vec<_>>();
    assert_eq!(told(&notice), [(Why::Hidden, 3), (Why::Hidden, 4), (Why::Hidden, 6)]);
    for (open, close) in [
        ("<p hidden>", "</p>"),
        ("<p style='display: none'>", ""),
        ("<div style=\"color:red;DISPLAY:none\"><p>", "</p></div>"),
        ("<p><span style='visibility:hidden'>", "</span></p>"),
        ("<p><s>", "</s></p>"),
        ("<p><del>", "</del></p>"),
        ("<p style='text-decoration: line-through'>", "</p>"),
        ("<ul hidden><li>", "</ul>"),
        ("<table><tr hidden><td>", "</table>"),
    ] {
        let page = format!(
            "<html><body><p>一、任务<p>做好公开。（牵头单位：省财政厅）</p>{open}做好保密。（牵头单位：省编办）{close}<p>做好服务。（牵头单位：省教育厅）</p></body></html>"
        );
        let notice = notice::read(page.as_bytes()).unwrap();
        assert!(!notice.source.lines.concat().contains("保密"), "{open}");
        assert_eq!((notice.assignments.len(), told(&notice)), (2, vec![(Why::Hidden, 3)]), "{open}");
    }
}

#[test]
fn d1_a_mark_of_direction_does_not_stay_in_the_text_and_is_named_where_it_turns_words() {
    let plain = "关于分解任务的通知\n一、任务\n1．做好甲事项。（牵头单位：省财政厅）\n";
    let turned = plain.replace("省财政厅", "\u{202E}省财政厅\u{202C}").replace("关于", "\u{200E}关于");
    let page = format!("<html><body>{}</body></html>", turned.lines().map(|line| format!("<p>{line}</p>")).collect::<String>());
    for file in [turned, page] {
        let notice = notice::read(file.as_bytes()).unwrap();
        assert!(notice.source.lines.iter().all(|line| !line.contains(['\u{202E}', '\u{202C}', '\u{200E}'])));
        assert_eq!(notice.assignments, read(plain).assignments);
        let told: Vec<(Why, u32)> = notice.unread.iter().map(|unread| (unread.why, unread.words.at.line)).collect();
        assert_eq!(told, [(Why::Turned, 3)], "a mark that turns nothing is left out without a word");
    }
    assert_eq!(notice::read("\u{202E}\u{202C}\n".as_bytes()).unwrap_err(), Trouble::Empty);
}
