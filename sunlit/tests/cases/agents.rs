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
pub fn number(n: u32) -> String {
    resident_id("341723", NaiveDate::from_ymd_opt(1951, 4, 12).unwrap(), n)
}

/// What is written down of a consent, with some of it said otherwise.
pub fn entrusts<'a>(name: &'a str, id: &'a str, until: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields =
        vec![("card-name", name), ("card-number", id), ("mobile", ""), ("items", CARD), ("until", until), ("way", "paper")];
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
        let person: uuid::Uuid =
            sqlx::query_scalar("select person from consents where no = $1").bind(consent).fetch_one(self.pool()).await.unwrap();
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

/// A point where an agent has filed for somebody; the agent, the consent and the case.
pub async fn at_work(desk: &Desk) -> (Client, String, String) {
    let agent = desk.agent_point().await;
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[("collects", "yes")]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    // Somebody else is half way.
    let other = desk.entrusts(&agent, "吴桂香", &number(2), &[]).await;
    desk.fills_for(&agent, &other, &[]).await;
    (agent, consent, no)
}

#[tokio::test]
async fn f086_without_a_consent_for_that_matter_on_that_day_an_agent_begins_files_and_reads_nothing() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let chief = desk.sign_in("chief-youhua").await;
    let colleague = desk.names_agent(&chief, "另一名代办员").await;
    let until = desk.in_days(30);

    // Written down, but nobody has consented.
    let page = posts(&agent, "/agent/consents/new", &entrusts("陈来问", &number(9), &until, &[])).await.is(303).location();
    let begin = format!("{page}/begin");
    posts(&agent, &begin, &[("item", CARD)]).await.is(403).has("还没有同意");
    posts(&agent, &page, &[]).await.is(422).has("还没有上传签了名的委托书");
    assert!(desk.kinds("consent", page.rsplit('/').next().unwrap()).await.is_empty());

    // Given: for its agent and its matter alone.
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[]).await;
    let (page, begin) = (format!("/agent/consents/{consent}"), format!("/agent/consents/{consent}/begin"));
    posts(&agent, &begin, &[("item", "subsistence-allowance")]).await.is(403).has("没有写这个事项");
    posts(&colleague, &begin, &[("item", CARD)]).await.is(403);
    colleague.get(&page).await.is(403).has_not("汪德福");
    posts(&desk.citizen("路人").await, &begin, &[("item", CARD)]).await.is(403);
    let named = desk.fills_for(&agent, &consent, &[]).await;
    let check = format!("/matters/{CARD}/apply/check{named}");
    assert_eq!(colleague.get(&check).await.status, 303, "somebody else's draft is not there");
    agent.get(&check).await.is(OK).has("汪德福");
    // Not a draft of the agent's own affairs.
    agent.get("/account").await.is(OK).has_not("没填完的");

    // A second agent sees nothing of the case; the first everything, until the consent is taken back at the township.
    let no = desk.files_for(&agent, &consent, &["photo"]).await;
    let application = format!("/cases/{no}/papers/application");
    agent.get(&application).await.is(OK);
    colleague.get(&application).await.is(403);
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, &no, "correct", &[("m_photo", "yes"), ("why_m_photo", "没有交照片")]).await.is(303);
    agent.get(&format!("/cases/{no}/supplement")).await.is(OK);
    agent.upload(&format!("/cases/{no}/supplement/files"), "photo", "照片.pdf", b"%PDF-1.4 x").await.is(303);
    // Withdrawing and rating stay the person's.
    posts(&agent, &format!("/cases/{no}/withdraw"), &[]).await.is(403);
    let draft = desk.fills_for(&agent, &consent, &[]).await;
    posts(&chief, &format!("/consents/{consent}/revoke"), &[]).await.is(422).has("没有他签名的撤回");
    posts(&chief, &format!("/consents/{consent}/revoke"), &[("written", "yes")]).await.is(303);
    agent.get(&application).await.is(403);
    agent.get(&format!("/cases/{no}")).await.is(OK).has_not("汪德福");
    posts(&agent, &format!("/cases/{no}/supplement"), &[]).await.is(403);
    agent.get(&format!("/matters/{CARD}/apply/check{draft}")).await.is(403);
    agent.post(&format!("/matters/{CARD}/apply/check{draft}"), &[("anyway", "yes")]).await.is(403);
    posts(&agent, &begin, &[("item", CARD)]).await.is(403).has("已经撤回");
    agent.get("/agent").await.is(OK).has_not("汪德福").has_not(&no);
    assert_eq!(desk.kinds("consent", &consent).await, ["consent.given", "consent.revoked"]);

    // A consent anew opens the case again; on the day after its last it is over by itself.
    let again = desk.entrusts(&agent, "汪德福", &number(1), &[("until", &desk.in_days(2))]).await;
    agent.get(&application).await.is(OK);
    posts(&agent, &format!("/cases/{no}/supplement"), &[]).await.is(303);
    let by: String =
        sqlx::query_scalar("select public_body from acts where kind = 'case.supplemented'").fetch_one(desk.pool()).await.unwrap();
    assert!(by.contains(r#""role":"village_agent""#), "{by}");
    desk.later(chrono::Duration::days(3)).await;
    let agent = desk.sign_in(&desk.of(&agent).await.login).await;
    agent.get(&application).await.is(403);
    posts(&agent, &format!("/agent/consents/{again}/begin"), &[("item", CARD)]).await.is(403).has("已经到期");

    // Nor does an agent whose work has ended.
    let last = desk.entrusts(&agent, "汪德福", &number(1), &[]).await;
    agent.get(&application).await.is(OK);
    let chief = desk.sign_in("chief-youhua").await;
    let office: uuid::Uuid = sqlx::query_scalar("select id from agents where person = $1")
        .bind(desk.of(&agent).await.id)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    let ends = [("agent", office.to_string()), ("reason", "外出务工".into())];
    posts(&chief, &format!("{POINT}/end"), &ends.each_ref().map(|(key, value)| (*key, value.as_str()))).await.is(303);
    agent.get(&application).await.is(403);
    // What is left is what everybody has: to help one's own people.
    agent.get("/agent").await.is(OK).has("先有他的委托").has_not("汪德福");
    posts(&agent, &format!("/agent/consents/{last}/begin"), &[("item", CARD)]).await.is(403);
}

#[tokio::test]
async fn f086_no_paper_is_taken_for_a_consent_whose_last_day_is_over() {
    let desk = Desk::open().await;
    desk.becomes("2026-12-02 10:00").await;
    let agent = desk.agent_point().await;
    let holder = number(9);
    let fields = entrusts("陈来问", &holder, "2026-12-02", &[]);
    let page = posts(&agent, "/agent/consents/new", &fields).await.is(303).location();
    let sends = async |who: &Client| who.upload(&format!("{page}/files"), "signed", "委托书.pdf", b"%PDF-1.4 signed").await;
    sends(&agent).await.is(303);
    desk.becomes("2026-12-03 10:00").await;
    let agent = desk.sign_in(&desk.of(&agent).await.login).await;
    sends(&agent).await.is(409).has("2026-12-02 已经过了");
    posts(&agent, &page, &[]).await.is(422).has("2026-12-02 已经过了");
    agent.get(&page).await.is(OK).has("已经到期，没有同意过").has_not("委托书已经上传，登记");
}

#[tokio::test]
async fn f086_nobody_consents_in_the_place_of_the_person() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let until = desk.in_days(10);
    let me = desk.of(&agent).await;
    let new = "/agent/consents/new";

    // Oneself, an unknown number, another's name, nobody with an account, a day too far.
    let own = me.resident_id.clone().unwrap();
    posts(&agent, new, &entrusts(&me.name, &own, &until, &[])).await.is(422).has("自己的事不用委托自己");
    posts(&agent, new, &entrusts("汪德福", "341723195104120011", &until, &[])).await.is(422).has("身份证号");
    posts(&agent, new, &entrusts("汪德福", &number(1), &until, &[("way", "account")])).await.is(422).has("没有核实过身份的账户");
    posts(&agent, new, &entrusts("汪德福", &number(1), &desk.in_days(400), &[])).await.is(422).has("最长一年");
    posts(&agent, new, &entrusts("汪德福", &number(1), &until, &[("items", "none")])).await.is(422).has("至少一个事项");
    let villager = desk.citizen("刘长根").await;
    let known = desk.of(&villager).await.resident_id.unwrap();
    posts(&agent, new, &entrusts("假名", &known, &until, &[])).await.is(422).has("对不上");
    assert_eq!(sqlx::query_scalar::<_, i64>("select count(*) from consents").fetch_one(desk.pool()).await.unwrap(), 0);

    // Somebody with an account confirms there; the agent cannot, nor can a stranger.
    let asks = entrusts("刘长根", &known, &until, &[("way", "account")]);
    let page = posts(&agent, new, &asks).await.is(303).location();
    let no = page.rsplit('/').next().unwrap().to_owned();
    posts(&agent, &page, &[]).await.is(409).has("代办的人不能替他确认");
    for who in [&agent, &desk.citizen("路人").await] {
        who.get(&format!("/consents/{no}")).await.is(404);
        posts(who, &format!("/consents/{no}/confirm"), &[]).await.is(404);
    }
    let chief = desk.sign_in("chief-youhua").await;
    posts(&chief, &format!("/consents/{no}/confirm"), &[]).await.is(404);
    posts(&agent, &format!("{page}/begin"), &[("item", CARD)]).await.is(403);
    villager.get("/account/consents").await.is(OK).has(&no).has("等他确认");
    villager.get(&format!("/consents/{no}")).await.is(OK).has("要不要委托他");
    let once = uuid::Uuid::new_v4().to_string();
    for _ in 0..2 {
        villager.post(&format!("/consents/{no}/confirm"), &[("once", &once)]).await.is(303);
    }
    assert_eq!(desk.kinds("consent", &no).await, ["consent.given"]);
    let case = desk.files_for(&agent, &no, &[]).await;
    assert!(desk.case(&case).await.has_account());
    // The person sees it, with who did it, at once.
    villager.get("/account").await.is(OK).has(&case);
    villager.get(&format!("/cases/{case}")).await.is(OK).has("代办员章秀云").has(&format!("/consents/{no}"));
    villager.get(&format!("/consents/{no}")).await.is(OK).has(&case);

    // Declined, nothing comes of it.
    let other = posts(&agent, new, &asks).await.is(303).location();
    let declined = other.rsplit('/').next().unwrap();
    posts(&villager, &format!("/consents/{declined}/decline"), &[]).await.is(303);
    posts(&villager, &format!("/consents/{declined}/confirm"), &[]).await.is(409);
    posts(&agent, &format!("{other}/begin"), &[("item", CARD)]).await.is(403);
    assert!(desk.kinds("consent", declined).await.is_empty());
}

