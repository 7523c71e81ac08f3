//! 英文版 · a reader of English meets English on every page (F160), and what stays Chinese – names, law, what people wrote – is marked as
//! Chinese.

use crate::Desk;
use crate::desk::{Client, OK};
use crate::sentences::has_han;
use foundation::page::{Lang, translate};
use std::collections::BTreeSet;

/// Every text of a page with whether it is marked as Chinese; titles, labels and hints in attributes are texts too. Not among
/// them are what somebody entered or wrote, the words of a notice that a field was read from, and the published chart, whose words
/// stand beside it as a list.
fn texts(html: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let marked = open.last().is_some_and(|(_, marked)| *marked);
        let (text, after) = rest.split_once('<').unwrap_or((rest, ""));
        if !open.iter().any(|(name, marked)| name == "textarea" || name == "mark" || (name == "svg" && *marked)) {
            out.push((text.trim().to_owned(), marked));
        }
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        rest = after;
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default().to_owned();
        if let Some(closed) = tag.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|(name, _)| name == closed.trim()) {
                open.truncate(at);
            }
            continue;
        }
        for attribute in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""] {
            if let Some(value) = tag.split_once(attribute).and_then(|(_, value)| value.split_once('"')) {
                out.push((value.0.to_owned(), false));
            }
        }
        let marked = tag.split_once(" lang=\"").map_or(marked, |(_, lang)| lang.starts_with("zh"));
        let is_void =
            ["!DOCTYPE", "meta", "link", "input", "br", "wbr", "hr", "img"].contains(&name.as_str()) || tag.ends_with('/');
        if !is_void {
            open.push((name, marked));
            // Within it there are only words.
            if tag.contains("class=\"own\"") {
                rest = rest.split_once("</").map_or("", |(_, after)| after).split_once('>').map_or("", |(_, after)| after);
                open.pop();
            }
        }
    }
    out
}

/// What a reader of English cannot read on a page.
async fn unread(client: &Client, path: &str) -> Vec<String> {
    let page = client.get(path).await;
    if page.status == 303 {
        return vec![format!("{path} leads to {}", page.location())];
    }
    unread_of(path, &page.text())
}

fn unread_of(path: &str, html: &str) -> Vec<String> {
    let html = html.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    let found = texts(&html).into_iter().filter(|(text, marked)| match marked {
        false => has_han(text) || text.contains(['，', '。', '：', '；', '、', '（', '）']),
        // Marked, and yet a sentence of ours.
        true => has_han(text) && text != "中文" && translate(text, Lang::En) != *text,
    });
    found.map(|(text, marked)| format!("{path}{}: {text}", if marked { " (marked)" } else { "" })).collect()
}

/// The same person, reading English.
fn english(client: Client) -> Client {
    client.cookies.lock().unwrap().insert("sunlit_display".into(), "l".into());
    client
}

/// Who takes a step of a card, which, and what is entered.
type Taken<'a> = (&'a Client, &'a str, &'a [(&'a str, &'a str)]);

/// What is not in English on the way of a card, at each of its steps: the form sent empty, sent, and the page after it.
async fn a_card(desk: &Desk) -> Vec<String> {
    let red =
        "select case_no, rule from cards where agency = 'jinzhai-market' and colour = 'red' and progress = 'issued' limit 1";
    let mut found: Option<(String, String)> = None;
    for _ in 0..90 {
        desk.later(chrono::Duration::days(1)).await;
        found = sqlx::query_as(red).fetch_optional(desk.pool()).await.unwrap();
        if found.is_some() {
            break;
        }
    }
    let (no, rule) = found.expect("a red card within ninety days");
    let (supervisor, officer) = (&english(desk.sign_in("supervisor").await), &english(desk.sign_in("officer").await));
    let today = desk.house().now().date().to_string();
    let day = today.as_str();
    let talk = [
        ("office", "deputy"),
        ("person", "Gao"),
        ("talk_on", day),
        ("leadership", "leader"),
        ("discipline", "discipline"),
        ("summary", "said"),
        ("what", "put right"),
        ("within", "1"),
    ];
    let entry: i64 = sqlx::query_scalar("select min(e.n) from log_entries e join acts a using (position) where a.subject = $1")
        .bind(&no)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    let entry = entry.to_string();
    let review = [("outcome", "upheld"), ("what", "put right"), ("reason", "so it is")];
    let steps: [Taken; 6] = [
        (officer, "explain", &[("explanation", "ill")]),
        (supervisor, "review", &review),
        (supervisor, "talk", &talk),
        (officer, "report", &[("rectified", "done"), ("evidence", &entry)]),
        (supervisor, "accept", &[("verdict", "back"), ("reason", "no"), ("within", "1")]),
        (officer, "report", &[("rectified", "done")]),
    ];
    let page = format!("/supervision/cases/{no}");
    let mut found = unread(supervisor, &page).await;
    for (client, step, fields) in steps {
        let path = format!("{page}/cards/{rule}/{step}");
        let once = uuid::Uuid::new_v4().to_string();
        found.extend(unread_of(&path, &client.post(&path, &[("once", &once)]).await.is(422).text()));
        let named: Vec<(String, &str)> = fields.iter().map(|(key, value)| (format!("{key}-{rule}"), *value)).collect();
        let mut all: Vec<(&str, &str)> = named.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        all.push(("once", &once));
        client.post(&path, &all).await.is(303);
        desk.settle().await;
        found.extend(unread(supervisor, &page).await);
        found.extend(unread(officer, &page).await);
    }
    found
}

