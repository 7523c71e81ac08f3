//! 一张桌子 · the whole site on a database of its own, and people who can sit at it.

use calendar::Calendar;
use catalogue::Catalogue;
use foundation::TimeSource;
use foundation::files::Files;
use foundation::people::{self, New, Person};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use sunlit::app;
pub use testing::{Client, OK};
use testing::{Database, Page, Town, site};
use uuid::Uuid;

pub struct Desk(Town);

impl Deref for Desk {
    type Target = Town;
    fn deref(&self) -> &Town {
        &self.0
    }
}

impl Desk {
    pub async fn open() -> Desk {
        Desk::with(testing::catalogue().apart()).await
    }

    /// A site that works by these definitions, with a clock that can be moved.
    pub async fn with(catalogue: Catalogue) -> Desk {
        Desk::keeping(catalogue, |files| files).await
    }

    /// A site that keeps files in this way.
    pub async fn keeping(catalogue: Catalogue, how: impl FnOnce(Files) -> Files) -> Desk {
        let database = Database::fresh().await;
        let files = how(Files::local(&database.files).unwrap());
        let time = TimeSource::demonstration(Arc::new(Calendar::china()), 0);
        let app = app::build(database.pool.clone(), time, files, site(), catalogue.clone())
            .await
            .unwrap_or_else(|f| panic!("{}", f.said));
        let desk = Desk(Town::new(database, catalogue, app.house, app.router));
        for (login, name, role, agency) in [
            ("officer", "陈静", "counter_officer", "jinzhai-market"),
            ("officer2", "吴悦", "counter_officer", "jinzhai-market"),
            ("chief", "周正", "chief_representative", "jinzhai-market"),
            ("chief2", "郑航", "chief_representative", "jinzhai-market"),
            ("officer-hefei", "方芳", "counter_officer", "hefei-hrss"),
            ("officer-youhua", "程远", "counter_officer", "youhua-town"),
            ("chief-youhua", "钱进", "chief_representative", "youhua-town"),
        ] {
            desk.employ(login, name, role, Some(agency)).await;
        }
        desk.employ("supervisor", "赵明", "supervisor", None).await;
        desk.employ("admin", "孙岚", "administrator", None).await;
        desk
    }

    /// A citizen with an account; constructed numbers.
    pub async fn citizen(&self, name: &str) -> Client {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let n = NEXT.fetch_add(1, Ordering::SeqCst);
        let born = chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Duration::days(i64::from(n));
        let login = format!("citizen{n}");
        self.enter(New {
            login: login.clone(),
            name: name.into(),
            resident_id: Some(services::demo::resident_id("341524", born, n % 1000)),
            mobile: Some(format!("139{n:08}")),
            roles: vec!["citizen".into()],
            verified: true,
            ..New::default()
        })
        .await;
        self.sign_in(&login).await
    }

    /// Somebody who opened an account and showed no card at any counter.
    pub async fn enter_unverified(&self, name: &str) -> Client {
        let login = format!("unverified-{}", uuid::Uuid::now_v7().simple());
        self.enter(New { login: login.clone(), name: name.into(), roles: vec!["citizen".into()], ..New::default() }).await;
        self.sign_in(&login).await
    }

    /// The notice of 2012 with half a year of reports, the leadership record of a county, its office and the liaison officer of a lead unit; returns its page.
    pub async fn directive(&self) -> String {
        use oversight::directives::demo;
        self.employ("openness", "何晓", "openness_officer", Some(demo::OFFICE)).await;
        self.employ("liaison", "丁岚", "liaison", Some("省经济和信息化委")).await;
        let officer = people::by_login(self.pool(), "openness").await.unwrap().unwrap();
        let no = demo::seed(self.house(), &officer).await.unwrap();
        demo::report_of_today(self.house(), &no, &officer).await.unwrap();
        oversight::leadership::demo::seed(self.house(), &officer).await.unwrap();
        format!("/directives/{no}")
    }

    /// Those whose work the list of powers is: `catalogue` drafts, `openness`, `establishment` and `legal` review.
    pub async fn list_offices(&self) -> catalogue::powers::demo::By {
        for (login, name, role) in [
            ("catalogue", "沈清", "catalogue_administrator"),
            ("openness", "何晓", "openness_officer"),
            ("establishment", "韦立", "establishment_reviewer"),
            ("legal", "秦川", "legal_reviewer"),
        ] {
            if people::by_login(self.pool(), login).await.unwrap().is_none() {
                self.employ(login, name, role, Some(oversight::directives::demo::OFFICE)).await;
            }
        }
        catalogue::powers::demo::By {
            drafter: self.person("catalogue").await,
            openness: self.person("openness").await,
            establishment: self.person("establishment").await,
            legal: self.person("legal").await,
        }
    }

