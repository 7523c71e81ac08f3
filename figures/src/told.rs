//! 摆出来的数字 · figures as a board shows them: each opens on its page, with the question that it answers.

use super::counts::Counters;
use super::{FIGURES, Question};
use foundation::Stop;
use sqlx::PgPool;

/// A figure on a board.
pub struct Told {
    pub name: &'static str,
    pub value: String,
    pub address: String,
    /// A smaller one below, which it belongs with.
    pub beside: Option<(&'static str, String, String)>,
}

/// Which figure a board shows: its key, what it is called there (empty: as everywhere), whether it is of the last day alone, and which other
/// belongs with it, under its own name.
pub type Tell = (&'static str, &'static str, bool, Option<(&'static str, &'static str)>);

/// Figures of these days, and of the last of them.
pub async fn tell(pool: &PgPool, which: &[Tell], month: &Question) -> Result<Vec<Told>, Stop> {
    let today = month.over(month.to, month.to);
    let mut counters = Counters::read(pool).await?;
    let (of_today, of_month) = (counters.values(&FIGURES, &today).await?, counters.values(&FIGURES, month).await?);
    let figure = |key: &str, is_today: bool| {
        let (asked, values) = if is_today { (&today, &of_today) } else { (month, &of_month) };
        let at = FIGURES.iter().position(|figure| figure.key == key)?;
        Some((FIGURES[at].zh, values[at].text(), format!("/sunlight/figures/{key}?{}", asked.query())))
    };
    let told = |(key, name, is_today, beside): &Tell| {
        let (zh, value, address) = figure(key, *is_today)?;
        let beside = beside.and_then(|(key, name)| figure(key, *is_today).map(|(_, value, address)| (name, value, address)));
        Some(Told { name: if name.is_empty() { zh } else { name }, value, address, beside })
    };
    Ok(which.iter().filter_map(told).collect())
}
