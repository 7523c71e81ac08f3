//! 阳光政务 · the program as a library: `app` joins the wings into one site, each command is one file under `commands`.

pub mod app;
pub mod bar;
pub mod commands;
pub mod database;
pub mod failure;
pub mod input;
pub mod json;
pub mod logging;
mod open_data;
pub mod serving;
pub mod throw_away;
pub mod usage;
mod verify;
pub mod witnessing;
