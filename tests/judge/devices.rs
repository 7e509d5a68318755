use convlab_core::data::{DataSet, Images, Pixels, Sizes, Standardize};
use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::judge::{Case, Single, first_difference};
use convlab_core::network::Network;
use convlab_core::optimizer::Optimizer;
use convlab_core::plan::{Buffer, Mode, Operand, RING, Shape, StepRecord, assemble};
use convlab_core::spec::link;
use pollster::block_on;

use crate::catalogue::{chain, modes, presets, record, rows};
use crate::gpu;

const ROUNDING: f64 = 1e-5;

/// Runs a case everywhere.
pub fn judge(devices: &mut [Box<dyn Device>], case: &Case, what: &str) {
    for device in devices {
        let found = block_on(first_difference(&mut **device, case, ROUNDING));
        match found {
            Ok(None) => {}
            Ok(Some(difference)) => panic!("{what} on {}: {difference}", device.name()),
            Err(error) => panic!("{what} on {}: {error}", device.name()),
        }
    }
}

/// The CPU with its fast kernels, and with the references.
pub fn cpus() -> Vec<Box<dyn Device>> {
    vec![Box::new(Cpu::default()), Box::new(Cpu::of_references())]
}

/// Both, and a GPU if there is one.
pub fn devices() -> Vec<Box<dyn Device>> {
    let mut devices = cpus();
    devices.extend(gpu::open().map(|gpu| Box::new(gpu) as Box<dyn Device>));
    devices
}

/// The same, and the GPU with kernels that share memory.
fn devices_in_all_forms() -> Vec<Box<dyn Device>> {
    let mut devices = devices();
    devices.extend(gpu::open_sharing().map(|gpu| Box::new(gpu) as Box<dyn Device>));
    devices
}

#[test]
fn every_layer_agrees_on_every_device() {
    let mut devices = devices_in_all_forms();
    for (layer, shape) in rows() {
        for mode in modes() {
            let plan = Single::new(&*layer, shape, mode.clone()).plan;
            let case = Case::new(plan, DataSet::default(), record());
            judge(&mut devices, &case, &format!("{layer:?}, {shape}, {mode:?}"));
        }
    }
}

/// Nine images in three classes.
pub fn images(shape: [usize; 3], floats: bool) -> DataSet {
    let len = 9 * shape.iter().product::<usize>();
    let bytes: Vec<u8> = (0..len).map(|i| (i * 37 % 251) as u8).collect();
    let pixels = match floats {
        true => Pixels::Floats(bytes.iter().map(|&v| f32::from(v) / 100.0 - 1.0).collect()),
        false => Pixels::Bytes(bytes),
    };
    let names = (0..3).map(|k| k.to_string()).collect();
    let images = Images { shape, names, pixels, labels: (0..9).map(|i| i % 3).collect(), tests: 0 };
    DataSet::new(images, Sizes { train: 2, val: 6, test: 1 }, 4, &Standardize::Auto).unwrap()
}

/// The rule where any will do.
pub const SGD: Optimizer = Optimizer::Sgd { nesterov: false };

/// Every rule.
pub fn optimizers() -> [Optimizer; 5] {
    let adam = |decoupled| Optimizer::Adam { betas: [0.9, 0.999], eps: 1e-8, decoupled };
    let rms_prop = Optimizer::RmsProp { alpha: 0.99, eps: 1e-8 };
    [SGD, Optimizer::Sgd { nesterov: true }, rms_prop, adam(false), adam(true)]
}

/// A network with a layer of every kind.
pub fn network_of(optimizer: Optimizer) -> Network {
    Network {
        chain: chain(3),
        input: Shape::new(1, 3, 8, 9),
        classes: 3,
        optimizer,
        clip: true,
        augment: false,
    }
}

/// A whole network on shuffled images; the last of a batch is masked.
pub fn network(mode: Mode, optimizer: Optimizer, floats: bool) -> Case {
    let network = network_of(optimizer);
    let data = images([3, 8, 9], floats);
    let mut record = StepRecord { first: 2, size: 6, cursor: 1, shuffle: 1, epoch: 7, ..record() };
    optimizer.point(&mut record);
    Case::new(assemble(&network, &data, mode, 4), data, record)
}

