//! 事项 · one matter with everything that is published of it (B4.3; fields X.2) and the definitions it runs on.

use crate::Definition;
use crate::powers::law::{Barred, Foundations};
use crate::versions::{Parts, sha256};
use acts::{Payer, Rank, Versions};
use calendar::{Limit, Unit};
use chrono::NaiveDate;
use forms::{Form, Kind};
use foundation::page::Lang;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::Deref;

/// 事项类型 (GB/T 39046 A.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 行政许可
    Permit,
    /// 行政处罚
    Penalty,
    /// 行政强制
    Coercion,
    /// 行政征收
    Levy,
    /// 行政给付
    Benefit,
    /// 行政检查
    Inspection,
    /// 行政确认
    Confirmation,
    /// 行政奖励
    Reward,
    /// 行政裁决
    Adjudication,
    /// 其他行政权力
    Other,
    /// 公共服务
    PublicService,
}

impl ItemKind {
    pub const ALL: [ItemKind; 11] = [
        ItemKind::Permit,
        ItemKind::Penalty,
        ItemKind::Coercion,
        ItemKind::Levy,
        ItemKind::Benefit,
        ItemKind::Inspection,
        ItemKind::Confirmation,
        ItemKind::Reward,
        ItemKind::Adjudication,
        ItemKind::Other,
        ItemKind::PublicService,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            ItemKind::Permit => "行政许可",
            ItemKind::Penalty => "行政处罚",
            ItemKind::Coercion => "行政强制",
            ItemKind::Levy => "行政征收",
            ItemKind::Benefit => "行政给付",
            ItemKind::Inspection => "行政检查",
            ItemKind::Confirmation => "行政确认",
            ItemKind::Reward => "行政奖励",
            ItemKind::Adjudication => "行政裁决",
            ItemKind::Other => "其他行政权力",
            ItemKind::PublicService => "公共服务",
        }
    }

    /// Its name in addresses and tables of the database.
    pub fn key(self) -> &'static str {
        match self {
            ItemKind::Permit => "permit",
            ItemKind::Penalty => "penalty",
            ItemKind::Coercion => "coercion",
            ItemKind::Levy => "levy",
            ItemKind::Benefit => "benefit",
            ItemKind::Inspection => "inspection",
            ItemKind::Confirmation => "confirmation",
            ItemKind::Reward => "reward",
            ItemKind::Adjudication => "adjudication",
            ItemKind::Other => "other",
            ItemKind::PublicService => "public_service",
        }
    }

    /// 类型代码, two digits.
    pub fn code(self) -> &'static str {
        match self {
            ItemKind::Permit => "01",
            ItemKind::Penalty => "02",
            ItemKind::Coercion => "03",
            ItemKind::Levy => "04",
            ItemKind::Benefit => "05",
            ItemKind::Inspection => "06",
            ItemKind::Confirmation => "07",
            ItemKind::Reward => "08",
            ItemKind::Adjudication => "09",
            ItemKind::Other => "10",
            ItemKind::PublicService => "20",
        }
    }
}

/// 办件类型 (GB/T 39046 A.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// 承诺件
    Promised,
    /// 即办件
    OnTheSpot,
}

impl CaseKind {
    pub fn zh(self) -> &'static str {
        match self {
            CaseKind::Promised => "承诺件",
            CaseKind::OnTheSpot => "即办件",
        }
    }
}

/// 延期: how much, by which article and who approves it (许可法 42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    #[serde(flatten)]
    pub limit: Limit,
    pub basis: String,
    pub approver: String,
}

/// The articles the limits rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LimitBasis {
    pub statutory: String,
    pub acceptance: String,
    pub delivery: String,
}

/// 特别程序: time that does not count (许可法 45).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialProcedure {
    pub key: String,
    /// One of the grounds of article 45, see [`acts::PAUSE_GROUNDS`].
    pub ground: String,
    pub basis: String,
    pub usual_days: u32,
    /// What the applicant is told of it.
    pub told: String,
    #[serde(default)]
    pub paid_by: Option<String>,
    /// Every case goes through it; nothing is decided without.
    #[serde(default)]
    pub required: bool,
}

