//! 照基准裁量 · the officer enters the facts, the system says the tier and why, the officer decides. Outside of the tier it waits with its
//! reason for the approval of somebody else, and the decision is flagged (A2.3-02, A2.3-03; F026).

use super::approve;
use super::law::{
    A2_3_03_UNPUNISHED_WAYS, Basis, Reach, a2_3_02_contradicts, a2_3_02_reach, a2_3_02_ways, a2_3_03_contradicts,
    a2_3_03_is_barred, a2_3_04_basis,
};
use super::show::may_apply;
use super::standard::{self, Standard, Tier};
use crate::Catalogue;
use crate::asked;
use acts::{ActBody, DeviationWay, DiscretionAct, Mitigation, Ruling, Subject, Unpunished};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::{Decimal, FieldError};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use rules::Table;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Characters of the longest reason, and of a document's number.
pub(super) const LONGEST: usize = 2000;
pub(super) const LONGEST_NUMBER: usize = 80;

/// What an officer decides on facts, or proposes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    pub document: String,
    /// For what is proposed the day it was; it is decided on the day it is approved.
    pub decided_on: NaiveDate,
    pub facts: Map<String, Value>,
    /// None when unpunished.
    pub amount: Option<Decimal>,
    pub violation_ended: NaiveDate,
    pub found_on: NaiveDate,
    pub harm: bool,
    pub unpunished: Option<Unpunished>,
    pub way: Option<DeviationWay>,
    pub mitigated: Option<Mitigation>,
    pub reason: String,
}

impl Decided {
    pub(super) fn is_inside(&self, tier: &Tier) -> bool {
        tier.holds(self.amount, self.unpunished)
    }
    /// What the record says of it.
    pub(super) fn ruling(&self, standard: &Standard, tier: &Tier) -> Ruling {
        let text = |figure: Option<Decimal>| figure.map(|figure| figure.to_string());
        Ruling {
            standard: standard.code.clone(),
            version: standard.version,
            table: standard.hash.clone(),
            document: self.document.clone(),
            facts: self.facts.clone(),
            tier: tier.name.clone(),
            least: text(tier.least),
            most: text(tier.most),
            amount: text(self.amount),
            unit: standard.unit.clone(),
            violation_ended: self.violation_ended,
            found_on: self.found_on,
            harm: self.harm,
            unpunished: self.unpunished,
            way: self.way,
            mitigated: self.mitigated,
            reason: self.reason.clone(),
        }
    }
}

/// Records a decision in the caller's transaction, and puts it beside those on equal facts (F027). Outside of its tier it is the act of
/// whoever approved what was proposed.
pub(super) async fn apply(
    conn: &mut PgConnection,
    (standard, table): (&Standard, &Table),
    agency: &str,
    tier: &Tier,
    decided: &Decided,
    by: &Person,
    (now, approval): (&Moment, Option<approve::Approval>),
) -> Result<(), Stop> {
    let inside = decided.is_inside(tier);
    if !inside && approval.is_none() {
        return Err(Stop::Fault(format!("discretion: {} leaves its tier and nobody approved", decided.document)));
    }
    let text = |figure: Option<Decimal>| figure.map(|figure| figure.to_string());
    let id = approval.as_ref().map_or_else(Uuid::now_v7, |approval| approval.proposal);
    let paper = approval.as_ref().and_then(|approval| approval.paper.clone());
    let act = DiscretionAct::Applied {
        ruling: decided.ruling(standard, tier),
        decided_on: decided.decided_on,
        inside,
        paper: paper.clone(),
        private: approval.map(|approval| approval.by),
    };
    let subject = Subject { kind: DiscretionAct::SUBJECT.into(), no: id.to_string() };
    let entry = record::entry(subject, now.at, by.actor("officer"), Some(by.private()), act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    let key = standard::facts_key(&decided.facts);
    let told = standard::told(table, &decided.facts);
    sqlx::query(
        "insert into discretion_decisions (id, position, code, version, agency, document, decided_on, at, facts, facts_key, tier,
                                           least, most, amount, unpunished, inside, way, reason, numbered, told, mitigated, paper)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    )
    .bind(id)
    .bind(position)
    .bind(&standard.code)
    .bind(standard.version)
    .bind(agency)
    .bind(&decided.document)
    .bind(decided.decided_on)
    .bind(now.at)
    .bind(Json(&decided.facts))
    .bind(&key)
    .bind(&tier.name)
    .bind(text(tier.least))
    .bind(text(tier.most))
    .bind(text(decided.amount))
    .bind(decided.unpunished.map(Unpunished::key))
    .bind(inside)
    .bind(decided.way.map(DeviationWay::key))
    .bind(&decided.reason)
    .bind(numbered(&decided.document))
    .bind(&told)
    .bind(decided.mitigated.map(Mitigation::key))
    .bind(paper)
    .execute(&mut *conn)
    .await?;
    let outcome = text(decided.amount).unwrap_or_else(|| "unpunished".to_owned());
    sqlx::query(
        "insert into discretion_groups (code, hash, facts_key, told, decisions, outcomes, agencies, title, unit)
         values ($1, $2, $3, $4, 1, array[$5], array[$6], $7, $8)
         on conflict (code, hash, facts_key) do update
            set decisions = discretion_groups.decisions + 1,
                outcomes = case when $5 = any (discretion_groups.outcomes) then discretion_groups.outcomes
                                else discretion_groups.outcomes || $5 end,
                agencies = case when $6 = any (discretion_groups.agencies) then discretion_groups.agencies
                                else discretion_groups.agencies || $6 end",
    )
    .bind(&standard.code)
    .bind(&standard.hash)
    .bind(&key)
    .bind(&told)
    .bind(outcome)
    .bind(agency)
    .bind(&standard.title)
    .bind(&standard.unit)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update discretion_standards
            set decided = decided + 1,
                outside = outside + $3
          where code = $1
            and version = $2",
    )
    .bind(&standard.code)
    .bind(standard.version)
    .bind(i64::from(!inside))
    .execute(conn)
    .await?;
    Ok(())
}

