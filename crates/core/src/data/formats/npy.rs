use super::super::Pixels;
use super::tensor::{Element, Tensor};
use crate::text::files as text;

const MAGIC: &[u8] = b"\x93NUMPY";
const DIMENSIONS: usize = 4;

/// Whether the bytes begin as an NPY file does.
pub fn is(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

/// Reads an array saved by `numpy.save`, versions 1 to 3. The header is matched against a fixed
/// grammar; nothing in it is evaluated.
///
/// # Errors
/// One sentence that names the file.
pub fn parse(name: &str, file: &[u8]) -> Result<Tensor, String> {
    let Some([major, _, rest @ ..]) = file.strip_prefix(MAGIC) else {
        return Err(text::no_npy(name));
    };
    let (len, rest) = match (major, rest) {
        (1, [a, b, rest @ ..]) => (u32::from(u16::from_le_bytes([*a, *b])), rest),
        (2 | 3, [a, b, c, d, rest @ ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
        (1..=3, _) => return Err(text::npy_cut_off(name)),
        _ => return Err(text::npy_version(name, *major)),
    };
    let Some((header, body)) = rest.split_at_checked(len as usize) else {
        return Err(text::npy_cut_off(name));
    };
    let Header { descr, fortran, shape } =
        std::str::from_utf8(header).ok().and_then(header_of).ok_or_else(|| text::npy_header(name))?;
    let (element, big_endian) =
        element(descr).ok_or_else(|| text::npy_elements(name, &descr.escape_debug().to_string()))?;
    if shape.len() > DIMENSIONS {
        return Err(text::npy_dimensions(name, shape.len(), DIMENSIONS));
    }
    if !fortran {
        return Tensor::read(name, shape, element, big_endian, body);
    }
    let reversed = shape.iter().rev().copied().collect();
    let stored = Tensor::read(name, reversed, element, big_endian, body)?;
    let values = match stored.values {
        Pixels::Bytes(v) => Pixels::Bytes(row_major(&v, &shape)),
        Pixels::Floats(v) => Pixels::Floats(row_major(&v, &shape)),
    };
    Ok(Tensor { name: stored.name, shape, values })
}

fn element(descr: &str) -> Option<(Element, bool)> {
    let (order, kind) = descr.split_at_checked(1)?;
    let element = match kind {
        "u1" | "b1" => Element::U8,
        "i1" => Element::I8,
        "u2" => Element::U16,
        "i2" => Element::I16,
        "u4" => Element::U32,
        "i4" => Element::I32,
        "i8" => Element::I64,
        "f4" => Element::F32,
        "f8" => Element::F64,
        _ => return None,
    };
    match order {
        "<" | "|" | "=" => Some((element, false)),
        ">" => Some((element, true)),
        _ => None,
    }
}

/// Numbers stored with the first axis fastest, in the order with the last axis fastest.
fn row_major<T: Copy>(stored: &[T], shape: &[usize]) -> Vec<T> {
    let number = |mut i: usize| {
        let mut from = 0;
        for (axis, &side) in shape.iter().enumerate().rev() {
            from += i % side * shape[..axis].iter().product::<usize>();
            i /= side;
        }
        stored[from]
    };
    (0..stored.len()).map(number).collect()
}

struct Header<'a> {
    descr: &'a str,
    fortran: bool,
    shape: Vec<usize>,
}

/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` with the keys in any order.
fn header_of(text: &str) -> Option<Header<'_>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    while !rest.is_empty() {
        let (key, after) = quoted(rest)?;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        rest = match key {
            "descr" => {
                let (word, after) = quoted(value)?;
                descr = Some(word);
                after
            }
            "fortran_order" => {
                let (flag, after) = value
                    .strip_prefix("True")
                    .map(|after| (true, after))
                    .or_else(|| value.strip_prefix("False").map(|after| (false, after)))?;
                fortran = Some(flag);
                after
            }
            "shape" => {
                let (inside, after) = value.strip_prefix('(')?.split_once(')')?;
                shape = Some(sides(inside)?);
                after
            }
            _ => return None,
        };
        rest = rest.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(Header { descr: descr?, fortran: fortran?, shape: shape? })
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('\'')?.split_once('\'')
}

/// `2, 3` or `2,`; whole numbers without sign.
fn sides(inside: &str) -> Option<Vec<usize>> {
    let inside = inside.trim();
    let inside = inside.strip_suffix(',').unwrap_or(inside);
    if inside.is_empty() {
        return Some(Vec::new());
    }
    inside
        .split(',')
        .map(str::trim)
        .map(|side| side.bytes().all(|b| b.is_ascii_digit()).then(|| side.parse().ok())?)
        .collect()
}
