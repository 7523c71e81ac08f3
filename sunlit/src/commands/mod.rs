//! 命令 · one file each.

pub mod demo;
pub mod doctor;
pub mod log;
pub mod migrate;
pub mod person;
pub mod process;
pub mod rebuild;
pub mod receipt;
pub mod serve;
