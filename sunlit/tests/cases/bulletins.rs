//! 信息发布: what a centre publishes beside its matters, the reading place and where requests are taken in (B3.3).

use crate::Desk;
use crate::desk::{OK, answers, posts};

const NEW: &str = "/centres/jinzhai-centre/bulletins";

#[tokio::test]
async fn b3_3_a_centre_publishes_what_holds_and_withdraws_what_does_not() {
    let desk = Desk::open().await;
    let admin = desk.sign_in("admin").await;
    let nobody = desk.nobody();
    let (until, yesterday) = (desk.in_days(10), (desk.house().now().date() - chrono::Days::new(1)).to_string());
    let jobs = [
        ("kind", "employment"),
        ("title", "茶厂春季用工"),
        ("text", "采摘和加工，包食宿"),
        ("source", "金寨县人力资源和社会保障局"),
        ("contact", "0564-12345"),
        ("until", until.as_str()),
    ];
    nobody.get("/bulletins").await.is(OK).has("现在没有有效的信息");
    // Not by anybody, and nothing half said: all that is wrong comes at once; no identity or mobile number is published.
    posts(&desk.sign_in("officer").await, NEW, &jobs).await.is(403);
    posts(&admin, NEW, &[("until", yesterday.as_str())])
        .await
        .is(422)
        .has("请选是哪一类信息")
        .has("请写标题")
        .has("有效到不能早于今天");
    let mut private = jobs;
    private[4].1 = "张三 13800138000";
    posts(&admin, NEW, &private).await.is(422);

    // Once, however often it is sent.
    let once = uuid::Uuid::new_v4().to_string();
    let mut twice = vec![("once", once.as_str())];
    twice.extend(jobs);
    let (one, two) = tokio::join!(admin.post(NEW, &twice), admin.post(NEW, &twice));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(one.location(), two.location());
    let page = one.location();
    nobody.get(&page).await.is(OK).has("包食宿").has("就业信息").has_not("撤下这一条");
    nobody.get("/bulletins?kind=employment&centre=jinzhai-centre").await.is(OK).has(&page);
    nobody.get("/bulletins?kind=investment").await.is(OK).has_not(&page);
    nobody.get("/bulletins?as=csv").await.is(OK).has("茶厂春季用工").has(&until);

    // On its last day it is listed, the day after it can only be read.
    desk.later(chrono::Duration::days(10)).await;
    nobody.get("/bulletins").await.is(OK).has(&page);
    desk.later(chrono::Duration::days(1)).await;
    nobody.get("/bulletins").await.is(OK).has_not(&page);
    nobody.get(&page).await.is(OK).has("已经过期");

    let admin = desk.sign_in("admin").await;
    posts(&desk.sign_in("officer").await, &page, &[("reason", "招满了")]).await.is(403);
    posts(&admin, &page, &[]).await.is(422).has("请写为什么撤下");
    posts(&admin, &page, &[("reason", "招满了")]).await.is(303);
    posts(&admin, &page, &[("reason", "招满了")]).await.is(409);
    nobody.get(&page).await.is(OK).has("已经撤下").has("招满了").has("包食宿");
    nobody.get("/bulletins/XX999999").await.is(404);
}

#[tokio::test]
async fn b3_3_01_a_centre_says_where_one_reads_and_where_requests_are_taken_in() {
    let desk = Desk::open().await;
    let (admin, nobody) = (desk.sign_in("admin").await, desk.nobody());
    nobody.get("/centres/jinzhai-centre").await.is(OK).has("政府信息公开查阅场所").has("还没有登记");
    let said = [
        ("reading_place", "一楼东侧查阅区"),
        ("intake_point", "A01 综合窗口"),
        ("basis", "年度运行方案"),
        ("from", "2026-01-01"),
    ];
    answers(&admin, "/centres/jinzhai-centre/change/place", &said).await.is(303);
    nobody.get("/centres/jinzhai-centre").await.is(OK).has("一楼东侧查阅区").has("A01 综合窗口");
}

#[tokio::test]
async fn b3_3_lists_page_by_key_and_lose_nothing() {
    let desk = Desk::open().await;
    let admin = desk.sign_in("admin").await;
    for n in 0..31 {
        let title = format!("厂房 {n}");
        let fields = [
            ("kind", "investment"),
            ("title", title.as_str()),
            ("text", "可以分层租"),
            ("source", "产业园"),
            ("contact", "0564-12345"),
        ];
        posts(&admin, NEW, &fields).await.is(303);
    }
    let first = desk.nobody().get("/bulletins").await.is(OK).text();
    let next = first
        .split("\" rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    assert_eq!(first.matches("/bulletins/XX").count(), 30);
    let second = desk.nobody().get(&next).await.is(OK).text();
    assert_eq!(second.matches("/bulletins/XX").count(), 1);
    assert!(second.contains("厂房 0"));
}
