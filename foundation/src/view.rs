//! 看图 · a copy of a picture for the eye: a JPEG of at most [`LONGEST`] pixels a side, made of the pixels alone when somebody first asks
//! for it (F072). The original stays byte for byte what was handed in, and its digest is the one on record; the copy says neither where
//! a photograph was taken nor with what, may be shown inside a page, and goes when the original goes.
//!
//! HEIC is decoded by `heif-convert`, a program of its own: its decoder is a large one in C, and a picture that breaks it must not
//! take the site along.

use crate::files::{self, File, Files};
use crate::kind::{self, HEIF, JPEG, PNG, WEBP};
use crate::scan::Said;
use crate::{House, Stop, page, program};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// How each of these files is to be looked at, in one question; one that was erased has no answer.
pub async fn looks(house: &House, ids: &[Uuid]) -> Result<HashMap<Uuid, Look>, Stop> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = files::find_all(&mut *house.pool().acquire().await?, ids).await?;
    Ok(found.iter().map(|file| (file.id, file.look(house.files()))).collect())
}

/// The longer side of what is shown.
pub const LONGEST: u32 = 4096;
/// A picture of more pixels, or one that takes more memory, is not decoded here.
const MOST_PIXELS: u64 = 100_000_000;
const MOST_MEMORY: u64 = 640 * 1024 * 1024;
/// A decoder keeps a whole JPEG beside its pixels.
const MOST_BYTES: i64 = 256 * 1024 * 1024;

/// The program that decodes HEIC, and what it is given.
pub const CONVERTER: &str = "heif-convert";

/// Where it is on this machine.
pub fn converter() -> Option<PathBuf> {
    program::find(CONVERTER)
}

const CONVERTS: Duration = Duration::from_secs(60);
const CONVERTER_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

const QUALITY: u8 = 88;

fn cannot() -> Stop {
    Stop::Rejected("这张图在这里显示不出来，请下载原件，用看图的软件打开".into())
}

/// How a listed file is to be looked at; its template is `page/look.html`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Download,
    /// There is a copy for the eye.
    Picture,
    /// A picture that this house cannot show, for want of the program that decodes it.
    Beyond,
    /// The scanner has not looked at it yet.
    Waiting,
    /// The scanner refused it.
    Refused,
}

impl File {
    /// How it is to be looked at in this house.
    pub fn look(&self, files: &Files) -> Look {
        match self.scan {
            Some(Said::Refused) => Look::Refused,
            Some(Said::Waiting) if files.scanner().is_some() => Look::Waiting,
            _ if self.media_type == HEIF && files.converter().is_none() => Look::Beyond,
            _ if self.is_picture() => Look::Picture,
            _ => Look::Download,
        }
    }

    /// Whether there is a copy of it for the eye.
    fn is_picture(&self) -> bool {
        [JPEG, PNG, WEBP, HEIF].contains(&self.media_type.as_str())
    }
}

impl Files {
    /// Whether a copy of what has this hash was made.
    pub fn has_copy(&self, sha256: &str) -> bool {
        self.copy_at(sha256).exists()
    }

