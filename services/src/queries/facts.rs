//! 登记表 · what an administrator enters of a body that asks: its key as it was handed in, and what it may ask, one matter on a line.

use super::law::{CASE_FACTS, CERTIFICATE_FACTS};
use acts::{QueryOf, QueryScope, QueryingBodyFacts};
use catalogue::Catalogue;
use forms::FieldError;
use foundation::held::{Entered, Posted};
use foundation::page::fields::{self, Filled, field_error, public_text};

const LONGEST: usize = 300;
const MOST_LINES: usize = 50;
/// Years one registration lasts at most; ours, no rule sets them.
const LONGEST_YEARS: u32 = 3;

/// Its form, as HTML.
pub fn draw(filled: &Filled, new: bool) -> String {
    let code = match new {
        true => filled.input("uscc", "统一社会信用代码", "18 位，照法人证书", "text", "autocomplete=\"off\""),
        false => String::new(),
    };
    [
        code,
        filled.input("name", "单位名称", "", "text", "maxlength=100"),
        filled.textarea("key", "公钥", "对方用 sunlit query key 或者 openssl 生成的 Ed25519 公钥：JWK、PEM 或者 base64。私钥不要交来", 4),
        filled.textarea("basis", "依据", "哪部法律、法规的哪一条，哪一份协议或者文件。公开", 2),
        filled.textarea("purpose", "用途", "查去做什么。公开", 2),
        filled.input("from", "从哪一天起", "例：2026-12-01", "text", "autocomplete=\"off\""),
        filled.input("until", "到哪一天", "这一天也能查，最长三年", "text", "autocomplete=\"off\""),
        filled.textarea(
            "scope",
            "可以查什么",
            "一行一个事项：证照或者办件，事项代号，再写可以问的内容，中间用空格。只要办事用得着的。例：证照 elderly-card 有效期至",
            5,
        ),
    ]
    .concat()
}

/// The form of what is on record.
pub fn entered(facts: &QueryingBodyFacts) -> Entered {
    let scope: Vec<String> = facts.scope.iter().map(line_of).collect();
    [
        ("name", facts.name.clone()),
        ("key", facts.key.clone()),
        ("basis", facts.basis.clone()),
        ("purpose", facts.purpose.clone()),
        ("from", facts.from.to_string()),
        ("until", facts.until.to_string()),
        ("scope", scope.join("\n")),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), vec![value]))
    .collect()
}

fn line_of(scope: &QueryScope) -> String {
    let facts = scope.facts.iter().map(|fact| super::law::fact_zh(fact));
    [scope.of.zh(), scope.item.as_str()].into_iter().chain(facts).collect::<Vec<_>>().join(" ")
}

