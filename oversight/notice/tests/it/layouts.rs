//! Notices of other layouts against readings made by hand.

use crate::{assert_spans, names, read};
use notice::{Date, Notice};

/// Rows in the form of the files of expected readings.
fn rows(notice: &Notice) -> Vec<Vec<String>> {
    let start = |text: &str| text.replace('\n', "").chars().take(12).collect::<String>();
    let dates = |dates: &[Date]| {
        let date = |date: &Date| format!("{}:{}", date.kind.name(), date.date.map(|day| day.to_string()).unwrap_or_default());
        dates.iter().map(date).collect::<Vec<_>>().join(";")
    };
    let text = |words: &Option<notice::Words>| words.as_ref().map(|words| words.text.clone()).unwrap_or_default();
    let mut rows = Vec::new();
    for task in &notice.assignments {
        let (leads, others) = (names(&task.lead_units), names(&task.participating_units));
        let (paragraph, line) = (task.paragraph.to_string(), task.line().to_string());
        let heading = task.heading.clone();
        rows.push(vec![
            "assignment".into(),
            task.path.clone(),
            paragraph,
            line,
            heading,
            start(&task.text),
            leads,
            others,
            dates(&task.dates),
        ]);
    }
    for asked in &notice.requirements {
        let (paragraph, line) = (asked.paragraph.to_string(), asked.words.at.line.to_string());
        let (who, to) = (text(&asked.responsible), text(&asked.recipient));
        let heading = asked.heading.clone();
        rows.push(vec![
            "requirement".into(),
            asked.path.clone(),
            paragraph,
            line,
            heading,
            start(&asked.words.text),
            who,
            to,
            dates(&asked.dates),
        ]);
    }
    for report in &notice.reporting {
        let (line, by) = (report.who.at.line.to_string(), dates(std::slice::from_ref(&report.by)));
        let mut row = vec!["reporting".to_owned(), String::new(), String::new(), line, String::new(), String::new()];
        row.extend([report.who.text.clone(), report.to.text.clone(), by]);
        rows.push(row);
    }
    for unread in &notice.unread {
        assert!(!unread.zh.is_empty() && !unread.en.is_empty());
        let mut row = vec!["unread".to_owned(), String::new(), String::new(), unread.words.at.line.to_string(), String::new()];
        let why = serde_json::to_value(unread.why).unwrap().as_str().unwrap().to_owned();
        row.extend([start(&unread.words.text), why, String::new(), String::new()]);
        rows.push(row);
    }
    rows
}

fn assert_read(notice: &Notice, expected: &str) {
    let records = csv::Reader::from_reader(expected.as_bytes()).into_records();
    let expected: Vec<Vec<String>> = records
        .map(|record| {
            let mut row: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            row[5] = row[5].chars().take(12).collect();
            row
        })
        .collect();
    assert_eq!(rows(notice), expected, "\n{:#?}", rows(notice));
    assert_spans(notice);
}

#[test]
fn d1_labels_in_sentences_under_chapters_and_articles() {
    let notice = read(include_str!("../data/sentences.txt"));
    assert_read(&notice, include_str!("../data/sentences.csv"));
    assert_eq!(notice.document_no.unwrap().text, "清政办〔2023〕12号");
    assert_eq!(notice.title.unwrap().text, "清溪市人民政府办公室关于印发提升基层政务服务能力重点任务分工的通知");
    assert_eq!(notice.issuer.unwrap().text, "清溪市人民政府办公室");
    assert_eq!(notice.signed.unwrap().date.unwrap().to_string(), "2023-06-05");
}

#[test]
fn d1_units_named_in_the_sentence_and_years_taken_from_the_notice() {
    let notice = read(include_str!("../data/spoken.txt"));
    assert_read(&notice, include_str!("../data/spoken.csv"));
    let assumed: Vec<bool> = notice.assignments.iter().flat_map(|task| &task.dates).map(|date| date.year_assumed).collect();
    assert_eq!(assumed, [true, true, false, false, false, false, false]);
    assert_eq!(notice.issuer.unwrap().text, "白水省政务公开领导小组");
    assert_eq!(notice.signed.unwrap().date.unwrap().to_string(), "2015-03-20");
}