#[tokio::test]
async fn b5_05_a_daughter_applies_for_her_father_by_his_signed_consent() {
    let desk = Desk::open().await;
    desk.sign_in("officer-youhua").await;
    let daughter = desk.citizen("汪小梅").await;
    let id = number(1);
    let asked = |changed: &[(&'static str, &'static str)]| {
        let until = desk.in_days(30);
        let fields = entrusts("汪德福", &id, &until, &[]);
        let mut fields: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.extend(changed.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        fields
    };
    let send = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        posts(&daughter, "/agent/consents/new", &fields).await
    };
    // From the page of the matter; what she is to him is asked, and what no name has is refused.
    let begin = daughter.get(&format!("/matters/{CARD}/apply")).await.is(OK).has("先要有他的委托");
    begin.has(&format!("/agent/consents/new?item={CARD}"));
    daughter.get(&format!("/agent/consents/new?item={CARD}")).await.is(OK).has("您是他的").has("checked");
    send(asked(&[])).await.is(422).has("请选您是他的什么人");
    let odd = entrusts("<b>汪</b>", &id, "2030-01-01", &[("relation", "child")]);
    posts(&daughter, "/agent/consents/new", &odd).await.is(422).has("请填证件上的姓名");
    let page = send(asked(&[("relation", "child")])).await.is(303).location();
    let consent = page.rsplit('/').next().unwrap().to_owned();
    daughter.get(&page).await.is(OK).has("是委托人的").has("子女").has_not("代办员");
    posts(&daughter, &format!("{page}/begin"), &[("item", CARD)]).await.is(403).has("还没有同意");
    daughter.upload(&format!("{page}/files"), "signed", "委托书.pdf", b"%PDF-1.4 signed").await.is(303);
    posts(&daughter, &page, &[]).await.is(303);

    // Who applies and who acts is known, and not asked: neither the form nor the list of papers asks for what the consent says.
    let named = desk.fills_for(&daughter, &consent, &[]).await;
    let helper = daughter.get(&format!("/matters/{CARD}/apply/helper{named}")).await.is(OK);
    helper.has("汪小梅").has("子女").has_not("name=\"by_agent\"").has_not("name=\"agent_name\"");
    daughter.get(&format!("/matters/{CARD}/apply/materials{named}")).await.is(OK).has("已经在案，不用再传");
    let other = [("elder_name", "汪德福"), ("elder_id_number", &number(7)), ("elder_mobile", "13800138000")];
    let refused = daughter.post(&format!("/matters/{CARD}/apply/person{named}"), &other).await;
    refused.is(422).has("要和委托书上的");
    let no = desk.files_for(&daughter, &consent, &[]).await;
    let case = desk.case(&no).await;
    let applicant = case.applicant.clone().unwrap();
    assert_eq!((applicant.name.as_str(), applicant.identity.as_deref()), ("汪德福", Some(id.as_str())));
    assert_eq!((case.channel, &case.answers["by_agent"]), (acts::Channel::Online, &serde_json::json!(true)));
    assert_eq!(case.answers["agent_name"], "汪小梅");
    let handed = |key: &str| case.materials.iter().find(|handed| handed.material == key).unwrap().name.clone();
    assert_eq!(handed("authorisation"), "委托书.pdf");
    assert!(handed("agent_id").contains("账户的身份已在窗口核实"), "{}", handed("agent_id"));

    // She follows it, without the code that is his; the officer sees by what right, strangers neither name.
    daughter.get("/agent").await.is(OK).has("汪德福").has(&no[..6]);
    let code = desk.house().lookup_code(&no);
    daughter.get(&format!("/cases/{no}?new=1")).await.is(OK).has("由亲友代办").has("子女").has_not(&code);
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("由亲友代办").has("汪小梅").has("委托书");
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("代办的亲友").has_not("汪小梅").has_not("汪德福");
    let by: String = sqlx::query_scalar("select public_body from acts where kind = 'case.submitted' and subject = $1")
        .bind(&no)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(by.contains(r#""role":"kin_agent""#), "{by}");
    // It earns no subsidy: no point has it.
    let points: i64 = sqlx::query_scalar("select count(*) from consents where no = $1 and point is not null")
        .bind(&consent)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert_eq!(points, 0);
}

/// A daughter with her father's consent on paper, and the case she filed by it.
async fn filed_for_father(desk: &Desk) -> (Client, String, String) {
    let daughter = desk.citizen("汪小梅").await;
    let consent = desk.entrusts(&daughter, "汪德福", &number(1), &[("relation", "child")]).await;
    let no = desk.files_for(&daughter, &consent, &[]).await;
    (daughter, consent, no)
}

#[tokio::test]
async fn b5_05_who_applies_is_no_statement_that_a_notice_or_a_correction_changes() {
    let desk = Desk::open().await;
    let (daughter, _, no) = filed_for_father(&desk).await;
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}/correct")).await.is(OK).has("f_home_address").has_not("f_elder_name");
    let told = [("f_elder_name", "yes"), ("why_f_elder_name", "改成别人")];
    desk.act(&officer, &no, "correct", &told).await.is(422).has("请勾选");
    let told = [("f_home_address", "yes"), ("why_f_home_address", "写到村民组")];
    desk.act(&officer, &no, "correct", &told).await.is(303);
    let page = format!("/cases/{no}/supplement");
    let answers = [("home_address", "酉华镇二酉村 6 组"), ("elder_name", "别人"), ("elder_id_number", &number(8))];
    posts(&daughter, &page, &answers).await.is(303);
    let case = desk.case(&no).await;
    assert_eq!((&case.answers["elder_name"], &case.answers["home_address"]), (&"汪德福".into(), &"酉华镇二酉村 6 组".into()));
    // What she filled in says where it is from, and she may mend what is hers to mend.
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("委托书 WT");
    daughter.get(&format!("/cases/{no}")).await.is(OK).has(&format!("/cases/{no}/amend"));
    foundation::work::settle(desk.house()).await.unwrap();
    let file = daughter.get(&format!("/cases/{no}/package")).await.is(OK);
    let names = String::from_utf8_lossy(&file.body).matches("委托书.pdf").count();
    assert!(names <= 2, "a paper is in the file once: its header and its entry, {names}");
}

#[tokio::test]
async fn b5_05_what_the_consent_withholds_is_not_handed_to_the_relative() {
    let desk = Desk::open().await;
    let (daughter, _, no) = filed_for_father(&desk).await;
    let officer = desk.sign_in("officer-youhua").await;
    let chief = desk.sign_in("chief-youhua").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&officer, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    daughter.get(&format!("/cases/{no}/papers/certificate")).await.is(404);
    let takes = [("way", "counter"), ("receiver", "汪小梅")];
    desk.act(&officer, &no, "deliver", &takes).await.is(409).has("没有写");
    for written in ["汪　小梅", "汪小梅（女儿）"] {
        desk.act(&officer, &no, "deliver", &[("way", "counter"), ("receiver", written)]).await.is(409);
    }
    desk.act(&officer, &no, "deliver", &[("way", "counter")]).await.is(303);
}

#[tokio::test]
async fn b5_05_a_consent_is_let_be_by_whoever_holds_it_and_taken_back_at_the_counter() {
    let desk = Desk::open().await;
    let (daughter, consent, no) = filed_for_father(&desk).await;
    // At the counter that handles it, by whoever came and signed; at another nobody sees it.
    let other = desk.sign_in("officer").await;
    other.get(&format!("/consents/{consent}")).await.is(404);
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has(&format!("/consents/{consent}"));
    officer.get(&format!("/consents/{consent}")).await.is(OK).has("登记当面撤回").has("汪德福");
    // Whoever kept no paper is found by the card, at a counter for one of the matters.
    let father = number(1);
    let card = [("card-name", "汪德福"), ("card-number", father.as_str())];
    officer.get("/counter/consents").await.is(OK).has("找委托");
    officer.post("/counter/consents", &card).await.is(OK).has(&format!("/consents/{consent}"));
    officer.post("/counter/consents", &[("card-name", "汪得福"), card[1]]).await.is(OK).has_not(&consent);
    officer.post("/counter/consents", &[card[0], ("card-number", "1")]).await.is(422);
    other.post("/counter/consents", &card).await.is(OK).has_not(&consent);
    daughter.get("/counter/consents").await.is(403);
    // Nobody at the counter sees or ends what is a relative's.
    let kin = desk.sign_in("chief-youhua").await;
    let declare = [("name", "汪德福"), ("resident_id", father.as_str()), ("relation", "direct")];
    posts(&kin, "/counter/relatives", &declare).await.is(303);
    kin.get(&format!("/consents/{consent}")).await.is(404);
    posts(&kin, &format!("/consents/{consent}/revoke"), &[("written", "yes")]).await.is(404);
    kin.post("/counter/consents", &card).await.is(OK).has_not(&consent);
    posts(&officer, &format!("/consents/{consent}/revoke"), &[]).await.is(422).has("没有他签名的撤回");
    posts(&officer, &format!("/consents/{consent}/revoke"), &[("written", "yes")]).await.is(303);
    daughter.get(&format!("/cases/{no}/papers/application")).await.is(403);
    // A slip of the pen is gone at a click, and counts no more; what was given ends with an act.
    let until = desk.in_days(20);
    let slip = posts(&daughter, "/agent/consents/new", &entrusts("汪得福", &number(2), &until, &[("relation", "child")])).await;
    let slip = slip.is(303).location();
    posts(&desk.citizen("路人").await, &format!("{slip}/drop"), &[]).await.is(403);
    posts(&daughter, &format!("{slip}/drop"), &[]).await.is(303);
    posts(&daughter, &slip, &[]).await.is(422);
    let given = desk.entrusts(&daughter, "汪德福", &number(1), &[("relation", "child")]).await;
    posts(&daughter, &format!("/agent/consents/{given}/drop"), &[]).await.is(303);
    assert_eq!(desk.kinds("consent", &given).await, ["consent.given", "consent.revoked"]);

    // Written down on paper, and then a counter sees the person's card: the yes is said in the account.
    let id = number(3);
    let page = posts(&daughter, "/agent/consents/new", &entrusts("吴桂香", &id, &until, &[("relation", "relative")])).await;
    let page = page.is(303).location();
    let fields =
        [("name", "吴桂香"), ("resident_id", id.as_str()), ("mobile", "13700000022"), ("password", "a long enough sentence")];
    desk.nobody().post("/sign-up", &fields).await.is(303);
    let seen = [("login", "13700000022"), ("card-name", "吴桂香"), ("card-number", id.as_str())];
    officer.post("/counter/people", &seen).await.is(OK).has("已核实");
    daughter.upload(&format!("{page}/files"), "signed", "委托书.pdf", b"%PDF-1.4 signed").await.is(303);
    posts(&daughter, &page, &[]).await.is(422).has("他现在有核实过身份的账户").has("请点下面“不替他办了”");
}

#[tokio::test]
async fn b5_04_an_officer_has_no_hand_in_what_they_filed_or_brought_for_somebody() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let me = desk.person("officer-youhua").await;
    let own = services::demo::resident_id("341524", NaiveDate::from_ymd_opt(1985, 3, 8).unwrap(), 44);
    sqlx::query("update people set resident_id = $2, identity_verified_at = now() where id = $1")
        .bind(me.id)
        .bind(&own)
        .execute(desk.pool())
        .await
        .unwrap();
    let consent = desk.entrusts(&officer, "方老爹", &number(1), &[("relation", "child")]).await;
    let no = desk.files_for(&officer, &consent, &[]).await;
    desk.act(&officer, &no, "accept", &[]).await.is(403);
    posts(&officer, &format!("/cases/{no}/withdraw"), &[]).await.is(403);
    // Nor do they register at their own counter what they, or a relative, would bring there.
    let (amend, address) = (format!("/counter/cases/{no}/amend"), "酉华镇二酉村 9 组");
    officer.get(&amend).await.is(403).has("不在窗口当场登记");
    let fields = [("shown", "home_address"), ("home_address", address), ("amend_why", "写错了"), ("amend_truth", "yes")];
    posts(&officer, &amend, &[&fields[..], &[("written", "yes")]].concat()).await.is(403).has("不在窗口当场登记");
    // Nor do they take in what they bring themselves as somebody's agent.
    let brings = |agent: &str| -> Vec<(&'static str, String)> {
        vec![
            ("card-name", "汪德福".into()),
            ("card-number", number(2)),
            ("card-mobile", "0566-5731234".into()),
            ("by_agent", "yes".into()),
            ("agent_name", "方芳".into()),
            ("agent_id_number", agent.to_owned()),
            ("agent_relation", "relative".into()),
        ]
    };
    let takes = async |client: &Client, fields: &[(&'static str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
        desk.registers(client, CARD, &fields).await
    };
    takes(&officer, &brings(&own)).await.is(403).has("不得经办");
    let chief = desk.sign_in("chief-youhua").await;
    takes(&chief, &brings(&number(2))).await.is(422).has("就是申请人自己的");
    // A landline is a telephone.
    let taken = takes(&chief, &brings(&number(5))).await.is(303).location();
    // Who acts by the form is kept away from, with an account or without.
    let taken = taken.rsplit('/').next().unwrap().to_owned();
    let declare = [("name", "方芳"), ("resident_id", &number(5)), ("relation", "in_law")];
    officer.get(&format!("/counter/cases/{taken}")).await.is(OK);
    posts(&officer, "/counter/relatives", &declare).await.is(303);
    officer.get(&format!("/counter/cases/{taken}")).await.is(403);
    desk.act(&officer, &taken, "accept", &[]).await.is(403);
    officer.get("/counter/queue").await.is(OK).has("回避，由同事办");
    takes(&officer, &brings(&number(5))).await.is(403).has("代为办理");
}

#[tokio::test]
async fn b4_1_whoever_has_no_telephone_is_taken_in_at_the_counter_and_nowhere_forgotten() {
    let desk = Desk::open().await;
    let officer = desk.sign_in("officer-youhua").await;
    let id = number(6);
    let who = [("card-name", "胡大爷"), ("card-number", id.as_str()), ("card-mobile", ""), ("elder_mobile", "")];
    desk.registers(&officer, CARD, &who).await.is(422).has("没有电话的");
    // A daughter without one comes for a mother without one.
    let other = number(5);
    let comes = [
        ("by_agent", "yes"),
        ("agent_name", "胡小妹"),
        ("agent_id_number", other.as_str()),
        ("agent_relation", "child"),
        ("card-no-telephone", "yes"),
    ];
    desk.registers(&officer, CARD, &[&who[..], &comes].concat()).await.is(303);
    // The tick is for who has none: what is typed below counts, and is read.
    let wrong = [&who[..3], &[("elder_mobile", "12"), ("card-no-telephone", "yes")]].concat();
    desk.registers(&officer, CARD, &wrong).await.is(422);
    let taken = desk.registers(&officer, CARD, &[&who[..], &[("card-no-telephone", "yes")]].concat()).await.is(303).location();
    let no = taken.rsplit('/').next().unwrap().to_owned();
    assert_eq!(desk.case(&no).await.applicant.unwrap().mobile, None);
    // The own statement is corrected without one, too.
    let amend = format!("/counter/cases/{no}/amend");
    let fields =
        [("shown", "home_address"), ("home_address", "酉华镇二酉村 9 组"), ("amend_why", "写错了"), ("amend_truth", "yes")];
    posts(&officer, &amend, &[&fields[..], &[("written", "yes")]].concat()).await.is(303);
}

#[tokio::test]
async fn b4_1_a_villager_without_a_telephone_is_helped_online_as_at_the_counter() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let consent = desk.entrusts(&agent, "胡大爷", &number(6), &[]).await;
    let named = desk.fills_for(&agent, &consent, &["elder_mobile"]).await;
    let page = |step: &str| format!("/matters/{CARD}/apply/{step}{named}");
    agent.get(&page("person")).await.is(OK).has("他没有的空着").has("（可不填）");
    agent.get(&page("check")).await.is(OK).has_not("还差");
    // What is typed counts, and is read.
    let wrong = [("elder_name", "胡大爷"), ("elder_id_number", &number(6)), ("elder_mobile", "12")];
    agent.post(&page("person"), &wrong).await.is(422).has("他没有的空着");
    agent.get(&page("check")).await.is(OK).has("还差");
    agent.post(&page("person"), &[&wrong[..2], &[("elder_mobile", "")]].concat()).await.is(303);
    let no = agent.post(&page("check"), &[("anyway", "yes")]).await.is(303).location();
    let no = no.trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let case = desk.case(&no).await;
    assert_eq!((case.applicant.as_ref().unwrap().mobile.as_deref(), case.answers.get("elder_mobile")), (None, None));
    // What the agent mends afterwards asks for none either.
    let fields =
        [("shown", "home_address"), ("home_address", "酉华镇二酉村 9 组"), ("amend_why", "写错了"), ("amend_truth", "yes")];
    posts(&agent, &format!("/cases/{no}/amend"), &fields).await.is(303);
    // Whoever has one by the consent gives it; a landline will do there.
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[("mobile", "0566-5731234")]).await;
    let named = desk.fills_for(&agent, &consent, &["elder_mobile"]).await;
    let elder = agent.get(&format!("/matters/{CARD}/apply/person{named}")).await;
    elder.is(OK).has_not("他没有的空着").has("0566-5731234");
}

