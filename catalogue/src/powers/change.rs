//! 目录变更 · a change of the list of powers or of a matter: drafted, passed by three offices one after the other, published (A2.1-03; F019).

use super::facts::{self, Operation, Power, Row, Standing};
use super::sheet::Fault;
use super::{law, plausible};
use crate::{Catalogue, directory, search};
use acts::{ActBody, Entry, Heading, PowerChangeAct, Reviewer, Subject};
use chrono::{DateTime, Months, NaiveDate, Utc};
use foundation::Stop;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// What one office said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub reviewer: Reviewer,
    pub passes: bool,
    pub opinion: String,
    pub at: DateTime<Utc>,
    /// Who said it; for four eyes, never shown.
    person: Option<Uuid>,
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    UnderReview,
    SentBack,
    Passed,
    Published,
    /// Published, and taken back before its first day.
    Recalled,
    Withdrawn,
}

impl Stage {
    pub fn zh(self) -> &'static str {
        match self {
            Stage::UnderReview => "审核中",
            Stage::SentBack => "退回修改",
            Stage::Passed => "三家审核通过，待公布",
            Stage::Published => "已公布",
            Stage::Recalled => "生效前撤回",
            Stage::Withdrawn => "已撤回",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Stage::UnderReview | Stage::Passed => "tag tag--wait",
            Stage::SentBack | Stage::Recalled | Stage::Withdrawn => "tag tag--stop",
            Stage::Published => "tag tag--ok",
        }
    }
    /// Waits for somebody.
    pub fn is_open(self) -> bool {
        matches!(self, Stage::UnderReview | Stage::SentBack | Stage::Passed)
    }
    /// Everybody may read it: it was published.
    pub fn is_public(self) -> bool {
        matches!(self, Stage::Published | Stage::Recalled)
    }
}

/// A change: the fold of its acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub no: String,
    pub heading: Heading,
    pub rows: u32,
    pub digest: String,
    pub sample: bool,
    /// The matter that gets a new version; none for a change of the list of powers.
    #[serde(default)]
    pub item: Option<String>,
    /// The matters that get new versions by a table that was imported.
    #[serde(default)]
    pub items: Vec<String>,
    pub drafted_at: DateTime<Utc>,
    drafted_by: Option<Uuid>,
    /// Of the present draft, in their order.
    pub reviews: Vec<Review>,
    pub stage: Stage,
    pub effective_from: Option<NaiveDate>,
}

/// Why an act on a change is not possible, as whoever tried is told it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这份变更{}，不能再审核", .0.zh())]
    NotUnderReview(Stage),
    #[error("现在轮到{}，还没有轮到这里", .0.zh())]
    NotYet(Reviewer),
    #[error("起草的人不能审核自己起草的变更")]
    OwnDraft,
    #[error("同一个人不能替两家审核")]
    Twice,
    #[error("三家审核都通过以后才能公布")]
    NotPassed,
    #[error("这份变更{}，不能再公布", .0.zh())]
    Ended(Stage),
    #[error("生效日期太远，最晚 {0}：在那以前这一项不能再改，也不能停")]
    TooFar(NaiveDate),
    #[error("生效日期不能早于今天")]
    BeforeToday,
    #[error("“{0}”有一版从 {1} 起生效，这次最早从 {2} 起")]
    NotAfter(String, NaiveDate, NaiveDate),
    #[error("已经公布的不能撤回；要改，请再起草一份变更")]
    Over,
    #[error("这份变更{}，没有等着生效的内容", .0.zh())]
    NothingWaits(Stage),
    #[error("从 {0} 起已经生效，不能撤回；要改，请再起草一份变更")]
    Begun(NaiveDate),
    #[error("“{0}”后面又公布了一版，请先撤回那一版")]
    Overtaken(String),
    #[error("“{0}”正在另一份变更 {1} 里，是照这一版改的；请先撤回那一份")]
    Reviewed(String, String),
    #[error("事项“{0}”凭它公布，请先撤回那个事项")]
    StandsOn(String),
    #[error("“{0}”已经有地方认领，请先改或者撤回它们的职权")]
    DrawnFrom(String),
    #[error("只有退回修改的变更才能重新起草")]
    NotSentBack,
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Stop {
        Stop::Rejected(rejection.to_string())
    }
}

