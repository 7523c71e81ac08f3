//! 一件诉求 · one complaint as the fold of its acts, what the rules let be done with it, and when something is due.

use super::law;
use acts::{
    ActBody, Actor, ActorPrivate, ComplaintAct, ComplaintChannel, ComplaintDetails, ComplaintKind, ComplaintOutcome, Entry,
    OtherWay, PublicAnswer, Subject,
};
use calendar::{Calendar, Clock, NaiveDate, local_date};
use chrono::{DateTime, Utc};
use foundation::kept::{self, Event, Timed};
use foundation::page::own;
use foundation::people::Person;
use foundation::{Moment, Stop, jobs, record, serials};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// How it ended, for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Answered(ComplaintOutcome),
    Directed(OtherWay),
}

/// A desk that was shown who complains; none is that of supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub to: Option<String>,
    pub on: NaiveDate,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub no: String,
    pub at: DateTime<Utc>,
    pub channel: ComplaintChannel,
    pub kind: ComplaintKind,
    /// The agency and the matter it is about.
    pub about: Option<String>,
    pub item: Option<String>,
    pub conduct: bool,
    pub approval: bool,
    pub named: bool,
    /// Whose account it was sent from; none of what came over a desk, or without an account.
    pub complainant: Option<Uuid>,
    pub details: Option<ComplaintDetails>,
    /// The agency that has it; none is the desk of supervision.
    pub desk: Option<String>,
    pub clock: Clock,
    pub accepted: Option<NaiveDate>,
    pub extended: bool,
    pub ended: Option<(NaiveDate, Ending)>,
    pub published: Option<PublicAnswer>,
    pub answer: Option<String>,
    pub answered_by: Option<Uuid>,
    /// What was missing, each time it was asked for again.
    pub missing: Vec<String>,
    pub grade: Option<u8>,
    pub comment: Option<String>,
    /// A bad rating waits for its review.
    pub disputed: bool,
    pub opened: Vec<Opened>,
    /// How often it was done again.
    pub again: u32,
    /// The last day of this round has passed without an answer.
    pub overdue: bool,
    /// That of some round had.
    pub late: bool,
    pub acceptance_overdue: bool,
}

/// What the rules say no to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这件诉求已经答复了")]
    Answered,
    #[error("这件诉求还没有答复")]
    NotAnswered,
    #[error("这件诉求不用另外受理，或者已经受理了")]
    NothingToAccept,
    #[error("这件诉求已经在那里了")]
    AlreadyThere,
    #[error("反映一个单位作风的，不交给这个单位自己办（公务员法第七十六条）")]
    OwnConduct,
    #[error("已经在监督岗，不用退回")]
    NothingToReturn,
    #[error("只能延期一次，已经延过了（皖政办秘〔2021〕65号）")]
    AlreadyExtended,
    #[error("期限已经过了，过了以后不能延期")]
    ExtensionTooLate,
    #[error("举报只公布数字，不公布问答")]
    ReportIsNotPublished,
    #[error("答复以后 {} 个工作日以内可以要求重办，已经过了", law::REOPEN)]
    ReopenTooLate,
    #[error("这次答复已经评价过了")]
    AlreadyRated,
    #[error("没有等复核的差评")]
    NothingToReview,
    #[error("自己的答复被评了差评，由别人复核")]
    OwnAnswer,
    #[error("这类诉求没有封存")]
    NotSealed,
    #[error("已经对这个岗位启封了")]
    AlreadyOpened,
    #[error("被投诉、被举报的单位看不到是谁反映的（信访条例第三十条）")]
    NeverToThem,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

impl Complaint {
    /// Begins with its first act; any other begins nothing.
    fn begin(entry: &Entry<ComplaintAct>) -> Option<Complaint> {
        let ComplaintAct::Filed { channel, kind, agency, item, conduct, approval, named, private } = &entry.act else {
            return None;
        };
        let details = private.clone();
        let of_report = |of: fn(&ComplaintDetails) -> &Option<String>| details.as_ref().and_then(|details| of(details).clone());
        let about = agency.clone().or_else(|| of_report(|details| &details.agency));
        let item = item.clone().or_else(|| of_report(|details| &details.item));
        Some(Complaint {
            no: entry.subject.no.clone(),
            at: entry.at,
            channel: *channel,
            kind: *kind,
            desk: law::first_desk(about.as_deref(), *conduct),
            about,
            item,
            conduct: *conduct,
            approval: *approval,
            named: *named,
            complainant: entry.person.as_ref().filter(|_| *channel == ComplaintChannel::Web).map(|person| person.person),
            details,
            clock: Clock::start(local_date(entry.at), law::c3_5_03_limit(*kind)),
            accepted: None,
            extended: false,
            ended: None,
            published: None,
            answer: None,
            answered_by: None,
            missing: Vec::new(),
            grade: None,
            comment: None,
            disputed: false,
            opened: Vec::new(),
            again: 0,
            overdue: false,
            late: false,
            acceptance_overdue: false,
        })
    }

