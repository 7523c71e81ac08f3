//! Writings of units and times that are read in full, or told; never in part without a word.

use crate::{assert_spans, names, read, said};
use notice::{Notice, Why};

/// A notice of one clause, signed on 5 March 2024.
fn one(clause: &str) -> Notice {
    let notice = read(&format!("关于任务分解的通知\n一、深化改革\n{clause}\n2024年3月5日\n"));
    assert_spans(&notice);
    notice
}

/// Leads and participants of its one task, of which nothing is told.
fn units(clause: &str) -> (String, String) {
    let notice = one(clause);
    assert_eq!(notice.unread, [], "{clause}");
    let [task] = &notice.assignments[..] else { panic!("{clause}: {notice:?}") };
    (names(&task.lead_units), names(&task.participating_units))
}

fn assert_units(clause: &str, leads: &str, others: &str) {
    assert_eq!(units(clause), (leads.to_owned(), others.to_owned()), "{clause}");
}

/// Why places of it are told.
fn told(clause: &str) -> Vec<Why> {
    one(clause).unread.iter().map(|told| told.why).collect()
}

#[test]
fn d1_who_takes_part_may_stand_behind_the_leads_of_one_label() {
    assert_units("1. 制定标准。牵头部门：省财政厅，省民政厅、省审计厅配合。", "省财政厅", "省民政厅;省审计厅");
    assert_units("1. 制定标准。（责任单位：省财政厅，由省民政厅协助）", "省财政厅", "省民政厅");
    assert_units("1. 制定标准。（牵头单位：省财政厅会同省民政厅）", "省财政厅", "省民政厅");
    assert_units("1. 制定标准。（牵头单位：省财政厅，省民政厅配合，2024年6月底前完成）", "省财政厅", "省民政厅");
    let unsure = one("1. 制定标准。（牵头单位：省财政厅，省教育厅，省民政厅配合）");
    assert_eq!(said(&unsure.assignments[0]).2, "省财政厅");
    assert_eq!(unsure.unread.iter().map(|told| told.why).collect::<Vec<_>>(), [Why::Participants]);
    assert!(told("1. 制定标准。（牵头单位：省财政厅、省审计厅配合）").contains(&Why::Participants));
}

#[test]
fn d1_a_label_may_be_followed_by_a_verb() {
    for clause in [
        "1. 制定标准。牵头单位是省财政厅，参加单位有省民政厅、省审计厅。",
        "1. 制定标准。牵头单位为省财政厅，配合单位包括省民政厅、省审计厅。",
        "1. 制定标准。牵头单位为省财政厅，配合单位分别为省民政厅、省审计厅。",
    ] {
        assert_units(clause, "省财政厅", "省民政厅;省审计厅");
    }
}

#[test]
fn d1_a_name_that_holds_words_around_it_is_told() {
    for clause in
        ["（牵头单位：省财政厅，其中配合单位是省民政厅）", "（责任单位：省财政厅、由省民政厅）", "（责任单位：参加单位省民政厅）"]
    {
        let notice = one(&format!("1. 制定标准。{clause}"));
        let units = notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
        assert!(units.into_iter().all(|unit| matches!(unit.name.as_str(), "省财政厅" | "省民政厅")), "{notice:?}");
        assert!(!notice.unread.is_empty(), "{clause}");
    }
}

#[test]
fn d1_who_leads_in_a_sentence_of_its_own_is_read() {
    assert_units("编制目录并公布。省财政厅为牵头单位，省民政厅为参加单位。", "省财政厅", "省民政厅");
    assert_units("编制目录并公布。由省审计厅会同省民政厅办理。", "省审计厅", "省民政厅");
    assert_units("编制目录并公布。省财政厅、省民政厅共同牵头，其他部门参加。", "省财政厅;省民政厅", "其他部门");
    assert_units("编制目录并公布。（省财政厅〔牵头〕、省民政厅、省公安厅）", "省财政厅", "省民政厅;省公安厅");
    assert_units("编制目录并公布。（省财政厅牵头，会同省民政厅、省公安厅）", "省财政厅", "省民政厅;省公安厅");
    assert_units("编制目录并公布。（省财政厅牵头会同省民政厅）", "省财政厅", "省民政厅");
    assert_units("编制目录并公布。（由省财政厅牵头，并由省民政厅协助）", "省财政厅", "省民政厅");
    let notice = one("做好公开。（牵头单位：省审计厅）\n二、规范管理\n建立台账，省财政厅牵头，省民政厅参加。");
    assert_eq!(notice.unread, []);
    let (_, text, leads, others, _) = said(&notice.assignments[1]);
    assert_eq!((text.as_str(), leads.as_str(), others.as_str()), ("建立台账", "省财政厅", "省民政厅"));
    assert_units("（一）\n建立台账，省财政厅牵头，省民政厅参加。", "省财政厅", "省民政厅");
}

