//! 办件 · the acts on a case (B4), from submission to rating.

use crate::{
    About, ActBody, Asks, Choice, Institution, Money, Payer, RatingChannel, RatingSaid, Relation, Remedy, RemedyOutcome, Sought,
};
use calendar::{Change, Clock, Limit};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where the chart stands after an act, so that replaying acts needs no second run of the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub state: process::State,
    /// Nodes left and flows taken by this act, in order.
    #[serde(default)]
    pub took: Vec<String>,
}

/// How a result may reach the applicant (许可法 44), by the key that stands in the act.
pub const DELIVERY_WAYS: [(&str, &str); 4] = [
    ("account", "发到申请人账户（电子件）"),
    ("counter", "窗口当面领取，已核对身份"),
    ("post", "免费邮寄"),
    (BY_AGENT, "代办员代领，已核对委托和代办员的身份"),
];

/// How an applicant may choose to have the result; a village agent collects by the consent, not by choice.
pub const DELIVERY_CHOICES: [(&str, &str); 3] =
    [("account", "发到我的账户，随时可以下载（电子件）"), ("counter", "我到窗口领纸质的"), ("post", "免费邮寄给我")];

/// How it was chosen, in the applicant's words; nothing for a key nobody knows.
pub fn delivery_chosen(key: &str) -> &'static str {
    DELIVERY_CHOICES.iter().find(|(way, _)| *way == key).map_or("", |(_, name)| name)
}

/// Collected by the village agent, where the consent says so.
pub const BY_AGENT: &str = "agent";

/// How it was delivered; nothing for a key nobody knows.
pub fn delivery_way(key: &str) -> &'static str {
    DELIVERY_WAYS.iter().find(|(way, _)| *way == key).map_or("", |(_, name)| name)
}

/// 收件地址 · where a result is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: String,
    pub phone: String,
    pub address: String,
}

/// 邮件 · what was handed to the post, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub carrier: String,
    pub number: String,
    pub to: Address,
}

/// 退回 · why mail, or what was put forward for approval, came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub reason: String,
}

/// 签收 · who received the result, with the signed receipt where it was kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub by: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// 好差评 (C3.2-01, GB/T 39046 A.8): the five grades, the best first; 4 and 5 are 差评.
pub const GRADES: [(u8, &str); 5] = [(1, "非常满意"), (2, "满意"), (3, "基本满意"), (4, "不满意"), (5, "非常不满意")];

/// What a grade is called; nothing for a number that is none.
/// A grade as it was chosen.
pub fn grade_of(chosen: &str) -> Option<u8> {
    chosen.parse().ok().filter(|chosen| GRADES.iter().any(|(grade, _)| grade == chosen))
}

pub fn grade_name(grade: u8) -> &'static str {
    GRADES.iter().find(|(number, _)| *number == grade).map_or("", |(_, name)| name)
}

/// 差评: codes 4 and 5, one star and two (C3.2-01).
pub fn is_bad_grade(grade: u8) -> bool {
    grade >= 4
}

/// 缴费单上的一项 · what the published standard makes of one charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    pub name: String,
    pub standard: String,
    pub basis: String,
    pub amount: Money,
}

/// 缴费单 · all that is charged for one case, on one bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    pub lines: Vec<BillLine>,
    pub total: Money,
}

/// How a bill was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidWay {
    Cash,
    Card,
    Online,
}

impl PaidWay {
    /// At a counter.
    pub const AT_COUNTER: [PaidWay; 2] = [PaidWay::Card, PaidWay::Cash];

    pub fn key(self) -> &'static str {
        match self {
            PaidWay::Cash => "cash",
            PaidWay::Card => "card",
            PaidWay::Online => "online",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            PaidWay::Cash => "现金",
            PaidWay::Card => "刷卡、扫码",
            PaidWay::Online => "网上缴费",
        }
    }
}

/// Which payment it was, by the order we gave the provider or the slip of the counter, and the provider's own number for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub order: Uuid,
    /// The provider of payments; `counter` for one taken in at a counter.
    pub provider: String,
    pub transaction: String,
}

/// Why an entry of a counter was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    pub order: Uuid,
    pub reason: String,
}

/// How an application came in (GB/T 39046 A.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Online,
    Counter,
    /// 村级代办点: a village agent files it for somebody, by a consent on record (B5).
    Agent,
}

