//! The life of a certificate after it was granted (B4.1-12, B4.1-18, B4.1-19): renewed, changed, reissued, ended, expired, and what its holder, its
//! agency and a stranger with a telephone read of it.

use crate::Desk;
use crate::desk::{Client, OK, posts};
use acts::Ending;
use chrono::{Duration, NaiveDate};
use services::certificates::certificate::{self, Certificate, How};
use services::certificates::{Standing, term};
use testing::{Page, changed};
use uuid::Uuid;

pub const CARD: &str = "elderly-card";

/// A site on which the card holds for a year.
async fn yearly() -> Desk {
    Desk::with(changed(CARD, |item| item["result"]["validity_years"] = 1.into()).unwrap()).await
}

/// Accepts and grants a case of the township.
async fn granted(desk: &Desk, no: &str) {
    desk.act(&desk.sign_in("officer-youhua").await, no, "accept", &[]).await.is(303);
    desk.act(&desk.sign_in("chief-youhua").await, no, "grant", &[("seal", "yes")]).await.is(303);
    desk.settle().await;
}

/// A card of this citizen; its number.
pub async fn card(desk: &Desk, citizen: &Client) -> String {
    let no = desk.applies(citizen, CARD, &[]).await;
    granted(desk, &no).await;
    no
}

async fn found(desk: &Desk, no: &str) -> Certificate {
    let mut conn = desk.pool().acquire().await.unwrap();
    let stored = certificate::find(&mut conn, no).await.unwrap();
    // The row is the fold of the acts, and nothing else.
    assert_eq!(certificate::fold(&certificate::history(&mut conn, no).await.unwrap()).unwrap(), stored);
    stored
}

async fn asks(citizen: &Client, no: &str, what: &str) -> Page {
    citizen.post(&format!("/account/certificates/{no}/ask"), &[("asks", what)]).await
}

/// Fills in what is asked anew, hands in nothing, and sends it; the number of the case.
async fn applied(desk: &Desk, citizen: &Client, no: &str, what: &str) -> String {
    let begun = asks(citizen, no, what).await.is(303).location();
    let named = format!("?{}", begun.split_once('?').unwrap().1);
    let page = sent(desk, citizen, no, &named).await.is(303);
    page.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned()
}

