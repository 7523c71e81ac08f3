//! 起草人 · who drafts matters: signed in and allowed to. What a page of a draft sends is saved once, however often it is sent (H15), and
//! never over what somebody else saved meanwhile: then the page comes back with what was typed and what is kept beside it (H14, H17).

use super::draft::{self, Draft, Edit, MARK, Shown};
use crate::powers::may;
use authority::Act;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{self, Entered, Posted};
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

/// Marks what is kept of a page that was saved too late.
const LATE: &str = "late";

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

    /// A form on a page, with what was entered.
    pub fn filled(&self, entered: Entered) -> Filled {
        Filled::new(self.shell.lang, entered, Vec::new())
    }

    /// A form on a page with what was typed before and not saved; without such with what is saved, which else stands beside it when it was
    /// saved by somebody else meanwhile.
    pub fn shows(&self, typed: Option<Entered>, saved: Entered) -> Filled {
        let Some(mut typed) = typed else { return self.filled(saved) };
        let is_late = typed.remove(LATE).is_some();
        let filled = self.filled(typed);
        if is_late { filled.beside(saved) } else { filled }
    }

    /// Opens the draft that the page at this address showed. Leads to where the same form has led already; or back to the page with what
    /// was typed, when somebody changed meanwhile what it shows.
    pub async fn opens(&self, id: Uuid, posted: &Posted, page: &str, shown: Shown<'_>) -> Result<Result<Opened, Response>, Stop> {
        let once = posted.once()?;
        let mut tx = match once::begin(&self.house, self.person.id, once).await? {
            Ok(tx) => tx,
            Err(answered) => return Ok(Err(answered)),
        };
        let draft = draft::lock(&mut tx, id).await?;
        if posted.one(MARK) == draft.mark(shown) {
            return Ok(Ok(Opened { tx, draft, once }));
        }
        drop(tx);
        let mut typed = posted.0.clone();
        typed.remove(MARK);
        typed.insert(LATE.to_owned(), Vec::new());
        let address = format!("/items/drafts/{id}{page}");
        let back = Redirect::to(&address).into_response();
        Ok(Err(held::keep(&self.house, self.person.id, &address, typed, back).await?))
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
