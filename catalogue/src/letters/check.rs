//! 文书模板的检查 · before a template binds anybody it is set with sample data: it must be drawn, and say what the law wants (B4.1).

use super::law;
use documents::{Letters, Pdf};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Characters of the longest template.
pub const LONGEST: usize = 60_000;

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

/// What keeps a template from being used, each as a sentence in Chinese and in English, in which names and law stay Chinese; those that stand on `_letter` are tried with it. Takes a second or two: not
/// for the threads that answer.
pub fn faults(texts: &Texts, letter: &str) -> Vec<(String, String)> {
    let letters = loaded(texts);
    let same = |told: String| (told.clone(), told);
    let syntax: Vec<(String, String)> = letters.check().iter().map(|fault| same(fault.to_string())).collect();
    if !syntax.is_empty() {
        return syntax;
    }
    let tried = letters.names().into_iter().filter(|name| letter.starts_with('_') || name == letter);
    let mut faults = Vec::new();
    for name in tried {
        for sample in samples(&name) {
            match set(&letters, &name, &sample) {
                Err(fault) => faults.push(same(fault)),
                Ok(pdf) => {
                    let lacking = law::b4_1_lacking(&name, &sample, &pdf.words);
                    faults.extend(lacking.iter().map(|(_, what, rule)| {
                        let en = format!("The letter “{name}” lacks what it must say: {what} ({rule})");
                        (format!("文书“{name}”里要写明{what}（{rule}）"), en)
                    }));
                }
            }
        }
    }
    faults.dedup();
    faults
}

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
        assert_eq!(faults(&texts, "_letter"), []);
    }

    #[test]
    fn b4_1_a_template_without_remedies_or_with_a_mistake_is_told() {
        let mut texts = shipped();
        let denial = texts["denial"].clone();
        texts.insert("denial".into(), denial.replace("#remedies(d)", ""));
        let said = |texts: &Texts| faults(texts, "denial").into_iter().map(|(zh, _)| zh).collect::<Vec<_>>().join("\n");
        let told = said(&texts);
        assert!(told.contains("向哪个法院起诉（行政许可法第三十八条第二款）"), "{told}");
        assert_eq!(faults(&texts, "grant"), []);
        texts.insert("denial".into(), format!("{denial}\n#nothing"));
        assert!(said(&texts).contains("没有“nothing”这个变量或函数"));
        texts.insert("denial".into(), format!("{denial}\n#("));
        assert!(said(&texts).contains("第"));
        // What all have in common is tried with all of them.
        let common = shipped()["_letter"].replace("日内向#{body}申请行政复议", "日内申请行政复议");
        let common = if common == shipped()["_letter"] { common.replace("#days", "若干") } else { common };
        let mut texts = shipped();
        texts.insert("_letter".into(), common);
        assert!(faults(&texts, "_letter").len() >= 3);
    }
}
