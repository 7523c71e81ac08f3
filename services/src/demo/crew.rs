//! 经办人 · who handles the cases of an agency: somebody at the counter, somebody who surveys, somebody who decides. Agencies of the
//! demonstration that nobody works for yet get such three.

use super::{Dice, GIVEN, SURNAMES};
use catalogue::Catalogue;
use foundation::people::{self, Person};
use foundation::{House, Stop};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The people of an agency who act; where it has two officers, one puts the survey on record and the other examines.
pub(super) struct Staff {
    pub(super) officer: Person,
    pub(super) surveyor: Person,
    pub(super) chief: Person,
}

/// One of those who work for an agency that was not named by hand.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub login: String,
    pub name: String,
    pub agency: String,
    pub role: &'static str,
    pub post: &'static str,
}

/// Three people for each agency that has matters and is not among `named`, by the agency's key; the same at every start.
pub fn colleagues(catalogue: &Catalogue, named: &[&str]) -> Vec<Colleague> {
    let items = catalogue.items();
    let agencies: BTreeSet<&str> = items.iter().map(|item| item.agency.as_str()).filter(|key| !named.contains(key)).collect();
    let mut dice = Dice(20_150_701);
    let mut made = Vec::new();
    for agency in agencies {
        for (ending, role, post) in [
            ("1", "counter_officer", "综合窗口"),
            ("2", "counter_officer", "现场核查"),
            ("chief", "chief_representative", "首席代表"),
        ] {
            let name = format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN));
            made.push(Colleague { login: format!("{agency}-{ending}"), name, agency: agency.to_owned(), role, post });
        }
    }
    made
}

/// Enters them, once.
pub async fn enter(house: &House, colleagues: &[Colleague]) -> Result<(), Stop> {
    let mut tx = house.pool().begin().await?;
    for (nth, one) in colleagues.iter().enumerate() {
        if people::by_login(&mut *tx, &one.login).await?.is_none() {
            let new = people::New {
                login: one.login.clone(),
                name: one.name.clone(),
                roles: vec![one.role.into()],
                agency: Some(one.agency.clone()),
                post: Some(one.post.into()),
                mobile: Some(format!("137{:08}", 20_000_000 + nth)),
                ..people::New::default()
            };
            people::create(&mut tx, new, house.now().at).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

pub(super) async fn staff(conn: &mut PgConnection, agency: &str) -> Result<Option<Staff>, Stop> {
    let mut found = HashMap::new();
    for (name, role, last) in
        [("officer", "counter_officer", false), ("surveyor", "counter_officer", true), ("chief", "chief_representative", false)]
    {
        let sql = "select id from people where agency = $1 and $2 = any (roles) order by login";
        let ids: Vec<Uuid> = sqlx::query_scalar(sql).bind(agency).bind(role).fetch_all(&mut *conn).await?;
        let id = if last { ids.last().copied() } else { ids.first().copied() };
        if let Some(id) = id
            && let Some(person) = people::find(&mut *conn, id).await?
        {
            found.insert(name, person);
        }
    }
    Ok(match (found.remove("officer"), found.remove("surveyor"), found.remove("chief")) {
        (Some(officer), Some(surveyor), Some(chief)) => Some(Staff { officer, surveyor, chief }),
        _ => None,
    })
}
