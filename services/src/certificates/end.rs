//! 撤销、撤回、吊销、注销 · the agency ends a certificate: on a ground of the law, with facts and reasons, the holder told beforehand where
//! something is taken, and told how to have it reviewed (许可法 7, 8, 69, 70; 处罚法 44, 45; B4.1-18). The head approves but for striking off.

use super::certificate::{self, Certificate};
use super::ground::{Ground, is_told_beforehand, open_to};
use super::{Rejection, letter};
use crate::cases::head;
use crate::cases::officer::{needed, role};
use crate::numbers;
use acts::{CertificateAct, Ended, Ending, Heard, Subject, ToldBeforehand, Why};
use askama::Template;
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use calendar::Limit;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::looking::{self, Opened};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, jobs, once, record};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// How long the holder has to state and defend: five working days, as 处罚法 64 has it for asking for a hearing; where the law names no
/// days they are ours.
pub const TO_STATE: Limit = Limit::working_days(5);

/// What the officer decided.
#[derive(Clone, Debug)]
pub struct End {
    pub how: Ending,
    pub ground: String,
    pub told: Option<ToldBeforehand>,
    pub penalty: Option<String>,
    pub why: Why,
}

/// The law.
pub fn decide(certificate: &Certificate, end: &End, now: &Moment) -> Result<CertificateAct, Rejection> {
    let how = end.how;
    let open = open_to(certificate, how);
    if open.is_empty() {
        return Err(Rejection::CannotEnd(certificate.standing_on(now.date()).zh(), how.zh()));
    }
    let Some(ground) = open.into_iter().find(|ground| ground.key == end.ground) else {
        return Err(Rejection::NoSuchGround(Ground::of(&end.ground).map_or("法律没有列明", |ground| ground.says)));
    };
    let told = end.told.clone().filter(|_| is_told_beforehand(how));
    if is_told_beforehand(how) {
        let told = told.as_ref().filter(|told| told.on <= now.date()).ok_or(Rejection::NotTold(how.zh()))?;
        if told.on < certificate.issued_on() {
            return Err(Rejection::ToldBeforeIssue(certificate.issued_on()));
        }
        let until = now.calendar.due(told.on, TO_STATE).date;
        if told.heard == Heard::Silent && now.date() <= until {
            return Err(Rejection::TooSoonAfterTelling(until));
        }
        if told.heard == Heard::Stated && end.why.statement.is_none() {
            return Err(Rejection::StatementMissing);
        }
    }
    let penalty = end.penalty.clone().filter(|_| how == Ending::Revoked);
    if how == Ending::Revoked && penalty.is_none() {
        return Err(Rejection::PenaltyMissing);
    }
    Ok(CertificateAct::ending(
        how,
        Ended {
            on: now.date(),
            ground_key: ground.key.into(),
            basis: format!("{}：{}", ground.article, ground.says),
            told,
            penalty,
            private: Some(end.why.clone()),
        },
    ))
}

/// Which authority it takes.
pub fn act_of(how: Ending) -> Act {
    if how == Ending::Cancelled { Act::CancelCertificate } else { Act::EndCertificate }
}

fn circumstance(approver: Option<&String>) -> Circumstance {
    Circumstance { seal: true, head_approved: approver.is_some(), ..Circumstance::default() }
}

