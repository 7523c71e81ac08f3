//! 提出 · the form, on everybody's own page and at a desk: what it is about and what happened. A name is not asked for: whoever gives none
//! follows it by number and code.

use super::{fold, law};
use acts::{ComplaintAct, ComplaintChannel, ComplaintDetails, ComplaintKind};
use askama::Template;
use authority::{Act, Circumstance, Principal, Resource};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use forms::FieldError;
use foundation::caller::Caller;
use foundation::held::{Entered, Held, Posted};
use foundation::looking;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, Stop, codes, once};
use serde::Deserialize;
use uuid::Uuid;

const LINE: usize = 100;
const LONGEST: usize = 3000;
/// So many without an account from one address within an hour.
const FROM_ONE: i64 = 30;

/// What the form asks wherever it stands; its template is `complaints/fields.html`.
pub struct Asked<'a> {
    pub filled: &'a Filled,
    pub catalogue: &'a Catalogue,
}

impl Asked<'_> {
    pub fn kinds(&self) -> String {
        self.filled.choice("kind", "是什么诉求", "radio", &ComplaintKind::ALL.map(|kind| (kind.key(), kind.zh())))
    }
    pub fn conduct(&self) -> String {
        let about = [("yes", "反映单位或者工作人员的作风：态度、推诿、刁难、乱收费、不作为")];
        self.filled.choice("conduct", "是不是反映作风（可不选）", "checkbox", &about)
    }
    pub fn is_agency(&self, key: &str) -> bool {
        self.one("agency") == key
    }
    pub fn one(&self, key: &str) -> &str {
        self.filled.entered.get(key).and_then(|all| all.last()).map_or("", String::as_str)
    }
    /// The matter that the page one came from was about.
    pub fn item(&self) -> Option<(String, String)> {
        let item = self.catalogue.item(self.one("item"))?;
        Some((item.slug.clone(), item.name_in(&self.filled.lang).to_owned()))
    }
}

/// The first act of a complaint, as it was posted.
pub fn read(catalogue: &Catalogue, posted: &Posted, channel: ComplaintChannel, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let kind = ComplaintKind::ALL.into_iter().find(|kind| kind.key() == posted.one("kind"));
    if kind.is_none() {
        errors.push(field_error("kind", "是什么诉求", "请选是什么诉求", "Choose what it is"));
    }
    let kind = kind.unwrap_or(ComplaintKind::Help);
    let agency = Some(posted.one("agency").to_owned()).filter(|key| !key.is_empty());
    if agency.as_deref().is_some_and(|key| catalogue.agency(key).is_none()) {
        errors.push(field_error("agency", "关于哪个单位", "请从列表里选，或者不选", "Choose from the list or leave it"));
    }
    let item = catalogue.item(posted.one("item")).map(|item| item.slug.clone());
    let mut optional = |key: &str, label: &str, most| fields::optional(posted, key, label, most, errors);
    let case_no = codes::tidy(&optional("case", "办件编号", LINE));
    let post = optional("post", "哪个岗位的人", LINE);
    let (name, contact) = (optional("name", "怎么称呼您", LINE), optional("contact", "联系电话", LINE));
    let address = optional("address", "地址", LINE);
    let secret = optional("secret", "只有启封以后才能看的", LONGEST);
    let wanted = ("请写是什么事", "Say what happened");
    let text = fields::text(posted, "text", "是什么事", wanted, LONGEST, errors);
    let conduct = kind == ComplaintKind::Report || posted.one("conduct") == "yes" || !post.is_empty();
    let approval = item.is_some() || !case_no.is_empty();
    let named = !name.is_empty();
    // Of a report the public is not told whom it is about, and of a complaint not which matter: few may have asked for it.
    let (told, kept) = if kind == ComplaintKind::Report { (None, agency) } else { (agency, None) };
    let (item, kept_item) = if law::c3_5_05_sealed(kind) { (None, item) } else { (item, None) };
    let details = ComplaintDetails { name, contact, address, text, secret, case_no, post, agency: kept, item: kept_item };
    ComplaintAct::Filed { channel, kind, agency: told, item, conduct, approval, named, private: Some(details) }
}

