//! Numbers and inputs that break trainers: what is computed stays finite, what cannot be is explained.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;

use convlab_core::data::{DataSet, Images, Pixels, Sizes, Split, Standardize};
use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::loss::CrossEntropy;
use convlab_core::optimizer::Optimizer;
use convlab_core::plan::{Buffer, Builder, Mode, Operand, RING, Shape, StepRecord};
use convlab_core::session::{Session, SessionError, Setup};
use convlab_core::spec::link;
use convlab_core::state::Fill;
use pollster::block_on;

/// Images of one grey, 8 × 8, with these labels.
fn grey(names: usize, labels: Vec<u32>) -> Images {
    let names = (0..names).map(|k| k.to_string()).collect();
    let pixels = Pixels::Bytes(vec![128; 64 * labels.len()]);
    Images { shape: [1, 8, 8], names, pixels, labels, tests: 0 }
}

/// The same with a different picture each.
fn noise(names: usize, labels: Vec<u32>) -> Images {
    let pixels = (0..64 * labels.len()).map(|i| (i * 37 % 251) as u8).collect();
    Images { pixels: Pixels::Bytes(pixels), ..grey(names, labels) }
}

fn open(words: &str, images: Images, sizes: Sizes) -> Result<Session, SessionError> {
    let (study, problems) = link::parse(words);
    assert_eq!(problems, [], "{words}");
    let data = Rc::new(DataSet::new(images, sizes, 1, &Standardize::Auto).unwrap());
    let setup = Setup::of(&study.base, data)?;
    Session::open(Rc::new(RefCell::new(Cpu::default())), setup)
}

/// Losses of some steps, and the mean loss of the validation images.
fn trained(words: &str, images: Images, sizes: Sizes) -> (Vec<f64>, f64) {
    let mut session = open(words, images, sizes).unwrap();
    let turn = block_on(session.turn(5)).unwrap();
    assert_eq!(turn.diverged, None, "{words}");
    let after = block_on(session.evaluate(Split::Val, None)).unwrap().loss;
    let losses: Vec<f64> = turn.rows.iter().map(|row| row.loss).collect();
    assert!(losses.iter().chain([&after]).all(|loss| loss.is_finite()), "{words}: {losses:?}, {after}");
    (losses, after)
}

const SIZES: Sizes = Sizes { train: 8, val: 4, test: 4 };

fn labels(classes: u32) -> Vec<u32> {
    (0..16).map(|i| i % classes).collect()
}

#[test]
fn images_without_contrast_stay_finite_behind_every_norm() {
    for norm in ["batch", "none", "layer", "layer-element", "instance", "group"] {
        for act in ["relu", "gelu", "tanh"] {
            let words = format!("net=conv8-pool-conv8-res8s2-gap&batch=4&norm={norm}&act={act}");
            trained(&words, grey(2, labels(2)), SIZES);
        }
    }
}

#[test]
fn logits_of_ten_thousand_have_a_finite_loss_and_gradient() {
    let (n, classes) = (2, 3);
    let mut plan = Builder::new(Mode::Observe, n);
    let [z, p, dz] = ["z", "p", "dz"].map(|name| plan.value(name, Shape::new(n, classes, 1, 1)));
    let labels = plan.value("labels", Shape::vector(n));
    let (rows, ring) = (plan.value("rows", Shape::pairs(n)), plan.value("ring", Shape::pairs(RING)));
    plan.run(CrossEntropy { n, classes }, [z, labels], [p, rows, dz, ring]);
    let plan = plan.finish();
    let mut device = Cpu::default();
    let data = device.create_data(&Rc::new(DataSet::default())).unwrap();
    let state = device.create_state(&plan.layout).unwrap();
    let program = device.create_program(&plan, state, data).unwrap();
    device.write(program, z.at, &[1e4, -1e4, 0.0, -1e4, 1e4, 0.0]);
    device.write(program, labels.at, &[0.0, 0.0]);
    let record = StepRecord { live: 2, ..StepRecord::default() };
    device.run(program, &[record], 0..plan.steps.len()).unwrap();
    let read = block_on(device.read(program, &[p.at, rows.at, dz.at])).unwrap();
    assert_eq!(read[0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(read[1], [0.0, 1.0, 2e4, 0.0]);
    assert_eq!(read[2], [0.0, 0.0, 0.0, -0.5, 0.5, 0.0]);
}

#[test]
fn classes_may_have_no_images_and_there_may_be_only_one() {
    let words = "net=conv4-gap&batch=4";
    trained(words, noise(5, labels(2)), SIZES);
    let (losses, after) = trained(words, noise(1, labels(1)), SIZES);
    assert!(losses.iter().chain([&after]).all(|&loss| loss == 0.0), "one class leaves nothing to learn");
}

#[test]
fn one_image_trains_and_a_batch_of_two_is_explained() {
    let one = Sizes { train: 1, val: 1, test: 1 };
    for norm in ["batch", "none", "layer", "instance", "group"] {
        trained(&format!("net=conv4-pool-gap&batch=1&norm={norm}"), noise(2, vec![0, 1, 0]), one);
    }
    let refused = open("net=conv4-gap&batch=2", noise(2, vec![0, 1, 0]), one).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "A batch of 2 does not fit 1 training image; the largest that does is 1."
    );
}

#[test]
fn adam_counts_beyond_the_whole_numbers_of_f32() {
    let adam = Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled: false };
    let corrections = |step| {
        let mut record = StepRecord { step, ..StepRecord::default() };
        adam.point(&mut record);
        record.corrections
    };
    assert_eq!(corrections(0), [0.1, 0.001f64.sqrt() as f32]);
    let mut last = [0.0; 2];
    for step in (0..=1_000_000).step_by(97).chain([1 << 24, (1 << 24) + 1, u32::MAX]) {
        let now = corrections(step);
        assert!(now[0] >= last[0] && now[1] >= last[1] && now[0] <= 1.0 && now[1] <= 1.0, "step {step}");
        last = now;
    }
    assert_eq!(last, [1.0, 1.0]);
    assert!(corrections(998)[1] < corrections(999)[1]);
}