/// Does it in the caller's transaction.
pub async fn run(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    (person, role): (&Person, &'static str),
    no: &str,
    end: &End,
    now: &Moment,
) -> Result<Certificate, Stop> {
    jobs::hold(conn, super::expire::KIND, &[no]).await?;
    let mut certificate = certificate::lock(conn, no).await?;
    let item = certificate::item_of(conn, house, catalogue, &certificate).await?;
    house.may(&person.principal(), act_of(end.how), &certificate.resource(&item), &circumstance(end.why.approver.as_ref()))?;
    let act = decide(&certificate, end, now)?;
    let has_account = certificate::case_of(conn, &certificate, now.date()).await?.has_account();
    let by = || (person.actor(role), Some(person.private()));
    let seal = CertificateAct::SealUsed { seal: "审批专用章".into(), document: letter::title(end.how, &item).into() };
    let mut entries = Vec::new();
    for act in [act, seal] {
        let (actor, person) = by();
        let mut entry = record::entry(Subject::certificate(no), now.at, actor, person, act);
        if entry.act.ended().is_some() {
            let word = letter::word(end.how);
            entry.document_no = Some(numbers::issue(conn, catalogue, &certificate.agency, &item, word, now.date()).await?);
            entry.letters = Some(letter::drawn_from(catalogue, &certificate, &item, has_account, now));
        }
        certificate.apply(&entry);
        entries.push(entry);
    }
    certificate::save(conn, &certificate, &item, now).await?;
    record::record(conn, &entries).await?;
    Ok(certificate)
}

#[derive(Template)]
#[template(path = "certificates/end.html")]
struct EndPage {
    shell: Shell,
    certificate: Certificate,
    item: Arc<Item>,
    how: Ending,
    fields: String,
    summary: String,
    trouble: Option<String>,
    wrong: bool,
    once: Uuid,
}

impl EndPage {
    fn title(&self) -> &'static str {
        letter::title(self.how, &self.item)
    }
    fn means(&self) -> &'static str {
        match self.how {
            Ending::Annulled => "撤销的，从一开始就没有效力。要先告知持有人陈述、申辩，由机关负责人批准。",
            Ending::Withdrawn => {
                "撤回的，从作出决定的那一天起没有效力；造成财产损失的依法补偿。要先告知持有人陈述、申辩，由机关负责人批准。"
            }
            Ending::Revoked => "吊销是行政处罚，照处罚决定书办。要先告知持有人陈述、申辩，由机关负责人批准。",
            Ending::Cancelled => "注销是办手续：许可已经没有了，或者不再有了，把证照注销。",
        }
    }
}

fn form(filled: &Filled, certificate: &Certificate, how: Ending) -> String {
    let grounds = open_to(certificate, how);
    let said: Vec<String> = grounds.iter().map(|ground| format!("{}（{}）", ground.says, ground.article)).collect();
    let options: Vec<(&str, &str)> = grounds.iter().zip(&said).map(|(ground, said)| (ground.key, said.as_str())).collect();
    let mut out = filled.choice("ground", "属于哪一种情形", "radio", &options);
    out.push_str(&filled.textarea("facts", "查明的事实", "写清时间、地点、做了什么、有什么证据", 4));
    out.push_str(&filled.textarea("reasons", "理由", "事实为什么属于这种情形", 3));
    if how == Ending::Revoked {
        out.push_str(&filled.input("penalty", "处罚决定书文号", "例：金市监处罚〔2026〕12号", "text", "autocomplete=\"off\""));
    }
    if is_told_beforehand(how) {
        out.push_str(&filled.input(
            "told_on",
            "哪一天告知持有人可以陈述、申辩",
            "告知书送达的日子，例 2026-03-02",
            "text",
            "autocomplete=\"off\"",
        ));
        out.push_str(&filled.choice("heard", "持有人", "radio", &Heard::ALL.map(|heard| (heard.key(), heard.zh()))));
        out.push_str(&filled.textarea("statement", "说了什么，怎么复核的", "作了陈述申辩的填", 3));
        out.push_str(&head_fields(filled));
    }
    if how == Ending::Annulled {
        let harm = "已经核实：撤销不会对公共利益造成重大损害（《行政许可法》第六十九条第三款：会造成的不予撤销）";
        out.push_str(&filled.choice("harm", "公共利益", "checkbox", &[("none", harm)]));
    }
    out.push_str(&filled.choice("seal", "用章", "checkbox", &[("yes", "加盖审批专用章（电子印章）")]));
    out
}

fn head_fields(filled: &Filled) -> String {
    [
        filled.input("approver", "批准的负责人", "姓名和职务，只进案卷。例：王建国 局长", "text", ""),
        filled.choice("approved", "批准", "checkbox", &[("yes", "机关负责人已经批准，批件已存入案卷")]),
    ]
    .concat()
}

