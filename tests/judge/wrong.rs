//! The judge is judged: kernels that are wrong on purpose must be caught and named.

use std::cell::Cell;

use convlab_core::data::DataSet;
use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::device::fast::Scratch;
use convlab_core::judge::{Case, Difference, first_difference, gradient_errors, time};
use convlab_core::layers::Layer;
use convlab_core::plan::{
    At, Builder, Constants, Grid, Kernel, Mode, Plan, Pullback, Real, Shape, StepRecord, Value,
};
use pollster::block_on;

use crate::gpu;

/// Doubles; its fast form and its WGSL slip at the sixth element.
#[derive(Clone, Debug)]
struct Slips {
    len: usize,
}

impl Kernel<1, 1> for Slips {
    const NAME: &'static str = "test/slips";
    const WGSL: &'static [&'static str] = &[include_str!("wrong.wgsl")];

    fn constants(&self) -> Constants {
        vec![("LEN", self.len as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.len, 64)
    }

    fn reference<T: Real>(&self, _at: &At, [x]: [&[T]; 1], [y]: [&mut [T]; 1]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x + x;
        }
    }

    fn fast(&self, _at: &At, [x]: [&[f32]; 1], [y]: [&mut [f32]; 1], _scratch: &mut Scratch) -> bool {
        for (i, (y, x)) in y.iter_mut().zip(x).enumerate() {
            *y = if i == 5 { f32::NAN } else { 2.0 * x };
        }
        true
    }
}

/// `y = 2·x`, whose way back forgets the factor.
#[derive(Debug)]
struct Forgets;

impl Layer for Forgets {
    fn kind(&self) -> &'static str {
        "test"
    }

    fn title(&self) -> String {
        "Forgets".to_owned()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        Ok(x)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        let y = plan.output("y", x.shape, x, &[]);
        plan.run(Slips { len: x.shape.len() }, [x], [y]);
        (y, Pullback::reshape(x))
    }
}

fn plan() -> Plan {
    let mut plan = Builder::new(Mode::Evaluate, 1);
    let x = plan.value("x", Shape::vector(9));
    let softened = plan.value("softened", x.shape);
    plan.run(convlab_core::loss::Softmax { n: 1, classes: 9 }, [x], [softened]);
    plan.scope("3", |plan| plan.scope("body", |plan| Forgets.forward(plan, softened)));
    plan.finish()
}

fn caught(device: &mut dyn Device) -> Difference {
    let case = Case::new(plan(), DataSet::default(), StepRecord::default());
    let found = block_on(first_difference(device, &case, 1e-5)).unwrap();
    found.unwrap_or_else(|| panic!("{} got away with it", device.name()))
}

fn assert_named(difference: &Difference) {
    let Difference { step, kernel, layer, operand, index, .. } = difference;
    assert_eq!((*step, *kernel, layer.as_str(), *operand, *index), (1, "test/slips", "3.body", 0, 5));
}

#[test]
fn a_wrong_fast_kernel_is_caught_and_named() {
    let difference = caught(&mut Cpu::default());
    assert_named(&difference);
    assert!(difference.got.is_nan());
}

#[test]
fn a_right_reference_passes() {
    let mut reference = Cpu::default();
    reference.reference = true;
    let case = Case::new(plan(), DataSet::default(), StepRecord::default());
    assert_eq!(block_on(first_difference(&mut reference, &case, 1e-5)), Ok(None));
}

#[test]
fn a_wrong_gpu_kernel_is_caught_and_named() {
    let Some(mut gpu) = gpu::open() else { return };
    let difference = caught(&mut gpu);
    assert_named(&difference);
    let text = difference.to_string();
    assert!(text.starts_with("step 1, test/slips of layer `3.body`, output 0, element 5: got "), "{text}");
}

#[test]
fn a_wrong_way_back_is_caught_and_named() {
    let errors = gradient_errors(&Forgets, Shape::vector(4), Mode::Evaluate, StepRecord::default());
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].of, "x");
    assert!((errors[0].relative - 0.5).abs() < 1e-6, "{errors:?}");
}

/// The clock moves on by a second whenever it is read.
#[test]
fn a_kernel_is_timed_only_where_it_agrees() {
    let reads = Cell::new(0.0);
    let now = || reads.replace(reads.get() + 1.0);
    let case = Case::new(plan(), DataSet::default(), StepRecord::default());
    let why = block_on(time(&mut Cpu::default(), &case, 2, 1.0, &now)).unwrap_err();
    assert!(why.contains("test/slips"), "{why}");
    assert_eq!(reads.get(), 0.0);
    let mut reference = Cpu::default();
    reference.reference = true;
    let times = block_on(time(&mut reference, &case, 2, 1.0, &now)).unwrap();
    let [_, timed] = &times.kernels[..] else { panic!("{times}") };
    assert_eq!((timed.kernel, timed.seconds, timed.gflops), ("test/slips", 1.0, 0.0));
    assert_eq!(timed.gbytes, 72e-9, "nine numbers read and nine written in a second");
    assert!(times.peak > 0.0);
}