#[tokio::test]
async fn b5_05_a_relative_reads_nothing_of_whoever_has_an_account_before_the_yes() {
    let desk = Desk::open().await;
    let son = desk.citizen("刘小军").await;
    let father = desk.citizen("刘长根").await;
    let (until, id) = (desk.in_days(30), desk.of(&father).await.resident_id.unwrap());
    let new = "/agent/consents/new";
    let kin = [("relation", "child")];
    posts(&son, new, &entrusts("刘长根", &id, &until, &kin)).await.is(422).has("他自己有核实过身份的账户");
    let page = posts(&son, new, &entrusts("刘长根", &id, &until, &[("relation", "child"), ("way", "account")])).await;
    let page = page.is(303).location();
    let no = page.rsplit('/').next().unwrap().to_owned();
    // The father finds it where he looks, and says yes there.
    father.get("/account").await.is(OK).has("有人等您同意委托");
    father.get(&format!("/consents/{no}")).await.is(OK).has("刘小军").has("子女").has("不认识他").has_not("投诉代办员");
    posts(&son, &format!("{page}/begin"), &[("item", CARD)]).await.is(403);
    posts(&father, &format!("/consents/{no}/confirm"), &[]).await.is(303);
    father.get("/account").await.is(OK).has_not("有人等您同意委托");
    let case = desk.files_for(&son, &no, &[]).await;
    father.get(&format!("/cases/{case}")).await.is(OK).has("代办的亲友刘小军");
    posts(&father, &format!("/consents/{no}/complain"), &[("text", "他")]).await.is(409);
    posts(&father, &format!("/consents/{no}/revoke"), &[]).await.is(303);
    son.get(&format!("/cases/{case}/papers/application")).await.is(403);

    // Whose own card no counter has seen helps nobody, and nobody helps a street.
    let stranger = desk.enter_unverified("陌生人").await;
    posts(&stranger, new, &entrusts("汪德福", &number(1), &until, &kin)).await.is(422).has("您自己的身份要先核实");
    for n in 1..=5 {
        posts(&son, new, &entrusts("汪德福", &number(n), &until, &kin)).await.is(303);
    }
    posts(&son, new, &entrusts("汪德福", &number(6), &until, &kin)).await.is(422).has("最多同时替 5 位亲友");
}

