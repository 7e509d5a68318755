//! Convolution forward and the gradient of its input. Both are correlations of a padded copy:
//! forward with the kernel, the gradient with the flipped kernel and the channels exchanged.
//! With stride s the gradient falls into s x s phases, each a correlation with the taps that
//! reach pixels of that phase, unless Winograd's form takes them together; nothing is multiplied
//! by an inserted zero.

use super::Scratch;
use super::activation::Rectifier;
use super::gemm::{ROWS, interleave};
use super::implicit::{Grid, Implicit};
use super::pad::{Window, pad};
use super::shape::{ConvShape, Correlation, TILE};
use super::three::Three;
use super::winograd::Form;

/// y = cross-correlation of x and weight + bias (`torch.nn.functional.conv2d`), or what a rectifier
/// makes of it. x `[n, ic, h, w]`, weight `[oc, ic, kh, kw]`, bias `[oc]`, y `[n, oc, oh, ow]`.
pub fn conv_forward(
    s: &ConvShape,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    rectifier: Option<Rectifier>,
    y: &mut [f32],
    scratch: &mut Scratch,
) {
    Forward { shape: s, weight, bias, rectifier }.run(x, y, scratch, &mut |_| ());
}

/// The forward pass of a convolution.
pub(super) struct Forward<'a> {
    pub shape: &'a ConvShape,
    pub weight: &'a [f32],
    pub bias: Option<&'a [f32]>,
    pub rectifier: Option<Rectifier>,
}

impl Forward<'_> {
    /// y from x; `done` sees the outputs of some images while they are in a near cache, all in order.
    pub fn run(&self, x: &[f32], y: &mut [f32], scratch: &mut Scratch, done: &mut dyn FnMut(&[f32])) {
        let &Forward { shape: s, weight, bias, rectifier } = self;
        s.check();
        assert_eq!(x.len(), s.x_len(), "{s:?}");
        assert_eq!(weight.len(), s.weight_len(), "{s:?}");
        assert_eq!(y.len(), s.y_len(), "{s:?}");
        assert!(bias.is_none_or(|bias| bias.len() == s.oc), "{s:?}");
        let (oh, ow, depth) = (s.oh(), s.ow(), s.depth());
        let window = s.window(|columns| columns.next_multiple_of(4));
        let (_, stride) = s.steps();
        let plane = window.rows * window.row;
        let variant = s.forward();
        let group = variant.images(s.n, (oh, ow));
        let padded_len = if variant == Correlation::Pointwise { 0 } else { group * s.ic * plane + TILE };
        let outputs = s.oc.next_multiple_of(ROWS);
        let [panel_len, transformed_len] = variant.room(s.oc, s.ic, depth);
        let [packed, start, padded, panel, transformed] =
            scratch.split([outputs * depth, outputs, padded_len, panel_len, transformed_len]);
        interleave::<ROWS>(weight, (depth, 1), s.oc, depth, packed);
        start.fill(0.0);
        if let Some(bias) = bias {
            start[..s.oc].copy_from_slice(bias);
        }
        padded.fill(0.0);
        let three = Three {
            form: variant.form(),
            channels: s.ic,
            row: window.row,
            plane,
            out: (s.oc, oh, ow),
            weight: variant.weight(packed, s.ic, transformed),
            bias: start,
            rectifier,
        };
        let implicit = Implicit {
            channels: s.ic,
            taps: (s.kh, s.kw),
            from: Grid { origin: 0, image: s.ic * plane, line: stride * window.row, step: stride },
            row: window.row,
            plane,
            out: (s.oc, oh, ow),
            to: Grid { origin: 0, image: s.oc * oh * ow, line: ow, step: 1 },
            to_plane: oh * ow,
            weight: packed,
            bias: start,
            rectifier,
        };
        for (x, y) in x.chunks(group * s.ic * s.h * s.w).zip(y.chunks_mut(group * s.oc * oh * ow)) {
            let images = x.len() / (s.ic * s.h * s.w);
            if variant == Correlation::Pointwise {
                pointwise(s.ic, s.oc, oh * ow, packed, start, rectifier).run_on(images, x, panel, y);
            } else {
                pad_images(x, (s.ic, s.h, s.w), window, padded);
                // SAFETY: the window holds every tap of every output pixel of the images.
                unsafe {
                    match variant {
                        Correlation::Implicit => implicit.run(images, padded.as_ptr(), panel, y.as_mut_ptr()),
                        _ => three.run(images, padded.as_ptr(), panel, y.as_mut_ptr()),
                    }
                }
            }
            done(y);
        }
    }
}