#[test]
fn d1_labels_on_lines_of_their_own_narrow_marks_and_an_appendix() {
    let notice = read(include_str!("../data/lines.txt"));
    assert_read(&notice, include_str!("../data/lines.csv"));
    assert_eq!(names(&notice.addressees), "各乡镇人民政府;县政府各部门");
    assert_eq!(
        notice.assignments[0].text,
        "建设全县统一的网上受理平台，与市级平台对接。\n平台于2021年10月1日前上线试运行,2021年底前正式运行。"
    );
}

#[test]
fn d1_rows_of_a_table_on_a_web_page() {
    let notice = read(include_str!("../data/table.html"));
    let csv = include_str!("../data/table.csv");
    let requirement = notice.requirements.first().unwrap();
    assert_eq!((requirement.responsible.as_ref().unwrap().text.as_str(), notice.reporting.len()), ("各牵头单位", 1));
    assert_eq!(notice.reporting[0].by.date.unwrap().to_string(), "2019-12-10");
    assert_read(&Notice { requirements: Vec::new(), reporting: Vec::new(), ..notice.clone() }, csv);
    assert_eq!(notice.title.unwrap().text, "南河市人民政府关于分解落实政务服务改革任务的通知");
    assert_eq!(notice.issuer.unwrap().text, "南河市人民政府");
    assert_eq!(notice.document_no.unwrap().text, "南政〔2019〕21号");
}

#[test]
fn d1_what_cannot_be_read_is_named_with_its_line_and_the_reason() {
    assert_read(&read(include_str!("../data/faulty.txt")), include_str!("../data/faulty.csv"));
}

#[test]
fn d1_cells_parted_by_bars() {
    let notice = read(
        "北湖县政务服务任务分解表\n\n| 任务内容 | 责任单位 | 协办单位 | 时限 |\n|---|---|---|---|\n| 建立好差评制度 | 县政务局 | 县纪委监委、县信访局 | 2022-06-30 |\n｜推行周末服务｜县政务局｜无｜长期｜\n",
    );
    assert_eq!(notice.assignments.len(), 2);
    assert_eq!(notice.assignments[0].path, "1");
    assert_eq!(names(&notice.assignments[0].participating_units), "县纪委监委;县信访局");
    assert_eq!(notice.assignments[0].dates[0].date.unwrap().to_string(), "2022-06-30");
    assert_eq!(notice.assignments[1].participating_units, []);
    assert_eq!(notice.unread, []);
}

#[test]
fn d1_several_clauses_in_one_paragraph_are_several_tasks() {
    let notice =
        read("一、任务\n1．开通热线（牵头单位：市信访局）；开设专栏（牵头单位：市政府办公室；参加单位：市融媒体中心）。\n");
    let read: Vec<(&str, String)> = notice.assignments.iter().map(|task| (task.text.as_str(), names(&task.lead_units))).collect();
    assert_eq!(read, [("开通热线", "市信访局".to_owned()), ("开设专栏", "市政府办公室".to_owned())]);
    assert_eq!(notice.assignments[1].paragraph, 1);
    assert_spans(&notice);
}

#[test]
fn d1_stops_alone_are_no_task() {
    for text in ["一、任务\n、。\n牵头单位：省财政厅\n", "一、，\n牵头单位：省财政厅\n"] {
        let notice = read(text);
        assert!(notice.assignments.iter().all(|task| !task.text.trim_matches(['，', '、', '。']).is_empty()), "{notice:?}");
    }
}

#[test]
fn d1_layouts_in_one_line_of_text() {
    assert_read(&read(include_str!("../data/inline.txt")), include_str!("../data/inline.csv"));
    let notice = read(include_str!("../data/inline.txt"));
    let titles: Vec<String> = notice.assignments.iter().map(notice::Assignment::title).collect();
    assert_eq!(titles[..3], ["推进省级预算公开", "公开省级决算", "制定平台建设办法"]);
}

