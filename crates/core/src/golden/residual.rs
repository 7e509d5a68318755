use std::sync::Arc;

use super::layer::conv;
use super::rig::Rig;
use super::{Answers, Attributes, Files, LayerCase};
use crate::device::Device;
use crate::layers::residual::Add;
use crate::layers::{Activation, Chain, Kind, Layer, Residual};
use crate::plan::{Builder, Mode, Pullback, Stage, StepRecord, Value};
use crate::state::Layout;

const RELU: Activation = Activation { kind: Kind::Relu };

/// Two 3×3 convolutions, with the input itself (`self`) or a projection of it (`project`) added.
pub(super) fn block(attrs: &Attributes, filters: usize) -> Result<Residual, String> {
    let stride = if attrs.has("stride") { attrs.positive("stride")? } else { 1 };
    let three = |stride| Arc::new(conv(filters, (3, 3), stride, 1, false)) as Arc<dyn Layer>;
    let body = Chain(vec![three(stride), Arc::new(RELU), three(1)]);
    let shortcut = match attrs.text("mode")? {
        "self" => Chain::default(),
        "project" => Chain(vec![Arc::new(conv(filters, (1, 1), stride, 0, false))]),
        other => return Err(format!("There is no residual mode {other}.")),
    };
    Ok(Residual { body, shortcut, activation: attrs.flag_or("relu", false)?.then_some(RELU) })
}

/// The sum of two inputs, with or without a ReLU behind it.
pub(super) async fn add(case: &LayerCase, files: &Files, device: &mut dyn Device) -> Result<Answers, String> {
    let [left, right] = [case.input(files, "x")?, case.input(files, "s")?];
    let shape = left.shape4()?;
    let relu = case.attrs.flag_or("relu", false)?;

    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, shape.n);
    let [x, s] = ["x", "s"].map(|name| Value { tracked: true, ..plan.value(name, shape) });
    let sum = Value { tracked: true, ..plan.value("sum", shape) };
    plan.run(Add { len: shape.len() }, [x, s], [sum]);
    let (y, back) = if relu { RELU.forward(&mut plan, sum) } else { (sum, Pullback::reshape(sum)) };
    plan.stage(Stage::Backward);
    let dy = plan.value("dy", shape);
    let dsum = back.run(&mut plan, dy).ok_or("The sum gives its inputs no gradient.")?;
    let plan = plan.finish();

    let mut rig = Rig::without_data(device, &Layout::default())?;
    let program = rig.program(&plan)?;
    rig.write(program, x.at, "x", &left.f32())?;
    rig.write(program, s.at, "s", &right.f32())?;
    rig.write(program, dy.at, "y", &case.gradient(files, "y")?.f32())?;
    rig.run(program, 0..plan.steps.len(), StepRecord::default())?;
    let [y, dsum] = rig.read(program, [y, dsum]).await?;
    // Both inputs of a sum have its gradient.
    Ok(Answers::from([("y".to_owned(), y), ("grad_x".to_owned(), dsum.clone()), ("grad_s".to_owned(), dsum)]))
}
