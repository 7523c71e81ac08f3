//! What a case held of people goes when the law says so, and only then; what was done stays provable (F152).

use crate::Desk;
use crate::desk::{Client, OK};
use futures::StreamExt;
use uuid::Uuid;

pub async fn erases(admin: &Client, no: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str()), ("no", no)];
    all.extend(fields);
    admin.post("/admin/erasure", &all).await
}

/// The bytes of a file, while the store has them.
async fn kept(desk: &Desk, sha256: &str) -> Option<usize> {
    let parts: Vec<_> = desk.house().files().read(sha256).await.ok()?.collect().await;
    Some(parts.into_iter().map(|part| part.unwrap().len()).sum())
}

#[tokio::test]
async fn f152_a_finished_case_forgets_people_and_keeps_its_proof() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("郭明").await;
    let no = desk.applies(&citizen, "food-production-licence", &["layout"]).await;
    let other = desk.applies(&desk.citizen("邻居").await, "food-production-licence", &[]).await;
    let officer = desk.sign_in("officer").await;
    desk.act(&officer, &no, "correct", &[("m_layout", "yes"), ("why_m_layout", "请补交")]).await.is(303);
    citizen.upload(&format!("/cases/{no}/supplement/files"), "layout", "布局图.pdf", b"%PDF-1.4 only of this case").await.is(303);
    let once = Uuid::new_v4().to_string();
    citizen.post(&format!("/cases/{no}/supplement"), &[("once", &once)]).await.is(303);
    desk.settle().await;
    let own: String =
        sqlx::query_scalar("select sha256 from files where owner like 'supplement:%'").fetch_one(desk.pool()).await.unwrap();
    let shared: String =
        sqlx::query_scalar("select sha256 from files where owner like 'draft:%' limit 1").fetch_one(desk.pool()).await.unwrap();
    assert!(kept(&desk, &own).await.is_some() && kept(&desk, &shared).await.is_some());

    // Nobody erases who may not; nothing is erased that is still needed.
    let admin = desk.sign_in("admin").await;
    for client in [&citizen, &officer, &desk.sign_in("supervisor").await] {
        client.get(&format!("/admin/erasure?no={no}")).await.is(403);
        erases(client, &no, &[("ground", "2"), ("sure", "yes")]).await.is(403);
    }
    admin.get(&format!("/admin/erasure?no={no}")).await.is(OK).has("办完才能删除").has_not("郭明");
    erases(&admin, &no, &[("ground", "2"), ("sure", "yes")]).await.is(409).has("办完才能删除");
    assert_eq!(desk.acts(&no).await.last().unwrap(), "case.attempt_refused");
    admin.get("/admin/erasure?no=12").await.is(422).has("没有这个编号");

    citizen.post(&format!("/cases/{no}/withdraw"), &[("once", &Uuid::new_v4().to_string())]).await.is(303);
    admin.get(&format!("/admin/erasure?no={no}")).await.is(OK).has("确认删除").has_not("郭明");
    erases(&admin, &no, &[]).await.is(422).has("请选删除的依据").has("请先核对再勾选");
    erases(&admin, &no, &[("ground", "2"), ("sure", "yes")]).await.is(303);
    admin.get(&format!("/admin/erasure?no={no}")).await.is(OK).has("已经删除");
    desk.settle().await;

    // The name is nowhere any more, in no table; the other applicant's is.
    for (name, there) in [("郭明", false), ("邻居", true)] {
        let held: bool = sqlx::query_scalar(
            "select exists (select from acts where subject_kind <> 'person' and (public_body || coalesce(private_body, '')) like $1)
                 or exists (select from cases where state::text like $1)
                 or exists (select from drafts where answers::text like $1 and case_no is not null)",
        )
        .bind(format!("%{name}%"))
        .fetch_one(desk.pool())
        .await
        .unwrap();
        assert_eq!(held, there, "{name}");
    }
    let filer: Option<Uuid> =
        sqlx::query_scalar("select filed_by from cases where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap();
    assert_eq!(filer, None);
    citizen.get("/account").await.is(OK).has("您还没有办件");
    assert_eq!(kept(&desk, &own).await, None, "bytes of this case alone are gone");
    assert!(kept(&desk, &shared).await.is_some(), "bytes another case is made of stay");
    citizen.get(&format!("/cases/{no}/papers/receipt")).await.is(403);
    officer.get(&format!("/cases/{no}/papers/receipt")).await.is(404);
    desk.nobody().get(&format!("/cases/{no}")).await.is(OK).has("个人信息已依法删除");
    officer.get(&format!("/counter/cases/{no}")).await.is(OK).has("个人信息已删除");
    assert!(desk.case(&other).await.filed_by.is_some());
    assert_eq!(foundation::sequencer::check(desk.pool(), desk.house().log_key()).await.unwrap(), Vec::<String>::new());

    // Once is enough.
    erases(&admin, &no, &[("ground", "2"), ("sure", "yes")]).await.is(409).has("不必再删");
    // The stored fold equals the fold of what is left of the acts.
    let mut conn = desk.pool().acquire().await.unwrap();
    let history = services::cases::case::history(&mut conn, &no).await.unwrap();
    let entries: Vec<_> = history.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(services::cases::Case::fold(&entries).unwrap(), desk.case(&no).await);
}

