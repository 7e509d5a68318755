//! Files of the user: MNIST and its kin (IDX), CIFAR-10, NumPy arrays, pictures in folders; each
//! also gzipped or zipped. Everything is checked before it is believed, and every fault is one
//! sentence that names the file.

mod cifar;
mod gzip;
mod idx;
mod inflate;
mod npy;
mod pictures;
mod tar;
mod tensor;
mod zip;

pub use pictures::{Gallery, Picture};

use super::Images;
use crate::shared::sort;
use crate::text::files as text;

/// Most classes that labels may name.
pub const CLASSES: usize = 100;
/// Most rows or columns of an image.
pub const SIDE: usize = 256;
/// Files that are named one by one when they are left out.
const NAMED: usize = 3;
/// Most bytes that the files may hold together once they are unpacked.
pub const BYTES: usize = 256 << 20;

/// A file as it was dropped: its path (folders included) and its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// `train/cat/17.png`; only ever a label, never opened.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What a set of files holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// Images, ready to be split.
    Images(Images),
    /// Pictures that the host decodes one by one and adds to a [`Gallery`].
    Pictures(Vec<Picture>),
}

/// How much may come out of `packed` compressed bytes: pictures and digits shrink a few times, never
/// a hundred times.
fn allowance(packed: usize) -> usize {
    packed.saturating_mul(64).clamp(16 << 20, BYTES)
}

/// Reads files that belong together: images with their labels, CIFAR-10 batches, or pictures in
/// folders named after their classes. The second part of the answer are remarks: what was left out.
///
/// # Errors
/// One sentence that names the file and what is wrong with it.
pub fn open(files: Vec<File>) -> Result<(Opened, Vec<String>), String> {
    let (mut notes, mut left_out) = (Vec::new(), Vec::new());
    let (mut tensors, mut batches, mut pictures) = (Vec::new(), Vec::new(), Vec::new());
    for file in unpack(files)? {
        match kind(&file) {
            Kind::Idx => tensors.push(idx::parse(&file.name, &file.bytes)?),
            Kind::Npy => tensors.push(npy::parse(&file.name, &file.bytes)?),
            Kind::Cifar => batches.push(file),
            Kind::Picture => pictures.push(Picture::new(file)?),
            Kind::Unknown => {
                left_out.push(text::left_out(&file.name));
            }
        }
    }
    let kinds = [!tensors.is_empty(), !batches.is_empty(), !pictures.is_empty()];
    let opened = match kinds {
        [true, false, false] => Opened::Images(tensor::images(tensors)?),
        [false, true, false] => Opened::Images(cifar::parse(&mut batches)?),
        [false, false, true] => {
            sort::by(&mut pictures, |a, b| place(&a.file.name).cmp(&place(&b.file.name)));
            notes.extend(pictures::sizes(&pictures)?);
            Opened::Pictures(pictures)
        }
        [false, false, false] => {
            return Err(left_out.into_iter().next().unwrap_or_else(|| text::NO_FILE.to_owned()));
        }
        _ => return Err(text::SEVERAL_KINDS.to_owned()),
    };
    let rest = left_out.len().saturating_sub(NAMED);
    notes.extend(left_out.into_iter().take(NAMED));
    if rest > 0 {
        notes.push(text::more_left_out(rest));
    }
    Ok((opened, notes))
}

/// Whether a file holds test images by its name: `t10k-images-idx3-ubyte`, `test_batch.bin`,
/// `test/cat/1.png`.
fn is_test(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut parts = name.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default();
    ["t10k", "test_", "test-"].iter().any(|start| file.starts_with(start)) || parts.any(|part| part == "test")
}

/// Test images come last, otherwise files stand in the order of their names.
fn place(name: &str) -> (bool, &str) {
    (is_test(name), name)
}

/// Folders, and what operating systems put beside the user's files.
fn is_hidden(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.is_empty() || last.starts_with('.') || name.starts_with("__MACOSX/") || last == "Thumbs.db"
}

/// Takes the files out of zip, tar and gzip, one level deep.
fn unpack(files: Vec<File>) -> Result<Vec<File>, String> {
    let mut unpacked = Vec::new();
    for mut file in files {
        gunzip(&mut file)?;
        match &file.bytes {
            bytes if zip::is(bytes) => unpacked.extend(zip::entries(&file.name, bytes)?),
            bytes if tar::is(bytes) => unpacked.extend(tar::entries(&file.name, bytes)?),
            _ => unpacked.push(file),
        }
    }
    let mut total = 0usize;
    for file in &mut unpacked {
        gunzip(file)?;
        total = total.saturating_add(file.bytes.len());
        if total > BYTES {
            return Err(text::too_much(&file.name, BYTES >> 20));
        }
    }
    Ok(unpacked)
}

/// Unpacks a gzip file where it stands.
fn gunzip(file: &mut File) -> Result<(), String> {
    if gzip::is(&file.bytes) {
        file.bytes = gzip::unpack(&file.name, &file.bytes)?;
        let ends = [(".gz", ""), (".tgz", ".tar")];
        let (name, end) = ends
            .iter()
            .find_map(|(end, other)| Some((file.name.strip_suffix(end)?, other)))
            .unwrap_or((&file.name, &""));
        file.name = format!("{name}{end}");
    }
    Ok(())
}

enum Kind {
    Idx,
    Npy,
    Cifar,
    Picture,
    Unknown,
}

fn kind(file: &File) -> Kind {
    let name = file.name.to_ascii_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if npy::is(&file.bytes) || named(&[".npy"]) {
        Kind::Npy
    } else if pictures::is(&file.bytes) || named(&[".png", ".jpg", ".jpeg"]) {
        Kind::Picture
    } else if named(&[".bin"]) {
        Kind::Cifar
    } else if file.bytes.starts_with(&[0, 0])
        || named(&[".idx"])
        || name.contains("-idx")
        || name.contains(".idx")
    {
        Kind::Idx
    } else {
        Kind::Unknown
    }
}

#[cfg(test)]
mod tests;
