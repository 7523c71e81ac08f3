//! 二维码 · QR codes: square modules as one path, so that a page, a letter and a printer draw the same thing.

use std::fmt::Write;

use qrcode::{EcLevel, QrCode};

/// Light modules around the code that a scanner needs (GB/T 18284).
const QUIET: usize = 4;

/// `text` as an SVG of square modules, dark on white in light and dark pages alike, without classes or ids.
///
/// Up to about 2,900 bytes fit; what does not gives an empty SVG rather than a code nobody can scan.
pub fn qr_svg(text: &str) -> String {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).or_else(|_| QrCode::with_error_correction_level(text, EcLevel::L));
    let Ok(code) = code else {
        return r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>"#.into();
    };
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        // One run of dark modules is one rectangle: a third of the length, and no hairlines between modules.
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == qrcode::Color::Dark {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    let side = width + 2 * QUIET;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" aria-hidden="true"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_one_path_of_square_modules_with_a_quiet_zone() {
        let svg = qr_svg("https://example.gov.cn/verify/20261102");
        assert!(svg.contains("shape-rendering=\"crispEdges\"") && !svg.contains("class="));
        assert_eq!(svg.matches("<path").count(), 2);
        // The first finder pattern begins after the quiet zone with seven dark modules.
        assert!(svg.contains("d=\"M4 4h7v1h-7z"));
        assert_eq!(svg, qr_svg("https://example.gov.cn/verify/20261102"));
    }

    #[test]
    fn text_too_long_for_any_code_gives_an_empty_picture() {
        assert!(!qr_svg(&"字".repeat(2000)).contains("<path"));
        assert!(qr_svg("").contains("<path"));
    }
}
