use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::allowance;

/// Whether the bytes begin as gzip does.
pub fn is(file: &[u8]) -> bool {
    file.starts_with(&[0x1f, 0x8b])
}

/// Unpacks a gzip file, up to the size that honest images can have.
///
/// # Errors
/// One sentence that names the file.
pub fn inflate(name: &str, file: &[u8]) -> Result<Vec<u8>, String> {
    let limit = allowance(file.len());
    let mut bytes = Vec::new();
    MultiGzDecoder::new(file)
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| format!("{name} is damaged: it cannot be unpacked as gzip."))?;
    if bytes.len() > limit {
        return Err(format!("{name} was refused: it unpacks to more than {} MB.", limit >> 20));
    }
    Ok(bytes)
}
