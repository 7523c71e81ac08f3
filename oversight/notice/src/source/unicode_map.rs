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
                    text.extend(characters.chars().map(unified));
                    length
                }
                None => lengths().next_back().unwrap_or(1),
            };
            bytes = &bytes[length..];
        }
        text
    }
}

/// The character of a radical: fonts give 一 and ⼀ one glyph, and printers take either code for it.
fn unified(c: char) -> char {
    match c {
        '\u{2F00}'..='\u{2FD5}' => RADICALS.chars().nth(c as usize - 0x2F00).unwrap_or(c),
        '\u{2E80}'..='\u{2EF3}' => SUPPLEMENT
            .chars()
            .step_by(2)
            .position(|radical| radical == c)
            .and_then(|at| SUPPLEMENT.chars().nth(2 * at + 1))
            .unwrap_or(c),
        c => c,
    }
}

/// The characters of the radicals from U+2F00 on, in the order of Unicode; where the standard has another form, that of the mainland.
const RADICALS: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨青非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黄黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// Radicals of simplified and other forms, each before its character.
const SUPPLEMENT: &str = "⺟母⺠民⺩王⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟";

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
