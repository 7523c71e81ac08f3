//! 查阅 · each look at somebody's personal data by somebody else is kept: who, whose, what, when, on what ground, and the refused ones too (B9, F117,
//! F118; 《个人信息保护法》第四十四条、第四十五条、第五十一条、第五十四条). What the public sees is masked and no look.

use crate::people::Person;
use crate::{House, Stop};
use authority::{Act, Circumstance, Resource, Verdict};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

/// The same look by the same person within one span is one row that counts up.
const SPAN_MINUTES: i64 = 10;

/// Which span a moment falls into. Spans stand still, so that two requests at once agree without asking each other.
fn span(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SPAN_MINUTES * 60)
}

/// What was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The whole page of a case.
    Page,
    /// The officer's page of a case: answers, papers, opinions.
    Desk,
    /// The form of an act on a case.
    Form,
    File,
    Letter,
    /// A case as one file.
    Package,
    /// A case as supervision sees it.
    Supervision,
    /// A certificate and what its holder once said of himself.
    Certificate,
    /// A letter that ended a certificate.
    Ending,
    Consent,
    /// The signed paper of a consent.
    Mandate,
    /// The looks themselves.
    Looks,
    /// A certificate of another agency, for a case in hand.
    Check,
    /// Facts of a certificate or case, by another body's query.
    Query,
}

impl Opened {
    const ALL: [(Opened, &str, &str); 14] = [
        (Opened::Page, "page", "办件的全部内容"),
        (Opened::Desk, "desk", "办件的全部资料（办件台）"),
        (Opened::Form, "form", "办理页"),
        (Opened::File, "file", "交来的文件"),
        (Opened::Letter, "letter", "文书"),
        (Opened::Package, "package", "整个案卷（下载）"),
        (Opened::Supervision, "supervision", "办件全貌（监察）"),
        (Opened::Certificate, "certificate", "证照和持有人的资料"),
        (Opened::Ending, "ending", "证照的文书"),
        (Opened::Consent, "consent", "代办委托"),
        (Opened::Mandate, "mandate", "签了名的委托书"),
        (Opened::Looks, "looks", "查阅记录"),
        (Opened::Check, "check", "核查证照"),
        (Opened::Query, "query", "联网核查"),
    ];

    pub fn key(self) -> &'static str {
        Opened::ALL.iter().find(|one| one.0 == self).map_or("", |one| one.1)
    }

    /// What it is called.
    pub fn zh(key: &str) -> &'static str {
        Opened::ALL.iter().find(|one| one.1 == key).map_or("资料", |one| one.2)
    }

    fn subject(self) -> &'static str {
        match self {
            Opened::Certificate | Opened::Ending => "certificate",
            Opened::Consent | Opened::Mandate => "consent",
            Opened::Looks => "looks",
            Opened::Query => "query",
            _ => "case",
        }
    }
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// Whose it is, who leads in front; nobody, where it is a list of many.
    pub whose: Vec<Uuid>,
    pub no: &'a str,
    /// The agency whose file it is.
    pub keeper: &'a str,
    pub opened: Opened,
    /// Which paper or letter.
    pub part: &'a str,
}

/// On what ground it was seen, or why it was not.
#[derive(Clone, Debug)]
pub struct Ground {
    pub allowed: bool,
    /// The policy; empty where none speaks of it.
    pub policy: String,
    pub words: String,
}

impl Ground {
    /// The first of the policies that an answer rests on.
    pub fn of(verdict: &Verdict) -> Ground {
        let first = verdict.grounds.first();
        Ground {
            allowed: verdict.allowed,
            policy: first.map(|ground| ground.policy.clone()).unwrap_or_default(),
            words: first.map_or_else(|| verdict.sentence(), |ground| ground.reason.clone()),
        }
    }

    /// Refused for a reason that stands in no policy.
    pub fn refused(why: impl Into<String>) -> Ground {
        Ground { allowed: false, policy: String::new(), words: why.into() }
    }
}

/// Those whose data a case or certificate holds; none once it is erased.
fn owners(on: &Resource) -> Vec<Uuid> {
    let Resource::Case(case) = on else { return Vec::new() };
    let mut owners: Vec<Uuid> = Vec::new();
    for id in std::iter::once(&case.applicant).chain(&case.together) {
        if let Ok(id) = id.parse()
            && !owners.contains(&id)
        {
            owners.push(id);
        }
    }
    owners
}

