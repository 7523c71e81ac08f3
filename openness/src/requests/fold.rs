//! 一件申请 · one request as the fold of its acts, what the law lets be done with it, and when something is due.

use super::law;
use acts::{
    ActBody, Entry, OpinionOf, RequestAct, RequestDetails, RequestOpinion, RequestOutcome, RequestWay, Subject, ToRequester,
    Withholding,
};
use calendar::{Calendar, Clock, NaiveDate, local_date};
use chrono::{DateTime, Utc};
use foundation::kept::{self, Event, Timed};
use foundation::people::Person;
use foundation::{Moment, Stop, jobs, record, serials};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Came by a way on which both sides confirm the receipt first.
    Unconfirmed,
    Running,
    Correcting,
    Answered,
    Abandoned,
    Withdrawn,
}

impl State {
    pub fn key(self) -> &'static str {
        match self {
            State::Unconfirmed => "unconfirmed",
            State::Running => "running",
            State::Correcting => "correcting",
            State::Answered => "answered",
            State::Abandoned => "abandoned",
            State::Withdrawn => "withdrawn",
        }
    }
}

/// Somebody whose opinion was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub of: OpinionOf,
    pub until: NaiveDate,
    pub who: Option<String>,
    pub opinion: Option<RequestOpinion>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub no: String,
    pub at: DateTime<Utc>,
    pub way: RequestWay,
    pub agency: String,
    pub centre: Option<String>,
    /// Whose account it was sent from; none of what came over a desk.
    pub requester: Option<Uuid>,
    pub details: Option<RequestDetails>,
    pub state: State,
    pub received: Option<NaiveDate>,
    pub clock: Option<Clock>,
    /// Sent back once, with the last day and what was wanted.
    pub correction: Option<(NaiveDate, Option<String>)>,
    pub corrected: Option<ToRequester>,
    pub opinions: Vec<Asked>,
    pub extended: bool,
    pub outcome: Option<RequestOutcome>,
    pub grounds: Vec<Withholding>,
    pub public_interest: Option<String>,
    pub answer: Option<ToRequester>,
    pub overdue: bool,
}

/// What the law says no to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这件申请已经办结了")]
    Over,
    #[error("收到的日子已经确认过了")]
    AlreadyReceived,
    #[error("还没有和申请人确认收到，先确认")]
    NotReceived,
    #[error("补正只能告知一次，已经告知过了（条例第三十条）")]
    AlreadySentBack,
    #[error("收到之日起 {} 个工作日内才能告知补正，已经过了（条例第三十条）", law::CORRECTION_WITHIN)]
    TooLateToSendBack,
    #[error("正在等申请人补正")]
    WaitsForCorrection,
    #[error("没有请您补正")]
    NoCorrection,
    #[error("补正的期限已经过了")]
    CorrectionTooLate,
    #[error("这一方的意见已经征求过了")]
    AlreadyAsked,
    #[error("没有在征求这一方的意见")]
    NotAsked,
    #[error("答复期限只能延长一次，已经延长过了（条例第三十三条）")]
    AlreadyExtended,
    #[error("期限已经过了，过了以后不能延长（条例第三十三条）")]
    ExtensionTooLate,
    #[error("正在征求第三方意见，意见回来或者期满以后再决定公开（条例第三十二条）")]
    OpinionOpen,
    #[error("第三方不同意公开且有合理理由的，不予公开；认为不公开可能对公共利益造成重大影响的，写明理由（条例第三十二条）")]
    ThirdPartyObjects,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

impl Request {
    /// Begins with its first act; any other begins nothing.
    fn begin(entry: &Entry<RequestAct>) -> Option<Request> {
        let RequestAct::Requested { way, agency, received, centre, private } = &entry.act else { return None };
        let requester = entry.person.as_ref().filter(|_| *way == RequestWay::Online).map(|person| person.person);
        Some(Request {
            no: entry.subject.no.clone(),
            at: entry.at,
            way: *way,
            agency: agency.clone(),
            centre: centre.clone(),
            requester,
            details: private.clone(),
            state: if received.is_some() { State::Running } else { State::Unconfirmed },
            received: *received,
            clock: received.map(|on| Clock::start(on, law::ANSWER)),
            correction: None,
            corrected: None,
            opinions: Vec::new(),
            extended: false,
            outcome: None,
            grounds: Vec::new(),
            public_interest: None,
            answer: None,
            overdue: false,
        })
    }

