//! 人 · who uses the house: applicants and staff, their passwords and one-time codes.

use crate::{Stop, record, sessions};
use acts::{Actor, ActorPrivate, Mandate, Named, PersonAct, Subject};
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use authority::Principal;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Semaphore;
use uuid::Uuid;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub resident_id: Option<String>,
    pub mobile: Option<String>,
    pub roles: Vec<String>,
    pub agency: Option<String>,
    pub post: Option<String>,
    /// The one service centre this person manages (B2.1).
    pub centre: Option<String>,
    /// Declared relatives who are known here (公务员法 76).
    pub relatives: Vec<Uuid>,
    /// The numbers of the cards of all of them.
    pub relative_cards: Vec<String>,
    /// Whom this person acts for: organisations by a mandate on record, and the walk-ins this account has claimed.
    pub organisations: Vec<Uuid>,
    pub active: bool,
    /// Until then the identity number is what its owner declared, and nothing is given away on the strength of it.
    pub identity_verified_at: Option<DateTime<Utc>>,
    /// Entered at the counter, with nothing to sign in with.
    pub walk_in: bool,
    /// The agent point where this person helps others to apply (B5).
    pub agent_point: Option<String>,
    /// Whether anybody has given this person a consent that was not taken back (B5).
    pub helps: bool,
    /// What for whom, by consents in force; read when a session is looked up, and empty otherwise.
    #[sqlx(skip)]
    pub entrusted: Vec<String>,
    /// Uses a chief representative's authority today, by delegation (B4.2); read with the session.
    #[sqlx(skip)]
    pub delegated: bool,
}

/// Works for the public, so a second factor is asked for: whoever is more than an applicant.
fn is_staff(roles: &[String], agency: Option<&str>) -> bool {
    agency.is_some() || roles.iter().any(|role| !matches!(role.as_str(), "citizen" | "agent"))
}

impl Person {
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }
    pub fn is_staff(&self) -> bool {
        is_staff(&self.roles, self.agency.as_deref())
    }
    pub fn principal(&self) -> Principal {
        // A mandate on record (`organisation_agents`) is what makes somebody an agent.
        let mut roles = self.roles.clone();
        if !self.organisations.is_empty() && !self.has_role("agent") {
            roles.push("agent".into());
        }
        // So does being named at a point, for as long as it lasts.
        if self.agent_point.is_some() {
            roles.push("village_agent".into());
        }
        Principal {
            id: self.id.to_string(),
            roles,
            agency: self.agency.clone(),
            centre: self.centre.clone(),
            organisations: self.organisations.iter().map(Uuid::to_string).collect(),
            relatives: self.relatives.iter().map(Uuid::to_string).chain(self.relative_cards.iter().cloned()).collect(),
            cards: self.resident_id.iter().map(|number| number.to_uppercase()).collect(),
            entrusted: self.entrusted.clone(),
        }
    }
    /// 受首席代表委托 · acts with the chief representative's authority, and the record says so with the post.
    pub fn use_delegated_authority(&mut self) {
        self.delegated = true;
        self.roles.push("chief_representative".into());
        self.post = Some(format!("{}（受首席代表委托）", self.post.as_deref().unwrap_or_default()));
    }
    /// As the public record shows the one who acts (F028).
    pub fn actor(&self, role: &str) -> Actor {
        Actor { role: role.into(), agency: self.agency.clone(), post: self.post.clone() }
    }
    /// The same, in the first of these roles that this person has; the last, where none.
    pub fn actor_as(&self, roles: &[&str]) -> Actor {
        let role = roles.iter().find(|role| self.has_role(role)).or(roles.last());
        self.actor(role.copied().unwrap_or_default())
    }
    pub fn private(&self) -> ActorPrivate {
        ActorPrivate { person: self.id, name: self.name.clone() }
    }
    /// Where this person's work begins.
    pub fn home(&self) -> &'static str {
        if self.has_role("counter_officer") || self.has_role("chief_representative") {
            "/counter/queue"
        } else if self.has_role("supervisor") {
            "/supervision/board"
        } else if self.has_role("administrator") {
            "/admin/definitions"
        } else if self.has_role("liaison") {
            "/directives/mine"
        } else if self.has_role("openness_officer") {
            "/supervision/directives"
        } else if ["catalogue_administrator", "establishment_reviewer", "legal_reviewer"].iter().any(|role| self.has_role(role)) {
            "/powers/changes?only=open"
        } else if self.has_role("centre_manager") || self.has_role("centre_reviewer") {
            "/centres/desk"
        } else if self.agent_point.is_some() {
            "/agent"
        } else {
            "/account"
        }
    }
}

