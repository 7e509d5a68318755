//! Files of the user: read from disk, pictures decoded.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use convlab_core::data::Images;
use convlab_core::data::formats::{self, BYTES, File, Gallery, Opened, Picture};
use image::{ImageReader, Limits};

/// Most files of a folder, its folders included.
const MOST: usize = 200_000;

/// The images of files and folders; pictures become `side`x`side`. The second part are remarks.
///
/// # Errors
/// One sentence that names the file.
pub fn images(paths: &[PathBuf], side: usize) -> Result<(Images, Vec<String>), String> {
    let mut files = Vec::new();
    let mut total = 0;
    for path in paths {
        let base = path.parent().unwrap_or(Path::new(""));
        collect(path, base, &mut files, &mut total)?;
    }
    let (opened, notes) = formats::open(files)?;
    let images = match opened {
        Opened::Images(images) => images,
        Opened::Pictures(pictures) => gather(&pictures, side)?,
    };
    Ok((images, notes))
}

/// Reads a file, or all files below a folder; hidden ones stay out.
fn collect(path: &Path, base: &Path, files: &mut Vec<File>, total: &mut u64) -> Result<(), String> {
    let unread = |why: std::io::Error| format!("{} cannot be read: {why}.", path.display());
    let kind = fs::metadata(path).map_err(unread)?;
    if kind.is_dir() {
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                inside.push(entry.path());
            }
        }
        inside.sort();
        return inside.iter().try_for_each(|path| collect(path, base, files, total));
    }
    *total += kind.len();
    if *total > BYTES as u64 || files.len() >= MOST {
        return Err(format!(
            "With {} the files come to more than {} MB or {MOST} files, which is the limit.",
            path.display(),
            BYTES >> 20
        ));
    }
    let name = path.strip_prefix(base).unwrap_or(path).to_string_lossy().into_owned();
    files.push(File { name, bytes: fs::read(path).map_err(unread)? });
    Ok(())
}

fn gather(pictures: &[Picture], side: usize) -> Result<Images, String> {
    let mut gallery = Gallery::new(side)?;
    for picture in pictures {
        let (size, rgba) = decode(picture)?;
        gallery.add(&picture.file.name, picture.class()?, size, &rgba)?;
    }
    gallery.finish()
}

/// Red, green, blue and opacity of each pixel. The size that the header names is the most that is
/// decoded.
fn decode(picture: &Picture) -> Result<([u32; 2], Vec<u8>), String> {
    let Picture { file, size: [width, height] } = picture;
    let broken = |why: String| format!("{} cannot be decoded: {}.", file.name, why.trim_end_matches('.'));
    let mut reader = ImageReader::new(Cursor::new(&file.bytes))
        .with_guessed_format()
        .map_err(|why| broken(why.to_string()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(*width);
    limits.max_image_height = Some(*height);
    limits.max_alloc = Some(1 << 30);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|why| broken(why.to_string()))?.to_rgba8();
    Ok((decoded.dimensions().into(), decoded.into_raw()))
}
