//! Geometry of convolutions and pools, and which variant of a kernel a shape gets.

use super::pad::Window;
use super::winograd::Form;

/// Geometry of a convolution or a pool: `[n, ic, h, w]` -> `[n, oc, oh, ow]` (a pool has
/// oc = ic). Any kernel, stride and padding that leave at least one output pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Images.
    pub n: usize,
    /// Channels of the input.
    pub ic: usize,
    /// Rows of the input.
    pub h: usize,
    /// Columns of the input.
    pub w: usize,
    /// Channels of the output.
    pub oc: usize,
    /// Rows of the kernel.
    pub kh: usize,
    /// Columns of the kernel.
    pub kw: usize,
    /// Pixels from one window to the next, in both directions.
    pub stride: usize,
    /// Pixels of padding on every side.
    pub padding: usize,
}

impl ConvShape {
    /// Rows of the output.
    pub fn oh(&self) -> usize {
        (self.h + 2 * self.padding - self.kh) / self.stride + 1
    }
    /// Columns of the output.
    pub fn ow(&self) -> usize {
        (self.w + 2 * self.padding - self.kw) / self.stride + 1
    }
    /// Length of an input.
    pub fn x_len(&self) -> usize {
        self.n * self.ic * self.h * self.w
    }
    /// Length of an output.
    pub fn y_len(&self) -> usize {
        self.n * self.oc * self.oh() * self.ow()
    }
    /// Length of a weight `[oc, ic, kh, kw]`.
    pub fn weight_len(&self) -> usize {
        self.oc * self.depth()
    }
    /// Products of one pass in any direction; those with padding count.
    pub fn products(&self) -> usize {
        self.y_len() * self.depth()
    }
    /// Numbers that one output is a sum of.
    pub(super) fn depth(&self) -> usize {
        self.ic * self.kh * self.kw
    }
    /// A 1x1 kernel sees every stride-th pixel: of a copy that holds just those, and with stride
    /// 1. Returns the step of the copy and the stride that is left.
    pub(super) fn steps(&self) -> (usize, usize) {
        if (self.kh, self.kw) == (1, 1) { (self.stride, 1) } else { (1, self.stride) }
    }
    /// What the windows of all outputs cover, copied with [`ConvShape::steps`].
    pub(super) fn window(&self, row: impl Fn(usize) -> usize) -> Window {
        let (step, stride) = self.steps();
        let before = self.padding as isize;
        let rows = (self.oh() - 1) * stride + self.kh;
        let columns = (self.ow() - 1) * stride + self.kw;
        Window { top: before, left: before, rows, row: row(columns), step }
    }
    pub(super) fn check(&self) {
        assert!(self.stride > 0 && self.kh > 0 && self.kw > 0, "{self:?}");
        assert!(self.kh <= self.h + 2 * self.padding, "{self:?}");
        assert!(self.kw <= self.w + 2 * self.padding, "{self:?}");
    }
}

/// How outputs are computed. The last bits depend on it only where it is `Winograd`: all others sum
/// in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Correlation {
    /// Nine taps read from a padded copy: 3x3, stride 1.
    Direct,
    /// Tiles of outputs with fewer multiplications: 3x3, stride 1 or 2, three channels seen and eight made.
    Winograd(Form),
    /// Pixels of a 1x1 kernel are independent columns of one matrix.
    Pointwise,
    /// Any kernel: the inputs of eight outputs are gathered into a panel.
    Implicit,
}

/// How the sum over pixels of a weight gradient runs. The order of that sum, and so the last
/// bits, depend on it: it must stay a function of the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PixelSum {
    /// Both operands channels-last, one tap at a time.
    ChannelsLast,
    /// Tiles of outputs with fewer multiplications: 3x3, stride 1 or 2, three channels seen and eight made.
    Winograd,
    /// Few input channels and wide rows: four numbers of a row at a time, as dot products.
    Dot,
    /// Few input channels: channels and taps together are the columns of one matrix.
    Columns,
}

/// Outputs in a tile; narrower maps gather their pixels one by one.
pub(super) const TILE: usize = 8;

/// Where tiles of `size` start that cover 0..`width`, which is no less: the last may overlap the
/// one before and compute equal numbers again.
#[inline(always)]
pub(super) fn tiles(width: usize, size: usize) -> impl Iterator<Item = usize> {
    (0..width).step_by(size).map(move |start| start.min(width - size))
}

impl ConvShape {
    /// The variant of the forward pass.
    pub(super) fn forward(&self) -> Correlation {
        let (sees, makes) = (self.ic, self.oc);
        if self.is_three(2) && pays(sees, makes) && self.saves() {
            return Correlation::Winograd(Form::Strided);
        }
        self.correlation((sees, makes), (self.oh(), self.ow()))
    }
    /// The variant of the gradient of the input.
    pub(super) fn grad_input(&self) -> Correlation {
        let even = self.h.is_multiple_of(2) && self.w.is_multiple_of(2);
        let (sees, makes) = (self.oc, self.ic);
        if self.is_three(2) && pays(sees, makes) && self.padding == 1 && even && self.saves() {
            return Correlation::Winograd(Form::Spread);
        }
        self.correlation((sees, makes), (self.h, self.w))
    }
    fn correlation(&self, (sees, makes): (usize, usize), (height, width): (usize, usize)) -> Correlation {
        match (self.kh, self.kw, self.stride) {
            (3, 3, 1) if pays(sees, makes) && height.min(width) >= 4 => Correlation::Winograd(Form::Near),
            (3, 3, 1) if width >= TILE => Correlation::Direct,
            (1, 1, 1) if self.padding == 0 => Correlation::Pointwise,
            _ => Correlation::Implicit,
        }
    }
    /// The variant of the gradient of the weight.
    pub(super) fn grad_weight(&self) -> PixelSum {
        let (map, deep) = (self.oh().min(self.ow()), pays(self.ic, self.oc));
        match () {
            () if self.is_three(1) && deep && map >= 4 => PixelSum::Winograd,
            () if self.is_three(2) && deep && self.saves() => PixelSum::Winograd,
            () if self.ic >= 4 => PixelSum::ChannelsLast,
            () if self.stride == 1 && self.ow() >= TILE => PixelSum::Dot,
            () => PixelSum::Columns,
        }
    }
    /// Whether tiles of 4x4 outputs, of which the last of a row or a column may be done twice, have fewer
    /// products with stride 2 than the definition, by a ninth at least.
    fn saves(&self) -> bool {
        let (oh, ow) = (self.oh(), self.ow());
        oh.min(ow) >= 4 && 81 * oh.div_ceil(4) * ow.div_ceil(4) <= 8 * oh * ow
    }
    fn is_three(&self, stride: usize) -> bool {
        (self.kh, self.kw, self.stride) == (3, 3, stride)
    }
}

/// Whether the channels that a correlation sees and makes pay for the transforms of Winograd's form: those
/// of the inputs are shared by all outputs, those of the outputs by all inputs.
fn pays(sees: usize, makes: usize) -> bool {
    sees >= 3 && makes >= 8
}
