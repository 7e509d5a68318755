//! 3x3 kernels with stride 1 in fewer multiplications: Winograd's minimal filtering, after Lavin
//! and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015, arXiv 1509.09308).
//!
//! A tile is 2x2 outputs and the 4x4 inputs that they see. With the matrices of the paper
//!
//! - y = Aᵀ [G w Gᵀ ∘ Bᵀ x B] A, which they call F(2x2, 3x3), and
//! - dw = Gᵀ [A dy Aᵀ ∘ Bᵀ x B] G, F(3x3, 2x2), the same formula transposed,
//!
//! have 16 products where the definition has 36. The sums over channels or tiles are taken before
//! the transform back, so the products of each of the 16 places are a matrix product of their own.
//!
//! Bᵀ and A hold only 0 and ±1 and G halves, so little is lost to rounding; larger tiles would save
//! more and lose digits. An output stays exactly 0 where every input that it sees is 0.

mod correlate;
mod grad_weight;
mod transform;

pub(super) use correlate::{panel_len, transform_weight, weight_len};
pub(super) use grad_weight::grad_weight;

/// Places of a transformed tile.
const PLACES: usize = 16;

/// Numbers from one place to the next when each has `length`: an odd number of cache lines, so that the
/// 16 places of a tile do not meet in one set of the first cache.
fn pitch(length: usize) -> usize {
    length.next_multiple_of(32) + 16
}