#[tokio::test]
async fn b5_05_whoever_signs_in_applies_for_themselves_and_for_nobody_else() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let own = desk.of(&citizen).await.resident_id.unwrap();
    let item = desk.catalogue.item(CARD).unwrap().clone();
    let (person, at) = (desk.of(&citizen).await, desk.house().now().date());
    let answers = services::demo::answers(&item, &services::cases::submit::party_of(&person), &person, at, 0);
    citizen.post(&format!("/matters/{CARD}/apply"), &[("for", "me"), ("by_agent", "yes")]).await.is(303);
    desk.answers_draft(&citizen, CARD, "", &answers, &[]).await;
    citizen.get(&format!("/matters/{CARD}/apply/helper")).await.is(OK).has_not("name=\"by_agent\"").has_not("代办人姓名");
    let other = [("elder_name", "王敏"), ("elder_id_number", &number(7)), ("elder_mobile", "13800138000")];
    let told = citizen.post(&format!("/matters/{CARD}/apply/person"), &other).await.is(422).has("替亲友办");
    told.has(&own);
    // What is wrong is kept as typed, and not sent.
    citizen.post(&format!("/matters/{CARD}/apply/check"), &[("anyway", "yes")]).await.is(422).has("要是申请人的");
    let right = [("elder_name", "王敏"), ("elder_id_number", own.as_str()), ("elder_mobile", "13800138000")];
    citizen.post(&format!("/matters/{CARD}/apply/person"), &right).await.is(303);
    let sent = citizen.post(&format!("/matters/{CARD}/apply/check"), &[("anyway", "yes")]).await.is(303).location();
    let no = sent.trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    assert_eq!(desk.case(&no).await.answers["by_agent"], serde_json::json!(false));
    citizen.get(&format!("/cases/{no}/amend")).await.is(OK).has_not("name=\"by_agent\"").has_not("name=\"elder_id_number\"");
}

