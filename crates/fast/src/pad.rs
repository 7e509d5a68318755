//! Copies of images with a border, so that no kernel asks where an image ends.

use super::shape::tiles;
use crate::simd::{V, transpose};

/// A rectangle laid over a plane: what lies outside the plane is zero in its copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Rows above the plane; negative where rows of the plane are left out.
    pub top: isize,
    /// Columns left of the plane; negative where columns of the plane are left out.
    pub left: isize,
    /// Rows of the copy.
    pub rows: usize,
    /// Columns of the copy.
    pub row: usize,
    /// From one row or column to the next that is copied: the stride of a 1x1 kernel, else 1.
    pub step: usize,
}

/// One direction of a copy: `count` numbers from `src`, `step` apart, to `dst`.
#[derive(Clone, Copy)]
struct Span {
    src: usize,
    dst: usize,
    count: usize,
}

impl Window {
    /// What a copy of `length` that starts `before` 0..`size` shows of it.
    fn span(&self, size: usize, before: isize, length: usize) -> Span {
        let dst = before.max(0) as usize;
        let dst = dst.div_ceil(self.step);
        let src = (dst * self.step).wrapping_add_signed(-before);
        let count = size.saturating_sub(src).div_ceil(self.step).min(length.saturating_sub(dst));
        Span { src, dst, count }
    }
}

/// `[channels, h, w]` -> `[channels, rows, row]`. Writes what the image covers and leaves the
/// border, which the caller has zeroed once.
///
/// # Safety
/// `src` holds channels·h·w numbers, `dst` has room for channels·rows·row.
pub(super) unsafe fn pad(
    src: *const f32,
    (channels, h, w): (usize, usize, usize),
    window: Window,
    dst: *mut f32,
) {
    let (rows, columns) = (window.span(h, window.top, window.rows), window.span(w, window.left, window.row));
    if columns.count == 0 {
        return;
    }
    for channel in 0..channels {
        for y in 0..rows.count {
            let from = (channel * h + rows.src + y * window.step) * w + columns.src;
            let to = (channel * window.rows + rows.dst + y) * window.row + columns.dst;
            // SAFETY: `span` stays inside the plane and the window.
            unsafe { copy(src.add(from), window.step, dst.add(to), columns.count) };
        }
    }
}

/// A short copy of numbers `step` apart; for a row of 8 to 32 a call of memcpy costs more than the copy.
#[inline(always)]
unsafe fn copy(src: *const f32, step: usize, dst: *mut f32, length: usize) {
    // SAFETY: the caller gives `length` numbers on both sides.
    unsafe {
        if length < 4 || step > 2 {
            for i in 0..length {
                *dst.add(i) = *src.add(i * step);
            }
            return;
        }
        for i in tiles(length, 4) {
            four(src.add(i * step), step).store(dst.add(i));
        }
    }
}

/// Four numbers, one or two apart.
#[inline(always)]
unsafe fn four(src: *const f32, step: usize) -> V {
    // SAFETY: the caller has numbers from the first to the last of the four.
    unsafe {
        let first = V::load(src);
        if step == 1 {
            return first;
        }
        let last = V::load(src.add(3));
        first.even(first).low_low(last.odd(last))
    }
}

/// `[channels, h, w]` -> `[rows, row, pitch]`, channels last. Writes what the image covers; the
/// border and the channels up to `pitch` stay as the caller has left them.
///
/// # Safety
/// `src` holds channels·h·w numbers, `dst` has room for rows·row·pitch, pitch >= channels.
pub(super) unsafe fn pad_channels_last(
    src: *const f32,
    (channels, h, w): (usize, usize, usize),
    window: Window,
    pitch: usize,
    dst: *mut f32,
) {
    let (rows, columns) = (window.span(h, window.top, window.rows), window.span(w, window.left, window.row));
    if columns.count == 0 {
        return;
    }
    let plane = h * w;
    // Four channels and four columns at a time, where there are as many.
    let fours = if columns.count < 4 || window.step > 2 { 0 } else { channels / 4 * 4 };
    for y in 0..rows.count {
        // SAFETY: `span` stays inside the plane and the window.
        unsafe {
            let src = src.add((rows.src + y * window.step) * w + columns.src);
            let dst = dst.add(((rows.dst + y) * window.row + columns.dst) * pitch);
            if fours > 0 {
                for x in tiles(columns.count, 4) {
                    for c in (0..fours).step_by(4) {
                        let src = src.add(c * plane + x * window.step);
                        let lines = [0, 1, 2, 3].map(|i| four(src.add(i * plane), window.step));
                        for (i, line) in transpose(lines).into_iter().enumerate() {
                            line.store(dst.add((x + i) * pitch + c));
                        }
                    }
                }
            }
            for c in fours..channels {
                for x in 0..columns.count {
                    *dst.add(x * pitch + c) = *src.add(c * plane + x * window.step);
                }
            }
        }
    }
}