/// Every column of a [`Person`], of `people p`.
pub(crate) const COLUMNS: &str = "p.id, p.login, p.name, p.resident_id, p.mobile, p.roles, p.agency, p.post, p.centre, p.active,
        p.identity_verified_at, p.walk_in,
        array(select r.id from declared_relatives d join people r on r.resident_id = d.resident_id
               where d.person = p.id and d.ended_at is null) as relatives,
        array(select upper(resident_id) from declared_relatives where person = p.id and ended_at is null) as relative_cards,
        (select point from agents where person = p.id and ended_on is null) as agent_point,
        exists (select from consents where agent = p.id and state = 'given') as helps,
        array(select organisation from organisation_agents where person = p.id
              union all
              select id from people where claimed_by = p.id) as organisations";

pub async fn find(pool: impl sqlx::PgExecutor<'_>, id: Uuid) -> Result<Option<Person>, Stop> {
    let sql = format!("select {COLUMNS} from people p where p.id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(pool).await?)
}

pub async fn by_login(pool: impl sqlx::PgExecutor<'_>, login: &str) -> Result<Option<Person>, Stop> {
    let sql = format!("select {COLUMNS} from people p where p.login = lower($1)");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(login.trim()).fetch_optional(pool).await?)
}

/// A page of people in the order of their logins, after `after`.
pub async fn list(pool: &PgPool, after: &str, limit: i64) -> Result<Vec<Person>, Stop> {
    let sql = format!("select {COLUMNS} from people p where p.login > $1 order by p.login limit $2");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(after).bind(limit).fetch_all(pool).await?)
}

/// People whose folded name is this one: every way of typing a middle dot finds the same person (H21).
pub async fn by_name(pool: &PgPool, name: &str) -> Result<Vec<Person>, Stop> {
    let sql = format!("select {COLUMNS} from people p where p.folded_name = $1 order by p.login limit 50");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(forms::text::fold_name(name)).fetch_all(pool).await?)
}

/// What an agent may do for whom that day: `<person>/<matter>` for each consent in force, and the same for the account that has claimed the
/// person since.
pub async fn entrusted(pool: impl sqlx::PgExecutor<'_>, agent: Uuid, on: chrono::NaiveDate) -> Result<Vec<String>, Stop> {
    Ok(sqlx::query_scalar(
        "select distinct whose::text || '/' || item
           from standing_consents c
           join people p on p.id = c.person
          cross join unnest(c.items) as item
          cross join unnest(array[p.id, p.claimed_by]) as whose
          where c.agent = $1
            and c.state = 'given'
            and c.until >= $2
            and whose is not null",
    )
    .bind(agent)
    .bind(on)
    .fetch_all(pool)
    .await?)
}

/// 受首席代表委托 · whether a delegation to this person is in force that day. It ends with its last day, when it is taken back, and when whoever
/// gave it is the chief representative no more.
pub async fn delegated(pool: impl sqlx::PgExecutor<'_>, person: Uuid, on: chrono::NaiveDate) -> Result<bool, Stop> {
    Ok(sqlx::query_scalar(
        "select exists (select
                          from delegations d
                          join people p on p.id = d.delegate and p.agency = d.agency
                          join people g on g.id = d.giver and g.agency = d.agency and g.active
                                       and 'chief_representative' = any (g.roles)
                         where d.delegate = $1
                           and d.until >= $2
                           and d.from_day <= $2
                           and d.revoked_at is null)",
    )
    .bind(person)
    .bind(on)
    .fetch_one(pool)
    .await?)
}

/// What is needed to enter somebody.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub login: String,
    pub name: String,
    pub resident_id: Option<String>,
    pub mobile: Option<String>,
    pub password: Option<Hashed>,
    pub totp_secret: Option<String>,
    pub roles: Vec<String>,
    pub agency: Option<String>,
    pub post: Option<String>,
    /// The service centre somebody manages.
    pub centre: Option<String>,
    /// Somebody has seen the identity card.
    pub verified: bool,
    /// An applicant entered at the counter, with nothing to sign in with.
    pub walk_in: bool,
}