#[tokio::test]
async fn f086_whoever_opens_an_account_later_sees_all_that_was_done_takes_it_back_and_complains() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let id = number(3);
    let consent = desk.entrusts(&agent, "吴桂香", &id, &[]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    // The same person again, by another consent: one person.
    let second = desk.entrusts(&agent, "吴桂香", &id, &[]).await;
    let persons: i64 = sqlx::query_scalar("select count(distinct person) from consents").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(persons, 1);

    let account = desk.nobody();
    let fields =
        [("name", "吴桂香"), ("resident_id", id.as_str()), ("mobile", "13700000021"), ("password", "a long enough sentence")];
    account.post("/sign-up", &fields).await.is(303);
    account.get("/account").await.is(OK).has_not(&no);
    account.get(&format!("/consents/{consent}")).await.is(404);
    let officer = desk.sign_in("officer-youhua").await;
    let seen = [("login", "13700000021"), ("card-name", "吴桂香"), ("card-number", id.as_str())];
    officer.post("/counter/people", &seen).await.is(OK).has("已核实");
    account.get("/account").await.is(OK).has(&no);
    account.get("/account/consents").await.is(OK).has(&consent).has(&second);
    let paper = account.get(&format!("/consents/{consent}")).await.is(OK).has(&no).text();
    let file = paper.split(&format!("/consents/{consent}/files/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    account.get(&format!("/consents/{consent}/files/{file}")).await.is(OK);
    agent.get(&format!("/consents/{consent}/files/{file}")).await.is(404);
    // The code of the receipt is the person's.
    account.get(&format!("/cases/{no}/papers/receipt")).await.is(OK);
    // The agent goes on by the same consents.
    agent.get(&format!("/cases/{no}/papers/application")).await.is(OK);

    let complain = format!("/consents/{consent}/complain");
    posts(&account, &complain, &[]).await.is(422).has("请写代办员做了什么");
    posts(&account, &complain, &[("text", "收了二十块钱")]).await.is(303);
    posts(&account, &complain, &[("text", "再说一次")]).await.is(409);
    agent.get(&format!("/agent/consents/{consent}")).await.is(OK).has_not("二十块");
    let chief = desk.sign_in("chief-youhua").await;
    chief.get(POINT).await.is(OK).has("有投诉等答复");
    chief.get(&format!("/consents/{consent}")).await.is(OK).has("收了二十块钱");
    desk.sign_in("chief").await.get(&format!("/consents/{consent}")).await.is(404);
    posts(&chief, &format!("/consents/{consent}/answer"), &[("answer", "已经退还，批评教育")]).await.is(303);
    account.get(&format!("/consents/{consent}")).await.is(OK).has("已经退还，批评教育");

    for one in [&consent, &second] {
        posts(&account, &format!("/consents/{one}/revoke"), &[]).await.is(303);
        posts(&account, &format!("/consents/{one}/revoke"), &[]).await.is(409);
    }
    agent.get(&format!("/cases/{no}/papers/application")).await.is(403);
    account.get(&format!("/cases/{no}")).await.is(OK).has("已经撤回");
}

#[tokio::test]
async fn f086_two_clicks_are_one_consent_one_draft_and_one_case() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let (until, id, once) = (desk.in_days(30), number(4), uuid::Uuid::new_v4().to_string());
    let mut fields = entrusts("汪德福", &id, &until, &[]);
    fields.push(("once", &once));
    let (one, two) = tokio::join!(agent.post("/agent/consents/new", &fields), agent.post("/agent/consents/new", &fields));
    let page = one.is(303).location();
    assert_eq!(two.is(303).location(), page);
    agent.upload(&format!("{page}/files"), "signed", "委托书.pdf", b"%PDF-1.4 x").await.is(303);
    let once = uuid::Uuid::new_v4().to_string();
    let same = [("once", once.as_str())];
    let (one, two) = tokio::join!(agent.post(&page, &same), agent.post(&page, &same));
    assert_eq!((one.status, two.status), (303, 303));
    let consent = page.rsplit('/').next().unwrap().to_owned();
    assert_eq!(desk.kinds("consent", &consent).await, ["consent.given"]);
    let (begin, item) = (format!("{page}/begin"), [("item", CARD)]);
    let (one, two) = tokio::join!(agent.post(&begin, &item), agent.post(&begin, &item));
    assert_eq!(one.is(303).location(), two.is(303).location());
    let named = desk.fills_for(&agent, &consent, &[]).await;
    let (check, anyway) = (format!("/matters/{CARD}/apply/check{named}"), [("anyway", "yes")]);
    let (one, two) = tokio::join!(agent.post(&check, &anyway), agent.post(&check, &anyway));
    assert_eq!((one.status, two.status), (303, 303));
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);
}