/// 中介服务 · a service of an institution outside: a condition of the application that the applicant pays, or a technical service that
/// the agency needs and pays (B3.2-01; 优化营商环境条例 43).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntermediaryService {
    pub key: String,
    /// As the register of institutions calls it.
    pub name: String,
    /// What makes it a condition, and of which rank the text is.
    pub law: String,
    pub article: String,
    pub rank: Rank,
    pub paid_by: Payer,
    /// Whether the applicant may do it without an institution.
    #[serde(default)]
    pub oneself: bool,
    /// When it is needed.
    pub conditions: String,
    pub flow: String,
    /// Working days, from the engagement to the result.
    pub days: u32,
    /// What it costs, or how the price is found.
    pub price: String,
}

/// 现场核查: counts within the limit (B4.1-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    pub required: bool,
    pub limit: Option<Limit>,
    pub officers: u32,
    /// 审查人与核查人分设: whoever surveyed does not examine.
    #[serde(default)]
    pub examined_by_another: bool,
    pub basis: String,
    pub told: String,
}

/// Where a material comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialSource {
    /// The applicant brings it.
    Applicant,
    /// Made from what was filled in.
    FilledIn,
    /// The office looks at it where it is kept.
    Checked,
    /// Fetched by the house from another system.
    Fetched,
}

impl MaterialSource {
    /// As the guide says it to the applicant.
    pub fn zh(self) -> &'static str {
        match self {
            MaterialSource::Applicant => "您带",
            MaterialSource::FilledIn => "填在表里",
            MaterialSource::Checked => "窗口核对",
            MaterialSource::Fetched => "系统取",
        }
    }
    /// As a desk says it of the applicant.
    pub fn at_the_desk(self) -> &'static str {
        match self {
            MaterialSource::Applicant => "申请人交",
            other => other.zh(),
        }
    }
}

/// Wanted only when a field of the form has one of these answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub field: String,
    pub is: Value,
}

impl Condition {
    /// Whether the answers meet it. 是/否 may be kept as a word or as true and false.
    pub fn holds(&self, answers: &Map<String, Value>) -> bool {
        let meets = |answer: &Value| self.wanted().iter().any(|w| w == answer || plain(w) == plain(answer));
        match answers.get(&self.field) {
            None | Some(Value::Null) => false,
            Some(Value::Array(chosen)) => chosen.iter().any(meets),
            Some(answer) => meets(answer),
        }
    }

    fn wanted(&self) -> &[Value] {
        match &self.is {
            Value::Array(several) => several.as_slice(),
            one => std::slice::from_ref(one),
        }
    }

    /// The answers it takes, as they are sent.
    pub(crate) fn values(&self) -> impl Iterator<Item = String> {
        self.wanted().iter().map(plain)
    }
}

/// 情形 · what the answers of the application tell apart, and what holds for it. A situation without conditions is what is left over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// A second condition that must hold as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Condition>,
    /// Its own promise; the item's, if absent. Never beyond the law (CLK-08).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_limit: Option<Limit>,
    /// What it costs, where that differs from the item's standard.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fee: String,
    /// What the applicant is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub told: String,
    #[serde(default)]
    pub basis: String,
}

pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// 申请材料.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Material {
    pub key: String,
    pub name: String,
    pub required: bool,
    /// `original` or `electronic`.
    pub form: String,
    pub originals: u32,
    pub copies: u32,
    pub source: MaterialSource,
    pub issuer: String,
    #[serde(default)]
    pub note: String,
    pub basis: String,
    pub when: Option<Condition>,
    #[serde(default)]
    pub acceptance_standard: String,
    /// Set where the paper is what another approval gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<Prior>,
}

/// 会签、集体讨论 · that more people than whoever decides look at every case first (B4.2-02), because the item's body wants it so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joint {
    pub way: JointWay,
    /// How many must sign, beside whoever examines and whoever decides; or take part in the discussion.
    pub people: u32,
    pub basis: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JointWay {
    /// 会签: one after the other, each with an opinion.
    Signatures,
    /// 集体讨论: in one meeting, with minutes.
    Discussion,
}

impl JointWay {
    pub fn zh(self) -> &'static str {
        match self {
            JointWay::Signatures => "会签",
            JointWay::Discussion => "集体讨论",
        }
    }
}

/// 前置审批 · an approval that must be had before this one, and the text that makes it one (B6.1; 2012年任务分解通知第一部分（二）6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prior {
    pub law: String,
    #[serde(default)]
    pub article: String,
    /// What kind of text it is, as its drafter says; what is on record of the text goes before it.
    #[serde(default)]
    pub rank: Option<acts::Rank>,
    /// The matter of this house whose cases give it, by its name in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
}