/// Reads the form; says everything that is wrong with it at once.
fn read(posted: &Posted, certificate: &Certificate, how: Ending, by: &str, today: NaiveDate) -> Result<End, Vec<FieldError>> {
    let mut errors = Vec::new();
    let ground = posted.one("ground").to_owned();
    if !open_to(certificate, how).iter().any(|one| one.key == ground) {
        errors.push(field_error("ground", "属于哪一种情形", "请选属于哪一种情形", "Choose the ground"));
    }
    let facts = needed(posted, "facts", "查明的事实", "请写查明的事实", &mut errors);
    let reasons = needed(posted, "reasons", "理由", "请写理由", &mut errors);
    let (mut told, mut statement, mut approver) = (None, None, None);
    if is_told_beforehand(how) {
        let on = fields::past_date(posted, "told_on", "哪一天告知持有人可以陈述、申辩", today, &mut errors);
        let issued = certificate.issued_on();
        if on.is_some_and(|on| on < issued) {
            let zh = Rejection::ToldBeforeIssue(issued).to_string();
            let en = format!("Nobody is told before the certificate is issued: it was issued on {issued}");
            errors.push(field_error("told_on", "哪一天告知持有人可以陈述、申辩", &zh, &en));
        }
        let heard = Heard::ALL.into_iter().find(|heard| heard.key() == posted.one("heard"));
        if heard.is_none() {
            errors.push(field_error("heard", "持有人", "请选持有人怎样答复", "Say how the holder answered"));
        }
        told = on.zip(heard).map(|(on, heard)| ToldBeforehand { on, heard });
        let said = fields::optional(posted, "statement", "说了什么，怎么复核的", 4000, &mut errors);
        statement = Some(said).filter(|said| !said.is_empty());
        if posted.one("approved") != "yes" {
            errors.push(field_error(
                "approved",
                "批准",
                "没有机关负责人批准不能决定",
                "The head of the agency must approve first",
            ));
        }
        let named = needed(posted, "approver", "批准的负责人", "请填批准的机关负责人", &mut errors);
        if let Err(no) = head::is_another(&named, by) {
            let en = "Whoever decides cannot approve it too; name the head of the agency";
            errors.push(field_error("approver", "批准的负责人", &no.to_string(), en));
        }
        approver = Some(named);
    }
    let penalty = (how == Ending::Revoked).then(|| {
        fields::public_text(
            posted,
            "penalty",
            "处罚决定书文号",
            ("请填处罚决定书文号", "Enter the number of the penalty decision"),
            60,
            &mut errors,
        )
    });
    if how == Ending::Annulled && posted.one("harm") != "none" {
        errors.push(field_error(
            "harm",
            "公共利益",
            "撤销以前要核实不会对公共利益造成重大损害",
            "Check first that annulling does no great harm to the public interest",
        ));
    }
    if posted.one("seal") != "yes" {
        errors.push(field_error(
            "seal",
            "用章",
            "决定要加盖审批专用章才生效，请勾选用章",
            "The decision needs the approval seal",
        ));
    }
    let why = Why { facts, reasons, statement, approver, papers: Vec::new() };
    if errors.is_empty() { Ok(End { how, ground, told, penalty, why }) } else { Err(errors) }
}

/// Finds it for somebody who may end it so.
async fn open(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    no: &str,
    how: &str,
) -> Result<(Certificate, Arc<Item>, Ending), Stop> {
    let how = Ending::of(how).ok_or(Stop::NotFound("页面"))?;
    let mut conn = house.pool().acquire().await?;
    let certificate = certificate::find(&mut conn, no).await?;
    let item = certificate::item_of(&mut conn, house, catalogue, &certificate).await?;
    drop(conn);
    let best = Circumstance { seal: true, head_approved: true, ..Circumstance::default() };
    looking::look(house, person, &certificate.resource(&item), Opened::Certificate, "").await?;
    house.may(&person.principal(), act_of(how), &certificate.resource(&item), &best)?;
    Ok((certificate, item, how))
}

