//! Every door, knocked on by people who may not enter.

use crate::Desk;
use std::collections::BTreeSet;
use std::path::Path;

/// Every `.route("…")` written anywhere in the wings.
fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for wing in ["foundation", "catalogue", "services", "openness", "oversight", "sunlit"] {
        visit(&root.join(wing).join("src"), &mut |text| {
            for (i, _) in text.match_indices(".route(") {
                let rest = text[i + 7..].trim_start();
                if let Some(rest) = rest.strip_prefix('"')
                    && let Some(end) = rest.find('"')
                {
                    found.insert(rest[..end].to_owned());
                }
            }
        });
    }
    for act in services::cases::SLUGS {
        for door in ["", "/files", "/files/{file}", "/files/{file}/remove"] {
            found.insert(format!("/counter/cases/{{no}}/{act}{door}"));
        }
    }
    found
}

pub fn visit(dir: &Path, look: &mut dyn FnMut(&str)) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|e| e == "rs") {
            look(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Doors of the public: anyone may open them.
const PUBLIC: &[&str] = &[
    "/",
    "/matters",
    "/matters/",
    "/cases",
    "/cases/{no}",
    "/cases/{no}/clock",
    "/cases/{no}/chart",
    "/cases/{no}/package",
    "/certificates/",
    "/verify",
    "/data",
    "/data/catalog.jsonld",
    "/log",
    "/sunlight",
    "/sign-in",
    "/sign-up",
    "/sign-out",
    "/preferences",
    "/health",
    "/metrics",
    "/assets/",
    "/accessibility",
    "/directives",
    "/directives/{no}",
    "/directives/{no}/units",
    "/directives/{no}/{seq}",
    "/leadership",
    "/leadership/{key}",
    "/powers",
    "/powers/agencies",
    "/powers/flagged",
    "/directory",
    "/directory/regions",
    "/directory/regions/{region}",
    "/directory/{code}",
    "/priors",
    "/assets/chart/{*file}",
    "/items/changes/{no}/{part}",
    "/items/export",
    "/guides",
    "/guides/{id}",
    "/matters/{slug}/versions",
    "/matters/{slug}/versions/{version}",
    "/powers/changes",
    "/powers/changes.atom",
    "/powers/changes/{no}",
    "/powers/changes/{no}/rows.jsonl",
    "/powers/{code}",
    "/laws",
    "/calendar",
    "/discretion",
    "/discretion/decisions",
    "/discretion/consistency",
    "/discretion/{code}",
    "/discretion/{code}/table.dmn",
    "/laws/{key}",
    "/help",
    "/queue",
    "/centres",
    "/bulletins",
    "/bulletins/{no}",
    "/letters",
    "/letters/{letter}",
    "/letters/{letter}/sample/{n}",
    "/letters/changes/{no}",
    "/centres/outside",
    "/centres/outside/{item}",
    "/centres/{centre}",
    "/centres/{centre}/coverage",
    "/centres/{centre}/agencies/{agency}",
    "/centres/{centre}/queue",
    "/centres/{centre}/queue/{ticket}/{code}",
    "/centres/{centre}/queue/{ticket}/{code}/rate",
    "/centres/{centre}/screen",
    "/centres/{centre}/presence",
    "/asked",
    "/disclosure",
    "/disclosure/{no}",
    "/disclosure/{no}/clock",
    "/disclosure/{no}/{what}",
    "/complaints",
    "/complaints/new",
    "/complaints/answers",
    "/complaints/figures",
    "/complaints/{no}",
    "/complaints/{no}/clock",
    "/complaints/{no}/{code}",
    "/ratings",
    "/ratings/of/{rated}/{code}",
    "/ratings/orders/{no}",
    "/agent-points",
    "/intermediaries",
    "/intermediaries/{uscc}",
    "/queries",
    "/queries/{id}/receipt",
    "/queries/bodies/{uscc}",
    "/asked/{no}/{code}",
    "/demo",
    "/counter",
    "/admin",
    "/supervision/rules",
    "/supervision/accord",
    "/integrity",
    "/integrity/{slug}",
];

fn is_public(route: &str) -> bool {
    if route.contains("/apply") {
        return false;
    }
    PUBLIC.iter().any(|p| {
        route == *p || (p.ends_with('/') && *p != "/" && route.starts_with(p)) || (*p == "/sunlight" && route.starts_with(p))
    }) || route.starts_with("/log/")
        || route.starts_with("/verify/")
        || route.starts_with("/demo/")
}

#[tokio::test]
async fn b4_2_every_door_is_closed_to_nobody_to_citizens_and_to_officers_of_another_agency() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("申请人").await;
    let no = desk.before_the_chief(&citizen).await;
    let stranger = desk.citizen("路人").await;
    let other = desk.sign_in("officer-hefei").await;
    let admin = desk.sign_in("admin").await;
    let before = desk.acts(&no).await;
    let mut knocked = 0;
    for route in routes() {
        if is_public(&route) {
            continue;
        }
        let path = route
            .replace("{no}", &no)
            .replace("{slug}", "food-production-licence")
            .replace("{step}", "check")
            .replace("{seq}", "1")
            .replace("{version}", "1")
            .replace("{letter}", "receipt")
            .replace("{file}", "00000000-0000-0000-0000-000000000000")
            .replace("{id}", "00000000-0000-0000-0000-000000000000");
        let once = uuid::Uuid::new_v4().to_string();
        // Where uploads go leads back to its page, which is knocked on too.
        let own_page = path.strip_suffix("/files").unwrap_or("nowhere");
        for page in [desk.nobody().get(&path).await, desk.nobody().post(&path, &[("once", &once)]).await] {
            let to = page.location();
            let closed = matches!(page.status, 401 | 403 | 404 | 405 | 415 | 422)
                || (page.status == 303 && (to.starts_with("/sign-in") || to.starts_with("/cases") || to == own_page));
            assert!(closed, "nobody got through {} with {} to {to}", page.asked, page.status);
        }
        if route.starts_with("/counter")
            || route.starts_with("/supervision")
            || route.starts_with("/admin")
            || route.contains("/cases/{no}")
        {
            let mut people = vec![("a citizen", &stranger)];
            if route.contains("{no}") && !route.starts_with("/supervision") {
                people.push(("another agency", &other));
            }
            if route.starts_with("/counter") {
                people.push(("the administrator", &admin));
            }
            for (who, client) in people {
                for page in [client.get(&path).await, client.post(&path, &[("once", &once)]).await] {
                    let closed = matches!(page.status, 401 | 403 | 404 | 405 | 415 | 422)
                        || (page.status == 303 && {
                            // A page of its own that is knocked on too counts as no way in.
                            let to = page.location();
                            to.starts_with("/sign-in")
                                || to == own_page
                                || to.starts_with(&format!("/supervision/cases/{no}#")) && page.asked.contains("/cards/")
                        });
                    assert!(closed, "{who} got through {} with {}", page.asked, page.status);
                }
            }
        }
        knocked += 1;
    }
    assert!(knocked > 20, "only {knocked} doors were found");
    assert_eq!(desk.acts(&no).await, before, "knocking changed the case");
}
