//! 委托 · what somebody lets a village agent, or a relative or friend, do: the fold of its acts, what the law asks of it, and who holds it while it is used (许可法 29).

use super::point;
use crate::cases::case::errand;
use acts::{ActBody, Actor, ActorPrivate, ByAgent, ConsentAct, ConsentWay, Entrusted, Entry, Handed, MANDATE, Relation, Subject};
use chrono::{DateTime, Days, NaiveDate, Utc};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record, serials};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// No consent lasts longer, in days.
pub const LONGEST: u64 = 366;

/// So many consents at most may wait or be in force for one who has no point: helping one's own people is not a trade.
pub const MOST_OF_KIN: i64 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The agent has written it down; nobody has consented.
    Prepared,
    Given,
    /// The person said no in the own account.
    Declined,
    Revoked,
}

impl State {
    fn key(self) -> &'static str {
        match self {
            State::Prepared => "prepared",
            State::Given => "given",
            State::Declined => "declined",
            State::Revoked => "revoked",
        }
    }
}

/// What was complained of, and what was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub at: DateTime<Utc>,
    pub text: String,
    pub answer: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    pub no: String,
    pub made_at: DateTime<Utc>,
    pub items: Vec<String>,
    pub until: NaiveDate,
    pub way: ConsentWay,
    pub collects: bool,
    pub entrusted: Entrusted,
    pub state: State,
    pub given_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub complaints: Vec<Complaint>,
}

/// What the rules say no to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("自己的事不用委托自己：请从“办事”里用自己的账户申请")]
    Oneself,
    #[error("委托最早到今天，最长一年：请填 {0} 到 {1} 之间的日子")]
    Day(NaiveDate, NaiveDate),
    #[error("请选至少一个事项")]
    NoItem,
    #[error("他还没有核实过身份的账户，不能在账户里确认：请用签了名的委托书")]
    NoAccount,
    #[error("他自己有核实过身份的账户：请选“他在自己的账户里确认”")]
    HasAccount,
    #[error("他现在有核实过身份的账户，要他本人在账户里同意：请点下面“不替他办了”，重新登记，选“他在自己的账户里确认”")]
    NowHasAccount,
    #[error("请选您是他的什么人")]
    NoRelation,
    #[error("他不满 {ADULT} 周岁，不能自己写委托：由监护人带着户口簿到窗口替他办（民法典第二十条、第二十三条）")]
    Minor,
    #[error("替亲友办事，您自己的身份要先核实：带身份证到任何一个政务服务窗口，当场办好")]
    Unverified,
    #[error("一个人最多同时替 {MOST_OF_KIN} 位亲友办事，您已经有这么多：到期或者撤回以后再登记；帮更多人办，请到村代办点")]
    TooMany,
    #[error("还没有上传签了名的委托书")]
    NoPaper,
    #[error("这份委托要他本人在账户里确认，代办的人不能替他确认")]
    OwnAccountOnly,
    #[error("这份委托已经不在等确认了")]
    NotWaiting,
    #[error("这份委托写的最后一天 {0} 已经过了，不能再同意。要委托，请重新写一份")]
    Over(NaiveDate),
    #[error("这份委托没有生效，或者已经撤回")]
    NotGiven,
    #[error("上一次的投诉还没有答复，答复以后可以再写")]
    Complained,
    #[error("没有等答复的投诉")]
    NothingToAnswer,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

/// 民法典第十七条: of age at eighteen. Younger people act through their guardian (民法典 20, 23), whom a consent cannot name.
const ADULT: u32 = 18;

/// Whether the number of a card is of somebody who is not of age.
fn is_minor(identity: &str, today: NaiveDate) -> bool {
    forms::ids::check_resident_id(identity, today).is_ok_and(|id| id.age_on(today) < ADULT)
}

