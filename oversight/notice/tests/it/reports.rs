//! Duties to report: in the opening paragraph, in a note of a table, above several signatures, with a day that is past.

use crate::{assert_spans, names, read};
use notice::{Notice, Why};

/// A notice of 20 December 2012 with these lines as its body.
fn notice(body: &str) -> Notice {
    let notice = read(&format!(
        "安徽省政务公开办公室关于任务分解的通知\n各市、县人民政府，省政府各部门：\n{body}\n安徽省政务公开办公室\n2012年12月20日\n"
    ));
    assert_spans(&notice);
    notice
}

/// Each duty as `who to day`.
fn duties(notice: &Notice) -> Vec<String> {
    let day = |by: &notice::Date| by.date.map_or_else(|| by.returning(), |day| day.to_string());
    notice.reporting.iter().map(|duty| format!("{} {} {}", duty.who.text, duty.to.text, day(&duty.by))).collect()
}

fn told(notice: &Notice) -> Vec<Why> {
    notice.unread.iter().map(|told| told.why).collect()
}

const TASK: &str = "一、工作任务\n1．修订目录。（牵头单位：省编办）";

#[test]
fn d3_01_several_that_sign_on_lines_of_their_own_leave_the_last_paragraph_whole() {
    let signed = |last: &str, signers: &str| {
        let text = format!("关于印发清单的通知\n{TASK}\n二、工作要求\n{last}\n{signers}\n2012年4月30日\n");
        let notice = read(&text);
        assert_spans(&notice);
        notice
    };
    let two = signed("2．各责任单位应于2012年5月20日前向省政务公开办报送方案。", "安徽省财政厅\n\n安徽省审计厅");
    assert_eq!(two.issuer.as_ref().unwrap().text, "安徽省财政厅 安徽省审计厅");
    assert_eq!((duties(&two), two.unread.len()), (vec!["各责任单位 省政务公开办 2012-05-20".into()], 0));
    assert_eq!(two.requirements[0].heading, "工作要求");
    let three = signed("2．加强督查。", "中共安徽省委办公厅\n安徽省人民政府办公厅\n中国人民银行合肥中心支行");
    assert_eq!(three.issuer.unwrap().text, "中共安徽省委办公厅 安徽省人民政府办公厅 中国人民银行合肥中心支行");
    assert_eq!(three.requirements[0].words.text, "加强督查");
    // A list of units that goes on over lines is none of those that sign.
    let list = read(
        "关于任务分解的通知\n一、公开。全部公开。\n牵头单位：省编办\n配合单位：省财政厅、\n省审计厅\n安徽省政务公开办公室\n2012年4月30日\n",
    );
    assert_eq!(names(&list.assignments[0].participating_units), "省财政厅;省审计厅");
    assert_eq!(list.issuer.unwrap().text, "安徽省政务公开办公室");
}

#[test]
fn d3_01_a_numbered_duty_is_no_heading_of_what_stands_below_it() {
    let notice = notice(&format!("{TASK}\n二、工作要求\n1．各单位要于2013年1月底前将方案报省政务公开办。\n逾期通报。"));
    assert_eq!(duties(&notice), ["各单位 省政务公开办 2013-01-31"]);
    assert_eq!(notice.requirements.len(), 2);
}

#[test]
fn d3_01_a_duty_in_the_opening_paragraph_is_read_or_told() {
    let opening = |words: &str| notice(&format!("{words}\n{TASK}"));
    let read = opening("现将任务印发给你们，请结合实际落实。各牵头单位请于2013年1月15日前将方案报省政务公开办。");
    assert_eq!((duties(&read), told(&read)), (vec!["各牵头单位 省政务公开办 2013-01-15".into()], vec![]));
    let asked = opening("根据省政府部署，现将任务分解如下。各地要高度重视。");
    assert_eq!((asked.requirements[0].words.text.as_str(), asked.requirements.len()), ("各地要高度重视。", 1));
    for words in [
        "现将任务分解如下，请认真落实，并于2013年1月15日前将方案报省政务公开办。",
        "按照省政府要求，现将任务分解如下，请于2013年1月15日前将方案报省政务公开办。",
    ] {
        let nobody = opening(words);
        assert_eq!((duties(&nobody).len(), told(&nobody)), (0, vec![Why::Report]), "{words}");
    }
    for words in ["经省政府同意，现将2012年政府工作报告任务分解如下。", "为做好报送工作，根据《信息报送办法》，通知如下："]
    {
        let none = opening(words);
        assert_eq!((none.requirements.len(), told(&none)), (0, vec![]), "{words}");
    }
}

#[test]
fn d3_01_a_note_across_a_table_is_read_or_told() {
    let rows = "序号\t工作任务\t牵头单位\t配合单位\n1\t修订目录\t省编办\t省财政厅";
    let across = |note: &str| notice(&format!("{rows}\n{note}\t\t\t"));
    let below = |note: &str| notice(&format!("{rows}\n{note}"));
    let duty = "各牵头单位每季度末月20日前将进展报省政务公开办";
    for label in ["注：", "备注：", "说明：", "注：1.", ""] {
        let notice = across(&format!("{label}{duty}。"));
        assert_eq!(
            (duties(&notice), told(&notice)),
            (vec!["各牵头单位 省政务公开办 每季度第 3 个月 20 日".into()], vec![]),
            "{label}"
        );
        assert_eq!(notice.assignments.len(), 1);
    }
    assert_eq!(duties(&below(&format!("注：{duty}。"))).len(), 1);
    let two = across("注：1.省政务公开办每月5日前汇总进展报省政府；2.各单位2013年11月底前报送总结。");
    assert_eq!((duties(&two), told(&two)), (vec!["省政务公开办 省政府 每月 5 日".into()], vec![Why::Report]));
    // What asks nothing is told, and so is the last line across a table that has no row below it.
    assert_eq!(told(&across("注：标星号的为重点任务。")), [Why::Aside]);
    assert_eq!(told(&across("以上任务抓紧办理。另行通知。")), [Why::Row]);
    assert_eq!(told(&across("加强监督")), [Why::Row]);
}

