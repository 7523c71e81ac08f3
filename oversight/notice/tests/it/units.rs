//! Lists of units, and the names in the table of agencies.

use crate::{ANHUI, names, read};
use notice::{Agencies, Resolved, Why, is_collective};

fn list(words: &str) -> (String, Vec<Why>) {
    let notice = read(&format!("一、任务\n做好工作。（牵头单位：{words}）\n"));
    (names(&notice.assignments[0].lead_units), notice.unread.iter().map(|unread| unread.why).collect())
}

fn assert_list(words: &str, expected: &str) {
    assert_eq!(list(words), (expected.to_owned(), vec![]), "{words}");
}

#[test]
fn f142_lists_are_taken_apart_where_that_is_safe() {
    assert_list("省财政厅、省审计厅，省经济和信息化委", "省财政厅;省审计厅;省经济和信息化委");
    assert_list("省住房和城乡建设厅和省人力资源和社会保障厅", "省住房和城乡建设厅;省人力资源和社会保障厅");
    assert_list("省发展和改革委员会与省财政厅", "省发展和改革委员会;省财政厅");
    assert_list("省民委（宗教局）、省编办", "省民委（宗教局）;省编办");
    assert_list("各市、县人民政府", "各市、县人民政府");
    assert_list("省、市、县住房城乡建设部门", "省、市、县住房城乡建设部门");
    assert_list("各市、各县（区）人民政府，省直有关部门", "各市、各县（区）人民政府;省直有关部门");
    assert_list("省委组织部和各市人民政府", "省委组织部;各市人民政府");
}

#[test]
fn f142_what_may_be_one_unit_or_two_is_left_whole_and_named() {
    assert_eq!(list("市公安局和平分局"), ("市公安局和平分局".to_owned(), vec![Why::OneUnitOrTwo]));
    assert_eq!(list("省财政厅、、省审计厅"), ("省财政厅;省审计厅".to_owned(), vec![Why::NoUnitName]));
    assert_eq!(list("1234"), (String::new(), vec![Why::NoUnits, Why::NoUnitName]));
}

#[test]
fn f142_what_is_no_unit_is_no_unit_and_named() {
    assert_list("省财政厅 省审计厅", "省财政厅;省审计厅");
    assert_list("省委宣传部、省发展改革委按照各自职责分工负责", "省委宣传部;省发展改革委");
    assert_list("合肥海关、各市、高新区", "合肥海关;各市;高新区");
    let read = |words: &str, units: &str, why: &[Why]| assert_eq!(list(words), (units.to_owned(), why.to_vec()), "{words}");
    read("张三", "", &[Why::NoUnits, Why::NoUnitName]);
    read("省财政厅、张三", "省财政厅", &[Why::NoUnitName]);
    read("省司法厅等", "省司法厅", &[Why::OpenList]);
    read("省教育厅、省公安厅等部门", "省教育厅;省公安厅", &[Why::OpenList]);
    read("省教育厅、省公安厅等有关部门", "省教育厅;省公安厅", &[Why::OpenList]);
    read("省教育厅等5个部门", "省教育厅", &[Why::OpenList]);
    read("省委宣传部、省发展改革委等部门按职责分工负责", "省委宣传部;省发展改革委", &[Why::OpenList]);
    read("省编办[现省委编办]、省民委（宗教局）", "省编办;省民委（宗教局）", &[Why::Note]);
    read("省财政厅、省财政厅", "省财政厅", &[Why::Twice]);
    read("省财政厅，责任人：王五", "省财政厅", &[Why::Aside]);
    read("无", "", &[Why::NoUnits]);
}

#[test]
fn f142_nobody_is_no_unit_and_a_lead_does_not_take_part_too() {
    let notice = read(
        "一、任务\n1．公开预算。（牵头单位：省财政厅；配合单位：无）\n2．公开决算。（牵头单位：省财政厅；配合单位：省审计厅、省财政厅）\n",
    );
    assert_eq!(notice.assignments[0].participating_units, []);
    assert_eq!(names(&notice.assignments[1].participating_units), "省审计厅");
    assert_eq!(notice.unread.iter().map(|at| (at.why, at.words.at.line)).collect::<Vec<_>>(), [(Why::Twice, 3)]);
}

#[test]
fn f142_groups_are_told_from_agencies() {
    for group in [
        "省政府各相关部门",
        "省政务服务中心窗口单位",
        "各市、县人民政府",
        "省直有关部门",
        "中央驻皖单位",
        "等部门",
        "各级人民政府",
        "领导小组成员单位",
    ] {
        assert!(is_collective(group), "{group}");
    }
    for one in ["省财政厅", "省经济和信息化委", "省政府办公厅", "省高级人民法院", "市中级人民法院", "省各界人士联合会"]
    {
        assert!(!is_collective(one), "{one}");
    }
}

#[test]
fn d1_every_unit_of_the_notice_is_an_agency_or_a_group() {
    let notice = read(ANHUI);
    let all = notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
    let day = "2012-04-20".parse().unwrap();
    assert_eq!(Agencies::anhui().unknown(all, day), []);
    let odd = read("一、任务\n做好工作。（牵头单位：省财政厅、省航天厅、各部门、省航天厅）\n");
    let unknown = Agencies::anhui().unknown(&odd.assignments[0].lead_units, day);
    assert_eq!(unknown.iter().map(|words| words.text.as_str()).collect::<Vec<_>>(), ["省航天厅"]);
}

