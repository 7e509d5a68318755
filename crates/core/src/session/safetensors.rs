//! Named tensors in a file: a length, a header in JSON, the numbers
//! (<https://github.com/huggingface/safetensors>). Read with the bounds that the format demands.

use crate::shared::json::{Json, quoted};
use crate::shared::sort;
use crate::text::session as text;

/// Bytes of the header's length.
const PREFIX: usize = 8;
/// The longest header that the format allows.
const LONGEST: usize = 100_000_000;
const METADATA: &str = "__metadata__";

/// A tensor of a file.
#[derive(Debug)]
pub struct Tensor<'a> {
    pub name: String,
    /// `F32` and the like.
    pub dtype: String,
    pub shape: Vec<usize>,
    /// Its numbers, little-endian, row-major.
    pub data: &'a [u8],
}

/// What a file holds.
#[derive(Debug)]
pub struct Tensors<'a> {
    tensors: Vec<Tensor<'a>>,
    metadata: Vec<(String, Json)>,
}

impl<'a> Tensors<'a> {
    /// Reads a file; an error is the end of a sentence.
    pub fn read(file: &'a [u8]) -> Result<Self, &'static str> {
        let (length, rest) = file.split_first_chunk::<PREFIX>().ok_or(text::NO_HEADER)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|&length| length <= LONGEST);
        let length = length.ok_or(text::HEADER_TOO_LONG)?;
        let (header, data) = rest.split_at_checked(length).ok_or(text::HEADER_CUT_OFF)?;
        let header = std::str::from_utf8(header).ok().and_then(Json::read);
        let Some(Json::Object(entries)) = header else { return Err(text::HEADER_NO_JSON) };
        let (mut tensors, mut metadata) = (Vec::new(), Vec::new());
        for (name, entry) in entries {
            match entry {
                Json::Object(words) if name == METADATA => metadata = words,
                entry => tensors.push(tensor(name, &entry, data)?),
            }
        }
        covers(&tensors, data).then_some(Self { tensors, metadata }).ok_or(text::TENSORS_OVERLAP)
    }

    /// A word of the metadata; empty where there is none.
    pub fn word(&self, key: &str) -> &str {
        match self.metadata.iter().find(|(name, _)| name == key) {
            Some((_, Json::Text(word))) => word,
            _ => "",
        }
    }

    /// The tensor of a name.
    pub fn tensor(&self, name: &str) -> Option<&Tensor<'a>> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// The names of all tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.iter().map(|tensor| &tensor.name[..])
    }
}

fn tensor<'a>(name: String, entry: &Json, data: &'a [u8]) -> Result<Tensor<'a>, &'static str> {
    let read = || {
        let Json::Text(dtype) = entry.field("dtype")? else { return None };
        let shape = entry.field("shape")?.counts()?;
        let &[start, end] = &entry.field("data_offsets")?.counts()?[..] else { return None };
        let count = shape.iter().try_fold(1usize, |count, &side| count.checked_mul(side))?;
        let bytes = count.checked_mul(size(dtype)?)?;
        let data = data.get(start..end).filter(|data| data.len() == bytes)?;
        Some(Tensor { name, dtype: dtype.clone(), shape, data })
    };
    read().ok_or(text::TENSOR_IMPOSSIBLE)
}

/// Bytes of one number.
fn size(dtype: &str) -> Option<usize> {
    match dtype {
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" => Some(1),
        "U16" | "I16" | "F16" | "BF16" => Some(2),
        "U32" | "I32" | "F32" => Some(4),
        "U64" | "I64" | "F64" => Some(8),
        _ => None,
    }
}

/// Whether each byte belongs to one tensor, and no name stands twice.
fn covers(tensors: &[Tensor], data: &[u8]) -> bool {
    let start = |tensor: &Tensor| tensor.data.as_ptr() as usize - data.as_ptr() as usize;
    let mut places: Vec<(usize, usize)> = tensors.iter().map(|t| (start(t), t.data.len())).collect();
    sort::by(&mut places, Ord::cmp);
    let mut names: Vec<&str> = tensors.iter().map(|tensor| &tensor.name[..]).collect();
    sort::by(&mut names, Ord::cmp);
    let end = places.iter().try_fold(0, |end, &(start, length)| (start == end).then_some(end + length));
    end == Some(data.len()) && names.windows(2).all(|pair| pair[0] != pair[1])
}

