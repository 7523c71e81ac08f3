//! 规范 JSON · one text for one JSON value (RFC 8785, JCS), so that a commitment to a body holds whoever wrote it down
//! again: no spaces, keys in the order of their UTF-16 units, numbers as ECMAScript prints them.

use std::fmt::Write;

use crate::{Hash, LedgerError, commit};

/// Objects and arrays within each other go no deeper.
const DEEPEST: usize = 128;
/// No body of an act is larger; a limit on what a stranger can make us sort.
const MOST_BYTES: usize = 16 << 20;

/// The canonical text of a JSON text (RFC 8785).
///
/// What two readers could understand differently is refused with [`LedgerError::BadJson`]: a key twice in one object,
/// half a surrogate pair, a number too large for a double, a whole number that a double would round (RFC 7493 §2.2; write
/// it as a string). Nesting ends at 128, the text at 16 MiB.
///
/// ```
/// # use ledger::canonical_json;
/// assert_eq!(canonical_json(r#"{ "b": 1.50, "a": "\u4e2d" }"#)?, r#"{"a":"中","b":1.5}"#);
/// # Ok::<(), ledger::LedgerError>(())
/// ```
pub fn canonical_json(text: &str) -> Result<String, LedgerError> {
    if text.len() > MOST_BYTES {
        return Err(LedgerError::BadJson { offset: MOST_BYTES, why: "过长 too long" });
    }
    let mut reader = Reader { text, at: 0, out: String::with_capacity(text.len()) };
    reader.space();
    reader.value(0)?;
    reader.space();
    match reader.at == text.len() {
        true => Ok(reader.out),
        false => Err(reader.bad("末尾多余 something after the value")),
    }
}

/// A salted commitment to a JSON value, whatever its spacing and the order of its keys: [`commit`] over
/// [`canonical_json`]. The salt is the commitment's own, 32 random bytes.
pub fn commit_json(salt: &[u8; 32], text: &str) -> Result<Hash, LedgerError> {
    Ok(commit(salt, canonical_json(text)?.as_bytes()))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    out: String,
}

