//! 浏览器 · headless Chromium for the journeys: a driver of our own, the desk on a real port, what is looked for and pressed, and axe.

use crate::desk::Desk;
pub use fantoccini::Client as Browser;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{ClientBuilder, Locator};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

const AXE: &str = include_str!("../vendor/axe.min.js");

/// How long a page is waited for on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A chromedriver of our own on a free port; it and its browser die with the test.
pub struct Driver {
    child: Child,
    /// Held open, so that what it says later does not end it.
    _said: BufReader<ChildStdout>,
    address: String,
}

impl Driver {
    pub async fn start() -> Driver {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: script/test installs it (apt-get install -y chromium chromium-driver)");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let port = (&mut said).lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver says its port"));
        Driver { child, _said: said, address }
    }

    pub async fn browser(&self, scripts: bool) -> Browser {
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=zh-CN",
        ];
        let allow = if scripts { 1 } else { 2 };
        let options = json!({
            "args": args,
            "prefs": { "profile.managed_default_content_settings.javascript": allow },
        });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the desk on a real port.
pub async fn serve(desk: &Desk) -> String {
    serve_through(desk.router.clone()).await
}

pub async fn serve_through(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    // A door of the test's own, which hands the browser the cookie of a session that is open already.
    let hand_over = async |axum::extract::Path(token): axum::extract::Path<String>| {
        ([("set-cookie", format!("sunlit_session={token}; Path=/; HttpOnly"))], "ok")
    };
    let app = axum::Router::new()
        .route("/test-door/{token}", axum::routing::get(hand_over))
        .fallback_service(router)
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// What is on the page, or comes to it within a minute and a half: a page that is being left is looked at again when the next is there.
pub async fn sought(browser: &Browser, what: Locator<'_>) -> Result<Element, CmdError> {
    let began = std::time::Instant::now();
    loop {
        match browser.find(what).await {
            Err(_) if began.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(50)).await,
            found => return found,
        }
    }
}

/// Presses it, once; where the page was left between seeing it and pressing, on the page that came.
pub async fn pressed(browser: &Browser, what: Locator<'_>) {
    loop {
        match sought(browser, what).await.unwrap().click().await {
            Err(error) if error.is_stale_element_reference() => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return done.unwrap(),
        }
    }
}

pub async fn sign_in(desk: &Desk, browser: &Browser, site: &str, login: &str) {
    let client = desk.sign_in(login).await;
    let token = client.cookies.lock().unwrap()["sunlit_session"].clone();
    browser.goto(&format!("{site}/test-door/{token}")).await.unwrap();
}

/// What axe finds on the page that is open.
pub async fn violations(browser: &Browser) -> Vec<String> {
    browser.execute(AXE, Vec::new()).await.unwrap();
    let found = browser
        .execute_async(
            "const done = arguments[arguments.length - 1];
             axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))));",
            Vec::new(),
        )
        .await
        .unwrap();
    found.as_array().unwrap().iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// Fills the steps of a form as somebody at a browser does, with the same file for every paper that must be brought.