fn draw(
    shell: Shell,
    (certificate, item, how): (Certificate, Arc<Item>, Ending),
    filled: Filled,
    trouble: Option<String>,
    once: Uuid,
) -> Result<Response, Stop> {
    let status = match (&trouble, filled.errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let page = EndPage {
        fields: form(&filled, &certificate, how),
        summary: filled.summary(),
        wrong: status != StatusCode::OK,
        trouble,
        once,
        certificate,
        item,
        how,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /counter/certificates/{no}/{how}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((no, how)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let found = open(&house, &catalogue, &person, &no, &how).await?;
    if held.is_none() && open_to(&found.0, found.2).is_empty() {
        return Err(Rejection::CannotEnd(found.0.standing_on(house.now().date()).zh(), found.2.zh()).into());
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(shell, found, filled, None, Uuid::new_v4())
}

/// POST /counter/certificates/{no}/{how}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, how)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let found = open(&house, &catalogue, &person, &no, &how).await?;
    let form = posted.once()?;
    // What was answered before is answered the same, whatever the certificate has become by it.
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let now = house.now();
    if open_to(&found.0, found.2).is_empty() {
        return Err(Rejection::CannotEnd(found.0.standing_on(now.date()).zh(), found.2.zh()).into());
    }
    let end = match read(&posted, &found.0, found.2, &person.name, now.date()) {
        Ok(end) => end,
        Err(errors) => {
            drop(tx);
            return draw(shell.clone(), found, Filled::new(shell.lang, posted.0, errors), None, form);
        }
    };
    match run(&mut tx, &house, &catalogue, (&person, role(&person)), &no, &end, &now).await {
        Ok(_) => {
            let to = format!("/counter/certificates/{no}");
            once::finish(&house, tx, person.id, form, &to).await?;
            Ok(Redirect::to(&to).into_response())
        }
        Err(Stop::Rejected(why)) => {
            drop(tx);
            draw(shell.clone(), found, Filled::new(shell.lang, posted.0, Vec::new()), Some(why), Uuid::new_v4())
        }
        Err(stop) => Err(stop),
    }
}

#[cfg(test)]
mod tests {
    use super::super::certificate::issued;
    use super::*;
    use calendar::Calendar;

    fn on(date: &str) -> Moment {
        let noon = calendar::start_of_day(date.parse().unwrap()) + chrono::Duration::hours(12);
        Moment::new(noon, Arc::new(Calendar::china()))
    }
    fn end(how: Ending, ground: &str, told: Option<(&str, Heard)>) -> End {
        let told = told.map(|(on, heard)| ToldBeforehand { on: on.parse().unwrap(), heard });
        let why = Why { facts: "查明".into(), reasons: "理由".into(), ..Why::default() };
        End { how, ground: ground.into(), told, penalty: None, why }
    }

    #[test]
    fn b4_1_18_nothing_is_taken_before_the_holder_was_told_and_had_the_days_to_answer() {
        let certificate = issued("2025-01-01", None);
        let annul = |told| decide(&certificate, &end(Ending::Annulled, "69-2", told), &on("2026-03-09"));
        assert_eq!(annul(None), Err(Rejection::NotTold("撤销")));
        assert_eq!(annul(Some(("2026-03-10", Heard::Waived))), Err(Rejection::NotTold("撤销")), "not in the future");
        let issued = "2025-01-01".parse().unwrap();
        assert_eq!(annul(Some(("2024-12-31", Heard::Waived))), Err(Rejection::ToldBeforeIssue(issued)));
        assert!(annul(Some(("2025-01-01", Heard::Waived))).is_ok());
        // ToldBeforehand on Monday 2 March: the fifth working day is Monday the 9th, and it belongs to the holder whole.
        let until = "2026-03-09".parse().unwrap();
        assert_eq!(annul(Some(("2026-03-02", Heard::Silent))), Err(Rejection::TooSoonAfterTelling(until)));
        assert!(
            decide(&certificate, &end(Ending::Annulled, "69-2", Some(("2026-03-02", Heard::Silent))), &on("2026-03-10")).is_ok()
        );
        assert_eq!(annul(Some(("2026-03-02", Heard::Stated))), Err(Rejection::StatementMissing));
        let mut stated = end(Ending::Annulled, "69-2", Some(("2026-03-02", Heard::Stated)));
        stated.why.statement = Some("说材料不是他交的；查了，是他交的".into());
        let act = decide(&certificate, &stated, &on("2026-03-09")).unwrap();
        let (how, ended) = act.ended().unwrap();
        assert_eq!((how, ended.ground_key.as_str()), (Ending::Annulled, "69-2"));
        assert_eq!(ended.basis, "《行政许可法》第六十九条第二款：以欺骗、贿赂等不正当手段取得");
    }

    #[test]
    fn b4_1_18_a_penalty_names_its_decision_and_a_ground_belongs_to_its_ending() {
        let certificate = issued("2025-01-01", None);
        let told = Some(("2026-03-02", Heard::Waived));
        let mut revoke = end(Ending::Revoked, "80-2", told);
        assert_eq!(decide(&certificate, &revoke, &on("2026-03-09")), Err(Rejection::PenaltyMissing));
        revoke.penalty = Some("金市监处罚〔2026〕12号".into());
        let act = decide(&certificate, &revoke, &on("2026-03-09")).unwrap();
        assert_eq!(act.ended().unwrap().1.penalty.as_deref(), Some("金市监处罚〔2026〕12号"));
        for (how, ground) in
            [(Ending::Annulled, "80-2"), (Ending::Revoked, "69-2"), (Ending::Cancelled, "8-law"), (Ending::Cancelled, "70-1")]
        {
            let no = decide(&certificate, &end(how, ground, told), &on("2026-03-09"));
            assert!(matches!(no, Err(Rejection::NoSuchGround(_))), "{ground}");
        }
        // Striking off takes nothing, and nobody is told beforehand.
        assert!(decide(&certificate, &end(Ending::Cancelled, "70-6", None), &on("2026-03-09")).is_ok());
    }
}
