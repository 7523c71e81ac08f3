//! 命令 · one file each.

pub mod accord;
pub mod archive;
pub mod bench;
pub mod decide;
pub mod demo;
pub mod directive;
pub mod doctor;
pub mod due;
pub mod form;
pub mod id;
pub mod items;
pub mod log;
pub mod migrate;
pub mod person;
pub mod process;
pub mod query;
pub mod rebuild;
pub mod receipt;
pub mod recompute;
pub mod rules;
pub mod serve;
pub mod witness;
