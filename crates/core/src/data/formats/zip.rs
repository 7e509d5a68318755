use super::inflate::{Fault, inflate};
use super::{File, allowance, is_hidden};
use crate::text::files as text;

const ENTRIES: usize = 100_000;

/// Whether the bytes begin as a zip archive does.
pub fn is(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04") || file.starts_with(b"PK\x05\x06")
}

/// Takes the files out of a zip archive: names are labels, archives inside stay closed, and no size
/// that the archive claims is believed.
///
/// # Errors
/// One sentence that names the archive.
pub fn entries(name: &str, archive: &[u8]) -> Result<Vec<File>, String> {
    let damaged = || text::zip_damaged(name);
    let (count, mut at) = directory(archive).ok_or_else(damaged)?;
    if count > ENTRIES {
        return Err(text::too_many_files(name, count, ENTRIES));
    }
    let mut files = Vec::new();
    let mut left = allowance(archive.len());
    for _ in 0..count {
        let (entry, next) = Entry::read(archive, at).ok_or_else(damaged)?;
        at = next;
        if is_hidden(&entry.name) {
            continue;
        }
        let broken = || text::entry_damaged(&entry.name, name);
        let packed = entry.packed(archive).ok_or_else(broken)?;
        let mut bytes = Vec::new();
        match entry.method {
            0 if packed.len() > left => Err(Fault::TooLarge),
            0 => {
                bytes.extend_from_slice(packed);
                Ok(packed.len())
            }
            8 => inflate(packed, &mut bytes, left),
            _ => Err(Fault::Damaged),
        }
        .map_err(|fault| match fault {
            Fault::Damaged => broken(),
            Fault::TooLarge => text::unpacks_to_too_much(name, allowance(archive.len()) >> 20),
        })?;
        left -= bytes.len();
        if is(&bytes) {
            return Err(text::archive_inside(name, &entry.name));
        }
        files.push(File { name: entry.name, bytes });
    }
    Ok(files)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes([two[0], two[1]])))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    Some(short(bytes, at)? | short(bytes, at.checked_add(2)?)? << 16)
}

/// Number of entries and where the first stands, from the record at the end of the archive, behind
/// which a comment of at most 65,535 bytes may lie.
fn directory(archive: &[u8]) -> Option<(usize, usize)> {
    const END: usize = 22;
    let last = archive.len().checked_sub(END)?;
    let end =
        (last.saturating_sub(65_535)..=last).rev().find(|&at| archive[at..].starts_with(b"PK\x05\x06"))?;
    Some((short(archive, end + 10)?, long(archive, end + 16)?))
}

struct Entry {
    name: String,
    method: usize,
    packed: usize,
    start: usize,
}

impl Entry {
    /// An entry of the table of contents, and where the next one stands.
    fn read(archive: &[u8], at: usize) -> Option<(Self, usize)> {
        let record = archive.get(at..)?;
        if !record.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (name, extra, comment) = (short(record, 28)?, short(record, 30)?, short(record, 32)?);
        let entry = Self {
            name: String::from_utf8_lossy(record.get(46..46 + name)?).into_owned(),
            method: short(record, 10)?,
            packed: long(record, 20)?,
            start: long(record, 42)?,
        };
        Some((entry, at + 46 + name + extra + comment))
    }

    /// The bytes as they are packed, behind the entry's own header.
    fn packed<'a>(&self, archive: &'a [u8]) -> Option<&'a [u8]> {
        let record = archive.get(self.start..)?;
        if !record.starts_with(b"PK\x03\x04") {
            return None;
        }
        let start = 30 + short(record, 26)? + short(record, 28)?;
        record.get(start..start.checked_add(self.packed)?)
    }
}
