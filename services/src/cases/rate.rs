//! 好差评 · whoever applied rates how it was handled, once; five grades, one as easily as five (C3.2-01, C3.2-02): with an account, or by
//! the code of the receipt without one. Nobody who works for the public rates in another's place.

use super::case::{Case, Rejection};
use super::run::{By, No, open, perform, read, run};
use crate::track::{Access, access};
use acts::{CaseAct, GRADES, RatingChannel, RatingSaid};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use catalogue::{Catalogue, Item};
use chrono::{Days, NaiveDate};
use foundation::held::{Held, Posted};
use foundation::page::{self, Shell, fields, filters};
use foundation::{House, Moment, SignedIn, Stop, once};
use uuid::Uuid;

/// Characters of the longest opinion, and of a telephone.
const LONGEST: usize = 1000;
const LONGEST_CONTACT: usize = 40;
/// Days after the end of a case before whoever has not rated is invited to (C3.2-04).
const INVITED_AFTER: u64 = 3;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/rate", get(show).post(send))
}

/// What somebody gives.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub grade: u8,
    pub channel: RatingChannel,
    /// May be called back.
    pub named: bool,
    pub words: String,
    pub contact: String,
}

impl Given {
    /// Reads a form; a grade there must be, all else may be left out.
    pub fn read(posted: &Posted, channel: RatingChannel) -> Result<Given, String> {
        let grade = acts::grade_of(posted.one("grade")).ok_or("请选一个评价，再提交")?;
        let mut long = Vec::new();
        let words = fields::optional(posted, "words", "评价", LONGEST, &mut long);
        let contact = forms::text::fold_digits(&fields::optional(posted, "contact", "电话", LONGEST_CONTACT, &mut long));
        let named = posted.one("named") == "yes";
        if named && !contact.is_empty() && !forms::text::is_phone(&contact) {
            return Err("电话请填手机号或者带区号的座机，例如 13800138000、0564-7356789；不想留就空着".into());
        }
        match long.first() {
            Some(long) => Err(long.zh.clone()),
            None => Ok(Given { grade, channel, named, words, contact }),
        }
    }

    /// What of it is private. An anonymous one leaves no telephone.
    pub fn said(&self, usual: Option<&str>) -> Option<RatingSaid> {
        let contact = match self.contact.as_str() {
            "" => usual.unwrap_or_default(),
            contact => contact,
        };
        let contact = if self.named { contact.to_owned() } else { String::new() };
        Some(RatingSaid { text: self.words.clone(), contact }).filter(|said| *said != RatingSaid::default())
    }
}

pub fn decide(case: &Case, _: &Item, given: &Given, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.grade.is_some() {
        return Err(Rejection::AlreadyRated);
    }
    if !case.can_be_rated() {
        return Err(Rejection::NotDelivered);
    }
    let private = given.said(case.applicant.as_ref().and_then(|party| party.mobile.as_deref()));
    let named = private.as_ref().is_some_and(|said| !said.contact.is_empty());
    Ok(vec![CaseAct::Rated { grade: given.grade, channel: given.channel, named, private }])
}

/// Whether whoever applied is invited to rate: three days after it was over, while nothing was rated (C3.2-04).
pub fn c3_2_04_invited(case: &Case, today: NaiveDate) -> bool {
    let over = case.delivered_on.or(case.concluded_on);
    case.grade.is_none() && case.can_be_rated() && over.is_some_and(|on| on + Days::new(INVITED_AFTER) <= today)
}

/// The code of the page on which a rater follows what became of a bad rating, and its address.
pub fn followed_at(house: &House, rated: &str) -> String {
    format!("/ratings/of/{rated}/{}", house.lookup_code(&format!("rating/{rated}")))
}

/// What stands in the form of a rating.
#[derive(Default)]
pub struct Typed {
    pub grade: String,
    pub words: String,
    pub named: bool,
    pub contact: String,
}

impl Typed {
    fn of(posted: &Posted) -> Typed {
        let one = |key: &str| posted.one(key).to_owned();
        Typed { grade: one("grade"), words: one("words"), named: posted.one("named") == "yes", contact: one("contact") }
    }
}

#[derive(Template)]
#[template(path = "cases/rate.html")]
struct RatePage {
    shell: Shell,
    /// What is rated, as its page is called, and where that is.
    name: String,
    back: String,
    once: Uuid,
    typed: Typed,
    /// Why it was not taken.
    trouble: Option<String>,
}

