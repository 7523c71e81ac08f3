//! 登记新设的中心 · the administrator puts a new centre on record. Its name follows from its region; another is refused (F062).

use super::name::{b2_1_01_name, f062_accept};
use super::{facts, record};
use crate::Catalogue;
use crate::powers::may;
use acts::{CentreAct, CentreFacts};
use askama::Template;
use authority::Act;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "centres/open.html")]
struct OpenPage {
    shell: Shell,
    filled: Filled,
}

impl OpenPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

fn draw(shell: Shell, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OpenPage { filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/new
pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepCentre)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(shell, filled)
}

/// What is entered: everything wrong with it at once.
fn read(posted: &Posted, catalogue: &Catalogue, today: NaiveDate) -> Result<(String, CentreAct), Vec<FieldError>> {
    let mut errors = Vec::new();
    let said = posted.one("region").trim().to_owned();
    let region = catalogue.region_code(&said).and_then(|code| catalogue.region(code)).filter(|_| !said.is_empty());
    // It was called as the day had it on which it was founded; the last to be told, as the form has it.
    let mut last = Vec::new();
    let (basis, from) = facts::basis(posted, today, &mut last);
    let name = match region.map(|region| (region, b2_1_01_name(region, from))) {
        // Old papers are followed by their old code; nothing new begins under it (F063).
        Some((region, _)) if forms::regions::successor(&said).is_some_and(|now| now.code != said) => {
            let now = catalogue.region_name(&region.code);
            let zh = format!("{said} 是以前的区划代码，现在是 {}（{now}），请写现在的", region.code);
            let en = format!("{said} is the code of a former region; enter the present one, {}", region.code);
            errors.push(field_error("region", "区划", &zh, &en));
            String::new()
        }
        None => {
            let zh = "没有这个区划，请从省写起写全称，或者写代码，例如 341524";
            errors.push(field_error("region", "区划", zh, "No such region; enter its full name or its code, such as 341524"));
            String::new()
        }
        Some((region, None)) => {
            let zh = format!("“{}”不设政务服务中心", region.name);
            errors.push(field_error("region", "区划", &zh, "There is no service centre at this node of the register"));
            String::new()
        }
        Some((region, Some(name))) => {
            let typed = forms::text::fold_text(posted.one("name")).trim().to_owned();
            if !typed.is_empty()
                && let Err(zh) = f062_accept(&typed, region, from)
            {
                let en = format!("The name follows from the region and the day; here it is {name}");
                errors.push(field_error("name", "名称", &zh, &en));
            }
            name
        }
    };
    let form = facts::form().ok();
    let reading = form.as_ref().map(|form| form.read_step("place", &posted.0, today));
    let mut told = CentreFacts { region: region.map(|region| region.code.clone()).unwrap_or_default(), ..CentreFacts::default() };
    if let Some(reading) = reading {
        match reading.errors.is_empty() {
            false => errors.extend(reading.errors),
            true => match facts::put("place", &reading.answers, &told, catalogue) {
                Ok(read) => told = read,
                Err(wrong) => errors.extend(wrong),
            },
        }
    }
    errors.extend(last);
    let region = told.region.clone();
    if errors.is_empty() { Ok((region, CentreAct::Established { name, facts: told, basis, from })) } else { Err(errors) }
}

/// POST /centres/new
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepCentre)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let errors = match read(&posted, &catalogue, now.date()) {
        Ok((region, act)) => {
            record::alone(&mut tx).await?;
            match record::of_region(&mut tx, &region).await? {
                None => {
                    // One centre to a region: the code of the region is its key.
                    record::keep(&mut tx, &region, act, record::by(&person), &now).await?;
                    let leads_to = format!("/centres/{region}");
                    once::finish(&house, tx, person.id, form, &leads_to).await?;
                    known(&house, &catalogue).await;
                    return Ok(Redirect::to(&leads_to).into_response());
                }
                Some(_) => vec![field_error("region", "区划", "这个区划已经有政务服务中心", "This region has a centre already")],
            }
        }
        Err(errors) => errors,
    };
    tx.rollback().await?;
    let filled = Filled::new(shell.lang, posted.0, errors);
    draw(shell, filled)
}

/// What was recorded is known at once here; other instances look for it by themselves.
pub(super) async fn known(house: &House, catalogue: &Catalogue) {
    // A guide tells where its matter is handled.
    catalogue.pages().clear();
    if let Err(stop) = catalogue.keep_up(house.pool(), house.now().date()).await {
        tracing::warn!(%stop, "the centres on record could not be read");
    }
}

/// The fields of the basis, the same on every form about a centre.
pub(super) fn basis_fields(filled: &Filled) -> String {
    [
        filled.input("basis", "依据", "例：金政办〔2026〕8号。公开", "text", "maxlength=300"),
        filled.input("from", "自哪天起", "按 2012-06-30 这样写", "text", "inputmode=numeric"),
    ]
    .concat()
}

impl OpenPage {
    fn fields(&self) -> String {
        let form = facts::form().ok();
        let step = form.as_ref().and_then(|form| form.step("place"));
        let place: String = step.iter().flat_map(|step| &step.fields).map(|field| self.filled.field(field)).collect();
        [
            self.filled.input("region", "区划", "从省写起写全称，或者写代码", "text", ""),
            self.filled.input("name", "名称", "可以不填：名称由区划生成，县级以上是“区划名＋人民政府政务服务中心”", "text", ""),
            place,
            basis_fields(&self.filled),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn founds(more: &[(&str, &str)]) -> Result<(String, CentreAct), Vec<FieldError>> {
        let catalogue = Catalogue::embedded().unwrap();
        let mut fields = vec![
            ("region", "341524100"),
            ("manager", "金寨县数据资源管理局"),
            ("address", "梅山镇红军大道"),
            ("phone", "0564-7000000"),
            ("hours", "工作日 9:00—12:00"),
            ("basis", "金政办〔2026〕8号"),
            ("from", "2026-11-28"),
        ];
        fields.retain(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
        fields.extend_from_slice(more);
        let posted = Posted(fields.into_iter().map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).collect());
        read(&posted, &catalogue, NaiveDate::from_ymd_opt(2026, 11, 28).unwrap())
    }

    #[test]
    fn b2_1_01_a_centre_is_named_as_the_day_of_its_founding_has_it() {
        let name = |more: &[(&str, &str)]| match founds(more).unwrap() {
            (_, CentreAct::Established { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        let [old, new] = ["梅山镇为民服务中心", "梅山镇便民服务中心"];
        assert_eq!((name(&[("from", "2015-06-01")]), name(&[])), (old.into(), new.into()));
        assert_eq!(name(&[("from", "2015-06-01"), ("name", old)]), old);
        assert_eq!(founds(&[("from", "2015-06-01"), ("name", new)]).unwrap_err()[0].field, "name");
        assert_eq!(founds(&[("name", old)]).unwrap_err()[0].field, "name");
    }

    #[test]
    fn f063_b2_1_no_centre_is_founded_under_the_code_of_a_former_region() {
        let no = founds(&[("region", "341400"), ("manager", "安徽省数据资源管理局")]).unwrap_err();
        assert_eq!(no[0].field, "region");
        assert!(no[0].zh.contains("340181") && no[0].zh.contains("341400"), "{:?}", no[0]);
    }
}
