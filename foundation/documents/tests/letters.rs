//! Letters as they leave the house. Text is read back with `pdftotext` where that is installed.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime};
use documents::{DocumentFault, Letters, Pdf, fonts, qr_svg};
use serde_json::{Value, json};

const FRAME: &str = r#"
#let letter(title, body) = {
  set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
  set text(size: 16pt)
  align(center, heading(title))
  body
}
"#;

const RECEIPT: &str = r#"#import "/letters/_letter.typ": letter
#let d = json(bytes(sys.inputs.data))
#letter("受理通知书")[
  #d.name：

  你于#d.at("date", default: "今日")提出的申请已受理，编号 #d.no。
]
"#;

fn letters(files: &[(&str, &str)]) -> Letters {
    let mut all = vec![("letters/_letter.typ".to_owned(), FRAME.as_bytes().to_vec())];
    all.extend(files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())));
    Letters::load(all)
}

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

fn receipt(data: Value) -> Result<Pdf, DocumentFault> {
    letters(&[("letters/receipt.typ", RECEIPT)]).render("receipt", &data, "受理通知书", noon())
}

/// The text of a PDF without its white space; `None` where poppler is not installed.
fn text(pdf: &Pdf) -> Option<String> {
    let mut reader = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|_| eprintln!("pdftotext is not installed: text is not read back"))
        .ok()?;
    reader.stdin.take().unwrap().write_all(&pdf.bytes).unwrap();
    let out = String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap();
    Some(out.split_whitespace().collect())
}

fn reads(pdf: &Pdf, expected: &str) {
    if let Some(text) = text(pdf) {
        let expected: String = expected.split_whitespace().collect();
        assert!(text.contains(&expected), "{expected} is not whole in {text}");
    }
}

#[test]
fn b4_1_a_letter_reads_back_whole() {
    let pdf = receipt(json!({ "name": "王敏", "date": "2026年11月2日", "no": "3401-2026-000001" })).unwrap();
    assert_eq!(pdf.pages, 1);
    assert_eq!(pdf.words, "受理通知书王敏：你于2026年11月2日提出的申请已受理，编号3401-2026-000001。");
    assert_eq!((pdf.standard, pdf.unshown.as_slice()), ("PDF/A-2a, PDF/UA-1", [].as_slice()));
    reads(&pdf, "受理通知书");
    reads(&pdf, "王敏：");
    reads(&pdf, "你于2026年11月2日提出的申请已受理，编号3401-2026-000001。");
}

#[test]
fn no_name_is_lost_however_rare_or_long() {
    let names = [
        "䶮",
        "𠮷野家",
        "买买提·吐尔逊",
        "阿卜杜热西提·阿卜杜克热木·麦麦提图尔荪江·吐尔逊尼亚孜",
        "安徽省合肥市高新技术产业开发区第一人民医院后勤服务有限责任公司",
        "O’Brien-Łukasz Ångström",
        "㛃㭎㑇䓫",
    ];
    for name in names {
        let pdf = receipt(json!({ "name": name, "no": "1" })).unwrap();
        reads(&pdf, name);
        assert!(pdf.unshown.is_empty(), "{name}: no font draws {:?}", pdf.unshown);
    }
}

#[test]
fn odd_text_never_panics_and_never_becomes_markup() {
    let odd = [
        "#import \"/etc/passwd\"",
        "*粗* _斜_ $x^2$ `code` <label> @ref",
        "一\u{0}二\u{7}三\u{1b}四",
        "\u{202e}倒过来\u{202c}",
        "👩‍👩‍👧‍👦🀄",
        "\u{e000}\u{f8ff}",
        "\u{fffd}\u{fffe}\u{10ffff}",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}",
        "",
    ];
    for text in odd {
        let pdf = receipt(json!({ "name": text, "no": text })).unwrap_or_else(|fault| panic!("{text:?}: {fault}"));
        assert_eq!(pdf.pages, 1, "{text:?}");
    }
    reads(&receipt(json!({ "name": odd[1], "no": "1" })).unwrap(), odd[1]);
    let long = receipt(json!({ "name": "长".repeat(20_000), "no": "1" })).unwrap();
    assert!(long.pages > 10);
}

#[test]
fn a_character_nobody_can_draw_is_told_and_the_letter_still_written() {
    // A plane without assigned characters: no font will ever draw it.
    let pdf = receipt(json!({ "name": "王\u{5ffff}", "no": "1" })).unwrap();
    assert!(!pdf.unshown.is_empty() || pdf.standard != "PDF/A-2a, PDF/UA-1", "{:?}", pdf.unshown);
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let data = json!({ "name": "王敏", "no": "1" });
    let first = receipt(data.clone()).unwrap();
    let again = receipt(data.clone()).unwrap();
    assert_eq!(first, again);
    assert_eq!(first.sha256.len(), 64);

    let letters = letters(&[("letters/receipt.typ", RECEIPT)]);
    let later = noon() + chrono::Duration::days(1);
    assert_ne!(first.sha256, letters.render("receipt", &data, "受理通知书", later).unwrap().sha256);
}

#[test]
fn title_date_and_language_are_in_the_file() {
    let pdf = receipt(json!({ "name": "王敏", "no": "1" })).unwrap();
    let raw = String::from_utf8_lossy(&pdf.bytes);
    assert!(raw.contains(">受理通知书</rdf:li>"), "title");
    assert!(raw.contains("/Lang(zh-CN)"), "language");
    assert!(raw.contains("2026-11-02T12:00:00+08:00"), "date");
}

