use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::tensor;
use super::optimizer::Settings;
use super::rig::Rig;
use super::{Attributes, Files, Judge, NetCase, Tensor, layer};
use crate::data::{DataSet, Pixels};
use crate::device::Device;
use crate::layers::{Activation, Chain, Flatten, Kind, Layer, Residual};
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::plan::{Mode, Operand, Plan, RING, Shape, StepRecord, assemble};

/// Images that the network sees at the end, in evaluation mode.
const SHOWN: usize = 8;

/// Trains a network on given batches from given weights: by its plain plan, then by the fused one.
pub(super) async fn check(
    case: &NetCase,
    files: &Files,
    device: &mut dyn Device,
    judge: &mut Judge<'_>,
) -> Result<(), String> {
    train(case, files, device, judge, |plan| plan).await?;
    train(case, files, device, judge, Plan::fused).await
}

async fn train(
    case: &NetCase,
    files: &Files,
    device: &mut dyn Device,
    judge: &mut Judge<'_>,
    finish: fn(Plan) -> Plan,
) -> Result<(), String> {
    let of_case = |key: &str| tensor(files, &case.file, key);
    let images = tensor(files, &case.data_file, &format!("{}/x", case.data))?;
    let labels = tensor(files, &case.data_file, &format!("{}/y", case.data))?;
    let batches = of_case(&case.batches)?;
    let &[steps, batch] = batches.shape.as_slice() else {
        return Err("The batches should be [steps, batch].".to_owned());
    };
    batches.shape4()?;
    if case.loss_f64.len() != steps || case.loss_atol.len() != steps {
        return Err(format!("{steps} steps need as many losses and tolerances."));
    }
    let settings = Settings::of(&case.optim)?;
    let network = network(case, settings.rule, images, labels)?;
    let data = data(&network, images, labels, batches)?;
    let frozen = case.weights.keys().filter(|name| case.frozen.iter().any(|f| name.starts_with(f.as_str())));
    let mode = Mode::Train { frozen: frozen.map(|name| address(name)).collect() };
    let train = finish(assemble(&network, &data, mode, batch));
    let predict = finish(assemble(&network, &data, Mode::Predict, SHOWN));

    let mut start = BTreeMap::new();
    for (name, weight) in &case.weights {
        start.insert(address(name), of_case(&weight.init)?.f32());
    }
    let mut rig = Rig::new(device, &train.layout, data)?;
    let training = rig.program(&train)?;
    rig.fill(&start)?;

    let ports = train.ports;
    let (Some(ring), Some(logits)) = (ports.ring, ports.logits) else {
        return Err("The plan has no loss.".to_owned());
    };
    let mut losses = Vec::with_capacity(steps);
    for step in 0..steps {
        let mut record = settings.record(step);
        record.row = (step % RING) as u32;
        record.size = (steps * batch) as u32;
        record.cursor = (step * batch) as u32;
        record.live = batch as u32;
        rig.run(training, 0..train.steps.len(), record)?;
        let [ring] = rig.read(training, [ring]).await?;
        losses.push(ring[2 * (step % RING)]);
        if step > 0 {
            continue;
        }
        let [logits] = rig.read(training, [logits]).await?;
        let want = of_case(&case.logits0.key)?;
        judge.compare("logits0", &logits, &want.numbers, case.logits0.atol(), case.logits0.rtol)?;
        for (name, weight) in &case.weights {
            let Some(expect) = &weight.grad0 else { continue };
            let [gradient] = rig.read(training, [gradient(&train, name)?]).await?;
            let want = of_case(&expect.key)?;
            let tensor = format!("grad0 {name}");
            judge.compare(&tensor, &gradient, &want.numbers, expect.atol(), expect.rtol)?;
        }
    }
    for (step, loss) in losses.iter().enumerate() {
        let (want, atol) = (case.loss_f64[step], case.loss_atol[step]);
        judge.compare(&format!("loss[{step}]"), &[*loss], &[want], atol, 0.0)?;
    }
    for (name, weight) in &case.weights {
        let [end] = rig.read(training, [segment(&train, name)?]).await?;
        judge.compare(name, &end, &of_case(&weight.final_f64)?.numbers, weight.atol, 0.0)?;
    }
    for (name, expect) in &case.bn {
        let [end] = rig.read(training, [segment(&train, name)?]).await?;
        judge.compare(name, &end, &of_case(&expect.key)?.numbers, expect.atol(), expect.rtol)?;
    }

    let evaluating = rig.program(&predict)?;
    let (Some(x), Some(logits)) = (predict.ports.x, predict.ports.logits) else {
        return Err("The plan has no input.".to_owned());
    };
    let mut shown = images.f32();
    shown.resize(x.at.len.max(shown.len()), 0.0);
    rig.write(evaluating, x.at, "x", &shown[..x.at.len])?;
    rig.run(evaluating, 0..predict.steps.len(), StepRecord { live: SHOWN as u32, ..StepRecord::default() })?;
    let [logits] = rig.read(evaluating, [logits]).await?;
    let expect = &case.eval_logits_after;
    let want = &of_case(&expect.key)?.numbers;
    let got = &logits[..want.len().min(logits.len())];
    judge.compare("eval_logits_after", got, want, expect.atol(), expect.rtol)
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
    Ok(Network { chain, input, classes, optimizer, smoothing: case.smoothing, clip: None })
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
