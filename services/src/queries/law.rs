//! 能不能答 · the law of being asked by another body: only who is on record, only what the record lets, only now, only once (个人信息保护法 6, 34; F117,
//! F118). Pure; the moment is an argument.

use acts::{QueryOf, QueryScope, QueryingBodyFacts};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Minutes that the asker's clock may be away from ours; ours, no rule sets them.
pub const TOLERANCE_MINUTES: i64 = 5;

/// Whether a body may ask now, before its days are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Put on record and never published.
    Proposed,
    Active,
    Suspended,
    Ended,
}

impl Standing {
    pub fn of(key: &str) -> Standing {
        match key {
            "active" => Standing::Active,
            "suspended" => Standing::Suspended,
            "ended" => Standing::Ended,
            _ => Standing::Proposed,
        }
    }
    pub fn key(self) -> &'static str {
        match self {
            Standing::Proposed => "proposed",
            Standing::Active => "active",
            Standing::Suspended => "suspended",
            Standing::Ended => "ended",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Proposed => "还没有公布",
            Standing::Active => "可以查",
            Standing::Suspended => "暂停",
            Standing::Ended => "已终止",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Standing::Active => "tag tag--ok",
            Standing::Proposed => "tag tag--wait",
            Standing::Suspended | Standing::Ended => "tag tag--stop",
        }
    }
}

/// Of whom, as the asker names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    pub name: String,
    /// Identity number or credit code.
    pub number: String,
}

/// What was asked: the payload of the signed text. The names of RFC 7519 where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The credit code of whoever asks.
    pub iss: String,
    /// The address of this site: what was meant for another is not answered here.
    pub aud: String,
    /// The asker's own number of this query.
    pub jti: String,
    /// Seconds since 1970.
    pub iat: i64,
    pub purpose: String,
    pub of: QueryOf,
    pub item: String,
    /// The certificate or case; may be left out of a certificate where the person is named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Whom>,
    #[serde(default)]
    pub facts: Vec<String>,
}

const LONGEST_ID: usize = 64;
const LONGEST_PURPOSE: usize = 200;
const MOST_FACTS: usize = 20;
const LONGEST_FACT: usize = 40;

impl Claims {
    /// Reads the payload; says in words what is wrong with it.
    pub fn read(payload: &str) -> Result<Claims, String> {
        let claims: Claims = serde_json::from_str(payload).map_err(|error| format!("查询的内容读不懂：{error}"))?;
        let short = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
        let shaped = [
            (
                !claims.jti.is_empty() && claims.jti.len() <= LONGEST_ID && claims.jti.bytes().all(|b| b.is_ascii_graphic()),
                "jti：1 到 64 个可见的 ASCII 字符",
            ),
            (claims.iss.len() <= 18, "iss：18 位统一社会信用代码"),
            (
                !claims.purpose.trim().is_empty() && short(&claims.purpose, LONGEST_PURPOSE),
                "purpose：写明查去做什么，最多 200 字",
            ),
            (short(&claims.item, LONGEST_FACT), "item：事项的代号"),
            (short(&claims.no, LONGEST_FACT), "no：证照或者办件的编号"),
            (claims.person.as_ref().is_none_or(|whom| short(&whom.name, 60) && short(&whom.number, 40)), "person：姓名和号码"),
            (
                claims.person.is_some() || (claims.of == QueryOf::Certificate && !claims.no.is_empty()),
                "要写 person；查证照的，可以只写编号 no",
            ),
            (claims.of == QueryOf::Certificate || !claims.no.is_empty(), "查办件要写编号 no"),
            (claims.facts.len() <= MOST_FACTS && claims.facts.iter().all(|fact| short(fact, LONGEST_FACT)), "facts：最多 20 样"),
        ];
        match shaped.iter().find(|(holds, _)| !holds) {
            Some((_, said)) => Err(format!("查询的内容不对。{said}")),
            None => Ok(claims),
        }
    }