#[test]
fn d3_01_what_is_handed_over_is_no_part_of_the_name_of_who_receives_it() {
    let to = |words: &str| {
        let notice = notice(&format!("{TASK}\n二、工作要求\n各单位要于2013年1月15日前{words}。"));
        assert_eq!((notice.reporting.len(), told(&notice)), (1, vec![]), "{words}");
        notice.reporting[0].to.text.clone()
    };
    for words in [
        "将自查报告报省政府办公厅",
        "形成专题报告报省政府办公厅",
        "将汇总情况报告报送省政府办公厅",
        "将汇报送省政府办公厅",
        "将月报报送至省政府办公厅",
        "将简报报省政府办公厅备案",
        "将书面报告上报省政府办公厅",
        "书面报告省政府办公厅",
    ] {
        assert_eq!(to(words), "省政府办公厅", "{words}");
    }
}

#[test]
fn d3_01_a_report_due_before_the_signature_is_told_as_a_task_is() {
    let past = notice(&format!("{TASK}\n二、工作要求\n各单位要于1月15日前将自查报告报省政务公开办。"));
    assert_eq!((duties(&past), told(&past)), (vec!["各单位 省政务公开办 2012-01-15".into()], vec![Why::Past]));
    let coming = notice(&format!("{TASK}\n二、工作要求\n各单位要于12月25日前将自查报告报省政务公开办。"));
    assert_eq!(told(&coming), []);
    let on = notice("一、公开。1月15日公布。（牵头单位：省编办）");
    assert_eq!(told(&on), [Why::Past]);
}

/// The duties of these words among the requirements, and what is told.
fn asked(words: &str) -> (Vec<String>, Vec<Why>) {
    let notice = notice(&format!("{TASK}\n二、工作要求\n{words}"));
    (duties(&notice), told(&notice))
}

#[test]
fn d3_01_each_clause_of_a_sentence_has_its_own_doer_recipient_and_day() {
    let is = |words: &str, expected: &[&str], why: &[Why]| {
        assert_eq!(asked(words), (expected.iter().map(|one| (*one).to_owned()).collect(), why.to_vec()), "{words}");
    };
    is(
        "各市要在2013年5月20日前报送自查报告，省财政厅要于2013年5月底前汇总上报省政府办公厅。",
        &["省财政厅 省政府办公厅 2013-05-31"],
        &[Why::Report],
    );
    is(
        "配合单位每月3日前将数据送牵头单位，牵头单位每月8日前报省财政厅。",
        &["配合单位 牵头单位 每月 3 日", "牵头单位 省财政厅 每月 8 日"],
        &[],
    );
    is(
        "各牵头单位要于2013年4月15日前制定方案，省审计厅要于2013年6月底前将审计情况报省政府。",
        &["省审计厅 省政府 2013-06-30"],
        &[],
    );
    is(
        "各市要于2013年7月底前完成自查，省财政厅将于8月组织抽查，抽查结果于2013年9月底前报省政府。",
        &["省财政厅 省政府 2013-09-30"],
        &[Why::TimeUnclear],
    );
    // Of a second report that is not read whole something is told.
    is("各牵头单位每月5日前报省财政厅，省财政厅汇总后报省政府。", &["各牵头单位 省财政厅 每月 5 日"], &[Why::Report]);
    is("各单位每月5日前报送进展，每次强降雨结束后24小时内向省水利厅报告灾情。", &["各单位 省水利厅 每月 5 日"], &[Why::Report]);
    is("各地落实情况，请省财政厅汇总后于2013年1月15日前报省政府。", &["省财政厅 省政府 2013-01-15"], &[]);
    // What the same one hands over goes to the same, in whatever part of the sentence that is said.
    is(
        "各单位要明确专人，2013年6月底前报送方案，2013年12月底前将总结报省政府。",
        &["各单位 省政府 2013-06-30", "各单位 省政府 2013-12-31"],
        &[],
    );
}

#[test]
fn d3_01_words_that_are_no_name_report_nothing_and_receive_nothing() {
    assert_eq!(asked("请于2013年9月10日前将联络员名单反馈省财政厅。"), (vec![], vec![Why::Report]));
    assert_eq!(asked("各单位2013年12月10日前报送全年总结到省财政厅。").0, ["各单位 省财政厅 2013-12-10"]);
    assert_eq!(
        asked("请各责任单位指定一名联络员，2013年6月20日下班前报省政府办公厅（政务公开办）。").0,
        ["各责任单位 省政府办公厅 2013-06-20"]
    );
}

#[test]
fn d3_01_what_is_filled_in_by_a_day_is_told() {
    assert_eq!(asked("各市、各部门要在每月5日前登录系统填报上月进展。"), (vec![], vec![Why::Report]));
    assert_eq!(asked("各单位要在每月5日前核对填报系统。"), (vec![], vec![]));
}