#[test]
fn d1_who_leads_in_a_writing_that_is_not_read_is_told() {
    let first = "做好公开。（牵头单位：省审计厅）\n二、规范管理\n";
    for clause in [
        "建立台账，省财政厅可牵头，也可由省民政厅牵头。",
        "省财政厅会同省民政厅把台账建立起来。",
        "台账的责任单位，是省财政厅。",
        "台账（省财政厅、省民政厅〔配合〕）",
        "台账由省财政厅主办，省民政厅协办。",
        "由省财政厅建立台账。",
    ] {
        let notice = one(&format!("{first}{clause}"));
        let who: Vec<_> = notice.unread.iter().map(|told| (told.why, told.words.at.line)).collect();
        assert_eq!((who, notice.requirements.len()), (vec![(Why::Who, 5)], 0), "{clause}");
    }
    assert_eq!(told("省财政厅仍是牵头的单位，抓紧办理。（责任单位：省审计厅）"), [Why::Who]);
    let asked = read("一、任务\n做好。（牵头单位：省审计厅）\n二、工作要求\n省财政厅要会同省民政厅加强督查。\n");
    assert_eq!((asked.requirements.len(), asked.unread.len()), (1, 0));
}

#[test]
fn d1_a_chapter_that_says_neither_holds_requirements_only_where_everybody_is_asked() {
    let notice = read(
        "一、工作任务\n1.建设平台。（牵头单位：省教育厅）\n二、优化服务\n1.事项进驻大厅，6月30日前完成。（省公安厅、省司法厅）\n2.省司法厅要在9月底前完成清单编制，省财政厅做好保障。\n3.各地各部门要抓好落实。\n",
    );
    assert_eq!(notice.requirements.iter().map(|asked| asked.words.text.as_str()).collect::<Vec<_>>(), ["各地各部门要抓好落实"]);
    assert_eq!(notice.unread.iter().map(|told| told.words.at.line).collect::<Vec<_>>(), [4, 5]);
}

/// The times of a task, and why places of it are told.
fn times(words: &str) -> (Vec<(String, Option<String>)>, Vec<Why>) {
    let notice = one(&format!("1. {words}（牵头单位：省财政厅）"));
    (said(&notice.assignments[0]).4, notice.unread.iter().map(|told| told.why).collect())
}

fn by(day: &str) -> (Vec<(String, Option<String>)>, Vec<Why>) {
    (vec![("by".to_owned(), Some(day.to_owned()))], vec![])
}

#[test]
fn d1_half_years_and_quarters_without_a_year_are_of_the_signature_or_told() {
    assert_eq!(times("上半年完成台账。"), by("2024-06-30"));
    assert_eq!(times("台账下半年完成。"), by("2024-12-31"));
    assert_eq!(times("第三季度完成台账。"), by("2024-09-30"));
    for words in ["年中完成台账。", "第三季度开展自查。", "下半年启动。", "今年上半年开展自查。", "近日内办结。"]
    {
        assert_eq!(times(words), (vec![], vec![Why::TimeUnclear]), "{words}");
    }
    for words in ["2024年年中完成台账。", "2024年中完成台账。"] {
        assert_eq!(times(words), (vec![], vec![Why::TimeUnclear]), "{words}");
    }
    assert_eq!(times("在一年中分批完成。"), (vec![], vec![]));
    for words in ["建立季度通报制度。", "总结2023年上半年经验。"] {
        assert_eq!(times(words), (vec![], vec![]), "{words}");
    }
}

#[test]
fn d1_not_later_than_a_day_is_by_it() {
    for words in ["不得晚于2024年6月30日完成。", "最迟在2024年6月30日完成。", "不迟于2024年6月30日完成。"]
    {
        assert_eq!(times(words), by("2024-06-30"), "{words}");
    }
    let notice = one("1. 完成台账，不得晚于2024年6月30日。（牵头单位：省财政厅）");
    let (due, why) = notice.assignments[0].dates[0].moved(&calendar::Calendar::china()).unwrap();
    assert_eq!((due.to_string().as_str(), why.as_str()), ("2024-07-01", "星期日"));
    assert_eq!(times("不得早于2024年6月30日启用。").0, [("from".to_owned(), Some("2024-06-30".to_owned()))]);
}