/// dx of [`conv_forward`]: weight `[oc, ic, kh, kw]`, dy `[n, oc, oh, ow]`, dx `[n, ic, h, w]`.
/// Rows and columns that no window reaches get 0.
pub fn conv_grad_input(s: &ConvShape, weight: &[f32], dy: &[f32], dx: &mut [f32], scratch: &mut Scratch) {
    s.check();
    assert_eq!(weight.len(), s.weight_len(), "{s:?}");
    assert_eq!(dy.len(), s.y_len(), "{s:?}");
    assert_eq!(dx.len(), s.x_len(), "{s:?}");
    let (oh, ow) = (s.oh(), s.ow());
    let outputs = s.ic.next_multiple_of(ROWS);
    let rows = Axis { size: s.h, kernel: s.kh, stride: s.stride, padding: s.padding };
    let columns = Axis { size: s.w, kernel: s.kw, ..rows };
    let (Some((top, height)), Some((left, width))) = (rows.extent(), columns.extent()) else {
        dx.fill(0.0);
        return;
    };
    let window = Window { top, left, rows: height, row: width.next_multiple_of(4), step: 1 };
    let plane = window.rows * window.row;
    let variant = s.grad_input();
    // Other variants make the pixels of one phase after the other.
    let apart = if variant.form().is_some() { 1 } else { s.stride };
    let group = variant.images(s.n, (s.h.div_ceil(apart), s.w.div_ceil(apart)));
    let padded_len = if variant == Correlation::Pointwise { 0 } else { group * s.oc * plane + TILE };
    let depth = s.oc * s.kh.div_ceil(s.stride) * s.kw.div_ceil(s.stride);
    let [panel_len, transformed_len] = variant.room(s.ic, s.oc, depth);
    let [packed, zeros, padded, panel, transformed] =
        scratch.split([outputs * s.oc * s.kh * s.kw, outputs, padded_len, panel_len, transformed_len]);
    zeros.fill(0.0);

    let mut free = &mut *packed;
    for row in (Axis { stride: apart, ..rows }).phases() {
        for column in (Axis { stride: apart, ..columns }).phases() {
            let (part, rest) = free.split_at_mut(outputs * s.oc * row.taps * column.taps);
            pack_phase(&ConvShape { stride: apart, ..*s }, weight, &row, &column, part);
            free = rest;
        }
    }
    if variant == Correlation::Pointwise {
        pointwise(s.oc, s.ic, oh * ow, packed, zeros, None).run_on(s.n, dy, panel, dx);
        return;
    }
    padded.fill(0.0);
    // Pixels that no tap reaches.
    if s.stride > s.kh.min(s.kw) {
        dx.fill(0.0);
    }
    let three = Three {
        form: variant.form(),
        channels: s.oc,
        row: window.row,
        plane,
        out: (s.ic, s.h, s.w),
        weight: variant.weight(packed, s.oc, transformed),
        bias: zeros,
        rectifier: None,
    };
    for (dy, dx) in dy.chunks(group * s.oc * oh * ow).zip(dx.chunks_mut(group * s.ic * s.h * s.w)) {
        let images = pad_images(dy, (s.oc, oh, ow), window, padded);
        if matches!(variant, Correlation::Direct | Correlation::Winograd(_)) {
            // SAFETY: the window holds every tap of every pixel, see `Axis::extent`.
            unsafe { three.run(images, padded.as_ptr(), panel, dx.as_mut_ptr()) };
            continue;
        }
        let mut rest = &*packed;
        for row in rows.phases() {
            for column in columns.phases() {
                let (part, tail) = rest.split_at(outputs * s.oc * row.taps * column.taps);
                rest = tail;
                if part.is_empty() {
                    continue;
                }
                let phase = Implicit {
                    channels: s.oc,
                    taps: (row.taps, column.taps),
                    from: Grid {
                        origin: row.origin(top) * window.row + column.origin(left),
                        image: s.oc * plane,
                        line: window.row,
                        step: 1,
                    },
                    row: window.row,
                    plane,
                    out: (s.ic, row.count, column.count),
                    to: Grid {
                        origin: row.first * s.w + column.first,
                        image: s.ic * s.h * s.w,
                        line: s.stride * s.w,
                        step: s.stride,
                    },
                    to_plane: s.h * s.w,
                    weight: part,
                    bias: zeros,
                    rectifier: None,
                };
                // SAFETY: the window holds every tap of every phase, see `Axis::extent`.
                unsafe { phase.run(images, padded.as_ptr(), panel, dx.as_mut_ptr()) };
            }
        }
    }
}

impl Correlation {
    fn form(self) -> Option<Form> {
        if let Correlation::Winograd(form) = self { Some(form) } else { None }
    }

    /// Images done together, for a map of outputs.
    fn images(self, n: usize, map: (usize, usize)) -> usize {
        match self {
            Correlation::Implicit => Implicit::images(map).min(n),
            Correlation::Pointwise => Implicit::images((1, map.0 * map.1)).min(n),
            Correlation::Winograd(form) => form.images(map).min(n),
            _ => 1,
        }
    }

