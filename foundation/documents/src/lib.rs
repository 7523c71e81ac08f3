//! 文书 · letters (B4.1-02, B4.2): receipts, correction notices, decisions, certificates, as PDF.
//!
//! A letter is evidence. So the same data give the same bytes, years later too: time comes from the caller, nothing
//! is fetched, and no character of anybody's name is lost. The files are archival (PDF/A-2) and accessible (PDF/UA-1)
//! wherever the text allows it, and each says which.
//!
//! ```
//! use documents::Letters;
//!
//! let template = "
//!     #let d = json(bytes(sys.inputs.data))
//!     = 受理通知书
//!     #d.name：你的申请已受理。
//! ";
//! let letters = Letters::load(vec![("letters/receipt.typ".into(), template.into())]);
//! let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(9, 0, 0).unwrap();
//! let pdf = letters.render("receipt", &serde_json::json!({ "name": "王敏" }), "受理通知书", date)?;
//! assert_eq!(pdf.pages, 1);
//! # Ok::<(), documents::DocumentFault>(())
//! ```

mod fault;
mod fonts;
mod letters;
mod plain;
mod qr;
mod render;

pub use fault::DocumentFault;
pub use fonts::{FontNeed, FontReport, fonts};
pub use letters::Letters;
pub use plain::foreign;
pub use qr::qr_svg;
pub use render::Pdf;
