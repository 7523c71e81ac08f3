//! 查阅记录 · who looked at whose data, for supervision, and for the chief representative those of the own agency (B9; 《个人信息保护法》第五十一条、
//! 第五十四条): by officer, by number, by day, with looks of somebody who has no hand in the case marked. To look here is a look.

use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::looking::{self, After, Ground, Opened, Sight, role_zh};
use foundation::page::{self, Shell, encode, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 50;

pub fn routes() -> Router<House> {
    Router::new().route("/supervision/looks", get(show))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    /// An officer, by login or name.
    who: String,
    /// A case, certificate or consent.
    no: String,
    /// Another body, by its credit code or name; `*` for whatever came from outside.
    body: String,
    /// That day and those before it.
    day: String,
    after: Option<String>,
}

impl Wanted {
    fn tidy(mut self) -> Wanted {
        self.who = self.who.trim().to_owned();
        self.no = self.no.chars().filter(|c| !c.is_whitespace()).collect();
        self.body = self.body.trim().to_owned();
        self.day = self.day.trim().to_owned();
        self
    }

    /// What was asked, as the look at the looks is kept.
    fn asked(&self) -> String {
        let asked = [
            (&self.who, format!("人员 {}", self.who)),
            (&self.no, format!("编号 {}", self.no)),
            (&self.body, format!("单位 {}", self.body)),
            (&self.day, format!("日期 {}", self.day)),
        ];
        let said: Vec<String> = asked.into_iter().filter(|(text, _)| !text.is_empty()).map(|(_, said)| said).collect();
        if said.is_empty() { "全部".into() } else { said.join("，") }
    }

    fn address(&self, after: &str) -> String {
        let all = [("who", self.who.as_str()), ("no", &self.no), ("body", &self.body), ("day", &self.day), ("after", after)];
        let said: Vec<String> =
            all.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key}={}", encode(value))).collect();
        format!("/supervision/looks?{}", said.join("&"))
    }
}

/// A look with who it was.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    times: i32,
    whose: Uuid,
    name: String,
    login: String,
    role: String,
    agency: Option<String>,
    post: Option<String>,
    subject: String,
    no: String,
    opened: String,
    part: String,
    allowed: bool,
    policy: String,
    ground: String,
    /// Of the agency that keeps the file, and never acted in it.
    strange: bool,
    /// The body that asked, and what it was answered or why not.
    body: Option<String>,
    body_name: Option<String>,
    said: Option<String>,
}

/// Whose looks are asked for.
struct Asked<'a> {
    agency: Option<&'a str>,
    who: Option<Uuid>,
    no: &'a str,
    /// The credit codes asked for; nothing for whoever it was.
    bodies: Option<Vec<String>>,
    until: DateTime<Utc>,
}

