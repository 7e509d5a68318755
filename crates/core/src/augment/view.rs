use super::Strengths;
use crate::plan::{Real, StepRecord};
use crate::shared::random::{Stream, uniform, word};

/// What happens to one image: a crop resized, mirrored, then turned, resized and shifted about the
/// centre; then contrast and brightness; then a black square. All zeros leave it as it is.
///
/// One interpolation serves all of the geometry (PyTorch: `affine_grid` and `grid_sample`, bilinear,
/// zeros outside, `align_corners=False`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View<T> {
    /// 1: mirrored left to right.
    pub flip: T,
    /// 1: mirrored top to bottom.
    pub vflip: T,
    /// Pixels to the right.
    pub dx: T,
    /// Pixels down.
    pub dy: T,
    /// Clockwise turn.
    pub degrees: T,
    /// Enlargement, less 1.
    pub zoom: T,
    /// Share of the area that is cut away before the rest is resized.
    pub cut: T,
    /// Where the crop lies between left (−1) and right (1).
    pub crop_x: T,
    /// Where the crop lies between top (−1) and bottom (1).
    pub crop_y: T,
    /// Added to every pixel, black to white being 1.
    pub brightness: T,
    /// Factor of the distance from middle grey, less 1.
    pub contrast: T,
    /// First column of the black square.
    pub left: T,
    /// First row of the black square.
    pub top: T,
    /// Rows and columns of the black square.
    pub size: T,
}

impl<T: Real> View<T> {
    /// Numbers that describe a view.
    pub const LEN: usize = 14;

    /// A view as the kernels hold it.
    pub fn of(numbers: [T; 14]) -> Self {
        let [flip, vflip, dx, dy, degrees, zoom, cut, crop_x, crop_y, brightness, contrast, left, top, size] =
            numbers;
        Self {
            flip,
            vflip,
            dx,
            dy,
            degrees,
            zoom,
            cut,
            crop_x,
            crop_y,
            brightness,
            contrast,
            left,
            top,
            size,
        }
    }

    /// The numbers in the order of [`View::of`].
    pub fn numbers(self) -> [T; 14] {
        let Self { flip, vflip, dx, dy, degrees, zoom, cut, crop_x, crop_y, .. } = self;
        let Self { brightness, contrast, left, top, size, .. } = self;
        [flip, vflip, dx, dy, degrees, zoom, cut, crop_x, crop_y, brightness, contrast, left, top, size]
    }

    /// Hands every pixel of the image `[C, H, W]` seen through this view to `put`, by its place.
    ///
    /// `pixel` gives the stored image by place, 0 (black) to `full` (white).
    pub fn render(
        &self,
        [c, h, w]: [usize; 3],
        full: T,
        pixel: impl Fn(usize) -> T,
        mut put: impl FnMut(usize, T),
    ) {
        let place = Place::new(self, h, w);
        let (zero, one) = (T::of(0.0), T::of(1.0));
        let (contrast, brightness) = (one + self.contrast, self.brightness * full);
        let grey = full * T::of(0.5);
        let recolours = self.contrast != zero || self.brightness != zero;
        let inside = |at: T, first: T| at >= first && at < first + self.size;
        for i in 0..h {
            let row = T::count(i);
            for j in 0..w {
                let column = T::count(j);
                let black = inside(row, self.top) && inside(column, self.left);
                let taps = Taps::new(place.source(row, column), h, w);
                for c in 0..c {
                    let mut v = taps.mix(|at| pixel(c * h * w + at));
                    if recolours {
                        v = zero.larger((v - grey) * contrast + grey + brightness);
                        v = if v > full { full } else { v };
                    }
                    put((c * h + i) * w + j, if black { zero } else { v });
                }
            }
        }
    }
}

impl View<f32> {
    /// The view of the image in row `n` of the batch of a step, for images of `h` rows and `w`
    /// columns. Integers, comparisons and single products only: the same bits on every device.
    pub fn draw(record: &StepRecord, n: usize, h: usize, w: usize) -> Self {
        let Strengths { flip_below, vflip_below, shift, cutout, .. } = record.augment;
        let Strengths { rotate, scale, crop, brightness, contrast, .. } = record.augment;
        let word = |index| word(record.seed, Stream::Augment, record.step, n as u32, index);
        let below = |index, count: u32| ((u64::from(word(index)) * u64::from(count)) >> 32) as u32;
        let either =
            |index| f32::from(u8::from(word(index) >> 8 < if index == 0 { flip_below } else { vflip_below }));
        let signed = |index| (word(index) >> 8) as f32 * (1.0 / 8_388_608.0) - 1.0;
        let pixels = |index, side: usize| {
            let most = (shift * side as u32) >> 8;
            ((below(index, 2 * most + 1) as i32 - most as i32 + 128) >> 8) as f32
        };
        let size = (cutout * h.min(w) as u32 + (1 << 15)) >> 16;
        Self {
            flip: either(0),
            vflip: either(1),
            dx: pixels(2, w),
            dy: pixels(3, h),
            degrees: rotate * signed(4),
            zoom: scale * signed(5),
            cut: crop * uniform(word(6)),
            crop_x: signed(7),
            crop_y: signed(8),
            brightness: brightness * signed(9),
            contrast: contrast * signed(10),
            left: below(11, w as u32 - size + 1) as f32,
            top: below(12, h as u32 - size + 1) as f32,
            size: size as f32,
        }
    }
}