#[test]
fn d1_merged_cells_share_their_number() {
    let page = |second: &str| {
        format!(
            "<html><h1>任务分解表</h1><table><tr><th>序号</th><th>重点任务</th><th>具体举措</th><th>牵头单位</th><th>完成时限</th></tr>\
             <tr><td rowspan=2>1</td><td rowspan=2>加强公开</td><td>公开预算</td><td>省财政厅</td><td>2024年6月底前</td></tr>\
             <tr><td>公开决算</td><td>省财政厅</td><td>持续推进</td></tr>\
             <tr><td>{second}</td><td>加强解读</td><td>解读政策</td><td>省司法厅</td><td>2024.12</td></tr></table></html>"
        )
    };
    let notice = read(&page("2"));
    let places: Vec<(&str, u32)> = notice.assignments.iter().map(|task| (task.path.as_str(), task.paragraph)).collect();
    assert_eq!(places, [("1", 1), ("1", 2), ("2", 1)]);
    assert_eq!(notice.unread, []);
    assert_eq!(notice.assignments[1].title(), "公开决算");
    assert_eq!(read(&page("3")).unread[0].why, notice::Why::NumberJump);
}

#[test]
fn d1_a_text_without_tasks_is_named() {
    let poem = "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n";
    let units = "<html><table><tr><th>牵头单位</th></tr><tr><td>省财政厅</td></tr></table></html>";
    for text in [poem, units, &"（".repeat(200_000), &format!("{}牵头单位：省财政厅", "<div>".repeat(300_000))] {
        let notice = read(text);
        assert_eq!(notice.assignments, []);
        assert!(notice.unread.iter().any(|at| at.why == notice::Why::NoTasks && at.words.text.chars().count() <= 200));
    }
}

#[test]
fn d1_the_time_in_a_heading_holds_for_what_is_under_it() {
    let notice = read(
        "关于2024年任务分工的通知\n一、任务\n（一）2024年6月底前公开预算\n公开到项级科目。（牵头单位：省财政厅）\n公开说明。（牵头单位：省审计厅）\n",
    );
    let days: Vec<String> = notice.assignments.iter().map(|task| task.dates[0].date.unwrap().to_string()).collect();
    assert_eq!(days, ["2024-06-30", "2024-06-30"]);
}

#[test]
fn d1_a_list_goes_on_below_its_label() {
    let notice = read(
        "一、任务\n（一）加强解读。\n政策文件要同步解读。\n牵头单位：省政府办公厅\n参加单位：省司法厅\n          省教育厅、省审计厅\n完成时限：2024年9月\n",
    );
    let [task] = &notice.assignments[..] else { panic!("{notice:?}") };
    assert_eq!(
        (names(&task.lead_units).as_str(), names(&task.participating_units).as_str()),
        ("省政府办公厅", "省司法厅;省教育厅;省审计厅")
    );
    assert_eq!((task.dates.len(), &notice.unread[..]), (1, &[][..]));
}

#[test]
fn d1_a_number_that_begins_anew_below_a_named_heading_is_of_that_heading() {
    for (first, second) in [
        ("问题一：公开不及时", "问题二：服务不到位"),
        ("专项一 公开不及时", "专项二 服务不到位"),
        ("清单一、公开不及时", "清单二、服务不到位"),
        ("反馈问题1：公开不及时", "反馈问题2：服务不到位"),
        ("附件1 公开不及时", "附件2 服务不到位"),
        ("附件一：公开不及时", "附件二：服务不到位"),
        ("附件1．公开不及时", "附件2．服务不到位"),
    ] {
        let unit = "（牵头单位：省财政厅）";
        let notice = crate::read(&format!(
            "关于任务分解的通知\n一、总体任务\n1．统筹推进。{unit}\n{first}\n1．公开预算。{unit}\n2．公开决算。{unit}\n{second}\n1．优化服务。{unit}\n2．编制目录。{unit}\n某办公室\n2024年3月5日\n"
        ));
        crate::assert_spans(&notice);
        assert_eq!(notice.unread, [], "{first}");
        let under: Vec<_> = notice.assignments.iter().map(|task| task.heading.as_str()).collect();
        assert_eq!(under, ["总体任务", "公开不及时", "公开不及时", "服务不到位", "服务不到位"], "{first}");
        let paths: std::collections::HashSet<_> = notice.assignments.iter().map(|task| task.path.as_str()).collect();
        assert_eq!(paths.len(), 5, "{first}: {paths:?}");
    }
    let prose = crate::read(
        "关于任务分解的通知\n一、整改\n问题一直存在，项目二期抓紧建设。（牵头单位：省财政厅）\n某办公室\n2024年3月5日\n",
    );
    assert_eq!((prose.assignments[0].path.as_str(), prose.unread.len()), ("一", 0));
}
