//! 案卷 · a case as one file: who is given what of it, and that nothing in it can be altered unseen (B9-01, F119).

use crate::Desk;
use crate::desk::{Client, OK};
use crate::erasure::erases;
use crate::house::{sunlit, text};
use foundation::bag::{Bag, Part};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use uuid::Uuid;

/// A food case from the application to its delivery, and the applicant.
pub async fn delivered(desk: &Desk) -> (Client, String) {
    let citizen = desk.citizen("乔安").await;
    let no = desk.before_the_chief(&citizen).await;
    let chief = desk.sign_in("chief").await;
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    desk.act(&desk.sign_in("officer").await, &no, "deliver", &[("way", "account")]).await.is(303);
    desk.settle().await;
    (citizen, no)
}

async fn package(client: &Client, no: &str) -> Vec<u8> {
    client.get(&format!("/cases/{no}/package")).await.is(OK).body
}

/// The files of a package by their paths below its directory.
fn files(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let path = file.name().unwrap().split_once('/').unwrap().1.to_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(path, bytes);
    }
    files
}

/// A package of these files whose manifests say so.
async fn packed(desk: &Desk, no: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let content = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix("data/")?, bytes)));
    let parts = content.map(|(path, bytes)| Part::new(path, bytes.clone())).collect();
    let body = foundation::bag::stream(desk.house().files(), no.to_owned(), &[], Vec::new(), parts);
    axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()
}

