//! 图 · cards by week as SVG, drawn by the server from the rows of the table under it. Lines differ in dash and marker, not
//! in hue alone, and each is labelled at its end (ui §4).

use chrono::{Datelike, NaiveDate};
use foundation::page::{Lang, translate};
use std::fmt::Write;

/// The cards of one week.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Week {
    pub monday: NaiveDate,
    pub warnings: i64,
    pub yellow: i64,
    pub red: i64,
}

impl Week {
    pub fn label(&self) -> String {
        format!("{}/{}", self.monday.month(), self.monday.day())
    }
}

const LEFT: f64 = 44.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 184.0;

/// The weeks as three lines.
pub fn svg(weeks: &[Week], lang: Lang) -> String {
    let most = weeks.iter().flat_map(|w| [w.warnings, w.yellow, w.red]).max().unwrap_or(0);
    // Four even steps with whole numbers.
    let step = (most.max(1) + 3) / 4;
    let top = (step * 4) as f64;
    let y = |n: i64| BOTTOM - (BOTTOM - TOP) * n as f64 / top;
    let last = (weeks.len().max(2) - 1) as f64;
    let x = |i: usize| LEFT + (RIGHT - LEFT) * i as f64 / last;
    let mut out = String::from(r#"<svg class="chart" viewBox="0 0 720 214" role="img" aria-labelledby="weeks"><g>"#);
    for n in (0..=4).map(|i| i * step) {
        let at = y(n);
        let _ = write!(
            out,
            r#"<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{at:.1}" y2="{at:.1}"/><text x="{}" y="{:.1}" text-anchor="end">{n}</text>"#,
            LEFT - 10.0,
            at + 4.0
        );
    }
    for (i, week) in weeks.iter().enumerate() {
        let _ = write!(out, r#"<text x="{:.1}" y="206" text-anchor="middle">{}</text>"#, x(i), week.label());
    }
    out.push_str("</g>");
    type Of = fn(&Week) -> i64;
    let lines: [(&str, &str, Of); 3] = [("1", "预警", |w| w.warnings), ("2", "黄牌", |w| w.yellow), ("3", "红牌", |w| w.red)];
    // Labels at the ends keep a line's height between them.
    let mut ends: Vec<(f64, String)> = Vec::new();
    for (class, name, of) in lines {
        let points: Vec<(f64, f64)> = weeks.iter().enumerate().map(|(i, week)| (x(i), y(of(week)))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(out, r#"<polyline class="l{class}" points="{}"/>"#, path.join(" "));
        for (x, y) in &points {
            let _ = match class {
                "1" => write!(out, r#"<circle class="p1" cx="{x:.1}" cy="{y:.1}" r="4.5"/>"#),
                "2" => write!(out, r#"<rect class="p2" x="{:.1}" y="{:.1}" width="8" height="8"/>"#, x - 4.0, y - 4.0),
                _ => write!(out, r#"<path class="p3" d="M{x:.1} {:.1}l5.5 9.5h-11z"/>"#, y - 6.0),
            };
        }
        if let (Some(week), Some((_, y))) = (weeks.last(), points.last()) {
            ends.push((*y, format!("{} {}", translate(name, lang), of(week))));
        }
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::MIN;
    for (y, text) in ends {
        let at = y.max(free);
        let _ = write!(out, r#"<text class="end" x="{}" y="{:.1}">{text}</text>"#, RIGHT + 12.0, at + 4.0);
        free = at + 18.0;
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c3_3_the_chart_shows_the_rows_of_its_table() {
        let monday = NaiveDate::from_ymd_opt(2026, 9, 14).unwrap();
        let weeks: Vec<Week> =
            (0..8).map(|i| Week { monday: monday + chrono::Days::new(7 * i), warnings: 7, yellow: 2, red: 0 }).collect();
        let drawn = svg(&weeks, Lang::Zh);
        assert_eq!(drawn.matches("<circle").count(), 8);
        assert_eq!(drawn.matches("class=\"p2\"").count(), 8);
        assert_eq!(drawn.matches("class=\"p3\"").count(), 8);
        assert!(drawn.contains("预警 7") && drawn.contains("黄牌 2") && drawn.contains("红牌 0"));
        assert!(drawn.contains(">9/14<"));
        assert!(!drawn.contains("NaN"));
        assert!(!svg(&[], Lang::Zh).contains("NaN"));
    }
}
