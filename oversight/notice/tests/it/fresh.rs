//! What fresh eyes found: days with an hour or a bracket behind them, several reports in one sentence, times in ordinary words, lists of
//! what is to be put right, and notes behind units.

use crate::{assert_spans, names, read, said};
use notice::{Notice, Trouble, Why};

/// A notice of 2013 with this in it.
fn notice(words: &str) -> Notice {
    let notice = read(&format!(
        "安徽省人民政府办公厅关于重点工作任务分解的通知\n\n各市人民政府，省政府各部门：\n\n现将任务分解如下：\n\n{words}\n\n安徽省人民政府办公厅\n2013年3月18日\n"
    ));
    assert_spans(&notice);
    notice
}

/// The times of one task, each as `kind day month day-of-month`, and what is told.
fn times(words: &str) -> (Vec<String>, Vec<Why>) {
    let notice = notice(&format!("一、公开。{words}。（牵头单位：省财政厅）"));
    let [task] = &notice.assignments[..] else { panic!("{words}: {notice:?}") };
    let part = |n: Option<u32>| n.map(|n| format!(" {n}")).unwrap_or_default();
    let one = |date: &notice::Date| {
        let day = date.date.map(|day| format!(" {day}")).unwrap_or_default();
        format!("{}{day}{}{}", date.kind.name(), part(date.month), part(date.day))
    };
    (task.dates.iter().map(one).collect(), notice.unread.iter().map(|told| told.why).collect())
}

fn is(words: &str, expected: &[&str], told: &[Why]) {
    let (found, why) = times(words);
    assert_eq!((found, why), (expected.iter().map(|one| (*one).to_owned()).collect(), told.to_vec()), "{words}");
}

#[test]
fn d1_an_hour_a_weekday_or_a_bracket_behind_a_day_leaves_it_a_deadline() {
    for words in [
        "2013年6月30日（含）前完成",
        "6月30日（含当日）前完成",
        "6月30日17时前上报",
        "6月30日17：30前上报",
        "6月30日下午5点半前上报",
        "6月30日（星期日）前上报",
        "6月30日（周日）17时之前上报",
        "6月30日星期日前上报",
        "6月30日下班前上报",
        "6月30日24时以前上报",
        "2013年6月底（6月30日）前上报",
        "6月（含）前上报",
        "6月月底前上报",
    ] {
        is(words, &["by 2013-06-30"], &[]);
    }
    is("7月5日上午12点前补报", &["by 2013-07-05"], &[]);
    is("2013年6月底（6月28日）前上报", &["by 2013-06-28"], &[]);
    is("2013年6月底（28日）前上报", &["by 2013-06-28"], &[]);
    is("每月5日17时前上报", &["recurring-monthly 5"], &[]);
    // The bracket names a day that is not in the month before it; a day on which something is held stays one.
    is("2013年6月底（7月8日）前上报", &["undated"], &[Why::TimeUnclear]);
    is("6月30日（星期日）召开会议", &["on 2013-06-30"], &[]);
    is("6月30日17时召开会议", &["on 2013-06-30"], &[]);
}

#[test]
fn d1_about_a_time_is_no_deadline_and_is_told() {
    for words in ["2022年5月20日前后", "2013年6月前后启动", "2015年左右建成", "2013年底前后完成"] {
        is(words, &["undated"], &[Why::Roughly]);
    }
    is("每年6月1日前后集中宣传", &["recurring-yearly"], &[Why::Roughly]);
    let told = notice("一、公开。2013年6月前后启动。（牵头单位：省财政厅）").unread;
    assert_eq!((told[0].words.text.as_str(), told[0].words.at.line), ("2013年6月前后", 7));
    assert!(told[0].zh.starts_with("大约的时间"));
}

#[test]
fn d1_before_a_quarter_is_read_by_one_rule_once_and_every_year() {
    is("2014年一季度前完成", &["by 2013-12-31"], &[Why::TwoDates]);
    is("每年一季度前完成", &["recurring-yearly 12"], &[Why::TwoDates]);
    is("每年二季度前完成", &["recurring-yearly 3"], &[Why::TwoDates]);
    is("每年第四季度前完成", &["recurring-yearly 9"], &[Why::TwoDates]);
    is("每年下半年前完成", &["recurring-yearly 6"], &[Why::TwoDates]);
    is("每年一季度末前完成", &["recurring-yearly 3"], &[]);
    is("每年3月前完成", &["recurring-yearly 2"], &[Why::TwoDates]);
}

