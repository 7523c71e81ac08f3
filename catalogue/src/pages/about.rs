//! 帮助与无障碍声明 · two pages that say what is so, and no more (ui §9).

use crate::Catalogue;
use askama::Template;
use axum::response::Response;
use foundation::Stop;
use foundation::page::{self, Shell, filters};

#[derive(Template)]
#[template(path = "pages/accessibility.html")]
struct AccessibilityPage<'a> {
    shell: &'a Shell,
}

pub async fn accessibility(shell: Shell) -> Result<Response, Stop> {
    page::render(&shell, &AccessibilityPage { shell: &shell })
}

struct Place {
    name: String,
    address: String,
    hours: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage<'a> {
    shell: &'a Shell,
    places: Vec<Place>,
}

pub async fn help(catalogue: Catalogue, shell: Shell) -> Result<Response, Stop> {
    let place = |centre: &std::sync::Arc<crate::Centre>| Place {
        name: centre.name.clone(),
        address: centre.address.clone(),
        hours: centre.hours.clone(),
        phone: centre.phone.clone(),
    };
    let places = catalogue.centres().iter().filter(|centre| centre.is_open(shell.now.date())).map(place).collect();
    page::render(&shell, &HelpPage { shell: &shell, places })
}
