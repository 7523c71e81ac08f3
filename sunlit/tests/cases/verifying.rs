//! 核验 · somebody holds a receipt, a certificate or a number and reads in plain words what it is worth (F147, F150).

use crate::Desk;
use crate::desk::{Client, OK};
use crate::packages::delivered;
use foundation::page;
use foundation::witnesses::{self, Named};
use testing::Page;

/// Drops a file on the page.
async fn drops(client: &Client, bytes: &[u8]) -> Page {
    client.upload("/verify", "file", "whatever", bytes).await
}

async fn asks(client: &Client, bytes: &[u8]) -> serde_json::Value {
    let body =
        [&b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"[..], bytes, b"\r\n--b--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=b"), ("accept", "application/json")];
    client.ask("POST", "/verify", &headers, body).await.json()
}

/// Somebody who witnesses, and has signed the newest head.
async fn witnessed(desk: &Desk) -> ledger::SigningKey {
    let key = ledger::SigningKey::from_seed("news.example", &[9; 32]).unwrap();
    let named = Named { key: key.witness_verifier(), url: "https://witness.news.example".into() };
    witnesses::appoint(desk.pool(), &[named], desk.house().now().at).await.unwrap();
    signs(desk, &key).await;
    key
}

async fn signs(desk: &Desk, key: &ledger::SigningKey) {
    let note = desk.nobody().get("/log/checkpoint").await.is(OK).text();
    let size = ledger::peek_checkpoint(&note).unwrap().size;
    let at = desk.house().now().at;
    let line = ledger::cosignature_line(&note, key, at.timestamp() as u64).unwrap();
    witnesses::keep(desk.pool(), &key.witness_verifier().to_string(), size, &line, at).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f147_a_receipt_is_read_in_plain_words() {
    let desk = Desk::open().await;
    let (_, no) = delivered(&desk).await;
    desk.settle().await;
    let nobody = desk.nobody();
    nobody.get("/verify").await.is(OK).has("拖到框里").has("type=\"file\"");
    // By the number that the letter itself bears.
    let granted = "select public_body::jsonb ->> 'document_no' from acts where kind = 'case.granted'";
    let number: String = sqlx::query_scalar(granted).fetch_one(desk.pool()).await.unwrap();
    nobody.get(&format!("/verify?n={}", page::encode(&number))).await.is(OK).has("在记录里，没有改过").has(&no);
    nobody.get(&format!("/verify?n={}", page::encode(&number.replace("〕", "〕9")))).await.is(404).has("记录里没有");
    let receipt = nobody.get("/log/receipt/3").await.is(OK).text();
    drops(&nobody, receipt.as_bytes()).await.is(OK).has("在记录里，没有改过").has("还没有见证人签过").has("/verify/3");
    // As mail and Notepad send it on.
    let sent = format!("\u{feff}{}", receipt.replace('\n', "\r\n"));
    drops(&nobody, sent.as_bytes()).await.is(OK).has("在记录里，没有改过");
    // Cosigned, and by whom.
    let key = witnessed(&desk).await;
    drops(&nobody, receipt.as_bytes()).await.is(OK).has("news.example");
    let receipt = nobody.get("/log/receipt/3").await.is(OK).text();
    ledger::verify_cosignature(&ledger::Receipt::parse(&receipt).unwrap().checkpoint, &key.witness_verifier()).unwrap();
    let said = asks(&nobody, receipt.as_bytes()).await;
    assert_eq!(
        (&said["ok"], &said["n"], &said["witnesses"][0]["name"]),
        (&true.into(), &3.into(), &"news.example".into()),
        "{said}"
    );
    nobody.get("/log/witnesses").await.is(OK).has("签到了最新一条").has("https://witness.news.example");
    nobody.get("/log").await.is(OK).has("谁在见证");
    // The log grows; the receipt holds, and new ones are made under the head that is witnessed until it is signed again.
    let before = ledger::peek_checkpoint(&ledger::Receipt::parse(&receipt).unwrap().checkpoint).unwrap().size;
    let citizen = desk.citizen("周兰").await;
    desk.applies(&citizen, "elderly-card", &[]).await;
    desk.settle().await;
    nobody.get("/log/witnesses").await.is(OK).has("正在跟上");
    let later = nobody.get("/log/receipt/3").await.is(OK).text();
    assert_eq!(ledger::peek_checkpoint(&ledger::Receipt::parse(&later).unwrap().checkpoint).unwrap().size, before);
    assert!(nobody.get("/log/witnessed/1").await.is(OK).text().contains("news.example"));
    nobody.get("/log/witnessed/2").await.is(404);
    let newest = nobody.get(&format!("/log/receipt/{before}")).await.is(OK).text();
    drops(&nobody, newest.as_bytes()).await.is(OK).has("还没有见证人签过");
    // What is wrong, by its part.
    let verdict = async |text: String| asks(&nobody, text.as_bytes()).await["verdict"].as_str().unwrap_or_default().to_owned();
    let read = ledger::Receipt::parse(&receipt).unwrap();
    let with = |change: &dyn Fn(&mut ledger::Receipt)| {
        let mut other = read.clone();
        change(&mut other);
        other.encode()
    };
    let eleventh = ledger::Receipt::parse(&nobody.get("/log/receipt/11").await.text()).unwrap();
    assert_eq!(verdict(with(&|r| r.extra = eleventh.extra.clone())).await, "altered_entry");
    assert_eq!(verdict(with(&|r| r.proof[0].0[0] ^= 1)).await, "altered_proof");
    assert_eq!(verdict(with(&|r| r.index = 4)).await, "altered_entry");
    assert_eq!(verdict(receipt.replacen(&format!("\n{before}\n"), &format!("\n{}\n", before + 1), 1)).await, "altered_signature");
    let stranger = ledger::SigningKey::from_seed("elsewhere.example/log", &[3; 32]).unwrap();
    let head =
        ledger::Checkpoint { origin: "elsewhere.example/log".into(), ..ledger::peek_checkpoint(&read.checkpoint).unwrap() };
    let elsewhere = with(&|r| r.checkpoint = ledger::sign_checkpoint(&head, &stranger));
    drops(&nobody, elsewhere.as_bytes()).await.is(OK).has("这是别的站点的凭证").has("elsewhere.example/log");
    // Without the entry in it, it is for the one that stands there.
    assert_eq!(verdict(with(&|r| r.extra.clear())).await, "there");
    // Our own log was rewritten: the receipt is evidence against us, and we say so.
    sqlx::query("update acts set kind = 'case.denied' where position = (select position from log_entries where n = 3)")
        .execute(desk.pool())
        .await
        .unwrap();
    drops(&nobody, receipt.as_bytes()).await.is(OK).has("我们今天的日志却对不上它").has("它是证据");
    assert!(!no.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h40_what_the_owner_of_the_database_changed_is_named_wherever_it_is_asked_for() {
    let desk = Desk::open().await;
    let (_, no) = delivered(&desk).await;
    desk.settle().await;
    let nobody = desk.nobody();
    let of = async |kind: &str| -> (i64, i64) {
        sqlx::query_as(
            "select e.n, a.position from acts a join log_entries e using (position) where a.subject = $1 and a.kind = $2",
        )
        .bind(&no)
        .bind(kind)
        .fetch_one(desk.pool())
        .await
        .unwrap()
    };
    let (n, position) = of("case.granted").await;
    let owner = async |sql: &'static str| {
        sqlx::query(sql).bind(position).execute(desk.pool()).await.unwrap();
    };
    let named = format!("日志第 {n} 条和公开日志对不上");
    let says_so = async || {
        nobody.get(&format!("/verify/{n}")).await.is(OK).has("核验不通过").has(&named).has_not("核验通过");
        let json = nobody.ask("GET", &format!("/verify/{n}"), &[("accept", "application/json")], Vec::new()).await.json();
        assert_eq!((&json["proven"], &json["opened"]), (&true.into(), &false.into()), "{json}");
        nobody.get(&format!("/certificates/{no}")).await.is(409).has(&named);
        let typed = nobody.get(&format!("/verify?n={no}")).await.is(OK).has("核验不通过").has_not("核验通过");
        typed.has("这一条和公开日志对不上").has(&format!("/verify/{n}\""));
    };
    // The commitment itself: the entry opens to nothing and is under no head.
    owner(
        "update acts set public_commitment = public_salt where position = $1 and public_commitment is distinct from public_salt",
    )
    .await;
    nobody.get(&format!("/verify/{n}")).await.is(OK).has("核验不通过").has(&named);
    nobody.get(&format!("/log/receipt/{n}")).await.is(409).has(&named);
    let body: String = sqlx::query_scalar("select public_body from acts where position = $1")
        .bind(position)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    let salt: Vec<u8> = sqlx::query_scalar("select public_salt from acts where position = $1")
        .bind(position)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    sqlx::query("update acts set public_commitment = $2 where position = $1")
        .bind(position)
        .bind(ledger::commit(&salt.try_into().unwrap(), body.as_bytes()).as_bytes().to_vec())
        .execute(desk.pool())
        .await
        .unwrap();
    nobody.get(&format!("/verify/{n}")).await.is(OK).has("核验通过");
    // A word of the body: what was delivered later does not answer for it.
    owner(r#"update acts set public_body = replace(public_body, '"on":"2', '"on":"3') where position = $1"#).await;
    says_so().await;
    owner(r#"update acts set public_body = replace(public_body, '"on":"3', '"on":"2') where position = $1"#).await;
    nobody.get(&format!("/verify?n={no}")).await.is(OK).has("核验通过");
    // Two rows that change places.
    let (other, second) = of("case.accepted").await;
    for (n, position) in [(999_999, position), (n, second), (other, position)] {
        sqlx::query("update log_entries set n = $1 where position = $2")
            .bind(n)
            .bind(position)
            .execute(desk.pool())
            .await
            .unwrap();
    }
    for n in [n, other] {
        nobody.get(&format!("/verify/{n}")).await.is(OK).has(&format!("日志第 {n} 条和公开日志对不上"));
        nobody.get(&format!("/log/receipt/{n}")).await.is(409);
    }
    nobody.get(&format!("/verify?n={no}")).await.is(OK).has("核验不通过").has_not("核验通过");
    // And one that is gone.
    sqlx::query("delete from log_entries where n = $1").bind(n).execute(desk.pool()).await.unwrap();
    nobody.get(&format!("/verify/{n}")).await.is(409).has(&named);
    nobody.get(&format!("/verify?n={n}")).await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f119_a_certificate_dropped_on_the_page_says_what_it_is_worth_today() {
    let desk = Desk::open().await;
    let (citizen, no) = delivered(&desk).await;
    desk.settle().await;
    let nobody = desk.nobody();
    let number = desk.case(&no).await.decision.unwrap().certificate_no.unwrap();
    let pdf = citizen.get(&format!("/cases/{no}/papers/certificate")).await.is(OK).body;
    drops(&nobody, &pdf).await.is(OK).has("在记录里，没有改过").has("今天的状态").has("有效").has(&format!("/certificates/{no}"));
    let said = asks(&nobody, &pdf).await;
    assert_eq!((&said["kind"], &said["worth"]["valid"]), (&"case.granted".into(), &true.into()), "{said}");
    // One byte of it altered.
    let mut altered = pdf.to_vec();
    let last = altered.len() - 40;
    altered[last] ^= 1;
    let page = drops(&nobody, &altered).await.is(OK).has("和记录里的不一样").has("以记录为准");
    page.has_not("核验通过");
    // A letter by a name that the case does not have is accused of nothing.
    let head = format!("%PDF-1.7 <dc:title><rdf:li>吊销证照决定书 {no}</rdf:li></dc:title>");
    drops(&nobody, head.as_bytes()).await.is(OK).has("这份文书不能再比对").has_not("核验不通过").has(&format!("/cases/{no}"));
    // As signed data, whole and altered.
    let data = citizen.get(&format!("/cases/{no}/papers/certificate.json")).await.is(OK).text();
    let said = asks(&nobody, data.as_bytes()).await;
    assert_eq!((&said["verdict"], &said["worth"]["valid"]), (&"there".into(), &true.into()), "{said}");
    let disclosure = ledger::Disclosure::parse(&data).unwrap();
    let mut public = disclosure.clone();
    public.public.body = public.public.body.replacen(&number, "1.2.156", 1);
    assert_eq!(asks(&nobody, public.encode().as_bytes()).await["verdict"], "altered_public");
    let mut private = disclosure;
    private.private.as_mut().unwrap().body.push(' ');
    let page = drops(&nobody, private.encode().as_bytes()).await.is(OK).has("改过的是非公开内容");
    // Nothing of what the file says of people comes back.
    page.has_not("乔安");
    // By its numbers, as they are printed and as they are pasted.
    for typed in [&no, &number, &format!("http://localhost/certificates/{no}"), &foundation::page::grouped(&no)] {
        let address = format!("/verify?n={}", foundation::page::encode(typed));
        nobody.get(&address).await.is(OK).has("今天的状态").has("有效");
    }
    let foreign = nobody.get("/verify?n=http%3A%2F%2Fevil.example%2Fverify%2F3").await.is(OK);
    foreign.has("这是别的站点的凭证").has("evil.example").has_not("核验通过");
    nobody.get("/verify?n=128").await.is(303);
    nobody.get("/verify?n=341524209912319999").await.is(404).has("记录里没有").has("请核对编号有没有抄错");
    let waiting = desk.citizen("路人").await;
    let pending = desk.applies(&waiting, "elderly-card", &[]).await;
    desk.settle().await;
    nobody.get(&format!("/verify?n={pending}")).await.is(OK).has("在记录里，没有改过").has("提交申请").has_not("路人");
}

/// Whoever applied comes from the case to its card, and from the card to the case.
#[tokio::test]
async fn a2_5_the_page_of_a_case_tells_of_its_cards() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("周兰").await;
    let no = desk.accepted(&citizen).await;
    desk.settle().await;
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("监察亮过的牌");
    desk.later(chrono::Duration::days(60)).await;
    desk.settle().await;
    let n: i64 = sqlx::query_scalar(
        "select e.n from acts a join log_entries e using (position) where a.subject_kind = 'card' and a.subject = $1 order by e.n limit 1",
    )
    .bind(&no)
    .fetch_one(desk.pool())
    .await
    .unwrap();
    for client in [&desk.nobody(), &citizen] {
        let page = client.get(&format!("/cases/{no}")).await.is(OK).has("监察亮过的牌");
        page.has("/supervision/rules#C3.3").has(&format!("/verify/{n}\""));
    }
    desk.nobody().get(&format!("/verify/{n}")).await.is(OK).has("核验通过").has(&format!("/cases/{no}\""));
}

#[tokio::test]
async fn hostile_files_get_a_clear_answer() {
    let desk = Desk::open().await;
    let nobody = desk.nobody();
    let deep = "[".repeat(200_000);
    let many = format!("c2sp.org/tlog-proof@v1\nindex 1\n{}\n", "A\n".repeat(100_000));
    let title = b"%PDF-1.7 <dc:title><rdf:li>x 1&#47;..</rdf:li></dc:title>".to_vec();
    for file in [
        &b"hello"[..],
        b"\0\0\0\0",
        &[0xff; 4096],
        b"{",
        format!("{{\"format\":{deep}").as_bytes(),
        many.as_bytes(),
        b"%PDF-",
        b"%PDF-1.7 <dc:title>",
        &title,
        b"MZ<script>alert(1)</script>",
        b"PK\x03\x04",
    ] {
        let page = drops(&nobody, file).await.is(422).has("这个文件读不懂");
        page.has_not("<script>alert");
    }
    drops(&nobody, b"%PDF-1.7 <dc:title><rdf:li>x 99</rdf:li></dc:title>").await.is(404).has("记录里没有");
    // Too large is told, and not read to its end.
    drops(&nobody, &vec![b'x'; 9 << 20]).await.is(422).has("最多");
    // Nothing at all is the form again.
    drops(&nobody, b"").await.is(422).has("拖到框里");
}