/// Reads one line: the kind, the matter, the facts. Says what is wrong with it.
fn scope(line: &str, catalogue: &Catalogue) -> Result<QueryScope, String> {
    let mut words = line.split(|c: char| c.is_whitespace() || c == '、' || c == '，').filter(|word| !word.is_empty());
    let of = match words.next() {
        Some("证照" | "certificate") => QueryOf::Certificate,
        Some("办件" | "case") => QueryOf::Case,
        _ => return Err(format!("“{line}”的开头要写证照或者办件")),
    };
    let slug = words.next().unwrap_or_default();
    let item = catalogue.item(slug).ok_or_else(|| format!("“{line}”里没有这个事项代号：{slug}"))?;
    if of == QueryOf::Certificate && item.result.certificate.is_empty() {
        return Err(format!("“{}”不发证照，没有证照可以查", item.name));
    }
    let mut facts: Vec<String> = Vec::new();
    for word in words {
        let known: &[(&str, &str)] = if of == QueryOf::Certificate { &CERTIFICATE_FACTS } else { &CASE_FACTS };
        let general = known.iter().find(|(key, zh)| *key == word || *zh == word).map(|(key, _)| (*key).to_owned());
        let printed = item.result.certificate.iter().find(|line| of == QueryOf::Certificate && line.label == word);
        let Some(fact) = general.or_else(|| printed.map(|line| line.label.clone())) else {
            return Err(format!("“{}”没有这样内容：{word}", item.name));
        };
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    Ok(QueryScope { of, item: item.slug.clone(), facts })
}

/// Reads the form; everything that is wrong with it at once.
pub fn read(posted: &Posted, catalogue: &Catalogue) -> Result<QueryingBodyFacts, Vec<FieldError>> {
    let mut errors = Vec::new();
    let name = public_text(posted, "name", "单位名称", ("请写单位名称", "Enter the name"), 100, &mut errors);
    let key = match ledger::read_public_key(posted.one("key")) {
        Ok(key) => serde_json::from_str::<serde_json::Value>(&ledger::public_jwk(&key))
            .ok()
            .and_then(|jwk| Some(jwk["x"].as_str()?.to_owned())),
        Err(_) => None,
    };
    if key.is_none() {
        let zh = "公钥读不懂，要 Ed25519 的公钥：JWK、PEM 或者 32 字节的 base64";
        errors.push(field_error("key", "公钥", zh, "Enter a public key of Ed25519: a JWK, PEM or 32 bytes in base64"));
    }
    let basis = public_text(posted, "basis", "依据", ("请写依据", "Say on which law it rests"), LONGEST, &mut errors);
    let purpose = public_text(posted, "purpose", "用途", ("请写查去做什么", "Say what for"), LONGEST, &mut errors);
    let from = fields::date(posted.one("from"), "from", "从哪一天起", &mut errors);
    let until = fields::date(posted.one("until"), "until", "到哪一天", &mut errors);
    if let (Some(from), Some(until)) = (from, until) {
        if until < from {
            errors.push(field_error("until", "到哪一天", "最后一天不能早于第一天", "The last day must not be before the first"));
        } else if from.checked_add_months(chrono::Months::new(12 * LONGEST_YEARS)).is_some_and(|last| until >= last) {
            errors.push(field_error("until", "到哪一天", "一次登记最长三年，到期再登记", "Three years at most; renew it then"));
        }
    }
    let lines: Vec<&str> = posted.one("scope").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut scopes: Vec<QueryScope> = Vec::new();
    if lines.is_empty() || lines.len() > MOST_LINES {
        errors.push(field_error("scope", "可以查什么", "请写可以查什么，1 到 50 行", "Say what may be asked, in 1 to 50 lines"));
    }
    for line in lines {
        match scope(line, catalogue) {
            Ok(one) if scopes.iter().any(|before| before.of == one.of && before.item == one.item) => {
                errors.push(field_error("scope", "可以查什么", &format!("写了两行：{line}"), "A matter stands on two lines"));
            }
            Ok(one) => scopes.push(one),
            Err(zh) => errors.push(field_error(
                "scope",
                "可以查什么",
                &zh,
                "A line cannot be read: kind, matter and facts, as in the example",
            )),
        }
    }
    match (key, from, until, errors.is_empty()) {
        (Some(key), Some(from), Some(until), true) => {
            Ok(QueryingBodyFacts { name, key, basis, purpose, from, until, scope: scopes })
        }
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f117_what_may_be_asked_is_read_line_by_line_and_told_where_it_cannot_be() {
        let catalogue = testing::catalogue();
        let one = scope("证照 elderly-card 有效期至 valid_to number", catalogue).unwrap();
        assert_eq!((one.of, one.facts.as_slice()), (QueryOf::Certificate, &["valid_to".to_owned(), "number".to_owned()][..]));
        assert_eq!(line_of(&one), "证照 elderly-card 有效期至 证照编号");
        assert_eq!(scope(&line_of(&one), catalogue).unwrap(), one);
        assert_eq!(scope("办件 elderly-card 办到哪一步", catalogue).unwrap().facts, ["stage"]);
        let label = catalogue.item("elderly-card").unwrap().result.certificate[0].label.clone();
        assert_eq!(scope(&format!("证照 elderly-card {label}"), catalogue).unwrap().facts, [label]);
        for odd in ["elderly-card", "证照 nothing", "证照 elderly-card 血型", "办件 elderly-card 有效期至", ""] {
            assert!(scope(odd, catalogue).is_err(), "{odd}");
        }
    }
}