#[test]
fn d1_times_in_ordinary_words_are_read_or_told() {
    for words in [
        "岁末前启动",
        "今冬明春完成",
        "植树节前完成",
        "务必在植树节前完成",
        "国庆假期前验收",
        "“七一”前开放",
        "2013年“七一”前开放",
        "“两会”前公布",
        "“两会”期间公布",
        "月底前上线",
        "季末汇总",
        "下个月启动",
        "到第三年末完成",
        "力争用2年时间完成",
        "用两年左右时间完成",
        "国家宪法日前完成",
        "年前完成",
    ] {
        is(words, &["undated"], &[Why::NoDay]);
    }
    is("2014年度末完成", &["by 2014-12-31"], &[]);
    is("元月底前印发，2014年元月20日前完成", &["by 2013-01-31", "by 2014-01-20"], &[Why::Past]);
    for (words, kind) in [
        ("逐月通报", "recurring-monthly"),
        ("月月巡河", "recurring-monthly"),
        ("按季分析", "recurring-quarterly"),
        ("每逢季末通报", "recurring-quarterly"),
        ("一年一考核", "recurring-yearly"),
        ("一季一调度", "recurring-quarterly"),
        ("逐年报告", "recurring-yearly"),
    ] {
        is(words, &[kind], &[]);
    }
    for words in [
        "省政府日前印发文件",
        "环节前置",
        "“一窗受理”前置审批",
        "按季节调整，按日程推进",
        "三年前建成的系统",
        "制定下月计划",
        "报送全年总结",
        "每人5元月补贴",
    ] {
        is(words, &[], &[]);
    }
}

#[test]
fn d3_each_time_at_which_a_report_is_asked_for_is_a_duty_of_its_own() {
    let reports = |words: &str| {
        let notice = notice(&format!("一、改革。2013年12月底前启动。（牵头单位：省国资委）\n二、工作要求\n{words}"));
        let one = |duty: &notice::Reporting| {
            let returning = || Some(duty.by.returning()).filter(|day| !day.is_empty()).unwrap_or(duty.by.kind.name().into());
            let day = duty.by.date.map_or_else(returning, |day| day.to_string());
            format!("{} {} {day}", duty.who.text, duty.to.text)
        };
        (notice.reporting.iter().map(one).collect::<Vec<_>>(), notice.unread.iter().map(|told| told.why).collect::<Vec<_>>())
    };
    let is = |words: &str, expected: &[&str], told: &[Why]| {
        assert_eq!(reports(words), (expected.iter().map(|one| (*one).to_owned()).collect(), told.to_vec()), "{words}");
    };
    is(
        "各牵头单位要于6月15日前、12月15日前将进展情况报省政府督查室。",
        &["各牵头单位 省政府督查室 2013-06-15", "各牵头单位 省政府督查室 2013-12-15"],
        &[],
    );
    is(
        "各牵头单位要分别于2013年6月底前和12月底前将进展情况报省政府督查室。",
        &["各牵头单位 省政府督查室 2013-06-30", "各牵头单位 省政府督查室 2013-12-31"],
        &[],
    );
    is(
        "各牵头单位要于6、12月底前将进展情况报省政府督查室。",
        &["各牵头单位 省政府督查室 2013-06-30", "各牵头单位 省政府督查室 2013-12-31"],
        &[],
    );
    is(
        "各牵头单位要于每月28日前将当月进展、每季度末月25日前将季度小结报省安委会办公室，12月5日前报送全年总结。",
        &[
            "各牵头单位 省安委会办公室 每月 28 日",
            "各牵头单位 省安委会办公室 每季度第 3 个月 25 日",
            "各牵头单位 省安委会办公室 2013-12-05",
        ],
        &[],
    );
    is("各市要在2013年12月底以前印发本地方案，并于印发之日起5日内报省体育局备案。", &["各市 省体育局 2013-03-23"], &[]);
    // Whoever reports may stand behind 请, and the verb may be another.
    let one = ["各牵头单位 省政府办公厅 2013-04-20"];
    for words in [
        "请各牵头单位于4月20日前将实施方案报省政府办公厅。",
        "请各牵头单位于4月20日前报省政府办公厅。",
        "各牵头单位要于4月20日前将方案送省政府办公厅。",
        "各牵头单位要于4月20日前将方案送达省政府办公厅。",
        "各牵头单位于4月20日前将方案报省政府办公厅。",
        "有关进展情况请各牵头单位于4月20日前报省政府办公厅。",
        "各牵头单位要于4月20日前，将方案书面报告省政府办公厅，抄送省政府督查室。",
        "各牵头单位要于4月20日17时前将方案报省政府办公厅。",
        "各牵头单位要将方案报省政府办公厅（4月20日前）。",
    ] {
        is(words, &one, &[]);
    }
    is("各牵头单位要明确专人，每半年向省政府书面报告一次。", &["各牵头单位 省政府 recurring-half-yearly"], &[]);
    // What only looks like a report is told, and what is none is not.
    for words in [
        "各牵头单位要定期向省政府办公厅报告。",
        "各牵头单位要及时将进展报省政府办公厅。",
        "各牵头单位要在5月底前制定方案并上报。",
    ] {
        is(words, &[], &[Why::Report]);
    }
    is("各单位要按时报送信息，做好通报工作。", &[], &[]);
}

