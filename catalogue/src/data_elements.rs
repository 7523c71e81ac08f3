//! 数据元 · what several forms ask alike, as an administrator keeps it in `definitions/data-elements.csv`: a field that names one is filled in with
//! what the form of a certificate held answered to it (B4.1, B7.2).

use crate::fault::Faults;
use crate::texts::Texts;
use forms::Kind;
use std::collections::BTreeMap;

/// The elements by their key: how each is answered, and what it is called.
pub(crate) type Elements = BTreeMap<String, (Kind, String)>;

pub(crate) const FILE: &str = "definitions/data-elements.csv";

/// Those an administrator keeps, else those of the house.
pub(crate) fn of(texts: &Texts, faults: &mut Faults) -> Elements {
    read(texts.text(FILE).unwrap_or(include_str!("../../definitions/data-elements.csv")), faults)
}

/// The elements and how each is answered; every line that cannot be meant so is told.
fn read(text: &str, faults: &mut Faults) -> Elements {
    let mut elements = Elements::new();
    for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut wrong = |why: String| faults.add(FILE, format!("第 {} 行", at + 1), why);
        let parts: Vec<&str> = line.split(',').map(str::trim).collect();
        let [element, kind, name] = parts[..] else {
            wrong("一行三样：编号,怎么回答,名称".into());
            continue;
        };
        let is_name = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let kind_of = Kind::ALL.iter().find(|known| known.as_str() == kind);
        match kind_of {
            _ if !element.contains('.') || !element.split('.').all(is_name) => {
                wrong(format!("编号请写成小写英文加点，如 premises.address，现在是“{element}”"));
            }
            _ if name.is_empty() => wrong("名称要写".into()),
            None => wrong(format!(
                "“{kind}”不是一种回答，可以是 {}",
                Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("、")
            )),
            Some(kind) => {
                if elements.insert(element.to_owned(), (*kind, name.to_owned())).is_some() {
                    wrong(format!("“{element}”写了两次"));
                }
            }
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b7_2_a_line_of_the_elements_that_cannot_be_meant_so_is_told() {
        let mut faults = Faults::default();
        let read = read("# 说明\na.b,text,名\na.b,text,名\nab,text,名\na.c,words,名\na.d,text,\na.e,text\n", &mut faults);
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a.b"]);
        let lines: Vec<&str> = faults.0.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(lines, ["第 3 行", "第 4 行", "第 5 行", "第 6 行", "第 7 行"]);
    }

    #[test]
    fn b7_2_every_element_is_asked_by_a_form_and_offered_by_the_editor_of_forms() {
        let mut faults = Faults::default();
        let elements = read(include_str!("../../definitions/data-elements.csv"), &mut faults);
        assert!(faults.0.is_empty(), "{:?}", faults.0);
        let catalogue = crate::Catalogue::embedded().unwrap();
        let items = catalogue.items();
        for element in elements.keys() {
            let asks =
                |item: &&std::sync::Arc<crate::Item>| item.form.fields().any(|field| field.element.as_ref() == Some(element));
            assert!(items.iter().any(|item| asks(&item)), "{element}");
        }
        let editor = crate::items::form::editor(&catalogue).unwrap();
        let group = editor.fields().find(|field| field.key == "fields").unwrap();
        let offered = group.fields.iter().find(|field| field.key == "fields__element").unwrap();
        assert_eq!(offered.options.iter().map(|option| &option.value).collect::<Vec<_>>(), elements.keys().collect::<Vec<_>>());
    }
}
