//! 核实身份 · an officer sees the card of somebody who has an account, and the mandate of whoever acts for an organisation (B4.1).
//! Both are acts of the record: an account is nobody in particular until then, and acts for nobody.

use super::away::{self, Comes};
use super::who;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, people};

#[derive(Template)]
#[template(path = "counter/people.html")]
struct PeoplePage {
    shell: Shell,
    summary: String,
    account: String,
    organisation: String,
    wrong: bool,
    done: Option<String>,
}

fn draw(shell: Shell, filled: Filled, done: Option<String>) -> Result<Response, Stop> {
    let account = filled.input("login", "登录名（开户时的手机号）", "", "text", "inputmode=\"tel\" autocomplete=\"off\"");
    let representative = filled.input("legal_representative", "法定代表人", "照营业执照填", "text", "autocomplete=\"off\"");
    let mandate = filled.choice("mandate", "委托书", "checkbox", &[("seen", "看过单位盖章的授权委托书")]);
    let wrong = !filled.errors.is_empty();
    let page = PeoplePage {
        summary: filled.summary(),
        account: [account, who::card_fields_again(&filled, "姓名（来窗口的人）", "和证件一致")].concat(),
        organisation: [who::licence_fields(&filled), representative, mandate].concat(),
        wrong,
        done,
        shell,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&page.shell.clone(), status, &page)
}

fn may(house: &House, person: &SignedIn) -> Result<Circumstance, Stop> {
    let agency = Resource::Agency { key: person.agency.clone().unwrap_or_default() };
    let how = Circumstance { at_counter: true, ..Circumstance::default() };
    house.may(&person.principal(), Act::RegisterAtCounter, &agency, &how)?;
    Ok(how)
}

pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person)?;
    draw(shell.clone(), Filled::new(shell.lang, held.unwrap_or_default(), Vec::new()), None)
}

pub async fn send(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    let how = may(&house, &person)?;
    let agency = person.agency.clone().unwrap_or_default();
    let now = house.now();
    let mut errors: Vec<FieldError> = Vec::new();
    let card = who::card(&posted, now.date(), &mut errors);
    let licence = who::licence(&posted, &mut errors);
    if licence.is_some() && posted.one("mandate") != "seen" {
        errors.push(field_error(
            "mandate",
            "委托书",
            "没有看到授权委托书，不能登记委托",
            "Nobody is entered without a mandate that was seen",
        ));
    }
    let mut tx = house.pool().begin().await?;
    let account = people::by_login(&mut *tx, &forms::text::fold_digits(posted.one("login"))).await?;
    let account = account.filter(|account| account.active && !account.walk_in && account.id != person.id);
    if account.is_none() {
        errors.push(field_error(
            "login",
            "登录名",
            "没有这个登录名的账户，请他先用手机开户",
            "There is no account with this login",
        ));
    }
    let by = || (person.actor("officer"), Some(person.private()));
    if let (Some(account), true) = (&account, errors.is_empty()) {
        let comes = Comes { applicant: account.id, by: account.id, cards: vec![card.number.clone()] };
        away::may_take_in(&house, &person, &agency, &comes, &how)?;
        if posted.one(who::CARD_SEEN) == "yes"
            && let Some(other) = people::holder(&mut tx, &card.number).await?.filter(|other| other.name != card.name)
        {
            people::free_number(&mut tx, &other, by(), now.at).await?;
        }
        match people::verify_identity(&mut tx, account, &card.name, &card.number, "card", by(), now.at).await {
            Ok(()) => {}
            Err(Stop::Rejected(why)) => {
                errors.push(field_error(who::NUMBER, "身份证号", &why, "This identity is on file otherwise; check the card"))
            }
            Err(other) => return Err(other),
        }
    }
    if let (Some(account), Some(licence), true) = (&account, &licence, errors.is_empty()) {
        match who::organisation(&mut tx, licence).await? {
            Ok(organisation) => {
                // One's own organisation is no more one's own work than a case of it.
                let comes = Comes { applicant: organisation.id, by: account.id, cards: vec![card.number.clone()] };
                away::may_take_in(&house, &person, &agency, &comes, &how)?;
                let representative = forms::text::fold_name(posted.one("legal_representative"));
                people::represented_by(&mut tx, organisation.id, &representative).await?;
                people::mandate(&mut tx, &organisation, account, by(), now.at).await?;
            }
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return draw(shell.clone(), Filled::new(shell.lang, posted.0, errors), None);
    }
    tx.commit().await?;
    house.wake();
    let done = match licence {
        None => format!("已核实：{}", card.name),
        Some(licence) => format!("已核实：{}，可以代{}办事", card.name, licence.name),
    };
    draw(shell.clone(), Filled::empty(shell.lang), Some(done))
}
