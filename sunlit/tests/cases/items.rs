//! Matters: drafted in the browser, passed by three offices, published as versions (A2.1–A2.2, B6.1; F019, F020, F082–F084, F089).

use crate::Desk;
use crate::desk::{Client, OK, answers, posts, sends};
use testing::Page;

const CARD: &str = "elderly-card";

async fn drafts(client: &Client, slug: &str) -> String {
    posts(client, "/items/drafts", &[("from", slug), ("what", "change")]).await.is(303).location()
}

/// Sends a draft to review; returns the change.
async fn submits(client: &Client, draft: &str, title: &str) -> Page {
    answers(client, draft, &[("title", title), ("decision", "青政办〔2026〕8号")]).await
}

#[tokio::test]
async fn f089_b6_1_01_a_matter_is_changed_in_the_browser_and_running_cases_keep_their_version() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let citizen = desk.citizen("王敏").await;
    let before = desk.applies(&citizen, CARD, &[]).await;
    let old = desk.catalogue.item(CARD).unwrap();

    let drafter = desk.sign_in("catalogue").await;
    desk.sign_in("officer").await.get("/items/drafts").await.is(403);
    desk.nobody().get("/items/drafts").await.is(303);
    let draft = drafts(&drafter, CARD).await;
    assert_eq!(drafts(&drafter, CARD).await, draft, "a matter is drafted once at a time");
    drafter.get(&draft).await.is(OK).has("没有要改的，可以送审");
    submits(&drafter, &draft, "没有改").await.is(422).has("和现行版本一样");

    // Every section opens as it is published and comes back unchanged.
    for section in ["name", "body", "basis", "conditions", "limits", "materials", "result", "fee", "way", "remedies", "faq"] {
        answers(&drafter, &format!("{draft}/facts/{section}"), &[]).await.is(303);
    }
    drafter.get(&draft).await.is(OK).has("没有要改的，可以送审");
    submits(&drafter, &draft, "没有改").await.is(422).has("和现行版本一样");

    // A demand without a list is refused in the editor (F084), an empty element is told where it is entered (F082).
    answers(&drafter, &format!("{draft}/facts/materials"), &[("materials.1.materials__name", "其他材料")])
        .await
        .is(422)
        .has("没有说清是哪一样");
    answers(&drafter, &format!("{draft}/facts/fee"), &[("fee__basis", "")]).await.is(422).has("收费依据");
    let page = drafter.get(&draft).await.is(OK).has("没有说清是哪一样").has("材料 2 · 材料名称").has("收费依据");
    page.has(&format!("{draft}/facts/fee"));
    submits(&drafter, &draft, "没有改好").await.is(422).has("处要改");
    answers(&drafter, &format!("{draft}/facts/materials"), &[("materials.1.materials__name", "一寸近期免冠照片")]).await.is(303);
    answers(&drafter, &format!("{draft}/facts/fee"), &[("fee__basis", "县财政承担工本费")]).await.is(303);
    answers(&drafter, &format!("{draft}/facts/name"), &[("summary", "年满 60 周岁就能办，当场领证。")]).await.is(303);
    drafter.get(&format!("{draft}/preview")).await.is(OK).has("年满 60 周岁就能办").has("县财政承担工本费");
    desk.nobody().get(&format!("/matters/{CARD}")).await.is(OK).has_not("县财政承担工本费");

    // Two drafters at once: of two pages neither hears of the other; of one page the second is told, overwrites nothing and types nothing again.
    let fee = format!("{draft}/facts/fee");
    let other = desk.sign_in("catalogue").await;
    let mut typed = drafter.get(&fee).await.fields(&fee);
    answers(&other, &format!("{draft}/facts/way"), &[("hours", "周一到周五")]).await.is(303);
    sends(&drafter, &fee, &typed).await.is(303);
    typed = drafter.get(&fee).await.fields(&fee);
    typed.iter_mut().filter(|(key, _)| key == "fee__basis").for_each(|(_, value)| *value = "工本费由乡镇承担".into());
    answers(&other, &fee, &[("fee__basis", "县财政承担全部工本费")]).await.is(303);
    let late = sends(&drafter, &fee, &typed).await.is(303).location();
    assert_eq!(late, fee);
    let page = drafter.get(&fee).await.is(OK).has("您填的时候，别人改了这一页").has("工本费由乡镇承担");
    let again = page.has("现在存着：县财政承担全部工本费").fields(&fee);
    drafter.get(&fee).await.is(OK).has_not("别人改了这一页").has_not("工本费由乡镇承担").has("县财政承担全部工本费");
    sends(&drafter, &fee, &again).await.is(303);
    drafter.get(&fee).await.is(OK).has("工本费由乡镇承担");
    answers(&drafter, &fee, &[("fee__basis", "县财政承担工本费")]).await.is(303);
    // One drafter twice: the second click is answered as the first.
    let twice = drafter.get(&fee).await.fields(&fee);
    let (one, two) = tokio::join!(sends(&drafter, &fee, &twice), sends(&drafter, &fee, &twice));
    assert_eq!((one.status, two.status, one.location()), (303, 303, two.location()));

    let change = submits(&drafter, &draft, "改老年优待证的说明").await.is(303).location();
    drafter.get(&draft).await.is(404);
    desk.nobody().get(&change).await.is(404);
    let legal = desk.sign_in("legal").await;
    legal.get(&change).await.is(OK).has("收费依据").has("县财政承担工本费").has("公共服务事项不收费，工本费由财政承担");
    let today = desk.house().now().date().to_string();
    desk.passes(&change, &today).await;

    // In force at once, for everybody, with its history; the running case goes on as it began.
    let new = desk.catalogue.item(CARD).unwrap();
    assert_ne!(new.hash, old.hash);
    let nobody = desk.nobody();
    nobody.get(&format!("/matters/{CARD}")).await.is(OK).has("县财政承担工本费").has(new.process.hash());
    nobody.get(&change).await.is(OK).has(&new.hash);
    let item = nobody.get(&format!("{}/item.json", change.replace("/powers/", "/items/"))).await.is(OK);
    assert_eq!(item.text(), new.text);
    let history =
        nobody.get(&format!("/matters/{CARD}/versions?on=2020-01-01")).await.is(OK).has("青政办〔2026〕8号").has("从一开始");
    history.has(&format!("/matters/{CARD}/versions/1\">第 1 版"));
    nobody
        .get(&format!("/matters/{CARD}/versions/1"))
        .await
        .is(OK)
        .has("这不是现行版本")
        .has_not(&format!("/matters/{CARD}/apply"));
    nobody.get(&format!("/matters/{CARD}/versions/2?with=1")).await.is(OK).has("收费依据").has("县财政承担工本费");
    assert_eq!(desk.case(&before).await.versions.item, old.hash);
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{before}")).await.is(OK);
    let after = desk.applies(&citizen, CARD, &[]).await;
    assert_eq!(desk.case(&after).await.versions.item, new.hash);

    // A draft that was begun before another change was published would undo it; one that begins tomorrow is not undone either.
    let old_draft = drafts(&drafter, CARD).await;
    answers(&drafter, &format!("{old_draft}/facts/name"), &[("summary", "老样子。")]).await.is(303);
    let mut held = drafter.get(&old_draft).await.fields(&old_draft);
    sqlx::query("update item_drafts set is_open = false where is_open").execute(desk.pool()).await.unwrap();
    let next = drafts(&drafter, CARD).await;
    answers(&drafter, &format!("{next}/facts/name"), &[("summary", "明天的说明。")]).await.is(303);
    let change = submits(&drafter, &next, "明天起").await.is(303).location();
    desk.passes(&change, &(desk.house().now().date() + chrono::Days::new(1)).to_string()).await;
    sqlx::query("update item_drafts set is_open = true where id::text = $1")
        .bind(old_draft.rsplit('/').next().unwrap())
        .execute(desk.pool())
        .await
        .unwrap();
    held.retain(|(key, _)| key == "once" || key == "mark");
    let mut fields: Vec<(&str, &str)> = held.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    fields.extend([("title", "改回去"), ("decision", "青政办〔2026〕9号")]);
    drafter.post(&old_draft, &fields).await.is(422).has("公布了新的版本");
    sqlx::query("update item_drafts set is_open = false where is_open").execute(desk.pool()).await.unwrap();
    let again = drafts(&drafter, CARD).await;
    drafter.get(&format!("{again}/facts/name")).await.is(OK).has("明天的说明");
}