impl Channel {
    pub fn zh(self) -> &'static str {
        match self {
            Channel::Online => "网上申请",
            Channel::Counter => "窗口申请",
            Channel::Agent => "村代办点代办",
        }
    }
}

/// The definitions a case runs on for its whole life (B6.1-01): what was published when it was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    pub item: String,
    pub process: String,
    pub form: String,
}

/// 取号: the number that whoever applied at the counter had drawn, and how long they waited for it to be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    pub number: String,
    pub waited_minutes: i64,
}

/// A person or an organisation who applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub id: Uuid,
    pub name: String,
    /// Resident id or unified social credit code.
    pub identity: Option<String>,
    pub mobile: Option<String>,
    pub organisation: bool,
}

/// One file handed in for one material of the item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    pub material: String,
    pub file: Uuid,
    pub name: String,
    pub size: i64,
    pub sha256: String,
}

/// How a paper that is kept begins its name; the number of its case follows.
const KEPT: &str = "沿用原件，在办件 ";

/// 委托书 · the key by which lists of materials ask whoever acts for somebody for the mandate: a consent on record is one.
pub const MANDATE: &str = "authorisation";
/// 代理人身份证 · the key by which they ask for the card of whoever acts.
pub const AGENT_CARD: &str = "agent_id";

impl Handed {
    /// A paper of an earlier case of the same certificate that still holds: it is not asked for again.
    pub fn kept(material: &str, case_no: &str) -> Handed {
        let name = format!("{KEPT}{case_no}");
        Handed { material: material.into(), file: Uuid::nil(), name, size: 0, sha256: String::new() }
    }
    pub fn is_kept(&self) -> bool {
        self.file.is_nil() && self.name.starts_with(KEPT)
    }
    /// The mandate that a consent given in the own account is: on record, without a paper.
    pub fn consented(consent: &str) -> Handed {
        let name = format!("本人在账户里同意的委托，{consent}");
        Handed { material: MANDATE.into(), file: Uuid::nil(), name, size: 0, sha256: String::new() }
    }
    /// The card of whoever acts, where a counter has looked at it for the account.
    pub fn known(agent: &str) -> Handed {
        let name = format!("{agent}，账户的身份已在窗口核实");
        Handed { material: AGENT_CARD.into(), file: Uuid::nil(), name, size: 0, sha256: String::new() }
    }
    /// A paper that was shown at the counter and handed back: on record without a file.
    pub fn seen(material: &str) -> Handed {
        let name = "纸质件，窗口已核对".into();
        Handed { material: material.into(), file: Uuid::nil(), name, size: 0, sha256: String::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    pub applicant: Party,
    /// Who pressed the button, when it was not the applicant: an agent or a counter officer.
    pub filed_by: Uuid,
    /// Whether that person can sign in here; acts from before do not say.
    #[serde(default)]
    pub account: Option<bool>,
    pub answers: Map<String, Value>,
    /// What of it came from what is on file, by the field; what was answered instead may be another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub on_file: BTreeMap<String, OnFile>,
    pub materials: Vec<Handed>,
    /// Who applies together with the applicant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<CoApplicant>,
    /// The village agent who filed it, and by which consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<ByAgent>,
}

/// 共同申请人 · somebody the application names as applying too, by the number of an identity card or of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoApplicant {
    pub name: String,
    pub number: String,
}

/// 已有的资料 · an answer that its applicant did not have to type: what it says there, where it is from, and since when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnFile {
    pub value: Value,
    pub from: Origin,
    /// When it was fetched; from a certificate, when the applicant consented to it.
    pub at: DateTime<Utc>,
}

/// Where something on file is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// The account of the person.
    Account,
    /// The register of organisations.
    Organisation,
    /// The consent by which somebody files for the applicant, as it was written down.
    Consent { no: String },
    /// The application by which a certificate was granted, of that matter.
    Certificate { no: String, item: String },
}

/// 代办 · who filed for the applicant, at an agent point or as a relative or friend, and what lets them (许可法 29).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByAgent {
    /// The number of the consent.
    pub consent: String,
    pub name: String,
    /// The name of the agent's point; none where it is a relative or friend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// What a relative or friend is to the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Whether the consent lets the agent collect the result.
    pub collects: bool,
    /// The signed paper, where the consent was given by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// One thing that is missing or must be mended, and how (许可法 32).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// A material's key or `field:<key>` of the form; `form`, the whole of it, in acts from before fields were named.
    pub what: String,
    pub label: String,
    pub why: String,
}

