//! Kinds of files: encodings, PDF.

use crate::{ANHUI, read, said};
use encoding_rs::GB18030;
use notice::{Format, Trouble};

fn format_of(bytes: &[u8]) -> Format {
    let notice = notice::read(bytes).unwrap();
    let text = read(ANHUI);
    assert_eq!(
        (&notice.assignments, &notice.requirements, &notice.unread),
        (&text.assignments, &text.requirements, &text.unread)
    );
    notice.source.format
}

#[test]
fn f141_the_notice_of_2012_in_every_encoding() {
    assert_eq!(format_of(ANHUI.as_bytes()), Format::Utf8);
    assert_eq!(format_of(format!("\u{FEFF}{ANHUI}").as_bytes()), Format::Utf8);
    assert_eq!(format_of(ANHUI.replace('\n', "\r\n").as_bytes()), Format::Utf8);
    assert_eq!(format_of(&GB18030.encode(ANHUI).0), Format::Gb18030);
    let utf16 =
        |mark: &str, bytes: fn(u16) -> [u8; 2]| format!("{mark}{ANHUI}").encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    assert_eq!(format_of(&utf16("\u{FEFF}", u16::to_le_bytes)), Format::Utf16);
    assert_eq!(format_of(&utf16("\u{FEFF}", u16::to_be_bytes)), Format::Utf16);
    assert_eq!(format_of(&utf16("", u16::to_le_bytes)), Format::Utf16);
}

#[test]
fn h34_rare_characters_stay_whole_in_gb18030() {
    let text = "一、任务\n宣传𠮷字。（牵头单位：省财政厅）\n";
    let notice = notice::read(&GB18030.encode(text).0).unwrap();
    assert_eq!(notice.assignments[0].text, "宣传𠮷字。");
}

#[test]
fn f141_the_notice_of_2012_as_a_web_page() {
    let body: String = ANHUI.lines().map(|line| format!("<p>　　{line}</p>\n")).collect();
    let page =
        format!("<html><head><title>x</title></head><body>\n<div><table><tr><td>{body}</td></tr></table></div></body></html>");
    let notice = notice::read(page.as_bytes()).unwrap();
    assert_eq!(notice.source.format, Format::Html);
    assert_eq!(
        notice.assignments.iter().map(said).collect::<Vec<_>>(),
        read(ANHUI).assignments.iter().map(said).collect::<Vec<_>>()
    );
    assert_eq!(notice.reporting.len(), 1);
}

/// The notice as a printer lays it out: lines 34 characters wide, 30 of them a page, the first of a paragraph set in, pages numbered.
/// `around`: what stands besides at a place of each page of so many.
fn printed(around: impl Fn(usize, usize) -> Vec<(usize, usize, String)>) -> Vec<u8> {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    let mut lines: Vec<String> = Vec::new();
    for paragraph in ANHUI.lines() {
        lines.push("　　".to_owned());
        for c in paragraph.chars() {
            let last = lines.last_mut().unwrap();
            match last.chars().map(width).sum::<usize>() + width(c) {
                0..=68 => last.push(c),
                _ => lines.push(c.to_string()),
            }
        }
    }
    // The font's codes are characters, and the map to Unicode says so for each of them.
    let ranges: Vec<String> = (0..256).map(|high| format!("<{high:02x}00> <{high:02x}ff> <{high:02x}00>")).collect();
    let ranges = ranges.chunks(100).map(|ranges| format!("{} beginbfrange\n{}\nendbfrange\n", ranges.len(), ranges.join("\n")));
    let map =
        format!("begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{}endcmap", ranges.collect::<String>());
    let stream = |content: &str| format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /ToUnicode 4 0 R /DescendantFonts [] >>".to_owned(),
        stream(&map),
    ];
    let mut kids = String::new();
    for (page, number) in lines.chunks(30).zip(1..) {
        let mut content = "BT /F 10 Tf\n".to_owned();
        let around = around(number, lines.len().div_ceil(30));
        let placed = page.iter().zip(0..).map(|(line, at)| (50, 750 - 20 * at, line));
        let placed = placed.chain(around.iter().map(|(x, y, words)| (*x, *y, words)));
        for (x, y, line) in placed {
            // Blanks at the head of a line are not drawn, the line begins further in.
            let words = line.trim_start_matches('　');
            let x = x + 10 * (line.chars().count() - words.chars().count());
            // Some printers take the code of a radical for its character.
            let words = words.replace('一', "⼀").replace('民', "⺠").replace('门', "⻔").replace('行', "⾏");
            let code: String = words.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
            content += &format!("1 0 0 1 {x} {y} Tm <{code}> Tj\n");
        }
        objects.push(stream(&(content + "ET")));
        let contents = objects.len();
        objects.push(format!("<< /Type /Page /Parent 2 0 R /Contents {contents} 0 R /Resources << /Font << /F 3 0 R >> >> >>"));
        kids += &format!("{} 0 R ", objects.len());
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", lines.len().div_ceil(30));
    pdf(&objects)
}

#[test]
fn f141_the_notice_of_2012_as_a_pdf() {
    reads_like_the_text(&printed(|page, _| vec![(230, 60, format!("- {page} -"))]));
}