#[test]
fn d3_a_report_is_asked_of_all_wherever_it_stands() {
    let notice = notice(
        "一、文化。免费开放。（牵头单位：省文化厅）\n请各牵头单位于4月20日前将实施方案送省政府办公厅，11月15日前将全年落实情况送省政府办公厅。",
    );
    assert_eq!((notice.assignments.len(), notice.reporting.len(), &notice.unread[..]), (1, 2, &[][..]));
}

#[test]
fn d1_a_list_of_problems_is_read_by_its_measures() {
    let rows = [
        "序号\t问题\t整改措施\t牵头单位\t责任单位\t验收单位",
        "1\t河道采砂\t全面清理，2013年12月20日前完成。\t省水利厅\t省公安厅、各市人民政府\t省政府督查室",
        "2\t黑臭水体\t截污纳管。\t省住房城乡建设厅\t各市人民政府\t省环保厅",
    ];
    let expected = |notice: &Notice| {
        assert_spans(notice);
        let [first, second] = &notice.assignments[..] else { panic!("{notice:?}") };
        assert_eq!((first.heading.as_str(), first.text.as_str()), ("河道采砂", "全面清理，2013年12月20日前完成。"));
        assert_eq!(
            (names(&first.lead_units), names(&first.participating_units)),
            ("省水利厅".into(), "省公安厅;各市人民政府".into())
        );
        assert_eq!((second.path.as_str(), names(&second.lead_units)), ("2", "省住房城乡建设厅".into()));
        let told: Vec<_> = notice.unread.iter().map(|told| (told.why, told.words.text.as_str())).collect();
        assert_eq!(told, [(Why::Column, "验收单位")]);
    };
    expected(&notice(&rows.join("\n")));
    expected(&notice(&rows.join("\n").replace('\t', "｜")));
    let cells = |row: &str| format!("<tr><td>{}</td></tr>", row.replace('\t', "</td><td>"));
    let table: String = rows.iter().map(|row| cells(row)).collect();
    let page = format!(
        "<html><head><meta charset=\"gb2312\"></head><body><p>安徽省人民政府办公厅关于重点工作任务分解的通知</p><p>各市人民政府：</p><table>{table}</table><p>安徽省人民政府办公厅</p><p>2013年3月18日</p></body></html>"
    );
    expected(&notice::read(&encoding_rs::GB18030.encode(&page).0).unwrap());
    // What a measure aims at is told beside the problem; a head whose tasks nobody can tell is no task.
    let aims = notice("序号\t问题\t整改措施\t整改目标\t牵头单位\n1\t采砂\t清理\t清零\t省水利厅");
    assert_eq!((aims.assignments[0].text.as_str(), aims.unread[0].words.text.as_str()), ("清理", "整改目标"));
    let unknown = notice("序号\t要点\t牵头单位\t责任单位\t验收单位\n1\t采砂\t省水利厅\t省公安厅\t省环保厅");
    assert_eq!((unknown.assignments.len(), unknown.unread[1].why), (0, Why::Row));
    // Labels beside their values are no head.
    let card = notice("一、建平台。2013年底前建成。\n牵头单位\t省财政厅\t配合单位\t省审计厅");
    assert_eq!((names(&card.assignments[0].lead_units), card.unread.len()), ("省财政厅".into(), 0));
}

