//! What both forms of a 3x3 correlation with stride 1 know: `direct` and `winograd`.

/// One image of a 3x3 correlation with stride 1, read from a padded copy.
pub(super) struct Three<'a> {
    /// Channels of the source.
    pub channels: usize,
    /// Columns of a row of the padded source.
    pub row: usize,
    /// Numbers of a plane of the padded source.
    pub plane: usize,
    /// Channels, rows and columns of the result.
    pub out: (usize, usize, usize),
    /// `[out.0 / 4, channels, 9, 4]`, or `[out.0 / 4, 16, channels, 4]` when it is transformed.
    pub weight: &'a [f32],
    /// Whether the weight is transformed, for Winograd's form.
    pub transformed: bool,
    /// One number per channel of the result, up to a multiple of four.
    pub bias: &'a [f32],
    /// Whether max(·, 0) follows.
    pub relu: bool,
}

impl Three<'_> {
    /// `src` is the padded image `[channels, rows, row]`, `dst` the result; Winograd's form works in
    /// `panel`.
    ///
    /// # Safety
    /// Rows and columns of the source exceed those of the result by two, and eight numbers follow it;
    /// `dst` has room for the result.
    pub unsafe fn run(&self, src: *const f32, panel: &mut [f32], dst: *mut f32) {
        // SAFETY: the caller's.
        unsafe {
            if self.transformed {
                self.winograd(src, panel, dst);
            } else {
                self.direct(src, dst);
            }
        }
    }
}
