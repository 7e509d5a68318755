//! Three small filters against one large: weights, and what a unit sees.

use std::sync::Arc;

use convlab_core::data::DataSet;
use convlab_core::device::Device;
use convlab_core::device::cpu::Cpu;
use convlab_core::init::{Init, InitKind};
use convlab_core::layers::{Chain, Conv, Layer};
use convlab_core::network::Network;
use convlab_core::plan::{Buffer, Builder, Mode, Shape, StepRecord};
use pollster::block_on;

use crate::Claim;
use crate::school::experiment;

const SIDE: usize = 15;

/// Weights (no biases) of the convolutions of a network.
fn weights(net: &str) -> Vec<usize> {
    let e = experiment(&format!("net={net}&norm=batch"));
    let network = Network::new(&e, e.input(), 10).unwrap();
    let data = DataSet { shape: [1, 14, 14], standard: vec![[0.0, 1.0]], ..DataSet::default() };
    let plan = convlab_core::plan::assemble(&network, &data, Mode::Predict, 1);
    let segments = plan.layout.parameters.iter().filter(|segment| segment.shape.len() == 4);
    segments.map(|segment| segment.at.len).collect()
}

/// The input pixels that reach the middle output of convolutions whose weights are all 1.
fn seen(kernels: &[usize]) -> Vec<(usize, usize)> {
    let init = Init { kind: InitKind::Zeros, gain: 1.0, fan_out: false };
    let conv = |&k: &usize| -> Arc<dyn Layer> {
        Arc::new(Conv { filters: 1, kernel: (k, k), stride: 1, padding: k / 2, bias: false, init })
    };
    let mut plan = Builder::new(Mode::Predict, 1);
    let x = plan.value("x", Shape::new(1, 1, SIDE, SIDE));
    let (y, _) = Chain(kernels.iter().map(conv).collect()).forward(&mut plan, x, false);
    let plan = plan.finish();
    let mut cpu = Cpu::default();
    let data = cpu.create_data(&Default::default()).unwrap();
    let state = cpu.create_state(&plan.layout).unwrap();
    cpu.write_state(state, Buffer::Parameters, &vec![1.0; plan.layout.len(Buffer::Parameters)]);
    let program = cpu.create_program(&plan, state, data).unwrap();
    let mut reached = Vec::new();
    for pixel in 0..SIDE * SIDE {
        let mut image = vec![0.0; SIDE * SIDE];
        image[pixel] = 1.0;
        cpu.write(program, x.at, &image);
        cpu.run(program, &[StepRecord::default()], 0..plan.steps.len()).unwrap();
        let answer = block_on(cpu.read(program, &[y.at])).unwrap().swap_remove(0);
        if answer[SIDE / 2 * SIDE + SIDE / 2] != 0.0 {
            reached.push((pixel / SIDE, pixel % SIDE));
        }
    }
    reached
}

pub fn claims() -> Vec<Claim> {
    const C: usize = 16;
    let three: usize = weights("conv16-3xconv16")[1..].iter().sum();
    let one: usize = weights("conv16-conv16k7")[1..].iter().sum();
    let first: usize = weights("3xconv16").iter().sum();
    let large: usize = weights("conv16k7").iter().sum();
    let middle = SIDE / 2;
    let square: Vec<(usize, usize)> = (middle - 3..=middle + 3)
        .flat_map(|row| (middle - 3..=middle + 3).map(move |column| (row, column)))
        .collect();
    let [small, big] = [seen(&[3, 3, 3]), seen(&[7])];
    vec![
        Claim::new(
            "behind 16 channels: three 3x3 have 27 C² weights, one 7x7 has 49 C²",
            format!("{three} and {one}"),
            three == 27 * C * C && one == 49 * C * C,
        ),
        Claim::new(
            "on the image it is the other way round: 4,752 and 784",
            format!("{first} and {large}"),
            first == 9 * C + 2 * 9 * C * C && large == 49 * C && first > large,
        ),
        Claim::new(
            "with positive linear weights both see exactly 7x7 pixels",
            format!("{} and {}", small.len(), big.len()),
            small == square && big == square,
        ),
    ]
}