#[tokio::test]
async fn f152_a_certificate_in_force_keeps_its_holder_and_without_one_belongs_to_nobody() {
    let desk = Desk::open().await;
    let no = desk.before_the_chief(&desk.citizen("胡丽").await).await;
    desk.act(&desk.sign_in("chief").await, &no, "grant", &[("seal", "yes")]).await.is(303);
    desk.act(&desk.sign_in("officer").await, &no, "deliver", &[("way", "account")]).await.is(303);
    desk.settle().await;
    let admin = desk.sign_in("admin").await;
    for ground in ["1", "2"] {
        erases(&admin, &no, &[("ground", ground), ("sure", "yes")]).await.is(409).has("证照还在有效期内");
    }
    let case = desk.case(&no).await;
    let last = case.decision.as_ref().unwrap().valid_to.unwrap();
    let decide = |on| services::cases::erase::decide(&case, "保存期限已届满", 1, on);
    assert!(decide(last).is_err() && decide(last.succ_opt().unwrap()).is_ok());
    // What was unlawful goes at once; then the paper cannot be matched to a person here.
    erases(&admin, &no, &[("ground", "4"), ("sure", "yes")]).await.is(303);
    desk.settle().await;
    let page = desk.nobody().get(&format!("/certificates/{no}")).await.is(OK).has("不能证明手里的文书是谁的");
    page.has_not("真实，有效").has_not("姓名、事项").has_not("金寨县样例食品有限公司");
}

#[tokio::test]
async fn f152_a_file_handed_in_while_its_twin_is_erased_is_not_lost() {
    let desk = Desk::open().await;
    let paper = b"%PDF-1.4 the same leaflet in many hands";
    let files = desk.house().files();
    for round in 0..20 {
        let mut passing = files.passing().unwrap();
        passing.add(paper).await.unwrap();
        let now = desk.house().now().at;
        let first = passing.admit(desk.pool(), &format!("draft:{round}:a"), "单.pdf", now).await.unwrap();
        let mut conn = desk.pool().acquire().await.unwrap();
        foundation::files::erase(&mut conn, &format!("draft:{round}"), now).await.unwrap();
        drop(conn);
        let handing = async {
            let mut passing = files.passing().unwrap();
            passing.add(paper).await.unwrap();
            passing.admit(desk.pool(), "draft:kept:a", "单.pdf", now).await.unwrap()
        };
        let (second, ()) = tokio::join!(handing, desk.settle());
        assert_eq!(first.sha256, second.sha256);
        assert_eq!(kept(&desk, &second.sha256).await, Some(paper.len()), "round {round}");
        sqlx::query("delete from files where owner = 'draft:kept:a'").execute(desk.pool()).await.unwrap();
    }
}
