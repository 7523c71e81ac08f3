//! 文书模板的检查 · before a template binds anybody it is set with sample data: it must be drawn, and say what the law wants (B4.1).

use super::law;
use documents::{Letters, Pdf};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Characters of the longest template.
const LONGEST: usize = 60_000;

/// Whether a template is not too long; else why, as [`faults`] are told.
pub fn fits(text: &str) -> Result<(), (String, String)> {
    match text.chars().count() <= LONGEST {
        true => Ok(()),
        false => Err((format!("模板最多 {LONGEST} 字"), format!("{LONGEST} characters at most"))),
    }
}

/// The templates by name, as they would be.
pub type Texts = BTreeMap<String, String>;

/// What a template is tried with.
static SAMPLES: LazyLock<(Map<String, Value>, Map<String, Value>)> = LazyLock::new(|| {
    let all: Value = serde_json::from_str(include_str!("../../../definitions/letters/samples.json")).unwrap_or_default();
    let part = |name: &str| all[name].as_object().cloned().unwrap_or_default();
    (part("common"), part("letters"))
});

/// The samples of a template, whole.
pub fn samples(letter: &str) -> Vec<Value> {
    let (common, letters) = &*SAMPLES;
    let own = letters.get(letter).and_then(Value::as_array);
    let whole = |own: &Value| {
        let mut whole = common.clone();
        whole.extend(own.as_object().cloned().unwrap_or_default());
        Value::Object(whole)
    };
    own.into_iter().flatten().map(whole).collect()
}

/// The templates as the typesetter takes them.
pub fn loaded(texts: &Texts) -> Letters {
    Letters::load(texts.iter().map(|(name, text)| (format!("letters/{name}.typ"), text.clone().into_bytes())).collect())
}

/// A template set with a sample of its own.
pub fn set(letters: &Letters, letter: &str, sample: &Value) -> Result<Pdf, String> {
    // Any moment will do: the sample is dated in its words.
    let at = chrono::DateTime::UNIX_EPOCH.naive_utc();
    letters.render(letter, sample, "样例", at).map_err(|fault| fault.to_string())
}

/// A sample of another case: other words and other numbers everywhere, so that nothing of the first can stand in the template itself.
fn another(sample: &Value) -> Value {
    match sample {
        Value::String(text) if !text.is_empty() => Value::String(format!("{text}乙")),
        Value::Number(number) => number.as_i64().map_or_else(|| sample.clone(), |number| Value::from(number + 21)),
        Value::Array(all) => all.iter().map(another).collect(),
        Value::Object(all) => {
            let one = |(key, value): (&String, &Value)| match key.as_str() {
                "applicant_kind" => (key.clone(), "person".into()),
                "kind" | "qr_svg" => (key.clone(), value.clone()),
                _ => (key.clone(), another(value)),
            };
            Value::Object(all.iter().map(one).collect())
        }
        other => other.clone(),
    }
}

/// Parts that every case has, or that come with another: a hearing has its day, place and chair together.
const ALWAYS: [&str; 4] = ["kind", "qr_svg", "valid_from_text", "heard_on_text"];

/// The sample as cases are that lack something: each of its parts left out once, so that what must be said hangs on nothing else.
fn less(sample: &Value) -> Vec<Value> {
    let keys = sample.as_object().into_iter().flat_map(Map::keys).filter(|key| !ALWAYS.contains(&key.as_str()));
    let without = |key: &String| {
        let mut less = sample.clone();
        if let Some(parts) = less.as_object_mut() {
            parts.remove(key);
        }
        less
    };
    keys.map(without).collect()
}

/// What keeps a template from being used, each as a sentence in Chinese and in English, in which names and law stay Chinese. `house` is the
/// template of the files, `name` what it is called. Takes a second or two: not for the threads that answer.
pub fn faults(texts: &Texts, letter: &str, house: &str, name: &str) -> Vec<(String, String)> {
    let letters = loaded(texts);
    let same = |told: String| (told.clone(), told);
    let syntax: Vec<(String, String)> = letters.check().iter().map(|fault| same(fault.to_string())).collect();
    if !syntax.is_empty() {
        return syntax;
    }
    let foreign = foreign(texts, letter, house);
    if !foreign.is_empty() {
        return foreign;
    }
    for sample in samples(letter) {
        for sample in [sample.clone(), another(&sample)].into_iter().chain(less(&sample)) {
            let mut faults: Vec<(String, String)> = Vec::new();
            match set(&letters, letter, &sample) {
                Err(fault) => faults.push(same(fault)),
                Ok(pdf) if pdf.pages > MOST_PAGES => {
                    let zh = format!("“{name}”的样例排出来超过 {MOST_PAGES} 页");
                    faults.push((zh, format!("The sample of “{name}” has more than {MOST_PAGES} pages")));
                }
                Ok(pdf) => {
                    let lacking = law::b4_1_lacking(letter, &sample, &pdf.words);
                    faults.extend(lacking.iter().map(|(_, what, rule)| {
                        let en = format!("“{name}” lacks what it must say in every case: {what} ({rule})");
                        (format!("“{name}”里要写明{what}，不论哪一件（{rule}）"), en)
                    }));
                }
            }
            if !faults.is_empty() {
                return faults;
            }
        }
    }
    Vec::new()
}

