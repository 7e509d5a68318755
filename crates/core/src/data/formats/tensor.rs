use super::super::{Images, Pixels};
use super::{BYTES, CLASSES, SIDE, is_test, place};
use crate::shared::sort;
use crate::text::files as text;

/// Beyond it a pixel's square, summed over all images, would leave no figure for the others.
const LARGEST: f32 = 1e9;

/// Numbers with a shape, as IDX and NPY files hold them, in row-major order.
#[derive(Debug, PartialEq)]
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Pixels,
}

/// How a number is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Element {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    I64,
    F32,
    F64,
}

impl Element {
    pub fn size(self) -> usize {
        match self {
            Element::U8 | Element::I8 => 1,
            Element::U16 | Element::I16 => 2,
            Element::U32 | Element::I32 | Element::F32 => 4,
            Element::I64 | Element::F64 => 8,
        }
    }

    /// The numbers of a body whose length is a multiple of the size.
    fn read(self, body: &[u8], big_endian: bool) -> Pixels {
        fn wide<const N: usize>(body: &[u8], big_endian: bool, of: impl Fn([u8; N]) -> f32) -> Pixels {
            let number = |chunk: &[u8]| {
                let mut bytes = [0; N];
                bytes.copy_from_slice(chunk);
                if big_endian {
                    bytes.reverse();
                }
                of(bytes)
            };
            Pixels::Floats(body.chunks_exact(N).map(number).collect())
        }
        match self {
            Element::U8 => Pixels::Bytes(body.to_vec()),
            Element::I8 => wide(body, big_endian, |b| f32::from(i8::from_le_bytes(b))),
            Element::U16 => wide(body, big_endian, |b| f32::from(u16::from_le_bytes(b))),
            Element::I16 => wide(body, big_endian, |b| f32::from(i16::from_le_bytes(b))),
            Element::U32 => wide(body, big_endian, |b| u32::from_le_bytes(b) as f32),
            Element::I32 => wide(body, big_endian, |b| i32::from_le_bytes(b) as f32),
            Element::I64 => wide(body, big_endian, |b| i64::from_le_bytes(b) as f32),
            Element::F32 => wide(body, big_endian, f32::from_le_bytes),
            Element::F64 => wide(body, big_endian, |b| f64::from_le_bytes(b) as f32),
        }
    }
}

impl Tensor {
    /// Takes the body of a file whose header has been read.
    ///
    /// # Errors
    /// One sentence when the body has not the size that the header says, or a number is not finite.
    pub fn read(
        name: &str,
        shape: Vec<usize>,
        element: Element,
        big_endian: bool,
        body: &[u8],
    ) -> Result<Self, String> {
        if shape.is_empty() {
            return Err(text::single_number(name));
        }
        let bytes = shape.iter().try_fold(element.size(), |product, &side| product.checked_mul(side));
        match bytes {
            Some(0) => return Err(text::no_number(name, &words(&shape))),
            Some(bytes) if bytes <= BYTES && bytes == body.len() => {}
            Some(bytes) if bytes <= BYTES => {
                return Err(text::other_length(name, &words(&shape), bytes, body.len()));
            }
            _ => {
                return Err(text::tensor_too_large(name, &words(&shape), BYTES >> 20));
            }
        }
        let values = element.read(body, big_endian);
        if let Pixels::Floats(floats) = &values
            && let Some(at) = floats.iter().position(|v| !v.is_finite() || v.abs() > LARGEST)
        {
            return Err(text::number_not_finite(at, name, floats[at], LARGEST));
        }
        Ok(Self { name: name.to_owned(), shape, values })
    }

    /// As images: `[N, H, W]`, `[N, C, H, W]`, `[N, H, W, C]` or `[N, D]`.
    fn pixels(self) -> Result<([usize; 3], Pixels), String> {
        let root = |d: usize| (1..=SIDE).find(|side| side * side == d);
        let (shape, channels_last) = match self.shape[..] {
            [_, d] => (root(d).map_or([1, 1, d], |side| [1, side, side]), false),
            [_, h, w] => ([1, h, w], false),
            [_, c @ (1 | 3), h, w] => ([c, h, w], false),
            [_, h, w, c @ (1 | 3)] => ([c, h, w], true),
            _ => {
                return Err(text::no_images(&self.name, &words(&self.shape)));
            }
        };
        let [c, h, w] = shape;
        if h > SIDE || w > SIDE {
            return Err(text::images_too_large(&self.name, h, w, SIDE));
        }
        let plane = h * w;
        let from = move |i: usize| i / (c * plane) * c * plane + i % plane * c + i / plane % c;
        let values = match self.values {
            values if !channels_last || c == 1 => values,
            Pixels::Bytes(v) => Pixels::Bytes((0..v.len()).map(|i| v[from(i)]).collect()),
            Pixels::Floats(v) => Pixels::Floats((0..v.len()).map(|i| v[from(i)]).collect()),
        };
        Ok((shape, values))
    }

    fn labels(&self) -> Result<Vec<u32>, String> {
        let label = |at: usize, v: f32| {
            if v.fract() == 0.0 && (0.0..CLASSES as f32).contains(&v) {
                Ok(v as u32)
            } else {
                Err(text::no_label(at, &self.name, v, CLASSES - 1))
            }
        };
        match &self.values {
            Pixels::Bytes(v) => v.iter().enumerate().map(|(at, &v)| label(at, f32::from(v))).collect(),
            Pixels::Floats(v) => v.iter().enumerate().map(|(at, &v)| label(at, v)).collect(),
        }
    }

    fn is_labels(&self) -> bool {
        matches!(self.shape[..], [_] | [_, 1])
    }
}

/// Joins files of images with the files of their labels: in the order of their names, test images
/// last, the first file of labels belongs to the first file of images.
pub fn images(mut tensors: Vec<Tensor>) -> Result<Images, String> {
    sort::by(&mut tensors, |a, b| place(&a.name).cmp(&place(&b.name)));
    let (labels, images): (Vec<Tensor>, Vec<Tensor>) = tensors.into_iter().partition(Tensor::is_labels);
    if labels.len() != images.len() {
        let names = |files: &[Tensor]| match files {
            [] => text::NONE.to_owned(),
            files => files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "),
        };
        return Err(text::files_without_partner(&names(&images), &names(&labels)));
    }
    let mut all = Images::default();
    for (images, labels) in images.into_iter().zip(labels) {
        let (count, wanted) = (labels.shape[0], images.shape[0]);
        if count != wanted {
            return Err(text::other_count(&images.name, wanted, &labels.name, count));
        }
        let name = images.name.clone();
        all.tests += if is_test(&name) { wanted } else { 0 };
        let (shape, pixels) = images.pixels()?;
        all.labels.extend(labels.labels()?);
        match (&mut all.pixels, pixels) {
            (first, pixels) if first.is_empty() => (all.shape, *first) = (shape, pixels),
            (_, _) if all.shape != shape => {
                return Err(text::other_size(&name));
            }
            (Pixels::Bytes(first), Pixels::Bytes(more)) => first.extend(more),
            (Pixels::Floats(first), Pixels::Floats(more)) => first.extend(more),
            _ => return Err(text::other_number(&name)),
        }
    }
    if all.tests == all.labels.len() {
        all.tests = 0;
    }
    let classes = all.labels.iter().max().map_or(0, |&top| top + 1);
    all.names = (0..classes).map(|class| class.to_string()).collect();
    Ok(all)
}

/// `2x3x3`.
pub fn words(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
