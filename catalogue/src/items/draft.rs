//! 事项草稿 · a matter that is being drafted: what was entered, kept as it was typed, and what is still wrong with it.

use super::facts;
use crate::check::SAME_CODE;
use crate::directory::law::{basic_of, x_1_basic_code};
use crate::fault::{Faults, FileFault};
use crate::intermediaries::law::b3_2_01_refused;
use crate::item::Facts;
use crate::powers::law::{self, Foundations};
use crate::priors::law as priors;
use crate::versions::{Parts, sha256};
use crate::{Catalogue, Item, ItemKind};
use chrono::{DateTime, NaiveDate, Utc};
use forms::{Answers, FieldError, Form};
use foundation::Stop;
use foundation::page::fields::Filled;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The four parts of a matter, as they stand in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Facts,
    Form,
    Chart,
    Questions,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Facts, Part::Form, Part::Chart, Part::Questions];

    pub fn zh(self) -> &'static str {
        match self {
            Part::Facts => "要素",
            Part::Form => "申请表",
            Part::Chart => "流程图",
            Part::Questions => "情形引导",
        }
    }
    pub fn key(self) -> &'static str {
        match self {
            Part::Facts => "facts",
            Part::Form => "form",
            Part::Chart => "chart",
            Part::Questions => "questions",
        }
    }
    /// Of the file that a fault is told of.
    pub(super) fn of(file: &str) -> Part {
        match file {
            "form" => Part::Form,
            "process" => Part::Chart,
            "fit" => Part::Questions,
            file if file.starts_with("definitions/processes/") => Part::Chart,
            file if file.starts_with("definitions/decisions/") => Part::Questions,
            _ => Part::Facts,
        }
    }
}

/// What a page shows of a draft: whoever saves it writes over that, and over nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'s> {
    All,
    /// One section of the elements.
    Elements(&'s str),
    Chart,
    Form,
    /// One page of the form.
    Page(&'s str),
    Questions,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Draft {
    pub id: Uuid,
    pub slug: String,
    pub revision: i32,
    pub touched_at: DateTime<Utc>,
    pub change: Option<String>,
    /// The version it was begun from; none for a new matter.
    pub begun_from: Option<String>,
    base: Json<Value>,
    answers: Json<Value>,
    pub process: String,
    pub form: String,
    pub fit: Option<String>,
}

/// The field that carries [`Draft::mark`].
pub const MARK: &str = "mark";

/// What the parts are told of as.
pub const FILES: [&str; 4] = ["item", "process", "form", "fit"];

/// Something that keeps a draft from being sent to review, and where it is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub part: Part,
    /// The step of the form of the elements on which it is mended.
    pub step: Option<String>,
    pub place: String,
    pub said: String,
}

impl Trouble {
    fn of(fault: FileFault) -> Trouble {
        let part = Part::of(&fault.file);
        let step = (part == Part::Facts).then(|| step_of(&fault.place)).flatten();
        let place = if part == Part::Facts { place_in_words(&fault.place) } else { fault.place };
        Trouble { part, step, place, said: fault.reason }
    }
}

/// The field that a place in an item's text, `materials[2].name`, is entered in.
pub(crate) fn field_of(place: &str) -> Option<(forms::Field, String)> {
    let bare = place.split('[').next().unwrap_or_default().replace('.', "__");
    let form = facts::form().ok()?;
    form.steps().iter().find_map(|step| {
        let found = step.fields.iter().find(|field| field.key == bare).or_else(|| {
            // A part of it, `statutory_limit` for `statutory_limit__n`.
            step.fields.iter().find(|field| !bare.is_empty() && field.key.starts_with(&format!("{bare}__")))
        });
        found.map(|field| (field.clone(), step.key.clone()))
    })
}

fn step_of(place: &str) -> Option<String> {
    field_of(place).map(|(_, step)| step)
}

/// “材料 3 · 材料名称” for `materials[2].name`.
fn place_in_words(place: &str) -> String {
    let Some((field, _)) = field_of(place) else { return place.to_owned() };
    let Some((_, rest)) = place.split_once('[') else { return field.label };
    let (row, inner) = rest.split_once(']').unwrap_or((rest, ""));
    let row: usize = row.parse().unwrap_or(0);
    let inner = format!("{}__{}", field.key, inner.trim_start_matches('.').replace('.', "__"));
    match field.fields.iter().find(|one| one.key == inner) {
        Some(one) => format!("{} {} · {}", field.label, row + 1, one.label),
        None => format!("{} {}", field.label, row + 1),
    }
}

/// What a matter consists of beside its elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    pub process: String,
    pub form: String,
    pub fit: Option<String>,
}

