use super::rig::Rig;
use super::{Answers, Files, Judge, LayerCase};
use crate::device::Device;
use crate::loss::CrossEntropy;
use crate::plan::{Builder, Mode, RING, Shape, Stage, StepRecord};
use crate::state::Layout;

/// Softmax and cross-entropy: the kernel takes the mean; the other reductions are factors of it.
pub(super) async fn run(
    case: &LayerCase,
    files: &Files,
    device: &mut dyn Device,
    judge: &mut Judge<'_>,
) -> Result<Answers, String> {
    let logits = case.input(files, "logits")?;
    let target = case.input(files, "target")?;
    let &[n, classes] = logits.shape.as_slice() else { return Err("logits should be [N, K].".to_owned()) };
    logits.shape4()?;
    if target.numbers.iter().any(|&label| label < 0.0 || label >= classes as f64) {
        return Err(format!("A target is not a class of {classes}."));
    }
    let smoothing = case.attrs.number_or("smoothing", 0.0)?;

    let mut plan = Builder::new(Mode::Observe, n);
    plan.stage(Stage::Loss);
    let z = plan.value("logits", Shape::new(n, classes, 1, 1));
    let labels = plan.value("labels", Shape::vector(n));
    let probabilities = plan.value("probabilities", z.shape);
    let rows = plan.value("rows", Shape::pairs(n));
    let dz = plan.value("dlogits", z.shape);
    let ring = plan.value("ring", Shape::pairs(RING));
    let kernel = CrossEntropy { n, classes };
    plan.run(kernel, [z, labels], [probabilities, rows, dz, ring]);
    let plan = plan.finish();

    let mut rig = Rig::without_data(device, &Layout::default())?;
    let program = rig.program(&plan)?;
    rig.write(program, z.at, "logits", &logits.f32())?;
    rig.write(program, labels.at, "target", &target.f32())?;
    let record = StepRecord { live: n as u32, smoothing: smoothing as f32, ..StepRecord::default() };
    rig.run(program, 0..plan.steps.len(), record)?;
    let [probabilities, rows, dz, ring] = rig.read(program, [probabilities, rows, dz, ring]).await?;

    if let Some(accuracy) = case.accuracy_argmax_first {
        judge.compare("accuracy", &ring[1..2], &[accuracy], 1e-6, 0.0)?;
    }
    let per_sample: Vec<f64> = rows.iter().copied().step_by(2).collect();
    let upstream = &case.gradient(files, "loss")?.numbers;
    let count = n as f64;
    let (loss, factor) = match case.attrs.text("reduction").unwrap_or("mean") {
        "mean" => (vec![ring[0]], 1.0),
        "sum" => (vec![ring[0] * count], count),
        "none" => (per_sample.clone(), count),
        other => return Err(format!("There is no reduction {other}.")),
    };
    if upstream.len() != loss.len() {
        return Err(format!("The gradient of the loss has {} numbers.", upstream.len()));
    }
    let gradient = dz.iter().enumerate().map(|(i, d)| d * factor * upstream[(i / classes) % loss.len()]);
    Ok(Answers::from([
        ("grad_logits".to_owned(), gradient.collect()),
        ("loss".to_owned(), loss),
        ("per_sample".to_owned(), per_sample),
        ("probs".to_owned(), probabilities),
    ]))
}
