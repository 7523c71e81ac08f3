//! 提交 · what was checked is sent; the draft is its own once-token (F071, H15).

use super::{Named, Open, applies_for, find, item_of, kept, lock, on_file, step};
use crate::agents;
use crate::agents::consent::Consent;
use crate::cases::applicant::ApplicantAct;
use crate::cases::case::{Case, Chosen};
use crate::cases::run::{By, No, run};
use crate::cases::submit::{self, Application, HandedIn, NoTelephone, party_of, party_of_organisation};
use crate::cases::together;
use acts::{Channel, Party};
use authority::{Act, Circumstance};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item, MaterialSource};
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::people::{Organisation, Person};
use foundation::{House, Moment, SignedIn, Stop, files, papers};
use serde_json::Value;
use std::collections::BTreeMap;

/// The organisation a person applies for, or the person.
pub(super) fn applicant(person: &Person, organisation: Option<&Organisation>) -> Party {
    match organisation {
        Some(o) => party_of_organisation(o, person.mobile.clone()),
        None => party_of(person),
    }
}

/// Who applies and who hands it in, as the house knows it.
pub(super) fn known(person: &Person, organisation: Option<&Organisation>, consent: Option<&Consent>) -> BTreeMap<String, Value> {
    let by = consent.map_or(HandedIn::Online, |consent| HandedIn::ByConsent(&consent.entrusted.agent.name));
    submit::known(&party(person, organisation, consent), organisation, by)
}

/// Whether a draft may go without a telephone: by the consent it is filled in under.
pub(super) fn no_telephone(consent: Option<&Consent>) -> NoTelephone {
    let party = consent.map(|consent| &consent.entrusted.person);
    NoTelephone::of(Channel::Online, party.is_some(), party)
}

/// Whom a draft is for.
fn party(person: &Person, organisation: Option<&Organisation>, consent: Option<&Consent>) -> Party {
    consent.map_or_else(|| applicant(person, organisation), |consent| consent.entrusted.person.clone())
}

/// Sends the application: the draft is its own once-token, so five sends are one case (H15).
pub(super) async fn send(
    house: House,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    slug: String,
    named: Named,
    posted: Posted,
) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let id = match named.draft {
        Some(id) => Some(id),
        None => find(&house, &person, &slug, &named).await?.map(|draft| draft.id),
    };
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let draft = match id {
        Some(id) => lock(&mut tx, &person, &slug, id, &now).await?,
        None => None,
    };
    let Some(mut draft) = draft else { return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response()) };
    if let Some(no) = draft.case_no {
        return Ok(Redirect::to(&format!("/cases/{no}")).into_response());
    }
    let organisation = applies_for(&mut *tx, &person, &draft).await?;
    // Held to the end: taken back before, nothing is filed; taken back after, it was filed with it.
    let consent = match &draft.consent {
        Some(no) => Some(agents::consent::hold(&mut tx, no, &person, &slug, now.date()).await?),
        None => None,
    };
    let helper = consent.as_ref().map(|consent| (&*person, consent));
    on_file::settle(&item, &mut draft, helper, &now);
    let keys: Vec<String> = item.materials.iter().map(|m| m.key.clone()).collect();
    let mut files = papers::handed(&mut *tx, &draft.owner(), &keys).await?;
    let answers = draft.answers();
    let about = draft.about();
    // What is handed in anew takes the place of what was kept.
    let kept = kept(&mut tx, &item, &draft, helper, now.date()).await?;
    let still: Vec<_> = kept.iter().filter(|kept| !files.iter().any(|file| file.material == kept.material)).cloned().collect();
    files.extend(still);
    let short = item
        .materials_for(&answers)
        .iter()
        .any(|m| m.required && m.source == MaterialSource::Applicant && !files.iter().any(|f| f.material == m.key));
    // How the result is to be had may be said at once; who helps somebody does not choose for them.
    let (chosen, errors) = match posted.one("way") {
        "" => (None, Vec::new()),
        _ if consent.is_some() => (None, Vec::new()),
        _ => match Chosen::read(&posted) {
            Ok(chosen) => (Some(chosen), Vec::new()),
            Err(errors) => (None, errors),
        },
    };
    // Papers may follow: the law has the office tell what is missing, not the form refuse it. The person decides knowingly.
    let known = known(&person, organisation.as_ref(), consent.as_ref());
    let mut unlike = submit::unlike(&item, &answers, &known, now.date());
    let party = party(&person, organisation.as_ref(), consent.as_ref());
    unlike.extend(together::wrong(&item, &answers, party.identity.as_deref(), now.date()));
    let open = submit::unfinished(&item, &answers, no_telephone(consent.as_ref()), now.date());
    let lacks = (short && posted.one("anyway") != "yes") || !open.is_empty() || !unlike.is_empty();
    if lacks || !errors.is_empty() {
        drop(tx);
        let filled = Filled::new(shell.lang, posted.0, errors);
        let mut trouble = Vec::new();
        if lacks || short {
            trouble.push("还差几样，补上就可以提交：".to_owned());
            trouble.extend(unlike.iter().map(|error| filled.said(error).to_string()));
        }
        let open = Open { catalogue, item, draft, organisation, consent, kept };
        return step::draw(&house, shell, open, "check", filled, trouble, false).await;
    }
    let agent = match &consent {
        Some(consent) => Some(agents::consent::by_agent(&mut tx, consent).await?),
        None => None,
    };
    let account = match &consent {
        Some(consent) => agents::consent::has_account(&mut tx, consent.entrusted.person.id).await?,
        None => true,
    };
    let by = consent.as_ref().map_or("applicant", Consent::role);
    let application = Application {
        applicant: party,
        organisation,
        filed_by: person.id,
        account,
        channel: match consent.as_ref().is_some_and(|consent| !consent.is_to_kin()) {
            true => Channel::Agent,
            false => Channel::Online,
        },
        on_file: on_file::sent(&mut tx, &draft).await?,
        answers,
        materials: files,
        queued: None,
        about,
        agent,
    };
    let no = submit::run(&mut tx, &house, &catalogue, &item, By::Person(&person, by), &application, draft.id, &now).await?;
    if let Some(chosen) = chosen {
        let by = By::Person(&person, by);
        let how = Circumstance::default();
        let choose = |case: &Case, item: &Item, now: &Moment| chosen.decide(case, item, now);
        match run(&mut tx, &house, &catalogue, by, &no, Act::ChooseDelivery, &how, &now, choose).await {
            Ok(_) => {}
            Err(No::Stop(stop)) => return Err(stop),
            Err(No::Rejected(rejection)) => return Err(Stop::Rejected(rejection.to_string())),
        }
    }
    sqlx::query("update drafts set case_no = $2 where id = $1").bind(draft.id).bind(&no).execute(&mut *tx).await?;
    files::hand_in(&mut tx, &draft.owner()).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&format!("/cases/{no}?new=1")).into_response())
}