#[tokio::test]
async fn b5_whoever_filed_a_case_as_an_agent_never_handles_it_as_an_officer_and_officers_are_not_named() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let chief = desk.sign_in("chief-youhua").await;
    posts(&chief, &format!("{POINT}/name"), &[("login", "officer-youhua")]).await.is(422).has("工作人员不当代办员");
    posts(&chief, &format!("{POINT}/name"), &[("login", &desk.of(&agent).await.login)]).await.is(422).has("已经是");
    posts(&chief, &format!("{POINT}/name"), &[("login", "nobody")]).await.is(422);
    // Another township, a citizen, a counter officer and the agent keep no point.
    for who in ["chief", "officer-youhua", "admin", "supervisor"] {
        let client = desk.sign_in(who).await;
        client.get("/counter/subsidy").await.is(if who == "chief" { OK } else { 403 });
        posts(&client, &format!("{POINT}/name"), &[("login", "x")]).await.is(403);
    }
    agent.get(POINT).await.is(403);
    let fields = [("region", "341524100200"), ("name", "甲"), ("address", "乙"), ("hours", "丙"), ("phone", "0564-1")];
    posts(&desk.sign_in("chief").await, "/counter/agent-points", &fields).await.is(422).has("只有乡镇");
    posts(&chief, "/counter/agent-points", &fields).await.is(422).has("341723109");

    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    // Later the agent is given a counter.
    let me = desk.of(&agent).await;
    sqlx::query("update people set roles = '{citizen,counter_officer}', agency = 'youhua-town' where id = $1")
        .bind(me.id)
        .execute(desk.pool())
        .await
        .unwrap();
    let agent = desk.sign_in(&me.login).await;
    for act in ["accept", "refuse", "correct", "not-required"] {
        agent.get(&format!("/counter/cases/{no}/{act}")).await.is(403).has("自己代为办理");
    }
    desk.act(&agent, &no, "accept", &[]).await.is(403).has("自己代为办理");
    assert_eq!(desk.acts(&no).await, ["case.submitted"]);
}