#[test]
fn d1_a_name_is_found_in_its_year_with_its_successor() {
    let agencies = Agencies::anhui();
    let on = |name: &str, day: &str| match agencies.resolve(name, day.parse().unwrap()) {
        Resolved::Agency(agency) => Some((agency.key, agency.name, agency.now.join("、"))),
        _ => None,
    };
    let found = |key, name, now: &str| Some((key, name, now.to_owned()));
    assert_eq!(
        on("省经济和信息化委", "2012-04-20"),
        found("省经济和信息化委", "安徽省经济和信息化委员会", "安徽省工业和信息化厅")
    );
    assert_eq!(on("省经济和信息化委", "2019-01-01").unwrap().1, "安徽省经济和信息化厅");
    assert_eq!(on("安徽省工业和信息化厅", "2025-01-01").unwrap().0, "省经济和信息化委");
    assert_eq!(on("省政务服务中心", "2012-04-20").unwrap().0, "省政府政务服务中心");
    assert_eq!(on("省住房城乡建设厅", "2012-04-20").unwrap().0, "省住房和城乡建设厅");
    assert_eq!(on("省发改委", "2012-04-20").unwrap().0, "省发展改革委");
    assert_eq!(on("省物价局", "2024-06-01").unwrap().2, "安徽省发展和改革委员会、安徽省市场监督管理局");
    assert_eq!(on("省医保局", "2012-04-20"), None);
    assert_eq!(on("省医保局", "2020-04-20").unwrap().1, "安徽省医疗保障局");
    assert_eq!(agencies.resolve("省政府各相关部门", "2012-04-20".parse().unwrap()), Resolved::Collective);
    assert_eq!(agencies.resolve("各部门", "2012-04-20".parse().unwrap()), Resolved::Collective);
    assert_eq!(agencies.resolve("省航天厅", "2012-04-20".parse().unwrap()), Resolved::Unknown);
}

#[test]
fn d1_every_row_of_the_table_is_found_under_its_own_name() {
    let rows = csv::Reader::from_reader(&include_bytes!("../../../../reference/agencies-2012.csv")[..]).into_records();
    for row in rows.map(Result::unwrap).filter(|row| &row[2] != "统称" && &row[7] != "未核") {
        let Resolved::Agency(agency) = Agencies::anhui().resolve(&row[0], "2025-01-01".parse().unwrap()) else {
            panic!("{row:?}")
        };
        assert_eq!((agency.key, agency.name), (&row[0], &row[7]));
    }
    for row in csv::Reader::from_reader(&include_bytes!("../../data/short-names.csv")[..]).into_records().map(Result::unwrap) {
        let Resolved::Agency(agency) = Agencies::anhui().resolve(&row[0], "2025-01-01".parse().unwrap()) else {
            panic!("{row:?}")
        };
        assert_eq!(agency.key, &row[1]);
    }
}

#[test]
fn f142_what_a_bracket_says_of_a_unit_is_its_part_and_no_name() {
    let of = |words: &str| {
        let notice = read(&format!("一、任务\n做好工作。（{words}）\n"));
        crate::assert_spans(&notice);
        let [task] = &notice.assignments[..] else { panic!("{notice:?}") };
        assert_eq!(task.text, "做好工作。");
        (names(&task.lead_units), names(&task.participating_units), notice.unread.iter().map(|at| at.why).collect::<Vec<_>>())
    };
    let right = |words: &str, leads: &str, others: &str| {
        assert_eq!(of(words), (leads.to_owned(), others.to_owned(), vec![]), "{words}");
    };
    right("责任单位：省财政厅（牵头）、省编办、省监察厅", "省财政厅", "省编办;省监察厅");
    right("责任单位：省财政厅(牵头单位)、省编办", "省财政厅", "省编办");
    right("责任单位：省财政厅、省编办（配合）", "省财政厅", "省编办");
    right("牵头单位：省财政厅（牵头）、省编办；配合单位：省监察厅", "省财政厅;省编办", "省监察厅");
    let aside = vec![Why::Aside];
    assert_eq!(of("责任领导：张三副省长；牵头单位：省财政厅"), ("省财政厅".to_owned(), String::new(), aside.clone()));
    assert_eq!(of("分管领导：李四；责任单位：省财政厅、省编办"), ("省财政厅;省编办".to_owned(), String::new(), aside));
    assert_eq!(of("责任单位：省财政厅（负责资金保障）"), ("省财政厅".to_owned(), String::new(), vec![Why::Note]));
}

#[test]
fn d1_a_bracket_with_more_than_units_goes_whole() {
    let notice = read("一、任务\n1．推进公开（责任领导：张三副省长；2012年6月底前；牵头单位：省财政厅）\n");
    let task = &notice.assignments[0];
    assert_eq!((task.text.as_str(), task.heading.as_str()), ("推进公开", "任务"));
    assert_eq!(task.dates[0].date.unwrap().to_string(), "2012-06-30");
    assert_eq!(notice.unread.iter().map(|at| at.words.text.as_str()).collect::<Vec<_>>(), ["责任领导：张三副省长"]);
}

#[test]
fn d1_a_column_that_is_not_read_and_a_row_without_its_number_are_named() {
    let notice = read(
        "序号\t工作任务\t牵头领导\t责任单位\n1\t甲任务\t张三\t省财政厅（牵头）、省编办\n2\t乙任务\t李四\t省编办\n\t丙任务\t\t省监察厅\n3\t丁任务\t\t省教育厅\n",
    );
    let tasks: Vec<_> = notice.assignments.iter().map(|task| (task.path.as_str(), task.paragraph, task.text.as_str())).collect();
    assert_eq!(tasks, [("1", 1, "甲任务"), ("2", 1, "乙任务"), ("2", 2, "丙任务"), ("3", 1, "丁任务")]);
    assert_eq!(names(&notice.assignments[0].participating_units), "省编办");
    let told: Vec<_> = notice.unread.iter().map(|at| (at.why, at.words.at.line)).collect();
    assert_eq!(told, [(Why::Column, 1), (Why::NumberJump, 4)]);
}
