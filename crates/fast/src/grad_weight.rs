//! Gradient of a convolution's weight: a sum over pixels of products of dy and the inputs of each
//! tap, in one of three arrangements, or Winograd's form of it. None is inlined: a page whose first network
//! needs one loads no more.

use super::Scratch;
use super::dot::Dot;
use super::elementwise::channel_sums;
use super::gemm::ROWS;
use super::outer::Outer;
use super::pad::{Window, pad, pad_channels_last};
use super::shape::{ConvShape, PixelSum, TILE, tiles};
use super::winograd;
use crate::simd::{V, transpose};

/// Pixels that should be summed in registers before the sums are stored.
const PIXELS: usize = 128;

/// Numbers that fill most of a first cache.
const CACHE: usize = 6 << 10;

/// dweight and dbias of a convolution: x `[n, ic, h, w]`, dy `[n, oc, oh, ow]`,
/// dweight `[oc, ic, kh, kw]`, dbias `[oc]`.
pub fn conv_grad_weight(
    s: &ConvShape,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    dbias: Option<&mut [f32]>,
    scratch: &mut Scratch,
) {
    s.check();
    assert_eq!(x.len(), s.x_len(), "{s:?}");
    assert_eq!(dy.len(), s.y_len(), "{s:?}");
    assert_eq!(dweight.len(), s.weight_len(), "{s:?}");
    if let Some(dbias) = dbias {
        assert_eq!(dbias.len(), s.oc, "{s:?}");
        channel_sums(dy, s.oc, s.oh() * s.ow(), dbias);
    }
    if dweight.is_empty() {
        return;
    }
    match s.grad_weight() {
        PixelSum::ChannelsLast => channels_last(s, x, dy, dweight, scratch),
        PixelSum::Winograd => winograd::grad_weight(s, x, dy, dweight, scratch),
        PixelSum::Dot => dot(s, x, dy, dweight, scratch),
        PixelSum::Columns => columns(s, x, dy, dweight, scratch),
    }
}

/// Images done together, so that the sums of small maps are not stored after a few pixels.
fn group(s: &ConvShape) -> usize {
    PIXELS.div_ceil(s.oh() * s.ow()).min(s.n)
}

/// One tap after the other: sums `[taps, ic, oc]` of channels-last copies of x and dy.
#[inline(never)]
fn channels_last(s: &ConvShape, x: &[f32], dy: &[f32], dweight: &mut [f32], scratch: &mut Scratch) {
    let (inputs, outputs) = (s.ic.next_multiple_of(ROWS), s.oc.next_multiple_of(ROWS));
    let (window, (_, stride)) = (s.window(|columns| columns), s.steps());
    let (pixels, image, kernel) = (s.oh() * s.ow(), window.rows * window.row * inputs, s.kh * s.kw);
    let group = group(s);
    // Rows of one image whose numbers stay in the first cache while every tap passes over them.
    let row = stride * window.row * inputs + s.ow() * outputs;
    let rows = if group > 1 { s.oh() } else { (CACHE / row).max(64usize.div_ceil(s.ow())) };
    let [sums, left, right] =
        scratch.split([kernel * inputs * outputs, group * image, group * pixels * outputs]);
    for zeroed in [&mut *sums, left, right] {
        zeroed.fill(0.0);
    }
    for (x, dy) in x.chunks(group * s.ic * s.h * s.w).zip(dy.chunks(group * s.oc * pixels)) {
        let images = x.chunks_exact(s.ic * s.h * s.w);
        let count = images.len();
        for (x, left) in images.zip(left.chunks_exact_mut(image)) {
            // SAFETY: the slices have the lengths of the shape and of the window.
            unsafe { pad_channels_last(x.as_ptr(), (s.ic, s.h, s.w), window, inputs, left.as_mut_ptr()) };
        }
        transpose_dy(s, dy, outputs, right);
        for first in (0..s.oh()).step_by(rows) {
            let outer = Outer {
                images: count,
                rows: rows.min(s.oh() - first),
                columns: s.ow(),
                left_image: image,
                left_row: stride * window.row * inputs,
                left_step: stride * inputs,
                right_step: outputs,
            };
            let (left, right) = (&left[first * outer.left_row..], &right[first * s.ow() * outputs..]);
            for (tap, sums) in sums.chunks_exact_mut(inputs * outputs).enumerate() {
                let first = (tap / s.kw * window.row + tap % s.kw) * inputs;
                add_products(&outer, &left[first..], right, inputs, sums);
            }
        }
    }
    for (o, dweight) in dweight.chunks_exact_mut(s.depth()).enumerate() {
        for (c, dweight) in dweight.chunks_exact_mut(kernel).enumerate() {
            for (tap, d) in dweight.iter_mut().enumerate() {
                *d = sums[(tap * inputs + c) * outputs + o];
            }
        }
    }
}