    /// Never fails: what a clock refuses was refused before it was on record.
    pub fn apply(&mut self, entry: &Entry<ComplaintAct>) {
        let on = local_date(entry.at);
        match &entry.act {
            ComplaintAct::Filed { .. } => {}
            ComplaintAct::Accepted => self.accepted = Some(on),
            // The clock is not touched: whoever has it next has what is left.
            ComplaintAct::Transferred { to, .. } => self.desk = to.clone(),
            ComplaintAct::Returned { .. } => self.desk = None,
            ComplaintAct::Extended { approver, reason } => {
                self.extended = true;
                let _ = self.clock.extend(law::c3_5_03_limit(self.kind), on, approver, reason);
            }
            ComplaintAct::Answered { outcome, published, private } => {
                self.published = published.clone();
                self.answer = private.as_ref().map(|said| said.text.clone());
                self.end(entry, Ending::Answered(*outcome), on);
            }
            ComplaintAct::Directed { way, private } => {
                self.published = None;
                self.answer = private.as_ref().map(|said| said.text.clone());
                self.end(entry, Ending::Directed(*way), on);
            }
            ComplaintAct::Reopened { private } => {
                self.missing.extend(private.as_ref().map(|said| said.text.clone()));
                // A bad rating is still looked at by somebody else, though what it rates is done again already.
                let disputed = self.disputed;
                self.redo(on);
                self.disputed = disputed;
            }
            ComplaintAct::Rated { grade, private } => {
                self.grade = Some(*grade);
                self.comment = private.as_ref().map(|said| said.text.clone());
                self.disputed = law::c3_2_01_bad(*grade);
            }
            ComplaintAct::RatingReviewed { justified, .. } => {
                self.disputed = false;
                if *justified && !self.is_open() {
                    self.redo(on);
                }
            }
            ComplaintAct::SealOpened { to, reason } => {
                self.opened.push(Opened { to: to.clone(), on, reason: reason.clone() });
            }
            ComplaintAct::Overdue { acceptance: true, .. } => self.acceptance_overdue = true,
            ComplaintAct::Overdue { .. } => (self.overdue, self.late) = (true, true),
        }
    }

    fn end(&mut self, entry: &Entry<ComplaintAct>, ending: Ending, on: NaiveDate) {
        self.ended = Some((on, ending));
        self.answered_by = entry.person.as_ref().map(|person| person.person);
        self.accepted = self.accepted.or(Some(on));
        let _ = self.clock.stop(on);
    }

