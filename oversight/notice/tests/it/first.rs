//! 首位牵头: of the units named for a task the first leads.

use crate::{assert_spans, names, read};
use notice::Notice;

/// Leads and participants of each task.
fn units(notice: &Notice) -> Vec<(String, String)> {
    assert_spans(notice);
    notice.assignments.iter().map(|task| (names(&task.lead_units), names(&task.participating_units))).collect()
}

fn of(leads: &str, others: &str) -> (String, String) {
    (leads.to_owned(), others.to_owned())
}

#[test]
fn d1_where_the_head_says_so_the_first_unit_of_every_clause_leads() {
    for rule in [
        "现将任务分解如下，排在第一位的为牵头单位。",
        "现将任务分解如下。责任单位中，列首位的为牵头单位，其他为配合单位。",
        "现将任务分解如下（排在首位的为牵头单位）：",
        "（排在第一位的单位为牵头单位，其余为参加单位）",
        "牵头单位列首位。",
        "以下任务由排在第一位的责任单位牵头。",
        "一、总体要求\n各项工作中，有多个责任单位的，列首位的为牵头单位。",
    ] {
        let notice = read(&format!(
            "关于任务分解的通知\n{rule}\n二、任务\n1．公开预算。（责任单位：省财政厅、省审计厅、省民政厅）\n2．公开决算。（省审计厅、省财政厅按职责分工负责）\n3．建立台账。（省民政厅、省司法厅）\n4．做好解读。（牵头单位：省财政厅、省民政厅；责任单位：省司法厅）\n5．公开目录。\n责任单位：省司法厅\n省教育厅\n某办公室\n2024年3月5日\n"
        ));
        let expected = [
            of("省财政厅", "省审计厅;省民政厅"),
            of("省审计厅", "省财政厅"),
            of("省民政厅", "省司法厅"),
            of("省财政厅;省民政厅", "省司法厅"),
            of("省司法厅", "省教育厅"),
        ];
        assert_eq!(units(&notice), expected, "{rule}");
        assert!(notice.unread.iter().all(|told| told.why == notice::Why::NumberJump), "{rule}: {:?}", notice.unread);
    }
}

#[test]
fn d1_the_rule_of_a_chapter_or_of_a_bracket_reaches_no_further() {
    let notice = read(
        "关于任务分解的通知\n一、公开（列首位的为牵头单位）\n1．公开预算。（责任单位：省财政厅、省审计厅）\n二、服务\n1．优化服务。（责任单位：省民政厅、省司法厅）\n2．编制目录。（责任单位：省司法厅、省教育厅，排在第一位的为牵头单位）\n3．建立台账。（责任单位：省民政厅、省司法厅）\n某办公室\n2024年3月5日\n",
    );
    let expected =
        [of("省财政厅", "省审计厅"), of("省民政厅;省司法厅", ""), of("省司法厅", "省教育厅"), of("省民政厅;省司法厅", "")];
    assert_eq!((units(&notice), notice.unread.len()), (expected.to_vec(), 0), "{:?}", notice.unread);
    assert_eq!(notice.assignments[0].heading, "公开");
    let ditto = read(
        "关于任务分解的通知\n一、公开\n1．公开预算。（责任单位：省财政厅、省审计厅）\n2．优化服务。（省民政厅、省司法厅负责，排在首位的为牵头单位，下同）\n3．编制目录。（省司法厅、省教育厅）\n某办公室\n2024年3月5日\n",
    );
    let expected = [of("省财政厅;省审计厅", ""), of("省民政厅", "省司法厅"), of("省司法厅", "省教育厅")];
    assert_eq!((units(&ditto), ditto.unread.len()), (expected.to_vec(), 0), "{:?}", ditto.unread);
}

#[test]
fn d1_the_rule_may_stand_at_the_head_of_a_column_or_before_the_colon_of_a_label() {
    let table = read(
        "2024年任务分解表\n序号\t工作任务\t责任单位（排在首位的为牵头单位）\t完成时间\n1\t公开甲\t省财政厅、省司法厅\t2024年6月底前\n2\t公开乙\t省审计厅\t2024年6月底前\n某办公室\n2024年3月5日\n",
    );
    assert_eq!((units(&table), table.unread.len()), (vec![of("省财政厅", "省司法厅"), of("省审计厅", "")], 0), "{table:?}");
    let label = read(
        "关于任务分解的通知\n一、公开\n1．公开预算。责任单位（列首位的为牵头单位）：省财政厅、省审计厅。\n某办公室\n2024年3月5日\n",
    );
    assert_eq!((units(&label), label.unread.len()), (vec![of("省财政厅", "省审计厅")], 0), "{label:?}");
}

#[test]
fn d1_a_rule_of_leads_that_is_not_understood_is_told_and_makes_no_unit() {
    let notice = read(
        "关于任务分解的通知\n排在首位的原则上应当作为牵头单位统筹。\n一、公开\n1．公开预算。（责任单位：省财政厅、省审计厅）\n某办公室\n2024年3月5日\n",
    );
    assert_eq!(units(&notice), [of("省财政厅;省审计厅", "")]);
    assert_eq!(notice.unread.iter().map(|told| (told.why, told.words.at.line)).collect::<Vec<_>>(), [(notice::Why::Who, 2)]);
}
