//! Windows that keep one number of many.

mod fuse;
mod fused;
mod kernels;
mod nearby;

pub use fuse::{rectified_average, rectified_max};
pub use fused::{Rectified, RectifiedMaxBackward, RectifiedMaxForward};
pub use kernels::{AverageBackward, AverageForward, Averages, MaxBackward, MaxForward};
pub use nearby::nearby;

use super::slide::slide;
use super::{Layer, Window};
use crate::device::fast::ConvShape;
use crate::plan::{Builder, Pullback, Shape, Value};
use crate::text::network as text;

/// The largest number of each window (`nn.MaxPool2d`). Padding is −∞; of equal numbers the first in
/// row-major order gets the gradient.
#[derive(Clone, Debug)]
pub struct MaxPool {
    /// Rows and columns of a window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// Rows and columns of padding on each side, at most half a window.
    pub padding: usize,
}

/// The mean of each window (`nn.AvgPool2d`).
#[derive(Clone, Debug)]
pub struct AvgPool {
    /// Rows and columns of a window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// Rows and columns of zeros on each side, at most half a window.
    pub padding: usize,
    /// Whether the zeros of the padding count, as they do in PyTorch; ONNX leaves them out.
    pub count_include_pad: bool,
}

/// The mean of each map (`nn.AdaptiveAvgPool2d(1)`): `[N, C, H, W]` -> `[N, C, 1, 1]`.
#[derive(Clone, Debug)]
pub struct GlobalAvgPool;

fn output(kernel: usize, stride: usize, padding: usize, x: Shape) -> Result<Shape, String> {
    let (oh, ow) = slide(text::WINDOW, (kernel, kernel), stride, padding, x)?;
    if padding > kernel / 2 {
        let most = kernel / 2;
        return Err(text::padded_too_far(kernel, most));
    }
    Ok(Shape::new(x.n, x.c, oh, ow))
}

fn geometry((kh, kw): (usize, usize), stride: usize, padding: usize, x: Shape) -> ConvShape {
    ConvShape { n: x.n, ic: x.c, h: x.h, w: x.w, oc: x.c, kh, kw, stride, padding }
}

fn average(plan: &mut Builder, x: Value, averages: Averages) -> (Value, Pullback) {
    let s = averages.shape;
    let y = plan.output("y", Shape::new(s.n, s.oc, s.oh(), s.ow()), x, &[]);
    plan.run(AverageForward(averages), [x], [y]);
    let back = Pullback::new(move |plan, dy| {
        if !x.tracked {
            return None;
        }
        let dx = plan.value("dx", x.shape);
        plan.run(AverageBackward(averages), [dy], [dx]);
        Some(dx)
    });
    (y, back)
}

impl Layer for MaxPool {
    fn kind(&self) -> &'static str {
        "pool"
    }

    fn title(&self) -> String {
        text::max_pool(self.kernel)
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        output(self.kernel, self.stride, self.padding, x)
    }

    fn window(&self, _x: Shape) -> Window {
        Window { size: self.kernel, stride: self.stride, padding: self.padding }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let s = geometry((self.kernel, self.kernel), self.stride, self.padding, x.shape);
        let y = plan.output("y", Shape::new(s.n, s.oc, s.oh(), s.ow()), x, &[]);
        plan.run(MaxForward(s), [x], [y]);
        let back = Pullback::new(move |plan, dy| {
            if !x.tracked {
                return None;
            }
            let dx = plan.value("dx", x.shape);
            plan.run(MaxBackward(s), [x, dy], [dx]);
            Some(dx)
        });
        (y, back)
    }
}

impl Layer for AvgPool {
    fn kind(&self) -> &'static str {
        "pool"
    }

    fn title(&self) -> String {
        text::avg_pool(self.kernel)
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        output(self.kernel, self.stride, self.padding, x)
    }

    fn window(&self, _x: Shape) -> Window {
        Window { size: self.kernel, stride: self.stride, padding: self.padding }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let shape = geometry((self.kernel, self.kernel), self.stride, self.padding, x.shape);
        average(plan, x, Averages { shape, count_include_pad: self.count_include_pad })
    }
}

impl Layer for GlobalAvgPool {
    fn kind(&self) -> &'static str {
        "gap"
    }

    fn title(&self) -> String {
        text::AVERAGE_ALL.to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        Ok(Shape::new(x.n, x.c, 1, 1))
    }

    fn window(&self, x: Shape) -> Window {
        Window { size: x.h.max(x.w), stride: 1, padding: 0 }
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let shape = geometry((x.shape.h, x.shape.w), 1, 0, x.shape);
        average(plan, x, Averages { shape, count_include_pad: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::{counting, run};

    #[test]
    fn the_first_of_equal_numbers_gets_the_gradient() {
        let pool = MaxPool { kernel: 2, stride: 2, padding: 0 };
        let x = [1.0, 3.0, 0.0, 0.0, 3.0, 2.0, 0.0, 0.0];
        let ran = run(&pool, Shape::new(1, 1, 2, 4), &x, &[], &[5.0, 7.0]);
        assert_eq!(ran.y, [3.0, 0.0]);
        assert_eq!(ran.dx, [0.0, 5.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn windows_may_overlap_and_padding_never_wins() {
        let pool = MaxPool { kernel: 3, stride: 2, padding: 1 };
        // -1 -2 -3
        // -4 -5 -6
        // -7 -8 -1, and a last row and column beyond all windows
        let x = [-1.0, -2.0, -3.0, -9.0, -4.0, -5.0, -6.0, -9.0, -7.0, -8.0, -1.0, -9.0, 9.0, 9.0, 9.0, 9.0];
        let ran = run(&pool, Shape::new(1, 1, 4, 4), &x, &[], &counting(4));
        assert_eq!(ran.y, [-1.0, -2.0, 9.0, 9.0]);
        assert_eq!(ran.dx, [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0, 0.0]);
    }

    #[test]
    fn averages_count_padding_or_not() {
        let shape = Shape::new(1, 1, 2, 2);
        let pool = |count_include_pad| AvgPool { kernel: 2, stride: 2, padding: 1, count_include_pad };
        let with = run(&pool(true), shape, &counting(4), &[], &counting(4));
        assert_eq!(with.y, [0.25, 0.5, 0.75, 1.0]);
        assert_eq!(with.dx, [0.25, 0.5, 0.75, 1.0]);
        let without = run(&pool(false), shape, &counting(4), &[], &counting(4));
        assert_eq!((without.y, without.dx), (counting(4), counting(4)));
    }

    #[test]
    fn a_global_average_is_one_number_per_map() {
        let ran = run(&GlobalAvgPool, Shape::new(2, 1, 1, 3), &counting(6), &[], &[3.0, 6.0]);
        assert_eq!(ran.shape, Shape::new(2, 1, 1, 1));
        assert_eq!((ran.y, ran.dx), (vec![2.0, 5.0], vec![1.0, 1.0, 1.0, 2.0, 2.0, 2.0]));
    }

    #[test]
    fn what_does_not_fit_is_explained() {
        let why = |kernel, stride, padding| {
            MaxPool { kernel, stride, padding }.output(Shape::new(1, 1, 1, 1)).unwrap_err()
        };
        assert_eq!(why(2, 2, 0), "A 2×2 window does not fit a 1×1 map without padding.");
        assert_eq!(why(3, 1, 2), "A 3×3 window may be padded by 1 at most, half its size.");
        assert_eq!(why(1, 0, 0), "With a stride of 0 the window never moves: use 1 or more.");
    }
}
