//! 期限和去处 · the numbers of the rules, each once: how long a complaint may take, who may not handle it, and where one goes with what
//! belongs elsewhere.

use acts::{ComplaintChannel, ComplaintKind, ComplaintOutcome, OtherWay};
use calendar::{Calendar, Limit, NaiveDate};

/// Working days to say whether a complaint about an approval that came online is accepted (C3.3-11).
const ACCEPTANCE: u32 = 5;
/// Working days after the answer within which one may ask for it to be done again (ours).
pub const REOPEN: u32 = 10;
/// From this grade on a rating is bad (C3.2-01).
const BAD: u8 = 4;

/// C3.5-03 · three working days for a consultation, ten for all else; once as many again, with a reason (皖政办秘〔2021〕65号、109号).
pub const fn c3_5_03_limit(kind: ComplaintKind) -> Limit {
    match kind {
        ComplaintKind::Consultation => Limit::working_days(3),
        _ => Limit::working_days(10),
    }
}

/// C3.3-11 · whether somebody must say that it is accepted, or not: what complains of an approval and came online; nothing else waits for that.
pub fn c3_3_11_must_accept(kind: ComplaintKind, channel: ComplaintChannel, approval: bool) -> bool {
    approval && channel == ComplaintChannel::Web && matches!(kind, ComplaintKind::Complaint | ComplaintKind::Report)
}

/// C3.3-11 · the last day to say so.
pub fn c3_3_11_accept_by(calendar: &Calendar, filed: NaiveDate) -> NaiveDate {
    calendar.add_working_days(filed, ACCEPTANCE)
}

/// Whether it complains of somebody, so that who it was stays sealed (C3.5-05).
pub fn c3_5_05_sealed(kind: ComplaintKind) -> bool {
    matches!(kind, ComplaintKind::Complaint | ComplaintKind::Report)
}

/// Whether this desk may have it: what is about the conduct of an agency is not handled by the agency (公务员法第七十六条). The desk of
/// supervision, `None`, always may.
pub fn c3_5_05_may_handle(about: Option<&str>, conduct: bool, desk: Option<&str>) -> bool {
    !conduct || desk.is_none() || desk != about
}

/// Where it goes first: to the agency it is about, unless it is about its conduct; else to the desk of supervision.
pub fn first_desk(about: Option<&str>, conduct: bool) -> Option<String> {
    about.filter(|about| c3_5_05_may_handle(Some(about), conduct, Some(about))).map(str::to_owned)
}

/// The last day to ask for it to be done again.
pub fn reopen_by(calendar: &Calendar, answered: NaiveDate) -> NaiveDate {
    calendar.add_working_days(answered, REOPEN)
}

/// C3.2-01 · 差评
pub fn c3_2_01_bad(grade: u8) -> bool {
    grade >= BAD
}

/// What whoever complains is told beforehand.
pub fn promise() -> String {
    format!(
        "咨询 {} 个工作日以内答复，其他 {} 个工作日以内答复；转给别的单位，时间接着算，不重来。",
        c3_5_03_limit(ComplaintKind::Consultation).n,
        c3_5_03_limit(ComplaintKind::Complaint).n
    )
}

/// The kinds of answer.
pub const OUTCOMES: [(ComplaintOutcome, &str, &str); 6] = [
    (ComplaintOutcome::Done, "done", "已经办好"),
    (ComplaintOutcome::Justified, "justified", "情况属实，已经改正或者处理"),
    (ComplaintOutcome::PartlyJustified, "partly_justified", "部分属实"),
    (ComplaintOutcome::Unfounded, "unfounded", "经查不属实"),
    (ComplaintOutcome::Explained, "explained", "已经说明规定和理由"),
    (ComplaintOutcome::Adopted, "adopted", "建议采纳或者留作参考"),
];

pub fn outcome_zh(outcome: ComplaintOutcome) -> &'static str {
    OUTCOMES.iter().find(|(one, ..)| *one == outcome).map_or("", |(.., zh)| zh)
}