    /// 重办: the same limit again, from that day.
    fn redo(&mut self, on: NaiveDate) {
        self.again += 1;
        self.ended = None;
        self.published = None;
        self.grade = None;
        self.comment = None;
        self.disputed = false;
        self.extended = false;
        self.overdue = false;
        self.clock = Clock::start(on, law::c3_5_03_limit(self.kind));
    }

    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }
    pub fn is_report(&self) -> bool {
        self.kind == ComplaintKind::Report
    }
    /// In a word.
    pub fn state(&self) -> &'static str {
        match self.ended {
            Some((_, Ending::Directed(_))) => "告知了另一条路",
            Some(_) => "已经答复",
            None if self.overdue => "逾期没有答复",
            None if self.again > 0 => "正在重办",
            None if self.waits_for_acceptance() => "等受理",
            None => "正在办理",
        }
    }
    /// The last day to answer.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        self.clock.due(calendar).map(|due| due.date)
    }
    /// The last day to accept it or not, of what waits for that.
    pub fn accept_by(&self, calendar: &Calendar) -> Option<NaiveDate> {
        let must = law::c3_3_11_must_accept(self.kind, self.channel, self.approval);
        must.then(|| law::c3_3_11_accept_by(calendar, local_date(self.at)))
    }
    /// Whether nobody has said yet that it is accepted, where that must be said.
    pub fn waits_for_acceptance(&self) -> bool {
        self.is_open() && self.accepted.is_none() && law::c3_3_11_must_accept(self.kind, self.channel, self.approval)
    }
    /// The day by which somebody does something next: what the queue is ordered by.
    pub fn next(&self, calendar: &Calendar) -> NaiveDate {
        let accept = self.accept_by(calendar).filter(|_| self.waits_for_acceptance() && !self.acceptance_overdue);
        accept.into_iter().chain(self.due(calendar)).min().unwrap_or_else(|| local_date(self.at))
    }
    pub fn reopen_by(&self, calendar: &Calendar) -> Option<NaiveDate> {
        self.ended.map(|(on, _)| law::reopen_by(calendar, on))
    }
    /// Whether this desk reads who complains: nobody's does of a complaint or report, before the seal was opened to it.
    pub fn is_open_to(&self, desk: Option<&str>) -> bool {
        !law::c3_5_05_sealed(self.kind) || self.opened.iter().any(|opened| opened.to.as_deref() == desk)
    }

    /// Whether this may be done on that day. Who may do it is asked of the policies, and of [`Complaint::keeps_out`].
    pub fn may(&self, act: &ComplaintAct, today: NaiveDate, calendar: &Calendar) -> Result<(), Rejection> {
        let about = self.about.as_deref();
        let of_an_answer = matches!(act, ComplaintAct::Reopened { .. } | ComplaintAct::Rated { .. });
        match act {
            ComplaintAct::SealOpened { .. } | ComplaintAct::RatingReviewed { .. } => {}
            _ if of_an_answer && self.is_open() => return Err(Rejection::NotAnswered),
            _ if !of_an_answer && !self.is_open() => return Err(Rejection::Answered),
            _ => {}
        }
        let refused = match act {
            ComplaintAct::Accepted if !self.waits_for_acceptance() => Rejection::NothingToAccept,
            ComplaintAct::Transferred { to, .. } if *to == self.desk => Rejection::AlreadyThere,
            ComplaintAct::Transferred { to, .. } if !law::c3_5_05_may_handle(about, self.conduct, to.as_deref()) => {
                Rejection::OwnConduct
            }
            ComplaintAct::Returned { .. } if self.desk.is_none() => Rejection::NothingToReturn,
            ComplaintAct::Extended { .. } if self.extended => Rejection::AlreadyExtended,
            ComplaintAct::Extended { .. } if self.due(calendar).is_some_and(|due| due < today) => Rejection::ExtensionTooLate,
            ComplaintAct::Answered { published: Some(_), .. } if self.is_report() => Rejection::ReportIsNotPublished,
            ComplaintAct::Reopened { .. } if self.reopen_by(calendar).is_some_and(|by| by < today) => Rejection::ReopenTooLate,
            ComplaintAct::Rated { .. } if self.grade.is_some() => Rejection::AlreadyRated,
            ComplaintAct::RatingReviewed { .. } if !self.disputed => Rejection::NothingToReview,
            ComplaintAct::SealOpened { .. } if !law::c3_5_05_sealed(self.kind) => Rejection::NotSealed,
            ComplaintAct::SealOpened { to, .. } if self.is_open_to(to.as_deref()) => Rejection::AlreadyOpened,
            ComplaintAct::SealOpened { to: Some(to), .. } if about == Some(to) => Rejection::NeverToThem,
            _ => return Ok(()),
        };
        Err(refused)
    }

    /// 回避 · why this person does not handle it, whatever the policies let them: it is their own, a near relative's, or about themselves.
    pub fn keeps_out(&self, person: &Person) -> Option<&'static str> {
        let details = self.details.as_ref();
        let from_their_agency = self.about.is_some() && self.about == person.agency;
        let post = details.map(|details| details.post.trim()).filter(|post| !post.is_empty());
        let is_meant =
            post.is_some_and(|post| post.contains(&person.name) || person.post.as_deref() == Some(post) && from_their_agency);
        let own_conduct = !law::c3_5_05_may_handle(self.about.as_deref(), self.conduct, person.agency.as_deref());
        if self.complainant == Some(person.id) {
            Some("自己提出的诉求由同事办理")
        } else if self.complainant.is_some_and(|who| person.relatives.contains(&who)) {
            Some("申报的近亲属提出的诉求由同事办理")
        } else if is_meant || own_conduct {
            Some("反映自己或者本单位作风的，由监督岗办理")
        } else {
            None
        }
    }

    /// Under which agency and kind it counts, and in which of the figures.
    fn counts(&self) -> ((String, &'static str), [i64; 6]) {
        let agency = self.about.as_ref().or(self.desk.as_ref()).filter(|_| !self.is_report()).cloned().unwrap_or_default();
        let is = |yes: bool| i64::from(yes);
        let answered = self.ended.is_some();
        let figures = [
            1,
            is(answered),
            is(answered && !self.late),
            is(self.again > 0),
            is(self.grade.is_some()),
            is(self.grade.is_some_and(|grade| !law::c3_2_01_bad(grade))),
        ];
        ((agency, self.kind.key()), figures)
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: ComplaintAct::SUBJECT.into(), no: no.into() }
}

