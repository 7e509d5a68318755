use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::tensor;
use super::optimizer::Settings;
use super::rig::Rig;
use super::{Attributes, Files, Judge, NetCase, Tensor, layer};
use crate::data::{DataSet, Pixels};
use crate::device::{Device, ProgramId};
use crate::layers::{Activation, Chain, Flatten, Kind, Layer, Residual};
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::plan::{Mode, Operand, Plan, RING, Shape, StepRecord, Value, assemble};

/// Images that the network sees at the end, in evaluation mode.
const SHOWN: usize = 8;

/// A network with given weights on a device, and the batches that it is to be trained on.
struct Training<'a, 'd> {
    case: &'a NetCase,
    files: &'a Files,
    network: Network,
    images: &'a Tensor,
    data: DataSet,
    settings: Settings,
    /// Whether plans run as they suit the device, not as they were written.
    suited: bool,
    plan: Plan,
    rig: Rig<'d>,
    program: ProgramId,
    ports: [Value; 2],
    steps: usize,
    batch: usize,
}

impl<'a, 'd> Training<'a, 'd> {
    fn new(
        case: &'a NetCase,
        files: &'a Files,
        device: &'d mut dyn Device,
        suited: bool,
    ) -> Result<Self, String> {
        let images = tensor(files, &case.data_file, &format!("{}/x", case.data))?;
        let labels = tensor(files, &case.data_file, &format!("{}/y", case.data))?;
        let batches = tensor(files, &case.file, &case.batches)?;
        let &[steps, batch] = batches.shape.as_slice() else {
            return Err("The batches should be [steps, batch].".to_owned());
        };
        batches.shape4()?;
        let settings = Settings::of(&case.optim)?;
        let network = network(case, settings.rule, images, labels)?;
        let data = data(&network, images, labels, batches)?;
        let is_frozen = |name: &&String| case.frozen.iter().any(|f| name.starts_with(f.as_str()));
        let frozen = case.weights.keys().filter(is_frozen).map(|name| address(name)).collect();
        let plain = assemble(&network, &data, Mode::Train { frozen }, batch);
        let plan = if suited { plain.suited(device.is_wide()) } else { plain };
        let (Some(ring), Some(logits)) = (plan.ports.ring, plan.ports.logits) else {
            return Err("The plan has no loss.".to_owned());
        };
        let mut start = BTreeMap::new();
        for (name, weight) in &case.weights {
            start.insert(address(name), tensor(files, &case.file, &weight.init)?.f32());
        }
        let mut rig = Rig::new(device, &plan.layout, data.clone())?;
        let program = rig.program(&plan)?;
        rig.fill(&start)?;
        let ports = [ring, logits];
        Ok(Self {
            case,
            files,
            network,
            images,
            data,
            settings,
            suited,
            plan,
            rig,
            program,
            ports,
            steps,
            batch,
        })
    }

    fn of_case(&self, key: &str) -> Result<&'a Tensor, String> {
        tensor(self.files, &self.case.file, key)
    }

    /// One update; gives the loss before it.
    async fn step(&mut self, step: usize) -> Result<f64, String> {
        let mut record = self.settings.record(step);
        record.row = (step % RING) as u32;
        record.size = (self.steps * self.batch) as u32;
        record.cursor = (step * self.batch) as u32;
        record.live = self.batch as u32;
        record.smoothing = self.case.smoothing as f32;
        self.rig.run(self.program, 0..self.plan.steps.len(), record)?;
        let [ring] = self.read(self.ports[0]).await?;
        Ok(ring[2 * (step % RING)])
    }

    async fn read(&mut self, at: impl Into<Operand>) -> Result<[Vec<f64>; 1], String> {
        self.rig.read(self.program, [at]).await
    }

    /// Outputs for the first images in evaluation mode.
    async fn predict(&mut self) -> Result<Vec<f64>, String> {
        let plan = assemble(&self.network, &self.data, Mode::Predict, SHOWN);
        let plan = if self.suited { plan.suited(self.rig.is_wide()) } else { plan };
        let program = self.rig.program(&plan)?;
        let (Some(x), Some(logits)) = (plan.ports.x, plan.ports.logits) else {
            return Err("The plan has no input.".to_owned());
        };
        let mut shown = self.images.f32();
        shown.resize(x.at.len.max(shown.len()), 0.0);
        self.rig.write(program, x.at, "x", &shown[..x.at.len])?;
        let record = StepRecord { live: SHOWN as u32, ..StepRecord::default() };
        self.rig.run(program, 0..plan.steps.len(), record)?;
        let [logits] = self.rig.read(program, [logits]).await?;
        Ok(logits)
    }
}

/// The loss of each step of a network trained on given batches from given weights, by the plan that suits the device.
///
/// # Errors
/// One sentence: why the case cannot be run.
pub async fn losses(case: &NetCase, files: &Files, device: &mut dyn Device) -> Result<Vec<f64>, String> {
    let mut training = Training::new(case, files, device, true)?;
    let mut losses = Vec::with_capacity(training.steps);
    for step in 0..training.steps {
        losses.push(training.step(step).await?);
    }
    Ok(losses)
}

/// Trains a network on given batches from given weights: by its plain plan, then by the one that suits the device.
pub(super) async fn check(
    case: &NetCase,
    files: &Files,
    device: &mut dyn Device,
    judge: &mut Judge<'_>,
) -> Result<(), String> {
    train(Training::new(case, files, device, false)?, judge).await?;
    train(Training::new(case, files, device, true)?, judge).await
}