    /// Never fails: what a clock refuses was refused before it was on record.
    pub fn apply(&mut self, entry: &Entry<RequestAct>) {
        let on = local_date(entry.at);
        match &entry.act {
            RequestAct::Requested { .. } | RequestAct::LimitRecomputed { .. } => {}
            RequestAct::ReceiptConfirmed { on } => {
                self.received = Some(*on);
                self.clock = Some(Clock::start(*on, law::ANSWER));
                self.state = State::Running;
            }
            RequestAct::CorrectionAsked { until, private } => {
                self.correction = Some((*until, private.as_ref().map(|said| said.text.clone())));
                self.state = State::Correcting;
            }
            RequestAct::Corrected { private } => {
                self.corrected = private.clone();
                self.clock = self.clock.take().map(|clock| clock.restart(on).unwrap_or(clock));
                self.state = State::Running;
            }
            RequestAct::OpinionAsked { of, until, private } => {
                let who = private.as_ref().map(|said| said.text.clone());
                self.opinions.push(Asked { of: *of, until: *until, who, opinion: None });
                self.turn(|clock| clock.pause(law::pause(*of), "政府信息公开条例第三十三条", on));
            }
            RequestAct::OpinionGiven { of, opinion, on, .. } => {
                if let Some(asked) = self.opinions.iter_mut().find(|asked| asked.of == *of) {
                    asked.opinion = Some(*opinion);
                }
                self.turn(|clock| clock.resume(law::pause(*of), *on));
            }
            RequestAct::Extended { approver, reason } => {
                self.extended = true;
                self.turn(|clock| clock.extend(law::ANSWER, on, approver, reason));
            }
            RequestAct::Answered { outcome, public_interest, grounds, private } => {
                self.outcome = Some(*outcome);
                self.public_interest = public_interest.clone();
                self.grounds = grounds.clone();
                self.answer = private.clone();
                self.end(State::Answered, on);
            }
            RequestAct::Abandoned { .. } => self.end(State::Abandoned, on),
            RequestAct::Withdrawn => self.end(State::Withdrawn, on),
            RequestAct::Overdue { .. } => self.overdue = true,
        }
    }

    fn turn<E>(&mut self, turned: impl FnOnce(&mut Clock) -> Result<(), E>) {
        if let Some(clock) = &mut self.clock {
            let _ = turned(clock);
        }
    }