#[test]
fn d1_a_note_behind_a_unit_is_no_part_of_its_name_and_its_time_is_read() {
    let one = |words: &str| {
        let notice = notice(&format!("一、建平台。{words}"));
        let [task] = &notice.assignments[..] else { panic!("{words}: {notice:?}") };
        let (_, _, leads, others, times) = said(task);
        let times: Vec<String> = times.into_iter().map(|(kind, day)| format!("{kind} {}", day.unwrap_or_default())).collect();
        let told: Vec<String> = notice.unread.iter().map(|told| format!("{:?} {}", told.why, told.words.text)).collect();
        (leads, others, times.join(";"), told.join(";"))
    };
    let of = |leads: &str, others: &str, times: &str, told: &str| (leads.into(), others.into(), times.into(), told.into());
    assert_eq!(one("牵头单位：省司法厅（2013年6月底前完成）"), of("省司法厅", "", "by 2013-06-30", ""));
    assert_eq!(
        one("（牵头单位：省公安厅（重点做好数据归集）；配合单位：省财政厅（经费保障）、省审计厅（2013年9月底前完成审计））"),
        of("省公安厅", "省财政厅;省审计厅", "by 2013-09-30", "Note （重点做好数据归集）;Note （经费保障）")
    );
    assert_eq!(one("牵头单位：省委农工办、省住房城乡建设厅（并列）"), of("省委农工办;省住房城乡建设厅", "", "", "Note （并列）"));
    assert_eq!(
        one("（责任单位：省农委，省环保厅；夏收、秋收期间每日通报）"),
        of("省农委;省环保厅", "", "undated ;recurring-daily ", "Aside 夏收、秋收期间每日通报;NoDay 秋收期间")
    );
    // Another name of the unit stays.
    assert_eq!(one("（牵头单位：省民委（宗教局）、安徽日报）"), of("省民委（宗教局）;安徽日报", "", "", ""));
    assert_eq!(one("（省财政厅（牵头）、省审计厅（经费保障））"), of("省财政厅", "省审计厅", "", "Note （经费保障）"));
}

#[test]
fn d1_a_part_is_a_chapter_and_an_old_name_of_a_month_is_read() {
    let notice = notice(
        "第一部分　场地设施\n（一）建设公园。建成1个。（牵头单位：省体育局）\n第二部分　赛事活动\n（二）办赛。办好。（牵头单位：省体育局）",
    );
    let places: Vec<_> = notice.assignments.iter().map(|task| (task.path.as_str(), task.section())).collect();
    assert_eq!(places, [("第一部分/（一）", "场地设施"), ("第二部分/（二）", "赛事活动")]);
    assert_eq!((notice.requirements.len(), notice.unread.len()), (0, 0));
    let signed =
        read("某市人民政府关于分解任务的通知\n一、修路。修好。（牵头单位：市水利局）\n某市人民政府\n二〇一五年元月二十日\n")
            .signed;
    assert_eq!(signed.unwrap().date.unwrap().to_string(), "2015-01-20");
}

#[test]
fn d1_cards_of_tasks_are_read_without_their_labels() {
    let card = |name: &str| {
        format!(
            "任务名称\t{name}\n主要内容\t{name}建设，落实到位\n牵头单位\t省财政厅\n配合单位\t省审计厅\n完成时限\t2013年5月底\n"
        )
    };
    let notice = notice(&(card("数据共享") + "\n" + &card("一网通办")));
    let tasks: Vec<_> = notice.assignments.iter().map(|task| (task.heading.as_str(), task.text.as_str())).collect();
    assert_eq!(tasks, [("数据共享", "数据共享建设，落实到位"), ("一网通办", "一网通办建设，落实到位")]);
    assert_eq!((names(&notice.assignments[1].participating_units), notice.unread.len()), ("省审计厅".into(), 0));
}