/// 办理结果.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemResult {
    pub name: String,
    pub kind: String,
    pub validity_years: Option<u32>,
    #[serde(default)]
    pub basis: String,
    #[serde(default)]
    pub renewal: Option<String>,
    /// How long before it expires a renewal is applied for at the latest, where a law or regulation says other than 许可法 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_by: Option<Limit>,
    /// And at the earliest, where one says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_from: Option<Limit>,
    /// Where it is a payment, and how often it is paid: a grant then says how much, to whom and from when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pays: Option<acts::Pays>,
    #[serde(default)]
    pub number_rule: Option<String>,
    /// What stands on the certificate, line by line; the first line names its holder. Number, validity and issuer are on every one.
    #[serde(default)]
    pub certificate: Vec<CertificateLine>,
}

/// One line of a certificate: an answer of the form, a fixed text, or what the decision pays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateLine {
    pub label: String,
    pub field: Option<String>,
    pub text: Option<String>,
    #[serde(default)]
    pub show: Show,
}

/// What of an answer is shown; all but the answer itself is read from an identity number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    #[default]
    Answer,
    Sex,
    BirthDate,
    /// What the decision pays; no answer.
    Payout,
}

impl ItemResult {
    /// 证照, rather than a letter of approval or nothing at all.
    pub fn is_certificate(&self) -> bool {
        self.kind == "certificate"
    }
}

/// 收费.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fee {
    pub charged: bool,
    pub basis: String,
    pub standard: String,
    #[serde(default)]
    pub items: Vec<FeeItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeeItem {
    pub name: String,
    pub standard: String,
    #[serde(default)]
    pub basis: String,
    /// What the standard makes of the answers, in yuan: FEEL over the fields of the form. Nothing is charged for what gives 0.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub amount: String,
}

/// 设定依据, with the days its present text is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalBasis {
    pub law: String,
    pub article: String,
    #[serde(default)]
    pub text: String,
    pub in_force_from: NaiveDate,
    pub in_force_to: Option<NaiveDate>,
    /// Bears on the decision, and is named in it.
    #[serde(default)]
    pub decides: bool,
}

impl LegalBasis {
    /// Whether it is in force that day, its first and last day included: by its own text, and by what was recorded as repealed since.
    pub fn holds(&self, on: NaiveDate, foundations: &Foundations) -> bool {
        let last = self.in_force_to.into_iter().chain(foundations.last_day(&self.law, &self.article)).min();
        self.in_force_from <= on && last.is_none_or(|last| on <= last)
    }
}

/// 救济.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedies {
    pub reconsideration: String,
    pub reconsideration_body: String,
    pub reconsideration_days: u32,
    pub litigation: String,
    pub litigation_months: u32,
    pub court: String,
}

impl Remedies {
    /// 行政复议法 20: so many days to ask for reconsideration, where no law gives more.
    pub const RECONSIDERATION_DAYS: u32 = 60;
    /// 行政诉讼法 46: so many months to sue without reconsideration.
    pub const LITIGATION_MONTHS: u32 = 6;
    /// 行政诉讼法 45: so many days to sue against a decision on reconsideration.
    pub const AFTER_RECONSIDERATION_DAYS: u32 = 15;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    pub q: String,
    pub a: String,
}

/// Where a fact of the item was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub field: String,
    pub title: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub date: String,
    #[serde(default)]
    pub confidence: String,
    #[serde(default)]
    pub note: String,
    /// Made for the demonstration; the body must confirm it before use.
    #[serde(default)]
    pub demonstration: bool,
}

