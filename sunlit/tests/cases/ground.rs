//! What the house itself promises: every statement fits the schema, the record verifies, sessions are revoked, guessing is stopped.

use crate::Desk;
use crate::desk::OK;
use crate::doors::visit;
use foundation::Stop;
use foundation::people::New;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The string literals handed to `sqlx::query…` that are whole statements.
pub fn statements() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for wing in ["foundation", "catalogue", "services", "openness", "oversight", "sunlit"] {
        visit(&root.join(wing).join("src"), &mut |text| {
            for call in ["query(", "query_as(", "query_scalar("] {
                for (i, _) in text.match_indices(call) {
                    let rest = text[i + call.len()..].trim_start();
                    if let Some(rest) = rest.strip_prefix('"')
                        && let Some(end) = rest.find('"')
                    {
                        found.insert(rest[..end].replace("\\n", "\n"));
                    }
                }
            }
        });
    }
    found
}

#[tokio::test]
async fn every_statement_can_be_prepared_against_the_migrated_schema() {
    let desk = Desk::open().await;
    let statements = statements();
    assert!(statements.len() > 60, "only {} statements were found", statements.len());
    let mut wrong = BTreeMap::new();
    for statement in statements {
        if statement.starts_with("create database") {
            continue;
        }
        use sqlx::{Executor, SqlSafeStr};
        let mut conn = desk.pool().acquire().await.unwrap();
        if let Err(error) = conn.prepare(sqlx::AssertSqlSafe(statement.clone()).into_sql_str()).await {
            wrong.insert(statement, error.to_string());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn f149_changing_one_row_makes_verification_name_that_entry() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("陈伟").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    desk.settle().await;
    let check = || foundation::sequencer::check(desk.pool(), desk.house().log_key());
    assert_eq!(check().await.unwrap(), Vec::<String>::new());
    let n: i64 = sqlx::query_scalar("select max(n) from log_entries").fetch_one(desk.pool()).await.unwrap();
    sqlx::query("update acts set public_body = replace(public_body, 'elderly-card', 'other-card') where position = (select position from log_entries where n = $1)")
        .bind(n)
        .execute(desk.pool())
        .await
        .unwrap();
    let findings = check().await.unwrap().join("\n");
    assert!(findings.contains(&n.to_string()), "{findings}");
}

#[tokio::test]
async fn f147_the_log_is_served_in_the_c2sp_layout_and_a_receipt_verifies() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("刘敏").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    desk.settle().await;
    let nobody = desk.nobody();
    let note = nobody.get("/log/checkpoint").await.is(OK).text();
    let key: ledger::VerifierKey = nobody.get("/log/key").await.is(OK).text().trim().parse().unwrap();
    let head = ledger::open_checkpoint(&note, &key).unwrap();
    let bundle = ledger::BundleId::in_log(head.size, 0).unwrap();
    let entries = ledger::parse_entries(&nobody.get(&format!("/log/{}", bundle.path())).await.is(OK).body).unwrap();
    assert_eq!(entries.len(), bundle.width as usize);
    nobody.get(&format!("/log/{}", ledger::TileId::in_log(head.size, 0, 0).unwrap().path())).await.is(OK);
    nobody.get("/log/tile/0/999").await.is(404);
    let receipt = nobody.get(&format!("/log/receipt/{}", head.size - 1)).await.is(OK).text();
    ledger::Receipt::parse(&receipt).unwrap().verify(&key).unwrap();
    let mut cut = receipt.clone();
    cut = cut.replacen("extra ", "extra AAAA", 1);
    assert!(ledger::Receipt::parse(&cut).and_then(|r| r.verify(&key).map(|_| ())).is_err());
}

/// Heads carry two signatures from the second key on; those before it have one and stay good.
#[tokio::test]
async fn f147_the_second_signature_is_by_sm2_and_older_heads_hold() {
    let desk = Desk::open().await;
    let (pool, key, nobody) = (desk.pool(), desk.house().log_key(), desk.nobody());
    let (first, second): (ledger::VerifierKey, ledger::VerifierKey) = (
        nobody.get("/log/key").await.is(OK).text().trim().parse().unwrap(),
        nobody.get("/log/key/sm2").await.is(OK).text().trim().parse().unwrap(),
    );
    nobody.get("/log").await.is(OK).has(&second.to_string());
    // A head as it was signed before there was a second key.
    let note = nobody.get("/log/checkpoint").await.is(OK).text();
    let head = ledger::open_checkpoint(&note, &second).unwrap();
    let old = ledger::sign_checkpoint(&head, &key.signing().unwrap());
    sqlx::query("update log_checkpoints set note = $1 where size = $2")
        .bind(&old)
        .bind(head.size as i64)
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(foundation::sequencer::check(pool, key).await.unwrap(), Vec::<String>::new());
    let citizen = desk.citizen("周兰").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    desk.settle().await;
    let note = nobody.get("/log/checkpoint").await.is(OK).text();
    for key in [&first, &second] {
        assert!(ledger::open_checkpoint(&note, key).unwrap().size > head.size);
    }
    assert_eq!(foundation::sequencer::check(pool, key).await.unwrap(), Vec::<String>::new());
    let receipt = nobody.get(&format!("/log/receipt/{}", head.size)).await.is(OK).text();
    let receipt = ledger::Receipt::parse(&receipt).unwrap();
    assert!(receipt.verify(&first).is_ok() && receipt.verify(&second).is_ok());
    // Whoever starts on this record again has the same keys.
    let again = foundation::sequencer::LogKey::read_or_create(pool, "another/log").await.unwrap();
    assert_eq!((again.verifier().unwrap(), again.second()), (first.to_string(), second));
}

/// As on the first start, before any act is numbered.
#[tokio::test]
async fn f147_a_log_without_entries_has_a_signed_head() {
    let desk = Desk::open().await;
    let (pool, key) = (desk.pool(), desk.house().log_key());
    let nobody = desk.nobody();
    sqlx::raw_sql("truncate log_entries, log_checkpoints, log_tiles").execute(pool).await.unwrap();
    nobody.get("/log/checkpoint").await.is(404);
    for _ in 0..2 {
        foundation::sequencer::begin(pool, key).await.unwrap();
    }
    let note = nobody.get("/log/checkpoint").await.is(OK).text();
    let head = ledger::open_checkpoint(&note, &key.signing().unwrap().verifier()).unwrap();
    assert_eq!((head.size, head.root), (0, ledger::empty_root()));
    assert_eq!(foundation::sequencer::check(pool, key).await.unwrap(), Vec::<String>::new());
    // The first acts continue it.
    let citizen = desk.citizen("孙丽").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    desk.settle().await;
    let sizes: Vec<i64> = sqlx::query_scalar("select size from log_checkpoints order by size").fetch_all(pool).await.unwrap();
    assert!(sizes.len() > 1 && sizes[0] == 0, "{sizes:?}");
    assert_eq!(foundation::sequencer::check(pool, key).await.unwrap(), Vec::<String>::new());
    // Where entries stand without a head, none is signed that denies them.
    sqlx::raw_sql("truncate log_checkpoints").execute(pool).await.unwrap();
    foundation::sequencer::begin(pool, key).await.unwrap();
    nobody.get("/log/checkpoint").await.is(404);
}

#[tokio::test]
async fn staff_need_the_second_factor_and_guessing_is_stopped() {
    let desk = Desk::open().await;
    let secret = foundation::people::new_secret();
    desk.enter(foundation::people::New {
        login: "zhang".into(),
        name: "张三".into(),
        password: Some(foundation::people::hash_password("正确的密码一二三".into()).await.unwrap()),
        totp_secret: Some(secret.clone()),
        roles: vec!["counter_officer".into()],
        agency: Some("jinzhai-market".into()),
        ..Default::default()
    })
    .await;
    let nobody = desk.nobody();
    let code = foundation::people::code_now(&secret, desk.house().now().at).unwrap();
    nobody.post("/sign-in", &[("login", "zhang"), ("password", "正确的密码一二三")]).await.is(422);
    nobody
        .post("/sign-in", &[("login", "zhang"), ("password", "正确的密码一二三"), ("code", &code), ("next", "/")])
        .await
        .is(303);
    nobody.get("/counter/queue").await.is(OK);
    // A code works once.
    desk.nobody().post("/sign-in", &[("login", "zhang"), ("password", "正确的密码一二三"), ("code", &code)]).await.is(422);
    nobody.post("/account/sessions", &[]).await.is(303);
    nobody.get("/counter/queue").await.is(303);
    for _ in 0..4 {
        desk.nobody().post("/sign-in", &[("login", "zhang"), ("password", "猜的")]).await;
    }
    desk.nobody().post("/sign-in", &[("login", "zhang"), ("password", "猜的")]).await.is(429);
}

#[tokio::test]
async fn a_stranger_who_guesses_shuts_a_login_for_the_own_address_alone() {
    let desk = Desk::open().await;
    let password = "正确的密码一二三";
    let hashed = foundation::people::hash_password(password.into()).await.unwrap();
    let new = New { login: "zhang".into(), name: "张三".into(), password: Some(hashed), ..New::default() };
    desk.enter(new).await;
    let now = desk.house().now().at;
    let tries = async |password: &'static str, address: &'static str| {
        foundation::people::sign_in(desk.pool(), "zhang", password, "", address, now).await.map(|person| person.login)
    };
    for _ in 0..5 {
        assert!(matches!(tries("猜的", "203.0.113.9").await, Err(Stop::Rejected(_))));
    }
    assert!(matches!(tries(password, "203.0.113.9").await, Err(Stop::TooOften { .. })));
    assert_eq!(tries(password, "198.51.100.7").await.unwrap(), "zhang");
    // From very many addresses at once it is shut for everybody.
    sqlx::query(
        "insert into sign_in_attempts (id, key, at, success) select gen_random_uuid(), 'login:zhang', $1, false from generate_series(1, 95)",
    )
    .bind(now)
    .execute(desk.pool())
    .await
    .unwrap();
    assert!(matches!(tries(password, "198.51.100.7").await, Err(Stop::TooOften { .. })));
}

#[tokio::test]
async fn a_consumer_rebuilt_from_zero_gives_the_same() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("黄霞").await;
    desk.before_the_chief(&citizen).await;
    desk.settle().await;
    let read = || async {
        let rows: Vec<serde_json::Value> =
            sqlx::query_scalar("select to_jsonb(s) from sunlight s order by case_no").fetch_all(desk.pool()).await.unwrap();
        rows
    };
    let before = read().await;
    assert!(!before.is_empty());
    for consumer in desk.house().consumers().to_vec() {
        foundation::feed::rebuild(desk.pool(), consumer.as_ref(), desk.house().time()).await.unwrap();
    }
    assert_eq!(read().await, before);
}

