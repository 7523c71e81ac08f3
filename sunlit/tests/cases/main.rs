//! 办件走通 · one approval, all the way, against real PostgreSQL; each test is named by the feature, rule or hard case it shows.

mod agents;
mod arrangements;
mod at_once;
mod browser;
mod bulletins;
mod centres;
mod certificates;
mod delivery;
mod desk;
mod directives;
mod discretion;
mod doors;
mod driver;
mod english;
mod entries;
mod erasure;
mod fees;
mod finding;
mod ground;
mod hall;
mod hearing;
#[path = "../house/mod.rs"]
mod house;
mod identity;
mod intermediaries;
mod item_tables;
mod items;
mod joint;
mod journey;
mod journeys;
mod law;
mod leadership;
mod letters;
mod lists;
mod matters;
mod other_engine;
mod packages;
mod powers;
mod presence;
mod priors;
mod regions;
mod situations;
mod templates;
mod uploads;

use desk::Desk;