#[test]
fn d1_the_day_of_a_document_is_no_deadline_and_one_before_the_signature_is_told() {
    assert_eq!(times("落实2011年12月31日前下发的文件。"), (vec![], vec![]));
    assert_eq!(times("2023年6月底前完成。"), (by("2023-06-30").0, vec![Why::Past]));
    assert_eq!(times("2024年6月底前印发办法。"), by("2024-06-30"));
}

#[test]
fn d1_a_length_of_time_from_the_notice_is_a_deadline_and_one_from_nothing_is_told() {
    assert_eq!(times("自印发之日起30日内完成。"), by("2024-04-04"));
    let within = |why: &[Why]| (vec![("within".to_owned(), None)], why.to_vec());
    // The day of the signature does not count (CLK-01): 2024-03-05 is a Tuesday.
    assert_eq!(times("自印发之日起15个工作日内完成。"), by("2024-03-26"));
    assert_eq!(times("自印发之日起900个工作日内完成。"), within(&[Why::NoDay]));
    for words in ["3年内完成。", "30日内完成。", "10个工作日内完成。", "半月内报送。"] {
        assert_eq!(times(words), within(&[Why::NoDay]), "{words}");
    }
    assert_eq!(times("办理时间压缩至3个工作日以内。"), within(&[]));
    // Behind a label that says so, a length alone counts from the notice.
    let cell = one("1. 完成台账。（牵头单位：省财政厅；完成时限：30日内）");
    assert_eq!(said(&cell.assignments[0]).4, by("2024-04-04").0);
    assert_eq!(times("对申请在15个工作日内答复。"), within(&[]));
}

#[test]
fn d1_a_table_whose_cells_nothing_parts_is_told_line_by_line() {
    let last = one("序号 任务 牵头单位 配合单位 完成时限\n1 建立台账 省财政厅 省审计厅 2024年6月底前");
    assert_eq!((last.issuer, last.assignments.len()), (None, 0));
    assert!(last.unread.iter().any(|told| told.why == Why::Row && told.words.at.line == 4));
    let notice = one(
        "序号 任务 牵头单位 配合单位 完成时限\n1 建立台账 省财政厅 省审计厅 2024年6月底前\n2 公开 省民政厅 无 长期\n二、其他\n做好公开。（牵头单位：省审计厅）",
    );
    assert_eq!(notice.assignments.len(), 1);
    let rows: Vec<_> = notice.unread.iter().filter(|told| told.why == Why::Row).map(|told| told.words.at.line).collect();
    assert_eq!(rows, [3, 4, 5]);
}

#[test]
fn d1_a_unit_of_other_years_is_a_doubt_with_who_had_its_duties_then() {
    let of = |name: &str, year: i32| {
        let notice = read(&format!("关于任务分解的通知\n一、深化改革\n1. 完成台账。（牵头单位：{name}）\n{year}年3月5日\n"));
        let told = notice.unread.iter().filter(|told| told.why == Why::OtherYears);
        told.map(|told| (told.words.at.line, told.zh.clone())).next()
    };
    let (line, zh) = of("省市场监管局", 2016).unwrap();
    assert_eq!(line, 3);
    for words in ["2018 年才有", "2016 年", "安徽省质量技术监督局", "安徽省工商行政管理局"] {
        assert!(zh.contains(words), "{words}: {zh}");
    }
    assert!(of("省医保局", 2012).unwrap().1.contains("2018 年才有。"));
    assert!(of("省地税局", 2021).unwrap().1.contains("2018 年已经改组，2021 年这些事归：国家税务总局安徽省税务局"));
    // While a reform lasts both names are right, and what has not changed is of every year.
    for (name, year) in [
        ("省市场监管局", 2018),
        ("省工商局", 2018),
        ("省市场监管局", 2026),
        ("省工商局", 2016),
        ("省财政厅", 2026),
        ("省政府法制办", 2018),
        ("省司法厅", 2012),
        ("省经信厅", 2021),
        ("省工信厅", 2024),
        ("省直效能办", 2024),
    ] {
        assert_eq!(of(name, year), None, "{name} {year}");
    }
    // Of another province nobody here knows.
    let other = read(
        "河南省人民政府办公厅\n关于任务分解的通知\n一、改革\n1. 完成台账。（牵头单位：省市场监管局）\n河南省人民政府办公厅\n2016年3月5日\n",
    );
    assert!(other.unread.iter().all(|told| told.why != Why::OtherYears));
}

