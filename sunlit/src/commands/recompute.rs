//! 重算数字 · a figure of the board from the public log alone (A2.4, F147): the log is downloaded and verified, its public acts are counted by
//! the definition of the figure, and what comes out is held against what the site shows, where that is asked for.
//!
//! Ends with 0 when the figure was computed, and is what the site shows; 1 when the log or the figure of the site is not right; 2 when nothing
//! could be computed.

use super::log::{self, Client, Seen, Trusting, Verify};
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::logging;
use calendar::{Calendar, SHANGHAI, parse_date};
use chrono::{NaiveDate, Utc};
use figures::{FIGURES, Figure, Kind, Question, Recount, Value};
use foundation::page::{Lang, translate};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    /// 要重算的数字，例如 on-time-share；不写时列出有哪些
    figure: Option<String>,
    /// 站点或日志的地址，例如 https://zw.example.gov.cn；或存着日志文件的目录
    #[arg(long, value_name = "PATH|URL")]
    log: Option<String>,
    /// 从哪天起；不写就是到那天为止的三十天
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<NaiveDate>,
    /// 到哪天止；不写就是今天
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<NaiveDate>,
    /// 只算这个区划，写代码或代码的开头，例如 3415
    #[arg(long, value_name = "CODE", default_value = "")]
    region: String,
    /// 只算这个单位，写它在看板地址里的代号
    #[arg(long, value_name = "KEY", default_value = "")]
    agency: String,
    /// 只算这个事项，写它在看板地址里的代号
    #[arg(long, value_name = "KEY", default_value = "")]
    item: String,
    /// 只算日志的前 N 条：同样的 N 条，谁在哪天算都是同一个数
    #[arg(long, value_name = "N")]
    entries: Option<u64>,
    /// 再问网站此刻显示多少，一样就说一样，不一样就指出差在哪里
    #[arg(long, conflicts_with = "entries")]
    check: bool,
    #[command(flatten)]
    by: Trusting,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    parse_date(text).map_err(|_| "请写成 2026-11-28".to_owned())
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    Ok(answer(options, json).await.unwrap_or_else(|failure| {
        failure.tell(json);
        ExitCode::from(BAD_INPUT)
    }))
}

/// What the site says, as it stands in its download.
#[derive(Deserialize)]
struct Shown {
    asked: Question,
    entries: u64,
    sum: i64,
    of: Option<i64>,
    acts: i64,
    value: String,
    /// The entries that its list shows, where it says so.
    behind: Option<BTreeSet<i64>>,
}

impl Shown {
    /// Asks the site whose log it is, before the log is read: so the log has all that its figure rests on.
    async fn ask(client: &Client, figure: &Figure, options: &Options) -> Result<Shown, Failure> {
        let said = [
            ("from", options.from.map(|day| day.to_string())),
            ("to", options.to.map(|day| day.to_string())),
            ("region", Some(options.region.clone())),
            ("agency", Some(options.agency.clone())),
            ("item", Some(options.item.clone())),
            ("numbers", Some("true".to_owned())),
        ];
        let said = said.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)));
        let said: String = said.map(|(key, value)| format!("&{key}={}", foundation::page::encode(&value))).collect();
        let path = format!("sunlight/figures/{}?as=json{said}", figure.key);
        let site = client
            .site_of()
            .ok_or_else(|| Failure::new("日志在目录里，没有网站可以对照").mend("--log 写网站的地址，或者去掉 --check"))?;
        let found = site.get(&path).await?;
        found
            .as_deref()
            .and_then(|text| serde_json::from_slice(text).ok())
            .ok_or_else(|| Failure::new(format!("{}/{path} 没有给出这个数字", site.base())).mend("核对地址，或者去掉 --check"))
    }

    fn is(&self, value: &Value) -> bool {
        (self.sum, self.of, self.acts, &self.value) == (value.sum, value.of, value.acts, &value.text())
    }

    /// The entries that its list lacks, and those it has in addition.
    fn differs(&self, behind: &BTreeSet<i64>) -> (Vec<i64>, Vec<i64>) {
        let Some(listed) = &self.behind else { return Default::default() };
        (behind.difference(listed).copied().collect(), listed.difference(behind).copied().collect())
    }

    fn written(&self, kind: Kind) -> String {
        written(&self.value, self.of.map(|of| kind.quotient(self.sum, of)), self.acts)
    }
}