/// Whether this is one's own: mine, or of whom I act for, or applied for together with me.
fn is_own(who: &Person, whose: &[Uuid]) -> bool {
    whose.iter().any(|owner| *owner == who.id || who.organisations.contains(owner))
}

/// Asks the policies whether somebody may see this case or certificate, keeps the look, and ends the request where they say no.
pub async fn look(house: &House, who: &Person, on: &Resource, opened: Opened, part: &str) -> Result<Verdict, Stop> {
    let verdict = house.authority().may(&who.principal(), Act::ViewCase, on, &Circumstance::default());
    came_to(house, who, on, opened, part, Ground::of(&verdict)).await?;
    House::settle(verdict)
}

/// Keeps a look at a case or certificate of which somebody else has judged. What was erased has nobody whose it is.
pub async fn came_to(house: &House, who: &Person, on: &Resource, opened: Opened, part: &str, ground: Ground) -> Result<(), Stop> {
    let Resource::Case(case) = on else { return Ok(()) };
    let whose = owners(on);
    if whose.is_empty() {
        return Ok(());
    }
    keep(house, who, Sight { whose, no: &case.no, keeper: &case.agency, opened, part }, ground).await
}

/// Keeps a look, in one statement of its own and before anything is answered: neither a refusal nor a client that is gone takes it back.
pub async fn keep(house: &House, who: &Person, sight: Sight<'_>, ground: Ground) -> Result<(), Stop> {
    if is_own(who, &sight.whose) {
        return Ok(());
    }
    let whose = if sight.whose.is_empty() { vec![Uuid::nil()] } else { sight.whose };
    let ids: Vec<Uuid> = whose.iter().map(|_| Uuid::now_v7()).collect();
    let at = house.now().at;
    let insert = sqlx::query(
        "insert into looks (id, at, last_at, whose, leads, who, role, agency, post, subject, no, keeper, opened, part,
                            allowed, policy, ground, span)
         select one.id, $3, $3, one.whose, one.nth = 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
           from unnest($1::uuid[], $2::uuid[]) with ordinality as one (id, whose, nth)
             on conflict (who, span, whose, subject, no, opened, part, allowed, query) do update
            set times = looks.times + 1,
                last_at = greatest(looks.last_at, excluded.last_at)",
    )
    .bind(ids)
    .bind(whose)
    .bind(at)
    .bind(who.id)
    .bind(role(who))
    .bind(who.agency.clone())
    .bind(who.post.clone())
    .bind(sight.opened.subject())
    .bind(sight.no.to_owned())
    .bind(sight.keeper.to_owned())
    .bind(sight.opened.key())
    .bind(sight.part.to_owned())
    .bind(ground.allowed)
    .bind(ground.policy)
    .bind(ground.words)
    .bind(span(at));
    // Whoever hangs up drops the request, not this.
    let pool = house.pool().clone();
    tokio::spawn(async move { insert.execute(&pool).await }).await.map_err(|error| Stop::Fault(error.to_string()))??;
    Ok(())
}

/// A query of another body, as a look at the data of whom it was about.
#[derive(Clone, Debug)]
pub struct Queried<'a> {
    pub query: Uuid,
    /// The credit code of whoever asked.
    pub body: &'a str,
    /// Nobody, where it is not known.
    pub whose: Option<Uuid>,
    /// The certificate or case, where it is known.
    pub no: &'a str,
    /// What was asked, in words.
    pub asked: &'a str,
}