/// All that is asked of a consent before it is written down. A township answers for whom it names at a point; a relative or friend is known by a
/// card that a counter has seen, and reads nothing of whoever can say yes in an own account without that yes. That is ours. A day or a way that
/// is not known yet is not looked at.
pub fn all_wrong(
    agent: &Person,
    (person, identity, account): (Option<Uuid>, &str, bool),
    relation: Option<Relation>,
    items: &[String],
    until: Option<NaiveDate>,
    way: Option<ConsentWay>,
    today: NaiveDate,
) -> Vec<Rejection> {
    let kin = agent.agent_point.is_none();
    let last = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    let oneself = person == Some(agent.id) || agent.resident_id.as_deref() == Some(identity);
    let asked = [
        (oneself, Rejection::Oneself),
        (kin && agent.identity_verified_at.is_none(), Rejection::Unverified),
        (kin && relation.is_none(), Rejection::NoRelation),
        (kin && account && way == Some(ConsentWay::Paper), Rejection::HasAccount),
        (is_minor(identity, today), Rejection::Minor),
        (items.is_empty(), Rejection::NoItem),
        (until.is_some_and(|until| until < today || until > last), Rejection::Day(today, last)),
        (!account && way == Some(ConsentWay::Account), Rejection::NoAccount),
    ];
    asked.into_iter().filter_map(|(wrong, no)| wrong.then_some(no)).collect()
}

impl Consent {
    /// Whether it lets its agent do something for this matter that day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.state == State::Given && on <= self.until
    }

    /// Whether it is to a relative or friend, and not to an agent at a point.
    pub fn is_to_kin(&self) -> bool {
        self.entrusted.point.is_none()
    }

    /// Whether somebody who works at a counter keeps away from it: it is to them, or of or to a declared relative (公务员法 76).
    pub fn keeps_away(&self, officer: &Person) -> bool {
        let (person, agent) = (&self.entrusted.person, self.entrusted.agent.person);
        let card = person.identity.as_ref().is_some_and(|number| officer.relative_cards.contains(&number.to_uppercase()));
        agent == officer.id || card || [person.id, agent].iter().any(|id| officer.relatives.contains(id))
    }

    /// The role in which its agent acts, as the record names it.
    pub fn role(&self) -> &'static str {
        if self.is_to_kin() { super::KIN } else { super::ROLE }
    }

    /// The mandate and the card of its agent as the list of materials asks for them: what is on record is not asked again.
    pub fn papers(&self, agent: &Person) -> Vec<Handed> {
        let mandate = match self.entrusted.papers.first() {
            Some(paper) => Handed { material: MANDATE.into(), ..paper.clone() },
            None => Handed::consented(&self.no),
        };
        // Who works at a point was looked at by the township.
        let known = agent.identity_verified_at.is_some() || !self.is_to_kin();
        [mandate].into_iter().chain(known.then(|| Handed::known(&agent.name))).collect()
    }

    /// How it still waits to be given that day, or why it does not.
    pub fn waits(&self, on: NaiveDate) -> Result<ConsentWay, Rejection> {
        match () {
            () if self.state != State::Prepared => Err(Rejection::NotWaiting),
            () if on > self.until => Err(Rejection::Over(self.until)),
            () => Ok(self.way),
        }
    }

    /// Why it does not cover a matter that day, if it does not.
    pub fn covers(&self, agent: Uuid, item: &str, on: NaiveDate) -> Result<(), &'static str> {
        match () {
            () if self.entrusted.agent.person != agent => Err("这份委托不是给您的"),
            () if self.state == State::Revoked => Err("委托已经撤回，不能再替他办。要接着办，请他重新委托"),
            () if self.state != State::Given => Err("他还没有同意委托，不能替他办"),
            () if on > self.until => Err("委托已经到期，不能再替他办。要接着办，请他重新委托"),
            () if !self.items.iter().any(|one| one == item) => Err("委托书没有写这个事项，不能替他办"),
            () => Ok(()),
        }
    }

    /// How it stands, in words.
    pub fn said(&self, on: NaiveDate) -> &'static str {
        match self.state {
            State::Prepared => match self.waits(on) {
                Ok(ConsentWay::Account) => "等他确认",
                Ok(ConsentWay::Paper) => "等上传委托书",
                Err(_) => "已经到期，没有同意过",
            },
            State::Declined => "他没有同意",
            State::Revoked => "已经撤回",
            State::Given if on > self.until => "已经到期",
            State::Given => "有效",
        }
    }

    pub fn tag(&self, on: NaiveDate) -> &'static str {
        match () {
            () if self.in_force(on) => "tag tag--ok",
            () if self.waits(on).is_ok() => "tag tag--wait",
            () => "tag",
        }
    }

    /// Whether somebody is the one who gives it: by the own account, or by one that was claimed at a counter.
    pub fn is_of(&self, person: &Person) -> bool {
        let whose = self.entrusted.person.id;
        whose == person.id || person.organisations.contains(&whose)
    }

    /// Whether an act may be done on it that day.
    pub fn may(&self, act: &ConsentAct, today: NaiveDate) -> Result<(), Rejection> {
        let open = self.complaints.last().is_some_and(|complaint| complaint.answer.is_none());
        match act {
            ConsentAct::Given { private, .. } => {
                let way = self.waits(today)?;
                let paper = private.as_ref().is_some_and(|private| !private.papers.is_empty());
                if way == ConsentWay::Paper && !paper { Err(Rejection::NoPaper) } else { Ok(()) }
            }
            ConsentAct::Revoked {} if self.state != State::Given => Err(Rejection::NotGiven),
            ConsentAct::Complained { .. } if self.state == State::Prepared || self.is_to_kin() => Err(Rejection::NotGiven),
            ConsentAct::Complained { .. } if open => Err(Rejection::Complained),
            ConsentAct::ComplaintAnswered { .. } if !open => Err(Rejection::NothingToAnswer),
            _ => Ok(()),
        }
    }

    /// The only way a consent changes once it was given.
    pub fn apply(&mut self, entry: &Entry<ConsentAct>) {
        match &entry.act {
            ConsentAct::Given { private, .. } => {
                self.state = State::Given;
                self.given_at = Some(entry.at);
                if let Some(private) = private {
                    self.entrusted = private.clone();
                }
            }
            ConsentAct::Revoked {} => {
                self.state = State::Revoked;
                self.revoked_at = Some(entry.at);
            }
            ConsentAct::Complained { private } => {
                let text = private.as_ref().map(|words| words.text.clone()).unwrap_or_default();
                self.complaints.push(Complaint { at: entry.at, text, answer: None });
            }
            ConsentAct::ComplaintAnswered { private } => {
                if let Some(complaint) = self.complaints.last_mut() {
                    complaint.answer = Some(private.as_ref().map(|words| words.text.clone()).unwrap_or_default());
                }
            }
        }
    }

    /// The act that gives it, as it was written down.
    pub fn giving(&self) -> ConsentAct {
        ConsentAct::Given {
            items: self.items.clone(),
            until: self.until,
            way: self.way,
            collects: self.collects,
            private: Some(self.entrusted.clone()),
        }
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: ConsentAct::SUBJECT.into(), no: no.into() }
}