/// One update of the weights 2, −2 and 0 with no gradient but that of the L1 penalty.
fn shrunk(rule: Optimizer, reference: bool) -> [f32; 3] {
    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, 1);
    plan.layout().slots = rule.slots();
    let w = plan.parameter("w", &[3], Fill::Constant(0.0)).value;
    let len = plan.layout().len(Buffer::Parameters);
    rule.update(&mut plan, Operand { len, ..w.at });
    let plan = plan.finish();
    let mut device = Cpu::default();
    device.reference = reference;
    let data = device.create_data(&Rc::new(DataSet::default())).unwrap();
    let state = device.create_state(&plan.layout).unwrap();
    let mut arena = vec![0.0; plan.layout.len(Buffer::Parameters)];
    arena[w.at.offset..w.at.offset + 3].copy_from_slice(&[2.0, -2.0, 0.0]);
    device.write_state(state, Buffer::Parameters, &arena);
    let program = device.create_program(&plan, state, data).unwrap();
    let mut record = StepRecord { lr: 0.25, l1: 0.5, momentum: 0.5, ..StepRecord::default() };
    rule.point(&mut record);
    device.run(program, &[record], 0..plan.steps.len()).unwrap();
    block_on(device.read(program, &[w.at])).unwrap()[0][..].try_into().unwrap()
}

#[test]
fn l1_pulls_every_weight_with_the_same_force_and_leaves_0_alone() {
    let adam = |decoupled| Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled };
    // Step 1 of SGD is lr·g, Nesterov's lr·(1 + μ)·g, Adam's lr·sign(g), RMSProp's lr·g/√(0.01·g²).
    for (rule, step) in [
        (Optimizer::Sgd { nesterov: false }, 0.125),
        (Optimizer::Sgd { nesterov: true }, 0.1875),
        (Optimizer::RmsProp { alpha: 0.99, eps: 1e-8 }, 2.5),
        (adam(false), 0.25),
        (adam(true), 0.25),
    ] {
        for reference in [false, true] {
            let [up, down, zero] = shrunk(rule, reference);
            assert!((up - (2.0 - step)).abs() < 1e-5 && (down + up).abs() < 1e-6, "{rule:?}: {up} {down}");
            assert_eq!(zero, 0.0, "{rule:?}");
        }
    }
}

#[test]
fn penalties_and_smoothing_act_at_the_next_step_and_leave_the_clean_loss_alone() {
    let words = "net=conv4-gap&batch=4&lr=0.1";
    let start = || open(words, noise(2, labels(2)), SIZES).unwrap();
    let rest = |session: &mut Session| -> Vec<f64> {
        block_on(session.turn(4)).unwrap().rows.iter().map(|row| row.loss).collect()
    };
    let mut plain = start();
    rest(&mut plain);
    let plain_rest = rest(&mut plain);
    for setting in ["l1", "smooth"] {
        let mut session = start();
        rest(&mut session);
        assert_eq!(session.set(setting, 0.5).unwrap(), 4);
        let losses = rest(&mut session);
        // The loss of a step is taken before its update: L1 shows one step later, smoothing at once.
        assert_eq!(losses[0] == plain_rest[0], setting == "l1");
        assert_ne!(losses[1], plain_rest[1], "{setting}");
        session.restart();
        rest(&mut session);
        assert_eq!(rest(&mut session), losses, "{setting}");
    }
    let clean = |smooth: &str| {
        let mut session = open(&format!("{words}{smooth}"), noise(2, labels(2)), SIZES).unwrap();
        block_on(session.evaluate(Split::Val, None)).unwrap().loss
    };
    assert_eq!(clean(""), clean("&smooth=1"));
}