impl Change {
    /// The change that its first act began.
    fn begun(entry: &Entry<PowerChangeAct>) -> Change {
        let mut change = Change {
            no: entry.subject.no.clone(),
            heading: Heading::default(),
            rows: 0,
            digest: String::new(),
            sample: false,
            item: None,
            items: Vec::new(),
            drafted_at: entry.at,
            drafted_by: None,
            reviews: Vec::new(),
            stage: Stage::UnderReview,
            effective_from: None,
        };
        change.apply(entry);
        change
    }

    /// Never fails and never asks the time.
    fn apply(&mut self, entry: &Entry<PowerChangeAct>) {
        let person = entry.person.as_ref().map(|person| person.person);
        match entry.act.clone() {
            PowerChangeAct::Drafted { rows, digest, item, items, sample, private } => {
                self.heading = private.unwrap_or_default();
                (self.rows, self.digest, self.item, self.items, self.sample) = (rows, digest, item, items, sample);
                self.drafted_by = person;
                self.reviews.clear();
                self.stage = Stage::UnderReview;
            }
            PowerChangeAct::Reviewed { reviewer, passes, private } => {
                self.reviews.push(Review { reviewer, passes, opinion: private.unwrap_or_default(), at: entry.at, person });
                self.stage = match (passes, self.next()) {
                    (false, _) => Stage::SentBack,
                    (true, None) => Stage::Passed,
                    (true, Some(_)) => Stage::UnderReview,
                };
            }
            PowerChangeAct::Published { heading, effective_from } => {
                self.heading = heading;
                self.effective_from = Some(effective_from);
                self.stage = Stage::Published;
            }
            PowerChangeAct::Recalled { .. } => self.stage = Stage::Recalled,
            PowerChangeAct::Withdrawn { .. } => self.stage = Stage::Withdrawn,
        }
    }

    /// Whether it is one of matters, and not of the list of powers.
    pub fn is_of_matters(&self) -> bool {
        self.item.is_some() || !self.items.is_empty()
    }

    /// The office whose review comes next in the lawful order.
    pub fn next(&self) -> Option<Reviewer> {
        Reviewer::ALL.into_iter().find(|reviewer| !self.reviews.iter().any(|review| review.reviewer == *reviewer))
    }

    /// One office passes it or sends it back (A2.1-03): in the lawful order, each by somebody else, none by who drafted it.
    pub fn a2_1_03_review(
        &self,
        reviewer: Reviewer,
        passes: bool,
        opinion: String,
        by: Uuid,
    ) -> Result<PowerChangeAct, Rejection> {
        match self.next() {
            _ if self.stage != Stage::UnderReview => Err(Rejection::NotUnderReview(self.stage)),
            Some(next) if next != reviewer => Err(Rejection::NotYet(next)),
            _ if self.drafted_by == Some(by) => Err(Rejection::OwnDraft),
            _ if self.reviews.iter().any(|review| review.person == Some(by)) => Err(Rejection::Twice),
            _ => Ok(PowerChangeAct::Reviewed { reviewer, passes, private: Some(opinion) }),
        }
    }

    /// The first day from which it can be in force: today, and of powers the day after the newest version among them has begun; a matter may
    /// be replaced on the day it began.
    pub fn first_day(&self, newest: Option<&Newest>, today: NaiveDate) -> NaiveDate {
        let after = newest.and_then(|newest| match self.is_of_matters() {
            true => Some(newest.effective_from),
            false => newest.effective_from.succ_opt(),
        });
        after.map_or(today, |after| after.max(today))
    }

    /// Published once all three have passed it, from its first day at the earliest.
    pub fn publish(
        &self,
        effective_from: NaiveDate,
        newest: Option<&Newest>,
        today: NaiveDate,
    ) -> Result<PowerChangeAct, Rejection> {
        let first = self.first_day(newest, today);
        match newest {
            _ if !self.stage.is_open() => Err(Rejection::Ended(self.stage)),
            _ if self.stage != Stage::Passed => Err(Rejection::NotPassed),
            _ if effective_from < today => Err(Rejection::BeforeToday),
            _ if effective_from > last_day(first) => Err(Rejection::TooFar(last_day(first))),
            Some(newest) if effective_from < first => Err(Rejection::NotAfter(newest.name.clone(), newest.effective_from, first)),
            _ => Ok(PowerChangeAct::Published { heading: self.heading.clone(), effective_from }),
        }
    }

