//! One bill, paid at the counter or online (B4.1, F075): late, doubled, forged and lost notices of the provider, and the comparison of each day.

use crate::Desk;
use crate::desk::{Client, OK, posts};
use crate::lists::{QUEUE, walk};
use acts::Money;
use chrono::{DateTime, Duration, Utc};
use services::cases::case;
use services::fees::{Cashiers, Notice, Provider, Sandbox, written};
use testing::Page;
use uuid::Uuid;

const SLUG: &str = "real-estate-transfer";
const NOTICES: &str = "/payments/sandbox/notices";

/// A case that was granted, with its bill: the applicant and the number.
pub async fn billed(desk: &Desk) -> (Client, String) {
    const AGENCY: Option<&str> = Some("jinzhai-natural-resources");
    if foundation::people::by_login(desk.pool(), "officer-estate").await.unwrap().is_none() {
        desk.employ("officer-estate", "梅雪", "counter_officer", AGENCY).await;
        desk.employ("chief-estate", "洪亮", "chief_representative", AGENCY).await;
    }
    let citizen = desk.citizen("王敏").await;
    let no = desk.applies(&citizen, SLUG, &[]).await;
    let (officer, chief) = (desk.sign_in("officer-estate").await, desk.sign_in("chief-estate").await);
    desk.act(&officer, &no, "accept", &[("signed", "yes")]).await.is(303);
    desk.act(&officer, &no, "examine", &[("proposal", "grant"), ("opinion", "符合")]).await.is(303);
    desk.act(&chief, &no, "grant", &[("seal", "yes")]).await.is(303);
    (citizen, no)
}

/// The name by which the applicant signs in.
pub async fn login_of(desk: &Desk, no: &str) -> String {
    sqlx::query_scalar("select p.login from people p join cases c on c.applicant = p.id where c.case_no = $1")
        .bind(no)
        .fetch_one(desk.pool())
        .await
        .unwrap()
}

/// Opens the order of the bill; returns its page.
pub async fn ordered(citizen: &Client, no: &str) -> String {
    citizen.post(&format!("/cases/{no}/pay"), &[]).await.is(303).location()
}

pub fn order_of(page: &str) -> Uuid {
    page.rsplit('/').next().unwrap().parse().unwrap()
}

/// Pays on the provider's page.
pub async fn pays(desk: &Desk, page: &str, habit: &str) -> Page {
    desk.nobody().post(&format!("/sandbox/pay/{}", order_of(page)), &[("habit", habit)]).await.is(303)
}

pub async fn says(desk: &Desk, body: &str) -> Page {
    desk.nobody().ask("POST", NOTICES, &[("content-type", "text/plain")], body.to_owned()).await
}

/// How each payment of the case stands, the oldest first.
pub async fn state_of(desk: &Desk, no: &str) -> Vec<String> {
    sqlx::query_scalar("select state from payments where case_no = $1 order by begun_at")
        .bind(no)
        .fetch_all(desk.pool())
        .await
        .unwrap()
}

/// How often each kind of act is on the case.
pub async fn count(desk: &Desk, no: &str, kind: &str) -> usize {
    desk.acts(no).await.iter().filter(|act| *act == kind).count()
}

pub async fn at_provider(desk: &Desk, order: Uuid) -> Notice {
    let (amount, at, transaction): (i64, DateTime<Utc>, String) =
        sqlx::query_as("select amount, paid_at, transaction from sandbox_payments where id = $1")
            .bind(order)
            .fetch_one(desk.pool())
            .await
            .unwrap();
    Notice { order, amount: Money(amount), transaction, at }
}