impl Missing {
    /// What names a field of the form.
    pub fn field(key: &str) -> String {
        format!("field:{key}")
    }
    /// The field of the form it names.
    pub fn as_field(&self) -> Option<&str> {
        self.what.strip_prefix("field:")
    }
}

/// Free text that may name persons: kept in the private body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    pub text: String,
}

/// 核查记录: who was there and what they found, which is for whoever decides and not yet for the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    pub text: String,
    #[serde(default)]
    pub surveyors: Vec<String>,
    /// Acts from before kept it in the public body.
    #[serde(default)]
    pub passed: Option<bool>,
    /// Papers of the agency that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// 审查意见, with what it proposes: a proposal binds nobody and is not public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    pub text: String,
    /// Who presides over the hearing that the examination asked for; never somebody who examines the case (许可法 48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<String>,
    #[serde(default)]
    pub proposes_grant: Option<bool>,
    /// Who reviews it, where the examination asked for experts: name, body and field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
}

/// 会签意见: what somebody says who signs beside whoever decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub agrees: bool,
    pub text: String,
}

/// 讨论记录: who discussed the case, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    pub names: Vec<String>,
    pub for_grant: bool,
    pub text: String,
    /// Papers of the agency that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// 听证: when and where (许可法 48).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    pub on: NaiveDate,
    pub place: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    pub facts: String,
    pub reasons: String,
    /// The agency to go to instead (许可法 32(2)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competent: Option<String>,
    /// The head of the agency who approved what the counter may not decide alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    /// Papers of the agency that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub result: String,
    pub files: Vec<Handed>,
    /// The experts who signed the opinion, of those the applicant was told of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    /// New answers to the fields that were to be mended; `null` takes one back.
    #[serde(default)]
    pub answers: Map<String, Value>,
    pub materials: Vec<Handed>,
    /// Who applies together with the applicant, where an answer changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<Vec<CoApplicant>>,
    /// What the notice asked to mend and the applicant leaves as it is, each with why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Missing>,
}

/// 更正 · what an applicant mended of the own statement, unasked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The answers that are others now; `null` takes one back.
    pub answers: Map<String, Value>,
    pub why: String,
    /// Who applies together with the applicant, as it is now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<CoApplicant>,
}

/// What a certificate of another agency was found to be, and why it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The kind of certificate.
    pub name: String,
    pub reason: String,
    /// Its number; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

impl Checked {
    /// What came of it, in words.
    pub fn zh(&self) -> String {
        match (self.no.as_str(), self.valid_to) {
            ("", _) => format!("{}：没有领过", self.name),
            (no, Some(to)) => format!("{}：{}，有效期至 {to}，编号 {no}", self.name, self.state),
            (no, None) => format!("{}：{}，长期，编号 {no}", self.name, self.state),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certified {
    /// What stands on the certificate, in its order.
    pub holder: String,
    pub fields: Map<String, Value>,
    /// Why it was granted although the survey or the examination spoke against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The head of the agency who approved what the counter may not decide alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    /// Papers of the agency that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
    /// What it pays, where its result is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<Payout>,
}

/// How often a result that is money is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    Once,
    Monthly,
}

/// How it reaches whoever is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutWay {
    Account,
    Card,
    Cash,
}

/// 给付 · what a grant pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    pub pays: Pays,
    /// In all, or for each month.
    pub amount: Money,
    pub payee: String,
    pub way: PayoutWay,
    /// The last four digits of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub from: NaiveDate,
}