    /// What waits for its day is taken back before it: nobody has acted by it yet. From its first day on only another change undoes it.
    pub fn recall(&self, decision: String, reason: String, today: NaiveDate) -> Result<PowerChangeAct, Rejection> {
        match self.effective_from.filter(|_| self.stage == Stage::Published) {
            None => Err(Rejection::NothingWaits(self.stage)),
            Some(from) if from <= today => Err(Rejection::Begun(from)),
            Some(_) => Ok(PowerChangeAct::Recalled { decision, reason }),
        }
    }

    pub fn withdraw(&self, reason: String) -> Result<PowerChangeAct, Rejection> {
        match self.stage.is_open() {
            true => Ok(PowerChangeAct::Withdrawn { private: Some(reason) }),
            false => Err(Rejection::Over),
        }
    }
}

/// The last day from which a change that can begin on this one may begin: a year later, for until then nothing else of it can be published.
fn last_day(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(12)).unwrap_or(first)
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: PowerChangeAct::SUBJECT.into(), no: no.into() }
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Change, Stop> {
    let state: Option<Json<Change>> =
        sqlx::query_scalar("select state from power_changes where no = $1").bind(no).fetch_optional(conn).await?;
    state.map(|state| state.0).ok_or(Stop::NotFound("变更"))
}

/// Finds it and holds it to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Change, Stop> {
    let state: Option<Json<Change>> =
        sqlx::query_scalar("select state from power_changes where no = $1 for update").bind(no).fetch_optional(conn).await?;
    state.map(|state| state.0).ok_or(Stop::NotFound("变更"))
}

/// The rows of a change, in their order.
pub async fn rows_of(conn: &mut PgConnection, no: &str, from: i64, most: i64) -> Result<Vec<Row>, Stop> {
    let rows: Vec<Json<Row>> =
        sqlx::query_scalar("select row from power_change_rows where change = $1 and nth >= $2 order by nth limit $3")
            .bind(no)
            .bind(from)
            .bind(most)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Applies an act to a locked change and stores the fold; what waits no longer frees its powers for the next change.
pub async fn keep(conn: &mut PgConnection, mut change: Change, entry: &Entry<PowerChangeAct>) -> Result<Change, Stop> {
    foundation::record::record(conn, std::slice::from_ref(entry)).await?;
    let was_open = change.stage.is_open();
    change.apply(entry);
    // What was taken back is news as well.
    let told = matches!(entry.act, PowerChangeAct::Published { .. } | PowerChangeAct::Recalled { .. });
    let published_at = told.then_some(entry.at);
    sqlx::query("update power_changes set is_open = $2, published_at = coalesce($3, published_at), state = $4 where no = $1")
        .bind(&change.no)
        .bind(change.stage.is_open())
        .bind(published_at)
        .bind(Json(&change))
        .execute(&mut *conn)
        .await?;
    if was_open && !change.stage.is_open() {
        let free = match change.is_of_matters() {
            true => "update item_changes set is_open = false where change = $1",
            false => "update power_change_rows set is_open = false where change = $1",
        };
        sqlx::query(free).bind(&change.no).execute(conn).await?;
    }
    Ok(change)
}

/// Begins a change with its first act, or drafts one again that was sent back.
pub async fn begin(
    conn: &mut PgConnection,
    again: Option<Change>,
    act: PowerChangeAct,
    entry: impl FnOnce(&str, PowerChangeAct) -> Entry<PowerChangeAct>,
    year: i32,
) -> Result<Change, Stop> {
    if let Some(change) = again {
        let entry = entry(&change.no, act);
        return keep(conn, change, &entry).await;
    }
    let no = number(conn, year).await?;
    let entry = entry(&no, act);
    foundation::record::record(conn, std::slice::from_ref(&entry)).await?;
    let change = Change::begun(&entry);
    sqlx::query("insert into power_changes (no, drafted_at, is_open, state) values ($1, $2, true, $3)")
        .bind(&change.no)
        .bind(change.drafted_at)
        .bind(Json(&change))
        .execute(conn)
        .await?;
    Ok(change)
}

/// A power as its latest version has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    pub power: Power,
    pub standing: Standing,
    pub into: Option<String>,
    pub version: i32,
    pub effective_from: NaiveDate,
    pub sample: bool,
}

