//! Subgroups change how long a reduction takes, and nothing else.

use std::collections::BTreeSet;

use convlab_core::data::DataSet;
use convlab_core::device::Device;
use convlab_core::judge::{Case, Single};
use convlab_core::plan::{Builder, Mode, Operand, Shape};
use convlab_core::shared::{Sum, by_subgroups};
use pollster::block_on;

use crate::catalogue::{modes, record, rows};
use crate::devices::{SGD, network};
use crate::gpu;

/// Sums of groups that leave invocations without work, or with one number more than others.
fn sums() -> Vec<Case> {
    let sum = |(runs, groups, run)| {
        let mut plan = Builder::new(Mode::Evaluate, 1);
        let x = plan.value("x", Shape::vector(runs * groups * run));
        let sums = plan.value("sums", Shape::vector(groups));
        plan.run(Sum { runs, groups, run }, [x.at], [sums.at]);
        Case::new(plan.finish(), DataSet::default(), record())
    };
    [(1, 1, 1), (3, 2, 21), (1, 5, 64), (13, 3, 5), (7, 2, 143)].map(sum).into()
}

fn cases() -> Vec<Case> {
    let layers = rows().into_iter().flat_map(|(layer, shape)| {
        let plans = modes().map(|mode| Single::new(&*layer, shape, mode).plan);
        plans.map(|plan| Case::new(plan, DataSet::default(), record()))
    });
    let plain = network(Mode::Train { frozen: vec![] }, SGD, false);
    let fused = Case { plan: plain.plan.clone().suited(true), ..plain.clone() };
    sums().into_iter().chain(layers).chain([plain, fused]).collect()
}

/// Bits of what the steps that reduce write, and the kernels they are.
fn reduced(device: &mut dyn Device, case: &Case) -> Vec<(&'static str, Vec<Vec<u32>>)> {
    let data = device.create_data(&case.data).unwrap();
    let state = device.create_state(&case.plan.layout).unwrap();
    let program = device.create_program(&case.plan, state, data).unwrap();
    for (&buffer, numbers) in &case.numbers {
        match buffer.is_state() {
            true => device.write_state(state, buffer, numbers),
            false => device.write(program, Operand { buffer, offset: 0, len: numbers.len() }, numbers),
        }
    }
    let mut all = Vec::new();
    for (at, step) in case.plan.steps.iter().enumerate() {
        device.run(program, &[case.record], at..at + 1).unwrap();
        if by_subgroups(step.kernel.wgsl()).is_some() {
            let numbers = block_on(device.read(program, &step.writes)).unwrap();
            let bits = numbers.iter().map(|numbers| numbers.iter().map(|x| x.to_bits()).collect());
            all.push((step.kernel.name(), bits.collect()));
        }
    }
    all
}

#[test]
fn they_give_the_same_bits_as_memory() {
    let (Some(mut by_subgroups), Some(mut alone)) = (gpu::open(), gpu::open_alone()) else { return };
    assert_eq!(alone.info().lanes, 1);
    if by_subgroups.info().lanes == 1 {
        println!("Skipped, for {} has no subgroups.", by_subgroups.name());
        return;
    }
    let mut kernels = BTreeSet::new();
    for case in cases() {
        let got = reduced(&mut by_subgroups, &case);
        assert_eq!(got, reduced(&mut alone, &case), "{}", case.plan);
        kernels.extend(got.into_iter().map(|(name, _)| name));
    }
    let all = [
        "loss/cross_entropy",
        "norm/batch_sums",
        "norm/grad_sums",
        "norm/moments",
        "norm/moments_running",
        "optimizer/square_sum",
        "shared/sum",
    ];
    assert_eq!(kernels.into_iter().collect::<Vec<_>>(), all);
}
