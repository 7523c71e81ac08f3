//! Heads of tables, titles and forms: what a column holds, what stands above a row, and what is no requirement.

use crate::{assert_spans, names, read};
use notice::{Notice, Why};

fn notice(body: &str) -> Notice {
    let notice = read(&format!(
        "青岭县人民政府办公室关于印发青岭县民生实事实施方案的通知\n各乡镇人民政府：\n{body}\n青岭县人民政府办公室\n2024年2月7日\n"
    ));
    assert_spans(&notice);
    notice
}

fn told(notice: &Notice) -> Vec<Why> {
    notice.unread.iter().map(|told| told.why).collect()
}

#[test]
fn d1_tables_of_projects_are_read_by_what_is_to_be_done() {
    let row = |heads: &str, cells: &str| {
        let notice = notice(&format!("序号\t{heads}\t牵头单位\t配合单位\t完成时限\n1\t{cells}\t县民政局\t县财政局\t11月30日前"));
        let [task] = &notice.assignments[..] else { panic!("{heads}: {notice:?}") };
        assert_eq!((names(&task.lead_units), told(&notice)), ("县民政局".into(), vec![]), "{heads}");
        let headings: Vec<&str> = task.headings.iter().map(|heading| heading.title.as_str()).collect();
        (headings.join("/"), task.text.clone())
    };
    let of = |headings: &str, text: &str| (headings.to_owned(), text.to_owned());
    for head in ["项目名称", "工程名称及内容", "民生实事", "实事项目", "工作要点", "年度工作", "重点改革任务", "项目"]
    {
        assert_eq!(row(head, "农村公路"), of("", "农村公路"));
    }
    for heads in ["项目名称\t建设内容", "实事项目\t建设内容及年度目标", "工作任务\t工作要求", "改革事项\t具体举措"]
    {
        assert_eq!(row(heads, "农村公路\t新建120公里"), of("农村公路", "新建120公里"));
    }
    // What it is called names it wherever it stands; every broader column stays above it.
    assert_eq!(row("建设内容\t项目名称", "新建120公里\t农村公路"), of("农村公路", "新建120公里"));
    assert_eq!(row("类别\t项目名称\t建设内容", "交通\t农村公路\t新建120公里"), of("交通/农村公路", "新建120公里"));
}

#[test]
fn d1_a_head_of_two_labels_is_read_where_both_say_the_same() {
    for head in ["责任处室／单位", "责任单位及责任人", "责任单位（责任人）", "主管部门", "责任科室"]
    {
        let notice = notice(&format!("序号\t工作任务\t{head}\n1\t公开预算\t县财政局"));
        assert_eq!((notice.assignments.len(), told(&notice)), (1, vec![]), "{head}");
        assert_eq!(names(&notice.assignments[0].lead_units), "县财政局");
    }
    let both = notice("序号\t工作任务\t牵头／配合单位\n1\t公开预算\t县财政局、县审计局");
    assert_eq!(both.assignments.len(), 0);
    assert!(told(&both).contains(&Why::Row));
}

#[test]
fn d1_a_table_that_is_not_read_says_truly_why() {
    let zh = |notice: &Notice| {
        notice.unread.iter().filter(|told| told.why == Why::Row).map(|told| told.zh.clone()).collect::<Vec<_>>()
    };
    let unknown = notice("序号\t题目\t牵头单位\t责任单位\n1\t采砂\t县水利局\t县公安局\n一、续建\n2\t排污\t县水利局\t县公安局");
    let reasons = zh(&unknown);
    assert_eq!((unknown.assignments.len(), unknown.requirements.len(), reasons.len()), (0, 0, 3));
    assert!(reasons[0].starts_with("表头里没有认出写任务的一列") && reasons[1].contains("上面没有认出表头"), "{reasons:?}");
    let matrix = notice("任务\t县财政局\t县审计局\t完成时限\n修订目录\t▲\t△\t6月底前");
    assert_eq!((matrix.requirements.len(), zh(&matrix).len()), (0, 2));
    let flat = notice("序号 任务 牵头单位 配合单位 完成时限\n1 公开 县财政局 县审计局 6月底前");
    assert!(zh(&flat).iter().all(|zh| zh.contains("只有空格")), "{flat:?}");
}

