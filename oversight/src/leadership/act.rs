//! 记一笔 · the office of openness keeps the record: who is responsible and which post is vacant, what the executive meeting heard, what
//! was provided (C1-01). What it enters is read here, for a new entry and for one that is corrected (`amend.rs`).

use super::body::{self, Body, Holder};
use super::{missed, pages};
use acts::{LeadershipAct, Provision, Responsible};
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{Datelike, NaiveDate};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::{self, Filled, field_error, past_date};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;

/// Characters of the longest name, and of the longest note.
const LONGEST_NAME: usize = 80;
pub(super) const LONGEST: usize = 2000;

pub fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::KeepLeadership, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// Reads an entry as it was posted, against the record without it.
type Read = fn(&Posted, &Body, NaiveDate) -> Result<LeadershipAct, Vec<FieldError>>;

/// How an entry of this kind is read; none for what no officer enters.
pub(super) fn reader(act: &LeadershipAct) -> Option<Read> {
    match act {
        LeadershipAct::Appointed { .. } => Some(appointed),
        LeadershipAct::Vacated { .. } => Some(vacated),
        LeadershipAct::Heard { .. } => Some(hear),
        LeadershipAct::Provided { .. } => Some(provide),
        LeadershipAct::Weighed { .. } => Some(weigh),
        LeadershipAct::HearingMissed { .. } | LeadershipAct::Amended { .. } => None,
    }
}

