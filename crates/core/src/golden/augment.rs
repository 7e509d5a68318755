use super::rig::Rig;
use super::{Answers, Files, LayerCase};
use crate::data::{DataSet, Gather, Pixels};
use crate::device::Device;
use crate::plan::{Builder, Mode, Shape, StepRecord};
use crate::state::Layout;

/// What happens to images before the first layer: so far standardisation, which is a part of
/// gathering a batch.
pub(super) async fn run(case: &LayerCase, files: &Files, device: &mut dyn Device) -> Result<Answers, String> {
    let kind = case.attrs.text("kind")?;
    if kind != "normalize" {
        return Err(format!("There is no augmentation {kind} here."));
    }
    let images = case.input(files, "x")?;
    let shape = images.shape4()?;
    let (mean, std) = (case.attrs.numbers("mean")?, case.attrs.numbers("std")?);
    if mean.len() != shape.c || std.len() != shape.c {
        return Err(format!("{} channels need as many means and deviations.", shape.c));
    }
    let data = DataSet {
        shape: [shape.c, shape.h, shape.w],
        classes: 1,
        pixels: Pixels::Floats(images.f32()),
        labels: vec![0; shape.n],
        table: (0..shape.n as u32).collect(),
        splits: [shape.n, 0, 0],
        standard: mean.iter().zip(std).map(|(&m, &s)| [m as f32, s as f32]).collect(),
        ..DataSet::default()
    };

    let mut plan = Builder::new(Mode::Evaluate, shape.n);
    let [y, labels] = [plan.value("y", shape), plan.value("labels", Shape::vector(shape.n))];
    let standard = plan.constant(data.affine());
    let gather = Gather { n: shape.n, c: shape.c, plane: shape.plane(), floats: true };
    plan.run(gather, [standard], [y, labels]);
    let plan = plan.finish();

    let mut rig = Rig::new(device, &Layout::default(), data)?;
    let program = rig.program(&plan)?;
    let count = shape.n as u32;
    rig.run(program, 0..plan.steps.len(), StepRecord { size: count, live: count, ..StepRecord::default() })?;
    let [y] = rig.read(program, [y]).await?;
    Ok(Answers::from([("y".to_owned(), y)]))
}
