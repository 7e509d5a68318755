//! Augmentation: every training image is seen a little differently in every step.
//!
//! `augment/draw` draws one [`View`] an image from the step record's [`Strengths`], and
//! `augment/apply` with `batch/labels` gathers the batch through these views, in place of
//! `batch/gather`. Only training plans hold them, and only where some strength is not zero.

mod apply;
mod draw;
mod strengths;
mod view;
mod views;

pub use apply::Apply;
pub use draw::Draw;
pub use strengths::Strengths;
pub use view::View;
pub use views::{MOST_VIEWS, views};

#[cfg(test)]
mod tests;