async fn train(mut training: Training<'_, '_>, judge: &mut Judge<'_>) -> Result<(), String> {
    let case = training.case;
    let steps = training.steps;
    if case.loss_f64.len() != steps || case.loss_atol.len() != steps {
        return Err(format!("{steps} steps need as many losses and tolerances."));
    }
    for step in 0..steps {
        let loss = training.step(step).await?;
        judge.compare(
            &format!("loss[{step}]"),
            &[loss],
            &[case.loss_f64[step]],
            case.loss_atol[step],
            0.0,
        )?;
        if step == 0 {
            first_step(&mut training, judge).await?;
        }
    }
    for (name, weight) in &case.weights {
        let [end] = training.read(segment(&training.plan, name)?).await?;
        judge.compare(name, &end, &training.of_case(&weight.final_f64)?.numbers, weight.atol, 0.0)?;
    }
    for (name, expect) in &case.bn {
        let [end] = training.read(segment(&training.plan, name)?).await?;
        let want = training.of_case(&expect.key)?;
        judge.compare(name, &end, &want.numbers, expect.atol(), expect.rtol)?;
    }
    let logits = training.predict().await?;
    let expect = &case.eval_logits_after;
    let want = &training.of_case(&expect.key)?.numbers;
    let got = &logits[..want.len().min(logits.len())];
    judge.compare("eval_logits_after", got, want, expect.atol(), expect.rtol)
}

/// Outputs and gradients, before anything has added up.
async fn first_step(training: &mut Training<'_, '_>, judge: &mut Judge<'_>) -> Result<(), String> {
    let case = training.case;
    let [logits] = training.read(training.ports[1]).await?;
    let want = training.of_case(&case.logits0.key)?;
    judge.compare("logits0", &logits, &want.numbers, case.logits0.atol(), case.logits0.rtol)?;
    for (name, weight) in &case.weights {
        let Some(expect) = &weight.grad0 else { continue };
        let [got] = training.read(gradient(&training.plan, name)?).await?;
        let want = training.of_case(&expect.key)?;
        judge.compare(&format!("grad0 {name}"), &got, &want.numbers, expect.atol(), expect.rtol)?;
    }
    Ok(())
}

/// PyTorch's name of a weight: the cases call a normalisation's weights gamma and beta.
fn address(name: &str) -> String {
    name.replace(".gamma", ".weight").replace(".beta", ".bias")
}

fn segment(plan: &Plan, name: &str) -> Result<Operand, String> {
    let address = address(name);
    let mut all = plan.layout.parameters.iter().chain(&plan.layout.statistics);
    let found = all.find(|segment| segment.name == address);
    found.map(|segment| segment.at).ok_or_else(|| format!("The network has no weight {name}."))
}

fn gradient(plan: &Plan, name: &str) -> Result<Operand, String> {
    let at = segment(plan, name)?;
    let mut trained = plan.gradients.iter();
    let found = trained.find(|(number, _)| plan.layout.parameters[*number].at == at);
    found.map(|(_, gradient)| gradient.at).ok_or_else(|| format!("{name} has no gradient."))
}

fn network(
    case: &NetCase,
    optimizer: Optimizer,
    images: &Tensor,
    labels: &Tensor,
) -> Result<Network, String> {
    let input = images.shape4()?.with_n(1);
    let chain = chain(&case.layers)?;
    let output = chain.output(input).map_err(|(i, why)| format!("Layer {i}: {why}"))?;
    let classes = output.image();
    if labels.numbers.iter().any(|&label| label < 0.0 || label >= classes as f64) {
        return Err(format!("A label is not a class of {classes}."));
    }
    Ok(Network { chain, input, classes, optimizer, clip: false, augment: false })
}

fn chain(layers: &[Attributes]) -> Result<Chain, String> {
    layers.iter().map(layer_of).collect::<Result<_, _>>().map(Chain)
}

fn layer_of(attrs: &Attributes) -> Result<Arc<dyn Layer>, String> {
    Ok(match attrs.text("type")? {
        "conv2d" => {
            let k = attrs.positive("k")?;
            let (stride, padding) = (attrs.positive("stride")?, attrs.count("padding")?);
            let bias = attrs.flag_or("bias", true)?;
            Arc::new(layer::conv(attrs.positive("out")?, (k, k), stride, padding, bias))
        }
        "dense" => Arc::new(layer::dense(attrs.positive("out")?, attrs.flag_or("bias", true)?)),
        "flatten" => Arc::new(Flatten),
        "activation" => Arc::new(layer::activation(attrs)?),
        pool @ ("max_pool2d" | "avg_pool2d" | "global_avg_pool") => layer::pool(pool, attrs)?,
        "residual" => Arc::new(Residual {
            body: chain(attrs.layers("body")?)?,
            shortcut: chain(attrs.layers("shortcut")?)?,
            activation: Some(Activation { kind: Kind::Relu }),
        }),
        norm => layer::norm(norm, attrs)?,
    })
}

fn data(network: &Network, images: &Tensor, labels: &Tensor, batches: &Tensor) -> Result<DataSet, String> {
    let Shape { c, h, w, .. } = network.input;
    let whole = |numbers: &[f64]| numbers.iter().map(|&x| x as u32).collect::<Vec<_>>();
    let count = images.numbers.len() / network.input.len();
    if labels.numbers.len() != count {
        return Err(format!("{count} images have {} labels.", labels.numbers.len()));
    }
    if let Some(image) = batches.numbers.iter().find(|&&image| image < 0.0 || image >= count as f64) {
        return Err(format!("A batch asks for image {image} of {count}."));
    }
    Ok(DataSet {
        shape: [c, h, w],
        classes: network.classes,
        pixels: Pixels::Floats(images.f32()),
        labels: whole(&labels.numbers),
        table: whole(&batches.numbers),
        splits: [batches.numbers.len(), 0, 0],
        standard: vec![[0.0, 1.0]; c],
        ..DataSet::default()
    })
}
