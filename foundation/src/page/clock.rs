//! 日晷与日历条 · the two instruments that show a legal clock: one tick per working day, and each day with its reason.

use crate::Moment;
use crate::page::{Lang, told, translate};
use calendar::{Clock, DayLine, DayMark, Standing, Unit};
use chrono::{Datelike, NaiveDate, Weekday};
use std::fmt::Write;

/// A clock as a page shows it.
pub struct ClockView {
    pub name: &'static str,
    pub standing: Standing,
    pub days: Vec<DayLine>,
    pub due: Option<NaiveDate>,
    /// The real today, also when the clock has stopped.
    pub today: NaiveDate,
    /// A pause has ended and this is its last day: counting goes on tomorrow.
    pub resumes: bool,
    /// Whether its days are working days.
    working: bool,
}

impl ClockView {
    pub fn new(name: &'static str, clock: &Clock, now: &Moment) -> ClockView {
        let until = clock.stopped.map_or(now.date(), |stopped| stopped.min(now.date()));
        let standing = clock.standing(&now.calendar, until);
        let due = standing.due.as_ref().map(|d| d.date);
        let resumes = clock.is_paused(until) && clock.pauses_on(until).all(|pause| pause.to.is_some());
        let working = clock.limit.unit == Unit::WorkingDay;
        ClockView { name, days: clock.explain(&now.calendar, until), due, standing, today: now.date(), resumes, working }
    }
    pub fn stopped(&self) -> bool {
        matches!(self.standing.state, calendar::State::Stopped)
    }
    pub fn late(&self) -> bool {
        self.standing.left < 0
    }
    pub fn paused(&self) -> bool {
        matches!(self.standing.state, calendar::State::Paused) && !self.resumes
    }
    /// “第 6 个工作日，共 8 个”
    pub fn headline(&self) -> String {
        let s = &self.standing;
        match (self.paused(), self.late(), self.stopped()) {
            (_, _, true) => format!("用了 {} 个工作日，限 {} 个", s.used, s.total),
            (true, ..) => "计时暂停中".into(),
            (_, true, _) => format!("已超 {} 个工作日", -s.left),
            _ if self.resumes => "今天还不计，明天恢复计时".into(),
            _ if s.used == 0 => format!("明天起算，共 {} 个工作日", s.total),
            _ => format!("第 {} 个工作日，共 {} 个", s.used, s.total),
        }
    }
    /// “还剩 2 个工作日”
    pub fn left(&self) -> String {
        format!("还剩 {} 个工作日", self.standing.left)
    }
    /// For a queue: “剩 2 个工作日”, “今天到期”, “超 2 天”.
    pub fn short(&self) -> String {
        match (self.paused(), self.standing.left) {
            (true, _) => "暂停中".into(),
            (_, left) if left < 0 && self.working => format!("超 {} 个工作日", -left),
            (_, left) if left < 0 => format!("超 {} 天", -left),
            (_, 0) => "今天到期".into(),
            (_, left) if self.working => format!("剩 {left} 个工作日"),
            (_, left) => format!("剩 {left} 天"),
        }
    }
    pub fn svg(&self) -> String {
        sundial(&self.standing, self.paused(), self.stopped())
    }
    pub fn strip(&self, lang: &Lang) -> String {
        day_strip(&self.days, self.today, self.due, *lang)
    }
}