/// A number of a case is looked at, and with it the agency: a complaint about the case goes there, and nobody is sent to another by mistake.
pub async fn about_case(
    house: &House,
    catalogue: &Catalogue,
    posted: &mut Posted,
    errors: &mut Vec<FieldError>,
) -> Result<(), Stop> {
    let no = codes::tidy(posted.one("case"));
    if no.is_empty() {
        return Ok(());
    }
    let agency: Option<String> =
        sqlx::query_scalar("select agency from cases where case_no = $1").bind(&no).fetch_optional(house.pool()).await?;
    match (agency, posted.one("agency")) {
        // What another system gave a number is complained of here, too; one of ours that is mistyped is told.
        (None, _) => {
            let number = forms::recognise(&no, house.now().date());
            if number.kind == forms::NumberKind::CaseNo && !number.valid {
                errors.push(field_error("case", "办件编号", &number.zh, &number.en));
            }
        }
        (Some(agency), "") => drop(posted.0.insert("agency".into(), vec![agency])),
        (Some(agency), said) if said != agency => {
            let name = catalogue.agency_name(&agency);
            let zh = format!("这一件是{name}办的：请改单位，或者把办件编号空着");
            errors.push(field_error(
                "agency",
                "关于哪个单位",
                &zh,
                "Another agency handles this case: change the agency, or leave the number empty",
            ));
        }
        _ => {}
    }
    Ok(())
}

/// From where one comes: the page of a case or of a matter fills in what it is about.
#[derive(Default, Deserialize)]
pub struct From {
    #[serde(default)]
    case: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    kind: String,
    /// A look at what is one's own, that should not have been.
    look: Option<Uuid>,
}

/// What a look was, for whoever says that it should not have been.
async fn looked(house: &House, person: Option<&Person>, look: Option<Uuid>) -> Result<String, Stop> {
    let (Some(person), Some(look)) = (person, look) else { return Ok(String::new()) };
    let Some(look) = looking::one(house, person, look).await? else { return Ok(String::new()) };
    let at = look.at.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M:%S");
    let who = look.body_name.or(look.post).unwrap_or_else(|| looking::role_zh(&look.role).into());
    let what = if look.part.is_empty() { looking::Opened::zh(&look.opened).to_owned() } else { look.part };
    Ok(format!("{at}，{who}查了我的资料（{what}）。我觉得不该查，因为："))
}

/// What is known already is not asked again.
fn known(from: From, text: String, person: Option<&Person>) -> Entered {
    let person = person.filter(|person| !person.is_staff());
    let of = |what: fn(&Person) -> Option<String>| person.and_then(what).unwrap_or_default();
    let known = [
        ("case", from.case),
        ("item", from.item),
        ("agency", from.agency),
        ("kind", from.kind),
        ("text", text),
        ("name", of(|person| Some(person.name.clone()))),
        ("contact", of(|person| person.mobile.clone())),
    ];
    known.into_iter().map(|(key, value)| (key.to_owned(), vec![value])).collect()
}

#[derive(Template)]
#[template(path = "complaints/new.html")]
struct NewPage {
    shell: Shell,
    catalogue: Catalogue,
    filled: Filled,
    once: Uuid,
}

impl NewPage {
    fn asked(&self) -> Asked<'_> {
        Asked { filled: &self.filled, catalogue: &self.catalogue }
    }
    fn promise(&self) -> String {
        law::promise()
    }
}

fn draw(catalogue: Catalogue, shell: Shell, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page::render_status(&shell.clone(), status, &NewPage { catalogue, filled, once, shell })
}

fn may(house: &House, person: Option<&Person>) -> Result<(), Stop> {
    let principal = person.map_or_else(Principal::nobody, Person::principal);
    house.may(&principal, Act::Complain, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// GET /complaints/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Query(from): Query<From>,
) -> Result<Response, Stop> {
    may(&house, shell.person.as_ref())?;
    let text = looked(&house, shell.person.as_ref(), from.look).await?;
    let entered = held.unwrap_or_else(|| known(from, text, shell.person.as_ref()));
    draw(catalogue, shell.clone(), Filled::new(shell.lang, entered, Vec::new()), Uuid::new_v4())
}

/// POST /complaints/new: with an account or without.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    mut posted: Posted,
) -> Result<Response, Stop> {
    may(&house, shell.person.as_ref())?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    about_case(&house, &catalogue, &mut posted, &mut errors).await?;
    let act = read(&catalogue, &posted, ComplaintChannel::Web, &mut errors);
    if !errors.is_empty() {
        return draw(catalogue, shell.clone(), Filled::new(shell.lang, posted.0, errors), form);
    }
    let who = shell.person.as_ref().map_or(Uuid::nil(), |person| person.id);
    let now = house.now();
    if shell.person.is_none() {
        let key = format!("complaint:{}", caller.key());
        people::count_try(house.pool(), &[(key.as_str(), FROM_ONE)], people::TRIES_KEPT_SECONDS, now.at).await?;
    }
    let mut tx = match once::begin(&house, who, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let no = fold::begin(&mut tx, act, fold::complainant(shell.person.as_ref()), &now).await?;
    let to = format!("/complaints/{no}/{}", house.lookup_code(&no));
    once::finish(&house, tx, who, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