impl Texts {
    pub fn of(item: &Item) -> Texts {
        Texts { process: item.process.xml().into(), form: item.form.text().into(), fit: item.fit_text.clone() }
    }
}

impl Draft {
    pub fn answers(&self) -> Answers {
        self.answers.as_object().cloned().unwrap_or_default()
    }

    /// The number of a form on one of its pages.
    pub fn once(&self) -> Uuid {
        Uuid::new_v4()
    }

    /// The mark of what a page shows of it: another one as soon as somebody changed that.
    pub fn mark(&self, shown: Shown) -> String {
        let text = match shown {
            Shown::All => return self.revision.to_string(),
            Shown::Elements(step) => serde_json::to_string(&facts::typed(step, &self.answers())).unwrap_or_default(),
            Shown::Chart => self.process.clone(),
            Shown::Form => self.form.clone(),
            Shown::Page(place) => super::form::page_text(self, place),
            Shown::Questions => self.fit.clone().unwrap_or_default(),
        };
        sha256(text.as_bytes())
    }

    /// The mark that a page carries: of what it showed when its typing began, which may be longer ago than what it shows now.
    pub fn marked(&self, shown: Shown, filled: &Filled) -> String {
        filled.entered.get(MARK).and_then(|marks| marks.last()).cloned().unwrap_or_else(|| self.mark(shown))
    }

    pub fn name(&self) -> String {
        self.answers["name"].as_str().unwrap_or(&self.slug).to_owned()
    }

    /// The form that is filled in for the matter, as far as it can be read.
    pub fn application(&self) -> Option<Form> {
        Form::parse(&self.form).ok()
    }

    /// The item's text as it would be published.
    pub fn text(&self, catalogue: &Catalogue) -> Result<String, Stop> {
        let form = self.application();
        let mut item = facts::item_of(&self.base, &self.answers(), catalogue, form.as_ref())?;
        let keys = [("slug", Some(self.slug.as_str())), ("process", Some(&self.slug)), ("form", Some(&self.slug))];
        for (key, value) in keys {
            // A part that it already names keeps its name.
            if key == "slug" || item[key].as_str().is_none_or(str::is_empty) {
                item[key] = value.into();
            }
        }
        item["fit"] = match &self.fit {
            None => Value::Null,
            Some(_) => item["fit"]
                .as_str()
                .filter(|key| !key.is_empty())
                .map_or_else(|| format!("{}-fit", self.slug), str::to_owned)
                .into(),
        };
        Ok(serde_json::to_string_pretty(&item)?)
    }

    /// What would be drafted with these answers, without being kept.
    pub(super) fn of(slug: &str, base: Value, answers: Answers, texts: &Texts) -> Draft {
        Draft {
            id: Uuid::nil(),
            slug: slug.to_owned(),
            revision: 0,
            touched_at: DateTime::UNIX_EPOCH,
            change: None,
            begun_from: None,
            base: Json(base),
            answers: Json(Value::Object(answers)),
            process: texts.process.clone(),
            form: texts.form.clone(),
            fit: texts.fit.clone(),
        }
    }