    /// The list of powers and the discretion standard of the demonstration.
    pub async fn powers(&self) {
        let by = self.list_offices().await;
        catalogue::powers::demo::seed(self.house(), &self.catalogue, &by).await.unwrap();
        let officers = [
            (self.person("officer").await, self.person("chief").await),
            (self.person("officer-youhua").await, self.person("chief-youhua").await),
        ];
        catalogue::discretion::demo::seed(self.house(), &by.legal, &officers).await.unwrap();
    }

    /// Three offices pass a change of the catalogue, and it is published from that day.
    pub async fn passes(&self, change: &str, from: &str) {
        for (login, reviewer) in [("openness", "openness"), ("establishment", "establishment"), ("legal", "legal")] {
            let office = self.sign_in(login).await;
            posts(&office, &format!("{change}/review"), &[("reviewer", reviewer), ("passes", "yes")]).await.is(303);
        }
        let drafter = self.sign_in("catalogue").await;
        posts(&drafter, &format!("{change}/publish"), &[("from", from)]).await.is(303);
    }

    /// A matter that is being drafted with something to mend, after another change of it was sent to review; returns both pages.
    pub async fn drafted(&self) -> (String, String) {
        self.list_offices().await;
        let drafter = self.sign_in("catalogue").await;
        let begins =
            async || posts(&drafter, "/items/drafts", &[("from", "elderly-card"), ("what", "change")]).await.is(303).location();
        let draft = begins().await;
        answers(&drafter, &format!("{draft}/facts/name"), &[("summary", "年满 60 周岁就能办。")]).await.is(303);
        let sent = answers(&drafter, &draft, &[("title", "改说明"), ("decision", "青政办〔2026〕8号")]).await.is(303).location();
        let draft = begins().await;
        answers(&drafter, &format!("{draft}/facts/name"), &[("name_en", "")]).await.is(422);
        (draft, sent)
    }

    /// The case as it is stored.
    pub async fn case(&self, no: &str) -> services::cases::Case {
        let mut conn = self.pool().acquire().await.unwrap();
        services::cases::case::find(&mut conn, no).await.unwrap()
    }

    /// The kinds of the acts on a case, oldest first.
    pub async fn acts(&self, no: &str) -> Vec<String> {
        sqlx::query_scalar("select kind from acts where subject_kind = 'case' and subject = $1 order by position")
            .bind(no)
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    /// The company this person acts for; with a mandate on record once it is asked for.
    pub async fn company(&self, person: &Person) -> people::Organisation {
        let serial = 30_000_000 + person.id.as_u128() as u32 % 60_000_000;
        let mut conn = self.pool().acquire().await.unwrap();
        let uscc = services::demo::uscc("341524", serial);
        let company = people::organisation(&mut conn, &uscc, "金寨县样例食品有限公司", Some(&person.name)).await.unwrap();
        people::name_agent(&mut conn, company.id, person.id).await.unwrap();
        company
    }

    /// Fills a draft of `client` for an item and puts a file to every material that must be handed in, but those left out.
    /// Returns `?draft=…`, which its pages are asked with.
    pub async fn fills(&self, client: &Client, slug: &str, leave_out: &[&str]) -> String {
        let item = self.catalogue.item(slug).unwrap().clone();
        let person = self.of(client).await;
        let mut party = services::cases::submit::party_of(&person);
        let mut applicant = "me".to_owned();
        if !item.applies_to_people() {
            let company = self.company(&person).await;
            applicant = company.id.to_string();
            party = services::cases::submit::party_of_organisation(&company, person.mobile.clone());
        }
        let begun = client.post(&format!("/matters/{slug}/apply"), &[("for", &applicant), ("again", "yes")]).await.is(303);
        let named = begun.location().split_once('?').map(|(_, query)| format!("?{query}")).unwrap();
        let today = self.house().now().date();
        let answers = services::demo::answers(&item, &party, &person, today, 0);
        self.answers_draft(client, slug, &named, &answers, leave_out).await;
        named
    }

    /// Puts these answers and a file for every material into a draft.
    pub async fn answers_draft(
        &self,
        client: &Client,
        slug: &str,
        named: &str,
        answers: &serde_json::Map<String, serde_json::Value>,
        leave_out: &[&str],
    ) {
        let item = self.catalogue.item(slug).unwrap().clone();
        assert!(!answers.is_empty(), "no answers found for {slug}");
        for step in item.form.steps() {
            let page = format!("/matters/{slug}/apply/{}{named}", step.key);
            if step.materials {
                for m in item.materials_for(answers) {
                    if m.required && m.source == catalogue::MaterialSource::Applicant && !leave_out.contains(&m.key.as_str()) {
                        let files = format!("/matters/{slug}/apply/materials/files{named}");
                        client.upload(&files, &m.key, "材料.pdf", b"%PDF-1.4 sample").await.is(303);
                    }
                }
                let page = client.post(&page, &[]).await;
                assert!(page.status == 303 || page.status == 422, "{}", page.text());
            } else {
                let entered = item.form.entered(&step.key, answers);
                let fields: Vec<(String, String)> =
                    entered.into_iter().flat_map(|(k, vs)| vs.into_iter().map(move |v| (k.clone(), v))).collect();
                let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                client.post(&page, &fields).await.is(303);
            }
        }
    }

    /// Registers at the counter what this person brings: the fields of who came, and a whole form.
    pub async fn registers(&self, officer: &Client, slug: &str, who: &[(&str, &str)]) -> Page {
        let item = self.catalogue.item(slug).unwrap().clone();
        let said = |key: &str| who.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned());
        let pattern = Person {
            name: said("card-name").unwrap(),
            resident_id: said("card-number"),
            mobile: said("card-mobile"),
            ..self.person("officer").await
        };
        let mut party = services::cases::submit::party_of(&pattern);
        if let Some(uscc) = said("licence-uscc") {
            (party.organisation, party.identity, party.name) = (true, Some(uscc), said("licence-name").unwrap());
        }
        let answers = services::demo::answers(&item, &party, &pattern, self.house().now().date(), 0);
        assert!(!answers.is_empty(), "no answers found for {slug}");
        let once = Uuid::new_v4().to_string();
        let entered: Vec<(String, String)> = item
            .form
            .steps()
            .iter()
            .filter(|step| !step.materials)
            .flat_map(|step| item.form.entered(&step.key, &answers))
            .filter(|(k, _)| !who.iter().any(|(said, _)| said == k))
            .flat_map(|(k, vs)| vs.into_iter().map(move |v| (k.clone(), v)))
            .collect();
        let mut fields: Vec<(&str, &str)> = entered.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        fields.push(("once", &once));
        fields.extend(who);
        officer.post(&format!("/counter/intake/{slug}"), &fields).await
    }