/// Of what a change touches, the version that has begun, or will begin, last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Newest {
    pub name: String,
    pub effective_from: NaiveDate,
}

/// What of a change has the newest version; nothing where all of it is new.
pub async fn newest(conn: &mut PgConnection, change: &Change) -> Result<Option<Newest>, Stop> {
    let sql = match change.is_of_matters() {
        true => {
            "select c.item::jsonb ->> 'name' as name, v.effective_from
               from item_changes c
               join item_versions v on v.slug = c.slug and v.effective_to is null
              where c.change = $1
              order by v.effective_from desc, c.slug
              limit 1"
        }
        false => {
            "select v.name, v.effective_from
               from power_change_rows c
               join power_versions v on v.code = c.code and v.effective_to is null
              where c.change = $1
              order by v.effective_from desc, c.nth
              limit 1"
        }
    };
    Ok(sqlx::query_as(sql).bind(&change.no).fetch_optional(conn).await?)
}

#[derive(sqlx::FromRow)]
struct PresentRow {
    facts: Json<Row>,
    standing: String,
    sample: bool,
    version: i32,
    effective_from: NaiveDate,
}

/// The latest version of each of these powers.
pub async fn present(conn: &mut PgConnection, codes: &[&str]) -> Result<HashMap<String, Present>, Stop> {
    let rows: Vec<PresentRow> = sqlx::query_as(
        "select facts, standing, sample, version, effective_from
           from power_versions
          where code = any ($1)
            and effective_to is null",
    )
    .bind(codes)
    .fetch_all(conn)
    .await?;
    Ok(by_code(rows))
}

/// The version of each that is in force that day.
pub async fn in_force(conn: &mut PgConnection, codes: &[&str], on: NaiveDate) -> Result<HashMap<String, Present>, Stop> {
    let rows: Vec<PresentRow> = sqlx::query_as(
        "select facts, standing, sample, version, effective_from
           from power_versions
          where code = any ($1)
            and effective_from <= $2
            and effective_to > $2",
    )
    .bind(codes)
    .bind(on)
    .fetch_all(conn)
    .await?;
    Ok(by_code(rows))
}

/// What each of these powers was before the change: the version before the one it made, or, until it is published, the latest.
pub async fn before(conn: &mut PgConnection, change: &Change, codes: &[&str]) -> Result<HashMap<String, Present>, Stop> {
    if !change.stage.is_public() {
        return present(conn, codes).await;
    }
    let rows: Vec<PresentRow> = sqlx::query_as(
        "select p.facts, p.standing, p.sample, p.version, p.effective_from
           from power_versions v
           join power_versions p
             on p.code = v.code
            and p.version = (select max(version) from power_versions where code = v.code and version < v.version and not recalled)
          where v.code = any ($1)
            and v.change = $2",
    )
    .bind(codes)
    .bind(&change.no)
    .fetch_all(conn)
    .await?;
    Ok(by_code(rows))
}

fn by_code(rows: Vec<PresentRow>) -> HashMap<String, Present> {
    let read = |row: PresentRow| {
        let standing = Standing::of(&row.standing).unwrap_or(Standing::Cancelled);
        let Row { power, into, .. } = row.facts.0;
        let code = power.code.clone();
        let (version, effective_from, sample) = (row.version, row.effective_from, row.sample);
        (code, Present { power, standing, into, version, effective_from, sample })
    };
    rows.into_iter().map(read).collect()
}

/// The changes under way that touch one of these powers, by its code.
async fn under_way(conn: &mut PgConnection, codes: &[&str], except: Option<&str>) -> Result<BTreeMap<String, String>, Stop> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select code, change
           from power_change_rows
          where is_open
            and code = any ($1)
            and change is distinct from $2",
    )
    .bind(codes)
    .bind(except)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// What a draft says of itself.
pub struct Draft {
    pub heading: Heading,
    pub sample: bool,
    /// Rows with their lines in the table they came from.
    pub rows: Vec<(usize, Row)>,
}

