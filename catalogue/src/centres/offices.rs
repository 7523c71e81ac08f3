//! 中心的人 · who may do what to one centre (B2.1, B3.1-01): its manager keeps its record and asks, its management body reviews, its government
//! approves. The policies say so; here is what they are asked, and how a body says whether something passes.

use super::outside_pages::government_of;
use crate::{Catalogue, Centre};
use authority::{Act, Circumstance, Resource};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;
use foundation::{House, Stop};

/// The key of the government that approves: of the centre's region, or of the next one above that has one on record.
pub fn government(catalogue: &Catalogue, centre: &Centre) -> Option<String> {
    catalogue.regions().upwards(&centre.region).into_iter().find_map(|region| government_of(catalogue, region))
}

fn resource(catalogue: &Catalogue, centre: &Centre) -> Resource {
    Resource::Centre {
        key: centre.key.clone(),
        manager: centre.manager.clone(),
        government: government(catalogue, centre).unwrap_or_default(),
    }
}

/// Asks the policies; the refusal says why.
pub fn may(house: &House, catalogue: &Catalogue, person: &Person, act: Act, centre: &Centre) -> Result<(), Stop> {
    house.may(&person.principal(), act, &resource(catalogue, centre), &Circumstance::default()).map(|_| ())
}

/// Whether a page offers it to whoever looks.
pub fn is_offered(house: &House, catalogue: &Catalogue, person: Option<&Person>, act: Act, centre: &Centre) -> bool {
    person.is_some_and(|person| may(house, catalogue, person, act, centre).is_ok())
}

/// 结论 · what a body is asked, under the key of its field.
pub fn verdict_field(filled: &Filled, key: &str) -> String {
    filled.choice(key, "结论", "radio", &[("yes", "同意"), ("no", "不同意")])
}

/// 同意 or 不同意, and nothing else.
pub fn verdict(posted: &Posted, key: &str, errors: &mut Vec<FieldError>) -> bool {
    match posted.one(key) {
        "yes" => true,
        "no" => false,
        _ => {
            errors.push(field_error(key, "结论", "请选同意还是不同意", "Choose whether it passes"));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b2_1_a_body_says_yes_or_no_and_nothing_passes_in_silence() {
        let says = |said: &str| {
            let mut errors = Vec::new();
            let passes = verdict(&Posted([("verdict".to_owned(), vec![said.to_owned()])].into()), "verdict", &mut errors);
            (passes, errors.len())
        };
        assert_eq!(says("yes"), (true, 0));
        assert_eq!(says("no"), (false, 0));
        assert_eq!(says(""), (false, 1));
        assert_eq!(says("maybe"), (false, 1));
    }
}
