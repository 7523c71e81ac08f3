//! 测速 · how much the house carries (`sunlit bench`).

use crate::failure::{Done, Failure};

#[derive(clap::Args)]
pub struct Options {}

pub async fn run(_: Options, _: bool) -> Done {
    Err(Failure::new("这个版本还不能测速"))
}