#[tokio::test]
async fn f075_a_grant_makes_the_bill_by_the_standard_and_nothing_is_handed_over_before_it_is_paid() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let bill = desk.case(&no).await.bill.unwrap();
    assert_eq!(bill.total, bill.lines.iter().map(|line| line.amount).sum());
    assert!(bill.lines.iter().all(|line| line.basis.contains("〔")), "{bill:?}");
    let officer = desk.sign_in("officer-estate").await;
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(409).has("还没有缴费");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("缴了费就送达").has("网上缴费").has(&bill.total.to_string());
    // The decision is told at once, the certificate is not handed over by its address either.
    citizen.get(&format!("/cases/{no}/papers/grant")).await.is(OK);
    citizen.get(&format!("/cases/{no}/papers/certificate")).await.is(404);
    // Strangers see that it was billed, as an act, and cannot pay for it.
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("开具缴费单").has_not("网上缴费：");
    assert!(desk.nobody().post(&format!("/cases/{no}/pay"), &[]).await.is(303).location().starts_with("/sign-in"));
    // Any officer at the one counter takes the money of any agency; whoever handles his own case does not.
    let other = desk.sign_in("officer-youhua").await;
    other.get(&format!("/counter/fees?no={no}")).await.is(OK).has(&bill.total.to_string()).has_not("王敏");
    let take = format!("/counter/fees/{no}");
    posts(&other, &take, &[]).await.is(422).has("请选怎么收的");
    posts(&other, &take, &[("way", "card")]).await.is(422).has("请填凭条上的号码");
    let once = Uuid::new_v4().to_string();
    let form = [("once", once.as_str()), ("way", "card"), ("slip", "00012345")];
    let (a, b) = tokio::join!(other.post(&take, &form), other.post(&take, &form));
    assert_eq!((a.status, b.status), (303, 303));
    posts(&other, &take, &[("way", "cash")]).await.is(409).has("不能再收");
    assert_eq!(count(&desk, &no, "case.paid").await, 1);
    // The same slip is no second payment.
    let (_, second) = billed(&desk).await;
    posts(&other, &format!("/counter/fees/{second}"), &[("way", "card"), ("slip", "00012345")])
        .await
        .is(422)
        .has("已经用了这个凭条号码");
    assert_eq!(desk.case(&second).await.paid, None);
    other.get("/counter/fees").await.is(OK).has("我今天收的").has(&bill.total.to_string());
    desk.settle().await;
    let pdf = citizen.get(&format!("/cases/{no}/papers/payment")).await.is(OK);
    assert!(pdf.body.starts_with(b"%PDF"));
    citizen.get(&format!("/cases/{no}/papers/certificate")).await.is(OK);
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(303);
    // What stands is the fold of its acts.
    let mut conn = desk.pool().acquire().await.unwrap();
    let entries: Vec<_> = case::history(&mut conn, &no).await.unwrap().into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(case::Case::fold(&entries).unwrap(), desk.case(&no).await);
}

#[tokio::test]
async fn f075_a_notice_counts_once_however_often_it_comes_and_a_forged_one_never() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    assert_eq!(ordered(&citizen, &no).await, page, "pressed twice, one order");
    citizen.get(&page).await.is(OK).has("去付款");
    desk.citizen("路人").await.get(&page).await.is(403);
    // Whoever invents a notice, or changes one, is not believed; nor is one of an order that is not there.
    let order = order_of(&page);
    says(&desk, "success").await.is(403).has("没有采信").has("\"status\":403");
    let total = desk.case(&no).await.bill.unwrap().total;
    let made = |order: Uuid, amount: Money, transaction: &str| Notice {
        order,
        amount,
        transaction: transaction.into(),
        at: desk.house().now().at,
    };
    let real = written(desk.house(), &made(order, total, "SB1")).unwrap();
    says(&desk, &real.replace(&format!("amount {total}"), "amount 0.01")).await.is(403).has("签名不对");
    says(&desk, &written(desk.house(), &made(Uuid::new_v4(), total, "SB2")).unwrap()).await.is(404);
    // Signed, but of another amount: nothing is booked, and it is said why.
    says(&desk, &written(desk.house(), &made(order, Money(1), "SB3")).unwrap()).await.is(409).has("金额不符");
    assert_eq!((count(&desk, &no, "case.paid").await, desk.case(&no).await.paid), (0, None));
    // Twice at once.
    let (a, b) = tokio::join!(says(&desk, &real), says(&desk, &real));
    assert_eq!((a.status, b.status), (200, 200));
    says(&desk, &real).await.is(OK);
    assert_eq!(count(&desk, &no, "case.paid").await, 1);
    says(&desk, &written(desk.house(), &made(order, total, "SB4")).unwrap()).await.is(409).has("另一笔交易");
    assert_eq!(state_of(&desk, &no).await, ["paid"]);
    citizen.get(&page).await.is(OK).has("已经缴了");
    desk.nobody().ask("POST", "/payments/nobody/notices", &[], real).await.is(404);
}

