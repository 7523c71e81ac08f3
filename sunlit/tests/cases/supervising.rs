//! 监察总览的数字 (C3.3-24): each number opens on as many rows as it says.

use crate::desk::{Desk, OK};
use std::collections::BTreeSet;
use testing::{AGENCY, Client};

/// The numbers of a page that are links: where each goes, and what it says.
fn numbers(page: &str) -> BTreeSet<(String, String)> {
    let link = |rest: &str| {
        let (address, rest) = rest.split_once('"')?;
        let (_, rest) = rest.split_once('>')?;
        let said = rest.split("</a>").next()?;
        // In a rail the number stands behind the name, beside a figure too.
        let said = said.split("<b>").last()?.split("</b>").next()?;
        let number = said.rsplit(' ').next()?;
        let is_ours =
            ["/supervision/board", "/supervision/cards", "/sunlight/figures/"].iter().any(|path| address.starts_with(path));
        let is_number = is_ours && number.starts_with(|c: char| c.is_ascii_digit());
        is_number.then(|| (address.replace("&#38;", "&").replace("&amp;", "&"), number.to_owned()))
    };
    page.split("<a href=\"").skip(1).filter_map(link).collect()
}

/// What the list says it holds.
fn total(list: &str) -> String {
    list.split("合计 ").nth(1).and_then(|rest| rest.split('<').next()).expect("the list states its total").to_owned()
}

async fn holds(client: &Client, page: &str) -> usize {
    let seen = numbers(page);
    for (address, said) in &seen {
        let list = client.get(address).await.is(OK).text();
        if address.starts_with("/sunlight/figures/") {
            assert!(list.contains(&format!("<dd>{said}")), "{address} is not {said}");
            continue;
        }
        assert_eq!(&total(&list), said, "{address}");
        if address.starts_with("/supervision/cards") {
            assert_eq!(&list.matches("<tr><th scope=\"row\"").count().to_string(), said, "{address}");
        }
    }
    seen.len()
}

#[tokio::test]
async fn c3_3_24_each_number_of_the_board_opens_on_as_many_rows_as_it_says() {
    let desk = Desk::open().await;
    crate::figures::story(&desk).await;
    desk.settle().await;
    let supervisor = desk.sign_in("supervisor").await;
    let board = "/supervision/board";
    // A download holds the whole list, however few rows a page has.
    let all = supervisor.get("/supervision/cards").await.is(OK).text();
    for page in ["/supervision/cards?rows=1", "/supervision/cards?rows=1&after=1~00000000-0000-0000-0000-000000000001"] {
        let csv = supervisor.get(&format!("{page}&as=json")).await.is(OK).json();
        assert_eq!(csv.as_array().unwrap().len().to_string(), total(&all), "{page}");
    }
    for path in [board.to_owned(), format!("{board}?agency={AGENCY}"), format!("{board}?region=34&stage=all")] {
        let page = supervisor.get(&path).await.is(OK).text();
        let links = holds(&supervisor, &page).await;
        assert!(links > 30, "{path}: {links}");
    }
    // A card that stands is still open; one that was withdrawn is in no number, and neither is a warning whose case is over.
    let open = || async {
        let page = supervisor.get(board).await.is(OK).text();
        holds(&supervisor, &page).await;
        let of = |colour: &str| {
            let address = format!("/supervision/cards?turn=open&colour={colour}");
            numbers(&page).into_iter().find(|(to, _)| *to == address).map(|(_, said)| said).unwrap()
        };
        ["warning", "yellow", "red"].map(of)
    };
    let [warnings, yellow, red] = open().await;
    assert!([&warnings, &yellow, &red].iter().all(|n| n.as_str() != "0"), "{warnings} {yellow} {red}");
    let set = async |colour: &str, progress: &str, turn: Option<&str>, outcome: &str| {
        sqlx::query("update cards set progress = $2, turn = $3, outcome = $4, due = null where colour = $1")
            .bind(colour)
            .bind(progress)
            .bind(turn)
            .bind(outcome)
            .execute(desk.pool())
            .await
            .unwrap()
    };
    set("yellow", "rectifying", Some("unit"), "upheld").await;
    set("red", "withdrawn", None, "withdrawn").await;
    assert_eq!(open().await, [warnings.clone(), yellow.clone(), "0".into()]);
    sqlx::query("update watches set concluded_on = current_date, stage = 'granted'").execute(desk.pool()).await.unwrap();
    assert_eq!(open().await, ["0".into(), yellow, "0".into()]);

    // An agency's rail counts what its list shows.
    let officer = desk.sign_in("officer").await;
    let cards = officer.get("/supervision/cards").await.is(OK).text();
    assert!(holds(&officer, &cards).await > 3);
}

#[tokio::test]
async fn a2_4_how_much_faster_than_the_law_is_one_figure_wherever_it_stands() {
    let desk = Desk::open().await;
    let month = desk.house().now().date() - chrono::Days::new(20);
    let day = |n: u64, time: &str| format!("{} {time}", month + chrono::Days::new(n));
    desk.submits("C1", &day(0, "09:00")).await;
    desk.accepts("C1", &day(0, "10:00")).await;
    desk.settle().await;
    desk.grants("C1", &day(7, "09:00")).await;
    desk.settle().await;
    let told = desk.nobody().get("/sunlight").await.is(OK).text();
    let board = desk.sign_in("supervisor").await.get("/supervision/board").await.is(OK).text();
    let of = |page: &str| numbers(page).into_iter().find(|(to, _)| to.contains("/faster-than-law?")).expect("it is told");
    assert_eq!(of(&told), of(&board));
    assert!(of(&told).1.ends_with('%'), "{:?}", of(&told));
}