    /// The matter as its texts say it, and what of them cannot be read; `is_filled` says that no answer is missing.
    pub(super) fn read(&self, catalogue: &Catalogue, is_filled: bool) -> Result<(Option<Item>, Faults), Stop> {
        let mut faults = Faults::default();
        let text = self.text(catalogue)?;
        let facts = match Facts::read(&text) {
            Ok(facts) => Some(facts),
            Err(error) => {
                if is_filled {
                    faults.add("item", "", format!("要素读不出来（{error}）"));
                }
                None
            }
        };
        let parts = Parts { item: &text, process: &self.process, form: &self.form, fit: self.fit.as_deref() };
        let item = match facts {
            Some(facts) => parts.build(facts, FILES, &mut faults),
            None => {
                // What can be said of the other parts is said all the same.
                parts.read(FILES, &mut faults);
                None
            }
        };
        Ok((item, faults))
    }

    /// The matter as it would be published, or everything that is still wrong with it.
    pub async fn built(
        &self,
        conn: &mut PgConnection,
        catalogue: &Catalogue,
        today: NaiveDate,
    ) -> Result<Result<Item, Vec<Trouble>>, Stop> {
        let missing: Vec<Trouble> = facts::form()?
            .check_all(&self.answers(), today)
            .into_iter()
            .map(|(step, error): (String, FieldError)| Trouble {
                part: Part::Facts,
                step: Some(step),
                place: error.label.clone(),
                said: error.zh,
            })
            .collect();
        let (item, mut faults) = self.read(catalogue, missing.is_empty())?;
        if let Some(item) = &item {
            faults.0.extend(check(conn, &[item], catalogue, today).await?.into_iter().flat_map(|found| found.0));
        }
        let mut troubles = missing;
        for fault in faults.0 {
            let trouble = Trouble::of(fault);
            if !troubles
                .iter()
                .any(|other| other.part == trouble.part && other.said == trouble.said && other.place == trouble.place)
            {
                troubles.push(trouble);
            }
        }
        Ok(match (item, troubles.is_empty()) {
            (Some(item), true) => Ok(item),
            _ => Err(troubles),
        })
    }
}