#[test]
fn d1_titles_and_the_head_of_a_form_ask_nothing_of_anybody() {
    let notice = notice(
        "现印发给你们，请认真贯彻执行。\n青岭县民生实事实施方案\n（2024—2025年）\n2024年民生实事责任清单\n（试行）\n填报单位：县政府办公室    填报日期：2024年2月1日\n一、任务\n1．修路。（牵头单位：县交通运输局）\n二、要求\n（2024年6月底前）\n",
    );
    let asked: Vec<&str> = notice.requirements.iter().map(|asked| asked.words.text.as_str()).collect();
    assert_eq!(asked, ["（2024年6月底前）"], "a time below a number is no part of a title");
    assert_eq!((notice.assignments.len(), told(&notice)), (1, vec![Why::Aside]));
    // What is to be made of a plan is no title.
    let task = crate::heads::notice("一、任务\n1．修路。（牵头单位：县交通运输局）\n2．编制实施方案");
    assert!(!task.unread.is_empty(), "{task:?}");
}

#[test]
fn d1_a_short_name_says_what_is_to_be_done() {
    let title = |text: &str| {
        let notice = notice(&format!("一、任务\n（一）{text}"));
        notice.assignments[0].title()
    };
    assert_eq!(title("由县委网信办牵头、县财政局配合，全面清理工作群，6月底前完成。"), "全面清理工作群");
    assert_eq!(title("6月底前公布，遇节假日提前，规范目录。（牵头单位：县财政局）"), "规范目录");
    assert_eq!(title("水体清零 其中：东沟5月底前完成。（牵头单位：县财政局）"), "水体清零");
}

#[test]
fn d1_a_number_that_may_be_of_another_province_is_told() {
    let of = |place: &str, number: &str| {
        let notice = read(&format!(
            "{place}人民政府办公室关于任务分解的通知\n{number}〔2024〕9号\n各乡镇人民政府：\n1．修订目录。（牵头单位：县财政局）\n{place}人民政府办公室\n2024年3月18日\n"
        ));
        (notice.province(), told(&notice))
    };
    assert_eq!(of("青阳县", "青政办"), (None, vec![]));
    assert_eq!(of("宁国市", "宁政办"), (None, vec![]));
    assert_eq!(of("青岭县", "青政办"), (None, vec![Why::Province]));
    assert_eq!(of("青海省青岭县", "青政办"), (Some("青海省"), vec![]));
}

#[test]
fn d1_the_date_between_the_title_and_a_table_is_that_of_the_signature() {
    let table = "序号\t工作任务\t责任单位\t完成时限\n1\t新建学校\t区教体局\t5月底";
    let notice = read(&format!("瑶海区2022年重点工作任务分解表\n瑶海区人民政府办公室\n2022年2月20日\n{table}\n"));
    let signed = |notice: &notice::Notice| notice.signed.as_ref().and_then(|signed| signed.date).map(|day| day.to_string());
    let issuer = notice.issuer.as_ref().unwrap().text.as_str();
    assert_eq!((signed(&notice), issuer), (Some("2022-02-20".into()), "瑶海区人民政府办公室"));
    let day = notice.assignments[0].dates[0].date.map(|day| day.to_string());
    assert_eq!((day, &notice.unread[..]), (Some("2022-05-31".into()), &[][..]));
    // What is signed below is.
    let both = read(&format!("重点工作任务分解表\n2022年2月20日\n{table}\n某办公室\n2022年3月1日\n"));
    assert_eq!(signed(&both), Some("2022-03-01".into()));
}

#[test]
fn d1_a_signature_may_stand_below_its_day_or_in_brackets_under_the_title() {
    let task = "1. 制定标准，6月底前印发。（牵头单位：省民政厅；配合单位：省财政厅）";
    let below = crate::read(&format!("关于任务分解的通知\n{task}\n2024年3月5日\n安徽省民政厅\n"));
    assert_eq!(below.issuer.as_ref().unwrap().text, "安徽省民政厅");
    assert_eq!(crate::names(&below.assignments[0].participating_units), "省财政厅");
    assert_eq!(below.assignments[0].dates[0].date.unwrap().to_string(), "2024-06-30");
    let above = crate::read(&format!("马鞍山市2024年城市更新重点任务\n分工方案\n（2024年3月5日印发）\n{task}\n"));
    assert_eq!(above.title.as_ref().unwrap().text, "马鞍山市2024年城市更新重点任务分工方案");
    assert_eq!(above.assignments[0].dates[0].date.unwrap().to_string(), "2024-06-30");
    let issuer = crate::read(&format!("淮北市数据资源管理局\n关于任务分解的通知\n{task}\n2024年3月5日\n"));
    assert_eq!(issuer.issuer.as_ref().unwrap().text, "淮北市数据资源管理局");
}