    /// All that is asked but the moment: one question asked again is the same, whenever it is signed.
    pub fn digest(&self) -> String {
        let timeless = Claims { iat: 0, ..self.clone() };
        Sha256::digest(serde_json::to_vec(&timeless).unwrap_or_default()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why a query is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("没有登记过这个单位，不能来查")]
    UnknownBody,
    #[error("签名和登记的公钥对不上，不知道是谁在查")]
    Signature,
    #[error("这个编号已经用来问过别的，没有再答")]
    Reused,
    #[error("登记还没有公布，不能来查")]
    NotPublished,
    #[error("登记从 {0} 起才能查")]
    NotYet(NaiveDate),
    #[error("登记到 {0} 为止，已经过了")]
    Over(NaiveDate),
    #[error("这个单位的查询已经暂停")]
    Suspended,
    #[error("这个单位的查询已经终止")]
    Ended,
    #[error("查询写的时间和现在差了五分钟以上")]
    Moment,
    #[error("这次查询不是问本站的")]
    Audience,
    #[error("登记的范围里没有这一种：{0}")]
    Kind(String),
    #[error("登记的范围里没有这些内容：{0}")]
    Facts(String),
    #[error("没有姓名和号码都对得上的人或者单位")]
    Person,
}

impl Refusal {
    /// As the record and programs know it.
    pub fn key(&self) -> &'static str {
        match self {
            Refusal::UnknownBody => "unknown_body",
            Refusal::Signature => "signature",
            Refusal::Reused => "reused",
            Refusal::NotPublished => "not_published",
            Refusal::NotYet(_) => "not_yet",
            Refusal::Over(_) => "over",
            Refusal::Suspended => "suspended",
            Refusal::Ended => "ended",
            Refusal::Moment => "moment",
            Refusal::Audience => "audience",
            Refusal::Kind(_) => "kind",
            Refusal::Facts(_) => "facts",
            Refusal::Person => "person",
        }
    }
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Signature | Refusal::UnknownBody => 401,
            Refusal::Moment | Refusal::Audience => 400,
            Refusal::Person => 404,
            Refusal::Reused => 409,
            _ => 403,
        }
    }
    /// Whether it came from whom it says, so that its number is taken.
    pub fn is_genuine(&self) -> bool {
        !matches!(self, Refusal::UnknownBody | Refusal::Signature | Refusal::Reused)
    }
    /// For whoever does not read Chinese.
    pub fn en(&self) -> &'static str {
        match self {
            Refusal::UnknownBody => "this body is not on record",
            Refusal::Signature => "the signature does not hold under the key on record",
            Refusal::Reused => "this number was used for another question",
            Refusal::NotPublished => "the registration is not published",
            Refusal::NotYet(_) => "the registration is not in force yet",
            Refusal::Over(_) => "the registration is over",
            Refusal::Suspended => "the registration is suspended",
            Refusal::Ended => "the registration was ended",
            Refusal::Moment => "the moment is more than five minutes away from ours",
            Refusal::Audience => "this was meant for another site",
            Refusal::Kind(_) => "the registration does not cover this kind",
            Refusal::Facts(_) => "the registration does not cover these facts",
            Refusal::Person => "nobody is known by this name and number together",
        }
    }
}

/// Whether the moment in the query is near enough to ours, either way.
pub fn f117_is_timely(iat: i64, now: DateTime<Utc>) -> bool {
    let tolerance = Duration::minutes(TOLERANCE_MINUTES);
    DateTime::from_timestamp(iat, 0).is_some_and(|said| said >= now - tolerance && said <= now + tolerance)
}

/// Whether this body may have this answered now: on record and in force (34), no more than its scope (6), meant for us, and fresh.
pub fn f117_may_ask(
    standing: Standing,
    body: &QueryingBodyFacts,
    claims: &Claims,
    origin: &str,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match standing {
        Standing::Active => {}
        Standing::Proposed => return Err(Refusal::NotPublished),
        Standing::Suspended => return Err(Refusal::Suspended),
        Standing::Ended => return Err(Refusal::Ended),
    }
    let today = calendar::local_date(now);
    if today < body.from {
        return Err(Refusal::NotYet(body.from));
    }
    if today > body.until {
        return Err(Refusal::Over(body.until));
    }
    if claims.aud.trim_end_matches('/') != origin.trim_end_matches('/') {
        return Err(Refusal::Audience);
    }
    if !f117_is_timely(claims.iat, now) {
        return Err(Refusal::Moment);
    }
    let covers = |scope: &&QueryScope| scope.of == claims.of && scope.item == claims.item;
    let scope = body.scope.iter().find(covers).ok_or_else(|| Refusal::Kind(format!("{} {}", claims.of.zh(), claims.item)))?;
    let beyond: Vec<&str> = claims.facts.iter().filter(|fact| !scope.facts.contains(fact)).map(String::as_str).collect();
    match beyond.is_empty() {
        true => Ok(()),
        false => Err(Refusal::Facts(beyond.iter().map(|fact| fact_zh(fact)).collect::<Vec<_>>().join("、"))),
    }
}

/// Facts that every certificate or case has, by the key that programs use; what else may be asked are the lines of the certificate itself.
pub const CERTIFICATE_FACTS: [(&str, &str); 4] =
    [("standing", "现在的状态"), ("valid_from", "有效期起"), ("valid_to", "有效期至"), ("number", "证照编号")];
pub const CASE_FACTS: [(&str, &str); 4] =
    [("stage", "办到哪一步"), ("submitted_on", "提交的日子"), ("decided_on", "决定的日子"), ("granted", "准不准")];

/// What a fact is called.
pub fn fact_zh(key: &str) -> &str {
    match key {
        "held" => "有没有",
        "found" => "有没有这一件",
        key => CERTIFICATE_FACTS.iter().chain(&CASE_FACTS).find(|(fact, _)| *fact == key).map_or(key, |(_, zh)| zh),
    }
}

#[cfg(test)]
mod tests;