/// Entries for a person: the first few, and how many more.
fn entries_of(numbers: &[i64]) -> String {
    let named: Vec<String> = numbers.iter().take(MOST_NAMED).map(|n| format!("第 {n} 条")).collect();
    let more = numbers.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!("，还有 {more} 条，加 --json 全部列出") } else { String::new() };
    format!("{}{more}", named.join("、"))
}

/// Entries of a list that are named to a person.
const MOST_NAMED: usize = 20;

/// A figure with the whole numbers it comes of.
fn written(text: &str, quotient: Option<String>, acts: i64) -> String {
    match quotient {
        Some(quotient) => format!("{text}（{quotient}，{acts} 条行为）"),
        None => format!("{text}（{acts} 条行为）"),
    }
}

async fn answer(options: Options, json: bool) -> Done {
    let Some(key) = &options.figure else { return Ok(list(json)) };
    let figure = Figure::of(key).ok_or_else(|| {
        let names: Vec<&str> = FIGURES.iter().map(|figure| figure.key).collect();
        Failure::new(format!("没有叫 {key} 的数字")).mend(format!("可以重算的有：{}", names.join("、")))
    })?;
    let place = options
        .log
        .clone()
        .ok_or_else(|| Failure::new("没有写是哪一本日志").mend("用 --log 写站点的地址，或存着日志文件的目录"))?;
    let shown = match options.check {
        true => Some(Shown::ask(&Client::find(&place).await?, figure, &options).await?),
        false => None,
    };
    let asked = match &shown {
        Some(shown) => shown.asked.clone(),
        None => {
            let to = options.to.unwrap_or_else(|| Utc::now().with_timezone(&SHANGHAI).date_naive());
            let from = options.from.unwrap_or_else(|| Question::until(to).from);
            Question { from, to, region: options.region, agency: options.agency, item: options.item }
        }
    };
    let today = Utc::now().with_timezone(&SHANGHAI).date_naive();
    if figure.is_standing() && asked.to != today && options.entries.is_none() {
        return Err(Failure::new(format!("“{}”说的是日志末尾那天的情形，别的日子没有数", figure.zh))
            .english(format!(
                "\"{}\" tells how things stand at the end of the log, not on another day",
                translate(figure.zh, Lang::En)
            ))
            .mend_both(
                "去掉 --to；要那天的数，用 --entries 写那天日志有多少条",
                "leave out --to, or say with --entries how many entries the log had on that day",
            ));
    }
    if asked.from > asked.to {
        return Err(Failure::new("起始日在截止日后面").mend("--from 写早的一天，--to 写晚的一天"));
    }
    let first = options.entries.or(shown.as_ref().map(|shown| shown.entries));
    let mut recount = Recount::new(figure, asked.clone(), Calendar::china());
    let mut unread = None;
    let mut each = |n: u64, kind: &str, body: &str| {
        if first.is_none_or(|first| n < first)
            && let Err(error) = recount.read(n as i64, kind, body)
        {
            unread.get_or_insert((n, error.to_string()));
        }
    };
    let seen = match log::look(&Verify::of(&place, options.by), &mut each, json).await? {
        Ok(seen) => seen,
        Err(code) => return Ok(code),
    };
    if !seen.is_whole() {
        let code = seen.tell(json)?;
        if !json {
            eprintln!("日志没有通过核验，数字不算。");
        }
        return Ok(if code == ExitCode::SUCCESS { ExitCode::from(BAD_INPUT) } else { code });
    }
    if let Some((n, error)) = unread {
        return Err(Failure::new(format!("日志第 {n} 条的公开正文读不懂：{error}")).mend("这个程序可能比网站旧，换新的再算"));
    }
    let entries = first.unwrap_or(seen.head().size);
    if entries > seen.head().size {
        let said = format!("签名的日志头只有 {} 条，没有 {entries} 条", seen.head().size);
        return Err(Failure::new(said).mend("写一个不大于日志的数；网站的数字用了没有签名的条目的，请保存下来作证"));
    }
    if let Some(unmet) = recount.unmet() {
        return Err(Failure::new(format!("日志里没有一条是“{unmet}”的"))
            .english(format!("no entry of the log is of \"{unmet}\""))
            .mend_both("核对 --region、--agency、--item 写的代码或代号", "check what --region, --agency and --item say"));
    }
    tell(&recount, figure, &asked, entries, &seen, shown.as_ref(), json)
}