/// Who approved, and why; the post is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Papers of the agency that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// Acts are made, written down and let go one at a time: boxing the large ones would only hide their shape.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CaseAct {
    /// 提交. The day of receipt starts the five working days for acceptance (许可法 32).
    Submitted {
        item: String,
        agency: String,
        region: String,
        channel: Channel,
        versions: Versions,
        acceptance: Clock,
        moved: Moved,
        /// At the counter, by a number that was called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queued: Option<Queued>,
        /// 延续、变更、补发、注销: of a certificate that is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<About>,
        private: Option<Submission>,
    },
    /// 一次性告知补正 (B4.1-01): everything that is missing, told once.
    CorrectionRequested {
        count: usize,
        /// The last day to supplement (B4.1-22); notices from before named none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
        moved: Moved,
        private: Option<Vec<Missing>>,
    },
    /// 补正. The five working days run anew from complete papers.
    Supplemented {
        acceptance: Clock,
        moved: Moved,
        private: Option<Supplement>,
    },
    /// 收到一部分补正材料 (B4.1-22): so many of what the one notice named came, so many are still waited for. It is taken and kept; no clock
    /// moves, and the last day stays.
    PartlySupplemented {
        came: usize,
        left: usize,
        private: Option<Supplement>,
    },
    /// 更正: the applicant mended so many answers of the own statement; no clock moves.
    Amended {
        count: usize,
        private: Option<Amendment>,
    },
    /// 共同申请: one who applies together agrees, or does not; or the counter has seen the signatures of all who are named.
    Joined {
        agrees: bool,
        people: usize,
        private: Option<Vec<CoApplicant>>,
    },
    /// 受理: the promised and the statutory clock start (CLK-08).
    Accepted {
        received: NaiveDate,
        promised: Clock,
        statutory: Clock,
        moved: Moved,
    },
    /// 逾期不告知，自收到申请材料之日起即为受理 (许可法 32): done by the clock, not by staff.
    DeemedAccepted {
        received: NaiveDate,
        promised: Clock,
        statutory: Clock,
        moved: Moved,
    },
    /// 不予受理 (许可法 32): an act with a reason and remedies.
    AcceptanceRefused {
        basis: String,
        /// Only in acts from before: it is in the private body now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        competent_agency: Option<String>,
        moved: Moved,
        private: Option<Reasons>,
    },
    /// 不需要取得许可 (许可法 32(1)).
    NotRequired {
        basis: String,
        moved: Moved,
        private: Option<Reasons>,
    },
    /// 现场核查: two staff at least; it never stops the clock (B4.1-07, B4.1-13, F081).
    Surveyed {
        staff: u32,
        /// Only in acts from before: it is in the private body now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        passed: Option<bool>,
        moved: Moved,
        private: Option<Findings>,
    },
    /// 核查证照 · a certificate of the applicant that another agency issued; which one, and what came of it, is the applicant's (优化营商环境条例 37).
    CertificateChecked {
        private: Option<Checked>,
    },
    /// 审查意见. `proposed` or `test`; acts from before say `propose_grant` and `propose_deny`.
    Examined {
        outcome: String,
        moved: Moved,
        private: Option<Examination>,
    },
    /// 会签: one person, once (B4.2-02, F079). `number` counts those who have signed with it.
    Countersigned {
        number: u32,
        of: u32,
        private: Option<Signed>,
    },
    /// 集体讨论: how many took part, each counted once (B4.2-02).
    Discussed {
        people: u32,
        private: Option<Discussion>,
    },
    /// 告知听证权利 (许可法 47): until when it may be asked for, and what is about to be decided.
    HearingOffered {
        until: NaiveDate,
        private: Option<Opinion>,
    },
    /// 要不要听证: what the applicant says to it.
    HearingAnswered {
        wants: bool,
        private: Option<Opinion>,
    },
    /// 特别程序: the statutory clock pauses, the promised one where the item says so (B4.1-07); the applicant is told how long
    /// (许可法 45, CLK-09).
    ClockPaused {
        ground: String,
        basis: String,
        told_days: u32,
        from: NaiveDate,
        #[serde(default = "yes")]
        pauses_promise: bool,
        /// When and where it is heard, for a hearing alone: it is public (许可法 48).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hearing: Option<Hearing>,
        moved: Moved,
    },
    ClockResumed {
        ground: String,
        to: NaiveDate,
        /// Whether what was to be done was done; a hearing that nobody wants any more is not held.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        done: bool,
        moved: Moved,
        private: Option<Report>,
    },
    /// 延期: once, approved by the head of the agency, told with the reason (许可法 42).
    Extended {
        added: Limit,
        on: NaiveDate,
        /// The post of whoever approved.
        approver: String,
        /// Only in acts from before: it is in the private body now.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        #[serde(default)]
        private: Option<Approval>,
    },
    /// 期限重算: a notice moved the end of what is running, or made it certain (H03, CLK-07). Done by the clock, with the reason.
    LimitsRecomputed {
        /// The title of the notice.
        notice: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acceptance: Option<Change>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promised: Option<Change>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statutory: Option<Change>,
    },
    Granted {
        on: NaiveDate,
        certificate_no: Option<String>,
        valid_from: Option<NaiveDate>,
        valid_to: Option<NaiveDate>,
        /// 授权到位 (B6.3-01): whether it went back to the agency for its head to approve; acts from before do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        went_back: Option<bool>,
        /// What was asked of a certificate that is there; its next version, or its end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asks: Option<Asks>,
        moved: Moved,
        private: Option<Certified>,
    },
    /// 逾期未作决定的，视为准予延续 (许可法 50(2)): done by the clock, not by staff.
    DeemedRenewed {
        on: NaiveDate,
        certificate_no: String,
        valid_from: NaiveDate,
        valid_to: Option<NaiveDate>,
        moved: Moved,
        private: Option<Certified>,
    },
    /// 不予许可: facts, law, reasons, remedies (许可法 38).
    Denied {
        on: NaiveDate,
        basis: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        went_back: Option<bool>,
        moved: Moved,
        private: Option<Reasons>,
    },
    /// Each use of the seal is an act (F080).
    SealUsed {
        seal: String,
        document: String,
    },
    /// 开具缴费单 (许可法 58, 59): by the published standard and the facts of the case, never by hand.
    Billed {
        bill: Bill,
    },
    /// 缴费. `surplus`: the bill was paid already, so that this goes back to whoever paid.
    Paid {
        amount: Money,
        way: PaidWay,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        surplus: bool,
        private: Option<Payment>,
    },
    /// 退款: what was paid beyond the bill went back the way it came.
    PaymentReturned {
        amount: Money,
        private: Option<Payment>,
    },
    /// 撤销收费: what was entered at a counter by mistake; the bill is owed again.
    PaymentReversed {
        amount: Money,
        way: PaidWay,
        private: Option<Reversal>,
    },
    /// 选择领取方式: how the applicant wants to have the result; by post, where to.
    DeliveryChosen {
        way: String,
        private: Option<Address>,
    },
    /// 交邮: on its way, not yet delivered (B4.1-20).
    Mailed {
        on: NaiveDate,
        private: Option<Mail>,
    },
    /// 邮件退回: what came back is not delivered (B4.1-20).
    MailReturned {
        on: NaiveDate,
        private: Option<Returned>,
    },
    /// 送达. `on`: the day that counts (B4.1-20); acts from before do not say, it is the day of the act.
    Delivered {
        way: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<NaiveDate>,
        moved: Moved,
        #[serde(default)]
        private: Option<Received>,
    },
    /// 好差评 (C3.2-01): 1 非常满意 … 5 非常不满意.
    Rated {
        grade: u8,
        #[serde(default)]
        channel: RatingChannel,
        /// The rater may be called back (C3.2-03).
        #[serde(default)]
        named: bool,
        private: Option<RatingSaid>,
    },
    /// 委托中介服务 (B3.2; 优化营商环境条例 43): its own limit runs from the day of the act, beside those of the case.
    IntermediaryEngaged {
        /// Which one of this case, from 1.
        nth: u32,
        /// The key of the service in the item, and its name.
        service: String,
        name: String,
        paid_by: Payer,
        clock: Clock,
        /// One of the register, and whomever an agency chose; an applicant's own choice beside the register stays private.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<Institution>,
        /// How the agency chose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<Choice>,
        private: Option<Institution>,
    },
    /// 中介服务结束: the result was handed in that day, or nothing came of it.
    IntermediaryFinished {
        nth: u32,
        on: NaiveDate,
        has_result: bool,
        /// Working days it took, and whether that was beyond its limit, by the calendar of the day of the act.
        days: u32,
        late: bool,
        private: Option<Report>,
    },
    /// 评价中介机构, in the grades of 好差评.
    IntermediaryRated {
        nth: u32,
        grade: u8,
        private: Option<Opinion>,
    },
    Withdrawn {
        moved: Moved,
    },
    /// 申请复议、起诉 (B4.1-21): told by the applicant or at the counter; it moves nothing.
    RemedySought {
        nth: u32,
        way: Remedy,
        on: NaiveDate,
        private: Option<Sought>,
    },
    /// 复议、诉讼的结果, and the day it was received.
    RemedyEnded {
        nth: u32,
        way: Remedy,
        on: NaiveDate,
        outcome: RemedyOutcome,
    },
    /// An attempt the law refused, kept because refusals are acts too (F148).
    AttemptRefused {
        attempt: String,
        reason: String,
    },
    /// The private bodies of this case were erased; commitments stay (F152).
    PrivateErased {
        reason: String,
        bodies: u32,
    },
}