/// Opens a page and sends its form back as one with a file, some answers changed.
async fn uploads(client: &Client, page: &str, path: &str, changed: &[(&str, &str)], file: &[u8]) -> Page {
    let mut fields = client.get(page).await.is(OK).fields(path);
    fields.retain(|(key, _)| !changed.iter().any(|(changed, _)| changed == key));
    fields.extend(changed.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    let mut body = Vec::new();
    for (key, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    client.ask("POST", path, &[("content-type", "multipart/form-data; boundary=b")], body).await
}

#[tokio::test]
async fn f021_f025_b6_1_a_new_matter_gets_its_form_chart_and_questions_in_the_browser_and_begins_on_its_day() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let begin = |slug: &'static str| [("from", CARD), ("what", "new"), ("slug", slug)];
    drafter.get(&format!("/items/drafts?from={CARD}")).await.is(OK).has("照它的样子新建一个");
    posts(&drafter, "/items/drafts", &begin("老年卡")).await.is(422).has("小写英文字母开头");
    posts(&drafter, "/items/drafts", &begin(CARD)).await.is(422).has("请换一个");
    let draft = posts(&drafter, "/items/drafts", &begin("bus-card")).await.is(303).location();
    drafter.get(&draft).await.is(OK).has("实施编码");
    drafter.get(&format!("{draft}/preview")).await.is(303);
    // X.1: the codes are those of the national scheme, and of its kind.
    for (basic, told) in [("342011009001", "和基本编码对不上"), ("340111009000", "第 3、4 位是类型")] {
        let codes = [("name", "老年人乘车卡"), ("code", "11341723K0000009X65342011009000"), ("basic_code", basic)];
        answers(&drafter, &format!("{draft}/facts/name"), &codes).await.is(303);
        drafter.get(&draft).await.is(OK).has(told);
    }
    let name = [("name", "老年人乘车卡"), ("code", "11341723K0000009X65342011009000"), ("basic_code", "342011009000")];
    answers(&drafter, &format!("{draft}/facts/name"), &name).await.is(303);
    drafter.get(&draft).await.is(OK).has("没有要改的，可以送审");

    // The form: a question more, an option said otherwise, a page moved; what the engine cannot take is told in words.
    let form = format!("{draft}/form");
    let service = format!("{form}/service");
    let page = drafter.get(&service).await.is(OK).has("fields.0.fields__options");
    page.has("换证（到 70 周岁、证坏了、信息变了）");
    let added = [
        ("fields.3.fields__label", "坐哪一路车"),
        ("fields.3.fields__kind", "choice"),
        ("fields.3.fields__required", "no"),
        ("fields.3.fields__options", "一路"),
        ("fields.0.fields__options", "头一回办\n换证（到 70 周岁、证坏了、信息变了）\n补证（证丢了）"),
    ];
    answers(&drafter, &service, &added).await.is(303);
    // What names no paper is refused where it is typed, as in the list of materials (F084).
    let vague = [("fields.3.fields__label", "需要提交的其他材料")];
    answers(&drafter, &service, &vague).await.is(422).has("没有说清是哪一样").has("需要提交的其他材料");
    drafter.get(&form).await.is(OK).has("坐哪一路车").has("至少两个选项");
    drafter.get(&draft).await.is(OK).has("至少两个选项").has_not("没有要改的，可以送审");
    answers(&drafter, &service, &[("fields.3.fields__options", "一路\n二路")]).await.is(303);
    // A page that is saved as it was opened loses nothing: who applies stays who signs in (B5-05).
    let asked = async || {
        let form = "select form from item_drafts where is_open order by touched_at desc limit 1";
        let form: String = sqlx::query_scalar(form).fetch_one(desk.pool()).await.unwrap();
        forms::Form::parse(&form).unwrap().steps().to_vec()
    };
    let before = asked().await;
    answers(&drafter, &format!("{form}/person"), &[]).await.is(303);
    answers(&drafter, &format!("{form}/helper"), &[]).await.is(303);
    assert_eq!(before, asked().await);
    answers(&drafter, &form, &[("then", "up:residence")]).await.is(303);
    answers(&drafter, &form, &[("then", "add"), ("page_title", "坐车")]).await.is(303);
    drafter.get(&form).await.is(OK).has("还要改的");
    answers(&drafter, &form, &[("then", "remove:page1")]).await.is(303);
    drafter.get(&form).await.is(OK).has_not("还要改的");

    // The chart: steps by a form, the whole from a file; what is unsound is shown on it, what is none is not kept.
    let chart = format!("{draft}/chart");
    let steps = format!("{chart}/steps");
    let page = drafter.get(&chart).await.is(OK).has("走得到头");
    let mut fields = page.fields(&steps);
    fields.iter_mut().find(|(key, _)| key == "decide.limit").unwrap().1 = "９".into();
    sends(&drafter, &steps, &fields).await.is(303);
    drafter.get(&draft).await.is(OK).has("超过承诺的");
    let text = drafter.get(&format!("{chart}.bpmn")).await.is(OK).text();
    assert!(text.contains("limit=\"9\""));
    let mended = text.replace("limit=\"9\"", "limit=\"1\"");
    uploads(&drafter, &chart, &chart, &[], b"<not-bpmn/>").await.is(422).has("没有保存");
    let cut = mended.replace("sourceRef=\"decide\"", "sourceRef=\"submitted\"");
    uploads(&drafter, &chart, &chart, &[], cut.as_bytes()).await.is(303);
    drafter.get(&chart).await.is(OK).has("还要改的");
    uploads(&drafter, &chart, &chart, &[], mended.as_bytes()).await.is(303);
    drafter.get(&chart).await.is(OK).has("走得到头");

    // The questions: without its last rule the table has a gap, told with the answers that fall into it.
    let questions = format!("{draft}/questions");
    let rules = format!("{questions}/rules");
    let page = drafter.get(&questions).await.is(OK).has("怎么答都有答案");
    let fields = page.fields(&rules);
    // What names no paper is refused here too, and nothing is lost by it (F084).
    let vague = [("questions.0.label", "还要交其他材料吗")];
    uploads(&drafter, &questions, &questions, &vague, b"").await.is(422).has("没有说清是哪一样");
    drafter.get(&questions).await.is(OK).has_not("还要交其他材料吗");
    let last =
        fields.iter().filter_map(|(key, _)| key.strip_prefix("rules.")?.split('.').next()?.parse::<u32>().ok()).max().unwrap();
    let gone = format!("rules.{last}.");
    let mut fields: Vec<(String, String)> = fields.into_iter().filter(|(key, _)| !key.starts_with(&gone)).collect();
    fields.iter_mut().filter(|(key, _)| key == "rules.rows").for_each(|(_, rows)| *rows = last.to_string());
    sends(&drafter, &rules, &fields).await.is(303);
    drafter.get(&questions).await.is(OK).has("空缺：没有一条规则适用");
    uploads(&drafter, &questions, &questions, &[("then", "drop")], b"").await.is(303);
    let table = desk.catalogue.item(CARD).unwrap().fit_text.clone().unwrap();
    uploads(&drafter, &questions, &questions, &[("then", "file")], table.as_bytes()).await.is(303);
    drafter.get(&questions).await.is(OK).has("怎么答都有答案");

    // Published for tomorrow it is not there today, and is there tomorrow, on every instance.
    let change = submits(&drafter, &draft, "新设老年人乘车卡").await.is(303).location();
    let tomorrow = (desk.house().now().date() + chrono::Days::new(1)).to_string();
    desk.passes(&change, &tomorrow).await;
    let nobody = desk.nobody();
    nobody.get(&change).await.is(OK).has("这是新的事项");
    nobody.get("/matters/bus-card").await.is(404);
    nobody.get("/matters/bus-card/versions").await.is(OK).has("青政办〔2026〕8号");
    desk.later(chrono::Duration::days(1)).await;
    desk.catalogue.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    nobody.get("/matters/bus-card").await.is(OK).has("老年人乘车卡");
    let another = testing::catalogue().apart();
    another.keep_up(desk.pool(), desk.house().now().date()).await.unwrap();
    assert_eq!(another.item("bus-card").unwrap().hash, desk.catalogue.item("bus-card").unwrap().hash);
    let citizen = desk.citizen("王福生").await;
    desk.applies(&citizen, "bus-card", &[]).await;
}

#[tokio::test]
async fn a2_1_04_f016_no_matter_is_published_without_a_basis_in_force_and_one_that_is_suspended_takes_no_application() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let drafter = desk.sign_in("catalogue").await;
    let draft = drafts(&drafter, CARD).await;
    // Gone while it is under review: what passed is not published after all.
    answers(&drafter, &format!("{draft}/facts/name"), &[("summary", "当场领证。")]).await.is(303);
    let change = submits(&drafter, &draft, "改说明").await.is(303).location();
    let draft = drafts(&drafter, CARD).await;
    answers(&drafter, &format!("{draft}/facts/name"), &[("summary", "现场领证。")]).await.is(303);
    submits(&drafter, &draft, "又改").await.is(422).has("正在另一份变更");
    let openness = desk.sign_in("openness").await;
    let sent_back = [("reviewer", "openness"), ("passes", "no"), ("opinion", "写清暂停的依据")];
    posts(&openness, &format!("{change}/review"), &sent_back).await.is(303);
    drafter.get(&change).await.is(OK).has("改好重新起草");
    let again = format!("{}/redraft", change.replace("/powers/", "/items/"));
    drafter.post(&again, &[]).await.is(409).has("另有一份草稿");
    let discard = format!("{draft}/discard");
    let fields = drafter.get(&draft).await.fields(&discard);
    for _ in 0..2 {
        sends(&drafter, &discard, &fields).await.is(303);
    }
    let draft = drafter.post(&again, &[]).await.is(303).location();
    drafter.get(&draft).await.is(OK).has("改说明");
    drafter.get(&format!("{draft}/facts/name")).await.is(OK).has("当场领证");
    answers(&drafter, &format!("{draft}/facts/name"), &[("state", "暂停")]).await.is(303);
    assert_eq!(submits(&drafter, &draft, "暂停老年优待证").await.is(303).location(), change);
    desk.passes(&change, &desk.house().now().date().to_string()).await;
    desk.nobody().get(&format!("/matters/{CARD}")).await.is(OK).has("现在不受理新的申请").has("这个事项已经暂停");
    let citizen = desk.citizen("王敏").await;
    citizen.get(&format!("/matters/{CARD}/apply")).await.has_not("开始办理");
}

