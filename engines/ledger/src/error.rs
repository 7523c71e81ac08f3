//! 出错时怎么说 · what is said when something is wrong: the entry or the place, then what to do. Chinese first, then
//! English, because an outsider who verifies the record may read either.

use crate::LONGEST_ENTRY;

/// Everything that can go wrong in this crate. Every message names the entry, tile or line and a remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A tile was asked for that the source does not hold.
    #[error("缺少 {path}：请先取得这一块再试 · {path} is missing: fetch it, then try again")]
    TileMissing {
        /// Where the tile belongs, as in `tile/0/001`.
        path: String,
    },
    /// A tile is too short, too long, or not whole hashes.
    #[error(
        "{path} 应有 {want} 字节，实有 {got} 字节：请从日志或备份重新取得 · \
         {path} should be {want} bytes but is {got}: fetch it again from the log or a backup"
    )]
    TileMalformed {
        /// Where the tile belongs.
        path: String,
        /// Bytes the size of the log calls for.
        want: usize,
        /// Bytes found.
        got: usize,
    },
    /// A tile source of the caller's own failed (network, database).
    #[error("读取 {path} 失败：{why} · reading {path} failed: {why}")]
    Source {
        /// Where the tile belongs.
        path: String,
        /// What the source said.
        why: String,
    },
    /// A path is not one of a tiled log.
    #[error(
        "“{0}”不是日志路径：应形如 tile/0/x001/234、tile/entries/000.p/5 或 checkpoint · \
         “{0}” is not a log path: expected tile/0/x001/234, tile/entries/000.p/5 or checkpoint"
    )]
    BadPath(String),
    /// A hash is not 32 bytes in the expected alphabet.
    #[error("“{0}”不是 32 字节的散列：请核对是否抄漏 · “{0}” is not a 32-byte hash: check that none of it was lost in copying")]
    BadHash(String),
    /// An entry is longer than an entry bundle can carry.
    #[error(
        "第 {index} 条有 {len} 字节，超过上限 {LONGEST_ENTRY}：请只登记承诺值，正文另存 · \
         entry {index} is {len} bytes, over the limit of {LONGEST_ENTRY}: log a commitment and keep the body elsewhere"
    )]
    EntryTooLong {
        /// Position of the entry in the bundle.
        index: u64,
        /// Its length.
        len: usize,
    },
    /// An entry bundle breaks off within an entry, or holds more than 256.
    #[error(
        "条目包在第 {index} 条处损坏（第 {offset} 字节）：请重新取得这一包 · \
         the entry bundle is broken at its entry {index} (byte {offset}): fetch the bundle again"
    )]
    EntriesBroken {
        /// Position of the entry within the bundle, from 0.
        index: u64,
        /// Byte at which reading stopped.
        offset: usize,
    },
    /// The text of an act's leaf is not what [`crate::ActLeaf`] writes.
    #[error(
        "登记文本第 {line} 行不对（{why}）：请使用原文 · line {line} of the act's leaf is wrong ({why}): use the original text"
    )]
    BadLeaf {
        /// Line, from 1.
        line: usize,
        /// What was expected there.
        why: &'static str,
    },
    /// The id or the kind of an act cannot be written into a leaf.
    #[error(
        "行为的 {field} 不合要求：id 须是小写、带连字符的 UUID，kind 须是不超过 200 字节、不含空白的名称 · \
         the act's {field} cannot be used: the id is a UUID in lower case with hyphens, the kind a name of at most 200 bytes without blanks"
    )]
    BadAct {
        /// `id` or `kind`.
        field: &'static str,
    },
    /// An entry was asked for that the log does not have.
    #[error(
        "日志只有 {size} 条，没有第 {index} 条：请换较新的检查点 · \
         the log has {size} entries and no entry {index}: use a newer checkpoint"
    )]
    NoSuchEntry {
        /// Entry asked for.
        index: u64,
        /// Size of the log.
        size: u64,
    },
    /// The earlier size is larger than the later one.
    #[error(
        "较早的检查点有 {old} 条，较新的只有 {new} 条：日志被截短，或两者次序颠倒 · \
         the earlier checkpoint has {old} entries, the later only {new}: the log was cut, or the two are the wrong way round"
    )]
    Shrunk {
        /// Size of the earlier checkpoint.
        old: u64,
        /// Size of the later checkpoint.
        new: u64,
    },
    /// The log would outgrow its numbering.
    #[error(
        "日志已有 {size} 条，再加 {more} 条就超出编号范围 · the log has {size} entries; {more} more would exceed its numbering"
    )]
    TooLarge {
        /// Size of the log.
        size: u64,
        /// Entries to be added.
        more: u64,
    },
    /// A proof has the wrong number of hashes.
    #[error(
        "证明应有 {want} 个散列，实有 {got} 个：请重新取得证明 · the proof should hold {want} hashes but holds {got}: ask for it again"
    )]
    ProofLength {
        /// Hashes called for.
        want: usize,
        /// Hashes found.
        got: usize,
    },
    /// An inclusion proof does not lead to the root.
    #[error(
        "第 {index} 条不在这份 {size} 条的日志里：条目、证明或检查点被改过，请向日志或见证人核对 · \
         entry {index} is not in this log of {size} entries: entry, proof or checkpoint was altered; ask the log or a witness"
    )]
    NotIncluded {
        /// Entry the proof is for.
        index: u64,
        /// Size of the log.
        size: u64,
    },
    /// A consistency proof does not join the two roots.
    #[error(
        "{new} 条的日志不是 {old} 条日志的延续：历史被改写，请保存两份检查点并通知见证人 · \
         the log of {new} entries does not continue the log of {old}: history was rewritten; keep both checkpoints and tell a witness"
    )]
    NotConsistent {
        /// Size of the earlier log.
        old: u64,
        /// Size of the later log.
        new: u64,
    },
    /// The tiles held do not give the root that was signed.
    #[error(
        "{size} 条处的散列块与已签名的根不符：不可续签，请先审计并从备份恢复 · \
         the tiles at {size} entries do not give the signed root: sign nothing more; audit, and restore from a backup"
    )]
    RootMismatch {
        /// Size at which the root was compared.
        size: u64,
    },
    /// A key name breaks the signed-note rules.
    #[error(
        "密钥名“{0}”不可用：不能为空，不能含空格或加号 · key name “{0}” cannot be used: it must not be empty nor hold spaces or “+”"
    )]
    BadKeyName(String),
    /// A key's text cannot be read.
    #[error(
        "密钥“{text}”读不懂（{why}）：请向签名单位索取原文 · key “{text}” cannot be read ({why}): ask its owner for the original"
    )]
    BadKey {
        /// The key, cut short; never the secret part.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A signed note is not well formed.
    #[error(
        "签名文本格式不对（{0}）：请使用原文，不要重新排版 · the signed note is malformed ({0}): use the original, unformatted"
    )]
    BadNote(&'static str),
    /// A checkpoint is not well formed.
    #[error("检查点格式不对（{0}）：请重新取得 checkpoint · the checkpoint is malformed ({0}): fetch it again")]
    BadCheckpoint(&'static str),
    /// None of the signatures is by the key that was asked for.
    #[error(
        "没有“{0}”的签名：请换这一方签过的文本，或核对公钥 · there is no signature by “{0}”: use a note it signed, or check the key"
    )]
    NotSigned(String),
    /// A signature by a known key does not hold.
    #[error(
        "“{0}”的签名无效：文本被改过，不可采信 · the signature by “{0}” does not hold: the text was altered; do not trust it"
    )]
    BadSignature(String),
    /// The checkpoint belongs to another log than the key.
    #[error(
        "检查点属于“{found}”，不属于“{expected}”：请用这一日志的公钥 · the checkpoint is of “{found}”, not of “{expected}”: use that log's key"
    )]
    OtherLog {
        /// Log the key belongs to.
        expected: String,
        /// Log the checkpoint names.
        found: String,
    },
    /// The key is of the wrong kind: a log's where a witness's is called for, or the other way round.
    #[error(
        "“{0}”的公钥类型不对：日志用 01 型或 SM2，见证人用 04 型 · the key of “{0}” is of the wrong kind: logs use type 01 or SM2, witnesses 04"
    )]
    WrongKeyKind(String),
    /// A cosignature names a time that does not exist.
    #[error("时间 {0} 超出范围：须为 1970 年以来的秒数 · time {0} is out of range: it must be seconds since 1970")]
    BadTime(u64),
    /// Too few witnesses vouched.
    #[error(
        "只有 {got} 位见证人签名，须有 {want} 位：请稍后取较新的检查点 · only {got} witnesses signed and {want} are required: fetch a newer checkpoint later"
    )]
    TooFewWitnesses {
        /// Witnesses required.
        want: usize,
        /// Witnesses found.
        got: usize,
    },
    /// Too few witnesses signed lately: an old checkpoint may be shown in place of the newest.
    #[error(
        "见证签名太旧（{}，须不早于 {}）：出示的可能是旧检查点，请取最新的 · \
         the cosignatures are too old ({}, wanted since {}): this may be an old checkpoint; ask for the newest",
        newest.map_or("没有见证人签过".to_owned(), |at| format!("最近的在 {}", moment(at))),
        moment(*since),
        newest.map_or("no witness signed".to_owned(), |at| format!("the newest at {}", moment(at))),
        moment(*since)
    )]
    Stale {
        /// When the last witness signed, in seconds since 1970; `None` if none did.
        newest: Option<u64>,
        /// Since when enough should have.
        since: u64,
    },
    /// A receipt's text is not well formed.
    #[error("回执第 {line} 行不对（{why}）：请使用原文件 · line {line} of the receipt is wrong ({why}): use the original file")]
    BadReceipt {
        /// Line, from 1.
        line: usize,
        /// What was expected there.
        why: &'static str,
    },
    /// An act with its words is not what [`crate::Disclosure`] writes.
    #[error("原文凭证不对（{0}）：请使用原文件 · the act with its words is wrong ({0}): use the original file")]
    BadDisclosure(&'static str),
    /// The words shown are not those the act committed to.
    #[error(
        "第 {index} 条行为说的不是这些话：{body}与登记时的承诺不符，被改动过 · \
         entry {index} does not say these words: they are not what it committed to, and were altered"
    )]
    OtherWords {
        /// Number of the entry.
        index: u64,
        /// Which of its two bodies, in Chinese.
        body: &'static str,
    },
    /// A JSON text has no canonical form.
    #[error(
        "JSON 第 {offset} 字节处不对（{why}）：请改正后再登记 · the JSON is wrong at byte {offset} ({why}): mend it, then record it"
    )]
    BadJson {
        /// Byte, from 0.
        offset: usize,
        /// What is wrong there.
        why: &'static str,
    },
    /// A bookmark cannot be gone on from.
    #[error("书签不能续用（{0}）：请从头核验 · the bookmark cannot be used ({0}): verify from the first entry")]
    BadBookmark(&'static str),
    /// A request to a witness is not well formed.
    #[error("见证请求第 {line} 行不对（{why}） · line {line} of the request to the witness is wrong ({why})")]
    BadRequest {
        /// Line, from 1.
        line: usize,
        /// What was expected there.
        why: &'static str,
    },
    /// The log starts from another size than the witness last signed.
    #[error("见证人上次签到第 {known} 条，请从这里开始证明 · the witness last signed at {known} entries: prove from there")]
    WitnessElsewhere {
        /// Size the witness last signed.
        known: u64,
    },
    /// Same size, other root: two histories shown to two people.
    #[error(
        "两份检查点同为 {size} 条而根不同：日志对不同的人出示不同的历史，请保存两份作证 · \
         two checkpoints of {size} entries have different roots: the log shows two histories; keep both as evidence"
    )]
    SplitView {
        /// Size of both.
        size: u64,
    },
}

