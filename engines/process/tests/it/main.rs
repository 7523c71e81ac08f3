//! What a chart does: its elements, cases under way, its meaning, and what is told before it is published.

mod common;
mod elements;
mod moving;
mod publication;
mod semantics;
mod under_way;
