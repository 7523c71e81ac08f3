//! 申报近亲属 · whose cases somebody keeps away from (公务员法 76): declared by the number of the card, whether or not the relative is known here
//! yet. From then on the policies refuse to handle what the relative applies for. Nobody takes back a declaration of his own: the chief
//! representative of the agency finds that it no longer holds.

use acts::{PersonAct, Relative};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop, once, serials};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

const PAGE: i64 = 50;

/// 近亲属和其他应当回避的亲属 (公务员法 74, 76).
const RELATIONS: [(&str, &str); 5] = [
    ("spouse", "配偶"),
    ("direct", "直系血亲（父母、子女、祖父母、孙子女等）"),
    ("collateral", "三代以内旁系血亲（兄弟姐妹、叔伯、侄甥等）"),
    ("in_law", "近姻亲（配偶的父母、兄弟姐妹，儿媳、女婿等）"),
    ("other", "其他可能影响公正的关系"),
];

pub fn routes() -> Router<House> {
    Router::new().route("/counter/relatives", get(list).post(declare)).route("/counter/relatives/{no}/end", post(end))
}

#[derive(sqlx::FromRow)]
struct Row {
    no: String,
    person: Uuid,
    person_name: String,
    name: String,
    resident_id: String,
    relation: String,
}

impl Row {
    /// First three and last two (A3.4-06).
    fn masked(&self) -> String {
        let n = self.resident_id.chars().count();
        let shown = |(i, c)| if i < 3 || i + 2 >= n { c } else { '*' };
        self.resident_id.chars().enumerate().map(shown).collect()
    }
    fn relation(&self) -> &'static str {
        RELATIONS.iter().find(|(key, _)| *key == self.relation).map_or("", |(_, zh)| zh)
    }
}

/// One's own declarations; with an agency, those of everybody there.
async fn rows(conn: &mut PgConnection, person: Uuid, agency: Option<&str>, after: &str) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select d.no, d.person, p.name as person_name, d.name, d.resident_id, d.relation
           from (select id, name from people where id = $1
                 union
                 select id, name from people where agency = $2) as p
           join declared_relatives d on d.person = p.id and d.ended_at is null
          where d.no > $3
          order by d.no
          limit $4",
    )
    .bind(person)
    .bind(agency)
    .bind(after)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::DeclareRelative, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// The agency whose declarations this person may end.
fn keeps(person: &Person) -> Option<&str> {
    let chief = person.has_role("chief_representative") && !person.delegated;
    person.agency.as_deref().filter(|_| chief)
}

#[derive(Template)]
#[template(path = "relatives/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    me: Uuid,
    keeps: bool,
    filled: Filled,
    once: Uuid,
}

impl ListPage {
    fn again(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_mine(&self, row: &Row) -> bool {
        row.person == self.me
    }
    fn relations(&self) -> String {
        self.filled.choice("relation", "什么关系", "radio", &RELATIONS)
    }
}

async fn draw(house: &House, shell: Shell, person: &Person, after: &str, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let mut rows = rows(&mut *house.pool().acquire().await?, person.id, keeps(person), after).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| format!("/counter/relatives?after={}", last.no));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage { rows, next, me: person.id, keeps: keeps(person).is_some(), filled, once, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    after: String,
}

/// GET /counter/relatives
async fn list(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, shell, &person, &wanted.after, filled, Uuid::new_v4()).await
}

/// POST /counter/relatives
async fn declare(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    may(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let relation = RELATIONS.iter().find(|(key, _)| *key == posted.one("relation"));
    if relation.is_none() {
        errors.push(field_error("relation", "什么关系", "请选什么关系", "Choose the relation"));
    }
    let wanted = ("请写亲属的姓名", "Enter the name of the relative");
    let name = fields::text(&posted, "name", "亲属姓名", wanted, 50, &mut errors);
    let number = forms::ids::check_resident_id(posted.one("resident_id"), now.date());
    if let Err(error) = &number {
        let zh = error.zh("身份证号", "340100199001010003");
        errors.push(field_error("resident_id", "亲属身份证号", &zh, "Enter the number of the identity card, 18 characters"));
    }
    let number = number.map(|id| id.number).unwrap_or_default();
    if person.resident_id.as_deref() == Some(number.as_str()) {
        errors.push(field_error("resident_id", "亲属身份证号", "这是您自己的号码", "This is your own number"));
    }
    let Some((key, zh)) = relation.filter(|_| errors.is_empty()) else {
        return draw(&house, shell.clone(), &person, "", Filled::new(shell.lang, posted.0, errors), form).await;
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let no = serials::of_day(&mut tx, "QS", now.date()).await?;
    let added = sqlx::query(
        "insert into declared_relatives (no, person, resident_id, name, relation, declared_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (person, resident_id) where ended_at is null do nothing",
    )
    .bind(&no)
    .bind(person.id)
    .bind(&number)
    .bind(&name)
    .bind(key)
    .bind(now.at)
    .execute(&mut *tx)
    .await?;
    if added.rows_affected() == 0 {
        return Err(Stop::Rejected("这位亲属已经申报过了".into()));
    }
    let private = Some(Relative { name, resident_id: number });
    let act = PersonAct::RelativeDeclared { relation: (*zh).into(), private };
    people::tell(&mut tx, &person, (person.actor("officer"), Some(person.private())), now.at, act).await?;
    once::finish(&house, tx, person.id, form, "/counter/relatives").await?;
    Ok(Redirect::to("/counter/relatives").into_response())
}

/// POST /counter/relatives/{no}/end: by the chief representative, of somebody else's declaration.
async fn end(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let Some(agency) = keeps(&person) else {
        return Err(Stop::NotAllowed { reason: "申报不再有效，由本单位首席代表确认".into() });
    };
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let wanted = ("请写为什么不再有效", "Say why it no longer holds");
    let reason = fields::public_text(&posted, "why", "不再有效的理由", wanted, 200, &mut errors);
    if !errors.is_empty() {
        return draw(&house, shell.clone(), &person, "", Filled::new(shell.lang, posted.0, errors), form).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let found: Option<(Uuid, String, String)> = sqlx::query_as(
        "update declared_relatives d
            set ended_at = $3
           from people p
          where d.no = $1
            and p.id = d.person
            and p.agency = $2
            and d.ended_at is null
         returning d.person, d.name, d.resident_id",
    )
    .bind(&no)
    .bind(agency)
    .bind(now.at)
    .fetch_optional(&mut *tx)
    .await?;
    let (whose, name, resident_id) = found.ok_or(Stop::NotFound("申报"))?;
    if whose == person.id {
        return Err(Stop::NotAllowed { reason: "自己的申报由另一位首席代表确认不再有效".into() });
    }
    let declarer = people::find(&mut *tx, whose).await?.ok_or(Stop::NotFound("人员"))?;
    let act = PersonAct::RelativeEnded { reason, private: Some(Relative { name, resident_id }) };
    people::tell(&mut tx, &declarer, (person.actor("chief_representative"), Some(person.private())), now.at, act).await?;
    once::finish(&house, tx, person.id, form, "/counter/relatives").await?;
    Ok(Redirect::to("/counter/relatives").into_response())
}
