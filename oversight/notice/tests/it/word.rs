//! Word documents: paragraphs, automatic numbers, tables.

use crate::{ANHUI, assert_spans, names, said};
use notice::{Format, Notice, Trouble};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A package with these parts.
pub fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A document with that body.
pub fn document(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}<w:sectPr/></w:body></w:document>"#
    )
}

/// A paragraph whose text is cut into runs, as Word does.
fn paragraph(text: &str) -> String {
    let (first, rest) = text.split_at(text.char_indices().nth(3).map_or(text.len(), |(at, _)| at));
    format!(
        r#"<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:t>{first}</w:t></w:r><w:r><w:t xml:space="preserve">{rest}</w:t></w:r></w:p>"#
    )
}

fn read(parts: &[(&str, &str)]) -> Notice {
    notice::read(&package(parts)).unwrap()
}

#[test]
fn f141_the_notice_of_2012_as_a_word_document() {
    let body: String = ANHUI.lines().map(paragraph).collect();
    let notice = read(&[("word/document.xml", &document(&body))]);
    assert_eq!(notice.source.format, Format::Docx);
    let text = crate::read(ANHUI);
    assert_eq!(notice.assignments, text.assignments);
    assert_eq!(notice.requirements, text.requirements);
}

#[test]
fn d1_numbers_that_word_counts_itself() {
    let numbering = r#"<w:numbering xmlns:w="w">
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="2"><w:basedOn w:val="1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style></w:styles>"#;
    let styled =
        |style: &str, text: &str| format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#);
    let item = |text: &str| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
        )
    };
    let body = [
        styled("1", "重点任务"),
        styled("2", "简政放权"),
        item("取消证明。（牵头单位：省司法厅）"),
        item("压减时限。<w:del><w:r><w:t>（牵头单位：省监察厅）</w:t></w:r></w:del>（牵头单位：省编办）")
            .replace("<w:t>压减时限。<w:del>", "<w:t>压减时限。</w:t></w:r><w:del>")
            .replace("</w:del>（牵头", "</w:del><w:r><w:t>（牵头"),
        styled("2", "优化服务"),
        item("延长时间。（牵头单位：省财政厅）"),
        styled("1", "工作要求"),
    ]
    .concat();
    let notice = read(&[("word/document.xml", &document(&body)), ("word/numbering.xml", numbering), ("word/styles.xml", styles)]);
    let read: Vec<(String, String)> =
        notice.assignments.iter().map(|task| (task.path.clone(), names(&task.lead_units))).collect();
    let expected = [("一/（一）/1", "省司法厅"), ("一/（一）/2", "省编办"), ("一/（二）/1", "省财政厅")];
    assert_eq!(read, expected.map(|(path, lead)| (path.to_owned(), lead.to_owned())));
    assert_eq!(notice.source.lines[5], "1.延长时间。（牵头单位：省财政厅）");
    assert_spans(&notice);
}

#[test]
fn d1_a_cell_that_holds_nothing_but_its_number_is_numbered_and_one_across_two_columns_is_told() {
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>"#;
    let number = r#"<w:tc><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr></w:pPr></w:p></w:tc>"#;
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let wide = |text: &str| format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{}</w:tc>"#, paragraph(text));
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let head = row(&["序号", "工作任务", "牵头单位", "配合单位"].map(cell));
    let task = |text: &str, units: String| format!("<w:tr>{number}{}{units}</w:tr>", cell(text));
    let table = [
        head.clone(),
        task("公开甲", cell("省财政厅") + &cell("省审计厅")),
        head,
        task("公开乙", cell("省司法厅") + &cell("")),
        task("公开丙", wide("省公安厅、省民政厅")),
    ]
    .concat();
    let body = format!("{}<w:tbl>{table}</w:tbl>{}", paragraph("某省政务服务任务分解表"), paragraph("2016年3月1日"));
    let notice = read(&[("word/document.xml", &document(&body)), ("word/numbering.xml", numbering)]);
    assert_eq!(notice.assignments.iter().map(|task| task.path.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(names(&notice.assignments[2].lead_units), "省公安厅;省民政厅");
    assert_eq!(notice.unread.iter().map(|told| told.why).collect::<Vec<_>>(), [notice::Why::Across]);
    assert_spans(&notice);
}

#[test]
fn d1_rows_of_a_table_with_cells_that_span() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text));
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let (restart, goes_on, band) = (r#"<w:vMerge w:val="restart"/>"#, "<w:vMerge/>", r#"<w:gridSpan w:val="4"/>"#);
    let table = [
        row(&["序号", "重点任务", "牵头单位", "配合单位"].map(|head| cell("", head))),
        row(&[cell(band, "一、放权")]),
        row(&[cell("", "1"), cell("", "下放审批事项，2016年底前完成"), cell(restart, "省编办"), cell("", "省政府法制办")]),
        row(&[cell("", "2"), cell("", "清理中介服务"), cell(goes_on, ""), cell("", "")]),
    ]
    .concat();
    let body = format!("{}<w:tbl>{table}</w:tbl>{}", paragraph("某省政务服务任务分解表"), paragraph("2016年3月1日"));
    let notice = read(&[("word/document.xml", &document(&body))]);
    let read: Vec<_> = notice.assignments.iter().map(said).collect();
    assert_eq!(read.len(), 2);
    assert_eq!((read[0].0.as_str(), read[0].2.as_str(), read[0].3.as_str()), ("一/1", "省编办", "省政府法制办"));
    assert_eq!(read[0].4, [("by".to_owned(), Some("2016-12-31".to_owned()))]);
    assert_eq!((read[1].0.as_str(), read[1].2.as_str(), read[1].3.as_str()), ("一/2", "省编办", ""));
    assert_eq!(notice.unread, []);
    assert_spans(&notice);
}

#[test]
fn d1_a_word_document_that_is_none() {
    let trouble = |bytes: &[u8]| notice::read(bytes).unwrap_err();
    assert_eq!(trouble(&package(&[("xl/workbook.xml", "<x/>")])), Trouble::Spreadsheet);
    assert_eq!(trouble(&package(&[("ppt/presentation.xml", "<x/>")])), Trouble::Slides);
    assert_eq!(trouble(&package(&[("mimetype", "x")])), Trouble::NotWord);
    let good = package(&[("word/document.xml", &document(&paragraph("一、任务")))]);
    assert!(matches!(trouble(&good[..good.len() / 2]), Trouble::Damaged { format: Format::Docx, .. }));
    let cut = document("<w:p><w:r><w:t>一、任务").replace("<w:sectPr/></w:body></w:document>", "");
    assert!(matches!(trouble(&package(&[("word/document.xml", &cut)])), Trouble::Damaged { .. }));
    assert_eq!(trouble(&package(&[("word/document.xml", &document(""))])), Trouble::Empty);
}