/// Enters somebody with roles, as an act of the record: power given is seen. Accounts that people open for themselves are no acts.
/// Returns the secret of the second factor, when one is needed.
pub async fn enter(conn: &mut PgConnection, mut new: New, by: Actor, now: DateTime<Utc>) -> Result<Option<String>, Stop> {
    new.totp_secret = is_staff(&new.roles, new.agency.as_deref()).then(new_secret);
    let secret = new.totp_secret.clone();
    let act = PersonAct::Entered {
        roles: new.roles.clone(),
        agency: new.agency.clone(),
        post: new.post.clone(),
        centre: new.centre.clone(),
        private: Some(Named { login: new.login.trim().to_lowercase(), name: new.name.clone() }),
    };
    let id = create(conn, new, now).await?;
    record::record(conn, &[record::entry(Subject::person(id), now, by, None, act)]).await?;
    Ok(secret)
}

pub async fn create(conn: &mut PgConnection, new: New, now: DateTime<Utc>) -> Result<Uuid, Stop> {
    let id = Uuid::now_v7();
    let made = sqlx::query(
        "insert into people (id, login, name, folded_name, resident_id, mobile, password_hash, totp_secret,
                             roles, agency, post, created_at, identity_verified_at, walk_in, centre)
         values ($1, lower($2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(id)
    .bind(new.login.trim())
    .bind(forms::text::fold_name(&new.name))
    .bind(forms::text::fold_name(&new.name))
    .bind(&new.resident_id)
    .bind(&new.mobile)
    .bind(new.password.map(|hashed| hashed.0))
    .bind(&new.totp_secret)
    .bind(&new.roles)
    .bind(&new.agency)
    .bind(&new.post)
    .bind(now)
    .bind((new.verified && new.resident_id.is_some()).then_some(now))
    .bind(new.walk_in)
    .bind(&new.centre)
    .execute(conn)
    .await;
    made.map_err(taken)?;
    Ok(id)
}

/// What somebody else already has.
fn taken(error: sqlx::Error) -> Stop {
    match &error {
        sqlx::Error::Database(e) if e.constraint() == Some("people_by_verified_identity") => {
            Stop::Rejected("这个身份证号已经核实给另一个账户了".into())
        }
        sqlx::Error::Database(e) if e.is_unique_violation() => Stop::Rejected("这个登录名已经有人用了，请换一个".into()),
        _ => error.into(),
    }
}

/// Who acts on a person, as the public and as the file see it.
pub type By = (Actor, Option<ActorPrivate>);

pub async fn tell(conn: &mut PgConnection, person: &Person, by: By, now: DateTime<Utc>, act: PersonAct) -> Result<(), Stop> {
    record::record(conn, &[record::entry(Subject::person(person.id), now, by.0, by.1, act)]).await?;
    Ok(())
}

impl Person {
    pub fn named(&self) -> Option<Named> {
        Some(Named { login: self.login.clone(), name: self.name.clone() })
    }
}

/// Gives a new password and ends every session. An act, unless a person without an office changes the own.
pub async fn set_password(
    conn: &mut PgConnection,
    person: &Person,
    password: Hashed,
    by: Option<By>,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    let set = sqlx::query("update people set password_hash = $2 where id = $1 and active")
        .bind(person.id)
        .bind(password.0)
        .execute(&mut *conn)
        .await?;
    if set.rows_affected() == 0 {
        return Err(closed());
    }
    sessions::revoke_all(&mut *conn, person.id, now).await?;
    match by {
        Some(by) => tell(conn, person, by, now, PersonAct::PasswordSet { private: person.named() }).await,
        None => Ok(()),
    }
}

fn closed() -> Stop {
    Stop::Rejected("这个账户已经停用，要用就先重新启用".into())
}

/// Gives a new secret for one-time codes, as for a lost phone, and ends every session.
pub async fn set_factor(conn: &mut PgConnection, person: &Person, by: By, now: DateTime<Utc>) -> Result<String, Stop> {
    let secret = new_secret();
    let set = sqlx::query("update people set totp_secret = $2, totp_last = 0 where id = $1 and active")
        .bind(person.id)
        .bind(&secret)
        .execute(&mut *conn)
        .await?;
    if set.rows_affected() == 0 {
        return Err(closed());
    }
    sessions::revoke_all(&mut *conn, person.id, now).await?;
    tell(conn, person, by, now, PersonAct::FactorSet { private: person.named() }).await?;
    Ok(secret)
}

/// Somebody must be left who gives roles. Whoever else leaves at the same time waits here.
async fn is_not_the_last_administrator(conn: &mut PgConnection, person: &Person) -> Result<(), Stop> {
    let administrators: Vec<Uuid> =
        sqlx::query_scalar("select id from people where active and roles @> '{administrator}' order by id for update")
            .fetch_all(conn)
            .await?;
    match administrators[..] == [person.id] {
        true => Err(Stop::Rejected("这是最后一个系统管理员，请先添加另一个".into())),
        false => Ok(()),
    }
}

/// Closes an account: its sessions end, and nobody signs in with it any more. What it did stays on record.
pub async fn deactivate(conn: &mut PgConnection, person: &Person, by: By, now: DateTime<Utc>) -> Result<(), Stop> {
    is_not_the_last_administrator(conn, person).await?;
    let change = sqlx::query("update people set active = false where id = $1 and active");
    if change.bind(person.id).execute(&mut *conn).await?.rows_affected() == 0 {
        return Err(Stop::Rejected("这个账户早已停用".into()));
    }
    sessions::revoke_all(&mut *conn, person.id, now).await?;
    tell(conn, person, by, now, PersonAct::Deactivated { private: person.named() }).await
}

/// Opens a closed account again, with the password and the second factor it had.
pub async fn activate(conn: &mut PgConnection, person: &Person, by: By, now: DateTime<Utc>) -> Result<(), Stop> {
    let change = sqlx::query("update people set active = true where id = $1 and not active");
    if change.bind(person.id).execute(&mut *conn).await?.rows_affected() == 0 {
        return Err(Stop::Rejected("这个账户没有停用".into()));
    }
    tell(conn, person, by, now, PersonAct::Activated { private: person.named() }).await
}

/// 岗位 · what somebody works as, and where.
#[derive(Clone, Debug, Default)]
pub struct Office {
    pub roles: Vec<String>,
    pub agency: Option<String>,
    pub post: Option<String>,
    /// The service centre somebody manages.
    pub centre: Option<String>,
}

/// Gives another office, and ends every session. Returns the secret of the second factor, when one is needed now and
/// there was none.
pub async fn change_roles(
    conn: &mut PgConnection,
    person: &Person,
    office: Office,
    by: By,
    now: DateTime<Utc>,
) -> Result<Option<String>, Stop> {
    let Office { roles, agency, post, centre } = office;
    if !roles.iter().any(|role| role == "administrator") {
        is_not_the_last_administrator(conn, person).await?;
    }
    let new = is_staff(&roles, agency.as_deref()).then(new_secret);
    let secret: Option<String> = sqlx::query_scalar(
        "update people
            set roles = $2, agency = $3, post = $4, centre = $6, totp_secret = coalesce(totp_secret, $5)
          where id = $1
          returning totp_secret",
    )
    .bind(person.id)
    .bind(&roles)
    .bind(&agency)
    .bind(&post)
    .bind(&new)
    .bind(&centre)
    .fetch_one(&mut *conn)
    .await?;
    sessions::revoke_all(&mut *conn, person.id, now).await?;
    tell(conn, person, by, now, PersonAct::RolesChanged { roles, agency, post, centre, private: person.named() }).await?;
    Ok(new.filter(|new| secret.as_ref() == Some(new)))
}

/// Whether this is the person's password; wrong ones are counted.
pub async fn password_is(pool: &PgPool, person: &Person, password: &str, now: DateTime<Utc>) -> Result<bool, Stop> {
    let counted = count_try(pool, &[(&format!("password:{}", person.id), TRIES_PER_LOGIN)], QUIET_SECONDS, now).await?;
    let hash: Option<String> =
        sqlx::query_scalar("select password_hash from people where id = $1").bind(person.id).fetch_one(pool).await?;
    let right = verified(hash.unwrap_or_else(|| NOBODY.into()), password.to_owned()).await?;
    if right {
        was_right(pool, counted).await?;
    }
    Ok(right)
}

/// Whose identity number this is, as somebody who saw the card put it on record.
pub async fn holder(conn: &mut PgConnection, resident_id: &str) -> Result<Option<Person>, Stop> {
    let sql = format!("select {COLUMNS} from people p where p.resident_id = $1 and p.identity_verified_at is not null");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(resident_id).fetch_optional(conn).await?)
}

pub const UNDER_ANOTHER_NAME: &str = "这个身份证号已经登记在另一个姓名下，请核对证件";

/// 号码登错 · a number that was typed at a counter for somebody of another name is taken off them, for the card was seen again; what they handed in
/// stays theirs. Says whether it was: an account that was verified by its card keeps it.
pub async fn free_number(conn: &mut PgConnection, holder: &Person, by: By, now: DateTime<Utc>) -> Result<bool, Stop> {
    let freed = sqlx::query(
        "update people
            set resident_id = null, identity_verified_at = null
          where id = $1
            and walk_in
            and claimed_by is null",
    )
    .bind(holder.id)
    .execute(&mut *conn)
    .await?;
    if freed.rows_affected() == 0 {
        return Ok(false);
    }
    tell(conn, holder, by, now, PersonAct::NumberFreed { private: holder.named() }).await?;
    Ok(true)
}

/// Puts on record that the card was seen: the account bears what the card says, and what its owner had handed in at the counter
/// before is found in it. `how` is `card` or `command`.
pub async fn verify_identity(
    conn: &mut PgConnection,
    account: &Person,
    name: &str,
    resident_id: &str,
    how: &str,
    by: By,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    if let Some(holder) = holder(conn, resident_id).await? {
        let walk_in = "update people set identity_verified_at = null, claimed_by = $2 where id = $1 and walk_in";
        if holder.name != name {
            return Err(Stop::Rejected(UNDER_ANOTHER_NAME.into()));
        }
        if holder.id == account.id {
            return Ok(());
        }
        if sqlx::query(walk_in).bind(holder.id).bind(account.id).execute(&mut *conn).await?.rows_affected() == 0 {
            return Err(Stop::Rejected("这个身份证号已经核实给另一个账户了".into()));
        }
    }
    // Whoever verifies second finds it done: by this card for another account, or for this account by another card.
    let verified = sqlx::query(
        "update people
            set name = $2, folded_name = $2, resident_id = $3, identity_verified_at = $4
          where id = $1
            and identity_verified_at is null",
    )
    .bind(account.id)
    .bind(name)
    .bind(resident_id)
    .bind(now)
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    if verified.rows_affected() == 0 {
        return Err(Stop::Rejected("这个账户已经核实给另一个身份证号了".into()));
    }
    // Whom a village agent entered by this card is the same person: the cases and consents come with it.
    sqlx::query(
        "update people
            set claimed_by = $1
          where resident_id = $2
            and name = $3
            and walk_in
            and claimed_by is null
            and identity_verified_at is null",
    )
    .bind(account.id)
    .bind(resident_id)
    .bind(name)
    .execute(&mut *conn)
    .await?;
    let private = Some(Named { login: account.login.clone(), name: name.into() });
    let act = PersonAct::IdentityVerified { how: how.into(), private };
    tell(conn, account, by, now, act).await
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Organisation {
    pub id: Uuid,
    pub uscc: String,
    pub name: String,
    pub legal_representative: Option<String>,
}

pub async fn organisations_of(pool: impl sqlx::PgExecutor<'_>, person: Uuid) -> Result<Vec<Organisation>, Stop> {
    Ok(sqlx::query_as(
        "select o.id, o.uscc, o.name, o.legal_representative
           from organisation_agents a
           join organisations o on o.id = a.organisation
          where a.person = $1
          order by o.name",
    )
    .bind(person)
    .fetch_all(pool)
    .await?)
}

/// Finds the organisation with this code or enters it. The name on file stands: one that differs is refused.
pub async fn organisation(
    conn: &mut PgConnection,
    uscc: &str,
    name: &str,
    legal_representative: Option<&str>,
) -> Result<Organisation, Stop> {
    let organisation: Organisation = sqlx::query_as(
        "insert into organisations (id, uscc, name, legal_representative)
         values ($1, $2, $3, $4)
         on conflict (uscc) do update set uscc = excluded.uscc
         returning id, uscc, name, legal_representative",
    )
    .bind(Uuid::now_v7())
    .bind(uscc)
    .bind(name)
    .bind(legal_representative)
    .fetch_one(conn)
    .await?;
    if organisation.name != name {
        return Err(Stop::Rejected(format!("这个信用代码登记的单位是“{}”，和填的名称不一样", organisation.name)));
    }
    Ok(organisation)
}

/// Lets a person act for an organisation; `false` when that was so already.
pub async fn name_agent(conn: &mut PgConnection, organisation: Uuid, person: Uuid) -> Result<bool, Stop> {
    let named = sqlx::query("insert into organisation_agents (organisation, person) values ($1, $2) on conflict do nothing")
        .bind(organisation)
        .bind(person)
        .execute(conn)
        .await?;
    Ok(named.rows_affected() == 1)
}

/// Keeps who represents the organisation, as its licence says; nothing when the licence was not read.
pub async fn represented_by(conn: &mut PgConnection, organisation: Uuid, representative: &str) -> Result<(), Stop> {
    sqlx::query("update organisations set legal_representative = $2 where id = $1 and $2 <> ''")
        .bind(organisation)
        .bind(representative)
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts a written mandate on record, once: from now on this person acts for the organisation, in all its cases (许可法 29).
pub async fn mandate(
    conn: &mut PgConnection,
    organisation: &Organisation,
    agent: &Person,
    by: By,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    if !name_agent(conn, organisation.id, agent.id).await? {
        return Ok(());
    }
    let private =
        Some(Mandate { organisation: organisation.name.clone(), uscc: organisation.uscc.clone(), agent: agent.name.clone() });
    let act = PersonAct::Mandated { private };
    tell(conn, agent, by, now, act).await
}

/// A password as it is kept. Made before a connection is taken: nobody waits for the database because somebody else's is hashed.
#[derive(Clone, Debug)]
pub struct Hashed(String);

pub async fn hash_password(password: String) -> Result<Hashed, Stop> {
    stretched(move || {
        let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(|e| Stop::Fault(e.to_string()))?;
        Ok(Hashed(
            Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|e| Stop::Fault(e.to_string()))?.to_string(),
        ))
    })
    .await
}

/// argon2id costs about 0.1 s and 19 MB by design: it runs beside the async threads, a few at a time, and the others wait.
async fn stretched<T: Send + 'static>(work: impl FnOnce() -> Result<T, Stop> + Send + 'static) -> Result<T, Stop> {
    static AT_ONCE: Semaphore = Semaphore::const_new(4);
    let _turn = AT_ONCE.acquire().await.map_err(|e| Stop::Fault(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Stop::Fault(e.to_string()))?
}

async fn verified(hash: String, password: String) -> Result<bool, Stop> {
    stretched(move || {
        let hash = PasswordHash::new(&hash).map_err(|e| Stop::Fault(e.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// A hash nobody's password has, so that an unknown login costs as much as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3VubGl0IG5vYm9keSE$CS1HkgDZtCnGpnrIqfBPlEg5kzbp3nVSVmKYZi2mX9E";

/// How many wrong tries within a quarter of an hour shut a login for an address, an address for every login, and a login for
/// everybody: a stranger who guesses shuts the login for the own address long before its owner is kept out elsewhere.
const TRIES_PER_LOGIN: i64 = 5;
const TRIES_PER_ADDRESS: i64 = 40;
const TRIES_FROM_EVERYWHERE: i64 = 100;
const QUIET_SECONDS: i64 = 900;
/// Accounts one address opens in an hour: a hall whose visitors share a line gets by, a flood does not.
const SIGN_UPS_PER_ADDRESS: i64 = 20;
/// The longest time over which tries are counted: that of the codes on receipts.
pub const TRIES_KEPT_SECONDS: i64 = 3600;

/// Checks login, password and, for staff, the one-time code. The answer never says which of them was wrong.
pub async fn sign_in(
    pool: &PgPool,
    login: &str,
    password: &str,
    code: &str,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Person, Stop> {
    let login = forms::text::fold_digits(login).trim().to_lowercase();
    let (here, anyone, anywhere) = (format!("login:{login} {address}"), format!("address:{address}"), format!("login:{login}"));
    let keys = [(&*here, TRIES_PER_LOGIN), (&*anyone, TRIES_PER_ADDRESS), (&*anywhere, TRIES_FROM_EVERYWHERE)];
    let counted = count_try(pool, &keys, QUIET_SECONDS, now).await?;
    let secrets: Option<(Uuid, Option<String>, Option<String>, i64)> =
        sqlx::query_as("select id, password_hash, totp_secret, totp_last from people where login = $1 and active")
            .bind(&login)
            .fetch_optional(pool)
            .await?;
    let hash = secrets.as_ref().and_then(|s| s.1.clone()).unwrap_or_else(|| NOBODY.into());
    let right = verified(hash, password.to_owned()).await?;
    let person = match secrets {
        Some((id, Some(_), totp, last)) if right => match find(pool, id).await? {
            // A code works once, also when two requests carry it at the same time.
            Some(person) => match totp {
                Some(secret) => match code_step(&secret, code, now)? {
                    Some(step) if step > last => {
                        let used = sqlx::query("update people set totp_last = $2 where id = $1 and totp_last < $2")
                            .bind(id)
                            .bind(step)
                            .execute(pool)
                            .await?;
                        (used.rows_affected() == 1).then_some(person)
                    }
                    _ => None,
                },
                None if person.is_staff() => None,
                None => Some(person),
            },
            None => None,
        },
        _ => None,
    };
    if person.is_some() {
        was_right(pool, counted).await?;
    }
    person.ok_or_else(|| Stop::Rejected("登录名、密码或动态口令不对。请核对后再试；工作人员要填手机上的 6 位动态口令。".into()))
}

/// Counts a try under each of these keys before it is made, so that tries sent at once are as many as tries sent one by one;
/// refuses it when one of the keys was tried in vain as often as its limit within the last `seconds`.
pub async fn count_try(pool: &PgPool, keys: &[(&str, i64)], seconds: i64, now: DateTime<Utc>) -> Result<Uuid, Stop> {
    let id = Uuid::now_v7();
    let mut tx = pool.begin().await?;
    for (key, limit) in keys {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))").bind(key).execute(&mut *tx).await?;
        let wrong: i64 = sqlx::query_scalar("select count(*) from sign_in_attempts where key = $1 and at > $2 and not success")
            .bind(key)
            .bind(now - chrono::Duration::seconds(seconds))
            .fetch_one(&mut *tx)
            .await?;
        if wrong >= *limit {
            return Err(Stop::TooOften { seconds: seconds as u64 });
        }
        sqlx::query("insert into sign_in_attempts (id, key, at, success) values ($1, $2, $3, false)")
            .bind(id)
            .bind(key)
            .bind(now)
            .execute(&mut *tx)
            .await?;
    }
    // Those too old to be counted by anybody are forgotten.
    sqlx::query("delete from sign_in_attempts where at < $1")
        .bind(now - chrono::Duration::seconds(TRIES_KEPT_SECONDS))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Counts an account about to be opened from this address.
pub async fn count_sign_up(pool: &PgPool, address: &str, now: DateTime<Utc>) -> Result<(), Stop> {
    count_try(pool, &[(&format!("sign-up:{address}"), SIGN_UPS_PER_ADDRESS)], TRIES_KEPT_SECONDS, now).await.map(|_| ())
}

/// The try that was counted was not in vain.
pub async fn was_right(pool: &PgPool, counted: Uuid) -> Result<(), Stop> {
    sqlx::query("update sign_in_attempts set success = true where id = $1").bind(counted).execute(pool).await?;
    Ok(())
}

const STEP: u64 = 30;

fn totp(secret: &str) -> Result<totp_rs::Totp, Stop> {
    let secret = totp_rs::Secret::try_from_base32(secret).map_err(|e| Stop::Fault(e.to_string()))?;
    totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP)
        .with_secret(secret)
        .build()
        .map_err(|e| Stop::Fault(e.to_string()))
}

/// The time step whose code this is, within one step of now.
fn code_step(secret: &str, code: &str, now: DateTime<Utc>) -> Result<Option<i64>, Stop> {
    let code = forms::text::fold_digits(code);
    Ok(totp(secret)?.check(code.trim(), now.timestamp() as u64).map(|step| step as i64))
}

/// The code of this moment; used by tests and by the first setting up of a phone.
pub fn code_now(secret: &str, now: DateTime<Utc>) -> Result<String, Stop> {
    Ok(totp(secret)?.generate(now.timestamp() as u64).to_string())
}

/// A new secret for a phone, in base32.
pub fn new_secret() -> String {
    totp_rs::Secret::from(rand::random::<[u8; 20]>()).to_base32()
}