/// The latest in front. What was private of the acts and is erased tells no more who acted, and marks nobody.
async fn find(house: &House, asked: Asked<'_>, after: After) -> Result<Vec<Row>, Stop> {
    let (at, id) = after.filter(|(at, _)| *at < asked.until).unwrap_or((asked.until, Uuid::nil()));
    Ok(sqlx::query_as(
        "select l.id, l.at, l.last_at, l.times, l.whose, coalesce(p.name, '') as name, coalesce(p.login, '') as login, l.role, l.agency,
                l.post, l.subject, l.no, l.opened, l.part, l.allowed, l.policy, l.ground,
                (l.allowed and l.agency = l.keeper
                and coalesce((select bool_and((a.private_body::jsonb #>> '{person,person}') is distinct from l.who::text)
                                from acts a
                               where a.subject_kind = l.subject
                                 and a.subject = l.no
                                 and a.private_body is not null), false)) is true as strange,
                l.body, q.body_name, q.said
           from (select *
                   from looks
                  where leads
                    and (at, id) < ($1, $2)
                    and ($3::text is null or agency = $3)
                    and ($4::uuid is null or who = $4)
                    and ($5 = '' or no = $5)
                    and ($7::text[] is null or (body is not null and (body = any ($7) or $7 = '{*}')))
                  order by at desc, id desc
                  limit $6) as l
           left join queries q on q.id = l.query
           left join people p on p.id = l.who
          order by l.at desc, l.id desc",
    )
    // Planned each time by what is asked, so that the index of it is read.
    .persistent(false)
    .bind(at)
    .bind(id)
    .bind(asked.agency)
    .bind(asked.who)
    .bind(asked.no)
    .bind(PAGE + 1)
    .bind(asked.bodies)
    .fetch_all(house.pool())
    .await?)
}

/// The credit codes of the bodies by this name, or this very code: one that is not on record may have asked too.
async fn bodies(house: &House, said: &str) -> Result<Option<Vec<String>>, Stop> {
    if said.is_empty() {
        return Ok(None);
    }
    let named: Vec<String> = sqlx::query_scalar("select uscc from querying_bodies where facts ->> 'name' = $1")
        .bind(said)
        .fetch_all(house.pool())
        .await?;
    Ok(Some(if named.is_empty() { vec![said.to_owned()] } else { named }))
}

/// Everybody's for supervision, the own agency's for its chief representative; with the ground it rests on.
async fn may_look(house: &House, person: &Person, asked: &str) -> Result<(Option<String>, Ground), Stop> {
    let how = Circumstance::default();
    let ask = |on: &Resource| house.authority().may(&person.principal(), Act::ViewLooks, on, &how);
    let everywhere = ask(&Resource::Site);
    if everywhere.allowed {
        return Ok((None, Ground::of(&everywhere)));
    }
    let key = person.agency.clone().unwrap_or_default();
    let verdict = ask(&Resource::Agency { key: key.clone() });
    if verdict.allowed {
        return Ok((Some(key), Ground::of(&verdict)));
    }
    kept(house, person, Vec::new(), asked, Ground::of(&verdict)).await?;
    Err(Stop::NotAllowed { reason: "查阅记录只给监察人员和本机关的首席代表看".into() })
}

/// To look at the looks is a look, at the data of those asked for.
async fn kept(house: &House, person: &Person, whose: Vec<Uuid>, asked: &str, ground: Ground) -> Result<(), Stop> {
    let keeper = person.agency.as_deref().unwrap_or_default();
    looking::keep(house, person, Sight { whose, no: "", keeper, opened: Opened::Looks, part: asked }, ground).await
}

#[derive(Template)]
#[template(path = "looks.html")]
struct LooksPage {
    shell: Shell,
    catalogue: Catalogue,
    wanted: Wanted,
    /// What cannot be found, in words.
    odd: &'static str,
    own: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
}

impl LooksPage {
    fn who(&self, row: &Row) -> String {
        let agency = row.agency.as_deref().map(|agency| self.catalogue.agency_name(agency).to_owned());
        let agency = agency.or_else(|| row.body_name.clone());
        let post = row.post.clone().unwrap_or_else(|| role_zh(&row.role).into());
        agency.into_iter().chain([post]).collect::<Vec<_>>().join(" · ")
    }
    fn what(&self, row: &Row) -> &'static str {
        Opened::zh(&row.opened)
    }
}

/// GET /supervision/looks
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let wanted = wanted.tidy();
    let asked = wanted.asked();
    let (own, ground) = may_look(&house, &person, &asked).await?;
    let mut odd = "";
    let who = match wanted.who.as_str() {
        "" => None,
        text => {
            let found = match people::by_login(house.pool(), text).await? {
                Some(one) => vec![one],
                None => people::by_name(house.pool(), text).await?,
            };
            odd = match found.len() {
                0 => "没有这个人，请照登录名或者姓名再写一遍",
                1 => "",
                _ => "同名的不止一个人，请写登录名",
            };
            // Nobody's looks, where it is nobody or more than one.
            Some(if found.len() == 1 { found[0].id } else { Uuid::nil() })
        }
    };
    let day: Option<NaiveDate> = wanted.day.parse().ok();
    if !wanted.day.is_empty() && day.is_none() {
        odd = "日期请写成 2026-03-02 这样，下面列的是到现在为止的";
    }
    let last = day.and_then(|day| day.succ_opt()).unwrap_or(house.now().date() + chrono::Duration::days(1));
    let until = calendar::start_of_day(last);
    let bodies = bodies(&house, &wanted.body).await?;
    let of = Asked { agency: own.as_deref(), who, no: &wanted.no, bodies, until };
    let mut rows = find(&house, of, wanted.after.as_deref().and_then(looking::after)).await?;
    let mut whose: Vec<Uuid> = who.into_iter().filter(|id| !id.is_nil()).collect();
    if !wanted.no.is_empty() {
        whose.extend(rows.iter().map(|row| row.whose).filter(|id| !id.is_nil()));
    }
    whose.sort_unstable();
    whose.dedup();
    kept(&house, &person, whose, &asked, ground).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| wanted.address(&looking::ends(row.at, row.id)));
    let page = LooksPage { own, rows, next, odd, wanted, catalogue, shell };
    page::render(&page.shell.clone(), &page)
}
