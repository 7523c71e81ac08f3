//! 三位一体 · compares the three views of the record from its first act on, whatever the site has compared already (A2.5, F029). Changes nothing.

use crate::database::Place;
use crate::failure::Done;
use crate::logging;
use oversight::accord::{self, Odd};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let opened = options.place.open().await?;
    let compared = match opened.pool.acquire().await {
        Ok(mut conn) => accord::check(&mut conn).await,
        Err(error) => Err(error.into()),
    };
    opened.close().await;
    logging::about_to_tell();
    let (counted, odd, agrees) = compared?;
    let ok = odd.is_empty() && agrees;
    if json {
        let said = serde_json::json!({ "ok": ok, "acts": counted, "odd": odd, "site_agrees": agrees });
        println!("{}", serde_json::to_string_pretty(&said)?);
    } else {
        println!("内部控制 {} 条，阳光公开 {} 条，网络监察 {} 条", counted.internal, counted.disclosed, counted.supervision);
        odd.iter().for_each(tell);
        println!("{}", if odd.is_empty() { "相差是零。".into() } else { format!("相差 {} 条。", odd.len()) });
        if !agrees {
            println!("网站记下的对账结果和从头对的不一样；用 sunlit rebuild accord 重新对。");
        }
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(odd: &Odd) {
    let n = odd.n.map_or("没有编号".into(), |n| format!("第 {n} 条"));
    let id = odd.id.map(|id| id.to_string()).unwrap_or_default();
    let views = [(odd.internal, "内部控制"), (odd.disclosed, "阳光公开"), (odd.supervision, "网络监察")];
    let missing: Vec<&str> = views.iter().filter(|(there, _)| !there).map(|(_, name)| *name).collect();
    println!("  {n} {} {id}，没有它的：{}", odd.kind, missing.join("、"));
}
