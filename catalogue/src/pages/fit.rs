//! 是否适合我 · a few questions before anybody fills in a form: the decision table that runs asks them and answers, with
//! the rule that answered and the article it rests on. A GET form: nothing is kept, and the answer can be passed on.

use crate::asked::{self, plain};
use crate::{Catalogue, Item};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use forms::FieldError;
use foundation::held::{Entered, entered};
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use rules::Table;

/// What the table said.
struct Answer {
    verdict: String,
    advice: String,
    materials: String,
    /// The article the rule rests on.
    basis: String,
    rule: usize,
    /// There is something to apply for.
    go: bool,
    seen: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/fit.html")]
struct FitPage<'a> {
    shell: &'a Shell,
    item: &'a Item,
    summary: String,
    fields: Vec<String>,
    answer: Option<Answer>,
    wrong: bool,
    in_force: bool,
    hash: &'a str,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    let item = &catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    let table = item.fit.as_ref().ok_or(Stop::NotFound("判断表"))?;
    let entered = entered(query.unwrap_or_default().as_bytes());
    let (answer, errors) = match entered.is_empty() {
        true => (None, Vec::new()),
        false => decide(table, &entered)?,
    };
    let wrong = !errors.is_empty();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let filled = Filled::new(shell.lang, entered, errors);
    let page = FitPage {
        summary: filled.summary(),
        fields: asked::fields(&filled, table, str::to_owned),
        answer,
        wrong,
        in_force: item.barred(shell.now.date(), &super::guide::foundations(&house, item).await).is_none(),
        hash: table.hash(),
        item,
        shell: &shell,
    };
    page::render_status(&shell, status, &page)
}

fn decide(table: &Table, entered: &Entered) -> Result<(Option<Answer>, Vec<FieldError>), Stop> {
    let values = match asked::read(entered, table, str::to_owned) {
        Ok(values) => values,
        Err(errors) => return Ok((None, errors)),
    };
    let decision = table.decide(&values).map_err(|error| Stop::Fault(format!("fit table: {error}")))?;
    let said = |name: &str| decision.outputs.get(name).map(plain).unwrap_or_default();
    let rule = decision.matched.first();
    let verdict = said("verdict");
    let answer = Answer {
        go: verdict.starts_with("可以"),
        advice: said("advice"),
        materials: said("materials"),
        basis: rule.map(|rule| rule.description.clone()).unwrap_or_default(),
        rule: rule.map_or(0, |rule| rule.index),
        verdict,
        seen: asked::told(table, &values),
    };
    Ok((Some(answer), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::catalogue;

    fn ask(slug: &str, query: &str) -> (Option<Answer>, Vec<FieldError>) {
        let item = &catalogue().item(slug).unwrap();
        decide(item.fit.as_ref().unwrap(), &entered(query.as_bytes())).unwrap()
    }

    #[test]
    fn b4_1_the_table_answers_and_names_its_rule() {
        let (answer, errors) = ask("elderly-card", "age_band=60至69周岁&home=户籍在酉华镇&card=没有&identity_is_enough=no");
        let answer = answer.unwrap();
        assert_eq!(errors, []);
        assert_eq!((answer.verdict.as_str(), answer.rule, answer.go), ("可以办", 8, true));
        assert!(answer.basis.contains("第五十三条"), "{}", answer.basis);
    }

    #[test]
    fn b4_1_a_question_left_open_is_asked_again() {
        let (answer, errors) = ask("elderly-card", "age_band=60至69周岁&home=火星&card=没有");
        assert!(answer.is_none());
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["home", "identity_is_enough"]);
        assert!(errors[0].zh.starts_with("请选"));
    }
}
