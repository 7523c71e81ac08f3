//! 依申请公开 (A3.3, B3.3): one number, one queue and one clock for what comes over the web and over a desk.

use crate::desk::{Desk, OK, posts};
use chrono::Duration;
use foundation::people::New;
use testing::Client;

const FIELDS: [(&str, &str); 7] = [
    ("agency", "jinzhai-market"),
    ("name", "王敏"),
    ("identity", "居民身份证 34152419850101002X"),
    ("contact", "13800000001"),
    ("description", "2025 年食品安全抽检计划"),
    ("form", "copy"),
    ("delivery", "here"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    FIELDS.iter().copied().filter(|(key, _)| more.iter().all(|(other, _)| other != key)).chain(more.iter().copied()).collect()
}

/// One request that a third party spoke against and that was partly answered, and one taken in at the desk that runs; and who sent the first.
pub async fn story(desk: &Desk) -> (Client, String, String) {
    desk.employ("liaison-market", "田野", "liaison", Some("jinzhai-market")).await;
    let citizen = desk.citizen("方宁").await;
    let online = posts(&citizen, "/disclosure/new", &with(&[("name", "方宁")])).await.is(303).location();
    let no = online.rsplit('/').next().unwrap().to_owned();
    let office = desk.sign_in("liaison-market").await;
    let (page, today) = (format!("/disclosure/desk/{no}"), desk.house().now().date().to_string());
    posts(&office, &format!("{page}/confirm"), &[("on", &today)]).await.is(303);
    posts(&office, &format!("{page}/ask"), &[("of", "third_party"), ("who", "某某公司")]).await.is(303);
    posts(&office, &format!("{page}/opinion"), &[("of", "third_party"), ("opinion", "objects"), ("why", "商业秘密")])
        .await
        .is(303);
    let partly = [("outcome", "partly_disclosed"), ("answer", "见附件"), ("part_0", "名单"), ("ground_0", "trade_secret")];
    posts(&office, &format!("{page}/answer"), &partly).await.is(303);
    let officer = desk.sign_in("officer").await;
    let taken = posts(&officer, "/disclosure/desk/new", &with(&[("way", "in_person")])).await.is(303).location();
    (citizen, no, taken.rsplit('/').next().unwrap().to_owned())
}

async fn town() -> Desk {
    let desk = Desk::open().await;
    desk.employ("liaison-market", "田野", "liaison", Some("jinzhai-market")).await;
    let verified = New { login: "citizen-a".into(), name: "王敏".into(), roles: vec!["citizen".into()], ..New::default() };
    desk.enter(verified).await;
    desk
}

#[tokio::test]
async fn f067_a_request_taken_at_the_desk_enters_the_same_queue_and_clock_as_one_online() {
    let desk = town().await;
    let citizen = desk.sign_in("citizen-a").await;
    citizen.get("/disclosure/new").await.is(OK).has("不用说明理由");
    posts(&citizen, "/disclosure/new", &with(&[("description", "")])).await.is(422).has("请写要什么信息").has("王敏");
    let online = posts(&citizen, "/disclosure/new", &with(&[])).await.is(303).location();
    let officer = desk.sign_in("officer").await;
    let by_hand = [("way", "in_person"), ("centre", ""), ("name", "李四"), ("description", "餐饮单位名单")];
    let taken = posts(&officer, "/disclosure/desk/new", &with(&by_hand)).await.is(303).location();
    let receipt = officer.get(&taken).await.is(OK).has("查询码").text();
    let no = taken.rsplit('/').next().unwrap().to_owned();
    let of_web = online.rsplit('/').next().unwrap().to_owned();
    officer.get(&format!("/disclosure/desk/{of_web}")).await.is(403).has_not("抽检计划");

    // One queue for the office: what came by hand runs already, what came by web waits for both sides.
    let office = desk.sign_in("liaison-market").await;
    office.get("/disclosure/desk").await.is(OK).has("抽检计划").has("餐饮单位名单").has("等双方确认收到").has("正在办理");
    let page = format!("/disclosure/desk/{of_web}");
    let today = desk.house().now().date().to_string();
    posts(&office, &format!("{page}/answer"), &[("outcome", "disclosed"), ("answer", "见附件")]).await.is(409).has("先确认");
    posts(&office, &format!("{page}/confirm"), &[("on", "2031-01-01")]).await.is(422).has("不能晚于今天");
    posts(&office, &format!("{page}/confirm"), &[("on", &today)]).await.is(303);
    let clock = |no: &str| format!("/disclosure/{no}/clock");
    let due = |text: &str| text.split("截止").nth(1).unwrap().chars().take(12).collect::<String>();
    let (first, second) =
        (desk.nobody().get(&clock(&no)).await.is(OK).text(), desk.nobody().get(&clock(&of_web)).await.is(OK).text());
    assert_eq!(due(&first), due(&second), "received on one day, due on one day");

    // Everybody sees where it stands, and nothing of what was asked; the code of the receipt opens it.
    let public = desk.nobody().get(&format!("/disclosure/{no}")).await.is(OK).has("共 20 个工作日").text();
    assert!(!public.contains("李四") && !public.contains("餐饮单位名单"), "{public}");
    let code = desk.house().lookup_code(&no);
    assert!(receipt.contains(&code));
    desk.nobody().get(&format!("/disclosure/{no}/{code}")).await.is(OK).has("餐饮单位名单");
    desk.nobody().get(&format!("/disclosure/{no}/AAAAAAAA")).await.is(404).has_not("餐饮单位名单");
    let other = desk.citizen("孙乙").await;
    other.get(&format!("/disclosure/{of_web}")).await.is(OK).has_not("抽检计划");
    posts(&other, &format!("/disclosure/{of_web}/withdraw"), &[]).await.is(403);

    // A refusal names each part with one ground, and reconsideration comes first.
    let refuse = [("outcome", "refused"), ("answer", "涉及第三方"), ("part_0", "抽检单位名单"), ("ground_0", "")];
    posts(&office, &format!("{page}/answer"), &refuse).await.is(422).has("每一部分都要选一条理由").has("涉及第三方");
    let refuse = [("outcome", "refused"), ("answer", "涉及第三方"), ("part_0", "抽检单位名单"), ("ground_0", "trade_secret")];
    posts(&office, &format!("{page}/answer"), &refuse).await.is(303);
    citizen.get(&online).await.is(OK).has("不予公开").has("抽检单位名单").has("商业秘密").has("先在知道之日起 60 日内");
    desk.nobody().get(&online).await.is(OK).has("不予公开").has_not("抽检单位名单");
    posts(&office, &format!("{page}/answer"), &refuse).await.is(409).has("已经办结了");
}

#[tokio::test]
async fn a3_3_03_to_07_a_correction_begins_the_period_anew_and_an_opinion_stops_it_and_silence_speaks_by_itself() {
    let desk = town().await;
    let citizen = desk.sign_in("citizen-a").await;
    let office = desk.sign_in("liaison-market").await;
    let ask = async |description: &str| {
        let to = posts(&citizen, "/disclosure/new", &with(&[("description", description)])).await.is(303).location();
        let no = to.rsplit('/').next().unwrap().to_owned();
        let today = desk.house().now().date().to_string();
        posts(&office, &format!("/disclosure/desk/{no}/confirm"), &[("on", &today)]).await.is(303);
        no
    };
    let no = ask("甲").await;
    let page = format!("/disclosure/desk/{no}");
    let until = (desk.house().now().date() + Duration::days(10)).to_string();
    posts(&office, &format!("{page}/correction"), &[("missing", "哪一年的"), ("until", &desk.house().now().date().to_string())])
        .await
        .is(422);
    posts(&office, &format!("{page}/correction"), &[("missing", "哪一年的"), ("until", &until)]).await.is(303);
    citizen.get(&format!("/disclosure/{no}")).await.is(OK).has("哪一年的").has("等您补正");
    posts(&office, &format!("{page}/extend"), &[("approver", "公开办主任"), ("reason", "量大")])
        .await
        .is(409)
        .has("正在等申请人补正");
    posts(&citizen, &format!("/disclosure/{no}/correct"), &[("text", "")]).await.is(422);
    posts(&citizen, &format!("/disclosure/{no}/correct"), &[("text", "2025 年的")]).await.is(303);
    posts(&office, &format!("{page}/correction"), &[("missing", "再补"), ("until", &until)]).await.is(409).has("只能告知一次");

    // Third party: the clock stands; silence is not consent, the agency decides.
    posts(&office, &format!("{page}/ask"), &[("of", "third_party"), ("who", "某某公司")]).await.is(303);
    desk.nobody().get(&format!("/disclosure/{no}")).await.is(OK).has("计时暂停中").has_not("某某公司");
    posts(&office, &format!("{page}/answer"), &[("outcome", "disclosed"), ("answer", "给")]).await.is(409).has("第三方");
    let (late, given_up) = (ask("乙").await, ask("丙").await);
    posts(&office, &format!("/disclosure/desk/{given_up}/correction"), &[("missing", "哪一年的"), ("until", &until)])
        .await
        .is(303);
    desk.later(Duration::days(32)).await;
    let (citizen, office) = (desk.sign_in("citizen-a").await, desk.sign_in("liaison-market").await);
    desk.nobody().get(&format!("/disclosure/{no}")).await.is(OK).has("由本机关依照条例决定").has_not("视为同意公开");
    citizen.get(&format!("/disclosure/{given_up}")).await.is(OK).has("视为放弃");
    desk.nobody().get(&format!("/disclosure/{late}")).await.is(OK).has("逾期没有答复").has("先在知道之日起 60 日内");
    let supervisor = desk.sign_in("supervisor").await;
    supervisor.get("/disclosure/late").await.is(OK).has(&late).has_not(&given_up).has_not("乙");
    posts(&office, &format!("/disclosure/desk/{late}/extend"), &[("approver", "主任"), ("reason", "忘了")])
        .await
        .is(409)
        .has("期限已经过了");
    posts(&office, &format!("/disclosure/desk/{late}/answer"), &[("outcome", "not_existing"), ("answer", "查了档案室")])
        .await
        .is(303);
    supervisor.get("/disclosure/late").await.is(OK).has_not(&late);
    posts(&office, &format!("{page}/extend"), &[("approver", "公开办主任"), ("reason", "涉及多年")]).await.is(303);
    posts(&office, &format!("{page}/extend"), &[("approver", "公开办主任"), ("reason", "再延")])
        .await
        .is(409)
        .has("只能延长一次");
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from acts where subject_kind = 'request' and subject = $1 order by position")
            .bind(&no)
            .fetch_all(desk.pool())
            .await
            .unwrap();
    let wanted =
        ["requested", "receipt_confirmed", "correction_asked", "corrected", "opinion_asked", "opinion_given", "extended"];
    assert_eq!(kinds, wanted.map(|kind| format!("request.{kind}")));
}