/// What must hold before matters are reviewed, and once more before they are published: all that holds for a file, a code of its own, a
/// basis in force (A2.1-04), for a permit one that can create it (A2.1-01), and no prior approval without a basis (B6.1-02). Of each, in their order.
pub async fn check(
    conn: &mut PgConnection,
    items: &[&Item],
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<Vec<Faults>, Stop> {
    let before: Vec<_> = items.iter().filter_map(|item| catalogue.item(&item.slug)).collect();
    let foundations = Foundations::of(conn, items.iter().copied().chain(before.iter().map(AsRef::as_ref))).await?;
    let cited = items.iter().flat_map(|item| item.legal_basis.iter().map(|basis| law::key(&basis.law)));
    let keys: BTreeSet<String> = cited.collect();
    let laws = law::of(conn, &keys.into_iter().collect::<Vec<_>>()).await?;
    let mut codes: HashMap<String, String> =
        catalogue.items().iter().map(|other| (other.code.clone(), other.slug.clone())).collect();
    // Who gives a code up with this change gives it free.
    codes.retain(|code, slug| !items.iter().any(|item| item.slug == *slug && item.code != *code));
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let mut faults = Faults::default();
        let missing = item.missing_elements();
        if !missing.is_empty() {
            faults.add("item", "", format!("还没有填{}，填全九项才能公布", missing.join("、")));
        }
        catalogue.check(item, &mut faults);
        if let Err(said) = x_1_basic_code(&item.basic_code, item.kind) {
            faults.add("item", "basic_code", said);
        } else if basic_of(&item.code) != Some(item.basic_code.as_str()) {
            faults.add("item", "code", "实施编码是统一社会信用代码 18 位、行使层级 1 位、基本编码 12 位，和基本编码对不上");
        }
        if codes.get(&item.code).is_some_and(|slug| *slug != item.slug) {
            faults.add("item", "code", SAME_CODE);
        }
        codes.insert(item.code.clone(), item.slug.clone());
        if item.is_in_use() && !item.basis_in_force(today, &foundations) {
            faults.add("item", "legal_basis", "没有一条依据现行有效，不能办；要停办的，把事项状态改成暂停或者取消");
        }
        let may = |law: &str| laws.get(&law::key(law)).and_then(|law| law.may_create_permit(today));
        let cannot = item.legal_basis.iter().all(|basis| may(&basis.law) == Some(false));
        if item.kind == ItemKind::Permit && item.is_in_use() && cannot {
            faults.add("item", "legal_basis", law::CANNOT_CREATE);
        }
        for (at, service) in item.intermediaries.iter().enumerate() {
            let place = format!("intermediaries[{at}].law");
            if foundations.last_day(&service.law, &service.article).is_some_and(|last| last < today) {
                faults.add("item", &place, "依据已经失效，这项中介服务不能再作为办理的条件");
            }
            // What is on record of the text goes before what the matter says of it.
            if let Some(why) = foundations.rank(&service.law).and_then(|rank| b3_2_01_refused(rank, &service.law, |_| false)) {
                faults.add("item", &place, why);
            }
        }
        // What may not be asked for as a prior approval is not asked for under another name.
        let before = catalogue.item(&item.slug);
        for material in before.iter().flat_map(|before| before.materials.iter()).filter(|one| one.prior.is_some()) {
            let kept = item.materials.iter().position(|one| one.key == material.key && one.prior.is_none());
            let unfounded = material.prior.as_ref().map(|prior| priors::standing(prior, &foundations, today));
            if let Some(at) = kept.filter(|_| unfounded != Some(priors::Standing::Founded)) {
                faults.add("item", format!("materials[{at}].name"), priors::STILL_ASKED_FOR);
            }
        }
        for (at, prior) in item.priors() {
            let place = |part: &str| format!("materials[{at}].prior.{part}");
            if prior.rank.is_none() {
                faults.add("item", place("rank"), "请选前置审批依据的效力级别");
            } else if priors::standing(prior, &foundations, today) != priors::Standing::Founded {
                faults.add("item", place("law"), priors::WITHOUT_BASIS);
            }
            if let Some(matter) = &prior.matter
                && (*matter == item.slug || catalogue.item(matter).is_none())
            {
                faults.add("item", place("matter"), format!("没有“{matter}”这个可以先办的事项"));
            }
        }
        all.push(faults);
    }
    Ok(all)
}

const COLUMNS: &str = "id, slug, revision, touched_at, change, begun_from, base, answers, process, form, fit";

pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Draft, Stop> {
    let sql = format!("select {COLUMNS} from item_drafts where id = $1 and is_open");
    let draft = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await?;
    draft.ok_or(Stop::NotFound("草稿"))
}

/// Finds it and holds it to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Draft, Stop> {
    let sql = format!("select {COLUMNS} from item_drafts where id = $1 and is_open for update");
    let draft = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await?;
    draft.ok_or(Stop::NotFound("草稿"))
}

/// Those that are being drafted, the latest first, after this one.
pub async fn open(conn: &mut PgConnection, after: Option<(DateTime<Utc>, Uuid)>, most: i64) -> Result<Vec<Draft>, Stop> {
    let sql = format!(
        "select {COLUMNS}
           from item_drafts
          where is_open
            and ($1::timestamptz is null or (touched_at, id) < ($1, $2))
          order by touched_at desc, id desc
          limit $3"
    );
    let (at, id) = after.unzip();
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(at).bind(id).bind(most).fetch_all(conn).await?)
}

/// The text that a matter is begun with: that of its version in force, or that of another without what is the other's own.
pub(super) fn base_of(from: &Item, slug: &str) -> Result<Value, Stop> {
    let mut base: Value = serde_json::from_str(&from.text)?;
    if slug != from.slug {
        for part in ["code", "basic_code", "process", "form", "fit", "sources"] {
            if let Some(object) = base.as_object_mut() {
                object.shift_remove(part);
            }
        }
        base["slug"] = slug.into();
    }
    Ok(base)
}

