use super::Window;
use crate::plan::Shape;

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
        return Err(format!("A {kh}×{kw} {what} sees nothing: use 1×1 or more."));
    }
    if stride == 0 {
        return Err(format!("With a stride of 0 the {what} never moves: use 1 or more."));
    }
    let (h, w) = (x.h + 2 * padding, x.w + 2 * padding);
    if kh > h || kw > w {
        let padded = if padding == 0 { "without padding".to_owned() } else { format!("padded by {padding}") };
        return Err(format!("A {kh}×{kw} {what} does not fit a {}×{} map {padded}.", x.h, x.w));
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
