//! What a stranger to the reader found: layouts and times that were read in part, or to the wrong unit, without a word.

use crate::{assert_spans, names, read, said};
use notice::{Notice, Why};

fn why(notice: &Notice) -> Vec<Why> {
    notice.unread.iter().map(|told| told.why).collect()
}

/// Leads and participants of each task.
fn units(notice: &Notice) -> Vec<(String, String)> {
    notice.assignments.iter().map(|task| (names(&task.lead_units), names(&task.participating_units))).collect()
}

fn of(leads: &str, others: &str) -> (String, String) {
    (leads.to_owned(), others.to_owned())
}

/// A notice of 2016 with one task of these words.
fn one(words: &str) -> Notice {
    let notice =
        read(&format!("关于2016年任务分解的通知\n一、重点\n1、推进公开。{words}（牵头单位：省农委）\n某办公室\n2016年3月15日\n"));
    assert_spans(&notice);
    notice
}

/// Kind, day, month and day of the period, words.
fn times(notice: &Notice) -> Vec<String> {
    let dates = notice.assignments.iter().flat_map(|task| &task.dates);
    let part = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let said = |date: &notice::Date| {
        let day = date.date.map(|day| day.to_string()).unwrap_or_default();
        format!("{}:{day}:{}:{}:{}", date.kind.name(), part(date.month), part(date.day), date.words.text)
    };
    dates.map(said).collect()
}

#[test]
fn d1_a_line_across_a_table_of_tabs_does_not_end_it() {
    let table = |between: &str| {
        let text = format!(
            "2021年任务分解表\n序号\t工作任务\t责任单位\t完成时间\n1\t公开甲\t省财政厅\t6月底前\n{between}\n2\t公开乙\t省司法厅\t9月底前\n3\t公开丙\t省司法厅\t9月底前\n安徽省人民政府办公厅\n2021年4月2日\n"
        );
        let notice = read(&text);
        assert_spans(&notice);
        notice
    };
    let places = |notice: &Notice| notice.assignments.iter().map(|task| task.path.clone()).collect::<Vec<_>>();
    let headed = table("一、加强监督");
    assert_eq!((places(&headed), why(&headed)), (vec!["1".into(), "一/2".into(), "一/3".into()], vec![]));
    assert_eq!((headed.assignments[1].heading.as_str(), headed.requirements.len()), ("加强监督", 0));
    let named = table("加强监督");
    assert_eq!((named.assignments[2].heading.as_str(), why(&named)), ("加强监督", vec![]));
    assert_eq!((places(&table("")).len(), why(&table(""))), (3, vec![]));
    let prose = table("以下任务由各单位抓紧办理。另行通知。");
    assert_eq!((places(&prose).len(), why(&prose)), (3, vec![Why::Row]));
}

#[test]
fn d3_the_day_of_a_period_is_read_or_told() {
    for (words, expected) in [
        ("每季度末25日前报送。", "recurring-quarterly:::25:每季度末25日前"),
        ("每季度季末25日前报送。", "recurring-quarterly:::25:每季度季末25日前"),
        ("每月末28日前汇总。", "recurring-monthly:::28:每月末28日前"),
        ("每月月底前更新。", "recurring-monthly::::每月月底前"),
        ("每年12月份25日前报告。", "recurring-yearly::12:25:每年12月份25日前"),
    ] {
        let notice = one(words);
        assert_eq!((times(&notice), why(&notice)), (vec![expected.to_owned()], vec![]), "{words}");
    }
    for words in [
        "每半年末前10日报告。",
        "每季度最后一个工作日前报送。",
        "每季度结束后5个工作日内报送。",
        "每月第一周周五报送。",
        "每月首个工作日报送。",
        "每年25日前报送。",
    ] {
        let notice = one(words);
        assert_eq!((notice.assignments[0].dates.len(), why(&notice)), (1, vec![Why::TimeUnclear]), "{words}");
    }
    assert_eq!(why(&one("做好每月的日常工作。")), []);
}

