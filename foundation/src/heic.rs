//! HEIC · whether the bytes are a picture in the boxes of ISO/IEC 14496-12 and 23008-12, and how large it is. Total: it reads box by
//! box, believes no length that the file does not have, and keeps no more than [`MOST`] bytes. The pixels are another program's.

use std::io::{Read, Result, Seek, SeekFrom};

/// The boxes that describe a picture are a few kilobytes; what claims more is none.
const MOST: u64 = 4 * 1024 * 1024;
/// Boxes side by side; a photograph has three or four at the top and some hundred properties.
const BOXES: usize = 10_000;

type Name = [u8; 4];

/// The size of the picture in pixels, when the file is one: boxes that fill it to its last byte, among them one `meta` of the
/// handler `pict` that names a primary item, says where items lie and how large they are.
pub fn size(file: &mut (impl Read + Seek)) -> Result<Option<(u32, u32)>> {
    let end = file.seek(SeekFrom::End(0))?;
    let (mut at, mut first, mut found) = (0, true, None);
    for _ in 0..BOXES {
        if at == end {
            return Ok(found);
        }
        let mut head = [0; 16];
        file.seek(SeekFrom::Start(at))?;
        let room = (end - at).min(16) as usize;
        file.read_exact(&mut head[..room])?;
        let Some((name, skip, long)) = opened(&head[..room], end - at) else { return Ok(None) };
        if first && name != *b"ftyp" {
            return Ok(None);
        }
        first = false;
        if name == *b"meta" {
            if found.is_some() || long - skip > MOST {
                return Ok(None);
            }
            let mut body = vec![0; (long - skip) as usize];
            file.seek(SeekFrom::Start(at + skip))?;
            file.read_exact(&mut body)?;
            found = described(&body);
            if found.is_none() {
                return Ok(None);
            }
        }
        at += long;
    }
    Ok(None)
}

/// The name of the box that begins here, how long its head is, and how long all of it; `None` when it does not fit.
fn opened(head: &[u8], room: u64) -> Option<(Name, u64, u64)> {
    let name = head.get(4..8)?.try_into().ok()?;
    let (skip, long) = match u32::from_be_bytes(head.get(..4)?.try_into().ok()?) {
        // To the end of what it lies in.
        0 => (8, room),
        1 => (16, u64::from_be_bytes(head.get(8..16)?.try_into().ok()?)),
        long => (8, u64::from(long)),
    };
    (skip <= long && long <= room).then_some((name, skip, long))
}

/// The boxes that fill these bytes; `None` when they do not.
fn boxes(mut bytes: &[u8]) -> Option<Vec<(Name, &[u8])>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (name, skip, long) = opened(bytes, bytes.len() as u64)?;
        if found.len() == BOXES {
            return None;
        }
        found.push((name, &bytes[skip as usize..long as usize]));
        bytes = &bytes[long as usize..];
    }
    Some(found)
}

/// What the one box of this name holds.
fn one<'a>(boxes: &[(Name, &'a [u8])], name: &Name) -> Option<&'a [u8]> {
    boxes.iter().find(|(known, _)| known == name).map(|(_, body)| *body)
}

/// The largest of the sizes that `meta` tells: that of the whole picture, beside its tiles and its thumbnail.
fn described(meta: &[u8]) -> Option<(u32, u32)> {
    // Behind four bytes of version and flags, as in every full box.
    let meta = boxes(meta.get(4..)?)?;
    if one(&meta, b"hdlr")?.get(8..12)? != b"pict" {
        return None;
    }
    for needed in [b"pitm", b"iloc", b"iinf"] {
        one(&meta, needed)?;
    }
    let properties = boxes(one(&boxes(one(&meta, b"iprp")?)?, b"ipco")?)?;
    let side = |body: &[u8], at: usize| Some(u32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?));
    let sizes = properties.iter().filter(|(name, _)| name == b"ispe");
    let sizes = sizes.filter_map(|(_, body)| Some((side(body, 4)?, side(body, 8)?)));
    sizes.filter(|(wide, high)| *wide > 0 && *high > 0).max_by_key(|(wide, high)| u64::from(*wide) * u64::from(*high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    /// 64 by 48 pixels, a slope of colours, made for this test with `heif-enc -q 40`.
    pub(crate) const PICTURE: &[u8] = include_bytes!("heic/slope.heic");

    fn size_of(bytes: &[u8]) -> Option<(u32, u32)> {
        size(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn f072_a_heic_tells_its_size_and_noise_behind_its_first_bytes_is_none() {
        // Its only tile is coded with 64 by 64.
        assert_eq!(size_of(PICTURE), Some((64, 64)));
        let mut noise = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
        assert_eq!(size_of(&noise), None, "no picture is described");
        noise.extend((0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
        assert_eq!(size_of(&noise), None);
        assert_eq!(size_of(&PICTURE[28..]), None, "it begins with its kind");
        let film = [&PICTURE[..56], b"vide", &PICTURE[60..]].concat();
        assert_eq!(size_of(&film), None);
    }

    #[test]
    fn f072_a_heic_cut_anywhere_is_none() {
        for end in (0..PICTURE.len()).filter(|end| ![28, 28 + 0x1ad].contains(end)) {
            assert_eq!(size_of(&PICTURE[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn f072_whatever_the_bytes_reading_a_heic_ends_without_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            size_of(&bytes);
            size_of(&[&PICTURE[..28], &bytes].concat());
        }

        #[test]
        fn f072_whatever_is_changed_in_a_heic_reading_it_ends(changes in prop::collection::vec((0..PICTURE.len(), any::<u8>()), 1..12)) {
            let mut bytes = PICTURE.to_vec();
            changes.into_iter().for_each(|(at, to)| bytes[at] = to);
            size_of(&bytes);
        }
    }
}
