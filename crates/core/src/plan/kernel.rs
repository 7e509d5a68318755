use std::any::Any;
use std::fmt::{Debug, Display};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use super::StepRecord;
use crate::data::DataSet;
use crate::device::fast::Scratch;

/// Sizes that a kernel is specialised for; `override` constants of its WGSL, by name.
pub type Constants = Vec<(&'static str, f64)>;

/// Workgroups to start; at most 65,535 a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid(pub [u32; 3]);

impl Grid {
    const LIMIT: u32 = 65_535;

    /// Enough workgroups of `size` invocations for `items`. Wide grids fold into the second axis:
    /// WGSL finds its item as `(group.y * groups.x + group.x) * size + local`.
    pub fn cover(items: usize, size: usize) -> Self {
        Self::groups(items.div_ceil(size))
    }

    /// `count` workgroups, folded into the second axis where one axis does not hold them.
    pub fn groups(count: usize) -> Self {
        let count = count.max(1) as u32;
        let rows = count.div_ceil(Self::LIMIT);
        Self([count.div_ceil(rows), rows, 1])
    }
}

/// What a kernel needs besides its operands. On the GPU: group 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resources {
    /// Nothing.
    None,
    /// The step record: group 1, binding 0, uniform, dynamic offset.
    Record,
    /// The step record and the data set: group 1, binding 1 pixels, 2 labels, 3 table
    /// (`array<u32>`, read-only storage).
    Data,
}

/// The step and the data set a kernel runs at.
pub struct At<'a> {
    /// The record of this step.
    pub record: &'a StepRecord,
    /// The images.
    pub data: &'a DataSet,
}

/// A form of a kernel whose invocations wait for one another and share memory.
#[derive(Clone, Copy, Debug)]
pub struct Sharing {
    /// Its WGSL files, helpers first.
    pub wgsl: &'static [&'static str],
    /// Workgroups to start.
    pub grid: Grid,
    /// Whether the shape gains by it where waiting is cheap.
    pub pays: bool,
}

/// A step of a plan: `R` operands read, `W` operands written.
///
/// On the GPU, group 0 holds the operands in order: bindings `0..R` read-only, `R..R+W` read-write.
/// A written operand in state memory keeps its old numbers, so an update may read what it writes.
pub trait Kernel<const R: usize, const W: usize>: Debug + Send + Sync + 'static {
    /// `family/what`: the struct, the file, the pipeline label and the printed plan use this word.
    const NAME: &'static str;
    /// The WGSL files, helpers first; together a complete module with entry point `main`. None where only a
    /// device of one core runs it ([`NEARBY`](crate::layers::NEARBY)).
    const WGSL: &'static [&'static str];
    /// What it needs besides its operands.
    const RESOURCES: Resources = Resources::None;

    /// Values of the `override` constants.
    fn constants(&self) -> Constants;

    /// Workgroups to start.
    fn grid(&self) -> Grid;

    /// The form that shares memory, where there is one.
    fn sharing(&self) -> Option<Sharing> {
        None
    }

    /// Multiplications, each with an addition, of one run, where they are what it costs; else 0.
    fn products(&self) -> usize {
        0
    }

    /// The truth, readable: f64 judges, f32 serves.
    fn reference<T: Real>(&self, at: &At, reads: [&[T]; R], writes: [&mut [T]; W]);

    /// The fast CPU form, where one is worth having: tested against the reference, which it never
    /// replaces. Returns whether it did the work.
    fn fast(&self, _at: &At, _reads: [&[f32]; R], _writes: [&mut [f32]; W], _scratch: &mut Scratch) -> bool {
        false
    }
}

/// A kernel of any arity, as plans and devices hold it.
pub trait AnyKernel: Debug + Send + Sync {
    /// `family/what`.
    fn name(&self) -> &'static str;
    /// The WGSL files, helpers first.
    fn wgsl(&self) -> &'static [&'static str];
    /// What it needs besides its operands.
    fn resources(&self) -> Resources;
    /// Values of the `override` constants.
    fn constants(&self) -> Constants;
    /// Workgroups to start.
    fn grid(&self) -> Grid;
    /// The form that shares memory, where there is one.
    fn sharing(&self) -> Option<Sharing>;
    /// Multiplications, each with an addition, of one run, where they are what it costs; else 0.
    fn products(&self) -> usize;
    /// The kernel itself, to be known by its type again.
    fn as_any(&self) -> &dyn Any;
    /// Operands read and written.
    fn arity(&self) -> (usize, usize);
    /// Runs the reference in f32.
    fn reference_f32(&self, at: &At, reads: &[&[f32]], writes: &mut [&mut [f32]]);
    /// Runs the reference in f64.
    #[cfg(feature = "judge")]
    fn reference_f64(&self, at: &At, reads: &[&[f64]], writes: &mut [&mut [f64]]);
    /// Runs the fast form if there is one.
    fn fast(&self, at: &At, reads: &[&[f32]], writes: &mut [&mut [f32]], scratch: &mut Scratch) -> bool;
}