/// Begins to draft a matter with the texts of another version, or of another matter; who drafts it already is led there.
pub async fn begin(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    from: &Item,
    slug: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Uuid, Stop> {
    let base = base_of(from, slug)?;
    let answers = facts::answers_of(&base, catalogue, Some(&from.form))?;
    let id = Uuid::now_v7();
    let made: Option<Uuid> = sqlx::query_scalar(
        "insert into item_drafts (id, slug, revision, touched_at, touched_by, is_open, base, answers, process, form, fit, begun_from)
         values ($1, $2, 1, $3, $4, true, $5, $6, $7, $8, $9, $10)
         on conflict (slug) where is_open do nothing
         returning id",
    )
    .bind(id)
    .bind(slug)
    .bind(now)
    .bind(by)
    .bind(Json(&base))
    .bind(Json(&answers))
    .bind(from.process.xml())
    .bind(from.form.text())
    .bind(&from.fit_text)
    .bind(Some(&from.hash).filter(|_| slug == from.slug))
    .fetch_optional(&mut *conn)
    .await?;
    match made {
        Some(id) => Ok(id),
        None => {
            Ok(sqlx::query_scalar("select id from item_drafts where slug = $1 and is_open").bind(slug).fetch_one(conn).await?)
        }
    }
}

/// What a page changes of a draft; `None` leaves it as it is.
#[derive(Default)]
pub struct Edit {
    pub answers: Option<Answers>,
    pub process: Option<String>,
    pub form: Option<String>,
    /// `Some(None)` takes the questions away.
    pub fit: Option<Option<String>>,
}

/// Saves a locked draft.
pub async fn save(conn: &mut PgConnection, draft: &mut Draft, edit: Edit, by: Uuid, now: DateTime<Utc>) -> Result<(), Stop> {
    if let Some(answers) = edit.answers {
        draft.answers = Json(Value::Object(answers));
    }
    draft.process = edit.process.unwrap_or_else(|| std::mem::take(&mut draft.process));
    draft.form = edit.form.unwrap_or_else(|| std::mem::take(&mut draft.form));
    if let Some(fit) = edit.fit {
        draft.fit = fit;
    }
    draft.revision += 1;
    draft.touched_at = now;
    sqlx::query(
        "update item_drafts
            set revision = $2, touched_at = $3, touched_by = $4, answers = $5, process = $6, form = $7, fit = $8
          where id = $1",
    )
    .bind(draft.id)
    .bind(draft.revision)
    .bind(now)
    .bind(by)
    .bind(&draft.answers)
    .bind(&draft.process)
    .bind(&draft.form)
    .bind(&draft.fit)
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a draft up, or closes it because it has become a change.
pub async fn close(conn: &mut PgConnection, id: Uuid, change: Option<&str>) -> Result<(), Stop> {
    sqlx::query("update item_drafts set is_open = false, change = coalesce($2, change) where id = $1")
        .bind(id)
        .bind(change)
        .execute(conn)
        .await?;
    Ok(())
}

/// Opens the draft again that has become this change.
pub async fn reopen(conn: &mut PgConnection, change: &str, now: DateTime<Utc>) -> Result<Uuid, Stop> {
    let other: bool = sqlx::query_scalar(
        "select exists (select from item_drafts open join item_drafts old on old.slug = open.slug
                         where old.change = $1 and open.is_open and open.id <> old.id)",
    )
    .bind(change)
    .fetch_one(&mut *conn)
    .await?;
    if other {
        return Err(Stop::Rejected("这个事项另有一份草稿。请先把那一份送审或者放弃，再改这一份".into()));
    }
    let id: Option<Uuid> = sqlx::query_scalar(
        "update item_drafts
            set is_open = true, touched_at = $2
          where id = (select id from item_drafts where change = $1 order by touched_at desc limit 1)
         returning id",
    )
    .bind(change)
    .bind(now)
    .fetch_optional(conn)
    .await?;
    id.ok_or(Stop::NotFound("草稿"))
}
