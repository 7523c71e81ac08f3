//! A notice goes in as it is and comes out as work that is followed to its last clause (D1–D3; F141–F146).

mod carrying_out;
mod following_up;
mod issuing;

use crate::Desk;
use crate::desk::{Client, OK};
use oversight::directives::demo;
use uuid::Uuid;

/// Posts the form of the office, as a browser does that sends a file or a text.
pub async fn sends(client: &Client, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> testing::Page {
    uploads(client, "/directives/new", fields, file.map(|(name, bytes)| ("file", name, bytes))).await
}

/// Posts a whole form with a file, as a browser does without scripts.
pub async fn uploads(client: &Client, to: &str, fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> testing::Page {
    let mut body = Vec::new();
    for (key, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((field, name, bytes)) = file {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    client.ask("POST", to, &[("content-type", "multipart/form-data; boundary=b")], body).await
}

pub async fn office(desk: &Desk) -> Client {
    desk.employ("openness", "何晓", "openness_officer", Some(demo::OFFICE)).await;
    desk.sign_in("openness").await
}

pub async fn liaison(desk: &Desk, login: &str, unit: &str) -> Client {
    desk.employ(login, "丁岚", "liaison", Some(unit)).await;
    desk.sign_in(login).await
}

/// Issues the notice with these corrections; returns its page.
pub async fn issued(officer: &Client, corrections: &[(&str, &str)]) -> String {
    let once = Uuid::new_v4().to_string();
    let mut fields = vec![("once", once.as_str()), ("text", demo::NOTICE), ("then", "issue")];
    fields.extend(corrections);
    sends(officer, &fields, None).await.is(303).location()
}

/// An act on a task with a fresh form.
pub async fn does(client: &Client, task: &str, what: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::new_v4().to_string();
    let mut all = vec![("once", once.as_str())];
    all.extend(fields);
    client.post(&format!("{task}/{what}"), &all).await
}

/// So many working days from today.
pub fn working_days_on(desk: &Desk, n: u32) -> String {
    let now = desk.house().now();
    now.calendar.add_working_days(now.date(), n).to_string()
}

/// The table of units, by the name of each.
pub async fn owes(desk: &Desk, page: &str, unit: &str) -> serde_json::Value {
    let rows = desk.nobody().get(&format!("{page}/units?as=json")).await.is(OK).json();
    let rows = rows.as_array().or_else(|| rows["rows"].as_array()).unwrap().clone();
    rows.into_iter().find(|row| row["unit"] == unit).unwrap_or_else(|| panic!("{unit} is in no row"))
}

/// A notice of two tasks whose units report in these words.
pub fn notice_of(report: &str) -> String {
    format!(
        "关于分解落实重点工作的通知\n\n一、工作分工\n1．做好甲事项。（牵头单位：省财政厅；参加单位：省审计厅）\n\
         2．做好乙事项。（牵头单位：省审计厅；参加单位：省财政厅）\n\n二、工作要求\n{report}\n\n省政务公开办\n2026年11月20日\n"
    )
}