async fn sent(desk: &Desk, citizen: &Client, no: &str, named: &str) -> Page {
    let answers = desk.case(no).await.answers;
    let item = desk.catalogue.item(CARD).unwrap();
    let all: Vec<&str> = item.materials.iter().map(|material| material.key.as_str()).collect();
    desk.answers_draft(citizen, CARD, named, &answers, &all).await;
    citizen.post(&format!("/matters/{CARD}/apply/check{named}"), &[]).await
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn b4_1_12_a_renewal_makes_the_next_version_whose_term_begins_where_the_old_one_ends() {
    let desk = yearly().await;
    let citizen = desk.citizen("胡敏").await;
    let no = card(&desk, &citizen).await;
    let login = desk.of(&citizen).await.login;
    let first = found(&desk, &no).await;
    let today = desk.house().now().date();
    assert_eq!(first.valid_to(), term::valid_to(today, 1));
    citizen.get("/account/certificates").await.is(OK).has("有效").has(&format!("/account/certificates/{no}"));
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("真实，有效").has_not("胡敏");

    // Two tabs find one draft; it is filled in already, and nothing is handed in twice.
    let (one, two) = tokio::join!(asks(&citizen, &no, "renewal"), asks(&citizen, &no, "renewal"));
    let named = |page: &Page| page.location().split_once('?').unwrap().1.to_owned();
    assert_eq!(named(&one.is(303)), named(&two.is(303)));
    let again = applied(&desk, &citizen, &no, "renewal").await;
    let case = desk.case(&again).await;
    assert!(case.materials.iter().all(acts::Handed::is_kept) && !case.materials.is_empty());
    citizen.get(&format!("/cases/{again}")).await.is(OK).has("延续");
    assert_eq!(asks(&citizen, &no, "renewal").await.is(303).location(), format!("/cases/{again}"), "one open application");

    granted(&desk, &again).await;
    let renewed = found(&desk, &no).await;
    let second = renewed.latest();
    assert_eq!((second.n, second.how, Some(second.valid_from)), (2, How::Renewed, first.valid_to().unwrap().succ_opt()));
    assert_eq!(second.valid_to, term::valid_to(second.valid_from, 1));
    assert!(second.identifier.contains(&format!(".{no}.002.")), "{}", second.identifier);
    asks(&citizen, &no, "renewal").await.is(409).has("已经延续过了");
    // The old one holds to its end, the new one from the day after.
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("真实，有效").has("看最新的一版");
    desk.nobody().get(&format!("/certificates/{again}")).await.is(OK).has("还没有开始").has_not("真实，有效");
    desk.later(Duration::days(366)).await;
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("已延续为第 2 版").has_not("真实，有效");
    desk.nobody().get(&format!("/certificates/{again}")).await.is(OK).has("真实，有效").has_not("胡敏");
    assert_eq!(found(&desk, &no).await.standing(), Standing::Valid);
    let citizen = desk.sign_in(&login).await;
    assert!(citizen.get(&format!("/cases/{again}/papers/certificate")).await.is(OK).body.starts_with(b"%PDF"));
}

#[tokio::test]
async fn b4_1_12_a_renewal_nobody_decided_is_granted_by_the_law_and_found_by_supervision() {
    let desk = yearly().await;
    let citizen = desk.citizen("胡静").await;
    let no = card(&desk, &citizen).await;
    let end = found(&desk, &no).await.valid_to().unwrap();
    let login = desk.of(&citizen).await.login;
    desk.later(Duration::days(320)).await;
    let citizen = desk.sign_in(&login).await;
    citizen.get("/account").await.is(OK).has("有效期到");
    let case = applied(&desk, &citizen, &no, "renewal").await;
    // Whoever has asked is not reminded.
    citizen.get("/account").await.is(OK).has_not("有效期到");
    desk.act(&desk.sign_in("officer-youhua").await, &case, "accept", &[]).await.is(303);
    // The last day belongs to the agency whole.
    desk.becomes(&format!("{end} 23:00")).await;
    assert!(!desk.acts(&case).await.contains(&"case.deemed_renewed".to_owned()));
    desk.becomes(&format!("{} 00:01", end.succ_opt().unwrap())).await;
    assert!(desk.acts(&case).await.contains(&"case.deemed_renewed".to_owned()), "{:?}", desk.acts(&case).await);
    let certificate = found(&desk, &no).await;
    assert_eq!(certificate.standing(), Standing::Valid);
    assert_eq!((certificate.latest().how, certificate.latest().valid_from), (How::DeemedRenewed, end.succ_opt().unwrap()));
    desk.nobody().get(&format!("/certificates/{case}")).await.is(OK).has("真实，有效").has("第五十条第二款");
    desk.nobody().get(&format!("/cases/{case}")).await.is(OK).has("视为准予延续");
    let citizen = desk.sign_in(&login).await;
    for letter in ["renewed", "certificate"] {
        assert!(citizen.get(&format!("/cases/{case}/papers/{letter}")).await.is(OK).body.starts_with(b"%PDF"));
    }
    // Nobody decides after the law has.
    let chief = desk.sign_in("chief-youhua").await;
    desk.act(&chief, &case, "grant", &[("seal", "yes")]).await.is(409).has("视为准予延续");
    let found: i64 = sqlx::query_scalar("select count(*) from cards where case_no = $1 and rule = 'C3.3-13'")
        .bind(&case)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(found, 1);
}

#[tokio::test]
async fn b4_1_12_what_was_sent_back_for_correction_expires_and_is_not_granted_afterwards() {
    let desk = yearly().await;
    let citizen = desk.citizen("胡平").await;
    let no = card(&desk, &citizen).await;
    let end = found(&desk, &no).await.valid_to().unwrap();
    let login = desk.of(&citizen).await.login;
    desk.later(Duration::days(320)).await;
    let case = applied(&desk, &desk.sign_in(&login).await, &no, "renewal").await;
    let officer = desk.sign_in("officer-youhua").await;
    let item = desk.catalogue.item(CARD).unwrap();
    let missing = item.materials.iter().find(|m| m.source == catalogue::MaterialSource::Applicant).unwrap().key.clone();
    let fields = [(format!("m_{missing}"), "yes"), (format!("why_m_{missing}"), "照片看不清，请重拍")];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    desk.act(&officer, &case, "correct", &fields).await.is(303);
    desk.becomes(&format!("{} 00:01", end.succ_opt().unwrap())).await;
    let expired = found(&desk, &no).await;
    assert_eq!((expired.standing(), expired.versions.len()), (Standing::Expired, 1));
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("已过期").has("记录真实");
    let kind: String = sqlx::query_scalar("select kind from acts where subject_kind = 'certificate' and subject = $1")
        .bind(&no)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(kind, "certificate.expired");
}

#[tokio::test]
async fn b4_1_12_the_holder_is_reminded_in_time_and_told_what_to_do_when_it_is_too_late() {
    let desk = yearly().await;
    let citizen = desk.citizen("胡波").await;
    let no = card(&desk, &citizen).await;
    let end = found(&desk, &no).await.valid_to().unwrap();
    let login = desk.of(&citizen).await.login;
    citizen.get("/account").await.is(OK).has_not("有效期到");
    let at = async |days: i64| {
        desk.becomes(&format!("{} 09:00", end - Duration::days(days))).await;
        desk.sign_in(&login).await
    };
    at(89).await.get("/account").await.is(OK).has("有效期到").has("申请延续").has_not("30 天以内到期");
    let officer = desk.sign_in("officer-youhua").await;
    officer.get("/counter/certificates").await.is(OK).has(&format!("/counter/certificates/{no}"));
    officer.get("/counter/certificates?show=pressing").await.is(OK).has_not(&format!("/counter/certificates/{no}"));
    at(30).await.get("/account").await.is(OK).has("30 天以内到期").has("申请延续");
    let late = at(29).await;
    late.get("/account").await.is(OK).has("30 天以内到期").has_not(">申请延续<").has("看怎么办");
    late.get(&format!("/account/certificates/{no}")).await.is(OK).has("已经过了（《行政许可法》第五十条）");
    asks(&late, &no, "renewal").await.is(409).has("现在就重新申请");
    desk.sign_in("officer-youhua").await.get("/counter/certificates?show=pressing").await.is(OK).has(&no);
    desk.becomes(&format!("{} 00:01", end.succ_opt().unwrap())).await;
    assert_eq!(found(&desk, &no).await.standing(), Standing::Expired);
    let citizen = desk.sign_in(&login).await;
    citizen.get("/account").await.is(OK).has_not("30 天以内到期").has("已过期");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("已过期");
    citizen.get(&format!("/account/certificates/{no}")).await.is(OK).has("已过期");
    for what in ["renewal", "change", "reissue", "cancellation"] {
        asks(&citizen, &no, what).await.is(409).has("已过期");
    }
    asks(&citizen, &no, "else").await.is(404);
}

#[tokio::test]
async fn b4_1_19_changed_reissued_and_given_up_it_is_one_certificate() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡丽").await;
    let no = card(&desk, &citizen).await;
    assert_eq!(found(&desk, &no).await.valid_to(), None, "without a term it does not expire");
    asks(&citizen, &no, "renewal").await.is(409).has("长期有效，不用延续");
    // Nobody asks anything of another's.
    let stranger = desk.citizen("路人").await;
    asks(&stranger, &no, "change").await.is(403);
    stranger.get(&format!("/account/certificates/{no}")).await.is(403);

    // Sent twice at the same moment, it is one case.
    let begun = asks(&citizen, &no, "change").await.is(303).location();
    let named = format!("?{}", begun.split_once('?').unwrap().1);
    let answers = desk.case(&no).await.answers;
    desk.answers_draft(&citizen, CARD, &named, &answers, &["photo", "id_card", "household", "old_card"]).await;
    let check = format!("/matters/{CARD}/apply/check{named}");
    let (one, two) = tokio::join!(citizen.post(&check, &[("anyway", "yes")]), citizen.post(&check, &[("anyway", "yes")]));
    let number = |page: Page| page.is(303).location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let case = number(one);
    assert_eq!(case, number(two));
    granted(&desk, &case).await;
    let changed = found(&desk, &no).await;
    assert_eq!((changed.latest().n, changed.latest().how), (2, How::Changed));
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("已变更为第 2 版").has_not("真实，有效");
    desk.nobody().get(&format!("/certificates/{case}")).await.is(OK).has("真实，有效");

    // A walk-in has it reissued at the counter; for somebody else nobody has.
    let officer = desk.sign_in("officer-youhua").await;
    let page = format!("/counter/intake/{CARD}?certificate={no}&asks=reissue");
    let action = format!("/counter/intake/{CARD}");
    // What is asked is chosen already, and what the form then asks is answered.
    let drawn = officer.get(&page).await.is(OK).has("补发").has("胡丽").fields(&action);
    assert!(drawn.contains(&("apply_kind".into(), "reissue".into())), "{drawn:?}");
    let lost = |(key, value): (String, String)| if key == "lost_when" { (key, "上个月".into()) } else { (key, value) };
    let fields: Vec<(String, String)> = drawn.into_iter().map(lost).collect();
    let mut wrong: Vec<(String, String)> = fields.clone();
    let other = services::demo::resident_id("341524", day("1950-05-05"), 77);
    for (key, value) in &mut wrong {
        if key == "card-name" || key == "elder_name" {
            *value = "王五".into();
        }
        if key == "card-number" || key == "elder_id_number" {
            value.clone_from(&other);
        }
    }
    let post = async |fields: &[(String, String)]| {
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let item = desk.catalogue.item(CARD).unwrap();
        let declared: Vec<String> =
            item.form.fields().filter(|f| f.kind == forms::Kind::Declaration).map(|f| f.key.clone()).collect();
        fields.extend(declared.iter().map(|key| (key.as_str(), "yes")));
        officer.post(&action, &fields).await
    };
    post(&wrong).await.is(409).has("不能替别人申请");
    let reissue = post(&fields).await.is(303).location().trim_start_matches("/counter/cases/").to_owned();
    post(&fields).await.is(303);
    officer.get(&format!("/counter/cases/{reissue}")).await.is(OK).has("补发");
    granted(&desk, &reissue).await;
    assert_eq!(found(&desk, &no).await.latest().how, How::Reissued);

    let give_up = applied(&desk, &citizen, &no, "cancellation").await;
    granted(&desk, &give_up).await;
    let over = found(&desk, &no).await;
    assert_eq!((over.standing(), over.versions.len()), (Standing::Over(Ending::Cancelled), 3));
    for address in [&no, &case, &reissue, &give_up] {
        desk.nobody().get(&format!("/certificates/{address}")).await.is(OK).has("已注销").has_not("真实，有效");
    }
    asks(&citizen, &no, "change").await.is(409).has("已注销");
}

