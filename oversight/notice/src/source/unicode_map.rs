//! ToUnicode · the table a font of a PDF brings along that says which characters its codes are. Writers of PDF differ; what a table
//! has beyond its ranges is skipped.

use encoding_rs::UTF_16BE;
use std::collections::BTreeMap;

/// Codes and what they stand for.
#[derive(Default)]
pub struct UnicodeMap {
    /// Lengths of codes in bytes, as the table declares them.
    lengths: Vec<usize>,
    /// Length and first code of a range → its last code, and the characters of the first in UTF-16.
    ranges: BTreeMap<(usize, u32), (u32, Vec<u8>)>,
}

enum Token<'a> {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

impl UnicodeMap {
    /// Reads a table.
    pub fn parse(table: &[u8]) -> UnicodeMap {
        let mut map = UnicodeMap::default();
        let mut section: &[u8] = b"";
        let mut codes: Vec<Vec<u8>> = Vec::new();
        let mut list = false;
        for token in tokens(table) {
            match token {
                Token::Word(word) => {
                    section = word;
                    codes.clear();
                }
                Token::Open => list = true,
                Token::Close => {
                    list = false;
                    codes.clear();
                }
                Token::Hex(code) => {
                    codes.push(code);
                    map.take(section, &mut codes, list);
                }
            }
        }
        if map.lengths.is_empty() {
            map.lengths = map.ranges.keys().map(|(length, _)| *length).collect();
        }
        map.lengths.sort_unstable();
        map.lengths.dedup();
        map
    }

    /// Takes the codes of an entry once all of it is there.
    fn take(&mut self, section: &[u8], codes: &mut Vec<Vec<u8>>, list: bool) {
        match (section, codes.as_slice()) {
            (b"begincodespacerange", [_, last]) => self.lengths.push(last.len()),
            (b"beginbfchar", [code, characters]) => self.put(code, code, characters),
            (b"beginbfrange", [first, last, characters]) if !list => self.put(first, last, characters),
            (b"beginbfrange", [first, _, rest @ ..]) if list && !rest.is_empty() => {
                // A list names the characters of one code after the other.
                let next = value(first).saturating_add(rest.len() as u32 - 1).to_be_bytes();
                let code = next[4 - first.len().min(4)..].to_vec();
                return self.put(&code, &code, &rest[rest.len() - 1]);
            }
            _ => return,
        }
        codes.clear();
    }

    fn put(&mut self, first: &[u8], last: &[u8], characters: &[u8]) {
        if (1..=4).contains(&first.len()) && !characters.is_empty() {
            self.ranges.insert((first.len(), value(first)), (value(last), characters.to_vec()));
        }
    }

    fn get(&self, length: usize, code: u32) -> Option<String> {
        let ((of, first), (last, characters)) = self.ranges.range(..=(length, code)).next_back()?;
        if *of != length || code > *last {
            return None;
        }
        let mut units = characters.clone();
        let end = units.len().saturating_sub(2);
        let unit = units[end..].iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)).wrapping_add(code - first);
        units.truncate(end);
        units.extend((unit as u16).to_be_bytes());
        Some(UTF_16BE.decode_without_bom_handling(&units).0.into_owned())
    }

    /// The characters of a string of codes; a code without any is left out.
    pub fn read(&self, mut bytes: &[u8]) -> String {
        let mut text = String::new();
        while !bytes.is_empty() {
            let lengths = || self.lengths.iter().copied().filter(|length| *length > 0 && *length <= bytes.len());
            let found = lengths().find_map(|length| Some((length, self.get(length, value(&bytes[..length]))?)));
            let length = match found {
                Some((length, characters)) => {
                    text.push_str(&characters);
                    length
                }
                None => lengths().next_back().unwrap_or(1),
            };
            bytes = &bytes[length..];
        }
        text
    }
}

fn value(code: &[u8]) -> u32 {
    code.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn tokens(mut rest: &[u8]) -> impl Iterator<Item = Token<'_>> {
    std::iter::from_fn(move || {
        loop {
            match *rest.first()? {
                b'<' if rest.get(1) != Some(&b'<') => {
                    let end = rest.iter().position(|byte| *byte == b'>')?;
                    let digits: Vec<u8> =
                        rest[1..end].iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
                    rest = &rest[end + 1..];
                    return Some(Token::Hex(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()));
                }
                b'[' | b']' => {
                    let open = rest[0] == b'[';
                    rest = &rest[1..];
                    return Some(if open { Token::Open } else { Token::Close });
                }
                byte if byte.is_ascii_alphabetic() => {
                    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
                    let word;
                    (word, rest) = rest.split_at(end);
                    return Some(Token::Word(word));
                }
                _ => rest = &rest[1..],
            }
        }
    })
}