#[test]
fn d1_a_cell_that_says_itself_who_leads_is_read_so() {
    let cell = |words: &str| {
        let notice = read(&format!(
            "2021年任务分解表\n序号\t工作任务\t责任单位\t完成时间\n1\t公开甲\t{words}\t2021年6月底前\n某办公室\n2021年4月2日\n"
        ));
        assert_spans(&notice);
        (units(&notice), why(&notice))
    };
    let all = |leads: &str, others: &str| (vec![of(leads, others)], vec![]);
    assert_eq!(cell("牵头单位：省财政厅；配合单位：省司法厅、省审计厅"), all("省财政厅", "省司法厅;省审计厅"));
    assert_eq!(cell("牵头单位：省财政厅 配合单位：省司法厅、省审计厅"), all("省财政厅", "省司法厅;省审计厅"));
    assert_eq!(cell("省财政厅牵头，省司法厅、省审计厅配合"), all("省财政厅", "省司法厅;省审计厅"));
    assert_eq!(cell("省发展改革委牵头，省直有关部门配合"), all("省发展改革委", "省直有关部门"));
    assert_eq!(cell("省财政厅（牵头）、省司法厅"), all("省财政厅", "省司法厅"));
    assert_eq!(cell("省财政厅、省司法厅"), all("省财政厅;省司法厅", ""));
    for words in ["省财政厅可牵头，也可由省民政厅牵头", "省财政厅 （牵头） 省司法厅"] {
        let (read, told) = cell(words);
        assert_eq!(read, [of("", "")], "{words}");
        assert!(told.contains(&Why::Who) && told.contains(&Why::NoUnits), "{told:?}");
    }
}

#[test]
fn d1_a_label_on_a_line_of_its_own_is_no_text_of_the_task() {
    let task = |line: &str| {
        let notice = read(&format!(
            "关于任务分解的通知\n一、重点\n1、地区生产总值增长6%。\n{line}\n责任单位：省发展改革委\n2、公开预算。\n某办公室\n2016年3月15日\n"
        ));
        assert_spans(&notice);
        let (_, text, leads, _, dates) = said(&notice.assignments[0]);
        assert_eq!((text.as_str(), leads.as_str()), ("地区生产总值增长6%", "省发展改革委"), "{line}");
        let told = notice.unread.iter().filter(|told| told.words.at.line == 4).map(|told| told.why).collect::<Vec<_>>();
        (dates.into_iter().filter_map(|(_, day)| day).collect::<Vec<_>>(), told)
    };
    for line in ["分管领导：陈永红", "责任人：陈永红", "备注：无", "市领导：陈永红", "手机：（略）", "指标：6%"]
    {
        assert_eq!(task(line), (vec![], vec![Why::Aside]), "{line}");
    }
    assert_eq!(task("时间：6月底前"), (vec!["2016-06-30".to_owned()], vec![]));
    assert_eq!(task("完成时限：6月底前"), (vec!["2016-06-30".to_owned()], vec![]));
    assert_eq!(why(&one("分管领导：陈永红。")), [Why::Person]);
}

#[test]
fn d1_of_two_columns_of_tasks_the_content_is_the_text_and_the_short_one_its_heading() {
    let row = |heads: &str, cells: &str| {
        let notice = read(&format!("2021年任务分解表\n序号\t{heads}\t责任单位\n1\t{cells}\t省财政厅\n某办公室\n2021年4月2日\n"));
        assert_spans(&notice);
        assert_eq!(notice.unread, [], "{heads}");
        let task = &notice.assignments[0];
        (task.heading.clone(), task.text.clone(), task.dates.len())
    };
    for heads in ["主要任务\t工作内容及要求", "工作任务\t具体措施", "重点任务\t内容"] {
        let read = row(heads, "公开财政信息\t预决算公开，2021年10月底前完成");
        assert_eq!(read, ("公开财政信息".into(), "预决算公开，2021年10月底前完成".into(), 1), "{heads}");
    }
    assert_eq!(row("主要任务\t工作内容及要求", "公开预算\t").1, "公开预算");
}

#[test]
fn d1_a_year_beside_a_feast_and_the_day_of_a_document_are_no_deadline() {
    let undated = |words: &str| {
        let notice = one(words);
        let days = notice.assignments[0].dates.iter().filter_map(|date| date.date).count();
        assert_eq!((days, why(&notice)), (0, vec![Why::NoDay]), "{words}");
    };
    let feasts =
        ["确保2017年春节前完成。", "2017年国庆前完成。", "确保2017年春节见效。", "2016年“五一”前完成。", "在2016年两会前完成。"];
    feasts.into_iter().for_each(undated);
    let document = one("按照2008年5月1日起施行的条例办理。");
    assert_eq!((times(&document), why(&document)), (vec![], vec![]));
    let plan = one("到\"十三五\"末全面建成。");
    assert_eq!((times(&plan), why(&plan)), (vec!["by:2020-12-31:::\"十三五\"末".to_owned()], vec![]));
    assert_eq!(why(&one("今明两年完成。")), [Why::TimeUnclear]);
    let thirds = one("2016年6月中旬前、下旬前完成。");
    assert_eq!(why(&thirds).last(), Some(&Why::TimeUnclear), "{thirds:?}");
    assert_eq!(thirds.unread.last().unwrap().words.text, "下旬");
}

