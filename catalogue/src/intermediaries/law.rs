//! 中介服务的规矩 · what 优化营商环境条例 43 lets be a condition, whom one may engage, and how long it may take (B3.2-01, F066).

use crate::IntermediaryService;
use crate::powers::law::{a2_1_01_belied, plain};
use acts::{IntermediaryFacts, Rank};
use chrono::NaiveDate;

/// Why a service cannot be a condition of an approval by this text: “作为办理行政审批条件的中介服务事项应当有法律、法规或者国务院决定依据” (条例 43(1)),
/// of the regulations those of the State Council (B3.2-01). `is_local` tells whether a name begins with that of a place.
pub fn b3_2_01_refused(rank: Rank, law: &str, is_local: impl Fn(&str) -> bool) -> Option<String> {
    let law = plain(law);
    if law.is_empty() {
        return Some("没有写依据".into());
    }
    if !matches!(rank, Rank::Law | Rank::AdministrativeRegulation | Rank::StateCouncilDecision) {
        return Some(format!("依据是{}，要有法律、行政法规或者国务院决定（优化营商环境条例第四十三条）", rank.zh()));
    }
    a2_1_01_belied(rank, &law, is_local)
}

/// What the rules of intermediary services say no to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这家机构 {0} 已经出册，不能再委托，请另选一家")]
    Ended(NaiveDate),
    #[error("这家机构登记的资质 {0} 到期，不能再委托，请另选一家")]
    NotQualified(NaiveDate),
    #[error("这家机构没有登记“{0}”这项服务，请另选一家")]
    NotOffered(String),
    #[error("这家机构是审批机关的所属或者主管单位，不能做和这项审批有关的中介服务（《优化营商环境条例》第四十三条）")]
    OwnInstitution,
    #[error("“{0}”不能由申请人自己做，请选另一家机构")]
    NotOneself(String),
    #[error("申请人自己选、自己付费的，做没做成由申请人登记")]
    ApplicantEnds,
    #[error("这个事项没有“{0}”这项中介服务")]
    NoSuchService(String),
    #[error("“{0}”由行政机关委托、行政机关付费，不能让申请人付（《优化营商环境条例》第四十三条）")]
    AgencyPays(String),
    #[error("“{0}”由申请人自己选机构，行政机关不能替他选、不能指定（《优化营商环境条例》第四十三条）")]
    ApplicantChooses(String),
    #[error("“{0}”已经委托了一家，还没有结束；要换一家，先登记那一家没有做成")]
    StillRunning(String),
    #[error("“{0}”还在中介机构那里，特别程序没有结束：先登记收到结果，或者没有做成")]
    NotBack(String),
    #[error("没有这一次委托")]
    NoSuchEngagement,
    #[error("这一次委托由行政机关付费，结果由窗口登记")]
    AgencyHandsIn,
    #[error("这一次委托 {0} 已经结束，不能再登记")]
    Finished(NaiveDate),
    #[error("结果的日期不能早于委托的日期 {0}")]
    BeforeItBegan(NaiveDate),
    #[error("结果还没有出来，不能评价")]
    NotFinished,
    #[error("这一家已经评价过了，谢谢您")]
    AlreadyRated,
}

impl Rejection {
    /// Which rule it was, as the public reads of a refused attempt.
    pub fn kind(&self) -> &'static str {
        match self {
            Rejection::Ended(_) | Rejection::NotQualified(_) | Rejection::NotOffered(_) => "中介机构不能委托",
            Rejection::OwnInstitution => "中介机构是审批机关的所属单位",
            Rejection::NotOneself(_) => "申请人不能自己做这项中介服务",
            Rejection::NoSuchService(_) => "没有这项中介服务",
            Rejection::AgencyPays(_) | Rejection::ApplicantChooses(_) => "不是自己选、自己付费的中介服务",
            Rejection::StillRunning(_) | Rejection::NotBack(_) => "中介服务还没有结束",
            Rejection::NoSuchEngagement | Rejection::AgencyHandsIn | Rejection::ApplicantEnds => "没有能登记的委托",
            Rejection::Finished(_) | Rejection::BeforeItBegan(_) | Rejection::NotFinished => "中介服务的结果不合规定",
            Rejection::AlreadyRated => "已评价过",
        }
    }
}