#[tokio::test]
async fn f075_late_lost_and_forged_notices_end_in_one_payment() {
    let desk = Desk::open().await;
    for (habit, at_once) in [("at_once", true), ("twice", true), ("late", false), ("lost", false), ("forged", false)] {
        let (citizen, no) = billed(&desk).await;
        let page = ordered(&citizen, &no).await;
        pays(&desk, &page, "fails").await;
        assert_eq!(pays(&desk, &page, habit).await.location(), page);
        desk.settle().await;
        assert_eq!(desk.case(&no).await.paid.is_some(), at_once, "{habit}");
        // A minute later the provider is asked.
        desk.later(Duration::minutes(3)).await;
        assert!(desk.case(&no).await.paid.is_some(), "{habit}");
        assert_eq!((count(&desk, &no, "case.paid").await, state_of(&desk, &no).await), (1, vec!["paid".to_owned()]), "{habit}");
    }
    // Whoever does not want to wait asks.
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    pays(&desk, &page, "lost").await;
    citizen.post(&page, &[]).await.is(303);
    citizen.get(&page).await.is(OK).has("已经缴了");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f075_a_payer_who_asks_forty_times_at_once_stalls_nobody() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    let asked = futures::future::join_all((0..40).map(|_| citizen.post(&page, &[]))).await;
    assert!(
        asked.iter().all(|answer| matches!(answer.status, 303 | 429)),
        "{:?}",
        asked.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    assert!(asked.iter().any(|answer| answer.status == 429), "the provider is not asked without end");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK);
}

#[tokio::test]
async fn f075_what_was_paid_beyond_the_bill_goes_back_and_an_order_nobody_pays_is_closed() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    let officer = desk.sign_in("officer-estate").await;
    // Paid at the counter while the provider's page was open, and then there too, before that was closed.
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(303);
    pays(&desk, &page, "lost").await;
    desk.settle().await;
    assert_eq!((count(&desk, &no, "case.paid").await, count(&desk, &no, "case.payment_returned").await), (2, 1));
    citizen.get(&page).await.is(OK).has("多付的已经退回");
    let returned: bool = sqlx::query_scalar("select returned_on is not null from sandbox_payments where id = $1")
        .bind(order_of(&page))
        .fetch_one(desk.pool())
        .await
        .unwrap();
    assert!(returned);
    // Paid online without a notice yet: the counter asks before it takes the money, and takes none.
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    pays(&desk, &page, "lost").await;
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(409).has("不能再收");
    assert_eq!((count(&desk, &no, "case.paid").await, state_of(&desk, &no).await), (1, vec!["paid".to_owned()]));
    // The counter is faster than the payer: the order is closed at once and cannot be paid.
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(303);
    desk.settle().await;
    citizen.get(&page).await.is(OK).has("已经关了");
    pays(&desk, &page, "at_once").await;
    desk.settle().await;
    assert_eq!(count(&desk, &no, "case.paid").await, 1);
    // A day later an order that nobody paid is closed, and a new one can be opened.
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    desk.later(Duration::hours(25)).await;
    assert_eq!(state_of(&desk, &no).await, ["closed"]);
    let citizen = desk.sign_in(&login_of(&desk, &no).await).await;
    assert_ne!(ordered(&citizen, &no).await, page);
}

#[tokio::test]
async fn f075_every_day_is_compared_with_the_provider_and_what_it_missed_is_booked() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let page = ordered(&citizen, &no).await;
    pays(&desk, &page, "lost").await;
    // The question about it is lost as well.
    sqlx::query("delete from jobs where kind = 'payment_check'").execute(desk.pool()).await.unwrap();
    // One that we booked and the provider does not have.
    let (other, second) = billed(&desk).await;
    let invented = ordered(&other, &second).await;
    pays(&desk, &invented, "at_once").await;
    desk.settle().await;
    sqlx::query("update sandbox_payments set paid_on = paid_on - 5 where id = $1")
        .bind(order_of(&invented))
        .execute(desk.pool())
        .await
        .unwrap();
    desk.later(Duration::days(1) + Duration::hours(2)).await;
    assert!(desk.case(&no).await.paid.is_some());
    let supervisor = desk.sign_in("supervisor").await;
    supervisor
        .get("/supervision/fees")
        .await
        .is(OK)
        .has("对账时才发现已经付了，已入账")
        .has("支付机构的对账单里没有")
        .has("窗口");
    desk.sign_in("officer").await.get("/supervision/fees").await.is(403);
    // Compared again it finds the one that is still missing alone.
    let found: serde_json::Value =
        sqlx::query_scalar("select differences from fee_days where provider = 'sandbox' order by day limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    let statement =
        Sandbox.statement(desk.house(), calendar::local_date(at_provider(&desk, order_of(&page)).await.at)).await.unwrap();
    assert_eq!(statement.paid.len(), 1);
    assert!(Cashiers::default().first().is_none());
}