#[test]
fn d1_the_title_of_an_annex_asks_nothing_of_anybody() {
    let notice = read(
        "安徽省人民政府办公厅关于印发2020年政务公开任务分解表的通知\n各市人民政府：\n现印发给你们。\n安徽省人民政府办公厅\n2020年5月8日\n2020年政务公开任务分解表\n序号\t主要任务\t责任单位\n1\t公开甲\t省财政厅\n",
    );
    assert_eq!((notice.assignments.len(), notice.requirements.as_slice(), notice.unread.as_slice()), (1, &[][..], &[][..]));
}

#[test]
fn f142_a_unit_under_two_of_its_names_is_told() {
    let notice = read(
        "关于任务分解的通知\n一、任务\n1、公开。（牵头单位：省环保厅；配合单位：省环境保护厅、省编办、安徽省机构编制委员会办公室）\n某办公室\n2016年3月15日\n",
    );
    let told: Vec<&str> =
        notice.unread.iter().filter(|told| told.why == Why::SameUnit).map(|told| told.words.text.as_str()).collect();
    assert_eq!(told, ["省环境保护厅", "安徽省机构编制委员会办公室"]);
    assert!(notice.unread[0].zh.contains("“省环境保护厅”和“省环保厅”是同一个单位"));
}

#[test]
fn d1_tasks_may_be_numbered_through_their_chapters() {
    let chapters = |next: u32| {
        let unit = "（牵头单位：省财政厅）";
        read(&format!(
            "关于任务分解的通知\n一、甲\n1、公开预算。{unit}\n2、公开决算。{unit}\n二、乙\n{next}、公开审计。{unit}\n某办公室\n2016年3月15日\n"
        ))
    };
    assert_eq!((why(&chapters(3)), why(&chapters(1)), why(&chapters(5))), (vec![], vec![], vec![Why::NumberJump]));
    let tables = |next: u32| {
        let head = "序号\t任务\t责任单位";
        read(&format!(
            "任务分解表\n一、甲\n{head}\n1\t公开预算\t省财政厅\n2\t公开决算\t省财政厅\n二、乙\n{head}\n{next}\t公开审计\t省审计厅\n某办公室\n2016年3月15日\n"
        ))
    };
    assert_eq!((why(&tables(3)), why(&tables(1)), why(&tables(5))), (vec![], vec![], vec![Why::NumberJump]));
}

#[test]
fn d1_short_labels_and_a_second_bracket_are_read() {
    let clause = |words: &str| {
        let notice = read(&format!("关于任务分解的通知\n一、任务\n1、公开预算。{words}\n某办公室\n2016年3月15日\n"));
        assert_spans(&notice);
        let days = notice.assignments.iter().flat_map(|task| &task.dates).filter_map(|date| date.date).map(|day| day.to_string());
        (units(&notice), days.collect::<Vec<_>>().join(";"), why(&notice))
    };
    let read = |leads: &str, others: &str, days: &str| (vec![of(leads, others)], days.to_owned(), vec![]);
    assert_eq!(clause("（牵头：省农委；参加：省审计厅）"), read("省农委", "省审计厅", ""));
    assert_eq!(clause("（负责：省农委；协助：省审计厅）"), read("省农委", "省审计厅", ""));
    assert_eq!(clause("（牵头单位：省农委）（完成时限：2016年6月底）"), read("省农委", "", "2016-06-30"));
    assert_eq!(
        clause("（牵头单位：省农委　配合单位：省财政厅）（完成时限：2016年6月底）"),
        read("省农委", "省财政厅", "2016-06-30")
    );
    assert_eq!(clause("（完成时限：2016年6月底）（牵头单位：省农委）"), read("省农委", "", "2016-06-30"));
    assert_eq!(clause("（牵头单位：省农委）（配合单位：省财政厅）"), read("省农委", "省财政厅", ""));
    let (units, _, told) = clause("由省国土资源厅负责，不由省住房城乡建设厅负责。");
    assert_eq!((units, told), (vec![of("省国土资源厅", "")], vec![Why::NoUnitName]));
}