#[test]
fn d1_a_bracket_of_units_broken_over_lines_is_put_together_where_that_is_certain() {
    let notice =
        one("1. 完成台账。（牵头单位：省财政厅、\n省审计厅；参加单位：省民政\n厅）\n2. 公开台账。（牵头单位：省财政厅）");
    let said: Vec<_> =
        notice.assignments.iter().map(|task| (names(&task.lead_units), names(&task.participating_units))).collect();
    let of = |leads: &str, others: &str| (leads.to_owned(), others.to_owned());
    assert_eq!(said, [of("省财政厅;省审计厅", "省民政厅"), of("省财政厅", "")]);
    assert_eq!((notice.unread.as_slice(), notice.assignments[1].text_at[0].line), (&[][..], 6), "lines keep their numbers");
    let open = one("1. 完成台账。（牵头单位：省财政厅、\n2. 公开台账。（牵头单位：省审计厅）");
    assert_eq!((open.assignments.len(), open.unread[0].why), (2, Why::OpenBracket));
}

#[test]
fn d1_paragraphs_below_a_heading_that_names_the_units_are_its_task() {
    let notice = one(
        "（一）推进信息公开（牵头单位：省财政厅；参加单位：省审计厅）\n公开预算，2024年6月底前完成。\n公开决算。\n（二）完善制度（牵头单位：省司法厅）\n修订办法。\n各单位要高度重视。",
    );
    let task = &notice.assignments[0];
    assert_eq!((task.heading.as_str(), task.text.as_str()), ("推进信息公开", "公开预算，2024年6月底前完成。\n公开决算。"));
    assert_eq!((names(&task.lead_units), task.dates[0].date.unwrap().to_string()), ("省财政厅".into(), "2024-06-30".into()));
    assert_eq!((notice.assignments.len(), notice.assignments[1].text.as_str()), (2, "修订办法。"));
    assert!(notice.requirements.iter().any(|asked| asked.words.text.contains("各单位要")) || !notice.unread.is_empty());
}

#[test]
fn d1_others_that_the_words_of_a_task_bring_in_are_told_where_its_clause_does_not_name_them() {
    assert_eq!(told("1. 会同省统计局完成台账。（牵头单位：省财政厅；参加单位：省审计厅）"), [Why::Who]);
    assert_eq!(told("1. 会同省审计厅完成台账。（牵头单位：省财政厅；参加单位：省审计厅）"), []);
    assert_eq!(told("1. 协助企业完成台账。（牵头单位：省财政厅）"), []);
}

#[test]
fn d1_who_carries_it_out_and_who_is_brought_in_with_others_is_read_and_the_open_end_told() {
    let read = |words: &str, leads: &str, others: &str, expected: &[Why]| {
        let notice = one(words);
        let [task] = &notice.assignments[..] else { panic!("{words}: {notice:?}") };
        let told: Vec<Why> = notice.unread.iter().map(|told| told.why).collect();
        assert_eq!((names(&task.lead_units).as_str(), names(&task.participating_units).as_str()), (leads, others), "{words}");
        assert_eq!(told, expected, "{words}: {:?}", notice.unread);
    };
    let open = &[Why::OpenList];
    read("编制目录。（省财政厅牵头，省民政厅配合，省司法厅负责落实）", "省财政厅", "省民政厅;省司法厅", &[]);
    read("编制目录。（省财政厅牵头，省民政厅配合，省司法厅、省审计厅抓好落实）", "省财政厅", "省民政厅;省司法厅;省审计厅", &[]);
    read("编制目录。（省财政厅牵头，会同省民政厅、省司法厅等部门负责落实）", "省财政厅", "省民政厅;省司法厅", open);
    read("编制目录。（省财政厅牵头，会同省民政厅等部门）", "省财政厅", "省民政厅", open);
    read("编制目录。（牵头单位：省财政厅会同省民政厅等有关部门）", "省财政厅", "省民政厅", open);
    read("编制目录。（省财政厅会同省民政厅等部门）", "省财政厅", "省民政厅", open);
    read("编制目录。（省财政厅会同省民政厅）", "省财政厅", "省民政厅", &[]);
    read("由省财政厅牵头，会同省民政厅等部门制定办法。", "省财政厅", "省民政厅", open);
    read("由省财政厅会同省民政厅等部门制定办法。", "省财政厅", "省民政厅", open);
    read("省财政厅会同省民政厅、省司法厅等部门制定办法。", "省财政厅", "省民政厅;省司法厅", open);
    read("编制目录。（牵头单位：省财政厅；配合单位：省民政厅等单位）", "省财政厅", "省民政厅", open);
}

