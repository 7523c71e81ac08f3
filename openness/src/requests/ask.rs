//! 提出申请 · the form, on a person's own page and at a desk: who asks, how to reach them, what they want and how they want to have it. No
//! reason is asked for: none may be (A3.3-01).

use super::{fold, law};
use acts::{RequestAct, RequestDetails, RequestWay};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

/// Characters of a short line, and of what is wanted.
const LINE: usize = 100;
pub const LONGEST: usize = 2000;

const FORMS: [(&str, &str); 3] = [("copy", "电子件"), ("paper", "纸质复制件"), ("look", "当场查阅")];
const DELIVERIES: [(&str, &str); 4] = [("here", "在本站看"), ("email", "电子邮件"), ("post", "邮寄"), ("pick_up", "自行领取")];

/// The radio buttons that both forms have; their template is `requests/fields.html`.
pub fn forms(filled: &Filled) -> String {
    filled.choice("form", "要哪种形式", "radio", &FORMS)
}

pub fn deliveries(filled: &Filled) -> String {
    filled.choice("delivery", "怎么给您", "radio", &DELIVERIES)
}

/// Whether this agency was chosen.
pub fn is_agency(filled: &Filled, key: &str) -> bool {
    filled.entered.get("agency").is_some_and(|chosen| chosen.iter().any(|one| one == key))
}

/// The agency that is asked, and what is asked of it.
pub fn read(catalogue: &Catalogue, posted: &Posted, errors: &mut Vec<FieldError>) -> (String, RequestDetails) {
    let agency = posted.one("agency").to_owned();
    if catalogue.agency(&agency).is_none() {
        errors.push(field_error("agency", "向哪个单位申请", "请选一个单位", "Choose an agency"));
    }
    let mut line = |key: &str, label: &str, zh: &str, en: &str| fields::text(posted, key, label, (zh, en), LINE, errors);
    let name = line("name", "姓名或者单位名称", "请写姓名或者单位名称", "Enter the name of the person or organisation");
    let identity = line(
        "identity",
        "证件名称和号码",
        "请写能证明身份的证件和号码（条例第二十九条）",
        "Enter the document that shows who you are, with its number",
    );
    let contact = line("contact", "联系电话", "请写怎么联系", "Enter how you can be reached");
    let wanted = ("请写要什么信息", "Say which information you want");
    let description = fields::text(posted, "description", "要什么信息", wanted, LONGEST, errors);
    let address = fields::optional(posted, "address", "地址或者电子邮箱", LINE, errors);
    let mut choice = |key: &str, label: &str, options: &[(&str, &str)]| {
        let chosen = options.iter().find(|(one, _)| *one == posted.one(key));
        if chosen.is_none() {
            errors.push(field_error(key, label, &format!("{label}：请选一项"), "Choose one"));
        }
        chosen.map(|(_, zh)| (*zh).to_owned()).unwrap_or_default()
    };
    let form = choice("form", "要哪种形式", &FORMS);
    let delivery = choice("delivery", "怎么给您", &DELIVERIES);
    if address.is_empty() && ["email", "post"].contains(&posted.one("delivery")) {
        let zh = "邮寄的写地址，发邮件的写邮箱";
        errors.push(field_error("address", "地址或者电子邮箱", zh, "Enter the postal address or the e-mail address"));
    }
    (agency, RequestDetails { name, identity, contact, address, description, form, delivery })
}

fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::RequestInformation, &Resource::Site, &Circumstance::default()).map(|_| ())
}

#[derive(Template)]
#[template(path = "requests/new.html")]
struct NewPage {
    shell: Shell,
    catalogue: Catalogue,
    filled: Filled,
    once: Uuid,
}

impl NewPage {
    fn promise(&self) -> String {
        law::promise()
    }
    fn forms(&self) -> String {
        forms(&self.filled)
    }
    fn deliveries(&self) -> String {
        deliveries(&self.filled)
    }
    fn is_agency(&self, key: &str) -> bool {
        is_agency(&self.filled, key)
    }
}

fn draw(catalogue: Catalogue, shell: Shell, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page::render_status(&shell.clone(), status, &NewPage { catalogue, filled, once, shell })
}

/// GET /disclosure/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let entered = held.unwrap_or_else(|| known(&person));
    draw(catalogue, shell.clone(), Filled::new(shell.lang, entered, Vec::new()), Uuid::new_v4())
}

/// What is known already is not asked again.
fn known(person: &Person) -> Entered {
    let identity = person.resident_id.as_ref().map(|id| format!("居民身份证 {id}")).unwrap_or_default();
    let known = [
        ("name", person.name.clone()),
        ("identity", identity),
        ("contact", person.mobile.clone().unwrap_or_default()),
        ("form", "copy".to_owned()),
        ("delivery", "here".to_owned()),
    ];
    known.into_iter().map(|(key, value)| (key.to_owned(), vec![value])).collect()
}

/// POST /disclosure/new
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let (agency, details) = read(&catalogue, &posted, &mut errors);
    if !errors.is_empty() {
        return draw(catalogue, shell.clone(), Filled::new(shell.lang, posted.0, errors), form);
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let act = requested(RequestWay::Online, (agency, details), None, None, house.now().date());
    let no = fold::begin(&mut tx, act, &person, "applicant", &house.now()).await?;
    let to = format!("/disclosure/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

/// The first act of a request, whichever way it came.
pub fn requested(
    way: RequestWay,
    (agency, details): (String, RequestDetails),
    centre: Option<String>,
    signed_for: Option<NaiveDate>,
    today: NaiveDate,
) -> RequestAct {
    let received = law::a3_3_02_received(way, today, signed_for);
    RequestAct::Requested { way, agency, received, centre, private: Some(details) }
}