/// The sundial: an arc of one tick per working day, the sun on today. Decorative: the words beside it say the same.
pub fn sundial(standing: &Standing, paused: bool, stopped: bool) -> String {
    let total = standing.total.clamp(1, 60);
    let late = standing.left < 0;
    let used = if late { total } else { standing.used.min(total) };
    let point = |angle: f64| (60.0 - 50.0 * angle.cos(), 62.0 - 50.0 * angle.sin());
    let step = std::f64::consts::PI / f64::from(total);
    let gap = (step * 0.12).min(0.035);
    let mut out = String::from(r#"<svg viewBox="0 0 120 72" aria-hidden="true" focusable="false">"#);
    for i in 0..total {
        let (x1, y1) = point(step * f64::from(i) + gap);
        let (x2, y2) = point(step * f64::from(i + 1) - gap);
        let class = match () {
            () if late => "dial-late",
            () if i + 1 == used && !paused && !stopped => "dial-now",
            () if i < used => "dial-past",
            () => "dial-left",
        };
        let _ = write!(
            out,
            r#"<path class="{class}" d="M{x1:.1} {y1:.1}A50 50 0 0 1 {x2:.1} {y2:.1}" fill="none" stroke-width="9"/>"#
        );
    }
    let at = if late { std::f64::consts::PI } else { step * (f64::from(used) - 0.5).max(0.0) };
    let (x, y) = point(at);
    let number = match () {
        () if late => "!".to_owned(),
        () if paused => "—".to_owned(),
        () => standing.used.to_string(),
    };
    let _ = write!(
        out,
        r#"<path class="dial-base" d="M2 67H118" stroke-width="2"/><circle class="dial-sun" cx="{x:.1}" cy="{y:.1}" r="7.5"/><text class="dial-num" x="60" y="58">{number}</text></svg>"#
    );
    out
}

/// The strip of days in weeks from Monday, each with its legal reason in words for a screen reader.
pub fn day_strip(days: &[DayLine], today: NaiveDate, due: Option<NaiveDate>, lang: Lang) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return String::new() };
    let t = |text: &str| translate(text, lang);
    let span = format!("{}至{}逐日计时", first.date.format("%Y 年 %-m 月 %-d 日"), last.date.format("%-m 月 %-d 日"));
    let mut out = format!(r#"<ol class="days" aria-label="{}">"#, t(&span));
    for day in ["一", "二", "三", "四", "五", "六", "日"] {
        let _ = write!(out, r#"<li class="head" aria-hidden="true">{}</li>"#, t(day));
    }
    for _ in 0..first.date.weekday().num_days_from_monday() {
        out.push_str(r#"<li class="head" aria-hidden="true"></li>"#);
    }
    for (i, line) in days.iter().enumerate() {
        let date = line.date;
        let number = if i == 0 || date.day() == 1 { format!("{}/{}", date.month(), date.day()) } else { date.day().to_string() };
        let is_due = due == Some(date);
        let ahead = date > today;
        let class = match line.mark {
            _ if is_due => "due",
            _ if date == today && line.counted.is_some() => "now",
            DayMark::Paused => "stop",
            DayMark::Late if line.late.is_some() => "late",
            _ if line.counted.is_some() && ahead => "next",
            _ if line.counted.is_some() => "run",
            _ => "",
        };
        let make_up = matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && line.counted.is_some();
        let mark = match () {
            () if is_due => format!("<em>{}</em>", t("截止")),
            () if date == today => format!("<em>{}</em>", t("今天")),
            () if make_up => format!("<em>{}</em>", t("班")),
            () => String::new(),
        };
        let body = match (line.counted, line.mark) {
            (None, DayMark::Late) if line.late.is_some() => format!("<b>+{}</b>", line.late.unwrap_or_default()),
            (Some(n), _) => format!("<b>{n}</b>"),
            (None, DayMark::Start) => t("起"),
            (None, DayMark::Paused) => t("暂停"),
            (None, DayMark::Holiday) => t("假"),
            (None, _) => t("休"),
        };
        let (day, why) = match lang {
            Lang::Zh => (date.format("%-m 月 %-d 日，"), &line.zh),
            Lang::En => (date.format("%-d %b, "), &line.en),
        };
        let _ = write!(
            out,
            r#"<li class="{class}"><span aria-hidden="true"><span class="dow"><span>{number}</span>{mark}</span>{body}</span><span class="hide">{day}{}</span></li>"#,
            told(why, lang)
        );
    }
    out.push_str("</ol>");
    out
}

/// A text as it stands in HTML and XML, between tags and in attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