/// What waits for its day is taken back before it: what was in force goes on, the next version has a number of its own, and all of it stays
/// readable. From its first day on it is another change.
#[tokio::test]
async fn b6_1_a_version_that_waits_for_its_day_is_taken_back_before_it() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let today = desk.house().now().date();
    let tomorrow = (today + chrono::Days::new(1)).to_string();
    let drafter = desk.sign_in("catalogue").await;
    let before = desk.catalogue.item(CARD).unwrap().hash.clone();
    let publishes = async |said: &str, from: &str| {
        let draft = drafts(&drafter, CARD).await;
        answers(&drafter, &format!("{draft}/facts/name"), &[("summary", said)]).await.is(303);
        let change = submits(&drafter, &draft, said).await.is(303).location();
        desk.passes(&change, from).await;
        change
    };
    let wrong = publishes("写错了的说明。", &tomorrow).await;
    // What is reviewed meanwhile was made of it, and goes first.
    let draft = drafts(&drafter, CARD).await;
    answers(&drafter, &format!("{draft}/facts/name"), &[("summary", "照它再改。")]).await.is(303);
    let other = submits(&drafter, &draft, "照它再改").await.is(303).location();
    let early = [("decision", "青政办〔2026〕10号"), ("reason", "时限写错")];
    posts(&drafter, &format!("{wrong}/recall"), &early).await.is(409).has("是照这一版改的");
    posts(&drafter, &format!("{other}/withdraw"), &[("reason", "跟着撤回")]).await.is(303);
    let page = drafter.get(&wrong).await.is(OK).has("撤回，不让它生效");
    desk.nobody().get(&wrong).await.is(OK).has_not("撤回，不让它生效");
    let recall = format!("{wrong}/recall");
    let fields = [("decision", "青政办〔2026〕10号"), ("reason", "时限写错")];
    posts(&desk.sign_in("legal").await, &recall, &fields).await.is(403);
    let once = page.fields(&recall).into_iter().find(|(key, _)| key == "once").unwrap().1;
    drafter.post(&recall, &[("once", once.as_str())]).await.is(422).has("请写撤回原因");
    let twice = [&fields[..], &[("once", once.as_str())]].concat();
    let (one, two) = tokio::join!(drafter.post(&recall, &twice), drafter.post(&recall, &twice));
    assert_eq!((one.status, two.status), (303, 303));
    posts(&drafter, &recall, &fields).await.is(409).has("没有等着生效");
    let nobody = desk.nobody();
    nobody.get(&wrong).await.is(OK).has("生效前撤回").has("青政办〔2026〕10号").has("时限写错");
    nobody.get("/powers/changes").await.is(OK).has("生效前撤回");
    nobody.get(&format!("/matters/{CARD}/versions?on={tomorrow}")).await.is(OK).has("没有生效过").has("/versions/1\">第 1 版");

    // The next one begins from what is in force, at once, and has a number of its own.
    let right = publishes("写对了的说明。", &today.to_string()).await;
    assert_ne!(desk.catalogue.item(CARD).unwrap().hash, before);
    let history = nobody.get(&format!("/matters/{CARD}/versions")).await.is(OK);
    history.has("第 3 版").has(&format!("/matters/{CARD}/versions/3?with=1")).has_not("versions/3?with=2");
    nobody.get(&right).await.is(OK).has_not("写错了的说明");
    posts(&drafter, &format!("{right}/recall"), &fields).await.is(409).has("已经生效");

    // Of two that wait the later is taken back first.
    let first = publishes("第一份。", &tomorrow).await;
    let second = publishes("第二份。", &tomorrow).await;
    posts(&drafter, &format!("{first}/recall"), &fields).await.is(409).has("后面又公布了一版");
    posts(&drafter, &format!("{second}/recall"), &fields).await.is(303);
    let draft = drafts(&drafter, CARD).await;
    drafter.get(&format!("{draft}/facts/name")).await.is(OK).has("第一份。");
}