#[test]
fn d1_words_that_point_to_the_task_are_no_part_of_a_name() {
    for point in [
        "以上工作由",
        "上述任务由",
        "该项工作由",
        "此项任务",
        "本项工作均由",
        "以上各项任务统一由",
        "其日常工作由",
        "以上由",
        "具体工作由",
    ] {
        assert_units(&format!("1. 发展旅游。{point}省公安厅牵头，省财政厅配合。"), "省公安厅", "省财政厅");
    }
    assert_units("1. 发展旅游，上述工作由省公安厅牵头，省财政厅配合。", "省公安厅", "省财政厅");
    assert_units("1. 发展旅游。（以上工作由省公安厅牵头，该项任务由省财政厅配合）", "省公安厅", "省财政厅");
    // One that nobody foresaw makes no unit either.
    for words in ["1. 发展旅游。相关保障由省公安厅牵头，省财政厅配合。", "1. 发展旅游。（责任单位：保障由省公安厅）"]
    {
        let notice = one(words);
        let all = notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
        assert!(all.into_iter().all(|unit| matches!(unit.name.as_str(), "省公安厅" | "省财政厅")), "{words}: {notice:?}");
        assert!(!notice.unread.is_empty() || names(&notice.assignments[0].lead_units) == "省公安厅", "{words}: {notice:?}");
    }
    assert_units(
        "1. 建设自贸区。由中国（安徽）自由贸易试验区办公室牵头，省财政厅配合。",
        "中国（安徽）自由贸易试验区办公室",
        "省财政厅",
    );
}

#[test]
fn d1_a_list_of_units_goes_on_behind_a_semicolon() {
    let read = |words: &str, leads: &str, others: &str| {
        let notice = one(words);
        let tasks: Vec<_> =
            notice.assignments.iter().map(|task| (names(&task.lead_units), names(&task.participating_units))).collect();
        assert_eq!((tasks, notice.unread.as_slice()), (vec![(leads.to_owned(), others.to_owned())], &[][..]), "{words}");
    };
    read(
        "1. 压减产能。\n牵头部门：省经信厅；省财政厅\n责任部门：省民政厅、省公安厅；有关市政府",
        "省经信厅;省财政厅",
        "省民政厅;省公安厅;有关市政府",
    );
    read(
        "1. 压减产能。\n牵头部门：省财政厅\n责任部门：省民政厅；省公安厅；各市人民政府。",
        "省财政厅",
        "省民政厅;省公安厅;各市人民政府",
    );
    read("1. 压减产能。牵头单位：省财政厅；省民政厅；配合单位：省公安厅；省审计厅。", "省财政厅;省民政厅", "省公安厅;省审计厅");
    read("1. 压减产能。牵头单位：省财政厅；省审计厅配合。", "省财政厅", "省审计厅");
    let times = one("1. 建设平台。\n牵头单位：省财政厅\n完成时限：2024年10月底前；2024年12月底前试运行");
    assert_eq!((times.assignments.len(), times.assignments[0].dates.len(), times.unread.len()), (1, 2, 0));
    let next = one("1. 建设平台。牵头单位：省财政厅；公开目录。牵头单位：省审计厅。");
    assert_eq!(next.assignments.len(), 2, "{next:?}");
}

#[test]
fn d1_who_does_what_beside_the_lead_takes_part() {
    for words in [
        "分别对本系统证照全面清理",
        "分别负责资金、统计工作",
        "具体负责资金审核",
        "按职责做好清理",
        "各自对所属单位开展清理",
        "要抓好清理",
        "共同制定办法",
        "参与清理工作",
    ] {
        let clause = format!("1. 清理证照。由省司法厅牵头，省财政厅、省统计局{words}，2024年6月底前完成。");
        assert_units(&clause, "省司法厅", "省财政厅;省统计局");
    }
    assert_units("1. 清理证照，由省司法厅牵头，省财政厅负责资金，省统计局负责统计。", "省司法厅", "省财政厅;省统计局");
    assert_units("1. 清理证照。由省司法厅负责牵头，会同省财政厅、省统计局组成督查组。", "省司法厅", "省财政厅;省统计局");
    // What opens with a unit and does not say where its name ends is told; what is done at a place is none.
    assert_eq!(told("1. 清理证照。由省司法厅牵头，省财政厅把资金管好。"), [Why::Participants]);
    assert_units("1. 建设大厅。由省司法厅牵头，服务大厅建设年底前完成。", "省司法厅", "");
    // In a sentence of its own, beside a clause that does not name them.
    assert_eq!(told("1. 清理证照。省财政厅具体负责资金审核。（牵头单位：省司法厅）"), [Why::Who]);
    assert_eq!(told("1. 清理证照。省财政厅具体负责资金审核。（牵头单位：省司法厅；配合单位：省财政厅）"), []);
}