/// What a browser or an office prints around each page is no part of the notice.
#[test]
fn f141_heads_and_feet_of_pages_are_left_out() {
    reads_like_the_text(&printed(|page, of| {
        let head = "11/26/26, 3:06 PM 关于深化政务公开的通知".to_owned();
        vec![(20, 780, head), (20, 40, "file:///notice.html".to_owned()), (500, 40, format!("{page}/{of}"))]
    }));
    // A font may join f and i to one character.
    reads_like_the_text(&printed(|page, of| {
        vec![(20, 40, "\u{fb01}le:///tmp/notice/p1.html".to_owned()), (500, 40, format!("{page}/{of}"))]
    }));
    reads_like_the_text(&printed(|page, of| {
        let side = if page % 2 == 0 { "安徽省政务公开领导小组办公室" } else { "任务分解表" };
        let heads = vec![(20, 795, side.to_owned()), (20, 780, "内部资料　注意保存".to_owned())];
        [heads, vec![(230, 60, format!("第 {page} 页 共 {of} 页"))]].concat()
    }));
}

fn reads_like_the_text(pdf: &[u8]) {
    let notice = notice::read(pdf).unwrap();
    assert_eq!(notice.source.format, Format::Pdf);
    let text = read(ANHUI);
    for (read, expected) in notice.assignments.iter().zip(&text.assignments) {
        assert_eq!(said(read), said(expected));
    }
    assert_eq!((notice.assignments.len(), &notice.unread[..]), (40, &[][..]));
    assert_eq!(notice.reporting[0].by.date, text.reporting[0].by.date);
    assert_eq!(notice.signed.unwrap().date, text.signed.unwrap().date);
}

/// A browser prints paragraphs apart and sets none in: at the foot of a page nothing but the words shows that one ends there.
#[test]
fn f141_the_notice_of_2012_as_a_browser_prints_it() {
    let text = read(ANHUI);
    for print in [&include_bytes!("../data/anhui-2012.pdf")[..], include_bytes!("../data/anhui-2012-large.pdf")] {
        let notice = notice::read(print).unwrap();
        assert_eq!(notice.assignments.len(), 40);
        for (read, expected) in notice.assignments.iter().zip(&text.assignments) {
            assert_eq!((said(read), &read.heading, read.paragraph), (said(expected), &expected.heading, expected.paragraph));
        }
        assert_eq!((notice.unread, notice.requirements.len()), (vec![], text.requirements.len()));
        assert_eq!(notice.reporting[0].by.date, text.reporting[0].by.date);
    }
}

/// A PDF of these objects, the first of which is the catalogue.
pub fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
    file.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    file
}

/// A page in a font without an embedded file, as Word's old printers wrote them.
pub fn page(encoding: &str, content: &str) -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        format!("<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /{encoding} /DescendantFonts [6 0 R] >>"),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>".to_owned(),
    ])
}

#[test]
fn d1_a_pdf_in_the_encodings_of_chinese_fonts() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let ucs2 = |text: &str| hex(&text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>());
    let gbk = |text: &str| hex(&GB18030.encode(text).0);
    for (encoding, code) in [("UniGB-UCS2-H", &ucs2 as &dyn Fn(&str) -> String), ("GBK-EUC-H", &gbk)] {
        // The second line begins at the margin where the first had no more room.
        let content = format!(
            "BT /F1 20 Tf 90 700 Td <{}> Tj -40 -30 Td [<{}> -50 <{}>] TJ 0 -30 Td <{}> Tj ET",
            code("一、开设专栏，及时公布办事指南和办理结果。（牵"),
            code("头单位：省"),
            code("财政厅）"),
            code("二、开通热线。（牵头单位：省信访局）")
        );
        let notice = notice::read(&page(encoding, &content)).unwrap();
        assert_eq!(
            notice.source.lines,
            ["一、开设专栏，及时公布办事指南和办理结果。（牵头单位：省财政厅）", "二、开通热线。（牵头单位：省信访局）"]
        );
        assert_eq!(notice.assignments.len(), 2);
    }
}

#[test]
fn d1_a_pdf_without_text_or_with_a_password_is_refused() {
    let drawn = page("UniGB-UCS2-H", "0 0 m 100 100 l S");
    assert_eq!(notice::read(&drawn).unwrap_err(), Trouble::NoText);
    let locked = String::from_utf8(drawn).unwrap().replace(
        "/Root 1 0 R",
        "/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <0000000000000000000000000000000000000000000000000000000000000000> /U <0000000000000000000000000000000000000000000000000000000000000000> /P -4 >>",
    );
    assert_eq!(notice::read(locked.as_bytes()).unwrap_err(), Trouble::Encrypted);
}

#[test]
fn d1_other_kinds_of_files_are_refused_with_what_to_do() {
    let trouble = |bytes: &[u8]| notice::read(bytes).unwrap_err();
    assert_eq!(trouble(b""), Trouble::Empty);
    assert_eq!(trouble(b" \n \n"), Trouble::Empty);
    assert_eq!(trouble(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), Trouble::OldWord);
    assert_eq!(trouble(b"{\\rtf1\\ansi"), Trouble::Rtf);
    assert_eq!(trouble(b"\x89PNG\r\n\x1a\n"), Trouble::Picture);
    assert_eq!(trouble(b"\xFF\xD8\xFF\xE0"), Trouble::Picture);
    assert_eq!(trouble(&[0u8, 1, 2, 3, 4, 5, 6, 7].repeat(100)), Trouble::UnknownKind);
    assert!(matches!(trouble(b"%PDF-1.4 nothing"), Trouble::Damaged { format: Format::Pdf, .. }));
    let whole = page("UniGB-UCS2-H", "BT /F1 12 Tf 72 700 Td <4E00> Tj ET");
    let cut = trouble(&whole[..whole.len() - 60]);
    assert!(matches!(cut, Trouble::Damaged { .. }) && cut.to_string().contains("cut off"), "{cut}");
}