/// Seconds since 1970 as a day and a time in UTC (days to a civil date after Hinnant, “chrono-compatible low-level date algorithms”).
fn moment(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

impl LedgerError {
    /// The sentence in Chinese, and in English.
    pub fn both(&self) -> (String, String) {
        let said = self.to_string();
        let (zh, en) = said.split_once(" · ").unwrap_or((&said, &said));
        match self.why().map(|why| (why, each(why))) {
            Some((why, (why_zh, why_en))) => (zh.replacen(why, why_zh, 1), en.replacen(why, why_en, 1)),
            None => (zh.to_owned(), en.to_owned()),
        }
    }

    /// What is wrong in particular, in Chinese and then in English.
    fn why(&self) -> Option<&'static str> {
        match self {
            Self::BadLeaf { why, .. }
            | Self::BadKey { why, .. }
            | Self::BadReceipt { why, .. }
            | Self::BadJson { why, .. }
            | Self::BadRequest { why, .. }
            | Self::BadNote(why)
            | Self::BadCheckpoint(why)
            | Self::BadBookmark(why)
            | Self::BadDisclosure(why) => Some(why),
            _ => None,
        }
    }
}

/// “散列 hash” as “散列” and “hash”: the English begins at the first space after the last Chinese character.
fn each(why: &str) -> (&str, &str) {
    let last = why.rfind(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')).unwrap_or(0);
    match why[last..].find(' ') {
        Some(space) => (&why[..last + space], &why[last + space + 1..]),
        None => (why, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h40_each_language_tells_a_reason_in_its_own_words() {
        for (error, zh, en) in [
            (LedgerError::BadReceipt { line: 1, why: "缺空行 no blank line" }, "（缺空行）", "(no blank line)"),
            (LedgerError::BadNote("须为 32 字节 32 bytes"), "（须为 32 字节）", "(32 bytes)"),
            (
                LedgerError::BadJson { offset: 3, why: "此处应有“,”或“]” “,” or “]” is expected here" },
                "（此处应有“,”或“]”）",
                "(“,” or “]” is expected here)",
            ),
        ] {
            let (said_zh, said_en) = error.both();
            assert!(said_zh.contains(zh) && said_en.contains(en), "{said_zh} / {said_en}");
        }
        assert_eq!(LedgerError::BadTime(5).both().1, "time 5 is out of range: it must be seconds since 1970");
    }

    #[test]
    fn a_moment_is_told_as_a_day_and_a_time() {
        for (seconds, told) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_827_696, "2000-02-29 12:34:56 UTC"),
            (1_772_323_199, "2026-02-28 23:59:59 UTC"),
            (4_102_444_800, "2100-01-01 00:00:00 UTC"),
        ] {
            assert_eq!(moment(seconds), told);
        }
        let none = LedgerError::Stale { newest: None, since: 951_827_696 }.to_string();
        assert!(none.contains("没有见证人签过，须不早于 2000-02-29 12:34:56 UTC") && !none.contains("None"), "{none}");
    }
}
