//! Randomness as a function: Philox4x32-10 of (seed, stream, step, layer, index).
//!
//! J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The same integers come
//! out on every device (`random.wgsl`), so a mask or a shuffle needs no state and can be replayed.

/// What a random number is for. The numbers are part of the numerics: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// Initial weights.
    Weights = 1,
    /// Order of the images in an epoch.
    Shuffle = 2,
    /// Units that dropout drops.
    Dropout = 3,
    /// Which images belong to which split.
    Split = 4,
    /// Generated images.
    Shapes = 5,
    /// Label noise.
    Labels = 6,
    /// Augmentation.
    Augment = 7,
    /// Trials of a search.
    Search = 8,
    /// Noise of the images of a target.
    Pixels = 9,
}

const ROUNDS: usize = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Four words of Philox4x32-10.
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let a = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let b = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
    }
    counter
}

/// The word number `index` of a stream: `address` tells layers or splits apart.
pub fn word(seed: u32, stream: Stream, step: u32, address: u32, index: u32) -> u32 {
    philox([index >> 2, step, address, 0], [seed, stream as u32])[(index & 3) as usize]
}

/// Uniform on [0, 1) from the upper 24 bits: exact in f32.
pub fn uniform(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Mean 0 and deviation 1, nearly normal: the sum of the four bytes of a word.
pub fn nearly_normal(word: u32) -> f64 {
    let sum: u32 = word.to_le_bytes().map(u32::from).iter().sum();
    (f64::from(sum) - 510.0) / 147.8
}

/// Where position `i` of `0..n` goes in the shuffle keyed by (seed, epoch): a permutation as a
/// function, by a four-round Feistel network over the next even number of bits, walked until it
/// lands inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
pub fn permute(seed: u32, epoch: u32, i: u32, n: u32) -> u32 {
    let half = (u32::BITS - n.saturating_sub(1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1 << half) - 1;
    let mut at = i;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..4 {
            let mixed = philox([right, epoch, round, n], [seed, Stream::Shuffle as u32])[0];
            (left, right) = (right, left ^ (mixed & mask));
        }
        at = (left << half) | right;
        if at < n {
            return at;
        }
    }
}

/// Standard normal deviates for initial weights, on the host only (Box and Muller, in f64).
pub fn normals(seed: u32, stream: Stream, address: u32) -> impl Iterator<Item = f64> {
    (0u32..).flat_map(move |i| {
        let [a, b, c, d] = philox([i, 0, address, 1], [seed, stream as u32]);
        let unit = |high: u32, low: u32| {
            ((u64::from(high) << 21 | u64::from(low) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        };
        let radius = libm::sqrt(-2.0 * libm::log(unit(a, b)));
        let angle = std::f64::consts::TAU * unit(c, d);
        [radius * libm::cos(angle), radius * libm::sin(angle)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_known_answers() {
        let all = u32::MAX;
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([all; 4], [all; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_shuffle_is_a_permutation() {
        for n in [1, 2, 3, 10, 64, 1000, 8000] {
            let mut seen = vec![false; n as usize];
            for i in 0..n {
                seen[permute(7, 3, i, n) as usize] = true;
            }
            assert!(seen.iter().all(|&s| s), "n = {n}");
        }
        assert_ne!(permute(7, 0, 0, 8000), permute(7, 1, 0, 8000));
    }

    #[test]
    fn normals_have_mean_0_and_deviation_1() {
        let draws: Vec<f64> = normals(1, Stream::Weights, 5).take(100_000).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.016 && (variance - 1.0).abs() < 0.023, "{mean} {variance}");
    }
}
