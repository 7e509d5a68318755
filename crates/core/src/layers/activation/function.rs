use crate::device::fast;
use crate::plan::{Constants, Real};

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// max(x, 0); its slope at 0 is 0.
    Relu,
    /// x, or slope·x below 0; the slope at 0 is `slope`.
    LeakyRelu {
        /// Slope below 0, PyTorch's `negative_slope`.
        slope: f64,
    },
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// x·Φ(x), Φ the normal distribution (D. Hendrycks and K. Gimpel 2016; `nn.GELU()`).
    Gelu,
    /// GELU with Φ by a tanh (`nn.GELU(approximate="tanh")`).
    GeluTanh,
    /// x·sigmoid(x), also called swish.
    Silu,
}

/// No function, in `functions.wgsl`.
const IDENTITY: u32 = 7;

/// Beyond this, Φ and its tanh form are 0 or 1 to the last digit; within it no square overflows.
const FAR: f64 = 15.0;

impl Kind {
    /// Its number in `functions.wgsl`.
    fn number(self) -> u32 {
        match self {
            Kind::Relu => 0,
            Kind::LeakyRelu { .. } => 1,
            Kind::Sigmoid => 2,
            Kind::Tanh => 3,
            Kind::Gelu => 4,
            Kind::GeluTanh => 5,
            Kind::Silu => 6,
        }
    }

    /// Its `override` constants in `functions.wgsl`, or those of the identity.
    pub fn constants(kind: Option<Kind>) -> Constants {
        let (number, slope) = kind.map_or((IDENTITY, 0.0), |kind| (kind.number(), kind.slope_below()));
        vec![("KIND", f64::from(number)), ("SLOPE", slope)]
    }

    /// Its SIMD form, if it leaves signs as they are: then f′ can be told from f(x).
    pub fn rectifier(self) -> Option<fast::Rectifier> {
        match self {
            Kind::Relu => Some(fast::Rectifier::Relu),
            Kind::LeakyRelu { slope } if slope >= 0.0 => Some(fast::Rectifier::Leaky { slope: slope as f32 }),
            _ => None,
        }
    }

    /// Slope below 0.
    fn slope_below(self) -> f64 {
        if let Kind::LeakyRelu { slope } = self { slope } else { 0.0 }
    }

    /// Its SIMD form.
    pub(super) fn fast(self) -> fast::Activation {
        match self {
            Kind::Relu => fast::Activation::Relu,
            Kind::LeakyRelu { slope } => fast::Activation::LeakyRelu { slope: slope as f32 },
            Kind::Sigmoid => fast::Activation::Sigmoid,
            Kind::Tanh => fast::Activation::Tanh,
            Kind::Gelu => fast::Activation::Gelu,
            Kind::GeluTanh => fast::Activation::GeluTanh,
            Kind::Silu => fast::Activation::Silu,
        }
    }

    /// Factor by which initial weights make up for this function, as
    /// `torch.nn.init.calculate_gain`; GELU and SiLU, which have none there, count as ReLU.
    pub fn gain(self) -> f64 {
        match self {
            Kind::Relu | Kind::Gelu | Kind::GeluTanh | Kind::Silu => std::f64::consts::SQRT_2,
            Kind::LeakyRelu { slope } => libm::sqrt(2.0 / (1.0 + slope * slope)),
            Kind::Tanh => 5.0 / 3.0,
            Kind::Sigmoid => 1.0,
        }
    }

    /// f(x).
    pub fn value<T: Real>(self, x: T) -> T {
        match self {
            // A comparison that is false for NaN, so that a broken number stays visible.
            Kind::Relu => {
                if x < T::of(0.0) {
                    T::of(0.0)
                } else {
                    x
                }
            }
            Kind::LeakyRelu { slope } => {
                if x < T::of(0.0) {
                    T::of(slope) * x
                } else {
                    x
                }
            }
            Kind::Sigmoid => sigmoid(x),
            Kind::Tanh => x.tanh(),
            Kind::Gelu => x * normal(x),
            Kind::GeluTanh => x * T::of(0.5) * (T::of(1.0) + bend(x).0.tanh()),
            Kind::Silu => x * sigmoid(x),
        }
    }

    /// f′(x).
    pub fn derivative<T: Real>(self, x: T) -> T {
        let one = T::of(1.0);
        match self {
            Kind::Relu => {
                if x > T::of(0.0) {
                    one
                } else {
                    T::of(0.0)
                }
            }
            Kind::LeakyRelu { slope } => {
                if x > T::of(0.0) {
                    one
                } else {
                    T::of(slope)
                }
            }
            Kind::Sigmoid => sigmoid(x) * (one - sigmoid(x)),
            Kind::Tanh => one - x.tanh() * x.tanh(),
            Kind::Gelu => {
                let near = clamp(x);
                let density = (-near * near * T::of(0.5)).exp() * T::of(0.398_942_280_401_432_7);
                normal(x) + near * density
            }
            Kind::GeluTanh => {
                let (u, du) = bend(x);
                let t = u.tanh();
                T::of(0.5) * (one + t + clamp(x) * (one - t * t) * du)
            }
            Kind::Silu => {
                let s = sigmoid(x);
                s * (one + x * (one - s))
            }
        }
    }
}

fn clamp<T: Real>(x: T) -> T {
    let far = T::of(FAR);
    if x > far {
        far
    } else if x < -far {
        -far
    } else {
        x
    }
}

/// By e^−|x|, which cannot overflow.
fn sigmoid<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    let one = T::of(1.0);
    if x < T::of(0.0) { e / (one + e) } else { one / (one + e) }
}

/// The normal distribution Φ(x).
fn normal<T: Real>(x: T) -> T {
    T::of(0.5) * (T::of(1.0) + (x * T::of(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

/// u = √(2/π)·(x + 0.044715·x³) and its slope: Φ(x) ≈ (1 + tanh u)/2.
fn bend<T: Real>(x: T) -> (T, T) {
    let x = clamp(x);
    let (scale, cubic) = (T::of(0.797_884_560_802_865_4), T::of(0.044_715));
    (scale * (x + cubic * x * x * x), scale * (T::of(1.0) + T::of(3.0) * cubic * x * x))
}