/// Checks a draft against the list as it stands: what is done must fit how the power stands, nothing may be under two changes at
/// once, a merged power goes into one that is in use, and no permit may rest on texts that cannot create one (A2.1-01).
pub async fn check(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    draft: &Draft,
    again: Option<&str>,
    today: NaiveDate,
) -> Result<Vec<Fault>, Stop> {
    let codes: Vec<&str> = draft.rows.iter().map(|(_, row)| row.power.code.as_str()).collect();
    let targets: Vec<&str> = draft.rows.iter().filter_map(|(_, row)| row.into.as_deref()).collect();
    let entries = draft.rows.iter().map(|(_, row)| row.power.entry.as_str()).filter(|entry| !entry.is_empty());
    let all: Vec<&str> = codes.iter().chain(&targets).copied().chain(entries).collect();
    let present = present(conn, &all).await?;
    // An entry that comes with the same table is as that table has it.
    let drafted: HashMap<&str, &Row> = draft.rows.iter().map(|(_, row)| (row.power.code.as_str(), row)).collect();
    let entry_of = |power: &Power| match drafted.get(power.entry.as_str()) {
        Some(row) => Some((row.power.clone(), row.operation.leads_to())),
        None => present.get(&power.entry).map(|present| (present.power.clone(), present.standing)),
    };
    let answered = directory::answers::contrary(conn, &draft.rows).await?;
    let busy = under_way(conn, &codes, again).await?;
    let keys: BTreeSet<String> = draft.rows.iter().flat_map(|(_, row)| row.power.bases.iter().map(law::Cited::key)).collect();
    let laws = law::of(conn, &keys.into_iter().collect::<Vec<_>>()).await?;
    let mut faults = Vec::new();
    let mut seen = HashMap::new();
    for (line, row) in &draft.rows {
        let code = row.power.code.as_str();
        let mut fault = |column: &'static str, said: String| faults.push(Fault { line: *line, column, said });
        if let Some(first) = seen.insert(code, *line) {
            fault("编码", format!("和第 {first} 行的编码一样"));
            continue;
        }
        let before = present.get(code).map(|present| present.standing);
        if !row.operation.fits(before) {
            let said = match before {
                None => format!("清单里没有这个编码，不能{}", row.operation.zh()),
                Some(standing) => format!("这项职权现在是“{}”，不能{}", standing.zh(), row.operation.zh()),
            };
            fault("编码", said);
        }
        if let Some(no) = busy.get(code) {
            fault("编码", format!("这项职权正在另一份变更 {no} 里，等它公布或者撤回"));
        }
        let entry = entry_of(&row.power);
        let entry = entry.as_ref().map(|(power, standing)| (power, *standing));
        let was = present.get(code).map(|present| &present.power);
        for (column, said) in directory::law::a2_1_wrong(&row.power, row.operation, was, entry) {
            fault(column, said);
        }
        if let Some(other) =
            answered.get(code).filter(|other| drafted.get(other.as_str()).is_none_or(|row| row.operation != Operation::Cancel))
        {
            fault("认领自", format!("这个区划已经用“{other}”回答了这一条，先取消那一项"));
        }
        if let Some(into) = &row.into {
            // An entry goes into an entry, a power into a power.
            let takes = |power: &Power, standing| standing == Standing::InUse && power.is_entry() == row.power.is_entry();
            let is_in_use =
                present.get(into).is_some_and(|target| target.sample == draft.sample && takes(&target.power, target.standing))
                    || drafted.get(into.as_str()).is_some_and(|other| takes(&other.power, other.operation.leads_to()));
            if into == code || !is_in_use {
                fault("并入", format!("“{into}”不是清单里在用的另一项职权"));
            }
        }
        // What leaves a power as it was says nothing new of it; a sample is shown as another place published it.
        let is_said_anew =
            was.is_none_or(|was| *was != row.power) && !matches!(row.operation, Operation::Decline | Operation::Merge);
        if !draft.sample && is_said_anew {
            for (column, said) in plausible::a2_1_wrong(&row.power, catalogue) {
                fault(column, said);
            }
        }
        // A sample is shown as another place published it.
        if !draft.sample && row.power.kind == crate::ItemKind::Permit && row.operation.leads_to() == Standing::InUse {
            let unchanged = present.get(code).is_some_and(|present| present.power.bases == row.power.bases);
            if let Some(said) = a2_1_01_unfounded(&row.power.bases, &laws, today, unchanged) {
                fault("设定依据", said);
            }
        }
    }
    Ok(faults)
}