pub async fn fills_the_form(
    browser: &Browser,
    site: &str,
    item: &catalogue::Item,
    answers: &serde_json::Map<String, Value>,
    named: &str,
    paper: &std::path::Path,
) {
    for step in item.form.steps() {
        browser
            .wait()
            .for_url(&format!("{site}/matters/{}/apply/{}{named}", item.slug, step.key).parse().unwrap())
            .await
            .unwrap();
        if step.materials {
            let needed: Vec<String> = item
                .materials_for(answers)
                .iter()
                .filter(|m| m.required && m.source == catalogue::MaterialSource::Applicant)
                .map(|m| m.key.clone())
                .collect();
            for key in needed {
                let input = sought(browser, Locator::Id(&format!("u-{key}"))).await.unwrap();
                input.send_keys(&paper.to_string_lossy()).await.unwrap();
                let button = format!("//input[@id='u-{key}']/following-sibling::button");
                pressed(browser, Locator::XPath(&button)).await;
                sought(browser, Locator::XPath(&format!("//section[@id='f-{key}']//ul[@class='list']/li"))).await.unwrap();
            }
        } else {
            for (key, values) in item.form.entered(&step.key, answers) {
                let field = item.form.field(key.split('.').next().unwrap()).unwrap();
                // Who acts is not asked of a person.
                if field.source.as_deref().is_some_and(|source| source.starts_with("agent."))
                    && browser.find(Locator::Css(&format!("[name='{key}']"))).await.is_err()
                {
                    continue;
                }
                // What the register says is there already; what else is on file is opened to be changed.
                let fixed = format!(".known > input[type=hidden][name='{key}']");
                if browser.find(Locator::Css(&fixed)).await.is_ok() {
                    continue;
                }
                let folded = format!(".known > details:not([open]):has([name='{key}']) > summary");
                if let Ok(summary) = browser.find(Locator::Css(&folded)).await {
                    summary.click().await.unwrap();
                }
                for value in values {
                    let chosen = matches!(
                        field.kind,
                        forms::Kind::Choice | forms::Kind::Choices | forms::Kind::YesNo | forms::Kind::Declaration
                    );
                    if chosen {
                        browser
                            .find(Locator::Css(&format!("input[name='{key}'][value='{value}']")))
                            .await
                            .unwrap()
                            .click()
                            .await
                            .unwrap();
                    } else {
                        let input = sought(browser, Locator::Css(&format!("[name='{key}']"))).await.unwrap();
                        input.clear().await.unwrap();
                        input.send_keys(&value).await.unwrap();
                    }
                }
            }
        }
        leaves(browser, Locator::XPath("//main//button[starts-with(normalize-space(.), '保存，下一步')]")).await;
    }
}

/// Presses what leads to another page, and waits until this one is left: what the press sent is then with the site, and what is
/// looked for next is not found on the old page.
pub async fn leaves(browser: &Browser, what: Locator<'_>) {
    loop {
        let element = sought(browser, what).await.unwrap();
        match element.click().await {
            Err(error) if error.is_stale_element_reference() => tokio::time::sleep(Duration::from_millis(50)).await,
            done => {
                done.unwrap();
                let pressed = std::time::Instant::now();
                while element.tag_name().await.is_ok() {
                    assert!(pressed.elapsed() < PATIENCE, "{what:?} was pressed and the page stays");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return;
            }
        }
    }
}

/// The address the browser comes to, once it asks for what is named.
pub async fn asked(browser: &Browser, name: &str) -> String {
    let started = std::time::Instant::now();
    loop {
        let url = browser.current_url().await.unwrap();
        if let Some(query) = url.query().filter(|_| url.query_pairs().any(|(n, _)| n == name)) {
            return query.to_owned();
        }
        assert!(started.elapsed() < Duration::from_secs(30), "{url} does not ask for {name}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Types into fields by name, then presses a button found by its words, which leaves the page.
pub async fn fills_and_presses(browser: &Browser, fields: &[(&str, &str)], button: &str) {
    for (name, value) in fields {
        let field = sought(browser, Locator::Css(&format!("main [name='{name}']"))).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    let button = format!("//main//button[normalize-space(.)='{button}']");
    leaves(browser, Locator::XPath(&button)).await;
}

/// Presses what this XPath names, on the page.
pub async fn presses(browser: &Browser, path: &str) {
    pressed(browser, Locator::XPath(path)).await;
}

/// Follows the link, or presses the button, that this XPath names, to another page.
pub async fn follows(browser: &Browser, path: &str) {
    leaves(browser, Locator::XPath(path)).await;
}

/// Waits until the page says so.
pub async fn says(browser: &Browser, words: &str) {
    sought(browser, Locator::XPath(&format!("//main//*[contains(., '{words}')]"))).await.unwrap();
}