#[tokio::test]
async fn f086_the_result_is_handed_to_the_agent_only_where_the_consent_says_so() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let officer = desk.sign_in("officer-youhua").await;
    let chief = desk.sign_in("chief-youhua").await;
    for (n, collects) in [(1, true), (2, false)] {
        let changed: &[(&str, &str)] = if collects { &[("collects", "yes")] } else { &[] };
        let consent = desk.entrusts(&agent, "汪德福", &number(n), changed).await;
        let no = desk.files_for(&agent, &consent, &[]).await;
        desk.act(&officer, &no, "accept", &[]).await.is(303);
        desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
        let page = officer.get(&format!("/counter/cases/{no}/deliver")).await.is(OK).text();
        assert_eq!(page.contains("代办员代领"), collects);
        if collects {
            desk.act(&officer, &no, "deliver", &[("way", "agent")]).await.is(303);
            assert_eq!(desk.acts(&no).await.last().unwrap(), "case.delivered");
        } else {
            desk.act(&officer, &no, "deliver", &[("way", "agent")]).await.is(409).has("没有写代办的人可以代领");
            desk.act(&officer, &no, "deliver", &[("way", "counter")]).await.is(303);
        }
    }
    // Taken back in between, it is not handed over either.
    let consent = desk.entrusts(&agent, "刘长根", &number(3), &[("collects", "yes")]).await;
    let no = desk.files_for(&agent, &consent, &[]).await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    posts(&chief, &format!("/consents/{consent}/revoke"), &[("written", "yes")]).await.is(303);
    desk.act(&officer, &no, "deliver", &[("way", "agent")]).await.is(409).has("撤回");
    assert_ne!(desk.acts(&no).await.last().unwrap(), "case.delivered");
}

#[tokio::test]
async fn f088_a_case_of_a_later_month_is_shown_while_the_earlier_is_open() {
    let desk = Desk::open().await;
    desk.becomes("2026-12-30 10:00").await;
    let agent = desk.agent_point().await;
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[]).await;
    let early = desk.files_for(&agent, &consent, &[]).await;
    desk.act(&desk.sign_in("officer-youhua").await, &early, "accept", &[]).await.is(303);
    desk.becomes("2027-01-05 10:00").await;
    let agent = desk.sign_in(&desk.of(&agent).await.login).await;
    let late = desk.files_for(&agent, &consent, &[]).await;
    desk.act(&desk.sign_in("officer-youhua").await, &late, "accept", &[]).await.is(303);
    let chief = desk.sign_in("chief-youhua").await;
    chief.get("/counter/subsidy").await.is(OK).has("/counter/subsidy/2026-12").has("/counter/subsidy/2027-01");
    chief.get("/counter/subsidy/2026-12").await.is(OK).has(&early).has_not(&late).has("关账以后不能再改");
    let later = chief.get("/counter/subsidy/2027-01").await.is(OK).has(&late).has_not(&early);
    later.has("要按月关账，先关").has_not("关账以后不能再改");
    chief.get("/counter/subsidy/2027-02").await.is(404);
    // The agent sees both, each table named by its month.
    let own = agent.get("/agent/subsidy").await.is(OK);
    own.has(&early).has(&late).has("aria-labelledby=\"h1 c1\"").has("aria-labelledby=\"h2 c2\"");
}

#[tokio::test]
async fn f088_where_no_month_is_ever_closed_an_agent_sees_the_latest_twelve() {
    let desk = Desk::open().await;
    desk.becomes("2026-12-02 10:00").await;
    let agent = desk.agent_point().await;
    sqlx::query("update agent_points set opened_on = '2024-01-15'").execute(desk.pool()).await.unwrap();
    let own = agent.get("/agent/subsidy").await.is(OK).has(">2026-12</h2>").has(">2026-01</h2>").has_not(">2025-12</h2>");
    assert_eq!(own.text().matches("没有关账").count(), 12);
    // The township still has all of them, from the first, and none that is to come.
    let chief = desk.sign_in("chief-youhua").await;
    chief.get("/counter/subsidy").await.is(OK).has("/counter/subsidy/2024-01").has_not("/counter/subsidy/2027-01");
    chief.get("/counter/subsidy/2024-01").await.is(OK);
    chief.get("/counter/subsidy/2025-06").await.is(OK).has("要按月关账，先关").has("/counter/subsidy/2024-01");
    for month in ["2023-12", "2027-01"] {
        chief.get(&format!("/counter/subsidy/{month}")).await.is(404);
    }
}

