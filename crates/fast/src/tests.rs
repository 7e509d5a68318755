//! The fast kernels against loops in f64 that follow the definitions.

mod activation;
mod bits;
mod conv;
mod dense;
mod elementwise;
mod epilogue;
mod norm;
mod optimizer;
mod pool;

/// Numbers in -1..1.
pub(super) fn random(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(1);
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// max |error| / max(1, |reference|) is at most `limit`; NaN fails.
#[track_caller]
pub(super) fn assert_close(got: &[f32], want: &[f64], limit: f64, what: &dyn std::fmt::Debug) {
    assert_eq!(got.len(), want.len(), "{what:?}");
    let scale = want.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(got) - want).abs() / scale;
        assert!(error <= limit, "{what:?}: element {i} is {got}, not {want} (error {error:.1e})");
    }
}

pub(super) fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}