/// What an item's own text says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub slug: String,
    /// 实施编码
    pub code: String,
    /// 基本编码
    pub basic_code: String,
    pub name: String,
    pub name_en: String,
    #[serde(default)]
    pub official_name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What readers of English also call it.
    #[serde(default)]
    pub aliases_en: Vec<String>,
    #[serde(default)]
    pub summary: String,
    pub kind: ItemKind,
    pub region: String,
    /// 实施主体, by key.
    #[serde(default)]
    pub agency: String,
    pub centre: String,
    pub served: Vec<String>,
    #[serde(default)]
    pub themes: Vec<String>,
    pub case_kind: CaseKind,
    #[serde(default)]
    pub delegation: Option<String>,
    #[serde(default)]
    pub scope: String,
    /// 在用, 暂停 or 取消.
    #[serde(default)]
    pub state: String,
    pub statutory_limit: Limit,
    pub extension: Option<Extension>,
    pub promised_limit: Limit,
    pub acceptance_limit: Limit,
    pub delivery_limit: Limit,
    #[serde(skip_deserializing)]
    pub limit_basis: LimitBasis,
    /// Whether special procedures stop the promised clock too.
    pub pauses_promise: bool,
    #[serde(default)]
    pub special_procedures: Vec<SpecialProcedure>,
    pub survey: Option<Survey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Joint>,
    /// 中介服务.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intermediaries: Vec<IntermediaryService>,
    /// 授权到位: a case of which one of these holds is beyond what the chief representative may decide at the counter (B4.2, F077).
    #[serde(default)]
    pub ordinary_unless: Vec<Condition>,
    /// 情形, in the order in which they are tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub situations: Vec<Situation>,
    #[serde(default)]
    pub conditions: Vec<String>,
    #[serde(default)]
    pub not_for: Vec<String>,
    #[serde(default)]
    pub materials: Vec<Material>,
    #[serde(default)]
    pub result: ItemResult,
    #[serde(default)]
    pub fee: Fee,
    /// How often the applicant has to come.
    pub visits: u32,
    #[serde(default)]
    pub visit_reason: String,
    #[serde(default)]
    pub forms_of_handling: Vec<String>,
    #[serde(default)]
    pub online_depth: String,
    #[serde(default)]
    pub appointment: bool,
    #[serde(default)]
    pub delivery_by_post: bool,
    pub place: String,
    pub counter: String,
    pub hours: String,
    pub consultation_phone: String,
    #[serde(default)]
    pub supervision_phone: String,
    #[serde(default)]
    pub supervision_channel: String,
    pub supervision_body: String,
    #[serde(default)]
    pub legal_basis: Vec<LegalBasis>,
    pub remedies: Remedies,
    #[serde(default, rename = "process")]
    pub process_key: String,
    #[serde(default, rename = "form")]
    pub form_key: String,
    #[serde(default, rename = "fit")]
    pub fit_key: Option<String>,
    #[serde(default)]
    pub faq: Vec<Faq>,
    #[serde(default)]
    pub sources: Vec<Source>,
}

impl Facts {
    /// Reads an item's text.
    pub(crate) fn read(text: &str) -> Result<Facts, serde_json::Error> {
        let mut facts: Facts = serde_json::from_str(text)?;
        // The articles stand beside the numbers; a `Limit` is only the number.
        let whole: Value = serde_json::from_str(text)?;
        let basis = |limit: &str| whole[limit]["basis"].as_str().unwrap_or_default().to_owned();
        facts.limit_basis = LimitBasis {
            statutory: basis("statutory_limit"),
            acceptance: basis("acceptance_limit"),
            delivery: basis("delivery_limit"),
        };
        Ok(facts)
    }

