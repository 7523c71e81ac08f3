//! 各人的一天 · from sign-in to done in a real browser with scripts, on a phone and at a desk, axe on every page on the way: a company's
//! agent, two officers, the chief representative, the administrator of the catalogue, the reviewers, and whoever keeps a centre.

use crate::Desk;
use crate::driver::{Browser, Driver, asked, fills_the_form, leaves, pressed, serve, sign_in, sought, violations};
use fantoccini::Locator;
use fantoccini::elements::Element;

/// Somebody at a browser who looks at every page they come to, narrow and wide.
struct Walk<'a> {
    desk: &'a Desk,
    browser: Browser,
    site: String,
    wrong: Vec<String>,
}

impl<'a> Walk<'a> {
    async fn new(desk: &'a Desk, driver: &Driver) -> Walk<'a> {
        Walk { desk, browser: driver.browser(true).await, site: serve(desk).await, wrong: Vec::new() }
    }

    async fn is(&self, login: &str) {
        sign_in(self.desk, &self.browser, &self.site, login).await;
    }

    async fn looks(&mut self) {
        sought(&self.browser, Locator::Css("main h1")).await.unwrap();
        let page = self.browser.current_url().await.unwrap().path().to_owned();
        for (width, height) in [(390, 844), (1280, 900)] {
            self.browser.set_window_size(width, height).await.unwrap();
            let found = violations(&self.browser).await;
            self.wrong.extend(found.into_iter().map(|found| format!("{page} at {width}: {found}")));
            let wide = "return document.documentElement.scrollWidth - window.innerWidth";
            let wide = self.browser.execute(wide, Vec::new()).await.unwrap().as_i64().unwrap_or_default();
            if wide > 1 {
                self.wrong.push(format!("{page} at {width}: {wide} px wider than the screen"));
            }
        }
    }

    async fn opens(&mut self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.site)).await.unwrap();
        self.looks().await;
    }

    /// What there is to be on the page; else what is on it.
    async fn there(&self, what: Locator<'_>) -> Element {
        if let Ok(found) = sought(&self.browser, what).await {
            return found;
        }
        let main = self.browser.find(Locator::Css("main")).await.unwrap().text().await.unwrap();
        panic!("no {what:?} on {}: {main}", self.browser.current_url().await.unwrap());
    }

    async fn presses(&mut self, css: &str) {
        self.there(Locator::Css(css)).await;
        pressed(&self.browser, Locator::Css(css)).await;
    }

    /// Presses what leads to another page, and looks at that.
    async fn goes(&mut self, css: &str) {
        self.there(Locator::Css(css)).await;
        leaves(&self.browser, Locator::Css(css)).await;
        self.looks().await;
    }

    async fn types(&self, name: &str, text: &str) {
        let field = self.there(Locator::Css(&format!("main [name='{name}']"))).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn says(&self, words: &str) {
        self.there(Locator::XPath(&format!("//main//*[contains(., '{words}')]"))).await;
    }

    /// Opens the form of an act from the page of its case, fills it and sends it.
    async fn acts(&mut self, no: &str, act: &str, typed: &[(&str, &str)], chosen: &[&str]) {
        self.opens(&format!("/counter/cases/{no}")).await;
        let form = format!("/counter/cases/{no}/{act}");
        self.goes(&format!("main a[href='{form}']")).await;
        for (name, text) in typed {
            self.types(name, text).await;
        }
        for choice in chosen {
            self.presses(choice).await;
        }
        self.goes(&format!("main form[action='{form}'] button.btn")).await;
    }

    async fn ends(self) {
        self.browser.close().await.unwrap();
        assert!(self.wrong.is_empty(), "{} findings:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b4_1_b4_2_f160_a_company_applies_two_officers_examine_and_the_chief_representative_decides() {
    let desk = Desk::open().await;
    let agent = desk.citizen("李倩").await;
    let person = desk.of(&agent).await;
    let company = desk.company(&person).await;
    let item = desk.catalogue.item("food-production-licence").unwrap().clone();
    let party = services::cases::submit::party_of_organisation(&company, person.mobile.clone());
    let answers = services::demo::answers(&item, &party, &person, desk.house().now().date(), 0);
    let dir = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
    std::fs::create_dir(&dir).unwrap();
    let paper = dir.join("布局图.pdf");
    std::fs::write(&paper, b"%PDF-1.4 sample").unwrap();
    let driver = Driver::start().await;
    let mut walk = Walk::new(&desk, &driver).await;

    // The company's agent finds the matter in everyday words, and applies for the company.
    walk.is(&person.login).await;
    walk.opens("/").await;
    walk.types("q", "办食品厂").await;
    walk.goes("main form[role=search] button").await;
    walk.goes("main a[href='/matters/food-production-licence']").await;
    walk.opens("/matters/food-production-licence/apply").await;
    walk.presses(&format!("main input[name='for'][value='{}']", company.id)).await;
    leaves(&walk.browser, Locator::Css("main form button.btn")).await;
    let named = format!("?{}", asked(&walk.browser, "draft").await);
    walk.looks().await;
    fills_the_form(&walk.browser, &walk.site, &item, &answers, &named, &paper).await;
    walk.looks().await;
    walk.goes("main form[action*='/apply/check?'] button.btn").await;
    walk.there(Locator::Id("got")).await;
    let no = walk.browser.current_url().await.unwrap().path().trim_start_matches("/cases/").to_owned();
    desk.settle().await;

    // An officer takes it from the queue, another examines what the first surveyed, the chief decides, and it is handed over.
    walk.is("officer").await;
    walk.opens("/counter").await;
    walk.acts(&no, "accept", &[], &[]).await;
    let survey = [("surveyors", "陈静\n马超"), ("findings", "现场与图纸一致")];
    walk.acts(&no, "survey", &survey, &["main input[name='passed'][value='yes']"]).await;
    walk.is("officer2").await;
    walk.acts(&no, "examine", &[("opinion", "符合条件")], &["main input[name='proposal'][value='grant']"]).await;
    walk.is("chief").await;
    walk.acts(&no, "grant", &[], &["main input[name='seal'][value='yes']"]).await;
    walk.is("officer").await;
    walk.acts(&no, "deliver", &[], &["main input[name='way'][value='account']"]).await;
    desk.settle().await;

    // The agent has the certificate, and says how it went.
    walk.is(&person.login).await;
    walk.opens(&format!("/cases/{no}")).await;
    walk.says("已经送达").await;
    walk.presses("main input[name='grade'][value='1']").await;
    walk.goes("#rated button.btn").await;
    walk.says("非常满意").await;
    walk.opens("/account/certificates").await;
    walk.says("金寨县样例食品有限公司").await;
    walk.ends().await;
    std::fs::remove_dir_all(dir).unwrap();
    assert_eq!(desk.case(&no).await.stage, services::cases::Stage::Delivered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f019_b2_1_f160_the_catalogue_its_reviewers_and_the_keeper_of_a_centre_do_their_work() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    crate::centres::seeded(&desk).await;
    let driver = Driver::start().await;
    let mut walk = Walk::new(&desk, &driver).await;

    // The administrator of the catalogue drafts a power.
    walk.is("catalogue").await;
    walk.opens("/powers").await;
    walk.goes("main a[href='/powers/new']").await;
    for choice in ["行政许可", "县级", "法定本级行使"] {
        walk.presses(&format!("main input[value='{choice}']")).await;
    }
    let power = [
        ("title", "新增取水许可"),
        ("decision", "《取水许可和水资源费征收管理条例》"),
        ("code", "000119001000"),
        ("name", "取水许可"),
        ("agency", "金寨县水利局"),
        ("region", "341524"),
        ("bases", "《取水许可和水资源费征收管理条例》（国务院令第460号）第二条"),
    ];
    for (name, text) in power {
        walk.types(name, text).await;
    }
    walk.goes("main form[action='/powers/new'] button.btn").await;
    walk.says("审核中").await;
    let change = walk.browser.current_url().await.unwrap().path().to_owned();

    // Three offices review it in their order, the legal one last; then it is published.
    for login in ["openness", "establishment", "legal"] {
        walk.is(login).await;
        walk.opens("/powers/changes?only=open").await;
        walk.goes(&format!("main a[href='{change}']")).await;
        walk.presses("main input[name='passes'][value='yes']").await;
        walk.goes("main form[action$='/review'] button.btn").await;
        walk.says("通过。").await;
    }
    walk.is("catalogue").await;
    walk.opens(&change).await;
    walk.types("from", &desk.house().now().date().to_string()).await;
    walk.goes("main form[action$='/publish'] button.btn").await;
    walk.says("已公布").await;

    // Whoever keeps the centre writes down where it is now.
    walk.is("admin").await;
    walk.opens("/centres").await;
    walk.goes("main a[href='/centres/jinzhai-centre']").await;
    walk.goes("main a[href='/centres/jinzhai-centre/change/place']").await;
    walk.types("phone", "0564-7356789").await;
    walk.types("basis", "金政办〔2026〕12号").await;
    walk.types("from", &desk.house().now().date().to_string()).await;
    walk.goes("main form[action='/centres/jinzhai-centre/change/place'] > p.actions > button.btn").await;
    walk.says("0564-7356789").await;
    walk.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b4_1_10_f160_an_applicant_is_told_of_a_hearing_and_asks_for_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("沈秋").await;
    let login = desk.of(&citizen).await.login;
    let no = crate::hearing::told(&desk, &citizen).await;
    desk.settle().await;
    let driver = Driver::start().await;
    let mut walk = Walk::new(&desk, &driver).await;
    walk.is(&login).await;
    walk.opens(&format!("/cases/{no}")).await;
    let form = format!("/cases/{no}/hearing");
    walk.goes(&format!("main a.btn[href='{form}']")).await;
    walk.goes(&format!("main form[action='{form}'] button.btn")).await;
    walk.says("请选要不要听证").await;
    walk.presses("main input[name='wants'][value='yes']").await;
    walk.types("why", "油烟会不会熏到三楼").await;
    walk.goes(&format!("main form[action='{form}'] button.btn")).await;
    walk.says("要求听证，二十个工作日内举行").await;
    walk.is("officer").await;
    walk.opens(&format!("/counter/cases/{no}")).await;
    walk.says("熏到三楼").await;
    walk.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_3_18_f138_f160_an_agency_answers_a_card_and_a_supervisor_closes_it() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("李倩").await;
    let no = desk.accepted(&citizen).await;
    let card = "select rule from cards where case_no = $1 and colour = 'red' and progress = 'issued'";
    let mut found: Option<String> = None;
    for _ in 0..90 {
        desk.later(chrono::Duration::days(1)).await;
        found = sqlx::query_scalar(card).bind(&no).fetch_optional(desk.pool()).await.unwrap();
        if found.is_some() {
            break;
        }
    }
    let rule = found.expect("a red card within ninety days");
    let driver = Driver::start().await;
    let mut walk = Walk::new(&desk, &driver).await;
    let page = format!("/supervision/cases/{no}");
    let step = |step: &str| format!("main form[action='{page}/cards/{rule}/{step}'] button.btn");

    // The officer finds the card among what the agency must answer, and explains.
    walk.is("officer").await;
    walk.opens("/supervision/cards?turn=unit").await;
    walk.goes(&format!("main a[href='{page}#{rule}']")).await;
    walk.says("单位说明情况").await;
    walk.types(&format!("explanation-{rule}"), "经办人住院，没有交接").await;
    walk.goes(&step("explain")).await;
    walk.says("已说明，等复核").await;
    desk.settle().await;

    // A supervisor lets it stand and says what is to be put right.
    walk.is("supervisor").await;
    walk.opens("/supervision/cards?turn=desk").await;
    walk.goes(&format!("main a[href='{page}#{rule}']")).await;
    walk.goes(&step("review")).await;
    walk.says("请选维持还是撤销").await;
    walk.presses(&format!("main input[name='outcome-{rule}'][value='upheld']")).await;
    walk.types(&format!("what-{rule}"), "建立交接制度").await;
    walk.types(&format!("reason-{rule}"), "超期属实").await;
    walk.goes(&step("review")).await;
    walk.says("维持，等单位整改").await;
    desk.settle().await;

    // It is put right and accepted.
    walk.is("chief").await;
    walk.opens(&page).await;
    walk.says("建立交接制度").await;
    walk.types(&format!("rectified-{rule}"), "交接登记上墙，专人核对").await;
    walk.goes(&step("report")).await;
    walk.says("已报整改，等验收").await;
    desk.settle().await;
    walk.is("supervisor").await;
    walk.opens(&page).await;
    walk.presses(&format!("main input[name='verdict-{rule}'][value='accepted']")).await;
    walk.types(&format!("reason-{rule}"), "抽查五天，到位").await;
    walk.goes(&step("accept")).await;
    walk.says("验收整改，亮牌办结").await;
    walk.opens("/supervision/cards?progress=closed").await;
    walk.says("办结").await;
    walk.ends().await;
}
