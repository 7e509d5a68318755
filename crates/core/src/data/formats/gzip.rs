use super::allowance;
use super::inflate::{Fault, inflate};
use crate::text::files as text;

/// Whether the bytes begin as gzip does.
pub fn is(file: &[u8]) -> bool {
    file.starts_with(&[0x1f, 0x8b])
}

/// Unpacks a gzip file (RFC 1952), all its members, up to the size that honest images can have.
///
/// # Errors
/// One sentence that names the file.
pub fn unpack(name: &str, file: &[u8]) -> Result<Vec<u8>, String> {
    let limit = allowance(file.len());
    let mut bytes = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        rest = member(rest, &mut bytes, limit).map_err(|fault| match fault {
            Fault::Damaged => text::gzip_damaged(name),
            Fault::TooLarge => text::unpacks_to_too_much(name, limit >> 20),
        })?;
    }
    Ok(bytes)
}

/// Appends what the first member holds; returns what stands behind it.
fn member<'a>(file: &'a [u8], bytes: &mut Vec<u8>, limit: usize) -> Result<&'a [u8], Fault> {
    let packed = body(file).ok_or(Fault::Damaged)?;
    let start = bytes.len();
    let length = inflate(packed, bytes, limit)?;
    let (sums, rest) = packed[length..].split_first_chunk::<8>().ok_or(Fault::Damaged)?;
    let unpacked = &bytes[start..];
    let right = [checksum(unpacked).to_le_bytes(), (unpacked.len() as u32).to_le_bytes()].concat();
    if sums[..] == right { Ok(rest) } else { Err(Fault::Damaged) }
}

/// What stands behind the header, its extra field, name, comment and checksum.
fn body(file: &[u8]) -> Option<&[u8]> {
    let [checksum, extra, name, comment] = [2, 4, 8, 16];
    let (header, mut rest) = file.split_first_chunk::<10>()?;
    let &[0x1f, 0x8b, 8, flags, ..] = header else { return None };
    if flags & extra != 0 {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [name, comment] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & checksum != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// CRC-32 (ISO 3309). Its table is made here: stored tables would be the larger part of a download.
fn checksum(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|byte| {
        (0..8).fold(byte as u32, |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    !bytes.iter().fold(!0, |sum: u32, &byte| (sum >> 8) ^ table[usize::from(sum as u8 ^ byte)])
}
