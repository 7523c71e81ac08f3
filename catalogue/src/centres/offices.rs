//! 中心的人 · who may do what to one centre (B2.1, B3.1-01): its manager keeps its record and asks, its management body reviews, its government
//! approves. The policies say so; here is what they are asked.

use super::outside_pages::government_of;
use crate::{Catalogue, Centre};
use authority::{Act, Circumstance, Resource};
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