/// Keeps a query with its act, in one transaction: it is answered once both stand.
pub async fn queried(conn: &mut PgConnection, one: Queried<'_>, ground: Ground, at: DateTime<Utc>) -> Result<(), Stop> {
    let digest = Sha256::digest(format!("querying body {}", one.body));
    let who = Uuid::from_slice(&digest[..16]).unwrap_or_default();
    sqlx::query(
        "insert into looks (id, at, last_at, whose, leads, who, role, subject, no, keeper, opened, part, allowed, policy, ground, span,
                            query, body)
         values ($1, $2, $2, $3, true, $4, $5, $6, $7, '', $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(Uuid::now_v7())
    .bind(at)
    .bind(one.whose.unwrap_or_default())
    .bind(who)
    .bind(BODY)
    .bind(Opened::Query.subject())
    .bind(one.no)
    .bind(Opened::Query.key())
    .bind(one.asked)
    .bind(ground.allowed)
    .bind(ground.policy)
    .bind(ground.words)
    .bind(span(at))
    .bind(one.query)
    .bind(one.body)
    .execute(conn)
    .await?;
    Ok(())
}

/// The role of a body that asks.
pub const BODY: &str = "querying_body";

/// Roles in which somebody looks, the weightiest in front.
const ROLES: [(&str, &str); 6] = [
    ("supervisor", "监察人员"),
    ("administrator", "管理员"),
    ("chief_representative", "首席代表"),
    ("counter_officer", "窗口工作人员"),
    ("village_agent", "代办员"),
    ("kin_agent", "受托的亲友"),
];

/// The role that a look is kept under.
fn role(who: &Person) -> String {
    let held = ROLES.iter().find(|(role, _)| who.has_role(role)).map(|(role, _)| (*role).to_owned());
    held.unwrap_or_else(|| match () {
        () if who.agent_point.is_some() => "village_agent".into(),
        () if who.is_staff() => who.roles.first().cloned().unwrap_or_default(),
        () if !who.entrusted.is_empty() => "kin_agent".into(),
        () => "citizen".into(),
    })
}

/// A role in words.
pub fn role_zh(role: &str) -> &'static str {
    match ROLES.iter().find(|(key, _)| *key == role) {
        Some((_, zh)) => zh,
        None if role == "citizen" => "登录的人，不是工作人员",
        None if role == BODY => "别的单位联网核查",
        None => "别的岗位的工作人员",
    }
}

/// A look as it was kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub times: i32,
    pub role: String,
    pub agency: Option<String>,
    pub post: Option<String>,
    pub subject: String,
    pub no: String,
    pub opened: String,
    pub part: String,
    pub allowed: bool,
    pub ground: String,
    /// The body that asked, and what it was answered or why not; of a look inside the house nothing.
    pub body_name: Option<String>,
    pub said: Option<String>,
}

/// Where the page before ended.
pub type After = Option<(DateTime<Utc>, Uuid)>;

/// Reads where the page before ended: microseconds, `_`, the id of its last row.
pub fn after(text: &str) -> After {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

/// The same, for the address of the next page.
pub fn ends(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}_{id}", at.timestamp_micros())
}

/// Who looked at what is this person's, and of those the person acts for, the latest in front; of one case, certificate or consent where `no`
/// names it. Of each of them one page of an index is read.
pub async fn of(house: &House, person: &Person, no: &str, after: After, limit: i64) -> Result<Vec<Kept>, Stop> {
    let mut owners = person.organisations.clone();
    owners.push(person.id);
    let (at, id) = after.unwrap_or((house.now().at + chrono::Duration::days(1), Uuid::nil()));
    Ok(sqlx::query_as(
        "select found.*, q.body_name, q.said
           from unnest($1::uuid[]) as owner (id)
          cross join lateral (select id, at, last_at, times, role, agency, post, subject, no, opened, part, allowed, ground, query
                                from looks
                               where whose = owner.id
                                 and (at, id) < ($2, $3)
                                 and ($4 = '' or no = $4)
                               order by at desc, id desc
                               limit $5) as found
           left join queries q on q.id = found.query
          order by found.at desc, found.id desc
          limit $5",
    )
    .bind(owners)
    .bind(at)
    .bind(id)
    .bind(no)
    .bind(limit)
    .fetch_all(house.pool())
    .await?)
}

/// One look at what is this person's, or of those the person acts for.
pub async fn one(house: &House, person: &Person, id: Uuid) -> Result<Option<Kept>, Stop> {
    let mut owners = person.organisations.clone();
    owners.push(person.id);
    Ok(sqlx::query_as(
        "select l.id, l.at, l.last_at, l.times, l.role, l.agency, l.post, l.subject, l.no, l.opened, l.part, l.allowed, l.ground,
                q.body_name, q.said
           from looks l
           left join queries q on q.id = l.query
          where l.id = $1
            and l.whose = any ($2)",
    )
    .bind(id)
    .bind(owners)
    .fetch_optional(house.pool())
    .await?)
}

#[cfg(test)]
mod tests;