#[test]
fn d1_units_before_or_behind_the_time_of_a_bracket_are_read() {
    let read = |clause: &str, leads: &str, others: &str| {
        let notice = one(&format!("1. 修订目录。{clause}"));
        let [task] = &notice.assignments[..] else { panic!("{clause}: {notice:?}") };
        let (_, text, own, joined, times) = said(task);
        assert_eq!((text.as_str(), own.as_str(), joined.as_str()), ("修订目录。", leads, others), "{clause}");
        assert_eq!(
            (times, notice.unread.len()),
            (vec![("by".into(), Some("2024-09-30".into()))], 0),
            "{clause}: {:?}",
            notice.unread
        );
    };
    for time in
        ["完成时间：2024年9月30日", "完成时限：2024-09-30", "时限：2024年9月底前", "完成日期：2024年9月底", "时间安排：9月底前"]
    {
        read(&format!("（省财政厅牵头，省直各部门配合；{time}）"), "省财政厅", "省直各部门");
        read(&format!("（省财政厅、省审计厅负责；{time}）"), "省财政厅;省审计厅", "");
        read(&format!("（省财政厅；{time}）"), "省财政厅", "");
        read(&format!("（省财政厅总牵头，省审计厅按领域牵头；{time}）"), "省财政厅;省审计厅", "");
        read(&format!("（省财政厅牵头，省审计厅配合）（{time}）"), "省财政厅", "省审计厅");
        read(&format!("（{time}；省财政厅牵头，省审计厅配合）"), "省财政厅", "省审计厅");
        read(&format!("由省财政厅牵头，省审计厅配合。{time}。"), "省财政厅", "省审计厅");
        read(&format!("（省财政厅牵头；责任单位：省审计厅；{time}）"), "省财政厅", "省审计厅");
    }
    // What is not read says truly why.
    assert_eq!(told("1. 修订目录。（省财政厅把总、省审计厅把关；完成时间：2024年9月底）"), [Why::NoUnits, Why::Who]);
    assert!(told("1. 修订目录。（属地管理；完成时间：2024年9月底）").contains(&Why::Aside));
}

#[test]
fn d1_units_of_every_level_take_part_as_those_of_the_province_do() {
    for level in ["省", "市", "县", "区", "州", "旗", "乡", "镇"] {
        let of = |words: &str| words.replace('县', level);
        assert_units(
            &of("由县教育局牵头，县财政局、县民政局按照职责分工做好相关工作。"),
            &of("县教育局"),
            &of("县财政局;县民政局"),
        );
        assert_units(&of("由县教育局牵头，县国土局负责用地保障，县财政局负责资金。"), &of("县教育局"), &of("县国土局;县财政局"));
    }
    // 乡镇, 城乡, 全县 name no level of a unit.
    assert_eq!(told("由省财政厅牵头，开展城乡社区办公室、乡镇便民站建设。"), []);
}

#[test]
fn d1_of_those_in_charge_the_one_that_leads_is_the_lead() {
    assert_units("1. 制定标准。（省审计厅、省财政厅、省民政厅按职责分工负责，省财政厅牵头）", "省财政厅", "省审计厅;省民政厅");
    assert_units("1. 制定标准。责任单位：省财政厅牵头，省审计厅、省民政厅。", "省财政厅", "省审计厅;省民政厅");
    assert_units("1. 制定标准。（省财政厅牵头；省审计厅、省民政厅）", "省财政厅", "省审计厅;省民政厅");
}

#[test]
fn d1_a_word_of_asking_or_consulting_is_no_part_of_a_name() {
    assert_units("1. 制定标准。请省财政厅牵头，请省审计厅配合。", "省财政厅", "省审计厅");
    assert_units("1. 制定标准。由省财政厅商有关部门办理。", "省财政厅", "有关部门");
    assert_units("1. 制定标准。由省商务厅商省财政厅办理。", "省商务厅", "省财政厅");
    assert_units("1. 制定标准。由市工商局办理。", "市工商局", "");
}

