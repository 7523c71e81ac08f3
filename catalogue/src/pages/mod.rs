//! 页面 · the pages anybody may read without signing in: home, matters, guides, the fit check, help.

mod about;
pub(crate) mod fit;
pub(crate) mod guide;
mod home;
mod matters;
mod originals;
mod samples;
mod situation;

use crate::Item;
use axum::Router;
use axum::routing::get;
use foundation::House;
use foundation::page::Lang;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/", get(home::show))
        .route("/matters", get(matters::show))
        .route("/matters/{slug}", get(guide::show))
        .route("/matters/{slug}/fit", get(fit::show))
        .route("/matters/{slug}/situation", get(situation::show))
        .route("/matters/{slug}/situations.dmn", get(originals::situations))
        .route("/matters/{slug}/process.bpmn", get(originals::process))
        .route("/matters/{slug}/process.svg", get(originals::drawing))
        .route("/matters/{slug}/form.json", get(originals::form))
        .route("/matters/{slug}/fit.dmn", get(originals::table))
        .route("/matters/{slug}/item.json", get(originals::item))
        .route("/matters/{slug}/definition.json", get(originals::definition))
        .route("/guides", get(samples::list))
        .route("/guides/{id}", get(samples::one))
        .route("/accessibility", get(about::accessibility))
        .route("/help", get(about::help))
}

/// An item in a list.
#[derive(Clone)]
struct Card {
    slug: String,
    name: String,
    /// Its body, or what it is about.
    about: String,
    /// “8 个工作日 · 不收费”
    facts: Vec<String>,
    icon: &'static str,
}

impl Card {
    fn of(item: &Item, agency: &str, lang: &Lang) -> Card {
        let visits = match item.visits {
            0 => "不用跑".to_owned(),
            n => format!("跑 {n} 趟"),
        };
        Card {
            slug: item.slug.clone(),
            name: item.short_name(lang).to_owned(),
            about: agency.to_owned(),
            facts: vec![item.promised_text(), item.fee.standard.clone(), visits],
            icon: icon(item),
        }
    }
}

/// A drawing of what the item is about, by its themes; decoration only.
fn icon(item: &Item) -> &'static str {
    const FOOD: &str = "M4 10v10h16V10M3 10l2-6h14l2 6c0 1.500-1.300 2.500-3 2.500S15 11.500 15 10c0 1.500-1.300 2.500-3 2.500S9 11.500 9 10c0 1.500-1.300 2.500-3 2.500S3 11.500 3 10zM10 20v-4h4v4";
    const PEOPLE: &str = "M12 8a3 3 0 1 0-6 0 3 3 0 0 0 6 0M3 20c0-4 2.500-6.500 6-6.500s6 2.500 6 6.500M16 5.500a3 3 0 0 1 0 5.500M18 14c2 1 3 3 3 6";
    const ELDERS: &str =
        "M12.500 5a2.500 2.500 0 1 0-5 0 2.500 2.500 0 0 0 5 0M10 8c-2 2-3 5-3 8h5l1 5M10 9l3 3h3M17 12v9M8 16l-1 5";
    const PAPER: &str = "M4 3h16v18H4zM8 8h8M8 12h8M8 16h5";
    let about = |word: &str| item.themes.iter().any(|theme| theme.contains(word));
    match () {
        () if about("老年") || about("养老") => ELDERS,
        () if about("食品") || about("餐饮") => FOOD,
        () if about("人力资源") || about("就业") => PEOPLE,
        () => PAPER,
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;
    use askama::Template;
    use chrono::{TimeZone, Utc};
    use foundation::page::{Lang, Preferences, Shell, render};
    use foundation::{Moment, Site};
    use std::sync::{Arc, OnceLock};

    pub(super) fn catalogue() -> &'static Catalogue {
        static LOADED: OnceLock<Catalogue> = OnceLock::new();
        LOADED.get_or_init(|| Catalogue::embedded().unwrap_or_else(|fault| panic!("{fault}")))
    }

    /// A reader who is not signed in, on 25 November 2026 at ten.
    pub(super) fn shell(english: bool) -> Shell {
        let at = Utc.with_ymd_and_hms(2026, 11, 25, 2, 0, 0).unwrap();
        Shell {
            lang: if english { Lang::En } else { Lang::Zh },
            preferences: Preferences { english, ..Preferences::default() },
            person: None,
            site: Site {
                name: "阳光政务".into(),
                tagline: "政务公开与政务服务平台".into(),
                host_body: None,
                id_code: None,
                icp: None,
                hotline: "12345".into(),
                origin: "https://zw.example.cn".into(),
            },
            demonstration: false,
            address: "/".into(),
            path: "/matters".into(),
            now: Moment::new(at, Arc::new(calendar::Calendar::china())),
        }
    }

    #[test]
    fn b4_3_the_addresses_do_not_collide() {
        let _ = super::routes().merge(crate::pages::Router::new().route("/matters/{slug}/apply", crate::pages::get(|| async {})));
    }

    pub(super) fn drawn(shell: &Shell, page: &impl Template) -> String {
        let response = render(shell, page).unwrap();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        String::from_utf8(runtime.block_on(body).unwrap().to_vec()).unwrap()
    }
}
