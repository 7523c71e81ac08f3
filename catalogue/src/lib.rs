//! 办事目录 · the catalogue (A2.1, B4.3, B6.1): every matter a person can have done, read from the definitions that
//! run. The guide a person reads, the chart that is drawn and the steps the house takes come from the same texts, so
//! they cannot differ (F083).
//!
//! A [`Catalogue`] is loaded once at the start and shared. Loading refuses what must not be published: an item with one
//! of its nine elements empty (F082), a demand that names no paper (F084), a promise longer than the law allows.

mod admin;
mod asked;
mod cache;
pub mod centres;
mod check;
mod data_elements;
mod directory;
pub mod discretion;
mod dmn;
mod fault;
pub mod fee;
mod feel;
mod figures;
pub mod intermediaries;
mod item;
pub mod items;
pub mod letters;
mod loaded;
mod pages;
mod places;
pub mod powers;
mod priors;
pub mod search;
pub mod situations;
pub mod subsidy;
mod tables;
mod texts;
mod versions;

pub use check::HOUSE_NODES;
pub use fault::{CatalogueFault, FileFault};
pub use feel::Feel;
pub use figures::{ItemFigures, TodayFigures, item_figures, today_figures};
pub use item::{
    CaseKind, CertificateLine, Condition, Extension, Facts, Faq, Fee, FeeItem, IntermediaryService, Item, ItemKind, ItemResult,
    Joint, JointWay, LegalBasis, LimitBasis, Material, MaterialSource, Remedies, Show, Source, SpecialProcedure, Survey,
};
pub use items::shelf::in_force;
pub use loaded::{Catalogue, Definition};

pub use powers::law::{Barred, Foundations};

pub use acts::Counter;
pub use places::{Agency, Centre, FormerName, Region};
pub const BROOMS: [foundation::sweep::Broom; 2] = [search::misses::BROOMS[0], items::import::BROOMS[0]];
pub use subsidy::SubsidyRule;

pub use search::{Asked, Found, Hit, Reason};

/// The public guide and the administrator's pages.
pub fn routes() -> axum::Router<foundation::House> {
    pages::routes()
        .merge(items::routes())
        .merge(letters::routes())
        .merge(powers::routes())
        .merge(directory::routes())
        .merge(priors::routes())
        .merge(discretion::routes())
        .merge(centres::routes())
        .merge(intermediaries::routes())
        .merge(admin::routes())
        .merge(search::routes())
}
