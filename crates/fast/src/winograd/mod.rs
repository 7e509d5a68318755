//! 3x3 with stride 1 in fewer multiplications: Winograd's minimal filtering, after Lavin and Gray,
//! "Fast Algorithms for Convolutional Neural Networks" (2015, arXiv 1509.09308).
//!
//! A tile is 2x2 outputs and the 4x4 inputs that they see. With the matrices of the paper
//!
//!     forward      y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ x B)] A      F(2x2, 3x3)
//!     gradient    dw = Gᵀ [(A dy Aᵀ) ∘ (Bᵀ x B)] G     F(3x3, 2x2), the same formula transposed
//!
//! has 16 products where the definition has 36. Summed over channels (forward) or tiles
//! (gradient) the products of each of the 16 places are a matrix product of their own.

mod correlate;
mod grad_weight;
mod transform;

pub(super) use correlate::{Winograd, transform_weight};
pub(super) use grad_weight::grad_weight;

/// Places of a transformed tile.
const PLACES: usize = 16;