/// All taps of all channels of a pixel in a row (im2col): sums `[ic, taps, oc]`.
#[inline(never)]
fn columns(s: &ConvShape, x: &[f32], dy: &[f32], dweight: &mut [f32], scratch: &mut Scratch) {
    let (inputs, outputs) = (s.depth().next_multiple_of(ROWS), s.oc.next_multiple_of(ROWS));
    let window = s.window(|columns| columns);
    let (pixels, group) = (s.oh() * s.ow(), group(s));
    let padded_len = s.ic * window.rows * window.row + 4 * TILE;
    let [sums, left, right, padded] =
        scratch.split([inputs * outputs, group * pixels * inputs, group * pixels * outputs, padded_len]);
    for zeroed in [&mut *sums, left, right, padded] {
        zeroed.fill(0.0);
    }
    for (x, dy) in x.chunks(group * s.ic * s.h * s.w).zip(dy.chunks(group * s.oc * pixels)) {
        let images = x.chunks_exact(s.ic * s.h * s.w);
        let outer = Outer {
            images: 1,
            rows: 1,
            columns: images.len() * pixels,
            left_image: 0,
            left_row: 0,
            left_step: inputs,
            right_step: outputs,
        };
        for (x, left) in images.zip(left.chunks_exact_mut(pixels * inputs)) {
            // SAFETY: the slices have the lengths of the shape and of the window.
            unsafe { pad(x.as_ptr(), (s.ic, s.h, s.w), window, padded.as_mut_ptr()) };
            lay_out_columns(s, padded, window, inputs, left);
        }
        transpose_dy(s, dy, outputs, right);
        add_products(&outer, left, right, inputs, sums);
    }
    store_sums(sums, s.depth(), outputs, dweight);
}

/// Rows of x and dy as they are: sums `[ic, taps, oc]`.
#[inline(never)]
fn dot(s: &ConvShape, x: &[f32], dy: &[f32], dweight: &mut [f32], scratch: &mut Scratch) {
    let (oh, ow, outputs) = (s.oh(), s.ow(), s.oc.next_multiple_of(ROWS));
    let width = ow.next_multiple_of(4);
    let window = s.window(|columns| (columns + width - ow).next_multiple_of(4));
    let whole = Window { top: 0, left: 0, rows: oh, row: width, step: 1 };
    let wide_len = if width == ow { 0 } else { s.oc * oh * width };
    let [sums, padded, wide] =
        scratch.split([s.depth() * outputs, s.ic * window.rows * window.row, wide_len]);
    for zeroed in [&mut *sums, padded, wide] {
        zeroed.fill(0.0);
    }
    let offset = |k| offset(s, window, k);
    let dot = Dot { taps: &offset, count: s.depth(), row: window.row, dy: (s.oc, oh, width) };
    for (x, dy) in x.chunks_exact(s.ic * s.h * s.w).zip(dy.chunks_exact(s.oc * oh * ow)) {
        // SAFETY: the slices have the lengths of the shape and of the windows; the window of x
        // is as much wider as the copy of dy.
        unsafe {
            pad(x.as_ptr(), (s.ic, s.h, s.w), window, padded.as_mut_ptr());
            if width == ow {
                dot.add(padded, dy, sums);
            } else {
                pad(dy.as_ptr(), (s.oc, oh, ow), whole, wide.as_mut_ptr());
                dot.add(padded, wide, sums);
            }
        }
    }
    store_sums(sums, s.depth(), outputs, dweight);
}

