//! 文档 · what the documents tell a reader to type is typed here, against the program itself.

mod house;

use house::{Dir, Site, clean, sunlit, text};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The documents for people who run or change the house, with their text.
fn documents() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operator.md", "definitions/README.md"]
            .iter()
            .map(|name| root().join(name))
            .collect();
    paths.retain(|path| path.exists());
    paths.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

/// The lines of every block fenced as `sh`, without comments.
fn commands(document: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in document.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let line = line.split(" #").next().unwrap_or_default().trim();
            if !line.is_empty() && !line.starts_with('#') {
                found.push(line.to_owned());
            }
        }
    }
    found
}

#[tokio::test]
async fn every_command_in_the_documents_does_what_it_says() {
    let dir = Dir::new("docs");
    let site = Site::serve(&dir.data());
    let began = Instant::now();
    let receipt = loop {
        let answer = site.get("/log/receipt/0").await;
        if answer.status() == 200 {
            break answer.text().await.unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the first act was not numbered");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let file = dir.0.join("receipt");
    std::fs::write(&file, receipt).unwrap();
    let server = format!("postgres://sunlit@%2F{}/sunlit", dir.data().join("run").display().to_string()[1..].replace('/', "%2F"));

    let mut tried = 0;
    for (document, body) in documents() {
        for line in commands(&body) {
            let (settings, words): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|w| {
                w.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            });
            match words.as_slice() {
                [script, ..] if script.starts_with("script/") => assert!(root().join(script).exists(), "{document}: {line}"),
                ["cargo", "run", "--release", "--", command, ..] => help(&[*command], &document, &line),
                ["cargo", "build" | "test" | "bench" | "fmt" | "clippy", ..] => {}
                ["sunlit", rest @ ..] => {
                    let data = dir.0.join(format!("data-{tried}"));
                    let args: Vec<String> = rest
                        .iter()
                        .map(|word| match *word {
                            "DIR" | "/var/lib/sunlit" | "/srv/sunlit" => data.display().to_string(),
                            "FILE" => file.display().to_string(),
                            "http://HOST/log" | "URL" => site.url("/log"),
                            "0.0.0.0:8080" => "127.0.0.1:0".into(),
                            other => other.to_owned(),
                        })
                        .collect();
                    let mut command = sunlit();
                    command.current_dir(root()).args(&args);
                    if settings.iter().any(|s| s.starts_with("DATABASE_URL=")) {
                        command.env("DATABASE_URL", &server);
                    }
                    match rest[0] {
                        // These run until they are asked to end.
                        "serve" | "demo" | "witness" if rest[0] != "witness" || rest.get(1) == Some(&"serve") => {
                            command.arg("--json");
                            let started = Site::start(command);
                            started.well_again().await;
                            if args.iter().any(|arg| arg == "--directive") {
                                forty(&started, &document, &line).await;
                            }
                            assert_eq!(started.end(), 0, "{document}: {line}");
                        }
                        // Minutes of load; its options are checked, its numbers are made by hand.
                        "bench" => help(&["bench"], &document, &line),
                        _ => {
                            if !args.iter().any(|a| a == "--data") && rest[0] == "doctor" {
                                command.arg("--data").arg(dir.data());
                            }
                            let out = command.output().unwrap();
                            assert_eq!(
                                out.status.code(),
                                Some(0),
                                "{document}: {line}\n{}{}",
                                text(&out.stdout),
                                text(&out.stderr)
                            );
                        }
                    }
                    tried += 1;
                }
                _ => panic!("{document} has a command nobody tries: {line}"),
            }
        }
    }
    assert!(tried >= 6, "only {tried} commands were found");
}

/// The notice that was given stands on a public page, each of its tasks followed.
async fn forty(site: &Site, document: &str, line: &str) {
    let entered = &site.ready["directive"];
    let page = entered["page"].as_str().unwrap_or_else(|| panic!("{document}: {line}: {}", site.ready));
    let path = page.strip_prefix(&site.address).unwrap();
    assert_eq!((entered["assignments"].as_u64(), path), (Some(40), "/directives/RW2012001"), "{document}: {line}");
    let shown = site.get(path).await.text().await.unwrap();
    assert!((1..=40).all(|seq| shown.contains(&format!("\"{path}/{seq}\""))), "{document}: {line}: a task is missing");
    let rows = site.get(&format!("{path}?as=json")).await.text().await.unwrap();
    let rows: serde_json::Value = serde_json::from_str(&rows).unwrap();
    let rows = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap();
    assert_eq!(rows.len(), 40);
    assert!(rows.iter().all(|row| row["standing"].as_str().is_some_and(|standing| !standing.is_empty())), "{document}: {line}");
}

/// The command exists, with this help.
fn help(command: &[&str], document: &str, line: &str) {
    let out = sunlit().args(command).arg("--help").output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{document}: {line}\n{}", text(&out.stderr));
}

#[test]
fn every_command_named_in_a_sentence_exists() {
    let mut named = BTreeSet::new();
    for (document, body) in documents() {
        for code in body.split('`').skip(1).step_by(2).filter(|code| !code.contains('\n')) {
            if let Some(rest) = code.strip_prefix("sunlit ") {
                let words: Vec<&str> = rest
                    .split_whitespace()
                    .take_while(|w| w.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !w.starts_with('-'))
                    .collect();
                named.insert((document.clone(), code.to_owned(), words.join(" ")));
            }
            if code.starts_with("script/") {
                let script = code.split_whitespace().next().unwrap();
                assert!(root().join(script).exists(), "{document}: {code}");
            }
        }
    }
    assert!(named.len() > 3);
    for (document, code, words) in named {
        let words: Vec<&str> = words.split_whitespace().take(2).collect();
        let mut command = clean(Command::new(house::PROGRAM));
        let out = command.args(&words).arg("--help").output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{document}: {code}\n{}", text(&out.stderr));
    }
}
