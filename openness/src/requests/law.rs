//! 政府信息公开条例 · its numbers, each once: what a request may wait for, and where one goes from an answer.

use acts::{OpinionOf, RequestOutcome, RequestWay, Withholding};
use calendar::{Calendar, Limit, NaiveDate};
use catalogue::Remedies;

/// A3.3-04 · twenty working days to answer, and as many again once (条例 33).
pub const ANSWER: Limit = Limit::working_days(20);
/// A3.3-03 · within so many working days of receipt an unclear request is sent back, once (条例 30).
pub const CORRECTION_WITHIN: u32 = 7;
/// A3.3-06, A3.3-07 · working days to give an opinion (条例 32, 34).
const OPINION: u32 = 15;

/// What whoever asks is told beforehand (A3.3-01, A3.3-04, A3.3-13).
pub fn promise() -> String {
    format!("机关没有主动公开的信息，您可以申请，不用说明理由，一般不收费。收到之日起 {} 个工作日以内答复。", ANSWER.n)
}

/// What whoever asks others for their opinion is told.
pub fn opinion_zh() -> String {
    format!("书面征求，{OPINION} 个工作日以内回复；这段时间不计入答复期限（条例第三十二条至第三十四条）。")
}

/// What whoever extends is told.
pub fn extension_zh() -> String {
    format!("经政府信息公开工作机构负责人同意，可以延长一次，最多 {} 个工作日，申请人会看到理由（条例第三十三条）。", ANSWER.n)
}

/// A3.3-02 · the day of receipt, where the way alone fixes it: what is handed over counts that day, registered post the day it was signed
/// for. Anything else counts from the day both sides confirm (条例 31).
pub fn a3_3_02_received(way: RequestWay, today: NaiveDate, signed_for: Option<NaiveDate>) -> Option<NaiveDate> {
    match way {
        RequestWay::InPerson => Some(today),
        RequestWay::RegisteredPost => Some(signed_for.unwrap_or(today)),
        RequestWay::Online | RequestWay::OrdinaryPost | RequestWay::Fax => None,
    }
}

/// The last day on which a request received then may be sent back for correction (A3.3-03).
pub fn a3_3_03_correction_by(calendar: &Calendar, received: NaiveDate) -> NaiveDate {
    calendar.add_working_days(received, CORRECTION_WITHIN)
}

/// The last day for an opinion asked for today (A3.3-06, A3.3-07).
pub fn a3_3_06_opinion_until(calendar: &Calendar, today: NaiveDate) -> NaiveDate {
    calendar.add_working_days(today, OPINION)
}

/// 为什么不计 · under which name the clock stands (A3.3-05; 条例 33).
pub fn pause(of: OpinionOf) -> &'static str {
    match of {
        OpinionOf::ThirdParty => "征求第三方意见",
        OpinionOf::CoAuthor => "征求其他机关意见",
    }
}

/// A3.3-06, A3.3-07 · what silence means: of a third party nothing, the agency decides; of a body that made the information with us consent.
pub fn silence(of: OpinionOf) -> &'static str {
    match of {
        OpinionOf::ThirdParty => "第三方逾期没有提出意见，由本机关依照条例决定是否公开（第三十二条）",
        OpinionOf::CoAuthor => "被征求意见的机关逾期没有提出意见，视为同意公开（第三十四条）",
    }
}

/// Whether an answer of this kind withholds something, and so needs a ground for each part (A3.3-11).
pub fn withholds(outcome: RequestOutcome) -> bool {
    matches!(outcome, RequestOutcome::Refused | RequestOutcome::PartlyDisclosed)
}

/// Whether it discloses something, against which a third party may have spoken (A3.3-06).
pub fn discloses(outcome: RequestOutcome) -> bool {
    matches!(outcome, RequestOutcome::Disclosed | RequestOutcome::PartlyDisclosed)
}

/// A3.3-16 · 救济: against a refusal, as against no answer at all, reconsideration comes first (行政复议法 20, 23; 行政诉讼法 45, 46).
pub fn a3_3_16_remedy(outcome: Option<RequestOutcome>) -> String {
    let (days, months) = (Remedies::RECONSIDERATION_DAYS, Remedies::LITIGATION_MONTHS);
    match outcome.is_none_or(withholds) {
        true => format!(
            "您不服的，先在知道之日起 {days} 日内向上一级行政机关或者本级人民政府申请行政复议；对复议决定不服，再在收到之日起 {} 日内向人民法院起诉",
            Remedies::AFTER_RECONSIDERATION_DAYS
        ),
        false => format!("您不服的，可以在知道之日起 {days} 日内申请行政复议，也可以在 {months} 个月内直接向人民法院起诉"),
    }
}

