use crate::device::fast::{ConvShape, Scratch, conv_forward, conv_grad_input, conv_grad_weight};
use crate::layers::Kind;
use crate::plan::{At, Constants, Grid, Kernel, Real, Sharing};

fn constants(s: &ConvShape) -> Constants {
    [
        ("N", s.n),
        ("IC", s.ic),
        ("H", s.h),
        ("W", s.w),
        ("OC", s.oc),
        ("OH", s.oh()),
        ("OW", s.ow()),
        ("KH", s.kh),
        ("KW", s.kw),
        ("STRIDE", s.stride),
        ("PADDING", s.padding),
    ]
    .map(|(name, size)| (name, size as f64))
    .to_vec()
}

/// The form of a correlation in which a workgroup makes 64 tiles of the same eight filters. Bringing their
/// weights together pays where a tile sees many.
fn sharing(
    wgsl: &'static [&'static str],
    s: &ConvShape,
    (sees, makes): (usize, usize),
    tiles: usize,
) -> Sharing {
    let grid = Grid::groups(makes.div_ceil(8) * (s.n * tiles).div_ceil(64));
    Sharing { wgsl, grid, pays: sees * s.kh * s.kw >= 64 }
}

/// Calls `each(input, weight, output)` with the indices of every product, outputs in order: all
/// three directions of a convolution are sums over these.
fn products(s: &ConvShape, mut each: impl FnMut(usize, usize, usize)) {
    let inside = |at: usize, k: usize, size: usize| {
        (at * s.stride + k).checked_sub(s.padding).filter(|&pixel| pixel < size)
    };
    for n in 0..s.n {
        for o in 0..s.oc {
            for y in 0..s.oh() {
                for x in 0..s.ow() {
                    let output = ((n * s.oc + o) * s.oh() + y) * s.ow() + x;
                    for i in 0..s.ic {
                        for ky in 0..s.kh {
                            let Some(row) = inside(y, ky, s.h) else { continue };
                            for kx in 0..s.kw {
                                let Some(column) = inside(x, kx, s.w) else { continue };
                                let input = ((n * s.ic + i) * s.h + row) * s.w + column;
                                let weight = ((o * s.ic + i) * s.kh + ky) * s.kw + kx;
                                each(input, weight, output);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `y[n, o, oy, ox] = bias[o] + Σ x[n, i, oy·stride + ky − padding, ox·stride + kx − padding] ·
/// weight[o, i, ky, kx]`.
#[derive(Clone, Debug)]
pub struct Forward(pub ConvShape);

impl Forward {
    /// Tiles of a map.
    fn tiles(&self) -> usize {
        self.0.oh().div_ceil(8) * self.0.ow()
    }

    fn sharing_by(&self, wgsl: &'static [&'static str]) -> Sharing {
        sharing(wgsl, &self.0, (self.0.ic, self.0.oc), self.tiles())
    }
}

/// Reads x, weight, bias; writes y.
impl Kernel<3, 1> for Forward {
    const NAME: &'static str = "conv/forward";
    const WGSL: &'static [&'static str] = &[
        wgsl!("sizes.wgsl"),
        wgsl!("tile.wgsl"),
        wgsl!("weights_read.wgsl"),
        wgsl!("forward.wgsl"),
        wgsl!("forward_plain.wgsl"),
    ];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        let s = &self.0;
        Grid::cover(s.n * s.oc.div_ceil(8) * self.tiles(), 64)
    }

    fn sharing(&self) -> Option<Sharing> {
        const WGSL: &[&str] = &[
            wgsl!("sizes.wgsl"),
            wgsl!("tile.wgsl"),
            wgsl!("weights_shared.wgsl"),
            wgsl!("forward.wgsl"),
            wgsl!("forward_plain.wgsl"),
        ];
        Some(self.sharing_by(WGSL))
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, _at: &At, [x, weight, bias]: [&[T]; 3], [y]: [&mut [T]; 1]) {
        let plane = self.0.oh() * self.0.ow();
        for (map, y) in y.chunks_exact_mut(plane).enumerate() {
            y.fill(bias[map % self.0.oc]);
        }
        products(&self.0, |i, w, o| y[o] += x[i] * weight[w]);
    }

    fn fast(
        &self,
        _at: &At,
        [x, weight, bias]: [&[f32]; 3],
        [y]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        conv_forward(&self.0, x, weight, Some(bias), None, y, scratch);
        true
    }
}

/// What a [`Kind::rectifier`] makes of [`Forward`].
#[derive(Clone, Debug)]
pub struct ForwardActivate {
    /// The convolution.
    pub conv: Forward,
    /// The function.
    pub kind: Kind,
}

/// Reads x, weight, bias; writes y.
impl Kernel<3, 1> for ForwardActivate {
    const NAME: &'static str = "conv/forward_activate";
    const WGSL: &'static [&'static str] = &[
        wgsl!("../activation/functions.wgsl"),
        wgsl!("sizes.wgsl"),
        wgsl!("tile.wgsl"),
        wgsl!("weights_read.wgsl"),
        wgsl!("forward.wgsl"),
        wgsl!("forward_activate.wgsl"),
    ];

    fn constants(&self) -> Constants {
        [self.conv.constants(), Kind::constants(Some(self.kind))].concat()
    }

    fn grid(&self) -> Grid {
        self.conv.grid()
    }

    fn sharing(&self) -> Option<Sharing> {
        const WGSL: &[&str] = &[
            wgsl!("../activation/functions.wgsl"),
            wgsl!("sizes.wgsl"),
            wgsl!("tile.wgsl"),
            wgsl!("weights_shared.wgsl"),
            wgsl!("forward.wgsl"),
            wgsl!("forward_activate.wgsl"),
        ];
        Some(self.conv.sharing_by(WGSL))
    }

    fn products(&self) -> usize {
        self.conv.products()
    }

    fn reference<T: Real>(&self, at: &At, reads: [&[T]; 3], [y]: [&mut [T]; 1]) {
        self.conv.reference(at, reads, [y]);
        for y in y {
            *y = self.kind.value(*y);
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, weight, bias]: [&[f32]; 3],
        [y]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        conv_forward(&self.conv.0, x, weight, Some(bias), self.kind.rectifier(), y, scratch);
        true
    }
}

/// The gradient of the input.
#[derive(Clone, Debug)]
pub struct GradInput(pub ConvShape);

impl GradInput {
    /// Tiles of a map.
    fn tiles(&self) -> usize {
        let s = &self.0;
        let rows = s.stride * s.h.div_ceil(s.stride).div_ceil(8);
        rows * s.stride * s.w.div_ceil(s.stride)
    }
}

/// Reads weight and dy; writes dx.
impl Kernel<2, 1> for GradInput {
    const NAME: &'static str = "conv/grad_input";
    const WGSL: &'static [&'static str] =
        &[wgsl!("sizes.wgsl"), wgsl!("tile.wgsl"), wgsl!("weights_read.wgsl"), wgsl!("grad_input.wgsl")];

    fn constants(&self) -> Constants {
        constants(&self.0)
    }

    fn grid(&self) -> Grid {
        let s = &self.0;
        Grid::cover(s.n * s.ic.div_ceil(8) * self.tiles(), 64)
    }

    fn sharing(&self) -> Option<Sharing> {
        const WGSL: &[&str] = &[
            wgsl!("sizes.wgsl"),
            wgsl!("tile.wgsl"),
            wgsl!("weights_shared.wgsl"),
            wgsl!("grad_input.wgsl"),
        ];
        Some(sharing(WGSL, &self.0, (self.0.oc, self.0.ic), self.tiles()))
    }

    fn products(&self) -> usize {
        self.0.products()
    }

    fn reference<T: Real>(&self, _at: &At, [weight, dy]: [&[T]; 2], [dx]: [&mut [T]; 1]) {
        dx.fill(T::of(0.0));
        products(&self.0, |i, w, o| dx[i] += dy[o] * weight[w]);
    }

    fn fast(
        &self,
        _at: &At,
        [weight, dy]: [&[f32]; 2],
        [dx]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        conv_grad_input(&self.0, weight, dy, dx, scratch);
        true
    }
}

/// The gradient of the weight: its sum over the pixels of the batch, or `parts` sums over some rows each,
/// one after the other, that someone adds.
#[derive(Clone, Debug)]
pub struct GradWeight {
    /// The convolution.
    pub shape: ConvShape,
    /// How many sums.
    pub parts: usize,
}

impl GradWeight {
    /// Columns of 4 filters' weights that one invocation sums: nine taps of a channel, or any four taps.
    fn tiles(s: &ConvShape, bias: usize) -> usize {
        let columns = if (s.kh, s.kw) == (3, 3) { s.ic } else { (s.ic * s.kh * s.kw + bias).div_ceil(4) };
        s.oc.div_ceil(4) * columns
    }

    /// Parts that keep a GPU busy: few filters are cut in many. A function of the shape alone.
    pub(super) fn parts(s: &ConvShape) -> usize {
        const INVOCATIONS: usize = 8192;
        const MOST: usize = 256;
        (INVOCATIONS / Self::tiles(s, 0)).clamp(1, MOST.min(s.n * s.oh()))
    }

    fn constants(&self) -> Constants {
        [constants(&self.shape), vec![("PARTS", self.parts as f64)]].concat()
    }

    fn grid(&self, bias: usize) -> Grid {
        Grid::cover(Self::tiles(&self.shape, bias) * self.parts, 64)
    }

    /// Adds the products of every row to the part that it belongs to.
    fn sums<T: Real>(&self, x: &[T], dy: &[T], dweight: &mut [T]) {
        let s = &self.shape;
        let weights = dweight.len() / self.parts;
        // Sums over all pixels of a batch are long: they are taken in f64.
        let mut sums = vec![0.0; dweight.len()];
        products(s, |i, w, o| {
            let line = o / (s.oc * s.oh() * s.ow()) * s.oh() + o / s.ow() % s.oh();
            sums[line % self.parts * weights + w] += (dy[o] * x[i]).to_f64();
        });
        for (dw, sum) in dweight.iter_mut().zip(sums) {
            *dw = T::of(sum);
        }
    }
}

/// Reads x and dy; writes dweight `[parts, oc, ic, kh, kw]`.
impl Kernel<2, 1> for GradWeight {
    const NAME: &'static str = "conv/grad_weight";
    const WGSL: &'static [&'static str] =
        &[wgsl!("sizes.wgsl"), wgsl!("grad_weight_plain.wgsl"), wgsl!("grad_weight.wgsl")];

    fn constants(&self) -> Constants {
        self.constants()
    }

    fn grid(&self) -> Grid {
        self.grid(0)
    }

    fn products(&self) -> usize {
        self.shape.products()
    }

    fn reference<T: Real>(&self, _at: &At, [x, dy]: [&[T]; 2], [dweight]: [&mut [T]; 1]) {
        self.sums(x, dy, dweight);
    }

    fn fast(
        &self,
        _at: &At,
        [x, dy]: [&[f32]; 2],
        [dweight]: [&mut [f32]; 1],
        scratch: &mut Scratch,
    ) -> bool {
        if self.parts == 1 {
            conv_grad_weight(&self.shape, x, dy, dweight, None, scratch);
        }
        self.parts == 1
    }
}

/// The gradients of weight and bias: sums over the same pixels.
#[derive(Clone, Debug)]
pub struct GradWeightBias(pub GradWeight);

/// Reads x and dy; writes dweight and dbias `[parts, oc]`.
impl Kernel<2, 2> for GradWeightBias {
    const NAME: &'static str = "conv/grad_weight_bias";
    const WGSL: &'static [&'static str] =
        &[wgsl!("sizes.wgsl"), wgsl!("grad_weight_bias.wgsl"), wgsl!("grad_weight.wgsl")];

    fn constants(&self) -> Constants {
        self.0.constants()
    }

    fn grid(&self) -> Grid {
        self.0.grid(1)
    }

    fn products(&self) -> usize {
        self.0.shape.products()
    }

    fn reference<T: Real>(&self, _at: &At, [x, dy]: [&[T]; 2], [dweight, dbias]: [&mut [T]; 2]) {
        let GradWeight { shape: s, parts } = self.0;
        self.0.sums(x, dy, dweight);
        let mut sums = vec![0.0; dbias.len()];
        for (row, dy) in dy.chunks_exact(s.ow()).enumerate() {
            let (map, oy) = (row / s.oh(), row % s.oh());
            let part = (map / s.oc * s.oh() + oy) % parts;
            sums[part * s.oc + map % s.oc] += dy.iter().map(|dy| dy.to_f64()).sum::<f64>();
        }
        for (db, sum) in dbias.iter_mut().zip(sums) {
            *db = T::of(sum);
        }
    }

    fn fast(
        &self,
        _at: &At,
        [x, dy]: [&[f32]; 2],
        [dweight, dbias]: [&mut [f32]; 2],
        scratch: &mut Scratch,
    ) -> bool {
        if self.0.parts == 1 {
            conv_grad_weight(&self.0.shape, x, dy, dweight, Some(dbias), scratch);
        }
        self.0.parts == 1
    }
}