#[test]
fn d1_a_label_with_nothing_between_it_and_the_names_is_one() {
    assert_units("1. 制定标准。牵头单位为省财政厅，责任单位省审计厅、省民政厅。", "省财政厅", "省审计厅;省民政厅");
    assert_units("1. 制定标准。牵头部门省财政厅，配合部门省审计厅、省民政厅。", "省财政厅", "省审计厅;省民政厅");
    // What they must do is no list of them.
    let asked = one("1. 制定标准。责任单位省财政厅要加强督查。（牵头单位：省民政厅）");
    assert_eq!(names(&asked.assignments[0].lead_units), "省民政厅");
    let each = one("1. 制定标准。配合单位各司其职。（牵头单位：省民政厅）");
    assert_eq!(
        (names(&each.assignments[0].lead_units), names(&each.assignments[0].participating_units)),
        ("省民政厅".into(), "".into())
    );
}

#[test]
fn d1_labels_behind_the_heading_are_no_words_of_the_task_and_its_time_is_read() {
    let notice = one("1. 举办美食节。时间：5月；地点：南谯区；责任单位：省商务厅、省财政厅。");
    let (_, text, leads, _, times) = said(&notice.assignments[0]);
    assert_eq!((text.as_str(), leads.as_str(), times), ("举办美食节。", "省商务厅;省财政厅", by("2024-05-31").0));
    let told: Vec<_> = notice.unread.iter().map(|told| (told.why, told.words.text.as_str())).collect();
    assert_eq!(told, [(Why::Aside, "地点：南谯区")]);
    let both = one("1. 推广应用。（牵头单位：省财政厅；配合单位：省审计厅，2024年9月底前完成、2025年6月底前评估）");
    assert_eq!((both.assignments[0].dates.len(), &both.unread[..]), (2, &[][..]));
}

#[test]
fn d1_whoever_is_called_the_unit_in_charge_takes_part_beside_one_that_leads() {
    assert_units("1. 治理市容。省财政厅为牵头单位，省审计厅、省民政厅为责任单位。", "省财政厅", "省审计厅;省民政厅");
    assert_units("1. 治理市容。省财政厅为牵头单位，省审计厅为配合部门。", "省财政厅", "省审计厅");
    assert_units("1. 治理市容。省财政厅为牵头单位，省审计厅、省民政厅为成员单位。", "省财政厅", "省审计厅;省民政厅");
}

#[test]
fn d1_half_months_and_the_time_before_the_floods_are_told() {
    for words in ["每半月调度一次。", "每半个月调度一次。", "每双周调度一次。", "汛前储备编织袋5万条。"]
    {
        let notice = one(&format!("1. 做好防汛，{words}（牵头单位：省财政厅）"));
        assert_eq!(notice.unread.len(), 1, "{words}: {:?}", notice.unread);
    }
}

#[test]
fn d1_a_time_without_an_end_is_told_wherever_it_stands() {
    for words in [
        "9月对各地进行抽查",
        "省财政厅于九月抽查",
        "10月组织验收",
        "全年不少于2次",
        "全年组织培训两次",
        "季度通报",
        "答复期限不超过3个月",
        "原定2025年底完成的，提前到2024年10月",
    ] {
        assert!(told(&format!("1. {words}。（牵头单位：省财政厅）")).contains(&Why::TimeUnclear), "{words}");
    }
    let years = one("1. 2024—2026年，每年改造100公里。（牵头单位：省财政厅）");
    assert_eq!(years.unread.iter().map(|told| told.words.text.as_str()).collect::<Vec<_>>(), ["2024—2026年"]);
    for words in ["2024—2026年规划印发", "全年空气质量优良", "第十二月饼节", "“3月阳光”行动", "月度分析会议", "过去12月间"]
    {
        assert_eq!(told(&format!("1. {words}。（牵头单位：省财政厅）")), [], "{words}");
    }
    // Found by the fuzzer: there is no quarter nought.
    for words in ["q0", "Q0前完成", "q5"] {
        one(&format!("1. {words}。（牵头单位：省财政厅）"));
    }
}

#[test]
fn d1_units_that_are_given_something_make_no_requirement() {
    let task = "1. 制定标准。（牵头单位：省民政厅）";
    for words in [
        "2. 关于养老服务的建议，由省民政厅主办，省财政厅会办，6月30日前答复代表。",
        "2. 各市人民政府负责建设市场，省商务厅给予指导支持，2024年底前完成。",
        "2. 省财政厅负责，省统计局配合，每周发布价格。",
    ] {
        let notice = one(&format!("{task}\n{words}"));
        assert_eq!((notice.assignments.len(), notice.requirements.len()), (1, 0), "{words}");
        assert!(notice.unread.iter().any(|told| told.why == Why::Who), "{words} {:?}", notice.unread);
    }
}

