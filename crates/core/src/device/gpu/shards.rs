use crate::data::Pixels;

/// A piece of the pixels that fits one binding.
pub(super) enum Shard<'a> {
    Bytes(&'a [u8]),
    Floats(&'a [f32]),
}

impl Shard<'_> {
    /// Number of 32-bit words.
    pub fn len(&self) -> usize {
        match self {
            Shard::Bytes(bytes) => bytes.len().div_ceil(4),
            Shard::Floats(floats) => floats.len(),
        }
    }

    /// As 32-bit words: four bytes each, the first lowest, or the bits of a float.
    pub fn words(&self) -> Vec<u32> {
        let word = |four: &[u8]| four.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
        match self {
            Shard::Bytes(bytes) => bytes.chunks(4).map(word).collect(),
            Shard::Floats(floats) => floats.iter().map(|x| x.to_bits()).collect(),
        }
    }
}

/// Pixels in pieces of `words` words; only the last may have fewer.
pub(super) fn shards(pixels: &Pixels, words: usize) -> Vec<Shard<'_>> {
    match pixels {
        Pixels::Bytes(bytes) => bytes.chunks(4 * words).map(Shard::Bytes).collect(),
        Pixels::Floats(floats) => floats.chunks(words).map(Shard::Floats).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_fill_words_from_the_lowest_and_shards_to_the_brim() {
        let words = |pixels: Pixels, most| -> Vec<Vec<u32>> {
            shards(&pixels, most).iter().map(|shard| shard.words()).collect()
        };
        let bytes = || Pixels::Bytes(vec![1, 2, 3, 4, 5]);
        assert_eq!(words(bytes(), 9), [vec![0x0403_0201, 5]]);
        assert_eq!(words(bytes(), 1), [[0x0403_0201], [5]]);
        assert_eq!(words(Pixels::Floats(vec![1.0, 2.0]), 1), [[0x3f80_0000], [0x4000_0000]]);
        assert_eq!(shards(&bytes(), 1).iter().map(Shard::len).sum::<usize>(), 2);
    }
}