    /// Numbers of the panel and of the transformed weight.
    fn room(self, outputs: usize, channels: usize, depth: usize) -> [usize; 2] {
        self.form()
            .map_or([TILE * depth, 0], |form| [form.panel_len(channels), form.weight_len(outputs, channels)])
    }

    /// The weight as the variant reads it.
    fn weight<'a>(self, packed: &'a [f32], channels: usize, transformed: &'a mut [f32]) -> &'a [f32] {
        let Some(form) = self.form() else { return packed };
        form.transform_weight(packed, channels, transformed);
        transformed
    }
}

/// Pads each image of `src` into `padded`; returns how many there are.
fn pad_images(
    src: &[f32],
    (channels, h, w): (usize, usize, usize),
    window: Window,
    padded: &mut [f32],
) -> usize {
    let images = src.chunks_exact(channels * h * w);
    let count = images.len();
    let copies = padded.chunks_exact_mut(channels * window.rows * window.row);
    for (image, copy) in images.zip(copies) {
        // SAFETY: the chunks have the lengths of the shape and of the window.
        unsafe { pad(image.as_ptr(), (channels, h, w), window, copy.as_mut_ptr()) };
    }
    count
}

/// A 1x1 kernel of stride 1: each image is a matrix `[channels, pixels]`.
fn pointwise<'a>(
    channels: usize,
    outputs: usize,
    pixels: usize,
    weight: &'a [f32],
    bias: &'a [f32],
    rectifier: Option<Rectifier>,
) -> Implicit<'a> {
    Implicit {
        channels,
        taps: (1, 1),
        from: Grid { origin: 0, image: channels * pixels, line: 0, step: 1 },
        row: 0,
        plane: pixels,
        out: (outputs, 1, pixels),
        to: Grid { origin: 0, image: outputs * pixels, line: 0, step: 1 },
        to_plane: pixels,
        weight,
        bias,
        rectifier,
    }
}

impl Implicit<'_> {
    fn run_on(&self, images: usize, src: &[f32], panel: &mut [f32], dst: &mut [f32]) {
        assert!(src.len() >= images * self.from.image && dst.len() >= images * self.to.image);
        // SAFETY: with step 1 and one tap nothing beyond the pixels of the images is read.
        unsafe { self.run(images, src.as_ptr(), panel, dst.as_mut_ptr()) }
    }
}

/// One direction of a convolution, seen from its input.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

/// The inputs i = first + stride·j, j < count, that the taps residue + stride·t reach. With
/// t < taps, input j takes tap t from output shift + j - t.
struct Phase {
    residue: usize,
    first: usize,
    count: usize,
    taps: usize,
    shift: usize,
}

impl Axis {
    /// The phases that have an input.
    fn phases(self) -> impl Iterator<Item = Phase> {
        let Axis { size, kernel, stride, padding } = self;
        (0..stride).filter_map(move |residue| {
            let first = (residue + stride - padding % stride) % stride;
            (first < size).then(|| Phase {
                residue,
                first,
                count: (size - first).div_ceil(stride),
                taps: kernel.saturating_sub(residue).div_ceil(stride),
                shift: (first + padding - residue) / stride,
            })
        })
    }

    /// Border before the first output and length of a copy of the outputs from which every
    /// phase can read; `None` where no input is reached.
    fn extent(self) -> Option<(isize, usize)> {
        let reached = || self.phases().filter(|phase| phase.taps > 0);
        let before = reached().map(|p| p.taps as isize - 1 - p.shift as isize).max()?;
        let length = reached().map(|p| before + (p.shift + p.count) as isize).max()?;
        Some((before, length as usize))
    }
}

impl Phase {
    /// Where the first tap of the first input lies in a copy with this border.
    fn origin(&self, before: isize) -> usize {
        (before + 1).wrapping_add_unsigned(self.shift).wrapping_sub_unsigned(self.taps) as usize
    }
}

/// The taps of a phase, last tap first: `[ic / 4, oc, taps, 4]`, missing channels zero.
fn pack_phase(s: &ConvShape, weight: &[f32], row: &Phase, column: &Phase, dst: &mut [f32]) {
    let mut quads = dst.chunks_exact_mut(ROWS);
    for block in 0..s.ic.div_ceil(ROWS) {
        for o in 0..s.oc {
            for ty in (0..row.taps).rev() {
                for tx in (0..column.taps).rev() {
                    let tap = (row.residue + s.stride * ty) * s.kw + column.residue + s.stride * tx;
                    let Some(quad) = quads.next() else { return };
                    for (i, to) in quad.iter_mut().enumerate() {
                        let c = ROWS * block + i;
                        *to = if c < s.ic { weight[(o * s.ic + c) * s.kh * s.kw + tap] } else { 0.0 };
                    }
                }
            }
        }
    }
}
