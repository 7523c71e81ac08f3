//! 给付 · a grant of money says how much, to whom and from when; the public learns only that it was granted (B4.2, 社会救助法 45).

use crate::Desk;
use crate::desk::{Client, OK};
use crate::letters::said;
use acts::{Money, PayoutWay, Pays};
use testing::changed;

const RELIEF: &str = "temporary-relief";

/// A case of the town that waits for its decision.
async fn surveyed(desk: &Desk, citizen: &Client) -> String {
    let no = desk.applies(citizen, RELIEF, &[]).await;
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    desk.act(&officer, &no, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "看过")]).await.is(303);
    no
}

#[tokio::test]
async fn b4_2_a_grant_of_money_says_how_much_to_whom_and_from_when() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王福生").await;
    let no = surveyed(&desk, &citizen).await;
    let chief = desk.sign_in("chief-youhua").await;
    let case = desk.case(&no).await;
    let (holder, account) = (case.answers["bank_holder"].as_str().unwrap(), case.answers["bank_account"].as_str().unwrap());
    let end = account[account.len() - 4..].to_owned();
    chief.get(&format!("/counter/cases/{no}/grant")).await.is(OK).has("给付多少元").has(holder).has(&end).has_not(account);

    // The seal alone is no decision on money.
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(422).has("请写给付的金额").has("请选怎么发").has("日期请按");
    let today = desk.house().now().date();
    let day = today.to_string();
    let grant = async |amount: &str, from: &str| {
        desk.act(&chief, &no, "grant", &[("seal", "yes"), ("amount", amount), ("way", "account"), ("from", from)]).await
    };
    for amount in ["0", "-5", "12.345", "很多", ""] {
        grant(amount, &day).await.is(422).has("请写给付的金额");
    }
    grant("2000", "2012-01-01").await.is(422).has("离今天超过一年");
    grant("２，０００．５０元", &day).await.is(303);

    let paid = desk.case(&no).await.payout().cloned().unwrap();
    assert_eq!((paid.pays, paid.amount, paid.way, paid.from), (Pays::Once, Money(200_050), PayoutWay::Account, today));
    assert_eq!((paid.payee.as_str(), paid.account.as_deref()), (holder, Some(end.as_str())));
    // In the letter, in capitals too, and no certificate is spoken of where there is none.
    let letter = said(&citizen, &no, "grant").await;
    for words in ["2000.50元（贰仟元零伍角整）", holder, &format!("尾号{end}的账户")] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    assert!(!letter.contains("电子证照") && !letter.contains("颁发") && !letter.contains(account), "{letter}");
    // The applicant reads it on the case, the public does not.
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("2000.50 元");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("准予").has_not("2000.50").has_not("尾号");
    desk.act(&desk.sign_in("officer-youhua").await, &no, "deliver", &[("way", "account")]).await.is(303);
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("给付 2000.50 元").has("一次发给").has_not("电子证照");
    citizen.get("/account/certificates").await.is(OK).has("有的事办成了不发证照");
}

#[test]
fn b4_2_a_certificate_prints_what_its_decision_pays() {
    let catalogue = changed("subsistence-allowance", |_| ()).unwrap();
    let item = catalogue.item("subsistence-allowance").unwrap();
    let printed = item.certificate_that_pays(&serde_json::Map::new(), Some("每月 612.50 元"));
    assert_eq!(printed, [("保障金额".to_owned(), "每月 612.50 元".to_owned())]);
    // What pays nothing cannot print it.
    let fault = changed("subsistence-allowance", |item| item["result"]["pays"] = serde_json::Value::Null).err().unwrap();
    assert!(fault.to_string().contains("结果没有写明是给付"), "{fault}");
    let both = changed("subsistence-allowance", |item| item["result"]["certificate"][4]["text"] = "以决定为准".into());
    assert!(both.err().unwrap().to_string().contains("不写 field，也不写 text"));
}

#[tokio::test]
async fn h17_what_was_typed_beside_a_paper_is_there_after_it_was_uploaded_without_scripts() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王福生").await;
    let no = desk.applies(&citizen, RELIEF, &[]).await;
    let officer = desk.sign_in("officer-youhua").await;
    desk.act(&officer, &no, "accept", &[]).await.is(303);
    let page = format!("/counter/cases/{no}/survey");
    // One form: the button of the upload takes along what stands in the fields of the act.
    officer.get(&page).await.is(OK).has(&format!("form=\"act\" formaction=\"{page}/files\"")).has("<form id=\"act\"");
    let sends = async |file: &str| {
        let part = |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let typed =
            [part("once", "x"), part("surveyors", "陈静\r\n马超"), part("passed", "yes"), part("findings", "灶台和申请的一样")];
        let body = format!(
            "{}--b\r\nContent-Disposition: form-data; name=\"record\"; filename=\"record.pdf\"\r\n\r\n{file}\r\n--b--\r\n",
            typed.concat()
        );
        officer.ask("POST", &format!("{page}/files"), &[("content-type", "multipart/form-data; boundary=b")], body).await
    };
    sends("%PDF-1.4 x").await.is(303);
    let back = officer.get(&page).await.is(OK).has("record.pdf").has("灶台和申请的一样").has("马超");
    assert_eq!(back.fields(&page).iter().find(|(key, _)| key == "passed").map(|(_, value)| value.as_str()), Some("yes"));
    // Nor is it lost where the file is refused, or when one is taken away.
    sends("").await.is(422).has("灶台和申请的一样");
    let text = officer.get(&page).await.is(OK).text();
    let remove = text.split('"').find(|at| at.ends_with("/remove")).unwrap().to_owned();
    officer.post(&remove, &[("findings", "改过的话")]).await.is(303);
    officer.get(&page).await.is(OK).has("改过的话").has_not("record.pdf");
}