    pub async fn of(&self, client: &Client) -> Person {
        let token = client.cookies.lock().unwrap().get("sunlit_session").cloned().unwrap();
        use sha2::Digest;
        let hash = sha2::Sha256::digest(token.as_bytes()).to_vec();
        let id: Uuid = sqlx::query_scalar("select person from sessions where token_hash = $1")
            .bind(hash)
            .fetch_one(self.pool())
            .await
            .unwrap();
        people::find(self.pool(), id).await.unwrap().unwrap()
    }

    /// Applies and returns the case number.
    pub async fn applies(&self, client: &Client, slug: &str, leave_out: &[&str]) -> String {
        let named = self.fills(client, slug, leave_out).await;
        let page = client.post(&format!("/matters/{slug}/apply/check{named}"), &[("anyway", "yes")]).await.is(303);
        page.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned()
    }

    /// An officer's act on a case with a fresh form.
    pub async fn act(&self, client: &Client, no: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let once = Uuid::new_v4().to_string();
        let mut all = vec![("once", once.as_str())];
        all.extend_from_slice(fields);
        client.post(&format!("/counter/cases/{no}/{act}"), &all).await
    }

    /// A food case just accepted.
    pub async fn accepted(&self, client: &Client) -> String {
        let no = self.applies(client, "food-production-licence", &[]).await;
        let officer = self.sign_in("officer").await;
        self.act(&officer, &no, "accept", &[]).await.is(303);
        no
    }

    /// A food case brought before the chief representative.
    pub async fn before_the_chief(&self, client: &Client) -> String {
        let no = self.accepted(client).await;
        let officer = self.sign_in("officer").await;
        self.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
        let another = self.sign_in("officer2").await;
        self.act(&another, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
        no
    }
}

/// Sends a form with a number of its own.
pub async fn posts(client: &Client, path: &str, fields: &[(&str, &str)]) -> Page {
    let once = uuid::Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str())];
    all.extend_from_slice(fields);
    client.post(path, &all).await
}

/// Opens a page and sends its form back with some answers changed.
pub async fn answers(client: &Client, path: &str, changed: &[(&str, &str)]) -> Page {
    sends(client, path, &filled(client, path, changed).await).await
}

/// The form of a page with some answers changed, not sent yet.
pub async fn filled(client: &Client, path: &str, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = client.get(path).await.is(OK).fields(path);
    fields.retain(|(key, _)| !changed.iter().any(|(changed, _)| changed == key));
    fields.extend(changed.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    fields
}

/// Sends what a page held.
pub async fn sends(client: &Client, path: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    client.post(path, &fields).await
}