    /// Those of the nine elements of publication that are empty (B4.3, F082): 主体、依据、条件、程序、期限、结果、收费依据、
    /// 收费标准、监督渠道.
    pub fn missing_elements(&self) -> Vec<&'static str> {
        let blank = |text: &str| text.trim().is_empty();
        let all_blank = |texts: &[String]| texts.iter().all(|text| text.trim().is_empty());
        let nine = [
            ("实施主体", blank(&self.agency)),
            ("设定依据", self.legal_basis.iter().all(|basis| blank(&basis.law))),
            ("受理条件", all_blank(&self.conditions)),
            ("办理程序", blank(&self.process_key)),
            ("办理期限", self.statutory_limit.n == 0),
            ("办理结果", blank(&self.result.name)),
            ("收费依据", blank(&self.fee.basis)),
            ("收费标准", blank(&self.fee.standard)),
            ("监督渠道", blank(&self.supervision_channel) || blank(&self.supervision_phone)),
        ];
        nine.into_iter().filter_map(|(name, empty)| empty.then_some(name)).collect()
    }

    pub fn is_permit(&self) -> bool {
        self.kind == ItemKind::Permit
    }

    /// 承诺件 is counted in days; 即办件 is done while the applicant waits.
    pub fn is_on_the_spot(&self) -> bool {
        self.case_kind == CaseKind::OnTheSpot
    }

    /// 在用: neither suspended nor cancelled by its own text.
    pub fn is_in_use(&self) -> bool {
        self.state.is_empty() || self.state == "在用"
    }

    /// 取消: read by who has its address, and listed no more.
    pub fn is_cancelled(&self) -> bool {
        self.state == "取消"
    }

    /// Why no new case may begin that day; nothing where one may (F016, A2.1-02, A2.1-04).
    pub fn barred(&self, on: NaiveDate, foundations: &Foundations) -> Option<Barred> {
        match () {
            () if !self.is_in_use() => Some(Barred::Matter),
            () if !self.basis_in_force(on, foundations) => Some(Barred::Basis),
            () => self.unlisted(on, foundations),
        }
    }

    /// Why the list of powers does not let it be used that day (A2.1-02); nothing of a matter that is not in use.
    pub fn unlisted(&self, on: NaiveDate, foundations: &Foundations) -> Option<Barred> {
        foundations.barred(self.kind, (&self.code, &self.basic_code), &self.region, on).filter(|_| self.is_in_use())
    }

    /// Whether it is in use, with at least one basis in force that can found it (F016).
    pub fn basis_in_force(&self, on: NaiveDate, foundations: &Foundations) -> bool {
        let founded = |basis: &LegalBasis| basis.holds(on, foundations) && foundations.founds(self.kind, &basis.law, on);
        self.is_in_use() && self.legal_basis.iter().any(founded)
    }

    /// The bases that are not in force that day.
    pub fn without_basis(&self, on: NaiveDate, foundations: &Foundations) -> Vec<&LegalBasis> {
        self.legal_basis.iter().filter(|basis| !basis.holds(on, foundations)).collect()
    }

    /// The materials these answers call for, those that are optional included.
    pub fn materials_for(&self, answers: &Map<String, Value>) -> Vec<&Material> {
        let wanted = |m: &&Material| m.when.as_ref().is_none_or(|when| when.holds(answers));
        self.materials.iter().filter(wanted).collect()
    }

    /// 前置审批: those of the materials that another approval gives, with their places.
    pub fn priors(&self) -> impl Iterator<Item = (usize, &Prior)> {
        self.materials.iter().enumerate().filter_map(|(at, material)| Some((at, material.prior.as_ref()?)))
    }

    /// Whether the written authority lets these answers be decided at the counter.
    pub fn is_ordinary(&self, answers: &Map<String, Value>) -> bool {
        !self.ordinary_unless.iter().any(|beyond| beyond.holds(answers))
    }

    /// The services of others that this party pays.
    pub fn services_paid_by(&self, payer: Payer) -> impl Iterator<Item = &IntermediaryService> {
        self.intermediaries.iter().filter(move |service| service.paid_by == payer)
    }

    pub fn intermediary(&self, key: &str) -> Option<&IntermediaryService> {
        self.intermediaries.iter().find(|service| service.key == key)
    }

    pub fn material(&self, key: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.key == key)
    }

    pub fn applies_to_people(&self) -> bool {
        self.served.iter().any(|served| served == "natural_person")
    }

    pub fn applies_to_organisations(&self) -> bool {
        self.served.iter().any(|served| served != "natural_person")
    }

    pub fn name_in(&self, lang: &Lang) -> &str {
        match lang {
            Lang::Zh => &self.name,
            Lang::En => &self.name_en,
        }
    }

    /// The name without what stands in brackets behind it.
    pub fn short_name(&self, lang: &Lang) -> &str {
        let whole = self.name_in(lang);
        let name = whole.split(['（', '(']).next().unwrap_or_default().trim();
        if name.is_empty() { whole } else { name }
    }

    /// “8 个工作日”, or “当场办结”.
    pub fn promised_text(&self) -> String {
        match self.is_on_the_spot() {
            true => "当场办结".into(),
            false => self.promised_limit.to_string(),
        }
    }

    /// Whether the promise keeps to the law, told in the unit both have; limits in different units cannot be compared.
    pub(crate) fn promise_is_lawful(&self) -> bool {
        self.promised_limit.unit == self.statutory_limit.unit && self.promised_limit.n <= self.statutory_limit.n
    }
}