#[test]
fn d1_a_clause_between_tasks_that_names_no_lead_is_told_at_every_level() {
    let told = |clauses: &str| {
        let notice = read(&format!("关于2012年任务分解的通知\n省政府各部门：\n{clauses}\n某办公室\n2012年3月15日\n"));
        assert_spans(&notice);
        let told: Vec<_> = notice.unread.iter().map(|told| (told.why, told.words.at.line)).collect();
        (notice.assignments.len(), notice.requirements.len(), told)
    };
    let one = |line: u32| (2, 0, vec![(Why::NoUnits, line)]);
    let led = "（牵头单位：省财政厅）";
    for between in [
        "抓落实（省教育厅、省科技厅）",
        "抓落实（省教育厅、省科技厅）。",
        "抓好校园安全，2012年8月底前完成排查（省教育厅、省公安厅）",
        "抓落实，8月底前完成",
        "抓落实",
        "做好督查。8月底前完成（省教育厅、省公安厅）",
        "省教育厅要抓好落实，8月底前完成",
    ] {
        for [a, b, c] in
            [["一、", "二、", "三、"], ["1．", "2．", "3．"], ["（一）", "（二）", "（三）"], ["第一条 ", "第二条 ", "第三条 "]]
        {
            assert_eq!(told(&format!("{a}做事{led}\n{b}{between}\n{c}做别的{led}")), one(4), "{b}{between}");
            assert_eq!(told(&format!("{a}{between}\n{b}做事{led}\n{c}做别的{led}")), one(3), "{a}{between}");
            assert_eq!(told(&format!("{a}做事{led}\n{b}做别的{led}\n{c}{between}")), one(5), "{c}{between}");
        }
        assert_eq!(told(&format!("一、重点\n（一）做事{led}\n（二）做别的{led}\n二、{between}")), one(6), "二、{between}");
        assert_eq!(told(&format!("附件1\n分工\n一、做事{led}\n二、{between}\n三、做别的{led}")), one(6), "附件：{between}");
    }
    // What is asked of everybody stays that, also where tasks are numbered as it is.
    for asked in [
        "各单位要高度重视，8月底前完成",
        "加强组织领导",
        "加强组织领导。各单位要明确专人。",
        "省政府办公厅将对落实情况进行督查",
        "本通知自印发之日起施行。",
    ] {
        assert_eq!(told(&format!("一、做事{led}\n二、做别的{led}\n三、{asked}")), (2, 1, vec![]), "{asked}");
    }
    // To whom they report it does not say.
    let report = format!("一、做事{led}\n二、做别的{led}\n三、请各单位于8月底前报送方案");
    assert_eq!(told(&report), (2, 1, vec![(Why::Report, 5)]));
}

#[test]
fn d1_what_a_notice_says_of_itself_hides_no_requirement_behind_it() {
    let notice = read(
        "某市人民政府办公室关于任务分解的通知\n各县人民政府：\n一、做事（牵头单位：市财政局）\n三、做别的（牵头单位：市公安局）\n本通知自印发之日起施行。各责任单位要在2022年3月15日前制定方案，报市政府办公室。\n某市人民政府办公室\n2022年2月15日\n",
    );
    assert_spans(&notice);
    assert_eq!(why(&notice), [Why::NumberJump]);
    let [reporting] = &notice.reporting[..] else { panic!("{notice:?}") };
    let said = (reporting.who.text.as_str(), reporting.to.text.as_str(), reporting.by.date.unwrap().to_string());
    assert_eq!(said, ("各责任单位", "市政府办公室", "2022-03-15".to_owned()));
    assert_eq!(notice.requirements.last().unwrap().responsible.as_ref().unwrap().text, "各责任单位");
}

