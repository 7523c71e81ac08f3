//! 按您的情况 · a few questions, and what this matter asks of whoever answers so: papers, days, fee, and why. A GET form: nothing is
//! kept, and the answer can be passed on. What was answered goes along into the application.

use crate::situations::{self, Read};
use crate::{Catalogue, Item, Material, MaterialSource};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use forms::Answers;
use foundation::held::entered;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};

/// A paper, and the answer that calls for it.
struct Paper {
    name: String,
    note: String,
    why: Option<String>,
    optional: bool,
}

/// What the answers lead to.
struct Outcome {
    situation: Option<Told>,
    /// To be handed in by the applicant.
    bring: Vec<Paper>,
    /// Filled in, looked up or fetched by the system.
    spared: Vec<Paper>,
    /// Papers of others, which these answers do not call for.
    others: Vec<String>,
    promised: String,
    fee: String,
}

struct Told {
    name: String,
    told: String,
    basis: String,
    /// The answers by which it is told apart; none where it is what is left over.
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/situation.html")]
struct SituationPage<'a> {
    shell: &'a Shell,
    item: &'a Item,
    summary: String,
    fields: Vec<String>,
    /// The questions on this page, for it to be known what was left open.
    asked: String,
    /// Some were answered, and these answers make one ask more.
    further: bool,
    outcome: Option<Outcome>,
    wrong: bool,
    in_force: bool,
    query: String,
    has_table: bool,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    let item = &catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    let query = query.unwrap_or_default();
    let entered = entered(query.as_bytes());
    let begun = !entered.is_empty();
    let Read { answers, errors, further } = situations::read(item, &entered, shell.now.date());
    let asked = situations::asked(item, &answers);
    if asked.is_empty() && !begun {
        return Err(Stop::NotFound("情形"));
    }
    let wrong = !errors.is_empty();
    let filled = Filled::new(shell.lang, entered, errors);
    let page = SituationPage {
        summary: filled.summary(),
        fields: asked.iter().map(|field| filled.field(field)).collect(),
        asked: asked.iter().map(|field| field.key.as_str()).collect::<Vec<_>>().join(" "),
        further: begun && !wrong && further,
        outcome: (begun && !wrong && !further).then(|| outcome(item, &answers)),
        wrong,
        in_force: item.barred(shell.now.date(), &super::guide::foundations(&house, item).await).is_none(),
        query,
        has_table: !item.situations.is_empty(),
        item,
        shell: &shell,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&shell, status, &page)
}

fn outcome(item: &Item, answers: &Answers) -> Outcome {
    let wanted = item.materials_for(answers);
    let paper = |material: &&Material| Paper {
        name: material.name.clone(),
        note: material.note.clone(),
        why: material.when.as_ref().map(|when| item.when_text(when)),
        optional: !material.required,
    };
    let (bring, spared): (Vec<&Material>, Vec<&Material>) =
        wanted.iter().copied().partition(|material| material.source == MaterialSource::Applicant);
    let situation = item.situation(answers).map(|situation| Told {
        name: situation.name.clone(),
        told: situation.told.clone(),
        basis: situation.basis.clone(),
        why: situation.conditions().map(|when| item.when_text(when)).collect(),
    });
    Outcome {
        situation,
        bring: bring.iter().map(paper).collect(),
        spared: spared.iter().map(paper).collect(),
        others: item
            .materials
            .iter()
            .filter(|one| !wanted.iter().any(|w| w.key == one.key))
            .map(|one| one.name.clone())
            .collect(),
        promised: match item.is_on_the_spot() {
            true => item.promised_text(),
            false => item.promised_for(answers).to_string(),
        },
        fee: item.fee_for(answers).to_owned(),
    }
}