#[test]
fn every_step_of_a_network_agrees_on_every_device() {
    let mut devices = devices();
    let frozen = vec!["0".to_owned(), "4.body.1".to_owned(), "9.bias".to_owned()];
    for mode in
        [Mode::Train { frozen: vec![] }, Mode::Train { frozen }, Mode::Evaluate, Mode::Predict, Mode::Observe]
    {
        for floats in [false, true] {
            let case = network(mode.clone(), SGD, floats);
            judge(&mut devices, &case, &format!("{mode:?}, floats: {floats}"));
        }
    }
}

#[test]
fn every_optimiser_agrees_on_every_device() {
    let mut devices = devices();
    for optimizer in optimizers() {
        let case = network(Mode::Train { frozen: vec![] }, optimizer, false);
        judge(&mut devices, &case, &format!("{optimizer:?}"));
    }
}

#[test]
fn the_presets_agree_on_every_device() {
    let mut devices = devices_in_all_forms();
    for preset in presets() {
        let (study, problems) = link::parse(&format!("v=1&net={}", preset.name));
        assert!(problems.is_empty(), "{}: {problems:?}", preset.name);
        let data = images([3, 16, 17], false);
        let network = Network::new(&study.base, Shape::new(1, 3, 16, 17), 3).unwrap();
        let plan = assemble(&network, &data, Mode::Train { frozen: vec![] }, 2);
        judge(&mut devices, &Case::new(plan, data, StepRecord { size: 2, live: 2, ..record() }), preset.name);
    }
}

/// Standardisation is one difference and one product, each rounded once, wherever it runs.
#[test]
fn batches_have_the_same_bits_on_every_device() {
    for floats in [false, true] {
        let case = network(Mode::Evaluate, SGD, floats);
        let mut batches = Vec::new();
        for mut device in devices() {
            let data = device.create_data(&case.data).unwrap();
            let state = device.create_state(&case.plan.layout).unwrap();
            let program = device.create_program(&case.plan, state, data).unwrap();
            device.run(program, &[case.record], 0..1).unwrap();
            batches.push(block_on(device.read(program, &case.plan.steps[0].writes)).unwrap());
        }
        assert!(batches.iter().all(|batch| *batch == batches[0]), "floats: {floats}");
        assert!(batches[0][0].iter().any(|&x| x != 0.0));
    }
}

#[test]
fn a_turn_of_many_steps_is_its_steps_one_by_one() {
    for mut device in devices() {
        let case = network(Mode::Train { frozen: vec![] }, SGD, false);
        let data = device.create_data(&case.data).unwrap();
        let state = device.create_state(&case.plan.layout).unwrap();
        let program = device.create_program(&case.plan, state, data).unwrap();
        for (&buffer, numbers) in case.numbers.iter().filter(|(buffer, _)| !buffer.is_state()) {
            device.write(program, Operand { buffer, offset: 0, len: numbers.len() }, numbers);
        }
        let records: Vec<_> = (0..2 * RING as u32 + 3)
            .map(|row| StepRecord { row, lr: 0.01 * (row + 1) as f32, ..case.record })
            .collect();
        let mut weights = Vec::new();
        for turns in [vec![&records[..]], records.chunks(1).collect()] {
            for (&buffer, numbers) in case.numbers.iter().filter(|(buffer, _)| buffer.is_state()) {
                device.write_state(state, buffer, numbers);
            }
            for turn in turns {
                device.run(program, turn, 0..case.plan.steps.len()).unwrap();
            }
            weights.push(block_on(device.read_state(state, Buffer::Parameters)).unwrap());
        }
        assert_ne!(weights[0], case.numbers[&Buffer::Parameters], "{}", device.name());
        assert_eq!(weights[0], weights[1], "{}", device.name());
    }
}
