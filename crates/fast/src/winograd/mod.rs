//! 3x3 kernels in fewer multiplications: Winograd's minimal filtering, after Lavin and Gray, "Fast
//! Algorithms for Convolutional Neural Networks" (2015, arXiv 1509.09308).
//!
//! With the matrices of the paper a tile of outputs is y = Aᵀ [G w Gᵀ ∘ Bᵀ x B] A, and the gradient of
//! the weight dw = Gᵀ [A dy Aᵀ ∘ Bᵀ x B] G, the same formula transposed. The sums over channels or
//! tiles are taken before the transform back, so the products of each place of a transformed tile are
//! a matrix product of their own.
//!
//! A tile of 4x4 outputs has 36 products with stride 1 and 81 with stride 2 where the definition has 144.
//! Where every input that an output sees is 0, it is 0 but for the rounding of its tile.

mod correlate;
mod forms;
mod grad_weight;

pub(super) use correlate::Form;
pub(super) use grad_weight::grad_weight;

/// Numbers from one place to the next when each has `length`: an odd number of cache lines, so that the
/// places of a tile do not meet in one set of the first cache.
fn pitch(length: usize) -> usize {
    length.next_multiple_of(32) + 16
}
