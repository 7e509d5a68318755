//! What both ways through a 3x3 correlation know: `direct` and `winograd`.

use super::activation::Rectifier;
use super::winograd::Form;

/// A 3x3 correlation, read from padded copies.
pub(super) struct Three<'a> {
    /// Winograd's form, with which the weight is transformed; without one the stride is 1.
    pub form: Option<Form>,
    /// Channels of the source.
    pub channels: usize,
    /// Columns of a row of the padded source.
    pub row: usize,
    /// Numbers of a plane of the padded source.
    pub plane: usize,
    /// Channels, rows and columns of the result.
    pub out: (usize, usize, usize),
    /// `[out.0 / 4, channels, 9, 4]`, or `[out.0 / 4, places, channels, 4]` when it is transformed.
    pub weight: &'a [f32],
    /// One number per channel of the result, up to a multiple of four.
    pub bias: &'a [f32],
    /// What follows.
    pub rectifier: Option<Rectifier>,
}

impl Three<'_> {
    /// `src` is the padded images `[images, channels, rows, row]`, `dst` the results; Winograd's forms
    /// work in `panel`, the direct one takes one image.
    ///
    /// # Safety
    /// The source has every input that an output sees, and eight numbers follow it; `dst` has room for
    /// the results.
    pub unsafe fn run(&self, images: usize, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        // SAFETY: the caller's.
        unsafe {
            match self.form {
                Some(form) => self.winograd(form, images, src, panel, dst),
                None => self.direct(src, dst),
            }
        }
    }
}