/// Ids that tests and module heads name, against those the documents define; prints the clauses nobody serves yet.
#[test]
fn every_id_a_test_names_exists_in_the_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut known = BTreeSet::new();
    for doc in ["requirements.md", "features.md", "domain-rules.md", "hard-cases.md"] {
        let text = std::fs::read_to_string(root.join("docs").join(doc)).unwrap();
        for line in text.lines().filter(|l| l.starts_with("| ")) {
            let id = line[2..].split(" |").next().unwrap().trim();
            if id.len() <= 12
                && id.chars().any(|c| c.is_ascii_digit())
                && id.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            {
                known.insert(id.to_lowercase().replace(['.', '-'], "_"));
            }
        }
    }
    for n in 1..=12 {
        known.insert(format!("x7_{n}"));
    }
    let mut served = BTreeSet::new();
    let mut unknown = Vec::new();
    let mut read = |text: &str| {
        for (i, _) in text.match_indices("fn ") {
            let name: String = text[i + 3..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let parts: Vec<&str> = name.split('_').collect();
            let first = parts[0];
            let is_id = first.len() >= 2
                && matches!(first.as_bytes()[0], b'a' | b'b' | b'c' | b'd' | b'f' | b'h' | b'x')
                && first[1..].chars().all(|c| c.is_ascii_digit());
            if !is_id {
                continue;
            }
            let longest = (1..=parts.len().min(4)).rev().map(|n| parts[..n].join("_")).find(|id| known.contains(id));
            match longest {
                Some(id) => {
                    served.insert(id);
                    for part in &parts[1..] {
                        if known.contains(*part) {
                            served.insert((*part).to_owned());
                        }
                    }
                }
                None => unknown.push(name),
            }
        }
    };
    for dir in ["engines", "acts", "foundation", "catalogue", "services", "openness", "oversight", "testing", "sunlit"] {
        visit_all(&root.join(dir), &mut read);
    }
    println!("{} of {} ids have tests; not yet: {:?}", served.len(), known.len(), known.difference(&served).collect::<Vec<_>>());
    assert!(unknown.is_empty(), "tests name ids that no document has: {unknown:?}");
    assert!(served.len() > 40);
}

