//! 起草人 · who drafts matters: signed in and allowed to. What a page of a draft sends is saved once, however often it is sent (H15), and
//! never over what somebody else saved meanwhile (H14).

use super::draft::{self, Draft, Edit};
use crate::powers::may;
use authority::Act;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Entered, Posted};
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

pub struct Drafter {
    pub house: House,
    pub shell: Shell,
    pub person: Person,
}

impl FromRequestParts<House> for Drafter {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Drafter, Stop> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, house).await?;
        may(house, &person, Act::DraftPowerChange)?;
        Ok(Drafter { house: house.clone(), shell: Shell::from_request_parts(parts, house).await?, person })
    }
}

/// A draft held by the transaction in which a form of one of its pages is answered.
pub struct Opened {
    pub tx: Transaction<'static, Postgres>,
    pub draft: Draft,
    once: Uuid,
}

impl Drafter {
    pub async fn draft(&self, id: Uuid) -> Result<Draft, Stop> {
        draft::find(&mut *self.house.pool().acquire().await?, id).await
    }

    /// A form on a page, with what was entered before.
    pub fn filled(&self, entered: Entered) -> Filled {
        Filled::new(self.shell.lang, entered, Vec::new())
    }

    /// Opens the draft that the page showed; or leads to where the same form has led already.
    pub async fn opens(&self, id: Uuid, posted: &Posted) -> Result<Result<Opened, Response>, Stop> {
        let once = posted.once()?;
        let mut tx = match once::begin(&self.house, self.person.id, once).await? {
            Ok(tx) => tx,
            Err(answered) => return Ok(Err(answered)),
        };
        let draft = draft::lock_as_shown(&mut tx, id, posted.one("revision")).await?;
        Ok(Ok(Opened { tx, draft, once }))
    }

    /// Saves what a page changed.
    pub async fn saves(&self, opened: Opened, edit: Edit, leads_to: &str) -> Result<Draft, Stop> {
        let Opened { mut tx, mut draft, once } = opened;
        draft::save(&mut tx, &mut draft, edit, self.person.id, self.house.now().at).await?;
        once::finish(&self.house, tx, self.person.id, once, leads_to).await?;
        Ok(draft)
    }

    /// Commits what else was done in the transaction, and leads on.
    pub async fn done(&self, opened: Opened, leads_to: &str) -> Result<Response, Stop> {
        once::finish(&self.house, opened.tx, self.person.id, opened.once, leads_to).await?;
        Ok(Redirect::to(leads_to).into_response())
    }
}