/// One act on a locked record, in the caller's transaction.
pub async fn keep(conn: &mut PgConnection, mut body: Body, act: LeadershipAct, by: &Person, now: &Moment) -> Result<(), Stop> {
    let entry = record::entry(body::subject(&body.key), now.at, by.actor("openness_officer"), Some(by.private()), act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    match entry.act {
        LeadershipAct::Amended { .. } => {
            body = Body::replayed(&body.key, &body::entries(conn, &body.key).await?, None);
        }
        _ => body.apply(&entry),
    }
    body::save(conn, &body).await?;
    missed::set(conn, &body, now).await
}

pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let agency = catalogue.agency(&key).ok_or(Stop::NotFound("机关"))?;
    let read: Read = match what.as_str() {
        "appoint" => appoint,
        "vacate" => vacate,
        "hear" if super::has_meetings(agency) => hear,
        "provide" => provide,
        "weigh" if super::appraises(agency) => weigh,
        _ => return Err(Stop::NotFound("页面")),
    };
    let form = posted.once()?;
    let leads_to = format!("/leadership/{key}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let now = house.now();
    let body = body::lock(&mut tx, &key).await?;
    let act = match read(&posted, &body, now.date()) {
        Ok(act) => act,
        Err(errors) => {
            tx.rollback().await?;
            let again = Filled::new(shell.lang, posted.0, errors);
            return pages::draw(&house, &catalogue, shell, &key, Some(again)).await;
        }
    };
    keep(&mut tx, body, act, &person, &now).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// Who is responsible for what, and from which day on.
fn responsible(
    posted: &Posted,
    (key, from): (&str, &str),
    today: NaiveDate,
    errors: &mut Vec<FieldError>,
) -> (Option<Responsible>, Option<NaiveDate>) {
    let responsible = match posted.one(key) {
        "first" => Some(Responsible::First),
        "deputy" => Some(Responsible::Deputy),
        _ => {
            errors.push(field_error(key, "负什么责", "请选负什么责", "Choose what they are responsible for"));
            None
        }
    };
    (responsible, past_date(posted, from, "从哪天起", today, errors))
}

/// Those of the record that bear this responsibility.
fn holders(body: &Body, of: Option<Responsible>) -> impl Iterator<Item = &Holder> {
    body.holders.iter().filter(move |holder| Some(holder.responsible) == of)
}

/// Nobody begins on the day another began.
fn own_day(body: &Body, of: Option<Responsible>, from: Option<NaiveDate>, key: &str, errors: &mut Vec<FieldError>) {
    if holders(body, of).any(|holder| Some(holder.from) == from) {
        let zh = "这一天已经有一条记录，请核对日子";
        errors.push(field_error(key, "从哪天起", zh, "Another entry begins on this day: check the date"));
    }
}

/// What is entered anew comes after what is on record.
fn follows(body: &Body, of: Responsible, from: NaiveDate, key: &str) -> Result<(), Vec<FieldError>> {
    match holders(body, Some(of)).any(|holder| from <= holder.from) {
        true => {
            let zh = "要晚于前一位开始的日子";
            Err(vec![field_error(key, "从哪天起", zh, "Must be after the day on which the one before began")])
        }
        false => Ok(()),
    }
}

/// 明确负责人.
fn appoint(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let act = appointed(posted, &Body::default(), today)?;
    if let LeadershipAct::Appointed { responsible, from, .. } = &act {
        follows(body, *responsible, *from, "from")?;
    }
    Ok(act)
}

fn appointed(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let (responsible, from) = responsible(posted, ("responsible", "from"), today, &mut errors);
    let name = fields::public_text(posted, "name", "姓名", ("请写姓名", "请写姓名"), LONGEST_NAME, &mut errors);
    let post = fields::public_text(posted, "post", "职务", ("请写职务", "请写职务"), LONGEST_NAME, &mut errors);
    own_day(body, responsible, from, "from", &mut errors);
    match (responsible, from) {
        (Some(responsible), Some(from)) if errors.is_empty() => Ok(LeadershipAct::Appointed { responsible, name, post, from }),
        _ => Err(errors),
    }
}

/// 记空缺.
fn vacate(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let act = vacated(posted, &Body::default(), today)?;
    if let LeadershipAct::Vacated { responsible, from, .. } = &act {
        follows(body, *responsible, *from, "vacant_from")?;
        if holders(body, Some(*responsible)).next().is_some_and(|holder| holder.vacant.is_some()) {
            let zh = "已经记为空缺";
            return Err(vec![field_error("vacant_responsible", "负什么责", zh, "It is on record as vacant already")]);
        }
    }
    Ok(act)
}

fn vacated(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let (responsible, from) = responsible(posted, ("vacant_responsible", "vacant_from"), today, &mut errors);
    let wanted = ("请写为什么空缺", "Say why it is vacant");
    let reason = fields::public_text(posted, "vacant_why", "空缺的原因", wanted, LONGEST, &mut errors);
    own_day(body, responsible, from, "vacant_from", &mut errors);
    match (responsible, from) {
        (Some(responsible), Some(from)) if errors.is_empty() => Ok(LeadershipAct::Vacated { responsible, from, reason }),
        _ => Err(errors),
    }
}

/// 常务会议听取汇报.
fn hear(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let on = past_date(posted, "on", "会议日期", today, &mut errors);
    let meeting = fields::public_text(posted, "meeting", "哪次会议", ("请写哪次会议", "请写哪次会议"), LONGEST_NAME, &mut errors);
    let decided = fields::public_text(posted, "decided", "议定事项", ("请写议定事项", "请写议定事项"), LONGEST, &mut errors);
    if on.is_some_and(|on| body.hearings.iter().any(|hearing| hearing.on == on && hearing.meeting == meeting)) {
        errors.push(field_error("meeting", "哪次会议", "这次会议已经记过了", "This meeting is on record already"));
    }
    match on {
        Some(on) if errors.is_empty() => Ok(LeadershipAct::Heard { on, meeting, decided }),
        _ => Err(errors),
    }
}

/// 经费、编制、场所.
fn provide(posted: &Posted, _: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let provision = match posted.one("provision") {
        "funding" => Some(Provision::Funding),
        "posts" => Some(Provision::Posts),
        "premises" => Some(Provision::Premises),
        _ => {
            errors.push(field_error("provision", "保障什么", "请选保障什么", "Choose what is provided"));
            None
        }
    };
    let year = year(posted, "year", today, &mut errors);
    let amount = forms::text::fold_digits(posted.one("amount")).trim().to_owned();
    let is_posts = provision == Some(Provision::Posts);
    if hundredths(&amount).is_none() || is_posts && amount.contains('.') {
        let zh = "数量请写数字，最多两位小数；编制写整数";
        errors.push(field_error("amount", "数量", zh, "Enter a number with at most two decimals; posts are whole"));
    }
    let note = fields::public_optional(posted, "note", "说明", LONGEST, &mut errors);
    match (provision, year) {
        (Some(provision), Some(year)) if errors.is_empty() => Ok(LeadershipAct::Provided { year, provision, amount, note }),
        _ => Err(errors),
    }
}

/// A year of four digits, next year at the latest.
fn year(posted: &Posted, key: &str, today: NaiveDate, errors: &mut Vec<FieldError>) -> Option<i32> {
    let said = forms::text::fold_digits(posted.one(key));
    let year = said.trim().parse().ok().filter(|year| (2000..=today.year() + 1).contains(year));
    if year.is_none() {
        let zh = "年度请写四位数，最晚是明年";
        errors.push(field_error(key, "年度", zh, "Enter a year of four digits, next year at the latest"));
    }
    year
}

/// A number with at most two decimals, in hundredths.
fn hundredths(text: &str) -> Option<u64> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole, 9) && digits(cents, 2)).then(|| format!("{whole}{cents:0<2}").parse().ok()).flatten()
}

