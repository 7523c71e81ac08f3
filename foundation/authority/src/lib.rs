//! 权限 · who may do what, and why (A6, B4.2, F156).
//!
//! The answer to "may this person do this?" is never in Rust. It is in Cedar policy text, one file per role family,
//! each policy carrying its own reason and legal basis, so that an auditor reads the same lines that bind. This crate
//! parses and checks that text once, then answers fast, and says with every answer which policies gave it.
//!
//! ```
//! use authority::{Act, Authority, Circumstance, Principal, Resource};
//!
//! let schema = include_str!("../../../definitions/policies/schema.cedarschema");
//! let public = include_str!("../../../definitions/policies/public.cedar");
//! let authority = Authority::load(&[
//!     ("schema.cedarschema".into(), schema.into()),
//!     ("public.cedar".into(), public.into()),
//! ])?;
//!
//! let verdict = authority.may(&Principal::nobody(), Act::ReadPublic, &Resource::Site, &Circumstance::default());
//! assert!(verdict.allowed);
//! assert_eq!(verdict.grounds[0].policy, "public.read");
//! # Ok::<(), authority::AuthorityFault>(())
//! ```

mod act;
mod ask;
mod load;
mod terms;

pub use act::Act;
pub use ask::{Ground, Verdict};
pub use load::{Authority, AuthorityFault, PolicyFault, PolicyFile, Rule};
pub use terms::{CaseResource, Circumstance, Principal, Resource};