    fn end(&mut self, state: State, on: NaiveDate) {
        self.state = state;
        self.turn(|clock| clock.stop(on));
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Unconfirmed | State::Running | State::Correcting)
    }

    /// An opinion that is waited for.
    pub fn waits_for(&self, of: OpinionOf) -> Option<&Asked> {
        self.opinions.iter().find(|asked| asked.of == of && asked.opinion.is_none())
    }
    pub fn waits(&self) -> impl Iterator<Item = &Asked> {
        self.opinions.iter().filter(|asked| asked.opinion.is_none())
    }
    pub fn is_asked(&self, of: OpinionOf) -> bool {
        self.opinions.iter().any(|asked| asked.of == of)
    }

    /// The last day to answer; none before receipt, while a correction is waited for, and while the clock stands.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        match self.state {
            State::Unconfirmed | State::Correcting => None,
            _ => self.clock.as_ref().and_then(|clock| clock.due(calendar)).map(|due| due.date),
        }
    }

    /// The day by which somebody does something next: what the queue is ordered by, and when the clock looks again.
    pub fn next(&self, calendar: &Calendar) -> NaiveDate {
        let waits = self.waits().map(|asked| asked.until).min();
        let correction = self.correction.as_ref().filter(|_| self.state == State::Correcting).map(|(until, _)| *until);
        correction.or(waits).or_else(|| self.due(calendar)).unwrap_or_else(|| local_date(self.at))
    }

    /// Whether this may be done on that day. Who may do it is asked of the policies.
    pub fn may(&self, act: &RequestAct, today: NaiveDate, calendar: &Calendar) -> Result<(), Rejection> {
        if !self.is_open() {
            return Err(Rejection::Over);
        }
        match (act, self.state) {
            (RequestAct::ReceiptConfirmed { .. }, State::Unconfirmed) | (RequestAct::Withdrawn, _) => return Ok(()),
            (RequestAct::ReceiptConfirmed { .. }, _) => return Err(Rejection::AlreadyReceived),
            (_, State::Unconfirmed) => return Err(Rejection::NotReceived),
            (RequestAct::Corrected { .. }, State::Correcting) => {
                let in_time = self.correction.as_ref().is_some_and(|(until, _)| today <= *until);
                return if in_time { Ok(()) } else { Err(Rejection::CorrectionTooLate) };
            }
            (RequestAct::Corrected { .. }, _) => return Err(Rejection::NoCorrection),
            (_, State::Correcting) => return Err(Rejection::WaitsForCorrection),
            _ => {}
        }
        match act {
            RequestAct::CorrectionAsked { .. } if self.correction.is_some() => Err(Rejection::AlreadySentBack),
            RequestAct::CorrectionAsked { .. } => {
                let by = self.received.map(|on| law::a3_3_03_correction_by(calendar, on));
                if by.is_some_and(|by| today <= by) { Ok(()) } else { Err(Rejection::TooLateToSendBack) }
            }
            RequestAct::OpinionAsked { of, .. } if self.is_asked(*of) => Err(Rejection::AlreadyAsked),
            RequestAct::OpinionGiven { of, .. } if self.waits_for(*of).is_none() => Err(Rejection::NotAsked),
            RequestAct::Extended { .. } if self.extended => Err(Rejection::AlreadyExtended),
            RequestAct::Extended { .. } if self.due(calendar).is_some_and(|due| due < today) => Err(Rejection::ExtensionTooLate),
            RequestAct::Answered { outcome, public_interest, .. } if law::discloses(*outcome) => {
                let third = self.opinions.iter().find(|asked| asked.of == OpinionOf::ThirdParty);
                match third.map(|asked| asked.opinion) {
                    Some(None) => Err(Rejection::OpinionOpen),
                    Some(Some(RequestOpinion::Objects)) if *outcome == RequestOutcome::Disclosed && public_interest.is_none() => {
                        Err(Rejection::ThirdPartyObjects)
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: RequestAct::SUBJECT.into(), no: no.into() }
}

/// A request is on record, whichever way it came.
pub async fn begin(conn: &mut PgConnection, act: RequestAct, by: &Person, role: &str, now: &Moment) -> Result<String, Stop> {
    let no = serials::of_day(conn, "GK", now.date()).await?;
    let entry = record::entry(subject(&no), now.at, by.actor(role), Some(by.private()), act);
    let request = Request::begin(&entry).ok_or_else(|| Stop::Fault("a request begins with its first act".into()))?;
    record::record(conn, std::slice::from_ref(&entry)).await?;
    sqlx::query("insert into information_requests (no, agency, requester, state, next, request) values ($1, $2, $3, $4, $5, $6)")
        .bind(&no)
        .bind(&request.agency)
        .bind(request.requester)
        .bind(request.state.key())
        .bind(request.next(&now.calendar))
        .bind(Json(&request))
        .execute(&mut *conn)
        .await?;
    kept::set_timer(conn, &request, &now.calendar).await?;
    Ok(no)
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Request, Stop> {
    kept::read(conn, "select request from information_requests where no = $1", no, "申请").await
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Request, Stop> {
    jobs::hold(conn, Request::KIND, &[no]).await?;
    kept::read(conn, "select request from information_requests where no = $1 for update", no, "申请").await
}

/// Records an act on a locked request, keeps what it makes of it, and sets its timer.
pub async fn keep(
    conn: &mut PgConnection,
    mut request: Request,
    entry: Entry<RequestAct>,
    calendar: &Calendar,
) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(&entry)).await?;
    request.apply(&entry);
    sqlx::query("update information_requests set state = $2, next = $3, overdue = $4, request = $5 where no = $1")
        .bind(&request.no)
        .bind(request.state.key())
        .bind(request.next(calendar))
        .bind(request.overdue)
        .bind(Json(&request))
        .execute(&mut *conn)
        .await?;
    kept::set_timer(conn, &request, calendar).await
}

/// An act of somebody on a locked request.
pub async fn act(
    conn: &mut PgConnection,
    request: Request,
    act: RequestAct,
    by: &Person,
    role: &str,
    now: &Moment,
) -> Result<(), Stop> {
    request.may(&act, now.date(), &now.calendar)?;
    let entry = record::entry(subject(&request.no), now.at, by.actor(role), Some(by.private()), act);
    keep(conn, request, entry, &now.calendar).await
}

pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<Event>, Stop> {
    kept::events(conn, &subject(no), |act: RequestAct| (None, told(act))).await
}

/// What is public of an act.
fn told(act: RequestAct) -> String {
    match act {
        RequestAct::Requested { way, .. } => way.zh().to_owned(),
        RequestAct::ReceiptConfirmed { on } => format!("收到的日子是 {on}"),
        RequestAct::CorrectionAsked { until, .. } => format!("{until} 前补正"),
        RequestAct::OpinionAsked { of, until, .. } => format!("{}，{until} 前回复", law::pause(of)),
        RequestAct::OpinionGiven { of, opinion: RequestOpinion::Silent, .. } => law::silence(of).to_owned(),
        RequestAct::OpinionGiven { opinion: RequestOpinion::Agrees, .. } => "同意公开".to_owned(),
        RequestAct::OpinionGiven { opinion: RequestOpinion::Objects, .. } => "不同意公开".to_owned(),
        RequestAct::Extended { approver, reason } => format!("{reason}（批准人：{approver}）"),
        RequestAct::Answered { outcome, .. } => law::outcome_zh(outcome).to_owned(),
        RequestAct::LimitRecomputed { notice, due } => format!("{notice}，期限改为 {due}"),
        RequestAct::Corrected { .. } => "答复期限从收到补正之日起重新计算".to_owned(),
        RequestAct::Abandoned { .. } | RequestAct::Withdrawn | RequestAct::Overdue { .. } => String::new(),
    }
}

pub type Row = (NaiveDate, Request);

/// Open requests of an agency, what is due first in front.
pub async fn open(conn: &mut PgConnection, agency: &str, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    let rows: Vec<(NaiveDate, Json<Request>)> = sqlx::query_as(
        "select next, request
           from information_requests
          where agency = $1
            and state in ('unconfirmed', 'running', 'correcting')
            and (next, no) > ($2, $3)
          order by next, no
          limit $4",
    )
    .bind(agency)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(next, request)| (next, request.0)).collect())
}

/// Open ones that nobody answered in time, those late longest in front.
pub async fn late(conn: &mut PgConnection, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    let rows: Vec<(NaiveDate, Json<Request>)> = sqlx::query_as(
        "select next, request
           from information_requests
          where overdue
            and state in ('unconfirmed', 'running', 'correcting')
            and (next, no) > ($1, $2)
          order by next, no
          limit $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(next, request)| (next, request.0)).collect())
}