#[tokio::test]
async fn f088_a_month_is_counted_from_the_record_closed_once_and_put_right_in_the_next() {
    let desk = Desk::open().await;
    desk.becomes("2026-12-02 10:00").await;
    let agent = desk.agent_point().await;
    let officer = desk.sign_in("officer-youhua").await;
    let consent = desk.entrusts(&agent, "汪德福", &number(1), &[]).await;
    let (first, second) = (desk.files_for(&agent, &consent, &[]).await, desk.files_for(&agent, &consent, &[]).await);
    let withdrawn = desk.files_for(&agent, &consent, &[]).await;
    for no in [&first, &second] {
        desk.act(&officer, no, "accept", &[]).await.is(303);
    }
    desk.act(&officer, &withdrawn, "withdraw", &[("written", "yes")]).await.is(303);
    desk.becomes("2026-12-31 10:00").await;
    let agent = desk.sign_in(&desk.of(&agent).await.login).await;
    let (chief, officer) = (desk.sign_in("chief-youhua").await, desk.sign_in("officer-youhua").await);
    let waits = desk.files_for(&agent, &consent, &[]).await;

    // Two accepted for one person: 5 + 3 and 5. What waits and what was withdrawn count not.
    let month = "/counter/subsidy/2026-12";
    let page = chief.get(month).await.is(OK).has("<strong class=\"num\">13.00</strong>").has(&first).has(&second);
    page.has_not(&waits).has_not(&withdrawn);
    agent.get("/agent/subsidy").await.is(OK).has(&first).has_not(&waits);
    posts(&chief, &format!("{month}/close"), &[]).await.is(409).has("还没有过完");
    posts(&chief, "/counter/subsidy/2027-01/close", &[]).await.is(409).has("先关 2026-12");
    for who in [&agent, &officer] {
        posts(who, &format!("{month}/close"), &[]).await.is(403);
    }

    desk.becomes("2027-01-01 00:30").await;
    let chief = desk.sign_in("chief-youhua").await;
    let close = format!("{month}/close");
    let (one, two) = tokio::join!(posts(&chief, &close, &[]), posts(&chief, &close, &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "closed once");
    assert_eq!(desk.kinds("agent_subsidy", "youhua-town:2026-12").await, ["agent_subsidy.month_closed"]);
    let told: String = sqlx::query_scalar("select public_body from acts where kind = 'agent_subsidy.month_closed'")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(told.contains(r#""total":1300"#) && told.contains(r#""cases":2"#) && !told.contains(&first), "{told}");

    // Silence accepts the waiting one, from the day its papers came: that month is closed, so it counts in the next.
    desk.becomes("2027-01-20 10:00").await;
    let chief = desk.sign_in("chief-youhua").await;
    assert_eq!(desk.case(&waits).await.accepted_on.map(|day| day.to_string()).as_deref(), Some("2026-12-31"));
    let next = "/counter/subsidy/2027-01";
    chief.get(month).await.is(OK).has("已经关账").has_not(&waits);
    chief.get(next).await.is(OK).has("<strong class=\"num\">8.00</strong>").has(&waits).has_not(&first);

    // Struck after its month was closed, a case is taken back in the next, by what it was counted for, once.
    let strike = format!("{next}/strike");
    posts(&chief, &strike, &[("case_no", &first), ("reason", "")]).await.is(422);
    posts(&chief, &strike, &[("case_no", "341723202612020000019"), ("reason", "代办员收了费")]).await.is(422).has("没有递交过");
    posts(&chief, &strike, &[("case_no", &first), ("reason", "代办员收了费")]).await.is(303);
    posts(&chief, &strike, &[("case_no", &first), ("reason", "代办员收了费")]).await.is(422).has("早已");
    chief.get(next).await.is(OK).has("扣回").has(&first).has("<strong class=\"num\">0.00</strong>");
    chief.get(month).await.is(OK).has("<strong class=\"num\">13.00</strong>");
    desk.becomes("2027-02-02 10:00").await;
    let chief = desk.sign_in("chief-youhua").await;
    posts(&chief, &format!("{next}/close"), &[]).await.is(303);
    chief.get("/counter/subsidy/2027-02").await.is(OK).has("这个月没有可计的件");
    let lines: Vec<(bool, i64)> =
        sqlx::query_as("select taken_back, amount from subsidy_lines where case_no = $1 order by taken_back")
            .bind(&first)
            .fetch_all(desk.pool())
            .await
            .unwrap();
    assert_eq!(lines, [(false, 800), (true, -800)]);
}

/// What an answer leaves out is not lost: asked again, it is filled in again; what its applicant emptied stays empty.
#[tokio::test]
async fn b4_1_what_the_consent_says_is_not_asked_again_after_an_organisation_was_chosen_and_taken_back() {
    const FELLING: &str = "tree-felling";
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let consent = desk.entrusts(&agent, "胡大爷", &number(6), &[("items", FELLING)]).await;
    let begun = posts(&agent, &format!("/agent/consents/{consent}/begin"), &[("item", FELLING)]).await.is(303).location();
    let (_, named) = begun.split_once('?').unwrap();
    let page = format!("/matters/{FELLING}/apply/applicant?{named}");
    let says = |kind: &'static str, id: &'static str| {
        [("applicant_kind", kind), ("holder_name", "胡大爷"), ("person_id", id), ("then", "later")]
    };
    let number = async || {
        let sql = "select answers ->> 'person_id' from drafts where consent = $1";
        sqlx::query_scalar::<_, Option<String>>(sql).bind(&consent).fetch_one(desk.pool()).await.unwrap()
    };
    agent.post(&page, &says("organisation", "")).await.is(303);
    assert_eq!(number().await, None);
    agent.post(&page, &says("person", "")).await.is(303);
    assert_eq!(number().await.as_deref(), Some(self::number(6).as_str()));
    agent.get(&page).await.is(OK).has("来自");
    agent.post(&page, &says("person", "")).await.is(303);
    assert_eq!(number().await, None, "it was emptied");
}
