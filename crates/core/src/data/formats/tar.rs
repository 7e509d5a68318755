use super::{File, is_hidden};
use crate::text::files as text;

const BLOCK: usize = 512;

/// Whether the bytes begin as a tar archive does (POSIX ustar, and GNU's).
pub fn is(file: &[u8]) -> bool {
    file.get(257..262) == Some(b"ustar")
}

/// Takes the files out of a tar archive: names are labels, folders and links are left out.
///
/// # Errors
/// One sentence that names the archive.
pub fn entries(name: &str, archive: &[u8]) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    let mut rest = archive;
    // Two blocks of zeros end an archive.
    while rest.first().is_some_and(|&byte| byte != 0) {
        let (file, after) = entry(rest).ok_or_else(|| text::tar_cut_off(name))?;
        files.extend(file);
        rest = after;
    }
    Ok(files)
}

/// The first entry, where it is a file, and what stands behind it.
fn entry(archive: &[u8]) -> Option<(Option<File>, &[u8])> {
    let (header, body) = archive.split_at_checked(BLOCK)?;
    let size = usize::from_str_radix(text(&header[124..136])?.trim(), 8).ok()?;
    let bytes = body.get(..size)?;
    let after = body.get(size.next_multiple_of(BLOCK)..).unwrap_or_default();
    let (prefix, last) = (text(&header[345..500])?, text(&header[..100])?);
    let is_file = matches!(header[156], b'0' | 0);
    // GNU keeps times where POSIX has the first part of a long name.
    let name =
        if prefix.is_empty() || header[262] != 0 { last.to_owned() } else { format!("{prefix}/{last}") };
    let file = (is_file && !is_hidden(&name)).then(|| File { name, bytes: bytes.to_vec() });
    Some((file, after))
}

/// What stands before the first zero.
fn text(field: &[u8]) -> Option<&str> {
    std::str::from_utf8(field.split(|&byte| byte == 0).next()?).ok()
}