    /// The copy for the eye, made if it is not there yet. Whoever asks may have the file.
    pub async fn shown(&self, file: &File) -> Result<Response, Stop> {
        file.opens(self)?;
        if !file.is_picture() {
            return Err(Stop::NotFound("图片"));
        }
        let copy = self.copy_at(&file.sha256);
        let bytes = match tokio::fs::read(&copy).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.draw(file, &copy).await?;
                tokio::fs::read(&copy).await?
            }
            read => read?,
        };
        let disposition = format!("inline; filename*=UTF-8''{}.jpg", page::encode(&file.name).replace('/', "%2F"));
        let headers = [
            (header::CONTENT_TYPE, JPEG.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::CACHE_CONTROL, "private, no-store".into()),
        ];
        Ok((headers, Body::from(bytes)).into_response())
    }

    /// What a program that was killed left half drawn.
    pub(crate) fn sweep_copies(&self) -> Result<(), Stop> {
        for entry in fs::read_dir(self.copies())? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_dir() && about.modified()?.elapsed().unwrap_or_default() > Duration::from_secs(86_400) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// One at a time: a decoded picture is large.
    async fn draw(&self, file: &File, copy: &Path) -> Result<(), Stop> {
        let _turn = self.drawing().await;
        if copy.exists() {
            return Ok(());
        }
        let original = self.kept_at(&file.sha256)?;
        let size = kind::picture(&original, &file.media_type)?;
        if file.size > MOST_BYTES || size.is_none_or(|(wide, high)| u64::from(wide) * u64::from(high) > MOST_PIXELS) {
            return Err(Stop::Rejected("这张图超过一亿像素，不在这里显示，请下载原件".into()));
        }
        let room = Room::new(copy)?;
        let decoded = match file.media_type == HEIF {
            true => Some(self.converted(&original, &room).await?),
            false => None,
        };
        let drawn = room.0.join("copy");
        let to = drawn.clone();
        let from = original.clone();
        tokio::task::spawn_blocking(move || match decoded {
            // The program has turned the picture already, whatever still stands in its metadata.
            Some(decoded) => reduce(&decoded, &to, false),
            None => reduce(&from, &to, true),
        })
        .await
        .map_err(|error| Stop::Fault(error.to_string()))?
        .ok_or_else(cannot)?;
        fs::rename(&drawn, copy)?;
        // Erased meanwhile: its copy goes as well.
        if !original.exists() {
            fs::remove_file(copy)?;
            return Err(Stop::NotFound("文件"));
        }
        Ok(())
    }

    async fn converted(&self, original: &Path, room: &Room) -> Result<PathBuf, Stop> {
        let Some(converter) = self.converter() else {
            return Err(Stop::Rejected("这台服务器没有装转换 HEIC 的程序，请下载原件，用手机或者看图的软件打开".into()));
        };
        let arguments = [OsStr::new("-q"), OsStr::new("95"), original.as_os_str(), OsStr::new("decoded.jpg")];
        let ended = program::run(converter, &arguments, &room.0, CONVERTS, Some(CONVERTER_MEMORY)).await;
        // A file of several pictures gives several; the first is shown.
        let made = ["decoded.jpg", "decoded-1.jpg"].map(|name| room.0.join(name)).into_iter().find(|path| path.is_file());
        made.filter(|_| ended == Some(0)).ok_or_else(cannot)
    }
}

/// A directory of one's own that goes with its holder.
struct Room(PathBuf);

impl Room {
    fn new(beside: &Path) -> std::io::Result<Room> {
        let room = beside.with_file_name(format!("drawing-{}", Uuid::new_v4().simple()));
        fs::create_dir_all(&room)?;
        // Absolute: the program works in it.
        Ok(Room(fs::canonicalize(room)?))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Draws the picture at `from` into a JPEG at `to`; `None` when it cannot be decoded within our bounds.
fn reduce(from: &Path, to: &Path, turn: bool) -> Option<()> {
    let mut reader = ImageReader::open(from).ok()?.with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (wide, high) = decoder.dimensions();
    if u64::from(wide) * u64::from(high) > MOST_PIXELS {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if wide.max(high) > LONGEST {
        picture = picture.thumbnail(LONGEST, LONGEST);
    }
    if turn {
        picture.apply_orientation(orientation);
    }
    let out = std::io::BufWriter::new(fs::File::create(to).ok()?);
    on_white(picture).write_with_encoder(JpegEncoder::new_with_quality(out, QUALITY)).ok()
}

/// A JPEG has no holes: what shows through shows white, as on paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8().into();
    }
    let mut picture = picture.into_rgba8();
    for pixel in picture.pixels_mut() {
        let [.., solid] = pixel.0;
        for part in &mut pixel.0[..3] {
            *part = ((u32::from(*part) * u32::from(solid) + 255 * (255 - u32::from(solid))) / 255) as u8;
        }
    }
    DynamicImage::from(picture).into_rgb8().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn reduced(picture: &RgbaImage) -> DynamicImage {
        let room = Room::new(&std::env::temp_dir().join("x")).unwrap();
        let (from, to) = (room.0.join("from"), room.0.join("to"));
        picture.save_with_format(&from, image::ImageFormat::Png).unwrap();
        reduce(&from, &to, true).unwrap();
        ImageReader::open(to).unwrap().with_guessed_format().unwrap().decode().unwrap()
    }

    #[test]
    fn f072_a_large_scan_is_shown_reduced_and_what_is_transparent_shows_white() {
        let mut scan = RgbaImage::from_pixel(LONGEST + 904, 1000, Rgba([0, 0, 0, 255]));
        assert_eq!(reduced(&scan).height(), 819);
        assert_eq!(reduced(&scan).width(), LONGEST);
        scan = RgbaImage::from_pixel(30, 20, Rgba([0, 0, 0, 0]));
        let shown = reduced(&scan).into_rgb8();
        assert_eq!((shown.dimensions(), shown.get_pixel(5, 5).0), ((30, 20), [255, 255, 255]));
    }

    #[test]
    fn f072_what_is_no_picture_is_not_drawn() {
        let room = Room::new(&std::env::temp_dir().join("x")).unwrap();
        let from = room.0.join("from");
        fs::write(&from, b"\x89PNG\r\n\x1a\n noise").unwrap();
        assert_eq!(reduce(&from, &room.0.join("to"), true), None);
    }
}