/// Images `[oc, pixels]` -> `[pixels, pitch]`.
fn transpose_dy(s: &ConvShape, dy: &[f32], pitch: usize, dst: &mut [f32]) {
    let pixels = s.oh() * s.ow();
    let flat = Window { top: 0, left: 0, rows: 1, row: pixels, step: 1 };
    for (dy, dst) in dy.chunks_exact(s.oc * pixels).zip(dst.chunks_exact_mut(pixels * pitch)) {
        // SAFETY: the chunks have the lengths of the shape and of the window.
        unsafe { pad_channels_last(dy.as_ptr(), (s.oc, 1, pixels), flat, pitch, dst.as_mut_ptr()) };
    }
}

/// sums `[inputs, outputs]` += Σ left · right over the pixels.
fn add_products(outer: &Outer, left: &[f32], right: &[f32], inputs: usize, sums: &mut [f32]) {
    let outputs = outer.right_step;
    for i in (0..inputs).step_by(ROWS) {
        for o in (0..outputs).step_by(TILE) {
            let (left, right) = (left[i..].as_ptr(), right[o..].as_ptr());
            let sums = sums[i * outputs + o..].as_mut_ptr();
            // SAFETY: every pixel has `inputs` and `outputs` numbers, both multiples of four.
            unsafe {
                if o + TILE <= outputs {
                    outer.add_eight(left, right, sums);
                } else {
                    outer.add_four(left, right, sums);
                }
            }
        }
    }
}

/// sums `[depth or more, pitch]` -> dweight `[oc, depth]`.
fn store_sums(sums: &[f32], depth: usize, pitch: usize, dweight: &mut [f32]) {
    for (o, dweight) in dweight.chunks_exact_mut(depth).enumerate() {
        for (k, d) in dweight.iter_mut().enumerate() {
            *d = sums[k * pitch + o];
        }
    }
}

/// Where tap k of `[ic, kh, kw]` lies in the padded image, seen from the first.
fn offset(s: &ConvShape, window: Window, k: usize) -> usize {
    let (channel, tap) = (k / (s.kh * s.kw), k % (s.kh * s.kw));
    (channel * window.rows + tap / s.kw) * window.row + tap % s.kw
}

/// `[ic, rows, row]` -> `[oh·ow, pitch]`: for each output pixel all its inputs.
fn lay_out_columns(s: &ConvShape, padded: &[f32], window: Window, pitch: usize, dst: &mut [f32]) {
    let (oh, ow, (_, stride)) = (s.oh(), s.ow(), s.steps());
    for first in (0..s.depth()).step_by(ROWS) {
        // Beyond the last tap the last one is repeated; its sums are never read.
        let offsets = [0, 1, 2, 3].map(|i| offset(s, window, (first + i).min(s.depth() - 1)));
        for y in 0..oh {
            let src = &padded[y * stride * window.row..];
            let dst = &mut dst[y * ow * pitch + first..];
            if stride > 2 || ow < 4 {
                for x in 0..ow {
                    dst[x * pitch..][..ROWS].copy_from_slice(&offsets.map(|offset| src[offset + x * stride]));
                }
                continue;
            }
            for x in tiles(ow, 4) {
                let lines = offsets.map(|offset| {
                    let from = &src[offset + x * stride..][..4 * stride];
                    // SAFETY: `from` has 4·stride numbers.
                    unsafe {
                        let v = V::load(from.as_ptr());
                        if stride == 1 { v } else { v.even(V::load(from.as_ptr().add(4))) }
                    }
                });
                for (i, line) in transpose(lines).into_iter().enumerate() {
                    dst[(x + i) * pitch..][..ROWS].copy_from_slice(&line.lanes());
                }
            }
        }
    }
}