#[test]
fn d1_a_head_on_the_next_page_goes_on_with_its_table() {
    let notice =
        notice("序号\t工作任务\t牵头单位\n\t公开甲\t省财政厅\n\t公开乙\t省司法厅\n序号\t工作任务\t牵头单位\n\t公开丙\t省公安厅");
    let mut places: Vec<_> = notice.assignments.iter().map(|task| (task.path.clone(), task.paragraph)).collect();
    places.dedup();
    assert_eq!(places.len(), 3, "{places:?}");
}

#[test]
fn d1_a_page_that_only_says_its_encoding_is_a_page() {
    let text = "<meta charset=big5>一、做事。（牵头单位：省财政厅）\n二、别的事。（牵头单位：省公安厅）\n";
    let notice = read(text);
    let tasks: Vec<_> = notice.assignments.iter().map(|task| (task.path.as_str(), task.text.as_str())).collect();
    assert_eq!(tasks, [("一", "做事。"), ("二", "别的事。")]);
    let kept = read("<html><body><pre>一、做事。（牵头单位：省财政厅）\n二、别的事。（牵头单位：省公安厅）</pre></body></html>");
    assert_eq!(kept.assignments.len(), 2);
}

#[test]
fn d1_what_a_spreadsheet_is_and_what_to_do_with_it_is_said() {
    let zh = Trouble::Spreadsheet.to_string();
    assert!(zh.contains("电子表格") && zh.contains(".docx") && zh.contains("粘贴") && !zh.contains("压缩包"));
}

#[test]
fn d1_a_cell_across_the_columns_of_leads_and_participants_is_told() {
    let page = |cells: &str| {
        let head = "<tr><td>序号</td><td>工作任务</td><td>牵头单位</td><td>配合单位</td></tr>";
        read(&format!(
            "<html><body><p>关于2013年任务分解的通知</p><table>{head}<tr><td>1</td><td>公开甲</td>{cells}</tr></table><p>某办公室</p><p>2013年3月18日</p></body></html>"
        ))
    };
    let across = page("<td colspan=2>省财政厅、省审计厅</td>");
    assert_eq!(across.unread.iter().map(|told| told.why).collect::<Vec<_>>(), [Why::Across]);
    assert_eq!(page("<td>省财政厅、省审计厅</td><td></td>").unread, []);
}

#[test]
fn d1_a_rate_is_nothing_that_returns() {
    for words in [
        "低保标准提高到每人每年4000元",
        "养老金每人每月提高50元",
        "对贫困户每户每年补贴2000元",
        "按每亩每年500元标准补偿",
        "人均每天供水不少于60升",
        "最低工资标准调整为每月1550元",
        "居民每人每年享受两次免费体检",
    ] {
        is(words, &[], &[]);
    }
    is("对困难群众每户每年走访一次", &["recurring-yearly"], &[]);
    is("奖励资金每年安排1000万元", &["recurring-yearly"], &[]);
    is("低保标准提高到每人每年4000元，每月公示一次", &["recurring-monthly"], &[]);
}

#[test]
fn d1_how_often_is_read_or_told_whatever_verb_stands_between() {
    is("半年开展一次督查", &["recurring-half-yearly"], &[]);
    is("半年一小结", &["recurring-half-yearly"], &[]);
    is("一年两次检查", &["recurring-yearly"], &[]);
    is("一个月调度一次", &["recurring-monthly"], &[]);
    is("两个月召开一次会议", &["recurring-other"], &[Why::Period]);
    is("月调度、季通报、年考核", &["recurring-monthly", "recurring-quarterly", "recurring-yearly"], &[]);
    is("实行日巡查", &["recurring-daily"], &[]);
    for words in ["每学期检查一次", "每学年评估一次", "双月召开会议"] {
        is(words, &["recurring-other"], &[Why::Period]);
    }
    for words in ["本学期内完成", "学年末完成"] {
        is(words, &["undated"], &[Why::NoDay]);
    }
    for words in ["年终前全部完成", "到年终完成", "2013年终完成", "年终考核兑现"] {
        is(words, &["by 2013-12-31"], &[]);
    }
    for words in ["做好年终总结", "工作日检查点建设", "编印双月刊"] {
        is(words, &[], &[]);
    }
}