impl<'t> Reader<'t> {
    fn bad(&self, why: &'static str) -> LedgerError {
        LedgerError::BadJson { offset: self.at, why }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Writes the value that begins here.
    fn value(&mut self, depth: usize) -> Result<(), LedgerError> {
        if depth > DEEPEST {
            return Err(self.bad("嵌套过深 nested too deeply"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => {
                let string = self.string()?;
                write_string(&string, &mut self.out);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let word = ["true", "false", "null"].into_iter().find(|word| self.text[self.at..].starts_with(word));
                let word = word.ok_or_else(|| self.bad("此处应有一个值 a value is expected here"))?;
                self.at += word.len();
                self.out.push_str(word);
                Ok(())
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), LedgerError> {
        self.at += 1;
        self.out.push('[');
        self.space();
        if !self.take(b']') {
            loop {
                self.space();
                self.value(depth + 1)?;
                self.space();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.bad("此处应有“,”或“]” “,” or “]” is expected here"));
                }
                self.out.push(',');
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), LedgerError> {
        self.at += 1;
        self.space();
        // Members are written as they come, then taken apart and put in order.
        let (start, mut members) = (self.out.len(), Vec::new());
        if !self.take(b'}') {
            loop {
                self.space();
                let (place, from) = (self.at, self.out.len());
                if self.peek() != Some(b'"') {
                    return Err(self.bad("此处应有键名 a key is expected here"));
                }
                let key = self.string()?;
                self.space();
                if !self.take(b':') {
                    return Err(self.bad("此处应有“:” “:” is expected here"));
                }
                self.space();
                self.value(depth + 1)?;
                members.push((key, place, from..self.out.len()));
                self.space();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.bad("此处应有“,”或“}” “,” or “}” is expected here"));
                }
            }
        }
        members.sort_by(|(a, ..), (b, ..)| a.encode_utf16().cmp(b.encode_utf16()));
        if let Some(twice) = members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(LedgerError::BadJson { offset: twice[1].1, why: "键名重复 this key is there twice" });
        }
        let mut ordered = String::with_capacity(self.out.len() - start + 2);
        ordered.push('{');
        for (at, (key, _, value)) in members.into_iter().enumerate() {
            if at > 0 {
                ordered.push(',');
            }
            write_string(&key, &mut ordered);
            ordered.push(':');
            ordered.push_str(&self.out[value]);
        }
        ordered.push('}');
        self.out.truncate(start);
        self.out.push_str(&ordered);
        Ok(())
    }

    /// The string that begins here, its escapes undone.
    fn string(&mut self) -> Result<String, LedgerError> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let plain = self.text[self.at..].bytes().take_while(|b| !matches!(b, b'"' | b'\\' | 0..0x20)).count();
            string.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    self.at += 1;
                    string.push(self.escaped()?);
                }
                Some(_) => return Err(self.bad("字符串里有控制字符 a control character within a string")),
                None => return Err(self.bad("字符串没有结束 the string does not end")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, LedgerError> {
        let plain = match self.peek() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let half = "半个代理对 half a surrogate pair";
                let unit = self.unit()?;
                let units = match unit {
                    0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                        self.at += 1;
                        vec![unit, self.unit()?]
                    }
                    _ => vec![unit],
                };
                let mut read = char::decode_utf16(units);
                return match (read.next(), read.next()) {
                    (Some(Ok(read)), None) => Ok(read),
                    _ => Err(self.bad(half)),
                };
            }
            _ => return Err(self.bad("转义不对 no such escape")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// The four digits after `u`, which is here.
    fn unit(&mut self) -> Result<u16, LedgerError> {
        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.ok_or_else(|| self.bad("\\u 后应有四位十六进制 four hexadecimal digits after \\u"))?;
        self.at += 5;
        Ok(digits.iter().fold(0, |unit, digit| unit << 4 | char::from(*digit).to_digit(16).unwrap_or_default() as u16))
    }

    fn number(&mut self) -> Result<(), LedgerError> {
        let start = self.at;
        self.take(b'-');
        let whole = self.digits();
        if whole == 0 || whole > 1 && self.text.as_bytes()[self.at - whole] == b'0' {
            return Err(self.bad("数字写法不对 not a number"));
        }
        let mut integer = true;
        if self.take(b'.') {
            integer = false;
            if self.digits() == 0 {
                return Err(self.bad("小数点后应有数字 a digit is expected after the point"));
            }
        }
        if self.take(b'e') || self.take(b'E') {
            integer = false;
            let _ = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.bad("指数应有数字 a digit is expected in the exponent"));
            }
        }
        let literal = &self.text[start..self.at];
        let number = literal.parse::<f64>().ok().filter(|number| number.is_finite());
        let written = self.out.len();
        match number {
            Some(number) => write_number(number, &mut self.out),
            None => return Err(LedgerError::BadJson { offset: start, why: "数字过大 the number is too large" }),
        }
        if integer && literal.trim_start_matches('-') != "0" && &self.out[written..] != literal {
            let why = "整数超出双精度，请写成字符串 the whole number does not fit a double: write it as a string";
            return Err(LedgerError::BadJson { offset: start, why });
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }
}

/// As RFC 8785 §3.2.2.2: two-character escapes where there are, `\u00xx` for other controls, all else as it is.
fn write_string(string: &str, out: &mut String) {
    out.push('"');
    for c in string.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// As ECMA-262 `Number::toString`, radix 10: the shortest digits that read back as this double, without exponent from
/// 10⁻⁶ to below 10²¹. Rust finds the digits; the layout is ours, and so is the choice between two that are equally near.
fn write_number(number: f64, out: &mut String) {
    if number == 0.0 {
        return out.push('0'); // minus zero too
    }
    if number < 0.0 {
        out.push('-');
    }
    let scientific = format!("{:e}", number.abs());
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = even(number.abs(), digits.replace('.', ""));
    let count = digits.len() as i32;
    // The number is 0.digits × 10^point.
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let written = match point {
        _ if count <= point && point <= 21 => write!(out, "{digits}{}", "0".repeat((point - count) as usize)),
        1..=21 => write!(out, "{}.{}", &digits[..point as usize], &digits[point as usize..]),
        -5..=0 => write!(out, "0.{}{digits}", "0".repeat(-point as usize)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            write!(out, "{first}{dot}{rest}e{:+}", point - 1)
        }
    };
    written.expect("a string takes what is written to it");
}

/// Where the double lies exactly between two shortest decimals, Rust takes the upper one and ECMAScript the even one.
fn even(number: f64, upper: String) -> String {
    let odd = upper.ends_with(['1', '3', '5', '7', '9']);
    // No double has more than 767 digits, so with as many the decimal is exact.
    let exact = |digits: usize| format!("{number:.digits$e}").replacen('.', "", 1);
    if !odd || !exact(upper.len()).split('e').next().is_some_and(|digits| digits.ends_with('5')) {
        return upper;
    }
    let exact = exact(767);
    let (lower, rest) = exact.split_at(upper.len());
    let tie = rest.strip_prefix('5').and_then(|rest| rest.split('e').next()).is_some_and(|rest| rest.bytes().all(|b| b == b'0'));
    match tie {
        true => lower.trim_end_matches('0').to_owned(),
        false => upper,
    }
}
