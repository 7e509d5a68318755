//! Fused plans mean what the plain ones mean.

use std::collections::{BTreeMap, BTreeSet};

use convlab_core::data::DataSet;
use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::judge::{Case, Exact};
use convlab_core::network::Network;
use convlab_core::plan::{Buffer, Mode, Operand, Plan, Shape, Stage, StepRecord, assemble};
use convlab_core::spec::link;
use pollster::block_on;

use crate::catalogue::record;
use crate::devices::{cpus, devices, images, judge};

/// Networks in which every rewrite finds something to do, or must see that it may not.
const NETWORKS: [&str; 14] = [
    "net=lenet",
    "net=vgg",
    "net=resnet-8",
    "net=plain",
    "net=mlp",
    "net=lenet&act=leaky&p=0.3",
    "net=vgg&act=leaky",
    "net=2xconv8-gap&norm=none",
    "net=conv8-pool-conv9-gap&norm=none&act=leaky",
    "net=resnet-8&act=gelu",
    "net=lenet&act=tanh",
    "net=vgg&norm=group",
    "net=vgg&norm=instance",
    "net=resnet-8&norm=layer",
];

fn modes() -> [Mode; 5] {
    let frozen =
        |addresses: &[&str]| Mode::Train { frozen: addresses.iter().map(|a| (*a).to_owned()).collect() };
    [frozen(&[]), frozen(&["0", "1"]), frozen(&["1.bias", "4"]), Mode::Evaluate, Mode::Predict]
}

fn plain(words: &str, mode: Mode) -> (Plan, DataSet) {
    let (study, problems) = link::parse(&format!("v=1&{words}"));
    assert!(problems.is_empty(), "{words}: {problems:?}");
    let network = Network::new(&study.base, Shape::new(1, 3, 16, 17), 3).unwrap();
    let data = images([3, 16, 17], false);
    (assemble(&network, &data, mode, 3), data)
}

/// The fused plans of the tests, for devices of every kind.
pub fn fused_plans() -> Vec<Plan> {
    let forms = |plan: Plan| [plan.clone().fused(), plan.suited(true)];
    NETWORKS.iter().flat_map(|words| modes().map(|mode| forms(plain(words, mode).0))).flatten().collect()
}

/// Those, and the ones for a device of one core.
fn plans() -> Vec<Plan> {
    let nearby = NETWORKS.iter().flat_map(|words| modes().map(|mode| plain(words, mode).0.suited(false)));
    fused_plans().into_iter().chain(nearby).collect()
}

/// A case on the plain plan, the same on the fused one, the one with sums in parts, and the one for a
/// device of one core.
fn cases(words: &str, mode: Mode) -> [Case; 4] {
    let (plan, data) = plain(words, mode);
    let record = StepRecord { size: 5, cursor: 1, live: 2, ..record() };
    let plain = Case::new(plan.clone(), data, record);
    let forms = [plan.clone().fused(), plan.clone().suited(true), plan.suited(false)];
    let [fused, parts, nearby] = forms.map(|plan| Case { plan, ..plain.clone() });
    [plain, fused, parts, nearby]
}

/// What the host may read when the step is over: ports, then state.
fn shown(plan: &Plan) -> Vec<Operand> {
    let state = plan.layout.buffers().into_iter();
    let whole = |buffer| Operand { buffer, offset: 0, len: plan.layout.len(buffer) };
    plan.ports.values().map(|value| value.at).chain(state.map(whole)).collect()
}

/// NaN is what nobody wrote: rows of the ring that belong to other steps.
fn assert_near(got: &[f64], want: &[f64], what: &str) {
    let written = |values: &[f64]| values.iter().map(|v| !v.is_nan()).collect::<Vec<_>>();
    assert_eq!(written(got), written(want), "{what}");
    let pairs = || got.iter().zip(want).filter(|(_, want)| !want.is_nan());
    let largest = pairs().fold(0.0, |top: f64, (_, want)| top.max(want.abs()));
    let worst = pairs().fold(0.0, |top: f64, (got, want)| top.max((got - want).abs()));
    assert!(worst <= 1e-11 * largest, "{what}: {worst:e} off, the largest is {largest:e}");
}

#[test]
fn they_compute_the_same_numbers() {
    for words in NETWORKS {
        for mode in modes() {
            let cases = cases(words, mode.clone());
            let numbers = cases.each_ref().map(|case| {
                let mut exact = Exact::new(case);
                exact.run(case, Stage::Update);
                exact
            });
            let ([plain, others @ ..], [want, got @ ..]) = (&cases, &numbers);
            for (other, got) in others.iter().zip(got) {
                let fewer = other.plan.steps.len() < plain.plan.steps.len();
                assert!(fewer || !matches!(mode, Mode::Train { .. }), "{words}, {mode:?}");
                for (got_at, want_at) in shown(&other.plan).into_iter().zip(shown(&plain.plan)) {
                    let what = format!("{words}, {mode:?}: {want_at:?}");
                    assert_near(got.get(got_at), want.get(want_at), &what);
                }
            }
        }
    }
}