/// The form by itself, with what was typed; where it was not taken, with why.
pub fn draw(shell: Shell, (name, back): (String, String), posted: &Posted, trouble: Option<String>) -> Result<Response, Stop> {
    let status = if trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let once = posted.once().unwrap_or_else(|_| Uuid::new_v4());
    let page = RatePage { name, back, once, typed: Typed::of(posted), trouble, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// Whether somebody rates by the code of the receipt.
fn by_code(house: &House, case: &Case, item: &Item, person: Option<&SignedIn>, jar: &CookieJar) -> bool {
    access(house, case, item, person, jar) == Access::Receipt && person.is_none_or(|person| !person.is_staff())
}

/// The form by itself: where somebody comes back to who had to sign in first, with what was typed (H17).
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: Option<SignedIn>,
    jar: CookieJar,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    if !by_code(&house, &case, &item, person.as_ref(), &jar) {
        let person = person.as_ref().ok_or_else(|| Stop::SignIn { next: format!("/cases/{no}/rate") })?;
        open(&house, &catalogue, person, Act::Rate, &no).await?;
    }
    if !case.can_be_rated() || case.grade.is_some() {
        return Ok(Redirect::to(&case.url()).into_response());
    }
    draw(shell, (page::grouped(&no), case.url()), &Posted(held.unwrap_or_default()), None)
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let code = by_code(&house, &case, &item, person.as_ref(), &jar);
    if !code && person.is_none() {
        return Err(Stop::SignIn { next: format!("/cases/{no}/rate") });
    }
    let given = match Given::read(&posted, if code { RatingChannel::Receipt } else { RatingChannel::Account }) {
        Ok(given) => given,
        Err(why) => return draw(shell, (page::grouped(&no), case.url()), &posted, Some(why)),
    };
    let Some(person) = person.filter(|_| !code) else {
        return Ok(Redirect::to(&with_code(&house, &catalogue, &no, &posted, &given).await?).into_response());
    };
    let to = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Rate,
        &Circumstance::default(),
        posted.once()?,
        format!("/cases/{no}#rated"),
        |case, item, now| decide(case, item, &given, now),
    )
    .await?;
    Ok(Redirect::to(&to).into_response())
}

/// Without an account: whoever has the code has the receipt.
async fn with_code(house: &House, catalogue: &Catalogue, no: &str, posted: &Posted, given: &Given) -> Result<String, Stop> {
    let form = posted.once()?;
    let to = format!("/cases/{no}#rated");
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, Uuid::nil(), form).await? {
        return Ok(before);
    }
    let (none, now) = (Circumstance::default(), house.now());
    match run(&mut tx, house, catalogue, By::Holder, no, Act::Rate, &none, &now, |c, i, t| decide(c, i, given, t)).await {
        Ok(_) => once::finish(house, tx, Uuid::nil(), form, &to).await?,
        Err(No::Rejected(rejection)) => return Err(Stop::Rejected(rejection.to_string())),
        Err(No::Stop(stop)) => return Err(stop),
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_2_03_whoever_may_be_called_back_leaves_a_telephone() {
        let posted = |contact: &str, named: &str| {
            let fields = [("grade", "4"), ("words", "等太久"), ("contact", contact), ("named", named)];
            Posted(fields.map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).into_iter().collect())
        };
        let read = |contact, named| Given::read(&posted(contact, named), RatingChannel::Account);
        assert!(read("abc", "yes").is_err());
        assert!(read("abc", "").is_ok(), "nobody calls");
        assert_eq!(read("１３８００１３８０００", "yes").unwrap().contact, "13800138000");
        assert!(read("", "yes").is_ok(), "the one of the application is called");
    }

    #[test]
    fn c3_2_02_an_anonymous_rating_leaves_no_telephone() {
        let given = Given { grade: 5, words: "等太久".into(), contact: "0564-1234567".into(), ..Given::default() };
        assert_eq!(given.said(Some("13800138000")), Some(RatingSaid { text: "等太久".into(), contact: String::new() }));
        let named = Given { named: true, ..given };
        assert_eq!(named.said(Some("13800138000")).unwrap().contact, "0564-1234567");
        let usual = Given { contact: String::new(), ..named };
        assert_eq!(usual.said(Some("13800138000")).unwrap().contact, "13800138000");
        assert_eq!(Given { grade: 1, ..Given::default() }.said(Some("13800138000")), None);
    }
}
