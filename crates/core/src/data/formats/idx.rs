use super::tensor::{Element, Tensor};
use crate::text::files as text;

/// Most dimensions that a file of images has.
const DIMENSIONS: u8 = 4;

/// Reads an IDX file, the format of MNIST: two zero bytes, the type, the number of dimensions, the
/// dimensions (u32), then the numbers; all big-endian.
///
/// # Errors
/// One sentence that names the file.
pub fn parse(name: &str, file: &[u8]) -> Result<Tensor, String> {
    let [0, 0, kind, dimensions, rest @ ..] = file else {
        return Err(text::no_idx(name));
    };
    let element = match kind {
        0x08 => Element::U8,
        0x09 => Element::I8,
        0x0b => Element::I16,
        0x0c => Element::I32,
        0x0d => Element::F32,
        0x0e => Element::F64,
        _ => return Err(text::idx_type(name, *kind)),
    };
    if !(1..=DIMENSIONS).contains(dimensions) {
        return Err(text::idx_dimensions(name, *dimensions, DIMENSIONS));
    }
    let Some((header, body)) = rest.split_at_checked(4 * usize::from(*dimensions)) else {
        return Err(text::idx_cut_off(name, file.len()));
    };
    let side = |b: &[u8]| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize;
    let shape = header.chunks_exact(4).map(side).collect();
    Tensor::read(name, shape, element, true, body)
}