fn visit_all(dir: &Path, look: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("vendor") && !path.ends_with("target") {
            visit_all(&path, look);
        } else if path.extension().is_some_and(|e| e == "rs") {
            look(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Fails until it is mended.
struct Broken(std::sync::Arc<std::sync::atomic::AtomicBool>);

impl foundation::jobs::Worker for Broken {
    fn kind(&self) -> &'static str {
        "broken"
    }
    fn run<'a>(
        &'a self,
        _: &'a foundation::House,
        _: &'a mut sqlx::PgConnection,
        _: &'a foundation::jobs::Job,
        _: &'a foundation::Moment,
    ) -> futures::future::BoxFuture<'a, Result<(), Stop>> {
        let mended = self.0.load(std::sync::atomic::Ordering::SeqCst);
        Box::pin(async move { if mended { Ok(()) } else { Err(Stop::Fault("broken".into())) } })
    }
}

#[tokio::test]
async fn b4_1_a_timer_that_fails_all_day_is_done_within_the_hour_once_it_can_be() {
    let mended = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let worker = std::sync::Arc::new(Broken(mended.clone()));
    let town = testing::Town::of("2026-03-02 09:00", axum::Router::new(), |_, parts| parts.workers.push(worker)).await;
    let mut conn = town.pool().acquire().await.unwrap();
    foundation::jobs::set(&mut conn, "broken", "one", &serde_json::json!({}), town.house().now().at).await.unwrap();
    let attempts =
        async || -> Option<i32> { sqlx::query_scalar("select attempts from jobs").fetch_optional(town.pool()).await.unwrap() };
    for _ in 0..12 {
        town.later(chrono::Duration::hours(2)).await;
    }
    assert_eq!(attempts().await, Some(12));
    mended.store(true, std::sync::atomic::Ordering::SeqCst);
    town.later(chrono::Duration::minutes(61)).await;
    assert_eq!(attempts().await, None);
}