/// Why a permit cannot rest on these (A2.1-01, A2.1-04): nothing is cited, nothing of it is in force, nothing of it can create a permit, or
/// nobody has said on record what kind of text it is. What stands in the list already is not asked for the last.
fn a2_1_01_unfounded(
    bases: &[law::Cited],
    laws: &HashMap<String, law::Law>,
    today: NaiveDate,
    unchanged: bool,
) -> Option<String> {
    if bases.is_empty() {
        return Some("行政许可要写设定依据（行政许可法第十四条至第十七条）".into());
    }
    let known = |cited: &law::Cited| laws.get(&cited.key());
    let over = |cited: &&law::Cited| known(cited).and_then(|law| law.last_day(&cited.article)).is_some_and(|last| last < today);
    let founding: Vec<&law::Cited> = bases.iter().filter(|cited| law::a2_1_04_founds(&cited.law)).collect();
    if !founding.is_empty() && founding.iter().all(over) {
        return Some("写的设定依据都已经失效，请先改依据，或者取消这项职权".into());
    }
    let live: Vec<&law::Cited> = founding.into_iter().filter(|cited| !over(cited)).collect();
    // A decree of the State Council says so by its number.
    let decree = |cited: &law::Cited| law::rank_by_name(&cited.law) == Some(acts::Rank::AdministrativeRegulation);
    let may = |cited: &law::Cited| known(cited).and_then(|law| law.may_create_permit(today)).or(decree(cited).then_some(true));
    if live.iter().all(|cited| may(cited) == Some(false)) {
        return Some(law::CANNOT_CREATE.into());
    }
    if unchanged || live.iter().any(|cited| may(cited) == Some(true)) {
        return None;
    }
    let unknown: Vec<String> =
        live.iter().filter(|cited| may(cited).is_none()).map(|cited| format!("《{}》", law::plain(&cited.law))).collect();
    Some(format!("{}的效力级别还没有登记，看不出能不能设定行政许可；请法制机构先在“法律法规”里登记", unknown.join("、")))
}