#[tokio::test]
async fn f075_an_entry_at_the_counter_is_taken_back_on_its_day_by_whoever_made_it_before_anything_is_handed_over() {
    let desk = Desk::open().await;
    let (citizen, no) = billed(&desk).await;
    let (officer, other) = (desk.sign_in("officer-estate").await, desk.sign_in("officer-youhua").await);
    let (take, back) = (format!("/counter/fees/{no}"), format!("/counter/fees/{no}/reverse"));
    posts(&officer, &back, &[("reason", "收错了件")]).await.is(409).has("没有要缴的费用");
    posts(&officer, &take, &[("way", "card"), ("slip", "7")]).await.is(303);
    citizen.get(&format!("/cases/{no}/papers/payment")).await.is(OK);
    posts(&other, &back, &[("reason", "收错了件")]).await.is(409).has("只有收这笔钱的人");
    posts(&officer, &back, &[("reason", "")]).await.is(422).has("请写明为什么撤销");
    let once = Uuid::new_v4().to_string();
    let form = [("once", once.as_str()), ("reason", "收错了件")];
    let (a, b) = tokio::join!(officer.post(&back, &form), officer.post(&back, &form));
    assert_eq!((a.status, b.status), (303, 303));
    assert_eq!((count(&desk, &no, "case.payment_reversed").await, state_of(&desk, &no).await), (1, vec!["reversed".to_owned()]));
    // The bill is owed again; the paper that proved it is gone, the certificate too, and the reason is nobody else's business.
    citizen.get(&format!("/cases/{no}/papers/payment")).await.is(404);
    citizen.get(&format!("/cases/{no}/papers/certificate")).await.is(404);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("撤销收费").has_not("收错了件");
    desk.act(&officer, &no, "deliver", &[("way", "account")]).await.is(409).has("还没有缴费");
    // The slip belongs to the case it was meant for.
    let (_, meant) = billed(&desk).await;
    posts(&officer, &format!("/counter/fees/{meant}"), &[("way", "card"), ("slip", "7")]).await.is(303);
    // Handed over, it stays; so does what was paid online.
    desk.act(&officer, &meant, "deliver", &[("way", "account")]).await.is(303);
    posts(&officer, &format!("/counter/fees/{meant}/reverse"), &[("reason", "收错了件")]).await.is(409).has("不能再撤销收费");
    let page = ordered(&citizen, &no).await;
    pays(&desk, &page, "at_once").await;
    desk.settle().await;
    posts(&officer, &back, &[("reason", "收错了件")]).await.is(409).has("网上缴的");
    let mut conn = desk.pool().acquire().await.unwrap();
    let entries: Vec<_> = case::history(&mut conn, &no).await.unwrap().into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(case::Case::fold(&entries).unwrap(), desk.case(&no).await);
}

#[tokio::test]
async fn f075_the_till_is_counted_and_what_went_back_is_compared_and_a_statement_that_cannot_be_had_stops_no_other() {
    let desk = Desk::open().await;
    // Paid at the counter, then online too: that goes back.
    let (citizen, no) = billed(&desk).await;
    let total = desk.case(&no).await.bill.unwrap().total;
    let page = ordered(&citizen, &no).await;
    let officer = desk.sign_in("officer-estate").await;
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(303);
    pays(&desk, &page, "lost").await;
    desk.settle().await;
    citizen.get(&format!("/cases/{no}/papers/refund")).await.is(OK);
    let till = "/counter/fees/till";
    posts(&desk.sign_in("supervisor").await, till, &[]).await.is(403);
    posts(&officer, till, &[("cash", "八十"), ("card", "-1"), ("day", "2001-01-01")])
        .await
        .is(422)
        .has("请填点出来的金额")
        .has("只能点今天和前 31 天的账");
    let today = desk.house().now().date().to_string();
    posts(&officer, till, &[("cash", "1"), ("card", "0"), ("day", &today)]).await.is(303);
    officer.get("/counter/fees").await.is(OK).has("今天点过了");
    // The provider's books cannot be read that night.
    sqlx::query("alter table sandbox_payments rename to out_of_reach").execute(desk.pool()).await.unwrap();
    desk.later(Duration::days(1) + Duration::hours(2)).await;
    let supervisor = desk.sign_in("supervisor").await;
    let seen = supervisor.get("/supervision/fees").await.is(OK);
    seen.has("对账单还取不到").has("点出来的和入账的不一样");
    // Counted again, and the books are back: the till agrees, what went back is on both sides.
    sqlx::query("alter table out_of_reach rename to sandbox_payments").execute(desk.pool()).await.unwrap();
    let officer = desk.sign_in("officer-estate").await;
    posts(&officer, till, &[("cash", &total.to_string()), ("card", "0"), ("day", &today)]).await.is(303);
    desk.later(Duration::hours(2)).await;
    let supervisor = desk.sign_in("supervisor").await;
    let seen = supervisor.get("/supervision/fees").await.is(OK);
    seen.has_not("对账单还取不到").has_not("点出来的和入账的不一样").has("退回").has_not("请找支付机构核对");
    // A refund that only the provider has, or only we have, is told.
    let order = order_of(&page);
    for (days, told) in [(-3, "我们记了退回"), (3, "我们没有记退回")] {
        sqlx::query("update sandbox_payments set returned_on = returned_on + $2 where id = $1")
            .bind(order)
            .bind(days)
            .execute(desk.pool())
            .await
            .unwrap();
        if days > 0 {
            sqlx::query("update payments set returned_on = returned_on + 9 where id = $1")
                .bind(order)
                .execute(desk.pool())
                .await
                .unwrap();
        }
        sqlx::query("insert into jobs (kind, key, payload, run_at) values ('fee_day', $1, 'null', $2)")
            .bind(format!("sandbox {today}"))
            .bind(desk.house().now().at)
            .execute(desk.pool())
            .await
            .unwrap();
        desk.settle().await;
        supervisor.get("/supervision/fees").await.is(OK).has(told);
    }
    // A day that nobody counted says so, and asks on the officer's page.
    let (_, second) = billed(&desk).await;
    let officer = desk.sign_in("officer-estate").await;
    posts(&officer, &format!("/counter/fees/{second}"), &[("way", "cash")]).await.is(303);
    desk.later(Duration::days(1) + Duration::hours(2)).await;
    desk.sign_in("supervisor").await.get("/supervision/fees").await.is(OK).has("梅雪还没有点账");
    desk.sign_in("officer-estate").await.get("/counter/fees").await.is(OK).has("还没有点的");
}