/// What our command says of a package.
async fn verified(desk: &Desk, zip: &[u8]) -> (Option<i32>, serde_json::Value) {
    let key = desk.nobody().get("/log/key").await.text();
    let file: PathBuf = std::env::temp_dir().join(format!("sunlit-package-{}.zip", Uuid::new_v4()));
    std::fs::write(&file, zip).unwrap();
    let out = sunlit().args(["archive", "verify", "--json", "--key", key.trim()]).arg(&file).output().unwrap();
    std::fs::remove_file(file).unwrap();
    let said = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}{}", text(&out.stdout), text(&out.stderr)));
    (out.status.code(), said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b9_01_f119_a_case_as_one_file_is_verified_offline() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&format!("/cases/{no}/package"));
    let zip = package(&citizen, &no).await;
    let inside = files(&zip);
    let acts = desk.acts(&no).await;
    let count = |dir: &str| inside.keys().filter(|path| path.starts_with(dir)).count();
    assert_eq!(count("data/acts/"), acts.len(), "every act");
    assert!(count("data/letters/") >= 5 && count("data/papers/") >= 1, "{:?}", inside.keys());
    assert!(inside["data/letters/01-收件凭证.pdf"].starts_with(b"%PDF-"));
    assert_eq!(
        inside["data/definitions/process.bpmn"],
        desk.catalogue.item("food-production-licence").unwrap().process.xml().as_bytes()
    );
    let index = String::from_utf8(inside["data/index.html"].clone()).unwrap();
    assert!(index.contains("乔安") || index.contains(&no[..6]), "{index}");

    let (code, said) = verified(&desk, &zip).await;
    assert_eq!((code, &said["ok"], said["case_no"].as_str()), (Some(0), &true.into(), Some(no.as_str())), "{said}");
    assert_eq!((said["acts"].as_u64(), said["papers"].as_u64()), (Some(acts.len() as u64), Some(count("data/papers/") as u64)));
    assert_eq!((&said["unproven"], &said["absent"]), (&serde_json::json!([]), &serde_json::json!([])), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f119_a_certificate_as_signed_data_is_verified_by_an_outsider() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    let address = format!("/cases/{no}/papers/certificate.json");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has(&address);
    let data = citizen.get(&address).await.is(OK).text();
    let key = desk.nobody().get("/log/key").await.text();
    let verified = |data: &str| {
        let file = std::env::temp_dir().join(format!("sunlit-certificate-{}.json", Uuid::new_v4()));
        std::fs::write(&file, data).unwrap();
        let out = sunlit().args(["receipt", "verify", "--json", "--key", key.trim()]).arg(&file).output().unwrap();
        std::fs::remove_file(file).unwrap();
        (out.status.code(), serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap())
    };
    let (code, said) = verified(&data);
    assert_eq!((code, said["kind"].as_str()), (Some(0), Some("case.granted")), "{said}");
    let number = desk.case(&no).await.decision.unwrap().certificate_no.unwrap();
    assert_eq!(said["public"]["certificate_no"].as_str(), Some(number.as_str()), "{said}");
    let holder = said["private"]["body"]["holder"].as_str().unwrap();
    let (code, said) = verified(&data.replacen(holder, "别家公司", 1));
    assert!(code == Some(1) && said["error"].as_str().unwrap().contains("说的不是这些话"), "{said}");
    desk.nobody().get(&address).await.is(303);
    desk.citizen("路人").await.get(&address).await.is(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b9_01_nothing_in_a_case_can_be_altered_unseen() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    let whole = files(&package(&citizen, &no).await);
    assert_eq!(verified(&desk, &packed(&desk, &no, &whole).await).await.0, Some(0), "packed anew it holds");
    let act = whole.keys().find(|path| path.ends_with("case.granted.json")).unwrap().clone();
    let paper = whole.keys().find(|path| path.starts_with("data/papers/")).unwrap().clone();
    let wrong = |said: &serde_json::Value| said["error"].as_str().unwrap().to_owned();

    // The words of an act, with manifests that agree.
    let mut altered = whole.clone();
    let words = String::from_utf8(whole[&act].clone()).unwrap();
    altered.insert(act.clone(), words.replacen("审批专用章", "别的章", 1).replacen("乔安", "别人", 1).into_bytes());
    assert_ne!(altered[&act], whole[&act]);
    let (code, said) = verified(&desk, &packed(&desk, &no, &altered).await).await;
    assert!(code == Some(1) && wrong(&said).contains("说的不是这些话"), "{said}");
    assert!(said["error_en"].as_str().unwrap().contains("does not say these words"), "{said}");

    // A paper that is not the one handed in is not proven, and the one that is missing is named.
    let mut altered = whole.clone();
    altered.retain(|path, bytes| !path.starts_with("data/papers/") || *bytes != whole[&paper]);
    altered.insert(paper.clone(), b"%PDF-1.4 another".to_vec());
    let (code, said) = verified(&desk, &packed(&desk, &no, &altered).await).await;
    assert_eq!(
        (code, said["unproven"][0].as_str(), said["absent"].as_array().unwrap().len()),
        (Some(0), Some(paper.as_str()), 1)
    );

    // An act of another case, an act twice, no act at all.
    let other = desk.applies(&desk.citizen("邻居").await, "food-production-licence", &[]).await;
    desk.settle().await;
    let of_other = files(&package(&desk.sign_in("officer").await, &other).await);
    let mut altered = whole.clone();
    altered.insert(
        "data/acts/9999.json".into(),
        of_other.iter().find(|(path, _)| path.starts_with("data/acts/")).unwrap().1.clone(),
    );
    assert!(wrong(&verified(&desk, &packed(&desk, &no, &altered).await).await.1).contains("几件的行为"));
    let mut altered = whole.clone();
    altered.insert("data/acts/9999.json".into(), whole[&act].clone());
    assert!(wrong(&verified(&desk, &packed(&desk, &no, &altered).await).await.1).contains("放了两次"));
    let altered = whole.iter().filter(|(path, _)| !path.starts_with("data/acts/")).map(|(p, b)| (p.clone(), b.clone())).collect();
    assert!(wrong(&verified(&desk, &packed(&desk, &no, &altered).await).await.1).contains("没有行为"));

    // A byte that changed on the way, a file that was taken out or put in, a download that broke off, no ZIP at all.
    let zip = package(&citizen, &no).await;
    let at = zip.windows(whole[&paper].len()).position(|bytes| bytes == whole[&paper]).unwrap();
    let mut flipped = zip.clone();
    flipped[at + 3] ^= 1;
    let (code, said) = verified(&desk, &flipped).await;
    assert!(code == Some(1) && wrong(&said).contains(&format!("{paper} 被改动过")), "{said}");
    for (cut, is) in [(&zip[..zip.len() / 2], "打不开"), (b"PK nothing", "打不开")] {
        let (code, said) = verified(&desk, cut).await;
        assert!(code == Some(2) && wrong(&said).contains(is), "{said}");
    }
    // Signed by another log.
    let file = std::env::temp_dir().join(format!("sunlit-package-{}.zip", Uuid::new_v4()));
    std::fs::write(&file, &zip).unwrap();
    let stranger = ledger::SigningKey::from_seed("another/log", &[8; 32]).unwrap().verifier().to_string();
    let out = sunlit().args(["archive", "verify", "--key", &stranger]).arg(&file).output().unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    let bag = Bag::open(std::fs::File::open(&file).unwrap()).unwrap();
    assert_eq!(bag.wrong, Vec::new());
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b9_01_f028_everybody_is_given_what_is_theirs_of_a_case() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    let said = |files: &BTreeMap<String, Vec<u8>>, kind: &str| {
        let (_, bytes) = files.iter().find(|(path, _)| path.ends_with(&format!("{kind}.json"))).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let public = files(&package(&desk.nobody(), &no).await);
    assert!(!public.keys().any(|path| path.starts_with("data/papers/") || path.starts_with("data/letters/")));
    for (path, bytes) in &public {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("乔安") && (!path.starts_with("data/acts/") || text.contains("\"private\": null")),
            "{path}: {text}"
        );
    }
    let own = files(&package(&citizen, &no).await);
    assert!(said(&own, "case.submitted").contains("乔安"));
    assert!(said(&own, "case.examined").contains("\"private\": null"), "what was weighed stays within the agency");
    let officer = files(&package(&desk.sign_in("officer").await, &no).await);
    assert!(said(&officer, "case.examined").contains("符合"));
    let elsewhere = files(&package(&desk.citizen("路人").await, &no).await);
    assert!(said(&elsewhere, "case.submitted").contains("\"private\": null"));
    assert_eq!(verified(&desk, &package(&desk.nobody(), &no).await).await.0, Some(0), "what is withheld stays provable");
    desk.nobody().get("/cases/341524000000000000000/package").await.is(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f152_of_an_erased_case_the_package_keeps_the_proof() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("乔安").await;
    let no = desk.applies(&citizen, "food-production-licence", &[]).await;
    let once = Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/withdraw"), &[("once", &once)]).await.is(303);
    erases(&desk.sign_in("admin").await, &no, &[("ground", "2"), ("sure", "yes")]).await.is(303);
    desk.settle().await;
    let zip = package(&desk.sign_in("officer").await, &no).await;
    let inside = files(&zip);
    assert!(!inside.keys().any(|path| path.starts_with("data/papers/") || path.starts_with("data/letters/")));
    assert!(!inside.values().any(|bytes| String::from_utf8_lossy(bytes).contains("乔安")));
    let (code, said) = verified(&desk, &zip).await;
    assert_eq!((code, said["acts"].as_u64()), (Some(0), Some(desk.acts(&no).await.len() as u64)), "{said}");
}

#[tokio::test]
async fn b9_01_a_browser_that_compresses_gets_the_whole_file() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    let headers = [("accept-encoding", "gzip, deflate, br, zstd")];
    let page = citizen.ask("GET", &format!("/cases/{no}/package"), &headers, axum::body::Body::empty()).await.is(OK);
    assert!(page.body.len() > 1000, "{} bytes", page.body.len());
}