/// Writes 32-bit floats: name, shape and numbers of each tensor.
pub fn write(mut tensors: Vec<(String, &[usize], &[f32])>, metadata: &[(&str, String)]) -> Vec<u8> {
    sort::by(&mut tensors, |a, b| a.0.cmp(&b.0));
    let words: Vec<String> =
        metadata.iter().map(|(key, word)| format!("{}:{}", quoted(key), quoted(word))).collect();
    let mut header = format!("{{\"{METADATA}\":{{{}}}", words.join(","));
    let mut offset = 0;
    for (name, shape, numbers) in &tensors {
        let (name, shape) = (quoted(name), format!("{shape:?}").replace(' ', ""));
        let end = offset + 4 * numbers.len();
        header +=
            &format!(",{name}:{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[{offset},{end}]}}");
        offset = end;
    }
    header.push('}');
    while !header.len().is_multiple_of(PREFIX) {
        header.push(' ');
    }
    let mut file = Vec::with_capacity(PREFIX + header.len() + offset);
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header.as_bytes());
    for (.., numbers) in tensors {
        file.extend_from_slice(bytemuck::cast_slice(numbers));
    }
    file
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{Dtype, SafeTensors};

    use super::*;

    fn file() -> Vec<u8> {
        let link = "v=1&data=\"\\\n\u{1F600}".to_owned();
        let (a, b): (&[usize], &[usize]) = (&[2, 3], &[]);
        let tensors = vec![
            ("b".to_owned(), a, &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0][..]),
            ("a".to_owned(), b, &[7.0][..]),
        ];
        write(tensors, &[("link", link), ("step", "3".to_owned())])
    }

    #[test]
    fn another_reader_reads_what_is_written() {
        let file = file();
        let (_, header) = SafeTensors::read_metadata(&file).unwrap();
        assert_eq!(header.metadata().as_ref().unwrap()["link"], "v=1&data=\"\\\n\u{1F600}");
        let read = SafeTensors::deserialize(&file).unwrap();
        let b = read.tensor("b").unwrap();
        assert_eq!((b.dtype(), b.shape(), b.data()[4]), (Dtype::F32, &[2, 3][..], 0));
        assert_eq!(read.tensor("a").unwrap().data(), 7f32.to_le_bytes());
    }

    #[test]
    fn it_reads_what_another_writes() {
        let numbers: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let tensors =
            [("w", safetensors::tensor::TensorView::new(Dtype::F32, vec![2, 1], &numbers).unwrap())];
        let metadata = [("format".to_owned(), "é \"\u{7}\t".to_owned())].into_iter().collect();
        let file = safetensors::serialize(tensors, Some(metadata)).unwrap();
        let read = Tensors::read(&file).unwrap();
        assert_eq!(read.word("format"), "é \"\u{7}\t");
        let w = read.tensor("w").unwrap();
        assert_eq!((&w.dtype[..], &w.shape[..], w.data), ("F32", &[2, 1][..], &numbers[..]));
    }

    #[test]
    fn damage_is_refused() {
        let whole = file();
        assert!(Tensors::read(&whole).is_ok());
        for length in 0..whole.len() {
            assert!(Tensors::read(&whole[..length]).is_err(), "cut to {length} bytes");
        }
        assert!(Tensors::read(&[&whole[..], &[0]].concat()).is_err());
        for header in [
            "[]",
            "{\"a\":1}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\
              \"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\
              \"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905,1],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F33\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        ] {
            let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[0; 8]].concat();
            assert!(Tensors::read(&file).is_err(), "{header}");
            assert!(
                SafeTensors::deserialize(&file).is_err() || header.matches("\"a\"").count() > 1,
                "{header}"
            );
        }
    }
}
