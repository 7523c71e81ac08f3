//! 代办点 · village agents file for others by their consent, and are paid for whom they served (B5, F086, F088).

use crate::Desk;
use crate::desk::{Client, OK, posts};
use chrono::{Days, NaiveDate};
use foundation::people;
use services::demo::resident_id;

const CARD: &str = "elderly-card";
const VILLAGE: &str = "341723109200";
const POINT: &str = "/counter/agent-points/341723109200";

/// Somebody of the village without an account, by the number.
fn number(n: u32) -> String {
    resident_id("341723", NaiveDate::from_ymd_opt(1951, 4, 12).unwrap(), n)
}

/// What is written down of a consent, with some of it said otherwise.
pub fn entrusts<'a>(name: &'a str, id: &'a str, until: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields =
        vec![("applicant_name", name), ("applicant_id", id), ("mobile", ""), ("items", CARD), ("until", until), ("way", "paper")];
    for (key, value) in changed {
        fields.retain(|(there, _)| there != key);
        fields.push((key, value));
    }
    fields
}

impl Desk {
    /// A point in a village of Youhua with its agent, who is signed in.
    pub async fn agent_point(&self) -> Client {
        let chief = self.sign_in("chief-youhua").await;
        let fields = [
            ("region", VILLAGE),
            ("name", "样例村代办点"),
            ("address", "村部一楼"),
            ("hours", "周一、周四上午"),
            ("phone", "0566-12345"),
        ];
        posts(&chief, "/counter/agent-points", &fields).await.is(303);
        self.names_agent(&chief, "章秀云").await
    }

    /// Another agent at the point.
    async fn names_agent(&self, chief: &Client, name: &str) -> Client {
        let agent = self.citizen(name).await;
        let login = self.of(&agent).await.login;
        posts(chief, &format!("{POINT}/name"), &[("login", &login)]).await.is(303);
        agent
    }

    /// A day so many days from now.
    pub fn in_days(&self, days: u64) -> String {
        self.house().now().date().checked_add_days(Days::new(days)).unwrap().to_string()
    }

    /// Somebody entrusts the agent on a signed paper, in one matter; returns the consent's number.
    pub async fn entrusts(&self, agent: &Client, name: &str, id: &str, changed: &[(&str, &str)]) -> String {
        let until = self.in_days(30);
        let page = posts(agent, "/agent/consents/new", &entrusts(name, id, &until, changed)).await.is(303).location();
        agent.upload(&format!("{page}/files"), "signed", "委托书.pdf", b"%PDF-1.4 signed").await.is(303);
        posts(agent, &page, &[]).await.is(303);
        page.trim_start_matches("/agent/consents/").to_owned()
    }

    /// The agent fills the form in for whoever gave the consent; returns `?draft=…`.
    pub async fn fills_for(&self, agent: &Client, consent: &str, leave_out: &[&str]) -> String {
        let begun = posts(agent, &format!("/agent/consents/{consent}/begin"), &[("item", CARD)]).await.is(303);
        let named = begun.location().split_once('?').map(|(_, query)| format!("?{query}")).unwrap();
        let person: uuid::Uuid = sqlx::query_scalar("select person from consents where no = $1")
            .bind(consent)
            .fetch_one(self.pool())
            .await
            .unwrap();
        let whose = people::find(self.pool(), person).await.unwrap().unwrap();
        let item = self.catalogue.item(CARD).unwrap().clone();
        let party = services::cases::submit::party_of(&whose);
        let answers = services::demo::answers(&item, &party, &whose, self.house().now().date(), 0);
        self.answers_draft(agent, CARD, &named, &answers, leave_out).await;
        named
    }

    /// The agent files for whoever gave the consent; returns the case's number.
    pub async fn files_for(&self, agent: &Client, consent: &str, leave_out: &[&str]) -> String {
        let named = self.fills_for(agent, consent, leave_out).await;
        let sent = agent.post(&format!("/matters/{CARD}/apply/check{named}"), &[("anyway", "yes")]).await.is(303);
        sent.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned()
    }

    async fn kinds(&self, subject: &str, no: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from acts where subject_kind = $1 and subject = $2 order by position")
            .bind(subject)
            .bind(no)
            .fetch_all(self.pool())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn f086_an_agent_files_by_a_signed_consent_and_the_applicant_is_the_villager() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    desk.nobody().get("/agent-points").await.is(OK).has("样例村代办点").has("周一、周四上午").has("章秀云").has("不收一分钱");
    let id = number(1);
    let consent = desk.entrusts(&agent, "汪德福", &id, &[]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    let case = desk.case(&no).await;
    let applicant = case.applicant.clone().unwrap();
    assert_eq!((applicant.name.as_str(), applicant.identity.as_deref()), ("汪德福", Some(id.as_str())));
    assert_eq!(case.filed_by, Some(desk.of(&agent).await.id));
    assert!(!case.has_account());

    // The agent sees the whole case, but never the code that would open it after the consent is over.
    let code = desk.house().lookup_code(&no);
    agent.get("/agent").await.is(OK).has("汪德福").has(&no[..6]);
    agent.get(&format!("/cases/{no}?new=1")).await.is(OK).has("由代办员代办").has("章秀云").has_not(&code);
    agent.get(&format!("/cases/{no}/papers/receipt")).await.is(404);
    agent.get(&format!("/cases/{no}/papers/application")).await.is(OK);
    // Among the agent's own affairs it is not.
    agent.get("/account").await.is(OK).has_not(&no);

    // The officer sees who filed it and the paper; the public neither name, and the acts name nobody.
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("由代办员代办").has("章秀云").has("委托书");
    let public = desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("村代办点代办");
    public.has("代办员").has_not("章秀云").has_not("汪德福");
    let told: Vec<String> = sqlx::query_scalar("select public_body from acts where subject = any ($1)")
        .bind([consent.as_str(), no.as_str(), VILLAGE])
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert!(told.len() >= 4);
    for body in told {
        assert!(!body.contains("汪德福") && !body.contains("章秀云") && !body.contains(&id), "{body}");
    }
    assert_eq!(desk.kinds("consent", &consent).await, ["consent.given"]);
    assert_eq!(desk.kinds("agent_point", VILLAGE).await, ["agent_point.opened", "agent_point.agent_named"]);
}