/// The form of an annulment of which the holder was told that day.
fn annul(told_on: &str) -> [(&str, &str); 10] {
    [
        ("ground", "69-2"),
        ("facts", "提交的身份证明是别人的"),
        ("reasons", "靠别人的证明取得"),
        ("told_on", told_on),
        ("heard", "stated"),
        ("statement", "说不知情；核对笔迹，是本人填的"),
        ("approver", "王建国 镇长"),
        ("approved", "yes"),
        ("harm", "none"),
        ("seal", "yes"),
    ]
}

fn today(desk: &Desk) -> String {
    desk.house().now().date().to_string()
}

/// A card that was annulled; its number.
pub async fn annulled(desk: &Desk, citizen: &Client) -> String {
    let no = card(desk, citizen).await;
    let chief = desk.sign_in("chief-youhua").await;
    posts(&chief, &format!("/counter/certificates/{no}/annulled"), &annul(&today(desk))).await.is(303);
    no
}

#[tokio::test]
async fn b4_1_18_the_agency_annuls_on_a_ground_of_the_law_and_everybody_knows_at_once() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡军").await;
    let no = card(&desk, &citizen).await;
    let chief = desk.sign_in("chief-youhua").await;
    let page = format!("/counter/certificates/{no}/annulled");
    // Neither the officer, nor another agency, nor the holder.
    for client in [&desk.sign_in("officer-youhua").await, &desk.sign_in("chief").await, &citizen] {
        client.get(&page).await.is(403);
        posts(client, &page, &annul(&today(&desk))).await.is(403);
    }
    chief.get(&page).await.is(OK).has("第六十九条第二款").has_not("第七十条");
    posts(&chief, &page, &[]).await.is(422).has("请选属于哪一种情形").has("没有机关负责人批准不能决定").has("不会对公共利益");
    let told_today = desk.house().now().date().to_string();
    let silent: Vec<(&str, &str)> = annul(&told_today)
        .into_iter()
        .map(|(key, value)| match key {
            "heard" => (key, "silent"),
            _ => (key, value),
        })
        .collect();
    posts(&chief, &page, &silent).await.is(409).has("还没有满").has("靠别人的证明取得");
    // Nobody was told of it before it was issued.
    let before = desk.house().now().date().pred_opt().unwrap().to_string();
    posts(&chief, &page, &annul(&before)).await.is(422).has("告知不能早于发证").has("id=\"e-told_on\"");
    assert_eq!(found(&desk, &no).await.standing(), Standing::Valid);

    // Five clicks are one act.
    let once = Uuid::new_v4().to_string();
    let fields: Vec<(&str, &str)> = annul(&told_today).into_iter().chain([("once", once.as_str())]).collect();
    for _ in 0..2 {
        chief.post(&page, &fields).await.is(303);
    }
    // At once, before the log has its number.
    desk.nobody()
        .get(&format!("/certificates/{no}"))
        .await
        .is(OK)
        .has("已撤销")
        .has("第六十九条第二款")
        .has_not("身份证明是别人的");
    desk.settle().await;
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("已撤销");
    citizen.get(&format!("/account/certificates/{no}")).await.is(OK).has("已撤销").has("撤销证照决定书");
    for client in [&citizen, &chief] {
        let letter = client.get(&format!("/account/certificates/{no}/papers/ending")).await.is(OK);
        assert!(letter.body.starts_with(b"%PDF"));
    }
    let stranger = desk.citizen("路人").await;
    stranger.get(&format!("/account/certificates/{no}/papers/ending")).await.is(403);
    // The holder is told of it in “我的” and on the page of its case, and holds the letter as signed data that anybody verifies offline.
    citizen.get("/account").await.is(OK).has("已撤销").has("看为什么，不服怎么办").has(&format!("/account/certificates/{no}"));
    stranger.get("/account").await.is(OK).has_not("已撤销");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("已撤销").has("看证照和文书");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("已撤销").has_not("看证照和文书");
    stranger.get(&format!("/account/certificates/{no}/papers/ending.json")).await.is(403);
    let signed = citizen.get(&format!("/account/certificates/{no}/papers/ending.json")).await.is(OK);
    let act = ledger::Disclosure::parse(&signed.text()).unwrap();
    act.verify(&desk.house().log_key().signing().unwrap().verifier()).unwrap();
    assert!(act.public.body.contains(r#""act":"annulled""#), "{}", act.public.body);
    assert!(act.private.unwrap().body.contains("提交的身份证明是别人的"));
    // The last days of the remedies are those of the day it arrived in the account.
    let item = desk.catalogue.item(CARD).unwrap();
    let now = desk.house().now();
    let last = services::cases::remedies::b4_1_21_last_days(now.date(), &item.remedies, &now.calendar);
    let told: String = sqlx::query_scalar(
        "select public_body::jsonb #>> '{letters,computed,litigation_last_text}' from acts where kind = 'certificate.annulled'",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert_eq!(told, foundation::page::full_date_zh(last.court));
    let number: String = sqlx::query_scalar(
        "select public_body::jsonb ->> 'document_no' from acts where subject_kind = 'certificate' and kind = 'certificate.annulled'",
    )
    .fetch_one(desk.pool())
    .await
    .unwrap();
    assert!(number.contains("服撤"), "{number}");
    desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("文号").has(&number);
    posts(&chief, &page, &annul(&told_today)).await.is(409).has("已撤销，不能撤销");

    // Struck off afterwards, on the ground that it was annulled, without being told again.
    let cancel = format!("/counter/certificates/{no}/cancelled");
    chief.get(&cancel).await.is(OK).has("第七十条第四项").has_not("第七十条第一项");
    posts(&chief, &cancel, &[("ground", "70-4"), ("facts", "已撤销"), ("reasons", "办理注销手续"), ("seal", "yes")])
        .await
        .is(303);
    assert_eq!(found(&desk, &no).await.standing(), Standing::Over(Ending::Cancelled));
    let acts: Vec<String> = sqlx::query_scalar("select kind from acts where subject_kind = 'certificate' order by position")
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!(acts, ["certificate.annulled", "certificate.seal_used", "certificate.cancelled", "certificate.seal_used"]);
}

#[tokio::test]
async fn b4_1_18_nobody_ends_his_own_certificate_or_a_relative_s() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("钱敏").await;
    let no = card(&desk, &citizen).await;
    let holder = desk.of(&citizen).await;
    let chief = desk.sign_in("chief-youhua").await;
    let card = holder.resident_id.unwrap();
    let declare = [("name", "钱敏"), ("resident_id", card.as_str()), ("relation", "direct")];
    posts(&chief, "/counter/relatives", &declare).await.is(303);
    posts(&chief, &format!("/counter/certificates/{no}/annulled"), &annul(&today(&desk))).await.is(403).has("近亲属");
    assert_eq!(found(&desk, &no).await.standing(), Standing::Valid);
}

#[tokio::test]
async fn b4_1_18_an_agency_s_certificates_come_a_page_at_a_time_by_what_they_are_worth() {
    let desk = Desk::open().await;
    sqlx::query(
        "insert into certificates (no, item, agency, holder, issued_on, standing, valid_to, remind_from, state)
         select 'A' || lpad(i::text, 4, '0'), 'elderly-card', 'youhua-town', null, '2026-01-01',
                case when i % 2 = 0 then 'valid' else 'revoked' end, null, null,
                jsonb_build_object('no', 'A' || lpad(i::text, 4, '0'), 'item', 'elderly-card', 'agency', 'youhua-town', 'holder', null,
                    'filed_by', null, 'expired', null,
                    'endings', case when i % 2 = 0 then '[]'::jsonb
                                    else '[{\"how\": \"revoked\", \"on\": \"2026-02-01\", \"basis\": \"x\"}]'::jsonb end,
                    'versions', jsonb_build_array(jsonb_build_object('n', 1, 'case_no', 'x', 'identifier', 'x', 'how', 'issued',
                        'on', '2026-01-01', 'valid_from', '2026-01-01', 'valid_to', null)))
           from generate_series(1, 90) i",
    )
    .execute(desk.pool())
    .await
    .unwrap();
    let officer = desk.sign_in("officer-youhua").await;
    for (show, said) in [("valid", "有效"), ("revoked", "已吊销")] {
        let mut next = Some(format!("/counter/certificates?show={show}"));
        let mut seen = std::collections::BTreeSet::new();
        let mut pages = 0;
        while let Some(at) = next {
            let text = officer.get(&at).await.is(OK).has(said).text();
            let numbers = text.split("href=\"/counter/certificates/A").skip(1).map(|rest| rest[..4].to_owned());
            numbers.for_each(|no| assert!(seen.insert(no)));
            next = text
                .split("href=\"")
                .find(|part| part.contains("rel=\"next\""))
                .map(|part| part.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"));
            pages += 1;
        }
        assert_eq!((seen.len(), pages), (45, 3), "{show}");
    }
    officer.get("/counter/certificates?show=revoked&as=csv").await.is(OK).has("已吊销");
    desk.citizen("路人").await.get("/counter/certificates").await.is(403);
}

#[tokio::test]
async fn b4_1_19_the_demonstration_has_one_that_expires_soon_one_renewed_and_one_revoked() {
    let desk = Desk::open().await;
    services::demo::enter(desk.house(), &services::demo::colleagues(&desk.catalogue, &[])).await.unwrap();
    let citizen = desk.citizen("李倩").await;
    desk.company(&desk.of(&citizen).await).await;
    let agent = desk.of(&citizen).await;
    services::demo::certificates::seed(desk.house(), &desk.catalogue, &agent).await.unwrap();
    desk.settle().await;
    let mut there: Vec<(String, Option<NaiveDate>, i32)> = sqlx::query_as(
        "select standing, valid_to, jsonb_array_length(state -> 'versions') from certificates where item = 'labour-dispatch-licence'",
    )
    .fetch_all(desk.pool())
    .await
    .unwrap();
    there.sort();
    let today = desk.house().now().date();
    let days = |at: usize| (there[at].1.unwrap() - today).num_days();
    let shown: Vec<(&str, i32)> = there.iter().map(|(standing, _, versions)| (standing.as_str(), *versions)).collect();
    assert_eq!(shown, [("revoked", 1), ("valid", 1), ("valid", 2)]);
    assert!((61..=90).contains(&days(1)) && days(2) > 1000, "{there:?}");
    // Whoever a visitor can be is told of it, and can apply at once.
    let citizen = desk.sign_in(&agent.login).await;
    citizen.get("/account").await.is(OK).has("有效期到").has("申请延续");
}

#[tokio::test]
async fn b4_1_19_a_reissue_prints_what_was_printed_whoever_asks_for_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡丽").await;
    let no = card(&desk, &citizen).await;
    let before = desk.case(&no).await;
    let printed = desk.catalogue.item(CARD).unwrap().certificate(&before.answers);
    // The card is somebody else's than the account's: what is known of the account does not overwrite it.
    let draft: serde_json::Value = {
        let named = asks(&citizen, &no, "reissue").await.is(303).location();
        assert!(named.contains("apply"), "{named}");
        sqlx::query_scalar("select answers from drafts where certificate = $1").bind(&no).fetch_one(desk.pool()).await.unwrap()
    };
    let answers = draft.as_object().unwrap().clone();
    // It does not say any more that this is the first.
    assert_eq!((&before.answers["apply_kind"], &answers["apply_kind"]), (&"first".into(), &"reissue".into()));
    assert_eq!(desk.catalogue.item(CARD).unwrap().certificate(&answers), printed);
    // Who alters what is printed asks for a change, and is told so.
    let certificate = found(&desk, &no).await;
    let mut other = answers.clone();
    let key = desk.catalogue.item(CARD).unwrap().result.certificate.iter().find_map(|line| line.field.clone()).unwrap();
    other.insert(key, "王五".into());
    let item = desk.catalogue.item(CARD).unwrap();
    let conn = &mut *desk.pool().acquire().await.unwrap();
    let today = desk.house().now().date();
    let said = services::certificates::ask::unaltered(conn, &certificate, acts::Asks::Reissue, &item, &other, today).await;
    assert!(said.unwrap_err().to_string().contains("请申请变更"));
    services::certificates::ask::unaltered(conn, &certificate, acts::Asks::Reissue, &item, &answers, today).await.unwrap();
    services::certificates::ask::unaltered(conn, &certificate, acts::Asks::Change, &item, &other, today).await.unwrap();
}