/// A number of a document has its serial in it; one without is told.
pub(super) fn wants_serial(document: &str, key: &str, errors: &mut Vec<FieldError>) {
    if !document.is_empty() && !document.chars().any(char::is_numeric) {
        let zh = "文号里要有序号，例如 金市监罚决〔2026〕12号";
        errors.push(field_error(
            key,
            "文号",
            zh,
            "The number of a document has its serial in it, such as 金市监罚决〔2026〕12号",
        ));
    }
}

/// A number without blanks and brackets, which people write in many ways.
pub(super) fn numbered(document: &str) -> String {
    document.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether the agency has a decision of this number already, or one that waits for approval.
async fn is_numbered(conn: &mut PgConnection, agency: &str, document: &str) -> Result<bool, Stop> {
    Ok(sqlx::query_scalar(
        "select exists (select from discretion_decisions where agency = $1 and numbered = $2)
             or exists (select from discretion_proposals where agency = $1 and numbered = $2 and outcome is null)",
    )
    .bind(agency)
    .bind(numbered(document))
    .fetch_one(conn)
    .await?)
}

/// What the system proposes, and why.
struct Proposal {
    tier: String,
    range: String,
    facts: Vec<(String, String)>,
    /// The facts again, as fields that go with the decision.
    hidden: Vec<(String, String)>,
    because: String,
}

#[derive(Template)]
#[template(path = "discretion/apply.html")]
struct Page {
    shell: Shell,
    standard: Standard,
    filled: Filled,
    fact_fields: String,
    proposal: Option<Proposal>,
    /// Since when its basis is over, so that it counts for earlier violations alone.
    earlier_since: Option<NaiveDate>,
}

impl Page {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn heading(&self, proposal: &Proposal) -> String {
        format!("{}：{}", proposal.tier, proposal.range)
    }
    fn outcomes(&self) -> String {
        let options = [("amount", "处罚"), ("unpunished", "依法不予处罚")];
        self.filled.choice("outcome", "决定", "radio", &options)
    }
    fn grounds(&self) -> String {
        let options = Unpunished::ALL.map(|ground| (ground.key(), ground.zh()));
        self.filled.choice("unpunished", "不予处罚的理由（不予处罚的才选）", "radio", &options)
    }
    fn mitigated(&self) -> String {
        let options = Mitigation::ALL.map(|ground| (ground.key(), ground.zh()));
        self.filled.choice("mitigated", "减轻处罚的理由（低于基准最低的才选）", "radio", &options)
    }
    fn ways(&self) -> String {
        let options = DeviationWay::ALL.map(|way| (way.key(), way.zh()));
        self.filled.choice("way", "请谁批准（不在档次以内的才选）", "radio", &options)
    }
}

fn draw(
    shell: Shell,
    (standard, table, basis_until): Found,
    filled: Filled,
    facts: Option<(Map<String, Value>, Tier)>,
) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let fact_fields = asked::fields(&filled, &table, standard::field).concat();
    let proposal = facts.map(|(facts, tier)| Proposal {
        range: tier.range(&standard.unit),
        facts: asked::told(&table, &facts),
        hidden: table
            .inputs()
            .iter()
            .map(|input| standard::field(&input.name))
            .map(|key| (key.clone(), filled.entered.get(&key).and_then(|v| v.last()).cloned().unwrap_or_default()))
            .collect(),
        because: tier.decision.matched.iter().map(|rule| format!("第 {} 条 {}", rule.index, rule.description)).collect(),
        tier: tier.name,
    });
    let earlier_since = basis_until.filter(|last| *last < shell.now.date()).and_then(|last| last.succ_opt());
    let page = Page { standard, filled, fact_fields, proposal, earlier_since, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// A version, its table, and the last day of all that it rests on.
type Found = (Standard, Table, Option<NaiveDate>);

/// The version that is asked for, or else the one that counts today. What was decided under an earlier version is recorded under it.
async fn version_of(conn: &mut PgConnection, code: &str, version: Option<i32>, today: NaiveDate) -> Result<Found, Stop> {
    let versions = standard::versions(conn, code).await?;
    if versions.is_empty() {
        return Err(Stop::NotFound("裁量基准"));
    }
    let wanted = |one: &Standard| version.map_or(one.is_in_force(today), |version| one.version == version);
    let Some(standard) = versions.into_iter().find(wanted) else {
        return Err(Stop::Rejected("这份裁量基准今天不在执行，不能照它办".into()));
    };
    let table = standard.table()?;
    let basis_until = standard::basis_ends(conn, &standard.basis).await?;
    Ok((standard, table, basis_until))
}

#[derive(Deserialize)]
pub struct Wanted {
    version: Option<i32>,
}

/// GET /discretion/{code}/apply?version=1
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let found = version_of(conn, &code, wanted.version, house.now().date()).await?;
    may_apply(&house, &person, &found.0)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(shell, found, filled, None)
}

/// Reads what was decided on these facts.
fn read(
    posted: &Posted,
    (standard, table): (&Standard, &Table),
    tier: &Tier,
    facts: Map<String, Value>,
    ways: &[DeviationWay],
    today: NaiveDate,
) -> Result<Decided, Vec<FieldError>> {
    let mut errors = Vec::new();
    let wanted = ("请写决定书的文号", "Enter the number of the decision");
    let document = fields::public_text(posted, "document", "决定书文号", wanted, LONGEST_NUMBER, &mut errors);
    wants_serial(&document, "document", &mut errors);
    let violation_ended = fields::past_date(posted, "violation_ended", "违法行为终了日期", today, &mut errors);
    let found_on = fields::past_date(posted, "found_on", "发现日期", today, &mut errors);
    let harm = posted.one("harm") == "yes";
    let barred = violation_ended.zip(found_on).is_some_and(|(ended, found)| a2_3_03_is_barred(ended, found, harm));
    if violation_ended.zip(found_on).is_some_and(|(ended, found)| found < ended) {
        let zh = "发现日期早于违法行为终了日期；还在继续的，终了日期写发现的那一天";
        errors.push(field_error(
            "found_on",
            "发现日期",
            zh,
            "Found before it ended: if it goes on, it ends on the day it was found",
        ));
    }
    let unpunished = Unpunished::ALL.into_iter().find(|ground| ground.key() == posted.one("unpunished"));
    let (mut amount, mut ground) = (None, None);
    match posted.one("outcome") {
        "amount" => {
            let said = forms::text::fold_digits(posted.one("amount").trim()).replace([',', '，'], "");
            match said.parse::<Decimal>() {
                Ok(figure) if figure == Decimal::from(0) => {
                    let zh = "罚零元就是不予处罚：请选依法不予处罚和它的理由";
                    errors.push(field_error(
                        "amount",
                        "数额",
                        zh,
                        "A penalty of nothing is none: choose that it goes unpunished, and why",
                    ));
                }
                Ok(figure) if figure.decimals() <= 2 && !said.starts_with('-') => amount = Some(figure),
                _ => {
                    let zh = format!("请写决定多少{}，最多两位小数，例如 65000", standard.unit);
                    errors.push(field_error("amount", "数额", &zh, "Enter the amount with two decimals at most, such as 65000"));
                }
            }
            if barred {
                let zh = "已经超过追责期限（行政处罚法第三十六条），不能再处罚：请选依法不予处罚";
                errors.push(field_error("outcome", "决定", zh, "The limitation period is over: it goes unpunished"));
            }
        }
        "unpunished" => match unpunished {
            None => {
                let zh = "不予处罚要选一条法定的理由";
                errors.push(field_error("unpunished", "不予处罚的理由", zh, "Choose the ground of the law"));
            }
            Some(Unpunished::Barred) if !barred => {
                let zh = "照所填的日期，还没有超过追责期限";
                errors.push(field_error("unpunished", "不予处罚的理由", zh, "By these dates the limitation period is not over"));
            }
            Some(said) if a2_3_03_contradicts(said, &facts, harm) => {
                let zh = "所填的事实和这条理由合不上：拒不改正的不是及时改正，有危害后果的不是没有危害后果；请核对哪一处不对";
                let en = "The facts entered contradict this ground; check which of them is wrong";
                errors.push(field_error("unpunished", "不予处罚的理由", zh, en));
            }
            found => ground = found,
        },
        _ => errors.push(field_error("outcome", "决定", "请选处罚还是不予处罚", "Choose whether it is punished")),
    }
    // What leaves its tier is decided on the day it is approved.
    let outside = (amount.is_some() || ground.is_some()) && !tier.holds(amount, ground);
    let decided_on = match outside {
        true => Some(today),
        false => fields::past_date(posted, "decided_on", "决定日期", today, &mut errors),
    };
    if decided_on.is_some_and(|on| !standard.is_in_force(on)) {
        let zh = match outside {
            true => "这一版基准今天已经不在执行，不能再照它报批：请照现在的一版办",
            false => "这一版基准那一天不在执行；早先的决定照早先的版本",
        };
        errors.push(field_error("decided_on", "决定日期", zh, "This version was not in force that day"));
    }
    if decided_on.zip(found_on).is_some_and(|(decided, found)| decided < found) {
        let zh = "决定日期早于发现日期";
        errors.push(field_error("decided_on", "决定日期", zh, "It was decided before it was found"));
    }
    let bounds = Tier::whole(table, &facts);
    let reach = amount.map_or(Reach::Within, |amount| a2_3_02_reach(amount, bounds));
    let mitigated = Mitigation::ALL.into_iter().find(|ground| reach == Reach::Below && ground.key() == posted.one("mitigated"));
    match (reach, bounds) {
        (Reach::Above, (_, Some(most))) => {
            let zh = format!("超过了这份基准照这些事实最高的 {most} {}：法律没有给这样的幅度，谁批准也不行", standard.unit);
            let en = format!("It is more than {most}, the most that the standard, and so the law, gives on these facts");
            errors.push(field_error("amount", "数额", &zh, &en));
        }
        (Reach::Below, (Some(least), _)) if mitigated.is_none() => {
            let zh = format!("比这份基准照这些事实最低的 {least} {} 还低，是减轻处罚：请选法律的哪一项", standard.unit);
            let en = format!(
                "It is below {least}, the least the standard gives on these facts: choose the ground of the law that mitigates so far"
            );
            errors.push(field_error("mitigated", "减轻处罚的理由", &zh, &en));
        }
        (Reach::Below, _) if mitigated.is_some_and(|ground| a2_3_02_contradicts(ground, &facts)) => {
            let zh = "所填的事实和这条理由合不上：拒不改正的没有主动消除或者减轻危害后果；请核对哪一处不对";
            errors.push(field_error(
                "mitigated",
                "减轻处罚的理由",
                zh,
                "The facts entered contradict this ground; check which of them is wrong",
            ));
        }
        _ => {}
    }
    let (mut way, mut reason) = (None, String::new());
    let ways = if ground.is_some() { A2_3_03_UNPUNISHED_WAYS } else { ways };
    if outside && reach != Reach::Above {
        way = ways.iter().copied().find(|way| way.key() == posted.one("way"));
        if way.is_none() {
            let zh = match ground {
                Some(_) => "不予处罚要经本机关负责人批准，或者集体讨论决定（行政处罚法第五十七条）".to_owned(),
                None => format!(
                    "这个数额不在“{}”这一档（{}）以内：没有批准不能这样决定（国办发〔2022〕27号），要{}",
                    tier.name,
                    tier.range(&standard.unit),
                    ways.iter().map(|way| way.zh()).collect::<Vec<_>>().join("，或者")
                ),
            };
            errors.push(field_error("way", "请谁批准", &zh, "It is outside of its tier: it needs an approval"));
        }
        let wanted = ("不在档次以内的，要写明理由", "Outside of its tier a reason is needed");
        reason = fields::public_text(posted, "reason", "理由", wanted, LONGEST, &mut errors);
        fields::says_why(&reason, "reason", "理由", &mut errors);
        let names_article = || reason.split_once('第').is_some_and(|(_, rest)| rest.contains('条'));
        if mitigated == Some(Mitigation::Other) && !reason.is_empty() && !names_article() {
            let zh = "选了法律规定的其他情形，理由里要写明是哪部法律第几条";
            errors.push(field_error("reason", "理由", zh, "Name the law and its article that mitigates"));
        }
    }
    match (errors.is_empty(), decided_on, violation_ended, found_on) {
        (true, Some(decided_on), Some(violation_ended), Some(found_on)) => Ok(Decided {
            document,
            decided_on,
            facts,
            amount,
            violation_ended,
            found_on,
            harm,
            unpunished: ground,
            way,
            mitigated,
            reason,
        }),
        _ => Err(errors),
    }
}

/// POST /discretion/{code}/apply: the facts first, then the decision on them.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let now = house.now();
    let version = posted.one("version").parse().ok();
    let found = version_of(&mut *house.pool().acquire().await?, &code, version, now.date()).await?;
    let agency = may_apply(&house, &person, &found.0)?;
    let facts = match standard::read(&posted.0, &found.1) {
        Ok(facts) => facts,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(shell, found, filled, None);
        }
    };
    let tier = match Tier::of(&found.1, &facts) {
        Ok(tier) => tier,
        Err(Stop::Rejected(why)) => {
            let first = found.1.inputs().first().map(|input| standard::field(&input.name)).unwrap_or_default();
            let errors = vec![field_error(&first, "事实", &why, &page::translate(&why, page::Lang::En))];
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(shell, found, filled, None);
        }
        Err(stop) => return Err(stop),
    };
    if posted.one("stage") != "decide" {
        // Whoever goes back to change the facts is asked for them again.
        let seen = (posted.one("stage") != "facts").then_some((facts, tier));
        let filled = Filled::new(shell.lang, posted.0, Vec::new());
        return draw(shell, found, filled, seen);
    }
    let ways = a2_3_02_ways(&found.0.maker, catalogue.agency_name(&agency));
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    // Whoever publishes or ends a version waits, or is seen.
    super::publish::alone(&mut tx, &code).await?;
    let standing = standard::versions(&mut tx, &code).await?.into_iter().find(|one| one.version == found.0.version);
    let standing = standing.ok_or(Stop::NotFound("裁量基准"))?;
    let mut read = read(&posted, (&standing, &found.1), &tier, facts.clone(), ways, now.date());
    if let Ok(decided) = &read
        && let Some(error) = ended(&mut tx, &standing, decided).await?
    {
        read = Err(vec![error]);
    }
    // Two officers with one number: the second is told.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('discretion-number:' || $1, 0))")
        .bind(&agency)
        .execute(&mut *tx)
        .await?;
    if let Ok(decided) = &read
        && is_numbered(&mut tx, &agency, &decided.document).await?
    {
        let zh = "本单位已经有这个文号的决定，或者有一件正等批准，请核对";
        read = Err(vec![field_error(
            "document",
            "决定书文号",
            zh,
            "Your agency has a decision of this number already, or one that waits for approval",
        )]);
    }
    match read {
        Ok(decided) => {
            let whose = (&found.0, &found.1);
            let leads_to = match decided.is_inside(&tier) {
                true => {
                    apply(&mut tx, whose, &agency, &tier, &decided, &person, (&now, None)).await?;
                    format!("/discretion/decisions?agency={agency}")
                }
                false => {
                    let asked = approve::propose(&mut tx, &found.0, &agency, &tier, &decided, (&person, &now)).await?;
                    format!("/discretion/approvals/{asked}")
                }
            };
            once::finish(&house, tx, person.id, form, &leads_to).await?;
            Ok(Redirect::to(&leads_to).into_response())
        }
        Err(errors) => {
            tx.rollback().await?;
            let filled = Filled::new(shell.lang, posted.0, errors);
            draw(shell, found, filled, Some((facts, tier)))
        }
    }
}

/// What is wrong where all that the standard rests on was over before the violation (A2.3-04).
pub(super) async fn ended(conn: &mut PgConnection, standard: &Standard, decided: &Decided) -> Result<Option<FieldError>, Stop> {
    let until = standard::basis_ends(conn, &standard.basis).await?;
    Ok(until.filter(|_| a2_3_04_basis(until, decided.violation_ended, decided.decided_on) == Basis::Ended).map(|last| {
        let zh = format!("它的依据 {last} 以后失效了，那以后的违法行为不能照它处罚");
        let en = format!("What it rests on ended after {last}; what was done later cannot be punished by it");
        field_error("violation_ended", "违法行为终了日期", &zh, &en)
    }))
}
