//! 审核、公布、撤回、生效前撤回 · one act of an office on a change (A2.1-03; F019).

use super::change::{self, Change};
use super::{changes, draft, may, recall};
use crate::Catalogue;
use crate::items::publish;
use acts::{PowerChangeAct, Reviewer};
use authority::Act;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::{self, Filled, field_error};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;

/// Characters of the longest opinion.
const LONGEST: usize = 2000;

/// What an office must be allowed to do for its review.
pub fn act_of(reviewer: Reviewer) -> Act {
    match reviewer {
        Reviewer::Openness => Act::ReviewPowerOpenness,
        Reviewer::Establishment => Act::ReviewPowerEstablishment,
        Reviewer::Legal => Act::ReviewPowerLegality,
    }
}

/// The role in which an office acts, as the public sees it.
fn role_of(reviewer: Reviewer) -> &'static str {
    match reviewer {
        Reviewer::Openness => "openness_officer",
        Reviewer::Establishment => "establishment_reviewer",
        Reviewer::Legal => "legal_reviewer",
    }
}

/// One act on a locked change, in the caller's transaction; what is published is in the list with it.
pub async fn keep(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    change: Change,
    act: PowerChangeAct,
    role: &str,
    by: &Person,
    now: &Moment,
) -> Result<Change, Stop> {
    if let PowerChangeAct::Published { effective_from, .. } = act {
        match change.is_of_matters() {
            true => publish::into_force(conn, &change, effective_from, now).await?,
            false => change::into_list(conn, &change, effective_from, |code| catalogue.region_name(code)).await?,
        }
    }
    if let PowerChangeAct::Recalled { .. } = act {
        recall::out_of_force(conn, &change).await?;
    }
    let entry = record::entry(change::subject(&change.no), now.at, by.actor(role), Some(by.private()), act);
    change::keep(conn, change, &entry).await
}

pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let leads_to = format!("/powers/changes/{no}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    // What is drawn is compared with its entry when either is published: not while the other is.
    if what == "publish" || what == "recall" {
        change::alone(&mut tx).await?;
    }
    let change = change::lock(&mut tx, &no).await?;
    let now = house.now();
    let mut errors: Vec<FieldError> = Vec::new();
    let (role, act) = match what.as_str() {
        "review" => {
            let reviewer = match posted.one("reviewer") {
                "openness" => Reviewer::Openness,
                "establishment" => Reviewer::Establishment,
                "legal" => Reviewer::Legal,
                _ => return Err(Stop::Unreadable("没有说明是哪一家的审核，请回到页面上再提交".into())),
            };
            may(&house, &person, act_of(reviewer))?;
            let passes = match posted.one("passes") {
                "yes" => true,
                "no" => false,
                _ => {
                    errors.push(field_error("passes", "审核结果", "请选通过还是退回", "Choose whether it passes or goes back"));
                    false
                }
            };
            let opinion = match passes || !errors.is_empty() {
                true => fields::public_optional(&posted, "opinion", "审核意见", LONGEST, &mut errors),
                false => fields::public_text(
                    &posted,
                    "opinion",
                    "审核意见",
                    ("退回要写哪里要改", "退回要写哪里要改"),
                    LONGEST,
                    &mut errors,
                ),
            };
            (role_of(reviewer), change.a2_1_03_review(reviewer, passes, opinion, person.id))
        }
        "publish" => {
            may(&house, &person, Act::PublishPowerChange)?;
            let from = fields::date(posted.one("from"), "from", "生效日期", &mut errors);
            let why = match change.is_of_matters() {
                true => publish::hindered(&mut tx, &catalogue, &change, from.unwrap_or(now.date()), now.date()).await?,
                false => change::hindered(&mut tx, &catalogue, &change, now.date()).await?,
            };
            if let Some(why) = why {
                return Err(Stop::Rejected(why));
            }
            let newest = change::newest(&mut tx, &change).await?;
            let publish = change.publish(from.unwrap_or(now.date()), newest.as_ref(), now.date());
            if let Err(early @ (change::Rejection::BeforeToday | change::Rejection::NotAfter(..) | change::Rejection::TooFar(_))) =
                &publish
                && errors.is_empty()
            {
                let first = change.first_day(newest.as_ref(), now.date());
                errors.push(field_error(
                    "from",
                    "生效日期",
                    &early.to_string(),
                    &format!("From {first} at the earliest, within a year"),
                ));
            }
            ("catalogue_administrator", publish)
        }
        "recall" => {
            may(&house, &person, Act::PublishPowerChange)?;
            let decision = draft::decision(&posted, &mut errors);
            let wanted = ("请写撤回原因", "Say why it is taken back");
            let reason = fields::public_text(&posted, "reason", "撤回原因", wanted, LONGEST, &mut errors);
            ("catalogue_administrator", change.recall(decision, reason, now.date()))
        }
        "withdraw" => {
            may(&house, &person, Act::DraftPowerChange)?;
            let reason =
                fields::public_text(&posted, "reason", "撤回原因", ("请写撤回原因", "请写撤回原因"), LONGEST, &mut errors);
            ("catalogue_administrator", change.withdraw(reason))
        }
        _ => return Err(Stop::NotFound("页面")),
    };
    if !errors.is_empty() {
        tx.rollback().await?;
        let again = Filled::new(shell.lang, posted.0, errors);
        return changes::draw(&house, &catalogue, shell, &no, (0, ""), Some(again)).await;
    }
    keep(&mut tx, &catalogue, change, act?, role, &person, &now).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    // Guides that were drawn a moment ago speak of it, too.
    catalogue.pages().clear();
    // It is published already; whoever asks again will find it.
    if let Err(stop) = catalogue.keep_up(house.pool(), now.date()).await {
        tracing::warn!(%stop, "the versions in force could not be read");
    }
    Ok(Redirect::to(&leads_to).into_response())
}