#[tokio::test]
async fn f160_in_english_every_page_is_english() {
    let desk = Desk::open().await;
    let citizen = english(desk.citizen("王敏").await);
    let waiting = desk.applies(&citizen, "food-production-licence", &["layout"]).await;
    let decided = desk.before_the_chief(&citizen).await;
    let card = desk.applies(&citizen, "elderly-card", &[]).await;
    desk.fills(&citizen, "labour-dispatch-licence", &[]).await;
    desk.settle().await;
    let officer = english(desk.sign_in("officer").await);
    let chief = english(desk.sign_in("chief").await);
    let nobody = english(desk.nobody());
    let mut found = Vec::new();

    let mut guides: Vec<String> = vec![];
    for item in desk.catalogue.items().iter() {
        guides.extend([
            format!("/matters/{}", item.slug),
            format!("/matters/{}/fit", item.slug),
            format!("/matters/{}/situation", item.slug),
        ]);
    }
    for path in [
        "/",
        "/matters",
        "/matters?q=办食品厂",
        "/matters?q=zzz",
        "/matters?q=孩子护照",
        "/matters?q=我想",
        "/matters?q=饭店&region=999999",
        "/matters?q=老人卡",
        "/matters/food-business-licence/situation?asked=by_agent+business_kind+special_business&by_agent=no&business_kind=catering&special_business=central_kitchen",
        "/matters/food-business-licence/situation?asked=by_agent+business_kind+special_business&by_agent=no&business_kind=sales&special_business=none",
        "/matters/food-business-licence/situation?asked=by_agent",
        "/matters/large-medical-equipment/situation?asked=by_agent&by_agent=no",
        "/matters?q=食品生铲许可",
        "/matters?q=老年证&agency=hefei-hrss",
        "/cases",
        "/sunlight",
        "/sunlight/figures",
        "/supervision/accord",
        "/integrity",
        "/integrity/food-production-licence",
        "/sunlight/figures/average-working-days",
        "/sunlight/year",
        "/sunlight/tiles?by=item",
        "/sunlight/times",
        "/sunlight/hall?page=today",
        "/sunlight/hall?page=agencies",
        "/sunlight/hall?page=times",
        "/sunlight/hall?page=cases",
        "/verify",
        "/data",
        "/verify?n=%3F",
        "/verify?n=341524209912319999",
        "/log/witnesses",
        "/verify/0",
        "/log",
        "/sign-in",
        "/sign-in?next=/account",
        "/sign-up",
        "/help",
        "/accessibility",
        "/no-such-page",
        "/verify/999999",
        "/matters/none",
        "/demo",
        "/demo?next=/account",
    ] {
        let path = path.replace("办食品厂", "%E5%8A%9E%E9%A3%9F%E5%93%81%E5%8E%82");
        found.extend(unread(&nobody, &path).await);
    }
    for path in guides {
        found.extend(unread(&nobody, &path).await);
    }
    for (path, fields) in [("/sign-in", vec![]), ("/sign-up", vec![]), ("/cases", vec![("no", "1")])] {
        found.extend(unread_of(path, &nobody.post(path, &fields).await.is(422).text()));
    }
    let receipt = nobody.get("/log/receipt/0").await.is(OK).text();
    let altered = receipt.replacen("index 0", "index 1", 1);
    for (file, status) in [("hello", 422), (receipt.as_str(), 200), (altered.as_str(), 200)] {
        found.extend(unread_of("/verify", &nobody.upload("/verify", "file", "x", file.as_bytes()).await.is(status).text()));
    }
    found.extend(unread(&nobody, "/matters/elderly-card/fit?home=x").await);
    found.extend(unread(&nobody, &format!("/cases/{decided}")).await);

    let mut steps: Vec<String> = vec!["/account".into(), "/account/sessions".into(), "/counter/queue".into()];
    for no in [&waiting, &decided, &card] {
        steps.extend(["", "/clock", "/chart"].map(|page| format!("/cases/{no}{page}")));
        steps.push(format!("/certificates/{no}"));
    }
    let form = desk.catalogue.item("labour-dispatch-licence").unwrap().clone();
    let apply = "/matters/labour-dispatch-licence/apply";
    steps.extend([apply.to_owned(), format!("{apply}/check")]);
    steps.extend(form.form.steps().iter().map(|step| format!("{apply}/{}", step.key)));
    for path in steps {
        found.extend(unread(&citizen, &path).await);
    }
    for step in form.form.steps().iter().filter(|step| !step.materials) {
        let path = format!("{apply}/{}", step.key);
        found.extend(unread_of(&path, &citizen.post(&path, &[]).await.text()));
    }
    found.extend(unread(&citizen, &format!("{apply}/on-file")).await);
    let empty = "/matters/food-production-licence/apply";
    let company = desk.company(&desk.of(&citizen).await).await.id.to_string();
    let begun = citizen.post(empty, &[("for", &company), ("again", "yes")]).await.is(303).location();
    let (_, named) = begun.split_once('?').unwrap();
    found.extend(unread_of(empty, &citizen.post(&format!("{empty}/check?{named}"), &[]).await.is(422).text()));
    citizen.post(empty, &[("for", "me")]).await.is(409);
    found.extend(unread(&officer, "/counter/people").await);
    found.extend(unread_of("/counter/people", &officer.post("/counter/people", &[]).await.is(422).text()));

    // The counter: what it offers, refuses and asks again for.
    for path in ["/counter/queue", "/counter/queue?show=done", "/counter/intake", "/counter/intake/food-production-licence"] {
        found.extend(unread(&officer, path).await);
    }
    let intake = "/counter/intake/food-production-licence";
    let once = uuid::Uuid::new_v4().to_string();
    found.extend(unread_of(intake, &officer.post(intake, &[("once", &once)]).await.is(422).text()));
    let visit = async |client: &Client, no: &str, act: &str| {
        let path = format!("/counter/cases/{no}/{act}");
        let mut found = unread(client, &format!("/counter/cases/{no}")).await;
        found.extend(unread(client, &path).await);
        found.extend(unread_of(&path, &desk.act(client, no, act, &[("ground", "x")]).await.text()));
        found
    };
    for act in ["accept", "correct", "refuse", "not_required", "survey"] {
        found.extend(visit(&officer, &waiting, &act.replace('_', "-")).await);
    }
    desk.act(&officer, &waiting, "correct", &[("m_layout", "yes"), ("why_m_layout", "没有提交，请补交")]).await.is(303);
    found.extend(visit(&officer, &waiting, "refuse-incomplete").await);
    for path in ["", "/supplement"] {
        found.extend(unread(&citizen, &format!("/cases/{waiting}{path}")).await);
    }
    let supplement = format!("/cases/{waiting}/supplement");
    found.extend(unread_of(&supplement, &citizen.post(&supplement, &[("once", &once)]).await.text()));
    citizen.upload(&format!("{supplement}/files"), "layout", "layout.pdf", b"%PDF-1.4 x").await.is(303);
    found.extend(unread_of("/upload", &citizen.upload(&format!("{supplement}/files"), "layout", "a.pdf", b"no").await.text()));
    let again = uuid::Uuid::new_v4().to_string();
    citizen.post(&supplement, &[("once", &again)]).await.is(303);
    desk.act(&officer, &waiting, "accept", &[]).await.is(303);
    found.extend(visit(&officer, &waiting, "survey").await);
    desk.act(&officer, &waiting, "survey", &[("surveyors", "陈静\n马超"), ("passed", "yes"), ("findings", "一致")]).await.is(303);
    found.extend(unread(&citizen, "/demo").await);
    found.extend(unread_of("/demo/clock", &citizen.post("/demo/clock", &[("date", "x")]).await.is(422).text()));
    for act in ["examine", "pause", "extend"] {
        found.extend(visit(&officer, &waiting, act).await);
    }
    desk.act(&officer, &waiting, "pause", &[("ground", "检验"), ("told_days", "2"), ("why", "检验试制食品")]).await.is(303);
    found.extend(visit(&officer, &waiting, "resume").await);
    found.extend(unread(&citizen, &format!("/cases/{waiting}")).await);
    for act in ["grant", "deny"] {
        found.extend(visit(&chief, &decided, act).await);
    }
    desk.act(&chief, &decided, "grant", &[("seal", "yes")]).await.is(303);
    let choosing = format!("/cases/{decided}/delivery");
    found.extend(unread(&citizen, &choosing).await);
    found.extend(unread_of(&choosing, &crate::desk::posts(&citizen, &choosing, &[("way", "post")]).await.is(422).text()));
    let to = [("to_name", "Min"), ("to_phone", "13800138000"), ("to_address", "1 Xincheng Road")];
    crate::desk::posts(&citizen, &choosing, &[&[("way", "post")], &to[..]].concat()).await.is(303);
    found.extend(unread(&citizen, &format!("/cases/{decided}")).await);
    found.extend(visit(&officer, &decided, "mail").await);
    let today = desk.house().now().date().to_string();
    let label = [("carrier", "EMS"), ("number", "1234567890123"), ("on", today.as_str())];
    desk.act(&officer, &decided, "mail", &[&label[..], &to[..]].concat()).await.is(303);
    found.extend(visit(&officer, &decided, "mail-returned").await);
    found.extend(visit(&officer, &decided, "deliver").await);
    found.extend(unread(&citizen, &format!("/cases/{decided}")).await);
    let signed = [("way", "post"), ("receiver", "Min"), ("received_on", today.as_str())];
    desk.act(&officer, &decided, "deliver", &signed).await.is(303);
    found.extend(unread(&citizen, &format!("/cases/{decided}")).await);
    found.extend(unread(&nobody, &format!("/certificates/{decided}")).await);

    // What was refused, and what was done about it.
    let denied = crate::remedies::denied(&desk, &citizen).await;
    found.extend(unread(&citizen, &format!("/cases/{denied}")).await);
    desk.act(&officer, &denied, "deliver", &[("way", "account")]).await.is(303);
    let asked = [("way", "reconsideration"), ("on", today.as_str()), ("body", "Jinzhai County"), ("number", "9")];
    found.extend(visit(&officer, &denied, "remedy").await);
    for (page, fields) in
        [("remedy", &asked[..]), ("remedy-outcome", &[("way", "reconsideration"), ("outcome", "upheld"), asked[1]])]
    {
        let path = format!("/cases/{denied}/{page}");
        found.extend(unread(&citizen, &path).await);
        found.extend(unread_of(&path, &crate::desk::posts(&citizen, &path, &[]).await.is(422).text()));
        crate::desk::posts(&citizen, &path, fields).await.is(303);
        found.extend(unread(&citizen, &format!("/cases/{denied}")).await);
        found.extend(unread(&officer, &format!("/counter/cases/{denied}")).await);
    }

    // Months later: cards, silence, what is late.
    desk.later(chrono::Duration::days(200)).await;
    let supervisor = english(desk.sign_in("supervisor").await);
    let officer = english(desk.sign_in("officer").await);
    for path in [
        "/supervision/board",
        "/supervision/board?stage=all",
        "/supervision/cards",
        "/supervision/cards?turn=late",
        "/supervision/looks",
        "/supervision/looks?who=zzz",
        "/supervision/looks?day=zzz",
        "/supervision/rules",
        "/supervision/rules/new",
        "/supervision/rules/C3.3-04/1",
        "/supervision/rules/C3.3-16/1/change",
    ] {
        found.extend(unread(&supervisor, path).await);
    }
    let trial = [("once", again.as_str()), ("how", "try"), ("from", "2026-01-01"), ("to", "2026-12-31")];
    let trial = supervisor.post("/supervision/rules/C3.3-04/1", &trial).await.is(303).location();
    found.extend(unread(&supervisor, &trial).await);
    desk.settle().await;
    found.extend(unread(&supervisor, &trial).await);
    let empty = supervisor.post("/supervision/rules/new", &[("once", again.as_str()), ("then", "check")]).await.is(422);
    found.extend(unread_of("/supervision/rules/new", &empty.text()));
    let rule: String = sqlx::query_scalar("select rule from cards where case_no = $1 order by rule limit 1")
        .bind(&waiting)
        .fetch_one(desk.pool())
        .await
        .unwrap();
    for no in [&waiting, &decided, &card] {
        found.extend(unread(&supervisor, &format!("/supervision/cases/{no}")).await);
    }
    let of_card = format!("/supervision/cases/{waiting}/cards/{rule}");
    for (client, act) in [(&officer, "explain"), (&supervisor, "review")] {
        let path = format!("{of_card}/{act}");
        found.extend(unread_of(&path, &client.post(&path, &[("once", &again)]).await.text()));
    }
    found.extend(unread(&officer, "/supervision/cards?turn=unit").await);
    let directive = desk.directive().await;
    let office = english(desk.sign_in("openness").await);
    let told = format!("{directive}/{}", oversight::directives::demo::TOLD);
    for path in [
        "/directives",
        "/directives/new",
        &directive,
        &format!("{directive}/units"),
        &format!("{directive}/1"),
        &told,
        "/supervision/directives",
        "/leadership",
        "/leadership/jinzhai-government",
    ] {
        found.extend(unread(&office, path).await);
    }
    found.extend(unread_of(
        &told,
        &office.post(&format!("{told}/inspect"), &[("once", &once), ("finding_unit", "x")]).await.text(),
    ));
    let county = "/leadership/jinzhai-government";
    let entry: String =
        sqlx::query_scalar("select id::text from acts where kind = 'leadership.appointed' order by position limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    let amend = format!("{county}/amend/{entry}");
    found.extend(unread(&office, &amend).await);
    for what in ["appoint", "vacate", "hear", "provide", &format!("amend/{entry}")] {
        found.extend(unread_of(county, &office.post(&format!("{county}/{what}"), &[("once", &once)]).await.is(422).text()));
    }
    desk.powers().await;
    let law = format!("/laws/{}", catalogue::powers::law::key("中华人民共和国食品卫生法"));
    let drafter = english(desk.sign_in("catalogue").await);
    for path in [
        "/powers",
        "/powers/agencies",
        "/powers/flagged",
        "/directory",
        "/directory/000131041000",
        "/directory/000123043000?answer=absent",
        "/directory/regions",
        "/directory/regions/341524",
        "/directory/regions/340103?answer=absent",
        "/powers/000131041000",
        "/powers/11341426093164345Y4000131041000",
        "/powers/000123043000-340103",
        "/powers/new?directory=yes",
        "/powers/new?entry=000131041000",
        "/powers/new?entry=000131041000&operation=decline",
        "/powers/000131041000/change?operation=change",
        "/powers/11341426093164345Y4000131041000/change?operation=change",
        "/priors",
        "/priors?only=cancel",
        "/priors?only=fine",
        "/powers/changes",
        "/powers/changes/QD2026-0001",
        "/powers/YL-441800-5-1",
        "/powers/new",
        "/powers/import",
        "/laws/new",
        "/powers/YL-441800-1/change?operation=merge",
        "/powers/YL-441800-1/change?operation=change",
        "/laws",
        "/calendar",
        "/discretion",
        "/discretion/decisions",
        "/discretion/consistency",
        "/discretion/SCJG-2026-01",
        &law,
    ] {
        found.extend(unread(&drafter, path).await);
    }
    found.extend(unread(&office, "/powers/changes/QD2026-0003").await);
    crate::centres::seeded(&desk).await;
    crate::centres::closed(&desk).await;
    found.extend(unread(&drafter, "/items/drafts").await);
    crate::centres::people(&desk).await;
    for (login, paths) in [
        ("manager", &["/centres/desk", "/centres/jinzhai-centre", "/centres/jinzhai-centre/close"][..]),
        ("reviewer", &["/centres/desk", "/centres/outside/entertainment-venue", "/centres/jinzhai-centre/close"][..]),
    ] {
        let client = english(desk.sign_in(login).await);
        for path in paths {
            found.extend(unread(&client, path).await);
        }
    }
    let admin = english(desk.sign_in("admin").await);
    for path in [
        "/centres",
        "/centres?only=closed",
        "/centres/hefei-centre",
        "/centres/jinzhai-centre/close",
        "/matters/labour-dispatch-licence",
        "/centres?region=x",
        "/sunlight?region=999999",
        "/sunlight?region=341422",
        "/centres?region=341500",
        "/centres/new",
        "/centres/jinzhai-centre",
        "/centres/jinzhai-centre/presence",
        "/centres/jinzhai-centre/coverage",
        "/centres/jinzhai-centre/coverage?figure=matters",
        "/centres/jinzhai-centre/coverage?figure=functions",
        "/centres/jinzhai-centre/agencies/jinzhai-market?cases=all",
        "/centres/jinzhai-centre/change/place",
        "/centres/jinzhai-centre/change/counters",
        "/centres/jinzhai-centre/change/divisions",
        "/centres/jinzhai-centre/outside",
        "/centres/outside",
        "/bulletins",
        "/bulletins?centre=jinzhai-centre",
        "/bulletins/XX000001",
        "/centres/outside?only=lacking",
        "/centres/outside/internet-cafe",
        "/centres/outside/entertainment-venue",
    ] {
        found.extend(unread(&admin, path).await);
    }
    let wrong =
        [("once", once.as_str()), ("region", "341524100"), ("name", "x"), ("item", ""), ("counters.0.counters__number", "1")];
    for path in [
        "/centres/new",
        "/centres/jinzhai-centre/outside",
        "/centres/outside/entertainment-venue/review",
        "/centres/outside/entertainment-venue/approve",
        "/centres/outside/entertainment-venue/enter",
    ] {
        found.extend(unread_of(path, &admin.post(path, &wrong).await.is(422).text()));
    }
    for step in ["place", "counters", "divisions"] {
        let path = format!("/centres/jinzhai-centre/change/{step}");
        let row = [
            ("once", once.as_str()),
            ("version", "2"),
            ("counters.0.counters__number", "1"),
            ("counters.0.counters__name", "x"),
            ("counters.0.counters__agency", "x"),
            ("counters.0.counters__site", "x"),
            ("divisions.0.divisions__agency", "x"),
            ("divisions.0.divisions__name", "x"),
            ("divisions.0.divisions__inside", "yes"),
            ("divisions.0.divisions__items", "x"),
        ];
        found.extend(unread_of(&path, &admin.post(&path, &row).await.is(422).text()));
    }
    let (draft, sent) = desk.drafted().await;
    let imported = crate::item_tables::imported(&desk).await;
    for path in [
        "/items/export",
        "/guides",
        "/guides/M01",
        "/guides/M18",
        "/guides/M12",
        "/matters?q=注销社会保障卡",
        "/items/export?agency=x&region=x&kind=x&state=x",
        "/items/import",
        &imported[0],
        &imported[1],
        &imported[2],
        "/items/drafts",
        &draft,
        &format!("{draft}/facts/name"),
        &format!("{draft}/facts/body"),
        &format!("{draft}/facts/basis"),
        &format!("{draft}/facts/conditions"),
        &format!("{draft}/facts/limits"),
        &format!("{draft}/facts/materials"),
        &format!("{draft}/facts/result"),
        &format!("{draft}/facts/fee"),
        &format!("{draft}/facts/way"),
        &format!("{draft}/facts/remedies"),
        &format!("{draft}/facts/faq"),
        &format!("{draft}/form"),
        &format!("{draft}/form/service"),
        &format!("{draft}/chart"),
        &format!("{draft}/questions"),
        &sent,
        "/matters/elderly-card/versions?on=2026-11-26",
        "/items/misses",
        "/items/misses/answer?words=护照",
        "/items/misses/answer?words=护照&q=老年证",
        "/matters/elderly-card/versions/1",
        "/matters/elderly-card/versions/1?with=1",
    ] {
        found.extend(unread(&drafter, path).await);
    }
    for path in ["/powers/new", "/laws/new", &format!("{law}/describe"), &format!("{law}/repeal"), &format!("{law}/restore")] {
        let fields = [("once", once.as_str()), ("operation", "add"), ("restored", "x")];
        found.extend(unread_of(path, &drafter.post(path, &fields).await.is(422).text()));
    }
    for more in [
        &[("directory", "yes"), ("code", "000131"), ("kind", "行政许可"), ("levels", "县级")][..],
        &[("entry", "000131041000"), ("region", "341524100"), ("uscc", "1"), ("name", "食品许可"), ("agency", "x")],
        &[("entry", "000131041000"), ("operation", "decline"), ("region", "330106"), ("agency", "x")],
    ] {
        let fields = [&[("once", once.as_str())], more].concat();
        found.extend(unread_of("/powers/new", &drafter.post("/powers/new", &fields).await.is(422).text()));
    }
    let chief = english(desk.sign_in("chief-youhua").await);
    let (agent, consent, filed) = crate::agents::at_work(&desk).await;
    let agent = english(agent);
    for path in [
        "/agent-points",
        "/agent",
        "/agent/subsidy",
        "/agent/consents/new",
        &format!("/agent/consents/{consent}"),
        &format!("/cases/{filed}?new=1"),
        "/account/consents",
    ] {
        found.extend(unread(&agent, path).await);
    }
    let path = "/agent/consents/new";
    found.extend(unread_of(path, &agent.post(path, &[("once", &once)]).await.is(422).text()));
    let month = desk.house().now().date().format("/counter/subsidy/%Y-%m").to_string();
    for path in [
        "/counter/agent-points",
        "/counter/agent-points/341723109200",
        "/counter/subsidy",
        &month,
        &format!("/consents/{consent}"),
        &format!("/counter/cases/{filed}"),
    ] {
        found.extend(unread(&chief, path).await);
    }
    for path in ["/counter/agent-points", "/counter/agent-points/341723109200/describe"] {
        found.extend(unread_of(path, &chief.post(path, &[("once", &once)]).await.is(422).text()));
    }
    found.extend(unread_of(&month, &chief.post(&format!("{month}/strike"), &[("once", &once)]).await.is(422).text()));
    let liaison = english(desk.sign_in("liaison").await);
    for path in [&format!("{directive}/6"), &format!("{directive}/13"), &told, &format!("{told}/plan"), "/directives/mine"] {
        found.extend(unread(&liaison, path).await);
    }
    for what in ["plan", "propose", "report"] {
        let wrong = [("once", once.as_str()), ("version", "2"), ("figure", "on_time")];
        found.extend(unread_of(&told, &liaison.post(&format!("{told}/{what}"), &wrong).await.is(422).text()));
    }
    let officer = english(desk.sign_in("officer").await);
    let apply = "/discretion/SCJG-2026-01/apply";
    for path in ["/counter/people", apply, "/discretion/approvals"] {
        found.extend(unread(&officer, path).await);
    }
    let facts = [
        ("once", once.as_str()),
        ("fact_goods_value", "100"),
        ("fact_conduct", "没有从轻也没有从重的情节"),
        ("outcome", "amount"),
    ];
    found.extend(unread_of(apply, &officer.post(apply, &facts[..1]).await.is(422).text()));
    found.extend(unread_of(apply, &officer.post(apply, &facts).await.is(200).text()));
    let outside = [&facts[..], &[("stage", "decide"), ("amount", "1")]].concat();
    found.extend(unread_of(apply, &officer.post(apply, &outside).await.is(422).text()));
    let asked = crate::discretion::asked(&desk, &officer).await;
    found.extend(unread(&officer, &asked).await);
    let chief = english(desk.sign_in("chief").await);
    found.extend(unread(&chief, &asked).await);
    let other = uuid::Uuid::new_v4().to_string();
    found.extend(unread_of(&asked, &chief.post(&asked, &[("once", other.as_str()), ("answer", "approve")]).await.is(422).text()));
    let legal = english(desk.sign_in("legal").await);
    found.extend(unread(&legal, "/discretion/new").await);
    found.extend(unread(&legal, "/discretion/SCJG-2026-01").await);
    for path in ["/discretion/new", "/discretion/SCJG-2026-01/end"] {
        found.extend(unread_of(path, &legal.post(path, &[("once", once.as_str())]).await.is(422).text()));
    }
    let reader = english(desk.sign_in("admin").await);
    for path in [
        "/admin/definitions",
        "/admin/policies",
        "/admin/people",
        "/admin/erasure",
        "/calendar/new",
        "/admin/definitions/form/elderly-card",
        "/letters",
        "/letters/acceptance",
        "/letters/acceptance/change",
    ] {
        found.extend(unread(&reader, path).await);
    }
    let change = "/letters/acceptance/change";
    found.extend(unread_of(change, &reader.post(change, &[("once", once.as_str())]).await.is(422).text()));
    let text = desk.catalogue.templates().texts["acceptance"].replace("可以投诉。", "可以随时投诉。");
    let change = crate::desk::answers(&reader, change, &[("text", &text), ("reason", "写清楚")]).await.is(303).location();
    found.extend(unread(&reader, &change).await);
    found.extend(unread(&legal, &change).await);
    crate::desk::posts(&legal, &change, &[("how", "return"), ("reason", "再改")]).await.is(303);
    found.extend(unread(&legal, &change).await);
    let officer_youhua = english(desk.sign_in("officer-youhua").await);
    for path in [format!("/counter/cases/{card}"), "/counter/queue".into()] {
        found.extend(unread(&officer_youhua, &path).await);
    }
    let (ticket, asked) = crate::hall::morning(&desk).await;
    let no = asked.split('/').nth(2).unwrap();
    for path in ["/queue", "/centres/jinzhai-centre/queue", "/centres/jinzhai-centre/screen", &ticket, "/asked", &asked] {
        found.extend(unread(&nobody, path).await);
    }
    for path in ["/counter/calling", "/counter/asked", "/counter/asked/new", &format!("/counter/asked/{no}")] {
        found.extend(unread(&officer, path).await);
    }
    let slip = crate::hall::takes_in(&desk, &officer, &crate::hall::of_another(&desk)).await.is(303).location();
    found.extend(unread(&officer, &slip).await);
    let (requester, answered, running) = crate::requests::story(&desk).await;
    let requester = english(requester);
    let office = english(desk.sign_in("liaison-market").await);
    let of_request = |no: &str| format!("/disclosure/{no}");
    for path in ["/disclosure", &of_request(&answered), &of_request(&running), &format!("/disclosure/{running}/clock")] {
        found.extend(unread(&nobody, path).await);
    }
    for path in ["/disclosure/new", "/disclosure/mine", &of_request(&answered)] {
        found.extend(unread(&requester, path).await);
    }
    found.extend(unread_of("/disclosure/new", &crate::desk::posts(&requester, "/disclosure/new", &[]).await.is(422).text()));
    for path in ["/disclosure/desk", &format!("/disclosure/desk/{running}"), &format!("/disclosure/desk/{answered}")] {
        found.extend(unread(&office, path).await);
    }
    for path in ["/disclosure/desk/new", &format!("/disclosure/desk/{running}"), "/counter/relatives", "/counter/intake"] {
        found.extend(unread(&officer, path).await);
    }
    for what in ["correction", "ask", "extend", "answer"] {
        let path = format!("/disclosure/desk/{running}/{what}");
        found.extend(unread_of(&path, &crate::desk::posts(&office, &path, &[("of", "co_author")]).await.is(422).text()));
    }
    found.extend(unread(&supervisor, "/disclosure/late").await);
    let told = crate::complaints::story(&desk).await;
    let (complainant, about) = (english(told.complainant), |page: &str| format!("/complaints/{page}"));
    let open = ["/complaints", "/complaints/new?item=food-production-licence", "/complaints/answers", "/complaints/figures"];
    let coded = [about(&told.rated), about(&told.directed), about(&told.answered), about(&told.running)];
    let clock = format!("/complaints/{}/clock", told.running);
    for path in open.into_iter().chain(coded.iter().map(String::as_str)).chain([clock.as_str()]) {
        found.extend(unread(&nobody, path).await);
    }
    for path in ["/complaints/mine", &about(&told.running)] {
        found.extend(unread(&complainant, path).await);
    }
    found.extend(unread_of("/complaints/new", &crate::desk::posts(&nobody, "/complaints/new", &[]).await.is(422).text()));
    for what in ["reopen", "rate"] {
        let path = format!("{}/{what}", coded[1]);
        found.extend(unread_of(&path, &crate::desk::posts(&complainant, &path, &[]).await.is(422).text()));
    }
    let work = |page: &str| format!("/complaints/desk/{}", page.split('/').next().unwrap());
    for path in ["/complaints/desk", &work(&told.running), &work(&told.answered), "/complaints/desk/new"] {
        found.extend(unread(&office, path).await);
    }
    for path in ["/complaints/desk", "/complaints/late", &work(&told.running), &work(&told.rated)] {
        found.extend(unread(&supervisor, path).await);
    }
    for what in ["extend", "return", "answer", "direct"] {
        let path = format!("{}/{what}", work(&told.running));
        found.extend(unread_of(&path, &crate::desk::posts(&office, &path, &[]).await.is(422).text()));
    }
    for (page, what) in [(&told.running, "transfer"), (&told.running, "unseal"), (&told.rated, "review")] {
        let path = format!("{}/{what}", work(page));
        found.extend(unread_of(&path, &crate::desk::posts(&supervisor, &path, &[]).await.is(422).text()));
    }
    let rating = crate::ratings::story(&desk).await;
    for path in
        ["/ratings", &format!("/ratings/orders/{}", rating.disputed), &rating.followed, &format!("/cases/{}", rating.case)]
    {
        found.extend(unread(&nobody, path).await);
    }
    found.extend(unread_of("rated", &crate::desk::posts(&nobody, &rating.followed, &[]).await.is(422).text()));
    for path in ["/ratings/desk", "/ratings/late", "/ratings/words"] {
        found.extend(unread(&supervisor, path).await);
    }
    let rating_work = |no: &str| format!("/ratings/desk/{no}");
    for (no, what) in [(&rating.disputed, "review"), (&rating.running, "decide")] {
        let path = format!("{}/{what}", rating_work(no));
        found.extend(unread(&supervisor, &rating_work(no)).await);
        found.extend(unread_of(&path, &crate::desk::posts(&supervisor, &path, &[]).await.is(422).text()));
    }
    let chief = english(desk.sign_in("chief").await);
    for path in ["/ratings/desk", &rating_work(&rating.running), &rating_work(&rating.disputed)] {
        found.extend(unread(&chief, path).await);
    }
    for what in ["plan", "correct", "explain", "aside", "appeal", "state"] {
        let path = format!("{}/{what}", rating_work(&rating.running));
        found.extend(unread_of(&path, &crate::desk::posts(&chief, &path, &[]).await.is(422).text()));
    }
    for path in ["/counter/delegations", "/counter/relatives"] {
        found.extend(unread(&chief, path).await);
        found.extend(unread_of(path, &crate::desk::posts(&chief, path, &[]).await.is(422).text()));
    }
    found.extend(unread(&chief, "/counter/calling").await);
    for path in ["/counter/calling/open", "/counter/asked/new"] {
        found.extend(unread_of(path, &crate::desk::posts(&chief, path, &[("centre", "x")]).await.is(422).text()));
    }
    found.extend(unread(&supervisor, "/supervision/asked").await);
    let (payer, billed) = crate::fees::billed(&desk).await;
    let payer = english(payer);
    let page = crate::fees::ordered(&payer, &billed).await;
    let cashier = page.replace(&format!("/cases/{billed}/pay/"), "/sandbox/pay/");
    for path in [&page, &cashier, &format!("/cases/{billed}")] {
        found.extend(unread(&payer, path).await);
    }
    for path in ["/counter/fees", "/counter/fees?no=1", &format!("/counter/fees?no={billed}")] {
        found.extend(unread(&officer, path).await);
    }
    let take = format!("/counter/fees/{billed}");
    found.extend(unread_of(&take, &crate::desk::posts(&officer, &take, &[]).await.is(422).text()));
    crate::desk::posts(&officer, &take, &[("way", "cash")]).await.is(303);
    nobody.post(&cashier, &[("habit", "lost")]).await.is(303);
    desk.settle().await;
    for path in [&page, &cashier, &format!("/cases/{billed}")] {
        found.extend(unread(&payer, path).await);
    }
    found.extend(unread(&supervisor, "/supervision/fees").await);
    let holder = desk.citizen("丁敏").await;
    let (held, annulled) = (crate::certificates::card(&desk, &holder).await, crate::certificates::annulled(&desk, &holder).await);
    let (holder, chief) = (english(holder), english(desk.sign_in("chief-youhua").await));
    let begun = holder.post(&format!("/account/certificates/{held}/ask"), &[("asks", "change")]).await.is(303).location();
    for path in ["/account", "/account/looks", "/account/certificates", &format!("/account/certificates/{held}"), &begun] {
        found.extend(unread(&holder, path).await);
    }
    let ask = format!("/account/certificates/{held}/ask");
    found.extend(unread_of(&ask, &holder.post(&ask, &[("asks", "renewal")]).await.is(409).text()));
    for no in [&held, &annulled] {
        found.extend(unread(&nobody, &format!("/certificates/{no}")).await);
        found.extend(unread(&holder, &format!("/account/certificates/{no}")).await);
        found.extend(unread(&chief, &format!("/counter/certificates/{no}")).await);
    }
    for show in ["soon", "valid", "annulled"] {
        found.extend(unread(&chief, &format!("/counter/certificates?show={show}")).await);
    }
    for how in ["annulled", "withdrawn", "revoked", "cancelled"] {
        let path = format!("/counter/certificates/{held}/{how}");
        found.extend(unread(&chief, &path).await);
        found.extend(unread_of(&path, &crate::desk::posts(&chief, &path, &[]).await.is(422).text()));
    }
    found.extend(unread(&chief, &format!("/counter/intake/elderly-card?certificate={held}&asks=change")).await);
    for path in ["/", "/sunlight", &format!("/cases/{waiting}"), &format!("/cases/{waiting}/clock"), "/log"] {
        found.extend(unread(&nobody, path).await);
    }
    let unique: BTreeSet<String> = found.into_iter().collect();
    assert!(unique.is_empty(), "{} texts:\n{}", unique.len(), unique.into_iter().collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn f160_programs_are_answered_in_the_language_they_ask_for() {
    let desk = Desk::open().await;
    let no = desk.applies(&desk.citizen("何平").await, "elderly-card", &[]).await;
    desk.settle().await;
    let nobody = desk.nobody();
    let missing = async |language: &str| {
        let headers = [("accept", "application/json"), ("accept-language", language)];
        nobody.ask("GET", "/matters/no-such-matter", &headers, "").await.is(404).json()["detail"].clone()
    };
    assert_eq!(missing("en-GB,zh;q=0.8").await, "We cannot find this service");
    assert_eq!(missing("zh-CN,en;q=0.8").await, "没有找到这个事项");
    assert_eq!(missing("fr").await, "没有找到这个事项");
    nobody.get("/sunlight.atom").await.is(OK).has(&format!("办件编号 {no}，")).has("zh-CN");
    nobody.get("/sunlight.atom?in=en").await.is(OK).has(&format!("Case {no}, ")).has_not("办件编号").has(r#"xml:lang="en""#);
}

#[tokio::test]
async fn f160_what_is_done_outside_is_told_in_english() {
    use crate::desk::posts;
    let desk = Desk::open().await;
    let citizen = english(desk.citizen("王敏").await);
    let (lift, food) = crate::intermediaries::at_work(&desk, &citizen).await;
    let (nobody, officer, admin) =
        (english(desk.nobody()), english(desk.sign_in("officer").await), english(desk.sign_in("admin").await));
    let institution = format!("/intermediaries/{}", crate::intermediaries::INSPECTORS[0]);
    let (engage, result) = (format!("/cases/{lift}/intermediaries/inspection"), format!("/cases/{lift}/engagements/1"));
    let (ours, theirs) =
        (format!("/counter/cases/{food}/intermediaries/testing"), format!("/counter/cases/{food}/engagements/1"));
    let mut found = Vec::new();
    for path in ["/intermediaries", "/intermediaries?service=x", "/intermediaries?service=食品检验", &institution] {
        found.extend(unread(&nobody, path).await);
    }
    for path in [&format!("/cases/{lift}"), &engage, &result] {
        found.extend(unread(&citizen, path).await);
    }
    for path in [&format!("/counter/cases/{food}"), &ours, &theirs] {
        found.extend(unread(&officer, path).await);
    }
    for path in ["/intermediaries/new", &institution, &format!("{institution}/change")] {
        found.extend(unread(&admin, path).await);
    }
    for (client, path) in [(&citizen, &engage), (&citizen, &result), (&officer, &ours), (&officer, &theirs)] {
        found.extend(unread_of(path, &posts(client, path, &[]).await.is(422).text()));
    }
    for path in ["/intermediaries/new", &format!("{institution}/end")] {
        found.extend(unread_of(path, &posts(&admin, path, &[]).await.is(422).text()));
    }
    // What the rules refuse, too.
    let again = [("institution", crate::intermediaries::INSPECTORS[1])];
    found.extend(unread_of(&engage, &posts(&citizen, &engage, &again).await.is(409).text()));
    let early = [("outcome", "result"), ("on", "2020-01-01"), ("said", "x")];
    found.extend(unread_of(&result, &posts(&citizen, &result, &early).await.is(409).text()));
    let today = desk.house().now().date().to_string();
    posts(&citizen, &result, &[("outcome", "result"), ("on", &today), ("said", "x")]).await.is(303);
    for path in [format!("/cases/{lift}"), institution] {
        found.extend(unread(&citizen, &path).await);
    }
    posts(&citizen, &format!("{result}/rate"), &[("grade", "1")]).await.is(303);
    found.extend(unread(&citizen, &format!("/cases/{lift}")).await);
    found.extend(a_card(&desk).await);
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn f160_queries_of_other_bodies_are_told_in_english() {
    use crate::desk::posts;
    let desk = Desk::open().await;
    let (code, citizen) = crate::queries::at_work(&desk).await;
    let (nobody, citizen) = (english(desk.nobody()), english(citizen));
    let (admin, supervisor) = (english(desk.sign_in("admin").await), english(desk.sign_in("supervisor").await));
    let body = format!("/queries/bodies/{code}");
    let mut found = Vec::new();
    for path in ["/queries", &body] {
        found.extend(unread(&nobody, path).await);
    }
    for path in ["/account/looks", "/queries"] {
        found.extend(unread(&citizen, path).await);
    }
    found.extend(unread(&supervisor, "/supervision/looks?body=*").await);
    for path in ["/queries", "/queries/bodies/new", &body, &format!("{body}/change")] {
        found.extend(unread(&admin, path).await);
    }
    for path in ["/queries/bodies/new".to_owned(), format!("{body}/suspend")] {
        found.extend(unread_of(&path, &posts(&admin, &path, &[]).await.is(422).text()));
    }
    let resume = format!("{body}/resume");
    found.extend(unread_of(&resume, &posts(&admin, &resume, &[("reason", "x")]).await.is(409).text()));
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}