#[tokio::test]
async fn f075_the_queue_says_which_granted_cases_wait_for_their_fee_and_since_when() {
    let desk = Desk::open().await;
    let (_, no) = billed(&desk).await;
    let (_, paid) = billed(&desk).await;
    let officer = desk.sign_in("officer-estate").await;
    posts(&officer, &format!("/counter/fees/{paid}"), &[("way", "cash")]).await.is(303);
    let day = desk.case(&no).await.billed_on().unwrap();
    assert_eq!((day, desk.case(&paid).await.billed_on()), (desk.house().now().date(), None));
    officer.get("/counter/queue?show=fee").await.is(OK).has(&no).has_not(&paid).has("今天开始等缴费");
    desk.later(Duration::days(3)).await;
    let (officer, citizen) = (desk.sign_in("officer-estate").await, desk.sign_in(&login_of(&desk, &no).await).await);
    officer.get("/counter/queue?show=fee").await.is(OK).has("等缴费 3 天").has("等得最久的在前");
    officer.get("/counter/queue?show=fee&as=csv").await.is(OK).has("缴费单日期").has(&day.to_string()).has_not(&paid);
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("等缴费 3 天");
    // The payer is reminded, strangers are not told.
    citizen.get("/account").await.is(OK).has("待缴费").has("等缴费 3 天");
    citizen.get(&format!("/cases/{no}")).await.is(OK).has("等缴费 3 天");
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has_not("等缴费");
    citizen.cookies.lock().unwrap().insert("sunlit_display".into(), "l".into());
    // The charge has its English; the standard stays as it was published, and is marked as Chinese.
    citizen
        .get(&format!("/cases/{no}"))
        .await
        .is(OK)
        .has("3 days without payment")
        .has("Real estate registration fee")
        .has("<span lang=\"zh-CN\">住宅类每件");
    // A long list comes page by page, those billed first in front, and what was paid is gone from it.
    sqlx::query(
        "insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, concluded_on, state)
         select left(case_no, 14) || 100000 + n || 'X', item, region, agency, stage, applicant, filed_by, gen_random_uuid(), submitted_at,
                due, concluded_on - n % 7, jsonb_set(state, '{no}', to_jsonb(left(case_no, 14) || 100000 + n || 'X'))
           from cases
          cross join generate_series(1, 49) as n
          where case_no = $1",
    )
    .bind(&no)
    .execute(desk.pool())
    .await
    .unwrap();
    let seen = walk(&officer, "/counter/queue?show=fee", QUEUE, 9).await;
    let wanted: Vec<String> = sqlx::query_scalar("select case_no from cases where case_no <> $1 order by concluded_on, case_no")
        .bind(&paid)
        .fetch_all(desk.pool())
        .await
        .unwrap();
    assert_eq!((seen.len(), seen), (50, wanted));
    posts(&officer, &format!("/counter/fees/{no}"), &[("way", "cash")]).await.is(303);
    assert!(!walk(&officer, "/counter/queue?show=fee", QUEUE, 9).await.contains(&no));
}