/// Writes a checked draft: a new change, or the one that was sent back, drafted again.
pub async fn write(
    conn: &mut PgConnection,
    draft: &Draft,
    again: Option<Change>,
    entry: impl FnOnce(&str, PowerChangeAct) -> Entry<PowerChangeAct>,
    year: i32,
) -> Result<Change, Stop> {
    let rows: Vec<Row> = draft.rows.iter().map(|(_, row)| row.clone()).collect();
    let act = PowerChangeAct::Drafted {
        rows: rows.len() as u32,
        digest: crate::versions::sha256(facts::lines(&rows).as_bytes()),
        item: None,
        items: Vec::new(),
        sample: draft.sample,
        private: Some(draft.heading.clone()),
    };
    if let Some(again) = &again {
        sqlx::query("delete from power_change_rows where change = $1").bind(&again.no).execute(&mut *conn).await?;
    }
    let change = begin(conn, again, act, entry, year).await?;
    sqlx::query(
        "insert into power_change_rows (change, nth, code, is_open, row)
         select $1, nth, code, true, row
           from unnest($2::text[], $3::jsonb[]) with ordinality as r (code, row, nth)",
    )
    .bind(&change.no)
    .bind(rows.iter().map(|row| row.power.code.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(Json).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(change)
}

/// Whoever drafts waits for whoever drafts at the same moment: numbers have no gap, and no power comes under two changes.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('power_changes', 0))").execute(conn).await?;
    Ok(())
}

/// QD2026-0001
async fn number(conn: &mut PgConnection, year: i32) -> Result<String, Stop> {
    let last: Option<String> = sqlx::query_scalar("select max(no) from power_changes where no >= $1 and no < $2")
        .bind(format!("QD{year}-"))
        .bind(format!("QD{}-", year + 1))
        .fetch_one(conn)
        .await?;
    let last: u32 = last.and_then(|no| no.rsplit_once('-')?.1.parse().ok()).unwrap_or(0);
    Ok(format!("QD{year}-{:04}", last + 1))
}

/// What keeps a passed change from being published after all: the list has changed since it was drafted.
pub async fn hindered(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    change: &Change,
    today: NaiveDate,
) -> Result<Option<String>, Stop> {
    let rows = rows_of(conn, &change.no, 0, i64::MAX).await?.into_iter().map(|row| (0, row)).collect();
    let draft = Draft { heading: change.heading.clone(), sample: change.sample, rows };
    let mut faults = check(conn, catalogue, &draft, Some(&change.no), today).await?;
    Ok((!faults.is_empty()).then(|| faults.swap_remove(0).said))
}

/// Puts the rows of a published change into the list: the version before ends the day the new one begins.
pub async fn into_list(
    conn: &mut PgConnection,
    change: &Change,
    effective_from: NaiveDate,
    region_name: impl Fn(&str) -> String,
) -> Result<(), Stop> {
    let rows = rows_of(conn, &change.no, 0, i64::MAX).await?;
    let codes: Vec<&str> = rows.iter().map(|row| row.power.code.as_str()).collect();
    // Numbers are given once, though a version was taken back.
    let last: Vec<(String, i32)> =
        sqlx::query_as("select code, max(version) from power_versions where code = any ($1) group by code")
            .bind(&codes)
            .fetch_all(&mut *conn)
            .await?;
    let last: HashMap<String, i32> = last.into_iter().collect();
    sqlx::query("update power_versions set effective_to = $2 where code = any ($1) and effective_to is null")
        .bind(&codes)
        .bind(effective_from)
        .execute(&mut *conn)
        .await?;
    let version = |code: &str| last.get(code).map_or(1, |last| last + 1);
    let words = |row: &Row| {
        let power = &row.power;
        let text = [&power.name, &power.agency, &region_name(&power.region), power.kind.zh(), &power.code].join(" ");
        search::grams_of(&text)
    };
    sqlx::query(
        "insert into power_versions (code, version, change, effective_from, name, kind, region, agency, standing, sample,
                                     missing, facts, grams, levels, entry)
         select code, version, $1, $2, name, kind, region, agency, standing, $3, missing, facts,
                array_to_tsvector(string_to_array(grams, ' ')), string_to_array(nullif(levels, ''), ' '), nullif(entry, '')
           from unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::int[],
                       $12::jsonb[], $13::text[], $14::text[], $15::text[])
                as r (code, version, name, kind, region, agency, standing, missing, facts, grams, levels, entry)",
    )
    .bind(&change.no)
    .bind(effective_from)
    .bind(change.sample)
    .bind(&codes)
    .bind(codes.iter().map(|code| version(code)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.power.name.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.power.kind.key()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.power.region.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.power.agency.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.operation.leads_to().key()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.missing().len() as i32).collect::<Vec<_>>())
    .bind(rows.iter().map(Json).collect::<Vec<_>>())
    .bind(rows.iter().map(words).collect::<Vec<_>>())
    .bind(
        rows.iter().map(|row| row.power.levels.iter().map(|level| level.key()).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>(),
    )
    .bind(rows.iter().map(|row| row.power.entry.as_str()).collect::<Vec<_>>())
    .execute(&mut *conn)
    .await?;
    directory::answers::follow(conn, &rows).await?;
    let cited: Vec<(&law::Cited, String, &str, i32)> = rows
        .iter()
        .flat_map(|row| {
            row.power.bases.iter().map(|cited| (cited, cited.key(), row.power.code.as_str(), version(&row.power.code)))
        })
        .collect();
    let names: BTreeMap<String, String> = cited.iter().map(|(cited, key, ..)| (key.clone(), cited.law.clone())).collect();
    law::begin(conn, &names.into_iter().collect::<Vec<_>>()).await?;
    sqlx::query(
        "insert into power_bases (law, article, code, version, founds, ended_on)
         select b.law, b.article, b.code, b.version, b.founds,
                least(l.in_force_to, (l.state -> 'articles' -> b.article ->> 'last_day')::date)
           from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[]) as b (law, article, code, version, founds)
           join laws l on l.key = b.law
         on conflict do nothing",
    )
    .bind(cited.iter().map(|(_, key, ..)| key.as_str()).collect::<Vec<_>>())
    .bind(cited.iter().map(|(cited, ..)| cited.article.as_str()).collect::<Vec<_>>())
    .bind(cited.iter().map(|(_, _, code, _)| *code).collect::<Vec<_>>())
    .bind(cited.iter().map(|(.., version)| *version).collect::<Vec<_>>())
    .bind(cited.iter().map(|(cited, ..)| law::a2_1_04_founds(&cited.law)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{Actor, ActorPrivate};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    struct Town {
        change: Change,
        people: [Uuid; 4],
    }

    impl Town {
        fn new() -> Town {
            let people = [(); 4].map(|()| Uuid::new_v4());
            let drafted = PowerChangeAct::Drafted {
                rows: 1,
                digest: "00".into(),
                item: None,
                items: Vec::new(),
                sample: false,
                private: None,
            };
            Town { change: Change::begun(&Town::entry(people[0], drafted)), people }
        }
        fn entry(person: Uuid, act: PowerChangeAct) -> Entry<PowerChangeAct> {
            let at = calendar::start_of_day(day("2026-11-26"));
            let private = ActorPrivate { person, name: "某人".into() };
            foundation::record::entry(subject("QD2026-0001"), at, Actor::system(), Some(private), act)
        }
        fn review(&mut self, reviewer: Reviewer, who: usize, passes: bool) -> Result<(), Rejection> {
            let act = self.change.a2_1_03_review(reviewer, passes, String::new(), self.people[who])?;
            self.change.apply(&Town::entry(self.people[who], act));
            Ok(())
        }
    }

    #[test]
    fn a2_1_03_three_offices_pass_it_in_their_order_each_by_another_hand() {
        use Reviewer::*;
        let mut town = Town::new();
        assert_eq!(town.review(Legal, 3, true), Err(Rejection::NotYet(Openness)));
        assert_eq!(town.review(Openness, 0, true), Err(Rejection::OwnDraft));
        assert_eq!(town.change.publish(day("2026-11-26"), None, day("2026-11-26")), Err(Rejection::NotPassed));
        town.review(Openness, 1, true).unwrap();
        assert_eq!(town.review(Openness, 1, true), Err(Rejection::NotYet(Establishment)));
        assert_eq!(town.review(Establishment, 1, true), Err(Rejection::Twice));
        town.review(Establishment, 2, true).unwrap();
        assert_eq!(town.change.stage, Stage::UnderReview);
        town.review(Legal, 3, true).unwrap();
        assert_eq!(town.change.stage, Stage::Passed);
        assert_eq!(town.review(Legal, 3, true), Err(Rejection::NotUnderReview(Stage::Passed)));
        assert_eq!(town.change.publish(day("2026-11-25"), None, day("2026-11-26")), Err(Rejection::BeforeToday));
        // A version that has begun, or waits for its day, is not overtaken: the day that is proposed is the day that is taken.
        for (since, first) in [("2026-11-20", "2026-11-26"), ("2026-11-26", "2026-11-27"), ("2027-01-01", "2027-01-02")] {
            let newest = Newest { name: "食品经营许可".into(), effective_from: day(since) };
            assert_eq!(town.change.first_day(Some(&newest), day("2026-11-26")), day(first), "{since}");
            let publish = |from| town.change.publish(from, Some(&newest), day("2026-11-26"));
            assert!(publish(day(first)).is_ok(), "{since}");
            assert!(publish(day(first).pred_opt().unwrap()).is_err(), "{since}");
            assert!(matches!(publish(day("2035-01-01")), Err(Rejection::TooFar(_))), "{since}");
        }
        let published = town.change.publish(day("2026-11-26"), None, day("2026-11-26")).unwrap();
        town.change.apply(&Town::entry(town.people[0], published));
        let again = town.change.publish(day("2026-11-26"), None, day("2026-11-26"));
        assert_eq!(again, Err(Rejection::Ended(Stage::Published)), "whoever comes second is told that it is done");
    }

    #[test]
    fn a2_1_03_what_is_sent_back_is_reviewed_anew() {
        let mut town = Town::new();
        town.review(Reviewer::Openness, 1, true).unwrap();
        town.review(Reviewer::Establishment, 2, false).unwrap();
        assert_eq!(town.change.stage, Stage::SentBack);
        assert_eq!(town.review(Reviewer::Legal, 3, true), Err(Rejection::NotUnderReview(Stage::SentBack)));
        let again =
            PowerChangeAct::Drafted { rows: 1, digest: "01".into(), item: None, items: Vec::new(), sample: false, private: None };
        town.change.apply(&Town::entry(town.people[0], again));
        assert_eq!((town.change.stage, town.change.next()), (Stage::UnderReview, Some(Reviewer::Openness)));
        assert!(town.change.withdraw("不改了".into()).is_ok());
    }
}