/// An item as it runs: its text and the definitions it names. Facts are read straight from it: `item.name`.
#[derive(Debug)]
pub struct Item {
    pub facts: Facts,
    pub process: process::Definition,
    pub form: Form,
    /// 是否适合我.
    pub fit: Option<rules::Table>,
    /// Names exactly this version: SHA-256 over the digests of the item's text, process, form and fit table, so that a
    /// change to any of them is another version. `text_hash` is the digest of the text alone.
    pub hash: String,
    pub text_hash: String,
    /// The item's text, byte for byte.
    pub text: String,
    /// The text of the fit table.
    pub fit_text: Option<String>,
}

impl Deref for Item {
    type Target = Facts;
    fn deref(&self) -> &Facts {
        &self.facts
    }
}

impl Item {
    /// Every text it is made of, and the one that names them all by their digests.
    pub fn definitions(&self) -> Vec<Definition> {
        let at = |file: &str| format!("/matters/{}/{file}", self.slug);
        let of = |kind, key: &str, name: &str, text: &str, source: String| Definition {
            kind,
            key: key.to_owned(),
            name: name.to_owned(),
            hash: sha256(text.as_bytes()),
            text: text.to_owned(),
            source,
        };
        let parts = self.parts();
        let mut all = vec![
            of("item", &self.slug, &self.name, &self.text, at("item.json")),
            of("version", &self.slug, &self.name, &parts.version(), at("definition.json")),
            of("process", &self.process_key, self.process.name(), parts.process, at("process.bpmn")),
            of("form", &self.form_key, self.form.title(), parts.form, at("form.json")),
        ];
        if let (Some(key), Some(text)) = (&self.fit_key, parts.fit) {
            all.push(of("decision", key, &format!("{}：是否适合我", self.name), text, at("fit.dmn")));
        }
        all
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts { item: &self.text, process: self.process.xml(), form: self.form.text(), fit: self.fit_text.as_deref() }
    }

    /// What a case keeps for its whole life (B6.1-01, F089).
    pub fn versions(&self) -> Versions {
        Versions { item: self.hash.clone(), process: self.process.hash().to_owned(), form: self.form.hash().to_owned() }
    }

    /// The lines of the certificate that these answers fill.
    pub fn certificate(&self, answers: &Map<String, Value>) -> Vec<(String, String)> {
        self.certificate_that_pays(answers, None)
    }

    /// The same, with what its decision pays.
    pub fn certificate_that_pays(&self, answers: &Map<String, Value>, payout: Option<&str>) -> Vec<(String, String)> {
        let line = |line: &CertificateLine| {
            let value = match &line.field {
                None if line.show == Show::Payout => payout?.to_owned(),
                None => line.text.clone()?,
                Some(key) => {
                    let answer = answers.get(key).filter(|answer| !answer.is_null())?;
                    let number = || forms::ids::check_resident_id(answer.as_str()?, NaiveDate::MAX).ok();
                    match line.show {
                        Show::Payout => payout?.to_owned(),
                        Show::Answer => self.form.field(key)?.display(answer),
                        Show::Sex => if number()?.male { "男" } else { "女" }.into(),
                        Show::BirthDate => foundation::page::full_date_zh(number()?.birth),
                    }
                }
            };
            Some((line.label.clone(), value))
        };
        self.result.certificate.iter().filter_map(line).collect()
    }

    /// How an answer reads: the label of what was chosen.
    pub fn answer_text(&self, field: &str, value: &str) -> String {
        let Some(field) = self.form.field(field) else {
            return value.to_owned();
        };
        match field.kind {
            Kind::YesNo => if value == "yes" { "是" } else { "否" }.into(),
            _ => {
                let chosen = field.options.iter().find(|option| option.value == value);
                chosen.map_or(value, |option| &option.label).to_owned()
            }
        }
    }

    /// When a material with a condition is wanted, in words: “房屋来源为租赁”.
    pub fn when_text(&self, when: &Condition) -> String {
        let label = self.form.field(&when.field).map_or(when.field.as_str(), |f| &f.label);
        let values: Vec<String> = when.values().map(|value| self.answer_text(&when.field, &value)).collect();
        format!("“{label}”选“{}”的", values.join("”或者“"))
    }
}

/// How long a limit reads in a table.
pub(crate) fn is_working_days(limit: Limit) -> bool {
    limit.unit == Unit::WorkingDay
}
