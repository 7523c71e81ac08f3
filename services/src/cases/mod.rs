//! 办件 · cases (B4.1–B4.3): what a case is, and every act on it, one file each. An officer's act has a form, the law it
//! follows and a page; the page of the case offers exactly the acts its chart is waiting for.

pub mod accept;
pub mod amend;
pub mod answer_hearing;
pub mod applicant;
pub mod basis;
pub mod case;
pub mod chart;
pub mod check;
pub mod choose_delivery;
pub mod correct;
pub mod countersign;
pub mod deemed;
pub mod deliver;
pub mod deny;
pub mod discuss;
pub mod end_remedy;
pub mod erase;
pub mod examine;
pub mod experts;
pub mod extend;
pub mod grant;
pub mod head;
pub mod hearing;
pub mod intermediaries;
pub mod joint;
pub mod mail;
pub mod mail_returned;
pub mod not_required;
pub mod offer_hearing;
pub mod officer;
pub mod package;
pub mod pause;
pub mod payout;
pub mod rate;
pub mod receive;
pub mod recompute;
pub mod refuse;
pub mod refuse_incomplete;
pub mod rejection;
pub mod remedies;
pub mod renewed;
pub mod resume;
pub mod run;
pub mod seek_remedy;
pub mod submit;
pub mod supplement;
pub mod survey;
pub mod together;
pub mod withdraw;

use axum::Router;
use foundation::House;

pub use case::{Case, Rejection, Stage};

pub fn routes() -> Router<House> {
    Router::new()
        .merge(officer::routes::<accept::Accept>())
        .merge(officer::routes::<correct::Correct>())
        .merge(officer::routes::<refuse::Refuse>())
        .merge(officer::routes::<refuse_incomplete::RefuseIncomplete>())
        .merge(officer::routes::<receive::Receive>())
        .merge(officer::routes::<withdraw::AtCounter>())
        .merge(officer::routes::<amend::AtCounter>())
        .merge(officer::routes::<not_required::NotRequired>())
        .merge(officer::routes::<survey::Survey>())
        .merge(officer::routes::<examine::Examine>())
        .merge(officer::routes::<countersign::Countersign>())
        .merge(officer::routes::<discuss::Discuss>())
        .merge(officer::routes::<offer_hearing::OfferHearing>())
        .merge(officer::routes::<answer_hearing::AtCounter>())
        .merge(officer::routes::<pause::Pause>())
        .merge(officer::routes::<resume::Resume>())
        .merge(officer::routes::<extend::Extend>())
        .merge(officer::routes::<grant::Grant>())
        .merge(officer::routes::<deny::Deny>())
        .merge(officer::routes::<deliver::Deliver>())
        .merge(officer::routes::<mail::MailIt>())
        .merge(officer::routes::<mail_returned::CameBack>())
        .merge(officer::routes::<seek_remedy::AtCounter>())
        .merge(officer::routes::<end_remedy::AtCounter>())
        .merge(intermediaries::routes())
        .merge(check::routes())
        .merge(applicant::routes::<case::Chosen>())
        .merge(applicant::routes::<answer_hearing::Answer>())
        .merge(applicant::routes::<seek_remedy::Seek>())
        .merge(applicant::routes::<end_remedy::End>())
        .merge(supplement::routes())
        .merge(withdraw::routes())
        .merge(amend::routes())
        .merge(together::routes())
        .merge(rate::routes())
        .merge(erase::routes())
        .merge(package::routes())
}

/// The last parts of the addresses of officers' acts, for whoever walks all doors.
pub const SLUGS: [&str; 24] = {
    use officer::OfficerAct;
    [
        accept::Accept::SLUG,
        correct::Correct::SLUG,
        refuse::Refuse::SLUG,
        refuse_incomplete::RefuseIncomplete::SLUG,
        receive::Receive::SLUG,
        withdraw::AtCounter::SLUG,
        amend::AtCounter::SLUG,
        not_required::NotRequired::SLUG,
        survey::Survey::SLUG,
        examine::Examine::SLUG,
        countersign::Countersign::SLUG,
        discuss::Discuss::SLUG,
        offer_hearing::OfferHearing::SLUG,
        answer_hearing::AtCounter::SLUG,
        pause::Pause::SLUG,
        resume::Resume::SLUG,
        extend::Extend::SLUG,
        grant::Grant::SLUG,
        deny::Deny::SLUG,
        deliver::Deliver::SLUG,
        mail::MailIt::SLUG,
        mail_returned::CameBack::SLUG,
        seek_remedy::AtCounter::SLUG,
        end_remedy::AtCounter::SLUG,
    ]
};

/// The acts that the case's chart is waiting for, in the order an officer thinks of them.
pub fn offered(case: &Case, item: &catalogue::Item, now: &foundation::Moment) -> Vec<officer::Offer> {
    use officer::offer;
    [
        offer::<accept::Accept>(case, item, now),
        offer::<correct::Correct>(case, item, now),
        offer::<refuse::Refuse>(case, item, now),
        offer::<refuse_incomplete::RefuseIncomplete>(case, item, now),
        offer::<not_required::NotRequired>(case, item, now),
        offer::<receive::Receive>(case, item, now),
        offer::<survey::Survey>(case, item, now),
        offer::<examine::Examine>(case, item, now),
        offer::<countersign::Countersign>(case, item, now),
        offer::<discuss::Discuss>(case, item, now),
        offer::<offer_hearing::OfferHearing>(case, item, now),
        offer::<answer_hearing::AtCounter>(case, item, now),
        offer::<pause::Pause>(case, item, now),
        offer::<resume::Resume>(case, item, now),
        offer::<grant::Grant>(case, item, now),
        offer::<deny::Deny>(case, item, now),
        offer::<extend::Extend>(case, item, now),
        offer::<deliver::Deliver>(case, item, now),
        offer::<mail::MailIt>(case, item, now),
        offer::<mail_returned::CameBack>(case, item, now),
        offer::<withdraw::AtCounter>(case, item, now),
        offer::<amend::AtCounter>(case, item, now),
        offer::<seek_remedy::AtCounter>(case, item, now),
        offer::<end_remedy::AtCounter>(case, item, now),
    ]
    .into_iter()
    .flatten()
    .collect()
}
