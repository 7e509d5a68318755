//! Handwritten digits, as the build packs them: `CVLD`, version, count (u32), rows, columns (u16),
//! little-endian, then a byte of label per image, then the pixels.

use super::{Images, Pixels};
use crate::text::files as text;

/// First bytes of the file.
pub const MAGIC: &[u8; 4] = b"CVLD";
/// The layout described above.
pub const VERSION: u32 = 1;
const HEADER: usize = 16;

/// Reads the packed file.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub fn parse(file: &[u8]) -> Result<Images, String> {
    let Some((header, body)) = file.split_at_checked(HEADER) else {
        return Err(text::digits_too_short(file.len()));
    };
    if &header[..4] != MAGIC {
        return Err(text::NO_DIGITS.to_owned());
    }
    let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (version, count, rows, columns) = (long(4), long(8) as usize, short(12), short(14));
    if version != VERSION {
        return Err(text::digits_version(version, VERSION));
    }
    if count == 0 || rows == 0 || columns == 0 {
        return Err(text::no_digits_inside(count, rows, columns));
    }
    let wanted = (rows * columns).checked_add(1).and_then(|each| each.checked_mul(count));
    if wanted != Some(body.len()) {
        return Err(text::digits_do_not_fit(count, rows, columns, file.len()));
    }
    let (labels, pixels) = body.split_at(count);
    if let Some(image) = labels.iter().position(|&label| label > 9) {
        return Err(text::digit_label(image, labels[image]));
    }
    Ok(Images {
        shape: [1, rows, columns],
        names: (0..10).map(|digit| digit.to_string()).collect(),
        pixels: Pixels::Bytes(pixels.to_vec()),
        labels: labels.iter().map(|&label| u32::from(label)).collect(),
        tests: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three images of 2x4.
    fn file() -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend(1u32.to_le_bytes());
        file.extend(3u32.to_le_bytes());
        file.extend(2u16.to_le_bytes());
        file.extend(4u16.to_le_bytes());
        file.extend([7, 0, 9]);
        file.extend(0..24);
        file
    }

    fn changed(at: usize, bytes: &[u8]) -> String {
        let mut file = file();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        parse(&file).unwrap_err()
    }

    #[test]
    fn a_file_is_read() {
        let images = parse(&file()).unwrap();
        assert_eq!(images.shape, [1, 2, 4]);
        assert_eq!(images.labels, [7, 0, 9]);
        assert_eq!(images.names[9], "9");
        assert_eq!(images.pixels, Pixels::Bytes((0..24).collect()));
        assert_eq!(images.halve().pixels, Pixels::Bytes(vec![3, 5, 11, 13, 19, 21]));
    }

    #[test]
    fn every_cut_is_refused() {
        let file = file();
        for len in 0..file.len() {
            let why = parse(&file[..len]).unwrap_err();
            assert!(why.ends_with('.') && why.contains(&format!("{len} bytes")), "{why}");
        }
        assert!(parse(&[&file[..], &[0]].concat()).unwrap_err().contains("44 bytes"));
    }

    #[test]
    fn every_wrong_header_has_its_sentence() {
        assert!(changed(0, b"PK\x03\x04").contains("does not begin with CVLD"));
        assert!(changed(4, &[2]).contains("version 2"));
        assert!(changed(8, &[0]).contains("0 images"));
        assert!(changed(12, &[0]).contains("0x4"));
        assert!(changed(8, &[255; 8]).contains("4294967295 images of 65535x65535"));
        assert!(changed(18, &[10]).contains("Image 2 of the digits file has label 10"));
    }
}