fn tell(
    recount: &Recount,
    figure: &Figure,
    asked: &Question,
    entries: u64,
    seen: &Seen,
    shown: Option<&Shown>,
    json: bool,
) -> Done {
    logging::about_to_tell();
    let value = &recount.value();
    let (missing, additional) = shown.map(|shown| shown.differs(recount.behind())).unwrap_or_default();
    let sums = shown.is_none_or(|shown| shown.is(value));
    // A number may be right while an act is missing from the list behind it: both are held against the log.
    let equal = sums && missing.is_empty() && additional.is_empty();
    let head = seen.head();
    if json {
        let said = serde_json::json!({
            "ok": equal,
            "figure": figure.key,
            "name": figure.zh,
            "name_en": translate(figure.zh, Lang::En),
            "how": figure.how,
            "how_en": translate(figure.how, Lang::En),
            "asked": asked,
            "entries": entries,
            "sum": value.sum,
            "of": value.of,
            "acts": value.acts,
            "value": value.text(),
            "log": { "origin": head.origin, "size": head.size, "root": head.root.to_string() },
            "site": shown.map(|s| serde_json::json!({ "equal": equal, "sum": s.sum, "of": s.of, "acts": s.acts, "value": s.value, "missing": missing, "additional": additional })),
        });
        println!("{}", serde_json::to_string_pretty(&said)?);
    } else {
        let unit = if figure.kind == Kind::Average && value.of != Some(0) { " 个工作日" } else { "" };
        println!("{}：{}{unit}", figure.zh, value.text());
        let place: Vec<&str> =
            [&asked.region, &asked.agency, &asked.item].into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        let place = if place.is_empty() { "全部".to_owned() } else { place.join("、") };
        println!("  问的是  {} 至 {}，{place}", asked.from, asked.to);
        println!("  定义    {}", figure.how);
        println!("          {}: {}", translate(figure.zh, Lang::En), translate(figure.how, Lang::En));
        println!("  算式    {}", written(&value.text(), value.quotient(), value.acts));
        println!("  日志    {} 的前 {entries} 条，逐条核验过；签名的日志头 {} 条", head.origin, head.size);
        println!("  根散列  {}", head.root);
        match shown {
            Some(_) if equal => println!("  网站    显示的和重算的一样"),
            Some(shown) if !sums => {
                println!(
                    "  网站    显示的不一样：网站 {}，重算 {}",
                    shown.written(figure.kind),
                    written(&value.text(), value.quotient(), value.acts)
                );
            }
            Some(_) => println!("  网站    显示的数一样，列出的行为不一样"),
            None => println!("  加上 --check，和网站此刻显示的对一遍"),
        }
        for (said, numbers) in [("少了", &missing), ("多了", &additional)] {
            if !numbers.is_empty() {
                println!("          清单{said}日志{}", entries_of(numbers));
            }
        }
    }
    Ok(if equal { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(json: bool) -> ExitCode {
    if json {
        let all: Vec<_> = FIGURES
            .iter()
            .map(|f| {
                serde_json::json!({
                    "figure": f.key,
                    "name": f.zh,
                    "name_en": translate(f.zh, Lang::En),
                    "how": f.how,
                    "how_en": translate(f.how, Lang::En),
                })
            })
            .collect();
        println!("{}", serde_json::json!({ "ok": true, "figures": all }));
    } else {
        println!("可以只凭公开日志重算的数字：");
        for figure in &FIGURES {
            println!("  {:<22}{}（{}）", figure.key, figure.zh, translate(figure.zh, Lang::En));
            println!("  {:<22}{}", "", figure.how);
            println!("  {:<22}{}", "", translate(figure.how, Lang::En));
        }
        println!("例如：sunlit recompute on-time-share --log https://zw.example.gov.cn --check");
    }
    ExitCode::SUCCESS
}