/// Whoever complains, as the record has them; without an account nobody.
pub fn complainant(person: Option<&Person>) -> (Actor, Option<ActorPrivate>) {
    (Actor { role: "applicant".into(), agency: None, post: None }, person.map(Person::private))
}

/// A complaint is on record, whichever way it came.
pub async fn begin(
    conn: &mut PgConnection,
    act: ComplaintAct,
    (actor, person): (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<String, Stop> {
    let no = serials::of_day(conn, "TS", now.date()).await?;
    let entry = record::entry(subject(&no), now.at, actor, person, act);
    let complaint = Complaint::begin(&entry).ok_or_else(|| Stop::Fault("a complaint begins with its first act".into()))?;
    record::record(conn, std::slice::from_ref(&entry)).await?;
    sqlx::query(
        "insert into complaints (no, kind, desk, complainant, state, next, complaint) values ($1, $2, $3, $4, 'running', $5, $6)",
    )
    .bind(&no)
    .bind(complaint.kind.key())
    .bind(&complaint.desk)
    .bind(complaint.complainant)
    .bind(complaint.next(&now.calendar))
    .bind(Json(&complaint))
    .execute(&mut *conn)
    .await?;
    count(conn, None, &complaint).await?;
    kept::set_timer(conn, &complaint, &now.calendar).await?;
    Ok(no)
}

/// Moves the figures from what it was to what it is.
async fn count(conn: &mut PgConnection, before: Option<&Complaint>, after: &Complaint) -> Result<(), Stop> {
    let now = after.counts();
    let was = before.map(Complaint::counts);
    if was.as_ref() == Some(&now) {
        return Ok(());
    }
    let taken = was.into_iter().map(|(of, figures)| (of, figures.map(|n| -n)));
    // In one order, so that two of them never wait for each other.
    let mut moves: Vec<_> = taken.chain([now]).collect();
    moves.sort();
    for ((agency, kind), figures) in moves {
        sqlx::query(
            "insert into complaint_figures as f (agency, kind, received, answered, in_time, reopened, rated, satisfied)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (agency, kind) do update
                set received = f.received + excluded.received,
                    answered = f.answered + excluded.answered,
                    in_time = f.in_time + excluded.in_time,
                    reopened = f.reopened + excluded.reopened,
                    rated = f.rated + excluded.rated,
                    satisfied = f.satisfied + excluded.satisfied",
        )
        .bind(agency)
        .bind(kind)
        .bind(figures[0])
        .bind(figures[1])
        .bind(figures[2])
        .bind(figures[3])
        .bind(figures[4])
        .bind(figures[5])
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Complaint, Stop> {
    kept::read(conn, "select complaint from complaints where no = $1", no, "诉求").await
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Complaint, Stop> {
    jobs::hold(conn, Complaint::KIND, &[no]).await?;
    kept::read(conn, "select complaint from complaints where no = $1 for update", no, "诉求").await
}

/// Records an act on a locked complaint, keeps what it makes of it, and sets its timer.
pub async fn keep(
    conn: &mut PgConnection,
    before: Complaint,
    entry: Entry<ComplaintAct>,
    calendar: &Calendar,
) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(&entry)).await?;
    let mut after = before.clone();
    after.apply(&entry);
    let published = after.ended.map(|(on, _)| on).filter(|_| after.published.is_some());
    sqlx::query(
        "update complaints
            set desk = $2, state = $3, next = $4, overdue = $5, disputed = $6, published = $7, complaint = $8
          where no = $1",
    )
    .bind(&after.no)
    .bind(&after.desk)
    .bind(if after.is_open() { "running" } else { "answered" })
    .bind(after.next(calendar))
    .bind(after.overdue)
    .bind(after.disputed)
    .bind(published)
    .bind(Json(&after))
    .execute(&mut *conn)
    .await?;
    count(conn, Some(&before), &after).await?;
    kept::set_timer(conn, &after, calendar).await
}

/// An act of somebody on a locked complaint.
pub async fn act(
    conn: &mut PgConnection,
    complaint: Complaint,
    act: ComplaintAct,
    (actor, person): (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<(), Stop> {
    complaint.may(&act, now.date(), &now.calendar)?;
    if matches!(act, ComplaintAct::RatingReviewed { .. }) && complaint.answered_by == person.as_ref().map(|by| by.person) {
        return Err(Rejection::OwnAnswer.into());
    }
    let entry = record::entry(subject(&complaint.no), now.at, actor, person, act);
    keep(conn, complaint, entry, &now.calendar).await
}

pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<Event>, Stop> {
    kept::events(conn, &subject(no), |act: ComplaintAct| {
        let to = match &act {
            ComplaintAct::Transferred { to, .. } | ComplaintAct::SealOpened { to, .. } => Some(to.clone().unwrap_or_default()),
            _ => None,
        };
        (to, told(act))
    })
    .await
}

/// What is public of an act.
fn told(act: ComplaintAct) -> String {
    match act {
        ComplaintAct::Filed { channel, .. } => channel.zh().to_owned(),
        ComplaintAct::Transferred { reason, .. }
        | ComplaintAct::SealOpened { reason, .. }
        | ComplaintAct::Returned { reason } => own(&reason),
        ComplaintAct::Extended { approver, reason } => format!("{}（批准人：{}）", own(&reason), own(&approver)),
        ComplaintAct::Answered { outcome, .. } => law::outcome_zh(outcome).to_owned(),
        ComplaintAct::Directed { way, .. } => law::c3_5_02_way(way).0.to_owned(),
        ComplaintAct::Rated { grade, .. } => acts::grade_name(grade).to_owned(),
        ComplaintAct::RatingReviewed { justified, reason } => {
            format!("{}：{}", if justified { "差评属实，重办" } else { "差评不属实" }, own(&reason))
        }
        ComplaintAct::Overdue { due, acceptance } => {
            format!("{}：{due}", if acceptance { "受理期限" } else { "答复期限" })
        }
        ComplaintAct::Accepted | ComplaintAct::Reopened { .. } => String::new(),
    }
}

pub type Row = (NaiveDate, Complaint);

fn rows(found: Vec<(NaiveDate, Json<Complaint>)>) -> Vec<Row> {
    found.into_iter().map(|(next, complaint)| (next, complaint.0)).collect()
}

/// Open ones at a desk, what is due first in front; `None` is the desk of supervision.
pub async fn open(conn: &mut PgConnection, desk: Option<&str>, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    // Two questions, so that each walks its index.
    let sql = match desk {
        Some(_) => {
            "select next, complaint
               from complaints
              where desk = $1
                and state = 'running'
                and (next, no) > ($2, $3)
              order by next, no
              limit $4"
        }
        None => {
            "select next, complaint
               from complaints
              where desk is null
                and $1::text is null
                and state = 'running'
                and (next, no) > ($2, $3)
              order by next, no
              limit $4"
        }
    };
    let query = sqlx::query_as(sql).bind(desk).bind(after.0).bind(after.1).bind(most);
    Ok(rows(query.fetch_all(conn).await?))
}

/// Open ones that nobody answered in time, those late longest in front.
pub async fn late(conn: &mut PgConnection, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    Ok(rows(
        sqlx::query_as(
            "select next, complaint
               from complaints
              where overdue
                and state = 'running'
                and (next, no) > ($1, $2)
              order by next, no
              limit $3",
        )
        .bind(after.0)
        .bind(after.1)
        .bind(most)
        .fetch_all(conn)
        .await?,
    ))
}

/// Bad ratings that wait for a review.
pub async fn disputed(conn: &mut PgConnection, most: i64) -> Result<Vec<Row>, Stop> {
    Ok(rows(
        sqlx::query_as(
            "select next, complaint
               from complaints
              where disputed
              order by next, no
              limit $1",
        )
        .bind(most)
        .fetch_all(conn)
        .await?,
    ))
}

/// Answers that everybody may read, the latest first.
pub async fn published(conn: &mut PgConnection, before: Option<(NaiveDate, &str)>, most: i64) -> Result<Vec<Complaint>, Stop> {
    let (day, no) = before.unwrap_or((NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(), "~"));
    let found: Vec<Json<Complaint>> = sqlx::query_scalar(
        "select complaint
           from complaints
          where published is not null
            and (published, no) < ($1, $2)
          order by published desc, no desc
          limit $3",
    )
    .bind(day)
    .bind(no)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|one| one.0).collect())
}

/// What somebody sent from their account, the latest first; `before` is a number.
pub async fn of(conn: &mut PgConnection, complainant: Uuid, before: &str, most: i64) -> Result<Vec<Complaint>, Stop> {
    let found: Vec<Json<Complaint>> = sqlx::query_scalar(
        "select complaint
           from complaints
          where complainant = $1
            and ($2 = '' or no < $2)
          order by no desc
          limit $3",
    )
    .bind(complainant)
    .bind(before)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().map(|one| one.0).collect())
}

/// The figures of one agency and one kind; the agency is empty where none is named.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Figures {
    pub agency: String,
    pub kind: String,
    pub received: i64,
    pub answered: i64,
    pub in_time: i64,
    pub reopened: i64,
    pub rated: i64,
    pub satisfied: i64,
}

/// As many rows as there are agencies and kinds.
pub async fn figures(conn: &mut PgConnection) -> Result<Vec<Figures>, Stop> {
    Ok(sqlx::query_as(
        "select agency, kind, received, answered, in_time, reopened, rated, satisfied
           from complaint_figures
          where received > 0
          order by agency, kind",
    )
    .fetch_all(conn)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::Said;
    use calendar::start_of_day;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(on: &str, act: ComplaintAct) -> Entry<ComplaintAct> {
        let at = start_of_day(day(on)) + chrono::Duration::hours(10);
        record::entry(subject("TS202506300001"), at, Actor::system(), None, act)
    }

    fn filed(kind: ComplaintKind, conduct: bool) -> Complaint {
        let act = ComplaintAct::Filed {
            channel: ComplaintChannel::Web,
            kind,
            agency: Some("a".into()),
            item: None,
            conduct,
            approval: false,
            named: false,
            private: Some(ComplaintDetails { text: "等了很久".into(), ..ComplaintDetails::default() }),
        };
        Complaint::begin(&entry("2025-06-30", act)).unwrap()
    }

    fn transferred(to: Option<&str>) -> ComplaintAct {
        ComplaintAct::Transferred { to: to.map(str::to_owned), reason: "归它管".into() }
    }

    fn answered() -> ComplaintAct {
        ComplaintAct::Answered {
            outcome: ComplaintOutcome::Done, published: None, private: Some(Said { text: "办好了".into() })
        }
    }

    #[test]
    fn f139_a_transfer_never_resets_the_clock() {
        let china = Calendar::china();
        let mut complaint = filed(ComplaintKind::Complaint, false);
        let due = complaint.due(&china);
        assert_eq!(due, Some(day("2025-07-14")));
        complaint.apply(&entry("2025-07-08", ComplaintAct::Returned { reason: "不归我们".into() }));
        complaint.apply(&entry("2025-07-09", transferred(Some("b"))));
        assert_eq!((complaint.due(&china), complaint.desk.as_deref()), (due, Some("b")));
    }

    #[test]
    fn c3_5_03_it_is_extended_once_and_not_when_it_is_over() {
        let china = Calendar::china();
        let mut complaint = filed(ComplaintKind::Consultation, false);
        let extended = ComplaintAct::Extended { approver: "主任".into(), reason: "要查档案".into() };
        assert_eq!(complaint.due(&china), Some(day("2025-07-03")));
        assert_eq!(complaint.may(&extended, day("2025-07-04"), &china), Err(Rejection::ExtensionTooLate));
        complaint.apply(&entry("2025-07-03", extended.clone()));
        assert_eq!(complaint.due(&china), Some(day("2025-07-08")));
        assert_eq!(complaint.may(&extended, day("2025-07-04"), &china), Err(Rejection::AlreadyExtended));
    }

    #[test]
    fn f140_it_ends_by_an_answer_alone_and_is_opened_again_within_the_limit() {
        let china = Calendar::china();
        let mut complaint = filed(ComplaintKind::Complaint, false);
        let reopened = ComplaintAct::Reopened { private: Some(Said { text: "没有说赔不赔".into() }) };
        assert_eq!(complaint.may(&reopened, day("2025-07-01"), &china), Err(Rejection::NotAnswered));
        for act in [ComplaintAct::Returned { reason: "x".into() }, transferred(Some("b"))] {
            complaint.apply(&entry("2025-07-01", act));
            assert!(complaint.is_open());
        }
        complaint.apply(&entry("2025-07-02", answered()));
        assert!(!complaint.is_open());
        assert_eq!(complaint.may(&answered(), day("2025-07-02"), &china), Err(Rejection::Answered));
        assert_eq!(complaint.may(&reopened, day("2025-07-17"), &china), Err(Rejection::ReopenTooLate));
        assert_eq!(complaint.may(&reopened, day("2025-07-16"), &china), Ok(()));
        complaint.apply(&entry("2025-07-16", reopened));
        assert!(complaint.is_open() && complaint.again == 1);
        assert_eq!(complaint.due(&china), Some(day("2025-07-30")));
    }

    #[test]
    fn c3_2_03_a_bad_rating_that_is_justified_is_done_again() {
        let china = Calendar::china();
        let mut complaint = filed(ComplaintKind::Help, false);
        complaint.apply(&entry("2025-07-02", answered()));
        let rated = |grade| ComplaintAct::Rated { grade, private: None };
        complaint.apply(&entry("2025-07-03", rated(5)));
        assert!(complaint.disputed);
        assert_eq!(complaint.may(&rated(1), day("2025-07-03"), &china), Err(Rejection::AlreadyRated));
        complaint.apply(&entry("2025-07-04", ComplaintAct::RatingReviewed { justified: true, reason: "属实".into() }));
        assert!(complaint.is_open() && !complaint.disputed && complaint.grade.is_none());
        // Asked for again by whoever complained, the bad rating is looked at all the same.
        let mut asked = filed(ComplaintKind::Help, false);
        asked.apply(&entry("2025-07-02", answered()));
        asked.apply(&entry("2025-07-03", rated(5)));
        asked.apply(&entry("2025-07-04", ComplaintAct::Reopened { private: None }));
        let reviewed = ComplaintAct::RatingReviewed { justified: true, reason: "属实".into() };
        assert!(asked.is_open() && asked.disputed && asked.may(&reviewed, day("2025-07-07"), &china).is_ok());
        asked.apply(&entry("2025-07-07", reviewed));
        assert!(asked.is_open() && !asked.disputed && asked.again == 1, "it is done again once");
    }

    #[test]
    fn c3_5_05_conduct_is_not_handled_by_the_agency_and_never_shown_to_it() {
        let china = Calendar::china();
        let mut complaint = filed(ComplaintKind::Report, true);
        assert_eq!(complaint.desk, None);
        let today = day("2025-07-01");
        assert_eq!(complaint.may(&transferred(Some("a")), today, &china), Err(Rejection::OwnConduct));
        let opened = |to: Option<&str>| ComplaintAct::SealOpened { to: to.map(str::to_owned), reason: "要核实".into() };
        assert_eq!(complaint.may(&opened(Some("a")), today, &china), Err(Rejection::NeverToThem));
        assert!(!complaint.is_open_to(None));
        complaint.apply(&entry("2025-07-01", opened(None)));
        assert!(complaint.is_open_to(None) && !complaint.is_open_to(Some("b")));
        assert_eq!(complaint.may(&opened(None), today, &china), Err(Rejection::AlreadyOpened));
    }

    #[test]
    fn c3_5_of_a_report_the_figures_name_no_agency() {
        assert_eq!(filed(ComplaintKind::Report, true).counts().0, (String::new(), "report"));
        assert_eq!(filed(ComplaintKind::Complaint, true).counts().0, ("a".to_owned(), "complaint"));
    }
}