/// What somebody asked for from their account, the latest first; `before` is a number.
pub async fn of(conn: &mut PgConnection, requester: Uuid, before: &str, most: i64) -> Result<Vec<Request>, Stop> {
    let rows: Vec<Json<Request>> = sqlx::query_scalar(
        "select request
           from information_requests
          where requester = $1
            and ($2 = '' or no < $2)
          order by no desc
          limit $3",
    )
    .bind(requester)
    .bind(before)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{Actor, ActorPrivate};
    use calendar::SHANGHAI;
    use chrono::TimeZone;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// At that minute in Shanghai.
    fn entry(at: &str, act: RequestAct) -> Entry<RequestAct> {
        let local = chrono::NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").unwrap();
        let at = SHANGHAI.from_local_datetime(&local).unwrap().with_timezone(&Utc);
        let by = ActorPrivate { person: Uuid::from_u128(1), name: "王敏".into() };
        record::entry(subject("GK202506300001"), at, Actor::system(), Some(by), act)
    }

    fn handed_in(at: &str) -> Request {
        let received = Some(day(&at[..10]));
        let act = RequestAct::Requested { way: RequestWay::InPerson, agency: "a".into(), received, centre: None, private: None };
        Request::begin(&entry(at, act)).unwrap()
    }

    #[test]
    fn a3_3_04_h04_twenty_working_days_run_from_the_day_after_receipt_as_shanghai_counts_days() {
        let china = Calendar::china();
        assert_eq!(handed_in("2025-06-30 23:59:50").due(&china), Some(day("2025-07-28")));
        assert_eq!(handed_in("2025-07-01 00:00:10").due(&china), Some(day("2025-07-29")));
        let mut request = handed_in("2025-06-30 10:00:00");
        let extended = RequestAct::Extended { approver: "主任".into(), reason: "量大".into() };
        assert_eq!(request.may(&extended, day("2025-07-28"), &china), Ok(()));
        assert_eq!(request.may(&extended, day("2025-07-29"), &china), Err(Rejection::ExtensionTooLate));
        request.apply(&entry("2025-07-28 09:00:00", extended.clone()));
        assert_eq!(request.due(&china), Some(day("2025-08-25")), "as many again");
        assert_eq!(request.may(&extended, day("2025-07-29"), &china), Err(Rejection::AlreadyExtended));
    }

    #[test]
    fn a3_3_03_the_period_begins_anew_with_the_correction() {
        let china = Calendar::china();
        let mut request = handed_in("2025-06-30 10:00:00");
        request.apply(&entry("2025-07-02 10:00:00", RequestAct::CorrectionAsked { until: day("2025-07-16"), private: None }));
        assert_eq!(request.due(&china), None, "nothing runs while it is waited for");
        let corrected = RequestAct::Corrected { private: None };
        assert_eq!(request.may(&corrected, day("2025-07-17"), &china), Err(Rejection::CorrectionTooLate));
        request.apply(&entry("2025-07-10 10:00:00", corrected));
        assert_eq!(request.due(&china), Some(day("2025-08-07")));
    }

    #[test]
    fn a3_3_05_a3_3_06_time_for_opinions_does_not_count_and_a_third_party_that_objects_is_heard() {
        let china = Calendar::china();
        let mut request = handed_in("2025-06-30 10:00:00");
        let asked = RequestAct::OpinionAsked { of: OpinionOf::ThirdParty, until: day("2025-07-23"), private: None };
        request.apply(&entry("2025-07-02 10:00:00", asked));
        assert_eq!((request.due(&china), request.next(&china)), (None, day("2025-07-23")));
        let disclosed = |public_interest: Option<&str>| RequestAct::Answered {
            outcome: RequestOutcome::Disclosed,
            public_interest: public_interest.map(Into::into),
            grounds: Vec::new(),
            private: None,
        };
        assert_eq!(request.may(&disclosed(None), day("2025-07-03"), &china), Err(Rejection::OpinionOpen));
        let (of, opinion, on) = (OpinionOf::ThirdParty, RequestOpinion::Objects, day("2025-07-08"));
        request.apply(&entry("2025-07-08 10:00:00", RequestAct::OpinionGiven { of, opinion, on, private: None }));
        // 2, 3, 4, 7 and 8 July do not count.
        assert_eq!(request.due(&china), Some(day("2025-08-04")));
        assert_eq!(request.may(&disclosed(None), day("2025-07-09"), &china), Err(Rejection::ThirdPartyObjects));
        assert_eq!(request.may(&disclosed(Some("影响公众健康")), day("2025-07-09"), &china), Ok(()));
    }

    #[test]
    fn a3_3_07_only_the_silence_of_a_co_author_is_consent() {
        assert!(law::silence(OpinionOf::CoAuthor).contains("视为同意"));
        assert!(!law::silence(OpinionOf::ThirdParty).contains("同意"));
    }
}