#[test]
fn several_letters_can_be_written_at_once() {
    fn shared<T: Send + Sync>(_: &T) {}
    let letters = &letters(&[("letters/receipt.typ", RECEIPT)]);
    shared(letters);
    std::thread::scope(|scope| {
        let writing: Vec<_> = (0..4)
            .map(|n| {
                let data = json!({ "name": "王敏", "no": n.to_string() });
                scope.spawn(move || letters.render("receipt", &data, "受理通知书", noon()))
            })
            .collect();
        assert!(writing.into_iter().all(|writing| writing.join().unwrap().is_ok()));
    });
}

#[test]
fn a_mistake_is_told_with_letter_file_and_line() {
    let letters = letters(&[
        ("letters/receipt.typ", RECEIPT),
        ("letters/unclosed.typ", "第一行\n#text(red[\n"),
        ("letters/unknown.typ", "第一行\n\n#nobody"),
        ("letters/lost.typ", "#import \"/letters/_gone.typ\": x"),
        ("letters/fetched.typ", "#import \"@preview/tiaoma:0.2.0\""),
        ("letters/escaped.typ", "#read(\"/../../etc/passwd\")"),
        ("letters/endless.typ", "#let f(n) = f(n + 1)\n#f(0)"),
    ]);
    let fault = |name: &str| letters.render(name, &json!({ "name": "王敏" }), "t", noon()).unwrap_err();

    let missing = fault("receipt");
    assert_eq!((missing.template.as_str(), missing.line), ("receipt", Some(6)));
    assert_eq!(missing.to_string(), "文书“receipt”（letters/receipt.typ 第 6 行）无法生成：数据里没有“no”这一项");
    assert_eq!(fault("unknown").line, Some(3));
    assert_eq!(fault("unknown").message, "没有“nobody”这个变量或函数");
    assert!(fault("lost").message.starts_with("引用的文件不存在"));
    assert_eq!(fault("nothing").message, "没有这种文书的模板");
    for name in ["unclosed", "fetched", "escaped", "endless"] {
        assert!(!fault(name).message.is_empty());
    }

    let syntax = letters.check();
    assert!(syntax.iter().all(|fault| fault.template == "unclosed"), "{syntax:?}");
    assert_eq!(syntax[0].line, Some(2));
    assert!(!letters.names().contains(&"_letter".to_owned()) && letters.names().contains(&"receipt".to_owned()));
}

#[test]
fn a_code_can_be_put_into_a_letter() {
    let template = r#"#let d = json(bytes(sys.inputs.data))
#image(bytes(d.qr), format: "svg", width: 20mm, alt: "核验二维码")"#;
    let letters = letters(&[("letters/code.typ", template)]);
    let data = json!({ "qr": qr_svg("https://example.gov.cn/verify/1") });
    let pdf = letters.render("code", &data, "凭证", noon()).unwrap();
    assert_eq!(pdf.standard, "PDF/A-2a, PDF/UA-1");
}

#[test]
fn a_second_letter_is_quick() {
    receipt(json!({ "name": "王敏", "no": "1" })).unwrap();
    let begun = Instant::now();
    receipt(json!({ "name": "李伟", "no": "2" })).unwrap();
    eprintln!("a letter took {:?}", begun.elapsed());
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn the_report_names_what_was_found() {
    let begun = Instant::now();
    let report = fonts();
    eprintln!("fonts took {:?}: {:?}", begun.elapsed(), report.advice());
    assert!(report.complete_enough(), "{:?}", report.advice());
    assert_eq!(report.needs.iter().map(|need| need.name.as_str()).collect::<Vec<_>>(), ["宋体", "黑体", "仿宋", "生僻字"]);
}

/// The letters in force, with what a case knows of itself.
#[test]
fn every_letter_in_force_can_be_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../definitions/letters");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (format!("letters/{}", entry.file_name().to_string_lossy()), std::fs::read(entry.path()).unwrap()))
        .collect();
    let letters = Letters::load(files);
    assert_eq!(letters.check(), []);
    assert!(!letters.names().is_empty());
    let data = json!({
        "case_no": "3401-2026-000001",
        "doc_no": "合市监许〔2026〕1号",
        "item_name": "食品经营许可",
        "agency_name": "合肥市市场监督管理局",
        "applicant_name": "买买提·吐尔逊",
        "applicant_kind": "person",
        "date_text": "2026年11月2日",
        "verify_url": "https://example.gov.cn/verify/1",
        "qr_svg": qr_svg("https://example.gov.cn/verify/1"),
        "certificate_name": "食品经营许可证",
        "certificate_no": "JY13401000000001",
        "fields": [{ "label": "经营者名称", "value": "买买提·吐尔逊" }],
        "materials": [{ "name": "身份证" }],
    });
    for name in letters.names() {
        let pdf = letters.render(&name, &data, "文书", noon()).unwrap_or_else(|fault| panic!("{fault}"));
        let begun = Instant::now();
        assert_eq!(pdf, letters.render(&name, &data, "文书", noon()).unwrap(), "{name}");
        eprintln!("{name}: {} pages, {}, again in {:?}", pdf.pages, pdf.standard, begun.elapsed());
        assert!(pdf.unshown.is_empty(), "{name}: {:?}", pdf.unshown);
        assert_ne!(pdf.standard, "PDF 1.7", "{name} is neither archival nor accessible");
        reads(&pdf, "买买提·吐尔逊");
    }
}