#[test]
fn d1_an_appendix_without_its_notice_has_its_title_and_the_year_in_it() {
    let of = |head: &str| {
        let notice = read(&format!("{head}\n序号\t工作任务\t责任单位\t完成时限\n1\t公开预算\t省财政厅\t12月31日\n"));
        assert_spans(&notice);
        let day = notice.assignments[0].dates.first().and_then(|date| date.date).map(|day| day.to_string());
        (notice.title.clone().map(|title| title.text).unwrap_or_default(), day.unwrap_or_default(), why(&notice))
    };
    let title = "2020年政务公开任务分解表";
    let read = (title.to_owned(), "2020-12-31".to_owned(), vec![]);
    assert_eq!(of(&format!("附件2\n{title}")), read);
    assert_eq!(of(&format!("附件2：{title}")), read);
    assert_eq!(of(title), read);
    // Of two years nobody knows which is meant, and a title without one says none.
    for title in ["2019年考核问题2020年整改任务分解表", "政务公开任务分解表"] {
        assert_eq!(of(title), (title.to_owned(), String::new(), vec![Why::NoYear]));
    }
}

#[test]
fn d1_who_leads_instead_of_another_is_read_by_name() {
    for words in ["改由省司法厅牵头", "现由省司法厅牵头", "转由省司法厅牵头"] {
        let notice =
            read(&format!("关于任务分解的通知\n一、重点\n13．整治乱象，省公安厅不再牵头，{words}。\n某办公室\n2016年3月15日\n"));
        assert_spans(&notice);
        assert_eq!(units(&notice), [of("省司法厅", "")], "{words}");
        assert!(why(&notice).contains(&Why::Who), "that another led is told: {:?}", notice.unread);
    }
}

#[test]
fn d1_the_days_of_what_returns_are_told_apart_in_words() {
    let notice = one("每年2月底、10月底前报告。");
    let days: Vec<String> = notice.assignments[0].dates.iter().map(notice::Date::returning).collect();
    assert_eq!(days, ["每年 2 月底", "每年 10 月底"]);
    let of = |words: &str| one(words).assignments[0].dates[0].returning();
    assert_eq!(of("每月10日前报送。"), "每月 10 日");
    assert_eq!(of("每季度末25日前报送。"), "每季度第 3 个月 25 日");
    assert_eq!(of("每周五报送。"), "每周五");
    assert_eq!(of("每年至少报送一次。"), "");
}

#[test]
fn d1_goals_of_a_part_of_the_year_are_told_and_are_no_text_of_the_task() {
    let table = |head: &str, row: &str| {
        read(&format!("关于2016年重点工作任务分解的通知\n序号\t{head}\n1\t{row}\n某办公室\n2016年3月10日\n"))
    };
    let quarters = table(
        "目标任务\t责任单位\t第一季度目标\t第二季度目标\t第三季度目标\t第四季度目标",
        "新建幼儿园5所\t市教体局\t完成选址\t开工\t主体封顶\t投入使用",
    );
    assert_eq!((quarters.assignments[0].text.as_str(), quarters.assignments[0].heading.as_str()), ("新建幼儿园5所", ""));
    let told: Vec<_> = quarters.unread.iter().map(|told| (told.why, told.words.text.as_str())).collect();
    assert_eq!(told, ["第一季度目标", "第二季度目标", "第三季度目标", "第四季度目标"].map(|head| (Why::Column, head)));
    let stages = table("工作任务\t年度目标\t阶段目标\t责任单位", "新建幼儿园\t建成5所\t6月底前开工\t市教体局");
    assert_eq!((stages.assignments[0].text.as_str(), stages.assignments[0].heading.as_str()), ("建成5所", "新建幼儿园"));
    assert_eq!(stages.unread.iter().map(|told| told.words.text.as_str()).collect::<Vec<_>>(), ["阶段目标"]);
}

#[test]
fn d1_a_head_of_two_rows_is_one_head() {
    let head = "<tr><td rowspan=2>序号</td><td rowspan=2>任务名称</td><td colspan=2>责任分工</td><td rowspan=2>完成时限</td></tr><tr><td>牵头单位</td><td>配合单位</td></tr>";
    let row = "<tr><td>1</td><td>建设学校</td><td>县教育局</td><td>县财政局</td><td>2020年8月底前</td></tr>";
    let notice = read(&format!(
        "<html><body><p>太和县关于2020年重点工作任务分解的通知</p><table>{head}{row}</table><p>太和县人民政府办公室</p><p>2020年3月3日</p></body></html>"
    ));
    assert_spans(&notice);
    let (_, text, leads, others, times) = said(&notice.assignments[0]);
    assert_eq!((text.as_str(), leads.as_str(), others.as_str(), times.len()), ("建设学校", "县教育局", "县财政局", 1));
    assert_eq!(notice.unread, []);
}