/// Acts from before items were asked paused both clocks.
fn yes() -> bool {
    true
}

fn is_yes(done: &bool) -> bool {
    *done
}

impl CaseAct {
    /// What a new arrangement of holidays did to the limits, in a Chinese sentence; empty for any other act.
    pub fn recomputed_zh(&self) -> String {
        let CaseAct::LimitsRecomputed { acceptance, promised, statutory, .. } = self else { return String::new() };
        let named = [("受理时限", acceptance), ("承诺时限", promised), ("法定时限", statutory)];
        let changed = named.into_iter().filter_map(|(name, change)| Some((name, change.as_ref()?)));
        let told = changed.map(|(name, change)| match (change.from, change.to) {
            (Some(from), Some(to)) if from.date != to.date => format!("{name}的最后一天由 {} 改为 {}", from.date, to.date),
            (_, Some(to)) if to.provisional => format!("{name}的最后一天 {} 还要等放假安排公布才确定", to.date),
            (_, Some(to)) => format!("{name}的最后一天 {} 已经确定", to.date),
            (_, None) => format!("{name}暂停中，最后一天还定不下来"),
        });
        told.collect::<Vec<_>>().join("；")
    }

    /// What everybody reads of a service that is done outside, in a Chinese sentence; empty for any other act.
    pub fn outside_zh(&self) -> String {
        use CaseAct::*;
        match self {
            IntermediaryEngaged { name, clock, provider, choice, .. } => {
                let with = provider.as_ref().map_or("申请人自己选的机构", |provider| provider.name.as_str());
                let days = clock.limit.n;
                match choice {
                    Some(choice) => {
                        let way = crate::way_to_choose(&choice.way);
                        format!("{name}，{with}，限 {days} 个工作日。以{way}方式选定，费用由行政机关承担")
                    }
                    None => format!("{name}，{with}，限 {days} 个工作日"),
                }
            }
            IntermediaryFinished { has_result: false, .. } => "没有做成".into(),
            IntermediaryFinished { days, late: true, .. } => format!("收到结果，用了 {days} 个工作日，超过时限"),
            IntermediaryFinished { days, late: false, .. } => format!("收到结果，用了 {days} 个工作日，没有超时"),
            IntermediaryRated { grade, .. } => grade_name(*grade).into(),
            _ => String::new(),
        }
    }