/// The kinds of answer, with the article of each.
pub const OUTCOMES: [(RequestOutcome, &str, &str); 12] = [
    (RequestOutcome::Disclosed, "disclosed", "予以公开（第三十六条第二项）"),
    (RequestOutcome::PartlyDisclosed, "partly_disclosed", "部分公开，其余区分处理（第三十七条）"),
    (RequestOutcome::AlreadyPublic, "already_public", "已经主动公开，告知在哪里（第三十六条第一项）"),
    (RequestOutcome::Refused, "refused", "不予公开（第三十六条第三项）"),
    (RequestOutcome::NotExisting, "not_existing", "经检索没有这项信息（第三十六条第四项）"),
    (RequestOutcome::NotOurs, "not_ours", "不由本机关负责公开（第三十六条第五项）"),
    (RequestOutcome::Repeated, "repeated", "已经答复过的同一申请（第三十六条第六项）"),
    (RequestOutcome::OtherLaw, "other_law", "查询办法另有规定，如工商、不动产登记资料（第三十六条第七项）"),
    (RequestOutcome::NeedsMaking, "needs_making", "需要加工、分析，可以不提供（第三十八条）"),
    (RequestOutcome::Publication, "publication", "公开出版物，告知从哪里得到（第三十九条第二款）"),
    (RequestOutcome::Petition, "petition", "实际是信访、投诉、举报，告知该找哪里（第三十九条第一款）"),
    (RequestOutcome::Excessive, "excessive", "数量、频次明显超过合理范围，说明的理由不合理（第三十五条）"),
];

/// The grounds for withholding, with the article of each (A3.3-11).
pub const WITHHOLDING: [(Withholding, &str, &str); 8] = [
    (Withholding::StateSecret, "state_secret", "国家秘密（第十四条）"),
    (Withholding::ForbiddenByLaw, "forbidden_by_law", "法律、行政法规禁止公开（第十四条）"),
    (Withholding::PublicSafety, "public_safety", "可能危及国家安全、公共安全、经济安全、社会稳定（第十四条）"),
    (Withholding::TradeSecret, "trade_secret", "涉及商业秘密，公开会损害第三方合法权益（第十五条）"),
    (Withholding::Privacy, "privacy", "涉及个人隐私，公开会损害第三方合法权益（第十五条）"),
    (Withholding::InternalAffairs, "internal_affairs", "人事管理、后勤管理、内部工作流程等内部事务信息（第十六条第一款）"),
    (Withholding::Deliberation, "deliberation", "讨论记录、过程稿、磋商信函、请示报告等过程性信息（第十六条第二款）"),
    (Withholding::EnforcementFile, "enforcement_file", "行政执法案卷信息（第十六条第二款）"),
];

pub fn outcome_zh(outcome: RequestOutcome) -> &'static str {
    OUTCOMES.iter().find(|(one, ..)| *one == outcome).map_or("", |(.., zh)| zh)
}

pub fn ground_zh(ground: Withholding) -> &'static str {
    WITHHOLDING.iter().find(|(one, ..)| *one == ground).map_or("", |(.., zh)| zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a3_3_02_the_way_fixes_the_day_of_receipt_or_both_sides_confirm_it() {
        let (today, signed) = (day("2025-07-02"), day("2025-07-01"));
        assert_eq!(a3_3_02_received(RequestWay::InPerson, today, None), Some(today));
        assert_eq!(a3_3_02_received(RequestWay::RegisteredPost, today, Some(signed)), Some(signed));
        for way in [RequestWay::Online, RequestWay::OrdinaryPost, RequestWay::Fax] {
            assert_eq!(a3_3_02_received(way, today, Some(signed)), None, "a click is no receipt");
        }
    }

    #[test]
    fn a3_3_03_a_correction_is_asked_for_within_seven_working_days() {
        assert_eq!(
            a3_3_03_correction_by(&Calendar::china(), day("2025-09-25")),
            day("2025-10-11"),
            "make-up days count, the holiday does not"
        );
    }

    #[test]
    fn a3_3_11_every_outcome_and_every_ground_has_its_words_and_its_article() {
        for (outcome, key, zh) in OUTCOMES {
            assert_eq!(serde_json::to_value(outcome).unwrap(), key);
            assert!(zh.contains("（第三十"), "{zh}");
        }
        for (ground, key, zh) in WITHHOLDING {
            assert_eq!(serde_json::to_value(ground).unwrap(), key);
            assert!(zh.contains("（第十"), "{zh}");
        }
    }

    #[test]
    fn a3_3_16_reconsideration_comes_before_court_only_against_a_refusal_or_silence() {
        assert!(a3_3_16_remedy(None).contains("先在"));
        for (outcome, ..) in OUTCOMES {
            let first = matches!(outcome, RequestOutcome::Refused | RequestOutcome::PartlyDisclosed);
            assert_eq!(a3_3_16_remedy(Some(outcome)).contains("先在"), first, "{outcome:?}");
        }
    }
}
