use super::Window;
use crate::plan::Shape;
use crate::text::network as text;

/// Rows and columns of what a `kh`×`kw` window writes that slides over the maps of `x`:
/// ⌊(size + 2·padding − k) / stride⌋ + 1.
///
/// # Errors
/// Where it cannot; `what` is the student's word for the window.
pub(super) fn slide(
    what: &str,
    (kh, kw): (usize, usize),
    stride: usize,
    padding: usize,
    x: Shape,
) -> Result<(usize, usize), String> {
    if kh == 0 || kw == 0 {
        return Err(text::sees_nothing(kh, kw, what));
    }
    if stride == 0 {
        return Err(text::never_moves(what));
    }
    let (h, w) = (x.h + 2 * padding, x.w + 2 * padding);
    if kh > h || kw > w {
        let padded = if padding == 0 { text::WITHOUT_PADDING.to_owned() } else { text::padded(padding) };
        return Err(text::slide_does_not_fit(kh, kw, what, x.h, x.w, &padded));
    }
    Ok(((h - kh) / stride + 1, (w - kw) / stride + 1))
}

impl Window {
    /// What a unit sees behind both windows, `self` first.
    pub fn then(self, next: Window) -> Window {
        Window {
            size: self.size + (next.size - 1) * self.stride,
            stride: self.stride * next.stride,
            padding: self.padding + next.padding * self.stride,
        }
    }
}