/// Whether an institution of the register may be engaged that day for a service, in a case of that agency; the working days it promises.
/// “行政机关所属事业单位、主管的社会组织及其举办的企业不得开展与本机关所负责行政审批相关的中介服务” (条例 43(3)).
pub fn b3_2_01_may_be_engaged(
    institution: &IntermediaryFacts,
    ended_on: Option<NaiveDate>,
    service: &str,
    agency: &str,
    on: NaiveDate,
) -> Result<u32, Rejection> {
    if let Some(ended) = ended_on {
        return Err(Rejection::Ended(ended));
    }
    if let Some(until) = institution.qualified_until.filter(|until| *until < on) {
        return Err(Rejection::NotQualified(until));
    }
    if institution.belongs_to.as_deref() == Some(agency) {
        return Err(Rejection::OwnInstitution);
    }
    let offered = institution.services.iter().find(|offered| offered.name == service);
    offered.map(|offered| offered.days).ok_or_else(|| Rejection::NotOffered(service.to_owned()))
}

/// Whether whoever is engaged by this code is neither the agency that decides, whose code opens that of the matter (X.2), nor the
/// applicant, where that may not do the service (条例 43).
pub fn b3_2_01_is_another(
    code: &str,
    matter: &str,
    applicant: Option<&str>,
    service: &IntermediaryService,
) -> Result<(), Rejection> {
    if !code.is_empty() && matter.starts_with(code) {
        return Err(Rejection::OwnInstitution);
    }
    match applicant == Some(code) && !service.oneself {
        true => Err(Rejection::NotOneself(service.name.clone())),
        false => Ok(()),
    }
}

/// 中介服务时限: what the institution promised, never longer than what is published of the service.
pub fn f066_days(published: u32, promised: Option<u32>) -> u32 {
    promised.map_or(published, |promised| promised.min(published)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::Offered;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn b3_2_01_only_a_law_a_regulation_or_a_decision_of_the_state_council_makes_it_a_condition() {
        let local = |law: &str| law.starts_with("安徽省");
        let refused = |rank, law| b3_2_01_refused(rank, law, local).is_some();
        assert!(!refused(Rank::Law, "中华人民共和国水土保持法"));
        assert!(!refused(Rank::Law, "《中华人民共和国民法典》"));
        assert!(!refused(Rank::AdministrativeRegulation, "取水许可和水资源费征收管理条例（国务院令第460号）"));
        assert!(!refused(Rank::StateCouncilDecision, "国务院对确需保留的行政审批项目设定行政许可的决定"));
        for rank in [Rank::LocalRegulation, Rank::ProvincialRule, Rank::DepartmentRule, Rank::NormativeDocument] {
            assert!(refused(rank, "生产建设项目水土保持方案管理办法（水利部令第53号）"), "{rank:?}");
        }
        assert!(refused(Rank::Law, "生产建设项目水土保持方案管理办法"), "its name belies it");
        assert!(refused(Rank::Law, "《》") && refused(Rank::Law, ""));
    }

    #[test]
    fn b3_2_01_whoever_is_in_the_register_and_qualified_may_be_engaged_but_not_the_agencys_own() {
        let institution = IntermediaryFacts {
            name: "甲检验".into(),
            belongs_to: Some("market".into()),
            qualified_until: Some(day("2026-12-31")),
            services: vec![Offered { name: "检验".into(), price: "800 元".into(), days: 7 }],
            ..IntermediaryFacts::default()
        };
        let may = |ended, service, agency, on| b3_2_01_may_be_engaged(&institution, ended, service, agency, day(on));
        assert_eq!(may(None, "检验", "water", "2026-12-31"), Ok(7));
        assert_eq!(may(None, "检验", "water", "2027-01-01"), Err(Rejection::NotQualified(day("2026-12-31"))));
        assert_eq!(may(None, "检验", "market", "2026-12-01"), Err(Rejection::OwnInstitution));
        assert_eq!(may(None, "检测", "water", "2026-12-01"), Err(Rejection::NotOffered("检测".into())));
        assert_eq!(may(Some(day("2026-11-01")), "检验", "water", "2026-12-01"), Err(Rejection::Ended(day("2026-11-01"))));
    }

    #[test]
    fn f066_a_promise_shortens_the_limit_of_the_service_and_never_lengthens_it() {
        assert_eq!(f066_days(20, Some(12)), 12);
        assert_eq!(f066_days(20, Some(30)), 20);
        assert_eq!(f066_days(20, None), 20);
        assert_eq!(f066_days(20, Some(0)), 1);
    }
}