/// The code of its own that a template brings, told as [`faults`] are.
pub fn foreign(texts: &Texts, letter: &str, house: &str) -> Vec<(String, String)> {
    let text = texts.get(letter).map_or("", String::as_str);
    let told = |(line, code): &(usize, String)| {
        (
            format!(
                "第 {line} 行“{code}”：网页上只改文字，不能新写这样的代码；取数据用 #get(d, \"…\")，有才写用 #if given(get(d, \"…\")) […]"
            ),
            format!(
                "Line {line}, “{code}”: words are edited here, code of this kind cannot be added; fetch data by #get(d, \"…\")"
            ),
        )
    };
    documents::foreign(text, house).iter().map(told).collect()
}

/// Pages of the longest letter of a sample.
const MOST_PAGES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Texts {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/letters");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "typ"));
        let text = |path: std::path::PathBuf| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
        };
        files.map(text).collect()
    }

    #[test]
    fn b4_1_every_template_has_samples_and_says_what_the_law_wants() {
        let texts = shipped();
        for name in texts.keys().filter(|name| !name.starts_with('_')) {
            assert!(!samples(name).is_empty(), "{name} has no sample");
        }
        for (name, text) in texts.iter().filter(|(name, _)| !name.starts_with('_')) {
            assert_eq!(faults(&texts, name, text, name), [], "{name}");
        }
    }

    #[test]
    fn b4_1_a_hearing_and_an_extension_keep_what_the_law_wants_of_them() {
        let house = shipped();
        let told = |letter: &str, from: &str, to: &str| {
            let mut texts = shipped();
            let text = texts[letter].replace(from, to);
            assert_ne!(text, texts[letter], "{from}");
            texts.insert(letter.into(), text);
            faults(&texts, letter, &house[letter], "通知").into_iter().map(|(zh, _)| zh).collect::<Vec<_>>().join("\n")
        };
        assert!(told("pause", "#get(d, \"heard_on_text\")", "另行通知").contains("听证的时间"));
        assert!(told("pause", "，#get(d, \"heard_at\")", "，本机关").contains("听证的地点"));
        assert!(told("pause", "#get(d, \"chair\")", "本机关人员").contains("听证主持人"));
        assert!(told("extension", "#get(d, \"approver\", default: \"负责人\")", "负责人").contains("批准延长的负责人"));
        assert!(told("hearing", "有权要求听证", "可以提出意见").contains("有权要求听证"));
        assert!(told("hearing", "二十个工作日", "合理时间").contains("二十个工作日内组织听证"));
        assert!(told("hearing", "七个工作日", "三个工作日").contains("七个工作日以前"));
        assert!(told("hearing", "听证不收费。", "").contains("听证不收费"));
        // The words around them may be kinder.
        assert_eq!(told("hearing", "有权要求听证", "依法有权要求听证，不要听证也不影响办理"), "");
    }

    #[test]
    fn b4_1_a_template_that_lacks_what_the_law_wants_in_any_case_is_told() {
        let house = shipped();
        let told = |from: &str, to: &str| {
            let mut texts = shipped();
            let text = texts["denial"].replace(from, to);
            assert_ne!(text, texts["denial"], "{from}");
            texts.insert("denial".into(), text);
            faults(&texts, "denial", &house["denial"], "通知").into_iter().map(|(zh, _)| zh).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(told("具备条件后", "具备了条件"), "");
        assert!(told("#remedies(d)", "").contains("向哪个法院起诉"));
        // The words of the sample in the place of the data.
        let copied = "如不服，可73日内向样例县人民政府复议或17个月内向样例县人民法院起诉。";
        assert!(told("#remedies(d)", copied).contains("向哪个机关申请行政复议"));
        // On a condition that the sample meets and a case may not.
        assert!(told("#remedies(d)", "#if given(get(d, \"evidence\")) [#remedies(d)]").contains("不论哪一件"));
        assert!(told("，不予行政许可。]", "，不同意。]").contains("决定：不予行政许可"));
        // Code of one's own, and mistakes.
        assert!(told("具备条件后", "#(\"a\"*9000000000000).len()").contains("网页上只改文字"));
        assert!(told("具备条件后", "#text(fill: white)[甲]").contains("网页上只改文字"));
        assert!(told("具备条件后", "#nothing").contains("没有“nothing”这个变量或函数"));
        assert!(told("具备条件后", "#(").contains("第"));
        let many = "甲\n\n".repeat(400);
        assert!(told("#heading-1(\"四、决定\")", &format!("{many}#heading-1(\"四、决定\")")).contains("页"));
        // What runs beyond the edge of its page is not said.
        assert!(told("#remedies(d)", &format!("{many}#remedies(d)")).contains("向哪个法院起诉"));
    }
}