    /// What a survey found, for those who may know it.
    pub fn survey_passed(&self) -> Option<bool> {
        match self {
            CaseAct::Surveyed { passed, private, .. } => passed.or(private.as_ref()?.passed),
            _ => None,
        }
    }

    /// The agency's own papers that came with it: records of surveys, approvals.
    pub fn papers(&self) -> &[Handed] {
        match self {
            CaseAct::Surveyed { private: Some(findings), .. } => &findings.papers,
            CaseAct::Discussed { private: Some(discussion), .. } => &discussion.papers,
            CaseAct::Extended { private: Some(approval), .. } => &approval.papers,
            CaseAct::Granted { private: Some(certified), .. } => &certified.papers,
            CaseAct::Denied { private: Some(reasons), .. } => &reasons.papers,
            CaseAct::Delivered { private: Some(received), .. } => &received.papers,
            _ => &[],
        }
    }
    /// What an examination proposes, for those who may know it.
    pub fn proposes_grant(&self) -> Option<bool> {
        match self {
            CaseAct::Examined { outcome, private, .. } => match outcome.as_str() {
                "propose_grant" => Some(true),
                "propose_deny" => Some(false),
                _ => private.as_ref()?.proposes_grant,
            },
            _ => None,
        }
    }

    /// Where it left the chart, when it moved on it.
    pub fn moved(&self) -> Option<&Moved> {
        use CaseAct::*;
        match self {
            Submitted { moved, .. }
            | CorrectionRequested { moved, .. }
            | Supplemented { moved, .. }
            | Accepted { moved, .. }
            | DeemedAccepted { moved, .. }
            | AcceptanceRefused { moved, .. }
            | NotRequired { moved, .. }
            | Surveyed { moved, .. }
            | Examined { moved, .. }
            | ClockPaused { moved, .. }
            | ClockResumed { moved, .. }
            | Granted { moved, .. }
            | DeemedRenewed { moved, .. }
            | Denied { moved, .. }
            | Delivered { moved, .. }
            | Withdrawn { moved } => Some(moved),
            PartlySupplemented { .. }
            | Amended { .. }
            | Joined { .. }
            | CertificateChecked { .. }
            | Countersigned { .. }
            | Discussed { .. }
            | HearingOffered { .. }
            | HearingAnswered { .. }
            | Extended { .. }
            | LimitsRecomputed { .. }
            | SealUsed { .. }
            | Billed { .. }
            | Paid { .. }
            | PaymentReturned { .. }
            | PaymentReversed { .. }
            | DeliveryChosen { .. }
            | Mailed { .. }
            | MailReturned { .. }
            | Rated { .. }
            | IntermediaryEngaged { .. }
            | IntermediaryFinished { .. }
            | IntermediaryRated { .. }
            | RemedySought { .. }
            | RemedyEnded { .. }
            | AttemptRefused { .. }
            | PrivateErased { .. } => None,
        }
    }
}