/// Where a pixel comes from: a linear map of its distance from the new centre.
struct Place<T> {
    from: [T; 2],
    to: [T; 2],
    columns: [T; 2],
    rows: [T; 2],
}

impl<T: Real> Place<T> {
    fn new(view: &View<T>, h: usize, w: usize) -> Self {
        let (zero, one, half) = (T::of(0.0), T::of(1.0), T::of(0.5));
        // Guarded: where nothing is cut or resized, the factors are exactly 1 on every device.
        let side = if view.cut > zero { (one - view.cut).sqrt() } else { one };
        let step = if view.cut > zero || view.zoom != zero { side / (one + view.zoom) } else { one };
        let (sin, cos) = sin_cos(view.degrees);
        let mirror = |flip: T| one - flip - flip;
        let (across, down) = (mirror(view.flip) * step, mirror(view.vflip) * step);
        let centre = |side: usize| (T::count(side) - one) * half;
        let free = |length: usize, place: T| (one - side) * T::count(length) * half * place;
        Self {
            to: [centre(w) + view.dx, centre(h) + view.dy],
            from: [centre(w) + free(w, view.crop_x), centre(h) + free(h, view.crop_y)],
            columns: [across * cos, across * sin],
            rows: [-(down * sin), down * cos],
        }
    }

    /// Column and row that a pixel comes from.
    fn source(&self, row: T, column: T) -> [T; 2] {
        let (u, v) = (column - self.to[0], row - self.to[1]);
        [
            self.columns[0] * u + self.columns[1] * v + self.from[0],
            self.rows[0] * u + self.rows[1] * v + self.from[1],
        ]
    }
}

/// The four pixels around a place and their weights; outside the image there is black.
struct Taps<T> {
    at: [usize; 4],
    weight: [T; 4],
}

impl<T: Real> Taps<T> {
    fn new([x, y]: [T; 2], h: usize, w: usize) -> Self {
        let one = T::of(1.0);
        let floor = |x: T| {
            let whole = x.to_f64() as i32;
            whole - i32::from(x < T::of(f64::from(whole)))
        };
        let (j, i) = (floor(x), floor(y));
        let (fx, fy) = (x - T::of(f64::from(j)), y - T::of(f64::from(i)));
        let mut taps = Self { at: [0; 4], weight: [T::of(0.0); 4] };
        for (k, (i, j, weight)) in [
            (i, j, (one - fy) * (one - fx)),
            (i, j + 1, (one - fy) * fx),
            (i + 1, j, fy * (one - fx)),
            (i + 1, j + 1, fy * fx),
        ]
        .into_iter()
        .enumerate()
        {
            if (0..h as i32).contains(&i) && (0..w as i32).contains(&j) {
                taps.at[k] = i as usize * w + j as usize;
                taps.weight[k] = weight;
            }
        }
        taps
    }

    fn mix(&self, pixel: impl Fn(usize) -> T) -> T {
        let part = |k: usize| pixel(self.at[k]) * self.weight[k];
        part(0) + part(1) + part(2) + part(3)
    }
}

/// Sine and cosine of an angle in degrees: quarter turns, and the polynomials of Cephes
/// (`sinf`, `cosf`) on what is left. Exact for whole quarters.
fn sin_cos<T: Real>(degrees: T) -> (T, T) {
    let quarters = degrees * T::of(1.0 / 90.0);
    let whole = libm::floor((quarters + T::of(0.5)).to_f64());
    let x = (quarters - T::of(whole)) * T::of(std::f64::consts::FRAC_PI_2);
    let x2 = x * x;
    let fold = |of: [f64; 3]| (T::of(of[2]) * x2 + T::of(of[1])) * x2 + T::of(of[0]);
    let sin = x + x * x2 * fold([-1.666_665_461_1e-1, 8.332_160_873_6e-3, -1.951_529_589_1e-4]);
    let cos = fold([4.166_664_568_3e-2, -1.388_731_625_5e-3, 2.443_315_711_8e-5]);
    let cos = T::of(1.0) - x2 * T::of(0.5) + x2 * x2 * cos;
    match whole.rem_euclid(4.0) as u8 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}