/// Writes a consent down, to be given; its number.
pub async fn prepare(
    conn: &mut PgConnection,
    (items, until, way, collects): (Vec<String>, NaiveDate, ConsentWay, bool),
    entrusted: Entrusted,
    now: &Moment,
) -> Result<String, Stop> {
    let no = serials::of_day(conn, "WT", now.date()).await?;
    let consent = Consent {
        no: no.clone(),
        made_at: now.at,
        items,
        until,
        way,
        collects,
        entrusted,
        state: State::Prepared,
        given_at: None,
        revoked_at: None,
        complaints: Vec::new(),
    };
    sqlx::query(
        "insert into consents (no, point, agent, person, items, until, state, made_at, consent)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&no)
    .bind(&consent.entrusted.point)
    .bind(consent.entrusted.agent.person)
    .bind(consent.entrusted.person.id)
    .bind(&consent.items)
    .bind(until)
    .bind(consent.state.key())
    .bind(now.at)
    .bind(Json(&consent))
    .execute(conn)
    .await?;
    Ok(no)
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Consent, Stop> {
    let found: Option<Json<Consent>> =
        sqlx::query_scalar("select consent from consents where no = $1").bind(no).fetch_optional(conn).await?;
    Ok(found.ok_or(Stop::NotFound("委托"))?.0)
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Consent, Stop> {
    let found: Option<Json<Consent>> =
        sqlx::query_scalar("select consent from consents where no = $1 for update").bind(no).fetch_optional(conn).await?;
    Ok(found.ok_or(Stop::NotFound("委托"))?.0)
}

/// An act on a locked consent.
pub async fn act(
    conn: &mut PgConnection,
    mut consent: Consent,
    (actor, person): (Actor, ActorPrivate),
    act: ConsentAct,
    now: &Moment,
) -> Result<(), Stop> {
    consent.may(&act, now.date())?;
    let entry = record::entry(subject(&consent.no), now.at, actor, Some(person), act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    consent.apply(&entry);
    keep(conn, &consent).await
}

/// The person said no: nothing was ever consented to, so there is no act.
pub async fn decline(conn: &mut PgConnection, mut consent: Consent) -> Result<(), Stop> {
    if consent.state != State::Prepared {
        return Err(Rejection::NotWaiting.into());
    }
    consent.state = State::Declined;
    keep(conn, &consent).await
}

async fn keep(conn: &mut PgConnection, consent: &Consent) -> Result<(), Stop> {
    let open = consent.complaints.last().is_some_and(|complaint| complaint.answer.is_none());
    sqlx::query("update consents set state = $2, complained = $3, consent = $4 where no = $1")
        .bind(&consent.no)
        .bind(consent.state.key())
        .bind(open)
        .bind(Json(consent))
        .execute(conn)
        .await?;
    Ok(())
}

/// The consent that an agent uses now, held to the end of the transaction: it must be the agent's, in force, and for this matter, and the
/// agent still works at its point.
pub async fn hold(conn: &mut PgConnection, no: &str, agent: &Person, item: &str, today: NaiveDate) -> Result<Consent, Stop> {
    let found: Option<Json<Consent>> =
        sqlx::query_scalar("select consent from consents where no = $1 for share").bind(no).fetch_optional(&mut *conn).await?;
    let consent = found.ok_or(Stop::NotFound("委托"))?.0;
    consent.covers(agent.id, item, today).map_err(|reason| Stop::NotAllowed { reason: reason.into() })?;
    match &consent.entrusted.point {
        Some(point) if !works_at(conn, agent.id, point).await? => {
            Err(Stop::NotAllowed { reason: "您现在不在这个代办点代办，不能用这份委托".into() })
        }
        _ => Ok(consent),
    }
}

async fn works_at(conn: &mut PgConnection, agent: Uuid, point: &str) -> Result<bool, Stop> {
    let sql = "select id from agents where person = $1 and point = $2 and ended_on is null for share";
    let found: Option<Uuid> = sqlx::query_scalar(sql).bind(agent).bind(point).fetch_optional(conn).await?;
    Ok(found.is_some())
}

/// Those consents that cover a case for its agent that day, held to the end of the transaction.
async fn covering(conn: &mut PgConnection, case_no: &str, agent: Uuid, today: NaiveDate) -> Result<Vec<Consent>, Stop> {
    let found: Vec<Json<Consent>> = sqlx::query_scalar(
        "select c.consent
           from cases k
           join standing_consents c on c.agent = k.agent and k.item = any (c.items)
           join people p on p.id = c.person
          where k.case_no = $1
            and k.agent = $2
            and k.applicant in (p.id, p.claimed_by)
            and c.state = 'given'
            and c.until >= $3
            for share of c",
    )
    .bind(case_no)
    .bind(agent)
    .bind(today)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The agent supplements a case only while a consent covers it.
pub async fn holds(conn: &mut PgConnection, case_no: &str, agent: Uuid, today: NaiveDate) -> Result<(), Stop> {
    match covering(conn, case_no, agent, today).await?.is_empty() {
        true => Err(Stop::NotAllowed {
            reason: "委托已经撤回或者到期，不能再替他办。要接着办，请他重新委托".into()
        }),
        false => Ok(()),
    }
}

/// The result is handed to the agent only while a consent says so.
pub async fn lets_collect(conn: &mut PgConnection, case_no: &str, today: NaiveDate) -> Result<(), Stop> {
    let agent: Option<Uuid> =
        sqlx::query_scalar("select agent from cases where case_no = $1").bind(case_no).fetch_one(&mut *conn).await?;
    let covering = match agent {
        Some(agent) => covering(conn, case_no, agent, today).await?,
        None => Vec::new(),
    };
    match covering.iter().any(|consent| consent.collects) {
        true => Ok(()),
        false => Err(Stop::Rejected(crate::cases::Rejection::NotForAgent.to_string())),
    }
}

/// Whether the person can sign in, by an own account or by one that has claimed what an agent entered.
pub async fn has_account(conn: &mut PgConnection, person: Uuid) -> Result<bool, Stop> {
    let sql = "select exists (select from people where id = $1 and (not walk_in or claimed_by is not null))";
    Ok(sqlx::query_scalar(sql).bind(person).fetch_one(conn).await?)
}

/// What a case says of the agent who filed it.
pub async fn by_agent(conn: &mut PgConnection, consent: &Consent) -> Result<ByAgent, Stop> {
    let point = match &consent.entrusted.point {
        Some(point) => Some(point::find(conn, point).await?.name),
        None => None,
    };
    Ok(ByAgent {
        consent: consent.no.clone(),
        name: consent.entrusted.agent.name.clone(),
        point,
        relation: consent.entrusted.relation,
        collects: consent.collects,
        papers: consent.entrusted.papers.clone(),
    })
}

/// How it stands with a consent, for the page of a case.
pub struct Standing {
    pub said: &'static str,
    pub until: NaiveDate,
}

pub async fn standing(house: &House, no: &str) -> Result<Standing, Stop> {
    let consent = find(&mut *house.pool().acquire().await?, no).await?;
    Ok(Standing { said: consent.said(house.now().date()), until: consent.until })
}

/// How many consents of somebody without a point wait or are in force.
pub async fn of_kin(conn: &mut PgConnection, agent: Uuid, today: NaiveDate) -> Result<i64, Stop> {
    Ok(sqlx::query_scalar(
        "select count(*)
           from consents
          where agent = $1
            and point is null
            and state in ('prepared', 'given')
            and until >= $2",
    )
    .bind(agent)
    .bind(today)
    .fetch_one(conn)
    .await?)
}

/// How many consents wait for somebody to say yes or no in the own account.
pub async fn waiting(conn: &mut PgConnection, person: &Person, today: NaiveDate) -> Result<i64, Stop> {
    let mut whose = person.organisations.clone();
    whose.push(person.id);
    Ok(sqlx::query_scalar(
        "select count(*)
           from consents
          where person = any ($1)
            and state = 'prepared'
            and consent ->> 'way' = 'account'
            and until >= $2",
    )
    .bind(whose)
    .bind(today)
    .fetch_one(conn)
    .await?)
}

/// Whether the person of a session may do this by a consent now.
pub fn is_entrusted(person: &Person, consent: &Consent, item: &str) -> bool {
    person.entrusted.contains(&errand(consent.entrusted.person.id, item))
}

/// An agent's consents: those that wait or are in force in front, then those that are over.
pub async fn of_agent(
    conn: &mut PgConnection,
    agent: Uuid,
    states: &[&str],
    after: (NaiveDate, &str),
    today: NaiveDate,
    most: i64,
) -> Result<Vec<Consent>, Stop> {
    let found: Vec<Json<Consent>> = sqlx::query_scalar(
        "select consent
           from standing_consents
          where agent = $1
            and state = any ($2)
            and until >= $3
            and (until < $4 or until = $4 and no > $5)
          order by until desc, no
          limit $6",
    )
    .bind(agent)
    .bind(states)
    .bind(today)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The consents of a person and of whom the person has claimed, the latest in front.
pub async fn of_person(
    conn: &mut PgConnection,
    person: &Person,
    after: (DateTime<Utc>, &str),
    most: i64,
) -> Result<Vec<Consent>, Stop> {
    let mut whose = person.organisations.clone();
    whose.push(person.id);
    let found: Vec<Json<Consent>> = sqlx::query_scalar(
        "select consent
           from consents
          where person = any ($1)
            and (made_at < $2 or made_at = $2 and no > $3)
          order by made_at desc, no
          limit $4",
    )
    .bind(whose)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The consents of whoever bears this card, the latest in front: in force, waiting or over.
pub async fn of_card(conn: &mut PgConnection, (name, number): (&str, &str), most: i64) -> Result<Vec<Consent>, Stop> {
    let found: Vec<Json<Consent>> = sqlx::query_scalar(
        "select consent
           from consents
          where person in (select id from people where resident_id = $1 and name = $2)
          order by made_at desc, no
          limit $3",
    )
    .bind(number)
    .bind(name)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The consents at a point, those with an open complaint in front.
pub async fn at_point(conn: &mut PgConnection, point: &str, after: (bool, &str), most: i64) -> Result<Vec<Consent>, Stop> {
    let found: Vec<Json<Consent>> = sqlx::query_scalar(
        "select consent
           from consents
          where point = $1
            and (complained < $2 or complained = $2 and no > $3)
          order by complained desc, no
          limit $4",
    )
    .bind(point)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The cases that were filed by a consent: number, matter, stage, when.
pub async fn cases(conn: &mut PgConnection, no: &str) -> Result<Vec<(String, String, String, DateTime<Utc>)>, Stop> {
    Ok(sqlx::query_as(
        "select case_no, item, stage, submitted_at from cases where consent = $1 order by submitted_at desc, case_no limit 100",
    )
    .bind(no)
    .fetch_all(conn)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{AgentNamed, Handed, Party, Words};

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    fn consent(way: ConsentWay) -> Consent {
        let party = Party { id: Uuid::from_u128(2), name: "村民".into(), identity: None, mobile: None, organisation: false };
        Consent {
            no: "WT1".into(),
            made_at: DateTime::default(),
            items: vec!["elderly-card".into()],
            until: day(27),
            way,
            collects: false,
            entrusted: Entrusted {
                person: party,
                agent: AgentNamed { person: Uuid::from_u128(1), name: "代办员".into() },
                point: Some("341723109200".into()),
                relation: None,
                papers: vec![],
            },
            state: State::Prepared,
            given_at: None,
            revoked_at: None,
            complaints: vec![],
        }
    }

    fn done(consent: &mut Consent, act: ConsentAct) -> Result<(), Rejection> {
        consent.may(&act, consent.until)?;
        let by = ActorPrivate { person: Uuid::from_u128(2), name: "村民".into() };
        let actor = Actor { role: "applicant".into(), agency: None, post: None };
        consent.apply(&record::entry(subject("WT1"), DateTime::default(), actor, Some(by), act));
        Ok(())
    }

    #[test]
    fn f086_a_consent_covers_its_agent_its_matters_and_its_days_and_nothing_else() {
        let (agent, other) = (Uuid::from_u128(1), Uuid::from_u128(9));
        let mut consent = consent(ConsentWay::Account);
        assert!(consent.covers(agent, "elderly-card", day(27)).is_err(), "nobody has consented yet");
        done(&mut consent.clone(), ConsentAct::Revoked {}).unwrap_err();
        let giving = consent.giving();
        assert_eq!(consent.may(&giving, day(28)), Err(Rejection::Over(day(27))), "after its last day nobody gives it");
        assert_eq!(consent.said(day(28)), "已经到期，没有同意过");
        done(&mut consent, giving.clone()).unwrap();
        assert_eq!(consent.covers(agent, "elderly-card", day(27)), Ok(()), "the last day counts");
        assert!(consent.covers(agent, "elderly-card", day(28)).is_err());
        assert!(consent.covers(agent, "food-production-licence", day(27)).is_err());
        assert!(consent.covers(other, "elderly-card", day(27)).is_err());
        assert_eq!(done(&mut consent, giving), Err(Rejection::NotWaiting));
        done(&mut consent, ConsentAct::Revoked {}).unwrap();
        assert!(consent.covers(agent, "elderly-card", day(27)).is_err());
        assert_eq!(done(&mut consent, ConsentAct::Revoked {}), Err(Rejection::NotGiven));
    }

    #[test]
    fn f055_an_officer_keeps_away_from_what_they_or_a_relative_are_in() {
        let consent = consent(ConsentWay::Paper);
        let (agent, villager) = (consent.entrusted.agent.person, consent.entrusted.person.id);
        let officer = |relatives: Vec<Uuid>| Person { id: Uuid::from_u128(7), relatives, ..person() };
        assert!(!consent.keeps_away(&officer(vec![])));
        assert!(consent.keeps_away(&officer(vec![agent])) && consent.keeps_away(&officer(vec![villager])));
        assert!(consent.keeps_away(&Person { id: agent, ..person() }));
        let mut by_card = consent.clone();
        by_card.entrusted.person.identity = Some("34172319800101001x".into());
        assert!(by_card.keeps_away(&Person { relative_cards: vec!["34172319800101001X".into()], ..officer(vec![]) }));
    }

    #[test]
    fn f086_a_consent_on_paper_is_given_only_with_its_paper() {
        let mut consent = consent(ConsentWay::Paper);
        let giving = consent.giving();
        assert_eq!(done(&mut consent, giving), Err(Rejection::NoPaper));
        consent.entrusted.papers.push(Handed::seen("consent"));
        let giving = consent.giving();
        assert_eq!(done(&mut consent, giving), Ok(()));
    }

    #[test]
    fn f086_what_is_written_down_waits_in_its_way_to_its_last_day() {
        for way in [ConsentWay::Account, ConsentWay::Paper] {
            let mut consent = consent(way);
            assert_eq!(consent.waits(day(27)), Ok(way), "the last day counts");
            assert_eq!(consent.tag(day(27)), "tag tag--wait");
            assert_eq!(consent.waits(day(28)), Err(Rejection::Over(day(27))));
            assert_eq!(consent.tag(day(28)), "tag");
            for over in [State::Given, State::Declined, State::Revoked] {
                consent.state = over;
                assert_eq!(consent.waits(day(27)), Err(Rejection::NotWaiting), "{over:?}");
            }
        }
    }

    /// The first that is wrong.
    fn may_prepare(
        agent: &Person,
        who: (Option<Uuid>, &str, bool),
        relation: Option<Relation>,
        items: &[String],
        until: NaiveDate,
        way: ConsentWay,
        today: NaiveDate,
    ) -> Result<(), Rejection> {
        all_wrong(agent, who, relation, items, Some(until), Some(way), today).into_iter().next().map_or(Ok(()), Err)
    }

    #[test]
    fn f086_nobody_entrusts_oneself_for_nothing_or_for_ever() {
        let point = Some("341723109200".to_owned());
        let agent = Person { resident_id: Some("341723198001010010".into()), agent_point: point, ..person() };
        let items = vec!["elderly-card".to_owned()];
        let last = day(27).checked_add_days(Days::new(LONGEST)).unwrap();
        let asks = |who: (Option<Uuid>, &str, bool), items: &[String], until, way| {
            may_prepare(&agent, who, None, items, until, way, day(27))
        };
        let (paper, account) = (ConsentWay::Paper, ConsentWay::Account);
        assert_eq!(asks((None, "x", false), &items, day(27), paper), Ok(()));
        assert_eq!(asks((None, "x", false), &items, last, paper), Ok(()));
        assert_eq!(asks((None, "x", false), &items, last.succ_opt().unwrap(), paper), Err(Rejection::Day(day(27), last)));
        assert_eq!(asks((None, "x", false), &items, day(26), paper), Err(Rejection::Day(day(27), last)));
        assert_eq!(asks((None, "x", false), &[], day(27), paper), Err(Rejection::NoItem));
        assert_eq!(asks((Some(agent.id), "x", true), &items, day(27), account), Err(Rejection::Oneself));
        assert_eq!(asks((None, "341723198001010010", false), &items, day(27), paper), Err(Rejection::Oneself));
        assert_eq!(asks((None, "x", false), &items, day(27), account), Err(Rejection::NoAccount));
    }

    #[test]
    fn b5_05_a_relative_is_known_and_reads_nothing_without_the_yes_of_whoever_has_an_account() {
        let items = vec!["elderly-card".to_owned()];
        let asks = |kin: &Person, account, relation, way| {
            may_prepare(kin, (None, "x", account), relation, &items, day(27), way, day(27))
        };
        let (paper, child) = (ConsentWay::Paper, Some(Relation::Child));
        assert_eq!(asks(&person(), false, child, paper), Err(Rejection::Unverified));
        let kin = Person { identity_verified_at: Some(DateTime::default()), ..person() };
        assert_eq!(asks(&kin, false, child, paper), Ok(()));
        // Who is not of age gives no consent; the day of the eighteenth birthday counts.
        let of = |card: &str, today| all_wrong(&kin, (None, card, false), child, &items, None, Some(paper), today);
        assert_eq!(of("340100200811270013", day(26)), [Rejection::Minor]);
        assert_eq!(of("340100200811270013", day(27)), []);
        assert_eq!(asks(&kin, false, None, paper), Err(Rejection::NoRelation));
        assert_eq!(asks(&kin, true, child, paper), Err(Rejection::HasAccount));
        assert_eq!(asks(&kin, true, child, ConsentWay::Account), Ok(()));
        // All of it is told at once.
        let all = all_wrong(&kin, (None, "x", true), None, &[], Some(day(26)), Some(paper), day(27));
        assert_eq!(all.len(), 4, "{all:?}");
        // What is on record need not be handed in: the mandate always, the card where a counter or the township has seen it.
        let mut consent = consent(ConsentWay::Account);
        let keys = |consent: &Consent, by: &Person| -> Vec<String> {
            consent.papers(by).into_iter().map(|paper| paper.material).collect()
        };
        assert_eq!((consent.role(), keys(&consent, &person()).len()), (super::super::ROLE, 2));
        consent.entrusted.point = None;
        assert_eq!((consent.role(), keys(&consent, &kin).len()), (super::super::KIN, 2));
        assert_eq!(keys(&consent, &person()), ["authorisation"]);
        consent.state = State::Given;
        let complaint = ConsentAct::Complained { private: None };
        assert_eq!(consent.may(&complaint, day(27)), Err(Rejection::NotGiven), "no township keeps relatives");
    }

    #[test]
    fn b5_05_every_form_that_asks_for_the_relation_knows_each_that_a_consent_names() {
        let mut asked = 0;
        for item in catalogue::Catalogue::embedded().unwrap().items().iter() {
            for field in item.form.fields().filter(|field| field.source.as_deref() == Some("agent.relation")) {
                asked += 1;
                for key in Relation::ALL.map(Relation::key).into_iter().chain([super::super::ROLE]) {
                    assert!(field.options.iter().any(|option| option.value == key), "{} {} {key}", item.slug, field.key);
                }
            }
        }
        assert!(asked > 0);
    }

    fn person() -> Person {
        Person {
            id: Uuid::from_u128(1),
            login: "a".into(),
            name: "代办员".into(),
            resident_id: None,
            mobile: None,
            roles: vec!["citizen".into()],
            agency: None,
            post: None,
            centre: None,
            relatives: vec![],
            relative_cards: vec![],
            organisations: vec![],
            active: true,
            identity_verified_at: None,
            walk_in: false,
            agent_point: None,
            helps: false,
            entrusted: vec![],
            delegated: false,
        }
    }

    #[test]
    fn b5_a_complaint_is_answered_before_the_next_is_written() {
        let mut consent = consent(ConsentWay::Account);
        let complaint = || ConsentAct::Complained { private: Some(Words { text: "收了钱".into() }) };
        let answer = || ConsentAct::ComplaintAnswered { private: Some(Words { text: "退了".into() }) };
        assert_eq!(done(&mut consent, complaint()), Err(Rejection::NotGiven));
        let giving = consent.giving();
        done(&mut consent, giving).unwrap();
        assert_eq!(done(&mut consent, answer()), Err(Rejection::NothingToAnswer));
        done(&mut consent, complaint()).unwrap();
        assert_eq!(done(&mut consent, complaint()), Err(Rejection::Complained));
        done(&mut consent, ConsentAct::Revoked {}).unwrap();
        done(&mut consent, answer()).unwrap();
        assert_eq!(consent.complaints[0].answer.as_deref(), Some("退了"));
        done(&mut consent, complaint()).unwrap();
    }
}