/// A kernel with its arity forgotten.
#[derive(Debug)]
pub(super) struct Erased<K, const R: usize, const W: usize>(pub K);

/// The operands read, as many as the kernel has.
fn read<'a, T, const N: usize>(operands: &[&'a [T]], kernel: &str) -> [&'a [T]; N] {
    operands.try_into().unwrap_or_else(|_| miscounted(kernel, N, operands.len()))
}

/// The operands written, as many as the kernel has.
fn written<'a, T, const N: usize>(operands: &'a mut [&mut [T]], kernel: &str) -> [&'a mut [T]; N] {
    let got = operands.len();
    let operands: &mut [&mut [T]; N] = operands.try_into().unwrap_or_else(|_| miscounted(kernel, N, got));
    operands.each_mut().map(|operand| &mut **operand)
}

#[cold]
fn miscounted(kernel: &str, takes: usize, got: usize) -> ! {
    panic!("{kernel} takes {takes} operands, got {got}")
}

impl<K: Kernel<R, W>, const R: usize, const W: usize> AnyKernel for Erased<K, R, W> {
    fn name(&self) -> &'static str {
        K::NAME
    }
    fn wgsl(&self) -> &'static [&'static str] {
        K::WGSL
    }
    fn resources(&self) -> Resources {
        K::RESOURCES
    }
    fn constants(&self) -> Constants {
        self.0.constants()
    }
    fn grid(&self) -> Grid {
        self.0.grid()
    }
    fn sharing(&self) -> Option<Sharing> {
        self.0.sharing()
    }
    fn products(&self) -> usize {
        self.0.products()
    }
    fn as_any(&self) -> &dyn Any {
        &self.0
    }
    fn arity(&self) -> (usize, usize) {
        (R, W)
    }
    fn reference_f32(&self, at: &At, reads: &[&[f32]], writes: &mut [&mut [f32]]) {
        self.0.reference(at, read(reads, K::NAME), written(writes, K::NAME));
    }
    #[cfg(feature = "judge")]
    fn reference_f64(&self, at: &At, reads: &[&[f64]], writes: &mut [&mut [f64]]) {
        self.0.reference(at, read(reads, K::NAME), written(writes, K::NAME));
    }
    fn fast(&self, at: &At, reads: &[&[f32]], writes: &mut [&mut [f32]], scratch: &mut Scratch) -> bool {
        self.0.fast(at, read(reads, K::NAME), written(writes, K::NAME), scratch)
    }
}

/// f32 or f64: what a reference computes in. Transcendentals come from `libm`, never from std, so
/// that the browser and the command line give the same bits.
pub trait Real:
    Copy
    + PartialOrd
    + Debug
    + Display
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + 'static
{
    /// Rounds to this precision.
    fn of(x: f64) -> Self;
    /// Widens to f64.
    fn to_f64(self) -> f64;
    /// eˣ.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
    /// |x|.
    fn abs(self) -> Self;

    /// Rounds a count.
    fn count(n: usize) -> Self {
        Self::of(n as f64)
    }
    /// The larger; `self` if `other` is not larger.
    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

macro_rules! real {
    ($t:ty, $exp:path, $ln:path, $sqrt:path, $tanh:path, $erf:path) => {
        impl Real for $t {
            fn of(x: f64) -> Self {
                x as $t
            }
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            fn exp(self) -> Self {
                $exp(self)
            }
            fn ln(self) -> Self {
                $ln(self)
            }
            fn sqrt(self) -> Self {
                $sqrt(self)
            }
            fn tanh(self) -> Self {
                $tanh(self)
            }
            fn erf(self) -> Self {
                $erf(self)
            }
            fn abs(self) -> Self {
                <$t>::abs(self)
            }
        }
    };
}
real!(f32, libm::expf, libm::logf, libm::sqrtf, libm::tanhf, libm::erff);
real!(f64, libm::exp, libm::log, libm::sqrt, libm::tanh, libm::erf);