/// From this year on openness weighs at least so much in appraisal, in hundredths of a percent (C1-01, 国办发〔2016〕80号 of November
/// 2016).
const WEIGHS_SINCE: i32 = 2017;
const WEIGHS: u64 = 400;

/// 定考核权重.
fn weigh(posted: &Posted, _: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let year = year(posted, "weight_year", today, &mut errors);
    let percent = forms::text::fold_digits(posted.one("percent")).trim().trim_end_matches(['%', '％']).trim().to_owned();
    let mut wrong = |zh: &str, en: &str| errors.push(field_error("percent", "权重", zh, en));
    match (hundredths(&percent), year) {
        (Some(0 | 10_001..), _) | (None, _) => {
            wrong(
                "权重请写百分之几，大于 0，不超过 100，最多两位小数",
                "Enter a percentage above 0, at most 100, with at most two decimals",
            );
        }
        (Some(weight), Some(WEIGHS_SINCE..)) if weight < WEIGHS => {
            wrong(
                "政务公开在绩效考核里的权重不低于 4%（国办发〔2016〕80号）",
                "Openness weighs at least 4% in appraisal (国办发〔2016〕80号)",
            );
        }
        _ => {}
    }
    let basis = fields::public_text(
        posted,
        "basis",
        "依据",
        ("请写定权重的文件", "Name the paper that sets the weight"),
        LONGEST,
        &mut errors,
    );
    match year {
        Some(year) if errors.is_empty() => Ok(LeadershipAct::Weighed { year, percent, basis }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_01_openness_weighs_at_least_four_percent_since_2017() {
        let today: NaiveDate = "2026-11-27".parse().unwrap();
        let of = |year: &str, percent: &str, basis: &str| {
            let fields = [("weight_year", year), ("percent", percent), ("basis", basis)];
            let posted = Posted(fields.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).into());
            match weigh(&posted, &Body::default(), today) {
                Ok(LeadershipAct::Weighed { year, percent, .. }) => format!("{year} {percent}"),
                Ok(other) => panic!("{other:?}"),
                Err(errors) => errors.into_iter().map(|error| error.field).collect::<Vec<_>>().join(" "),
            }
        };
        assert_eq!(of("２０２６", "４.５%", "考核办法"), "2026 4.5");
        assert_eq!(of("2027", "4", "考核办法"), "2027 4");
        assert_eq!(of("2026", "3.99", "考核办法"), "percent");
        assert_eq!(of("2016", "3.99", "考核办法"), "2016 3.99", "before the rule");
        for wrong in ["0", "100.01", "四", "", "-4", "4.125"] {
            assert_eq!(of("2026", wrong, "考核办法"), "percent", "{wrong}");
        }
        assert_eq!(of("2028", "100", "考核办法"), "weight_year");
        assert_eq!(of("", "3", ""), "weight_year basis");
    }
}
