use serde::Serialize;

/// How numbers are distributed, as `numpy.histogram`: bins of equal width, the last one closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Histogram {
    /// Edges of the bins, one more than there are bins.
    pub edges: Vec<f64>,
    /// Numbers in each bin.
    pub counts: Vec<u32>,
}

impl Histogram {
    /// Counts numbers from the smallest to the largest; equal numbers lie in the middle of a range of 1.
    pub(super) fn of(numbers: &[f32], bins: usize) -> Self {
        let low = numbers.iter().copied().fold(f32::INFINITY, f32::min);
        let high = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let (mut low, mut high) = (f64::from(low), f64::from(high));
        if low == high {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let edge = |i: usize| low + (high - low) * i as f64 / bins as f64;
        let mut counts = vec![0; bins];
        for &x in numbers {
            let place = (f64::from(x) - low) / (high - low) * bins as f64;
            counts[(place as usize).min(bins - 1)] += 1;
        }
        Self { edges: (0..=bins).map(edge).collect(), counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_a_bin_and_the_last_is_closed() {
        let histogram = Histogram::of(&[0.0, 0.5, 1.0, 1.5, 2.0], 4);
        assert_eq!(histogram.edges, [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(histogram.counts, [1, 1, 1, 2]);
    }

    #[test]
    fn equal_numbers_share_a_bin() {
        let histogram = Histogram::of(&[3.0; 7], 2);
        assert_eq!((histogram.edges, histogram.counts), (vec![2.5, 3.0, 3.5], vec![0, 7]));
    }
}
