//! 真的浏览器 · journeys in headless Chromium: every page passes axe at 390 and 1280 px, and a citizen applies with scripts off.

use crate::desk::Desk;
use crate::driver::*;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f160_every_page_passes_axe_on_a_phone_and_on_a_desk() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let no = desk.before_the_chief(&citizen).await;
    let waiting = desk.applies(&citizen, "elderly-card", &[]).await;
    desk.fills(&citizen, "labour-dispatch-licence", &[]).await;
    let (held, annulled) =
        (crate::certificates::card(&desk, &citizen).await, crate::certificates::annulled(&desk, &citizen).await);
    desk.settle().await;
    let login: String = sqlx::query_scalar("select login from people where name = '王敏'").fetch_one(desk.pool()).await.unwrap();
    let directive = desk.directive().await;
    let entry: String =
        sqlx::query_scalar("select id::text from acts where kind = 'leadership.appointed' order by position limit 1")
            .fetch_one(desk.pool())
            .await
            .unwrap();
    desk.powers().await;
    let (draft, sent) = desk.drafted().await;
    let imported = crate::item_tables::imported(&desk).await;
    crate::centres::seeded(&desk).await;
    crate::centres::closed(&desk).await;
    crate::centres::people(&desk).await;
    let (ticket, asked_page) = crate::hall::morning(&desk).await;
    let asked_no = asked_page.split('/').nth(2).unwrap().to_owned();
    let (_, answered, running) = crate::requests::story(&desk).await;
    let told = crate::complaints::story(&desk).await;
    let [rated, directed, answered_one, runs] =
        [&told.rated, &told.directed, &told.answered, &told.running].map(|page| format!("/complaints/{page}"));
    let works = [&told.running, &told.rated].map(|page| format!("/complaints/desk/{}", page.split('/').next().unwrap()));
    let rating = crate::ratings::story(&desk).await;
    let rating_works = [&rating.disputed, &rating.running].map(|no| format!("/ratings/desk/{no}"));
    let rating_orders = [&rating.disputed, &rating.running].map(|no| format!("/ratings/orders/{no}"));
    let at_counter = desk.sign_in("officer").await;
    let slip = crate::hall::takes_in(&desk, &at_counter, &crate::hall::of_another(&desk)).await.is(303).location();
    let (request, taken) = (format!("/disclosure/{answered}"), format!("/disclosure/{running}"));
    let (payer, billed) = crate::fees::billed(&desk).await;
    let payment = crate::fees::ordered(&payer, &billed).await;
    let payer = crate::fees::login_of(&desk, &billed).await;
    let cashier = payment.replace(&format!("/cases/{billed}/pay/"), "/sandbox/pay/");
    let (mailed, to_mail) = crate::delivery::one_on_its_way(&desk).await;
    let (agent, consent, filed) = crate::agents::at_work(&desk).await;
    let (lift, food) = crate::intermediaries::at_work(&desk, &citizen).await;
    let institution = format!("/intermediaries/{}", crate::intermediaries::INSPECTORS[0]);
    let (querying, queried) = crate::queries::at_work(&desk).await;
    let (querying, queried) = (format!("/queries/bodies/{querying}"), desk.of(&queried).await.login);
    let agent = desk.of(&agent).await.login;
    let month = desk.house().now().date().format("/counter/subsidy/%Y-%m").to_string();
    let law = format!("/laws/{}", catalogue::powers::law::key("中华人民共和国食品卫生法"));
    let denied = crate::remedies::denied(&desk, &citizen).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    let item = desk.catalogue.item("labour-dispatch-licence").unwrap().clone();
    let mut rooms: Vec<(String, Vec<String>)> = vec![
        (
            String::new(),
            [
                "/",
                "/matters",
                "/matters?q=办食品厂",
                "/matters?q=食品生铲许可",
                "/matters?q=zzz",
                "/matters?q=孩子护照",
                "/matters?q=我想",
                "/matters?q=饭店&region=999999",
                "/matters/food-production-licence",
                "/matters/food-production-licence/fit",
                "/matters/food-business-licence/situation",
                "/matters/food-business-licence/situation?asked=by_agent+business_kind+special_business&by_agent=no&business_kind=catering&special_business=none",
                "/cases",
                "/sunlight",
                "/sunlight/figures",
                "/supervision/accord",
                "/integrity",
                "/integrity/food-production-licence",
                "/sunlight/figures/on-time-share",
                "/sunlight/year",
                "/sunlight/tiles?by=item",
                "/sunlight/times",
                "/sunlight/hall?page=today",
                "/verify",
                "/verify?n=%3F",
                "/verify?n=341524209912319999",
                "/verify/0",
                "/log/witnesses",
                "/log",
                "/data",
                "/sign-in",
                "/sign-up",
                "/help",
                "/accessibility",
                "/no-such-page",
                "/directives",
                &directive,
                &format!("{directive}/units"),
                &format!("{directive}/6"),
                &format!("{directive}/{}", oversight::directives::demo::TOLD),
                "/leadership",
                "/leadership/jinzhai-government",
                "/queue",
                &cashier,
                "/centres",
                "/centres?region=341524",
                "/centres/jinzhai-centre",
                "/centres/jinzhai-centre/coverage?figure=matters",
                "/centres/jinzhai-centre/agencies/jinzhai-market?cases=all",
                "/centres/hefei-centre",
                "/centres?only=closed",
                "/centres/outside",
                "/bulletins",
                "/centres/jinzhai-centre/presence",
                "/letters",
                "/letters/denial",
                "/bulletins/XX000001",
                "/centres/outside/entertainment-venue",
                "/centres/jinzhai-centre/queue",
                "/centres/jinzhai-centre/screen",
                &ticket,
                "/asked",
                &asked_page,
                "/ratings",
                "/ratings?agency=jinzhai-market",
                &rating_orders[0],
                &rating_orders[1],
                &rating.followed,
                "/complaints",
                "/complaints/new",
                "/complaints/answers",
                "/complaints/figures",
                &rated,
                &directed,
                &answered_one,
                &runs,
                &format!("{runs}/clock"),
                "/disclosure",
                &request,
                &taken,
                &format!("{request}/clock"),
                "/powers",
                "/powers/agencies",
                "/powers/flagged",
                "/directory",
                "/directory/000131041000",
                "/directory/regions",
                "/directory/regions/341524",
                "/priors",
                "/priors?only=fine",
                "/powers/changes",
                "/powers/changes/QD2026-0002",
                "/powers/YL-441800-5-1",
                "/laws",
                "/calendar",
                "/discretion",
                "/discretion/decisions",
                "/discretion/consistency",
                "/discretion/SCJG-2026-01",
                &law,
                "/items/export",
                "/guides",
                "/guides/M01",
                "/guides/M18",
                "/matters?q=注销社会保障卡",
                "/items/export?agency=x",
                "/matters/elderly-card/versions",
                "/matters/elderly-card/versions/1",
                "/matters/elderly-card/versions/1?with=1",
            ]
            .map(ToOwned::to_owned)
            .to_vec(),
        ),
        (
            login,
            vec![
                "/account".into(),
                "/account/sessions".into(),
                "/account/looks".into(),
                format!("/cases/{no}"),
                format!("/cases/{no}/clock"),
                format!("/cases/{no}/chart"),
                format!("/certificates/{no}"),
                format!("/certificates/{held}"),
                format!("/certificates/{annulled}"),
                "/account/certificates".into(),
                format!("/account/certificates/{held}"),
                format!("/account/certificates/{annulled}"),
                "/matters/labour-dispatch-licence/apply".into(),
                "/matters/labour-dispatch-licence/apply/check".into(),
                "/matters/labour-dispatch-licence/apply/on-file".into(),
                format!("/cases/{waiting}/delivery"),
                format!("/cases/{denied}"),
                format!("/cases/{denied}/remedy"),
                format!("/cases/{lift}"),
                format!("/cases/{lift}/intermediaries/inspection"),
                format!("/cases/{lift}/engagements/1"),
            ],
        ),
        (
            "chief".into(),
            vec![
                "/counter/queue".into(),
                format!("/counter/cases/{no}"),
                format!("/counter/cases/{no}/grant"),
                "/discretion/SCJG-2026-01/apply".into(),
                "/discretion/approvals".into(),
                crate::discretion::asked(&desk, &desk.sign_in("officer").await).await,
                format!("/counter/cases/{no}/deny"),
                "/counter/people".into(),
                "/counter/intake".into(),
                "/counter/intake/food-production-licence".into(),
                "/counter/calling".into(),
            ],
        ),
        (
            "officer".into(),
            vec![
                "/counter/calling".into(),
                "/counter/intake".into(),
                slip,
                format!("/counter/cases/{food}"),
                format!("/counter/cases/{denied}/remedy"),
                format!("/counter/cases/{food}/intermediaries/testing"),
                format!("/counter/cases/{food}/engagements/1"),
                "/counter/asked".into(),
                "/counter/asked/new".into(),
                format!("/counter/asked/{asked_no}"),
                "/counter/fees".into(),
                format!("/counter/fees?no={billed}"),
            ],
        ),
        (
            "chief-youhua".into(),
            vec![
                format!("/counter/cases/{waiting}"),
                "/counter/certificates?show=valid".into(),
                format!("/counter/certificates/{held}"),
                format!("/counter/certificates/{held}/annulled"),
                format!("/counter/certificates/{held}/revoked"),
                format!("/counter/certificates/{annulled}/cancelled"),
                format!("/counter/intake/elderly-card?certificate={held}&asks=change"),
            ],
        ),
        (
            "officer-youhua".into(),
            vec![
                format!("/counter/cases/{waiting}/correct"),
                format!("/counter/cases/{waiting}/refuse"),
                format!("/counter/cases/{to_mail}/mail"),
                format!("/counter/cases/{mailed}/mail-returned"),
                format!("/counter/cases/{mailed}/deliver"),
            ],
        ),
        (
            "openness".into(),
            vec![
                "/directives".into(),
                "/directives/new".into(),
                format!("{directive}/1"),
                format!("{directive}/{}", oversight::directives::demo::TOLD),
                "/supervision/directives".into(),
                "/leadership/jinzhai-government".into(),
                format!("/leadership/jinzhai-government/amend/{entry}"),
                "/powers/changes/QD2026-0003".into(),
            ],
        ),
        (
            "liaison".into(),
            vec![
                format!("{directive}/13"),
                format!("{directive}/{}", oversight::directives::demo::TOLD),
                format!("{directive}/{}/plan", oversight::directives::demo::TOLD),
                "/directives/mine".into(),
            ],
        ),
        (
            "catalogue".into(),
            vec![
                "/powers/new".into(),
                "/powers/import".into(),
                "/powers/new?directory=yes".into(),
                "/powers/new?entry=000131041000".into(),
                "/powers/new?entry=000131041000&operation=decline".into(),
                "/laws/new".into(),
                "/powers/YL-441800-5-1".into(),
                "/powers/YL-441800-1/change?operation=merge".into(),
                "/powers/flagged".into(),
                "/powers/changes?only=open".into(),
                law.clone(),
                "/items/drafts".into(),
                "/items/import".into(),
                imported[0].clone(),
                imported[1].clone(),
                imported[2].clone(),
                "/items/misses".into(),
                "/items/misses/answer?words=zzz&q=老年证".into(),
                draft.clone(),
                format!("{draft}/facts/materials"),
                format!("{draft}/facts/limits"),
                format!("{draft}/form"),
                format!("{draft}/form/service"),
                format!("{draft}/chart"),
                format!("{draft}/questions"),
                sent.clone(),
            ],
        ),
        (
            "supervisor".into(),
            vec![
                "/supervision/board".into(),
                "/supervision/cards".into(),
                "/supervision/cards?turn=desk".into(),
                "/supervision/rules".into(),
                "/supervision/rules/new".into(),
                "/supervision/rules/C3.3-04/1".into(),
                "/supervision/rules/C3.3-04/1/change".into(),
                "/supervision/directives".into(),
                "/supervision/asked".into(),
                "/disclosure/late".into(),
                "/complaints/desk".into(),
                "/complaints/late".into(),
                works[0].clone(),
                works[1].clone(),
                "/ratings/desk".into(),
                "/ratings/late".into(),
                "/ratings/words".into(),
                rating_works[0].clone(),
                rating_works[1].clone(),
                "/supervision/fees".into(),
                "/supervision/looks".into(),
                format!("/supervision/cases/{no}"),
            ],
        ),
        ("legal".into(), vec!["/discretion/new".into()]),
        (
            "liaison-market".into(),
            vec![
                "/disclosure/desk".into(),
                format!("/disclosure/desk/{running}"),
                "/disclosure/desk/new".into(),
                "/complaints/desk".into(),
                "/complaints/desk/new".into(),
                works[0].clone(),
            ],
        ),
        (
            "chief".into(),
            vec![
                "/counter/delegations".into(),
                "/counter/relatives".into(),
                "/ratings/desk".into(),
                rating_works[0].clone(),
                rating_works[1].clone(),
            ],
        ),
        (
            agent,
            vec![
                "/agent-points".into(),
                "/intermediaries".into(),
                "/intermediaries?service=食品检验".into(),
                institution.clone(),
                "/matters/soil-conservation-plan".into(),
                "/agent".into(),
                "/agent/subsidy".into(),
                "/agent/consents/new".into(),
                format!("/agent/consents/{consent}"),
                format!("/cases/{filed}?new=1"),
                "/account/consents".into(),
            ],
        ),
        (
            "chief-youhua".into(),
            vec![
                "/counter/agent-points".into(),
                "/counter/agent-points/341723109200".into(),
                "/counter/subsidy".into(),
                month,
                format!("/consents/{consent}"),
                format!("/counter/cases/{filed}"),
            ],
        ),
        (
            "manager".into(),
            vec!["/centres/desk".into(), "/centres/jinzhai-centre".into(), "/centres/jinzhai-centre/close".into()],
        ),
        ("reviewer".into(), vec!["/centres/desk".into(), "/centres/outside/entertainment-venue".into()]),
        (payer, vec![format!("/cases/{billed}"), payment]),
        (queried, vec!["/account/looks".into(), "/queries".into(), querying.clone()]),
        (
            "admin".into(),
            vec![
                "/admin/definitions".into(),
                "/admin/policies".into(),
                "/letters/denial/change".into(),
                "/admin/people".into(),
                "/admin/erasure".into(),
                "/calendar/new".into(),
                "/queries".into(),
                "/queries/bodies/new".into(),
                querying.clone(),
                format!("{querying}/change"),
                "/intermediaries/new".into(),
                institution.clone(),
                format!("{institution}/change"),
                "/centres/new".into(),
                "/centres/jinzhai-centre/change/place".into(),
                "/centres/jinzhai-centre/change/counters".into(),
                "/centres/jinzhai-centre/change/divisions".into(),
                "/centres/jinzhai-centre/outside".into(),
                "/centres/outside/entertainment-venue".into(),
                "/centres/jinzhai-centre/bulletins".into(),
                "/centres/jinzhai-centre/close".into(),
            ],
        ),
    ];
    for step in item.form.steps() {
        rooms[1].1.push(format!("/matters/labour-dispatch-licence/apply/{}", step.key));
    }
    let mut wrong = Vec::new();
    for (who, pages) in rooms {
        if !who.is_empty() {
            sign_in(&desk, &browser, &site, &who).await;
        }
        for page in pages {
            for (width, height) in [(390, 844), (1280, 900)] {
                browser.set_window_size(width, height).await.unwrap();
                browser.goto(&format!("{site}{page}")).await.unwrap();
                for found in violations(&browser).await {
                    wrong.push(format!("{page} at {width}: {found}"));
                }
                let wide =
                    browser.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await.unwrap();
                if wide.as_i64().unwrap_or(0) > 1 {
                    wrong.push(format!("{page} at {width}: {wide} px wider than the screen"));
                }
            }
        }
    }
    browser.close().await.unwrap();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f071_f160_a_citizen_applies_on_a_phone_with_scripts_off() {
    let desk = Desk::open().await;
    desk.citizen("王敏").await;
    let login: String = sqlx::query_scalar("select login from people where name = '王敏'").fetch_one(desk.pool()).await.unwrap();
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();
    browser.goto(&site).await.unwrap();
    let search = sought(&browser, Locator::Css("input[type=search]")).await.unwrap();
    search.send_keys("给父母办老年证").await.unwrap();
    leaves(&browser, Locator::Css("form[role=search] button, .search button")).await;
    leaves(&browser, Locator::Css("a[href='/matters/elderly-card']")).await;
    sign_in(&desk, &browser, &site, &login).await;
    browser.goto(&format!("{site}/matters/elderly-card/apply")).await.unwrap();
    leaves(&browser, Locator::Css("main form button")).await;
    let named = format!("?{}", asked(&browser, "draft").await);
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let person = desk.person(&login).await;
    let party = services::cases::submit::party_of(&person);
    let answers = services::demo::answers(&item, &party, &person, desk.house().now().date(), 0);
    let dir = std::env::temp_dir().join(format!("sunlit-photo-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let photo = dir.join("照片.png");
    // The smallest PNG there is: one transparent pixel.
    let png = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082";
    std::fs::write(&photo, hex::decode(png).unwrap()).unwrap();
    fills_the_form(&browser, &site, &item, &answers, &named, &photo).await;
    browser.wait().for_url(&format!("{site}/matters/elderly-card/apply/check{named}").parse().unwrap()).await.unwrap();
    leaves(&browser, Locator::XPath("//main//button[normalize-space(.)='提交申请']")).await;
    sought(&browser, Locator::Id("got")).await.unwrap();
    let text = sought(&browser, Locator::Css("main")).await.unwrap().text().await.unwrap();
    assert!(text.contains("申请交上去了") && text.contains("查询码"), "{text}");
    browser.close().await.unwrap();
    let _ = std::fs::remove_dir_all(dir);
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(cases, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_d2_d3_f144_office_lead_participant_and_citizen_walk_a_directive_with_scripts_off() {
    use oversight::directives::demo::OFFICE;
    let desk = Desk::open().await;
    desk.employ("openness", "何晓", "openness_officer", Some(OFFICE)).await;
    desk.employ("finance", "丁岚", "liaison", Some("省财政厅")).await;
    desk.employ("archive", "许宁", "liaison", Some("省统计局")).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();

    // The office puts the file in, looks at the words a unit was read from, corrects a heading and issues.
    sign_in(&desk, &browser, &site, "openness").await;
    browser.goto(&format!("{site}/directives/new")).await.unwrap();
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../reference/notice-2012.txt");
    let input = sought(&browser, Locator::Css("input[type=file]")).await.unwrap();
    input.send_keys(&file.canonicalize().unwrap().to_string_lossy()).await.unwrap();
    fills_and_presses(&browser, &[], "读一读").await;
    let lead = "//section[@id='t6']//dt[.='牵头']/following-sibling::dd/a";
    presses(&browser, lead).await;
    let mark = browser.current_url().await.unwrap().fragment().unwrap().to_owned();
    let words = sought(&browser, Locator::Id(&mark)).await.unwrap();
    assert_eq!(words.text().await.unwrap(), "省财政厅");
    presses(&browser, "//section[@id='t6']//summary").await;
    fills_and_presses(&browser, &[("heading-6", "民生资金全程公开")], "核对无误，印发").await;
    says(&browser, "民生资金全程公开").await;
    let page = browser.current_url().await.unwrap().path().to_owned();
    let task = format!("{site}{page}/6");

    // The lead unit breaks it down and asks another unit to take part.
    sign_in(&desk, &browser, &site, "finance").await;
    browser.goto(&format!("{site}/directives/mine")).await.unwrap();
    follows(&browser, "//main//a[.='民生资金全程公开']").await;
    follows(&browser, "//main//a[.='分解任务，改步骤']").await;
    let due = desk.house().now().date() + chrono::Days::new(30);
    let due = due.to_string();
    let step = [("goal", "全部公开"), ("name-1", "拟定目录"), ("due-1", &due), ("post-1", "预算处处长"), ("person-1", "邱石")];
    fills_and_presses(&browser, &step, "定下这份计划").await;
    says(&browser, "拟定目录").await;
    presses(&browser, "//main//summary[.='商请别的单位参加']").await;
    fills_and_presses(&browser, &[("participant", "省统计局"), ("why", "提供目录")], "商请").await;
    says(&browser, "等答复").await;

    // The unit that was asked confirms, from its desk.
    sign_in(&desk, &browser, &site, "archive").await;
    browser.goto(&format!("{site}/directives/mine")).await.unwrap();
    follows(&browser, "//section[@aria-labelledby='as']//a").await;
    presses(&browser, "//input[@name='joins'][@value='yes']").await;
    fills_and_presses(&browser, &[], "答复").await;
    says(&browser, "同意参加").await;

    // The lead unit reaches its step and reports; the office inspects.
    sign_in(&desk, &browser, &site, "finance").await;
    browser.goto(&task).await.unwrap();
    presses(&browser, "//input[@name='step']").await;
    fills_and_presses(&browser, &[("reached", "目录已拟定")], "报这一步做到了").await;
    says(&browser, "目录已拟定").await;
    fills_and_presses(&browser, &[("text", "目录已经公布")], "报送").await;
    says(&browser, "目录已经公布").await;
    sign_in(&desk, &browser, &site, "openness").await;
    browser.goto(&task).await.unwrap();
    presses(&browser, "//main//summary[.='记一次检查']").await;
    presses(&browser, "//select[@name='finding_unit']/option[@value='none']").await;
    fills_and_presses(&browser, &[("inspected", "网站上查得到目录")], "记下检查").await;
    says(&browser, "网站上查得到目录").await;

    // A citizen follows the coloured clause of the notice to all of it, and reads no name.
    browser.delete_all_cookies().await.unwrap();
    browser.goto(&format!("{site}{page}")).await.unwrap();
    follows(&browser, "//div[@class='living']//a[contains(., '6')][contains(@href, '/6')]").await;
    let text = sought(&browser, Locator::Css("main")).await.unwrap().text().await.unwrap();
    for words in ["民生资金全程公开", "预算处处长", "同意参加", "目录已经公布", "网站上查得到目录", "省统计局"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains("邱石"));
    browser.close().await.unwrap();

    // The reading, which only a form leads to, passes axe on a phone and on a desk.
    let browser = driver.browser(true).await;
    sign_in(&desk, &browser, &site, "openness").await;
    let mut wrong = Vec::new();
    for (width, height) in [(390, 844), (1280, 900)] {
        browser.set_window_size(width, height).await.unwrap();
        browser.goto(&format!("{site}/directives/new")).await.unwrap();
        let input = sought(&browser, Locator::Css("input[type=file]")).await.unwrap();
        input.send_keys(&file.canonicalize().unwrap().to_string_lossy()).await.unwrap();
        fills_and_presses(&browser, &[], "读一读").await;
        sought(&browser, Locator::Id("t40")).await.unwrap();
        wrong.extend(violations(&browser).await.into_iter().map(|found| format!("{width}: {found}")));
        let wide = browser.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await.unwrap();
        assert!(wide.as_i64().unwrap_or(0) <= 1, "{width}: {wide} px wider than the screen");
    }
    browser.close().await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f019_b6_1_a_power_goes_from_its_draft_into_the_list_on_a_phone_with_scripts_off() {
    let desk = Desk::open().await;
    desk.list_offices().await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();

    // The administrator of the catalogue drafts it, from the list.
    sign_in(&desk, &browser, &site, "catalogue").await;
    browser.goto(&format!("{site}/powers")).await.unwrap();
    follows(&browser, "//main//a[.='起草新职权']").await;
    for choice in ["行政许可", "县级", "法定本级行使"] {
        presses(&browser, &format!("//main//input[@value='{choice}']")).await;
    }
    let power = [
        ("title", "新增取水许可"),
        ("decision", "《取水许可和水资源费征收管理条例》"),
        ("code", "000119001000"),
        ("name", "取水许可"),
        ("agency", "金寨县水利局"),
        ("region", "341524"),
        ("bases", "《取水许可和水资源费征收管理条例》（国务院令第460号）第二条"),
    ];
    fills_and_presses(&browser, &power, "送审").await;
    says(&browser, "审核中").await;
    let change = browser.current_url().await.unwrap().path().to_owned();

    // Each office passes it from where its work begins, and it is published.
    for (login, office) in [("openness", "政务公开办"), ("establishment", "机构编制部门"), ("legal", "法制部门")] {
        sign_in(&desk, &browser, &site, login).await;
        browser.goto(&format!("{site}/powers/changes?only=open")).await.unwrap();
        follows(&browser, "//main//a[.='新增取水许可']").await;
        says(&browser, &format!("{office}审核")).await;
        presses(&browser, "//input[@name='passes'][@value='yes']").await;
        fills_and_presses(&browser, &[], "提交审核").await;
        says(&browser, "通过。").await;
    }
    sign_in(&desk, &browser, &site, "catalogue").await;
    browser.goto(&format!("{site}{change}")).await.unwrap();
    fills_and_presses(&browser, &[("from", &desk.house().now().date().to_string())], "公布").await;
    says(&browser, "已公布").await;

    // Anybody finds it by its words, and the law it rests on.
    browser.delete_all_cookies().await.unwrap();
    browser.goto(&format!("{site}/powers")).await.unwrap();
    fills_and_presses(&browser, &[("q", "取水")], "查看").await;
    follows(&browser, "//main//a[.='取水许可']").await;
    follows(&browser, "//main//a[contains(., '取水许可和水资源')]").await;
    says(&browser, "凭它的职权").await;
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f020_b6_1_a_step_is_named_anew_in_the_chart_editor_and_the_chart_stays_what_it_was_beside() {
    let desk = Desk::open().await;
    let (draft, _) = desk.drafted().await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    browser.set_window_size(1280, 1000).await.unwrap();
    sign_in(&desk, &browser, &site, "catalogue").await;
    browser.goto(&format!("{site}{draft}/chart")).await.unwrap();
    // The editor has opened the chart, and shows its mark.
    sought(&browser, Locator::XPath("//div[@id='chart-box'][not(@hidden)]//*[@data-element-id='decide']")).await.unwrap();
    sought(&browser, Locator::XPath("//a[contains(@class, 'bjs-powered-by')]")).await.unwrap();
    // As a drawer does it: the step is chosen, its name typed, the chart saved.
    let step = sought(&browser, Locator::Css("#chart-box [data-element-id=decide] .djs-hit")).await.unwrap();
    browser.execute("document.getElementById('chart-box').scrollIntoView()", Vec::new()).await.unwrap();
    let button = MOUSE_BUTTON_LEFT;
    let twice = MouseActions::new("mouse".into())
        .then(PointerAction::MoveToElement { element: step, duration: None, x: 0.0, y: 0.0 })
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button })
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button });
    browser.perform_actions(twice).await.unwrap();
    let field = "djs-direct-editing-content";
    sought(&browser, Locator::XPath(&format!("//div[contains(@class, '{field}')]"))).await.unwrap();
    sought(&browser, Locator::Css(&format!(".{field}"))).await.unwrap().send_keys("（镇长）\u{E007}").await.unwrap();
    fills_and_presses(&browser, &[], "保存流程图").await;
    sought(&browser, Locator::XPath("//legend[.='首席代表决定（镇长）']")).await.unwrap();
    says(&browser, "走得到头").await;
    browser.close().await.unwrap();
    // What the house reads of the chart beside the name is all still there.
    let drafter = desk.sign_in("catalogue").await;
    let before = desk.catalogue.item("elderly-card").unwrap();
    let text = drafter.get(&format!("{draft}/chart.bpmn")).await.text();
    let after = process::Definition::parse(&text).unwrap();
    assert_eq!(after.node("decide").unwrap().label(), "首席代表决定（镇长）");
    for node in before.process.nodes() {
        assert_eq!(after.node(&node.id).map(|other| &other.extension), Some(&node.extension), "{}", node.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f072_h18_a_page_with_scripts_goes_on_where_the_line_dropped_also_after_a_reload() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    citizen.post("/matters/elderly-card/apply", &[("for", "me")]).await.is(303);
    let login: String = sqlx::query_scalar("select login from people where name = '王敏'").fetch_one(desk.pool()).await.unwrap();
    // A line that drops after the first piece, until it is mended.
    let (down, begun, pieces) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let line = (down.clone(), begun.clone(), pieces.clone());
    let router = desk.router.clone().layer(axum::middleware::from_fn(
        move |request: axum::extract::Request, next: axum::middleware::Next| {
            let (down, begun, pieces) = line.clone();
            async move {
                let upload = request.headers().contains_key("upload-complete") || request.method() == "HEAD";
                if upload && down.load(Ordering::SeqCst) {
                    return axum::response::IntoResponse::into_response(axum::http::StatusCode::BAD_GATEWAY);
                }
                if upload && request.method() == "POST" {
                    begun.fetch_add(1, Ordering::SeqCst);
                }
                if request.method() == "PATCH" && pieces.fetch_add(1, Ordering::SeqCst) == 0 {
                    down.store(true, Ordering::SeqCst);
                }
                next.run(request).await
            }
        },
    ));
    let site = serve_through(router).await;
    let dir = std::env::temp_dir().join(format!("sunlit-scan-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let scan = dir.join("扫描件.pdf");
    let mut bytes = b"%PDF-1.4 ".to_vec();
    bytes.extend((0..9 << 20).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    std::fs::write(&scan, &bytes).unwrap();
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    sign_in(&desk, &browser, &site, &login).await;
    let page = format!("{site}/matters/elderly-card/apply/materials");
    let choose = async || {
        let input = sought(&browser, Locator::Css("form.upload input[type=file]")).await.unwrap();
        input.send_keys(&scan.to_string_lossy()).await.unwrap();
        pressed(&browser, Locator::Css("form.upload button")).await;
    };
    browser.goto(&page).await.unwrap();
    choose().await;
    sought(&browser, Locator::XPath("//form//li/small[contains(., '线路断了')]")).await.unwrap();
    assert_eq!(violations(&browser).await, Vec::<String>::new());
    browser.goto(&page).await.unwrap();
    down.store(false, Ordering::SeqCst);
    choose().await;
    sought(&browser, Locator::XPath("//ul[@class='list']/li[contains(., '扫描件.pdf')]")).await.unwrap();
    browser.close().await.unwrap();
    let _ = std::fs::remove_dir_all(dir);
    assert_eq!((begun.load(Ordering::SeqCst), pieces.load(Ordering::SeqCst)), (1, 3), "begun once, every piece sent once");
    let (name, sha256): (String, String) = sqlx::query_as("select name, sha256 from files").fetch_one(desk.pool()).await.unwrap();
    assert_eq!((name.as_str(), sha256), ("扫描件.pdf", hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d3_for_elders_no_table_of_tasks_is_cut_at_a_desk() {
    let desk = Desk::open().await;
    let directive = desk.directive().await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    sign_in(&desk, &browser, &site, "supervisor").await;
    browser.set_window_size(1280, 900).await.unwrap();
    browser.execute("document.cookie = 'sunlit_display=e; path=/'", Vec::new()).await.unwrap();
    let cut = "return document.documentElement.dataset.size === 'elder'
        ? Math.max(...[...document.querySelectorAll('.table-wrap')].map(box => box.scrollWidth - box.clientWidth)) : -1";
    for page in [directive.clone(), format!("{directive}/units"), "/supervision/directives".into(), "/leadership".into()] {
        browser.goto(&format!("{site}{page}")).await.unwrap();
        let cut = browser.execute(cut, Vec::new()).await.unwrap();
        assert_eq!(cut.as_i64(), Some(0), "{page}");
    }
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f086_a_village_agent_helps_somebody_from_the_consent_to_the_receipt_on_a_phone_with_scripts_off() {
    let desk = Desk::open().await;
    let agent = desk.agent_point().await;
    let login = desk.of(&agent).await.login;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    browser.set_window_size(390, 844).await.unwrap();
    let dir = std::env::temp_dir().join(uuid::Uuid::now_v7().to_string());
    std::fs::create_dir(&dir).unwrap();
    let paper = dir.join("consent.pdf");
    std::fs::write(&paper, b"%PDF-1.4 signed").unwrap();
    let paper = paper.to_str().unwrap();

    // The consent first: written down, signed, photographed.
    sign_in(&desk, &browser, &site, &login).await;
    browser.goto(&format!("{site}/agent")).await.unwrap();
    says(&browser, "没有有效的委托").await;
    follows(&browser, "//main//a[.='登记委托']").await;
    presses(&browser, "//main//input[@name='items'][@value='elderly-card']").await;
    let id = crate::agents::number(5);
    fills_and_presses(&browser, &[("card-name", "汪德福"), ("card-number", &id)], "下一步").await;
    says(&browser, "代办委托书").await;
    fills_and_presses(&browser, &[], "委托书已经上传，登记").await;
    says(&browser, "还没有上传签了名的委托书").await;
    sought(&browser, Locator::Css("main input[type='file']")).await.unwrap().send_keys(paper).await.unwrap();
    fills_and_presses(&browser, &[], "上传").await;
    says(&browser, "consent.pdf").await;
    fills_and_presses(&browser, &[], "委托书已经上传，登记").await;
    says(&browser, "有效").await;

    // Then the same form as everybody's, and its papers.
    follows(&browser, "//main//button[contains(., '替他办')]").await;
    says(&browser, "汪德福").await;
    let draft = asked(&browser, "draft").await;
    let client = desk.sign_in(&login).await;
    let whose: uuid::Uuid = sqlx::query_scalar("select person from consents").fetch_one(desk.pool()).await.unwrap();
    let whose = foundation::people::find(desk.pool(), whose).await.unwrap().unwrap();
    let item = desk.catalogue.item("elderly-card").unwrap().clone();
    let party = services::cases::submit::party_of(&whose);
    let answers = services::demo::answers(&item, &party, &whose, desk.house().now().date(), 0);
    desk.answers_draft(&client, "elderly-card", &format!("?{draft}"), &answers, &[]).await;
    browser.goto(&format!("{site}/agent")).await.unwrap();
    follows(&browser, "//main//section[contains(., '没填完的')]//li/a").await;
    says(&browser, "核对并提交").await;
    fills_and_presses(&browser, &[], "提交申请").await;
    says(&browser, "申请交上去了").await;
    says(&browser, "由代办员代办").await;
    follows(&browser, "//main//a[.='回到代办']").await;
    says(&browser, "替人递交的").await;
    says(&browser, "待受理").await;
    std::fs::remove_dir_all(&dir).unwrap();
    browser.close().await.unwrap();
}

/// What axe finds on the page that is open, and whether it is wider than the screen.
async fn is_sound(browser: &Browser, width: u32, wrong: &mut Vec<String>) {
    let at = browser.current_url().await.unwrap();
    wrong.extend(violations(browser).await.into_iter().map(|found| format!("{at} at {width}: {found}")));
    let wide = browser.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await.unwrap();
    if wide.as_i64().unwrap_or(0) > 1 {
        wrong.push(format!("{at} at {width}: {wide} px wider than the screen"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b2_1_b3_1_01_the_manager_of_a_centre_goes_from_the_desk_to_what_the_government_approved_on_a_phone_and_at_a_desk() {
    let desk = Desk::open().await;
    crate::centres::people(&desk).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    let today = desk.house().now().date().to_string();
    let mut wrong = Vec::new();
    for (width, height, item, number) in [(390, 844, "tree-felling", "C91"), (1280, 900, "food-business-licence", "C92")] {
        browser.set_window_size(width, height).await.unwrap();
        let name = desk.catalogue.item(item).unwrap().name.clone();
        // The manager: hours, a bulletin, a matter that has no room.
        sign_in(&desk, &browser, &site, "manager").await;
        browser.goto(&format!("{site}/centres/desk")).await.unwrap();
        is_sound(&browser, width, &mut wrong).await;
        follows(&browser, "//main//a[.='场所、时间和经费']").await;
        let place = [("hours", number), ("basis", "金数〔2026〕3号"), ("from", today.as_str())];
        fills_and_presses(&browser, &place, "变更登记").await;
        says(&browser, number).await;
        is_sound(&browser, width, &mut wrong).await;
        browser.goto(&format!("{site}/centres/desk")).await.unwrap();
        follows(&browser, "//main//a[.='登记不进中心的事项']").await;
        presses(&browser, &format!("//main//select[@name='item']/option[@value='{item}']")).await;
        presses(&browser, "//main//input[@name='because'][@value='site']").await;
        is_sound(&browser, width, &mut wrong).await;
        let outside =
            [("hall", "局里的大厅"), ("address", "梅山镇"), ("since", today.as_str()), ("reason", "大厅没有放样品的场地")];
        fills_and_presses(&browser, &outside, "登记").await;
        says(&browser, "没有管理机构审核").await;
        // The management body, then the government: each finds it on the own desk.
        for (login, verdict, fields) in [
            ("reviewer", "reviewed", &[("review_reason", "场地确实不够")][..]),
            ("office", "approved", &[("document", "金政〔2026〕9号"), ("approval_reason", "同意")][..]),
        ] {
            sign_in(&desk, &browser, &site, login).await;
            browser.goto(&format!("{site}/centres/desk")).await.unwrap();
            says(&browser, "等您办").await;
            is_sound(&browser, width, &mut wrong).await;
            follows(&browser, &format!("//main//li/a[contains(., '{name}')]")).await;
            presses(&browser, &format!("//main//input[@name='{verdict}'][@value='yes']")).await;
            is_sound(&browser, width, &mut wrong).await;
            fills_and_presses(&browser, fields, "提交意见").await;
        }
        says(&browser, "经管理机构审核、本级政府批准").await;
        sign_in(&desk, &browser, &site, "manager").await;
        browser.goto(&format!("{site}/centres/outside/{item}")).await.unwrap();
        says(&browser, "金政〔2026〕9号").await;
        is_sound(&browser, width, &mut wrong).await;
    }
    browser.close().await.unwrap();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f117_an_administrator_registers_a_body_and_a_person_sees_that_it_asked() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("胡敏").await;
    let who = desk.of(&citizen).await;
    desk.employ("admin2", "许文", "administrator", None).await;
    let site = serve(&desk).await;
    let driver = Driver::start().await;
    let browser = driver.browser(false).await;
    sign_in(&desk, &browser, &site, "admin").await;
    browser.goto(&format!("{site}/queries/bodies/new")).await.unwrap();
    let code = services::demo::uscc("341500", 30_000_010);
    let form = crate::queries::form(&desk, &code, "证照 elderly-card 有效期起");
    let entered: Vec<(&str, &str)> = form.iter().map(|(field, value)| (*field, value.as_str())).collect();
    fills_and_presses(&browser, &entered, "送审").await;
    says(&browser, "要由另一个人公布").await;
    sign_in(&desk, &browser, &site, "admin2").await;
    browser.goto(&format!("{site}/queries/bodies/{code}")).await.unwrap();
    fills_and_presses(&browser, &[], "依据核对过，公布").await;
    says(&browser, "可以查").await;
    crate::queries::asked(&desk, &code, "1", "胡敏", who.resident_id.as_deref().unwrap()).await;
    sign_in(&desk, &browser, &site, &who.login).await;
    browser.goto(&format!("{site}/account")).await.unwrap();
    pressed(&browser, Locator::LinkText("谁看过我的资料")).await;
    says(&browser, "样例住房公积金中心").await;
    says(&browser, "没有有效的").await;
    pressed(&browser, Locator::LinkText("不该查的，说给我们")).await;
    sought(&browser, Locator::XPath("//textarea[contains(., '我觉得不该查')]")).await.unwrap();
    browser.close().await.unwrap();
}
