use super::super::{Images, Pixels};
use super::{File, is_test, place};
use crate::shared::sort;
use crate::text;

const SHAPE: [usize; 3] = [3, 32, 32];
const RECORD: usize = 1 + 3 * 32 * 32;
const NAMES: [&str; 10] = text::data::CIFAR;

/// Reads batches of CIFAR-10 in its binary form, the test batch last: records of a label
/// and the red, green and blue plane of 32x32 pixels.
///
/// # Errors
/// One sentence that names the file.
pub fn parse(files: &mut Vec<File>) -> Result<Images, String> {
    sort::by(files, |a, b| place(&a.name).cmp(&place(&b.name)));
    let (mut labels, mut pixels, mut tests) = (Vec::new(), Vec::new(), 0);
    for File { name, bytes } in files {
        if bytes.is_empty() || !bytes.len().is_multiple_of(RECORD) {
            return Err(text::files::no_cifar(name, bytes.len(), RECORD));
        }
        for (i, record) in bytes.chunks_exact(RECORD).enumerate() {
            if usize::from(record[0]) >= NAMES.len() {
                return Err(text::files::cifar_label(i, name, record[0]));
            }
            labels.push(u32::from(record[0]));
            pixels.extend_from_slice(&record[1..]);
        }
        tests += if is_test(name) { bytes.len() / RECORD } else { 0 };
    }
    Ok(Images {
        shape: SHAPE,
        names: NAMES.map(str::to_owned).to_vec(),
        pixels: Pixels::Bytes(pixels),
        tests: if tests < labels.len() { tests } else { 0 },
        labels,
    })
}