#[test]
fn d1_a_numbered_sentence_is_no_heading_that_is_lost() {
    let text = "1. 制定标准。（牵头单位：省民政厅）\n2. 制定实施方案，9月底前印发。\n各地要抓好落实。\n3. 开展检查。（牵头单位：省审计厅）";
    let notice = one(text);
    assert_eq!(notice.assignments.len(), 2);
    let told: Vec<_> = notice.unread.iter().map(|told| (told.why, told.words.text.as_str())).collect();
    assert_eq!(told, [(Why::NoUnits, "制定实施方案，9月底前印发"), (Why::NoUnits, "各地要抓好落实。")]);
    // With a task below it, it is its heading.
    let below = one("1. 制定标准。（牵头单位：省民政厅）\n2. 制定实施方案。\n各地结合实际推进。（牵头单位：省审计厅）");
    assert_eq!((below.assignments[1].heading.as_str(), below.unread.len()), ("制定实施方案", 0));
}

#[test]
fn d1_whoever_opens_a_requirement_is_its_doer_also_without_a_word_of_duty() {
    let notice = one("1. 制定标准。（牵头单位：省民政厅）\n二、工作要求\n省政务公开办每半年通报一次落实情况。");
    assert_eq!(notice.requirements[0].responsible.as_ref().unwrap().text, "省政务公开办");
}

#[test]
fn d1_a_chapter_named_like_requirements_that_holds_tasks_loses_none() {
    let of = |text: &str| read(&format!("关于任务分解的通知\n{text}\n2024年3月5日\n"));
    let text =
        "一、保障和改善民生\n1. 省教育厅牵头，省财政厅配合，8月底前新增学位3000个。\n2. 提升养老服务。（牵头单位：省民政厅）";
    let notice = of(text);
    assert_eq!((notice.assignments.len(), notice.requirements.len()), (1, 0));
    assert_eq!(notice.unread.iter().map(|told| told.why).collect::<Vec<_>>(), [Why::Who]);
    // Also where none of its tasks is read: it stays a requirement, and is told.
    let task = "一、任务\n1. 制定标准。（牵头单位：省民政厅）\n二、强化要素保障\n";
    for words in [
        "省教育厅牵头，省财政厅配合，8月底前新增学位3000个。",
        "由省民政厅起草，省财政厅审核。",
        "省民政厅负责编制规划，省财政厅、省审计厅配合。",
    ] {
        let notice = of(&format!("{task}（一）{words}"));
        assert!(notice.unread.iter().any(|told| told.why == Why::Who), "{words} {:?}", notice.requirements);
    }
    let labelled = of(&format!("{task}（一）新增电力。省财政厅为牵头单位，省审计厅为责任单位。"));
    assert_eq!((labelled.assignments.len(), names(&labelled.assignments[1].lead_units)), (2, "省财政厅".into()));
    // 工作要求 that names one doer is read.
    let asked = of(
        "一、任务\n1. 制定标准。（牵头单位：省民政厅）\n二、工作要求\n（一）省政府督查室负责跟踪督办。\n（二）各单位要加强配合。",
    );
    assert_eq!((asked.requirements.len(), asked.unread.len()), (2, 0));
}

#[test]
fn d1_what_stands_behind_a_lead_or_a_label_is_told_and_never_the_text_of_the_task() {
    let carried = one("1. 推进供水改造。由省住房城乡建设厅牵头，港华燃气公司、首创水务公司实施。");
    assert!(carried.unread.iter().any(|told| told.why == Why::Who), "{carried:?}");
    let labelled = one("1. 建立联系企业制度。\n责任单位：省民政厅、省审计厅；落实方式：上门走访");
    assert_eq!((labelled.assignments.len(), labelled.assignments[0].text.as_str()), (1, "建立联系企业制度"));
    assert_eq!(labelled.unread.iter().map(|told| told.why).collect::<Vec<_>>(), [Why::Aside]);
    let dated = one("1. 建立联系企业制度。\n责任单位：省民政厅、省审计厅；落实时间：2024年6月底前");
    assert_eq!(dated.assignments[0].dates[0].date.unwrap().to_string(), "2024-06-30");
}

#[test]
fn d3_01_a_duty_behind_the_word_for_an_appendix_is_read() {
    for opens in ["附：", "附件：", "联系人：王某，"] {
        let notice =
            one(&format!("1. 制定标准。（牵头单位：省民政厅）\n{opens}请各牵头单位于2024年12月20日前将总结报送省财政厅。"));
        assert_eq!(notice.reporting.len(), 1, "{opens} {:?}", notice.unread);
    }
    assert_eq!(one("1. 制定标准。（牵头单位：省民政厅）\n附件：任务分工表").unread, []);
}