impl ActBody for CaseAct {
    const SUBJECT: &'static str = "case";

    fn ground(&self) -> Option<String> {
        use CaseAct::*;
        let text = match self {
            Submitted { about: Some(about), .. } => about.asks.law(),
            Submitted { .. } => "《行政许可法》第二十九条",
            CorrectionRequested { .. } | PartlySupplemented { .. } => "《行政许可法》第三十二条第一款第四项",
            Supplemented { .. } => "《行政许可法》第三十二条第一款第五项",
            Amended { .. } | Joined { .. } => "《行政许可法》第三十一条",
            Accepted { .. } => "《行政许可法》第三十二条第一款第五项",
            DeemedAccepted { .. } => "《行政许可法》第三十二条第一款第四项：逾期不告知的，自收到申请材料之日起即为受理",
            AcceptanceRefused { basis, .. } | NotRequired { basis, .. } | Denied { basis, .. } => return Some(basis.clone()),
            Surveyed { .. } => "《行政许可法》第三十四条第三款",
            CertificateChecked { .. } => "《优化营商环境条例》第三十七条",
            Examined { .. } => "《行政许可法》第三十四条",
            ClockPaused { basis, .. } => return Some(basis.clone()),
            ClockResumed { .. } => "《行政许可法》第四十五条",
            HearingOffered { .. } | HearingAnswered { .. } => "《行政许可法》第四十七条第一款",
            Extended { .. } => "《行政许可法》第四十二条",
            LimitsRecomputed { notice, .. } => return Some(notice.clone()),
            Granted { asks: Some(Asks::Renewal), .. } => "《行政许可法》第五十条第二款",
            Granted { asks: Some(asks), .. } => asks.law(),
            Granted { .. } => "《行政许可法》第三十八条第一款",
            DeemedRenewed { .. } => "《行政许可法》第五十条第二款：逾期未作决定的，视为准予延续",
            SealUsed { .. } => "《国务院关于在线政务服务的若干规定》第九条",
            // Every line of it names the rule it rests on.
            Billed { bill } => {
                let mut bases: Vec<&str> = bill.lines.iter().map(|line| line.basis.as_str()).collect();
                bases.dedup();
                return Some(bases.join("；"));
            }
            Paid { .. } | PaymentReturned { .. } | PaymentReversed { .. } => "《行政许可法》第五十九条",
            DeliveryChosen { .. } | Mailed { .. } | MailReturned { .. } | Delivered { .. } => "《行政许可法》第四十四条",
            Rated { .. } => "国办发〔2019〕51号",
            // Which rule of its own asks for it, the published item says.
            Countersigned { .. } | Discussed { .. } | Withdrawn { .. } | AttemptRefused { .. } => return None,
            IntermediaryEngaged { .. } | IntermediaryFinished { .. } | IntermediaryRated { .. } => {
                "《优化营商环境条例》第四十三条"
            }
            RemedySought { way: Remedy::Reconsideration, .. } => "《行政复议法》第二十条",
            RemedySought { way: Remedy::Litigation, .. } => "《行政诉讼法》第四十六条",
            RemedyEnded { .. } => return None,
            PrivateErased { .. } => "《个人信息保护法》第四十七条",
        };
        Some(text.into())
    }
}