/// C3.5-02 · what is no matter of this channel: the way, where, and until when (信访条例第三十一条).
pub const WAYS: [(OtherWay, &str, &str, &str); 6] = [
    (
        OtherWay::Court,
        "court",
        "诉讼：向人民法院提起",
        "对行政行为不服的，在知道之日起六个月以内向有管辖权的人民法院起诉（行政诉讼法第四十六条）。民事纠纷的诉讼时效一般是三年（民法典第一百八十八条）。",
    ),
    (
        OtherWay::Arbitration,
        "arbitration",
        "仲裁：向仲裁委员会申请",
        "劳动争议在知道权利被侵害之日起一年以内，向劳动合同履行地的劳动人事争议仲裁委员会申请（劳动争议调解仲裁法第二十七条）；合同约定仲裁的，向约定的仲裁委员会申请。",
    ),
    (
        OtherWay::Reconsideration,
        "reconsideration",
        "行政复议：向复议机关申请",
        "在知道行政行为之日起六十日以内，向本级人民政府或者上一级主管部门申请（行政复议法第二十条）。五日以内决定受理不受理，六十日以内作出决定。",
    ),
    (
        OtherWay::Disclosure,
        "disclosure",
        "依申请公开：向掌握信息的机关申请",
        "随时可以在本站“依申请公开”提出，二十个工作日以内答复（政府信息公开条例第三十三条）。",
    ),
    (
        OtherWay::Discipline,
        "discipline",
        "违纪和职务违法：向纪检监察机关举报",
        "随时可以打 12388，或者向有管辖权的纪检监察机关当面、书面举报（监察法）。",
    ),
    (
        OtherWay::Petition,
        "petition",
        "信访：向有权处理的机关提出",
        "随时可以提出；有权处理的机关十五日以内告知受理不受理，受理以后六十日以内办结（信访条例第二十三条、第三十四条）。",
    ),
];

/// The way's name, and where one goes and until when.
pub fn c3_5_02_way(way: OtherWay) -> (&'static str, &'static str) {
    WAYS.iter().find(|(one, ..)| *one == way).map_or(("", ""), |(.., name, told)| (name, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn c3_5_03_three_working_days_for_a_consultation_and_ten_for_all_else() {
        for kind in ComplaintKind::ALL {
            let days = if kind == ComplaintKind::Consultation { 3 } else { 10 };
            assert_eq!(c3_5_03_limit(kind), Limit::working_days(days), "{kind:?}");
        }
        assert!(promise().contains("3 个工作日") && promise().contains("10 个工作日"));
    }

    #[test]
    fn c3_3_11_an_online_complaint_about_approval_is_accepted_or_not_within_five_working_days() {
        let china = Calendar::china();
        let must = c3_3_11_must_accept;
        let (complaint, web) = (ComplaintKind::Complaint, ComplaintChannel::Web);
        assert!(must(complaint, web, true) && must(ComplaintKind::Report, web, true));
        assert!(!must(complaint, web, false));
        assert!(!must(complaint, ComplaintChannel::Counter, true));
        assert!(!must(ComplaintKind::Help, web, true));
        // 26, 28 (worked), 29, 30 September, then the holiday, 9 October.
        assert_eq!(c3_3_11_accept_by(&china, day("2025-09-25")), day("2025-10-09"));
    }

    #[test]
    fn c3_5_05_an_agency_does_not_handle_what_is_about_its_conduct() {
        assert!(!c3_5_05_may_handle(Some("a"), true, Some("a")));
        assert!(c3_5_05_may_handle(Some("a"), true, Some("b")));
        assert!(c3_5_05_may_handle(Some("a"), true, None));
        assert!(c3_5_05_may_handle(Some("a"), false, Some("a")));
        assert_eq!(first_desk(Some("a"), true), None);
        assert_eq!(first_desk(Some("a"), false).as_deref(), Some("a"));
        assert_eq!(first_desk(None, false), None);
    }

    #[test]
    fn c3_5_02_every_other_way_says_where_and_until_when() {
        for (way, key, ..) in WAYS {
            assert_eq!(serde_json::to_value(way).unwrap(), key);
            let (name, told) = c3_5_02_way(way);
            assert!(name.contains('：') && told.contains('（'), "{told}");
            assert!(told.contains("以内") || told.contains("随时"), "{told}");
        }
    }

    #[test]
    fn c3_2_01_the_fourth_and_the_fifth_grade_are_bad() {
        assert_eq!((1..=5).filter(|grade| c3_2_01_bad(*grade)).collect::<Vec<u8>>(), [4, 5]);
    }
}