/// Forwards the arithmetic is the plain plan's, operation by operation.
#[test]
fn forwards_they_have_the_same_bits() {
    for words in NETWORKS {
        for mode in modes() {
            let [plain, fused, parts, nearby] = cases(words, mode.clone()).map(|case| forwards(&case));
            assert_eq!(plain, fused, "{words}, {mode:?}");
            assert_eq!(plain, parts, "{words}, {mode:?}, in parts");
            assert_eq!(plain, nearby, "{words}, {mode:?}, nearby");
        }
    }
}

/// Bits of the ports and of the running statistics after a step on the CPU.
fn forwards(case: &Case) -> Vec<Vec<u32>> {
    let mut device = Cpu::default();
    let data = device.create_data(&case.data).unwrap();
    let state = device.create_state(&case.plan.layout).unwrap();
    let program = device.create_program(&case.plan, state, data).unwrap();
    for (&buffer, numbers) in &case.numbers {
        if buffer.is_state() {
            device.write_state(state, buffer, numbers);
        } else {
            device.write(program, Operand { buffer, offset: 0, len: numbers.len() }, numbers);
        }
    }
    device.run(program, &[case.record], 0..case.plan.steps.len()).unwrap();
    let ports: Vec<Operand> = case.plan.ports.values().map(|value| value.at).collect();
    let mut numbers = block_on(device.read(program, &ports)).unwrap();
    if case.plan.layout.buffers().contains(&Buffer::Statistics) {
        numbers.push(block_on(device.read_state(state, Buffer::Statistics)).unwrap());
    }
    numbers.into_iter().map(|numbers| numbers.into_iter().map(f32::to_bits).collect()).collect()
}

#[test]
fn every_step_of_theirs_agrees_on_every_device() {
    let mut devices = devices();
    for words in NETWORKS {
        for mode in modes() {
            // Of a whole batch: an image that is masked is flat, and among equal numbers rounding decides which
            // is the largest.
            let [_, fused, parts, nearby] = cases(words, mode.clone())
                .map(|case| Case { record: StepRecord { cursor: 0, live: 3, ..case.record }, ..case });
            judge(&mut devices, &fused, &format!("{words}, {mode:?}, fused"));
            judge(&mut cpus(), &nearby, &format!("{words}, {mode:?}, nearby"));
            if matches!(mode, Mode::Train { .. }) {
                judge(&mut devices, &parts, &format!("{words}, {mode:?}, in parts"));
            }
        }
    }
}

#[test]
fn every_rewrite_finds_something() {
    let plans = plans();
    let names: BTreeSet<_> =
        plans.iter().flat_map(|plan| plan.steps.iter().map(|step| step.kernel.name())).collect();
    for name in [
        "conv/forward_activate",
        "conv/grad_weight_bias",
        "dense/backward_dropped",
        "dropout/drop",
        "norm/batch_sums",
        "norm/conv_moments",
        "norm/moments_running",
        "norm/normalize_activate",
        "norm/normalize_add",
        "norm/pooled_backward",
        "pool/conv_rectified_max",
        "pool/rectified_average_backward",
        "pool/rectified_max_forward",
        "residual/add_backward",
    ] {
        assert!(names.contains(name), "no network of these tests has {name}");
    }
}

#[test]
fn nothing_unused_stays_and_observing_plans_stay_plain() {
    for plan in plans() {
        let used: BTreeSet<Buffer> = plan
            .steps
            .iter()
            .flat_map(|step| step.reads.iter().chain(&step.writes))
            .map(|at| at.buffer)
            .collect();
        let unused = (0..plan.values.len() as u32).map(Buffer::Value).find(|value| !used.contains(value));
        assert_eq!(unused, None, "{plan}");
    }
    let (plan, _) = plain("net=resnet-8", Mode::Observe);
    assert_eq!(plan.clone().fused().to_string(), plan.to_string());
}

/// A slot is no two values' at a time, and no step reads and writes the same one.
#[test]
fn shared_memory_is_never_in_use_twice() {
    for plan in plans() {
        let slots = plan.slots();
        let ports: Vec<Buffer> = plan.ports.values().map(|value| value.at.buffer).collect();
        let mut holds: BTreeMap<Buffer, Buffer> = BTreeMap::new();
        for (number, step) in plan.steps.iter().enumerate() {
            let place = |at: &Operand| slots.place(*at).buffer;
            let is_value = |at: &&Operand| matches!(at.buffer, Buffer::Value(_));
            for read in step.reads.iter().filter(is_value) {
                let held = *holds.entry(place(read)).or_insert(read.buffer);
                assert_eq!(held, read.buffer, "step {number} reads what another has overwritten\n{plan}");
                assert!(step.writes.iter().all(|write| place(write) != place(read)), "step {number}\n{plan}");
            }
            for write in step.writes.iter().filter(is_value) {
                let held = holds.insert(place(write), write.buffer);
                let port = held.is_some_and(|held| held != write.buffer && ports.contains(&held));
                assert!(!port, "step {number} overwrites a port\n{plan}");
            }
        }
        let values: usize = plan.values.iter().map(|(_, shape)| shape.len()).sum();
        assert!(4 * values >= plan.value_bytes());
    }
    let (plan, _) = plain("net=resnet-8", Mode::Train { frozen: vec![] });
    let [apart, shared] = [plan.clone(), plan.fused()].map(|plan| plan.value_bytes());
    assert!(2 * shared < apart, "{shared} of {apart} bytes");
}
