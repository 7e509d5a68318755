use std::collections::BTreeMap;
use std::sync::Arc;

use super::rig::Rig;
use super::{Answers, Attributes, Files, LayerCase, Tensor, residual};
use crate::device::Device;
use crate::init::{Init, InitKind};
use crate::layers::dropout::Mask;
use crate::layers::{
    Activation, AvgPool, Conv, Dense, Dropout, GlobalAvgPool, Kind, Layer, MaxPool, Norm, Over,
};
use crate::plan::{Builder, Kernel, Mode, Operand, Plan, Pullback, Shape, Stage, StepRecord, Value};

/// Weights are always given; this says so to layers that ask how to draw them.
const GIVEN: Init = Init { kind: InitKind::Zeros, gain: 1.0, fan_out: false };

/// The activation of a name.
pub(super) fn activation(attrs: &Attributes) -> Result<Activation, String> {
    let kind = match attrs.text("kind")? {
        "relu" => Kind::Relu,
        "leaky_relu" => Kind::LeakyRelu { slope: attrs.number_or("slope", 0.01)? },
        "sigmoid" => Kind::Sigmoid,
        "tanh" => Kind::Tanh,
        "gelu_erf" => Kind::Gelu,
        "gelu_tanh" => Kind::GeluTanh,
        "silu" => Kind::Silu,
        other => return Err(format!("There is no activation {other}.")),
    };
    Ok(Activation { kind })
}

/// A convolution with given weights.
pub(super) fn conv(
    filters: usize,
    kernel: (usize, usize),
    stride: usize,
    padding: usize,
    bias: bool,
) -> Conv {
    Conv { filters, kernel, stride, padding, bias, init: GIVEN }
}

/// A dense layer with given weights.
pub(super) fn dense(units: usize, bias: bool) -> Dense {
    Dense { units, bias, init: GIVEN }
}

/// The pooling of an operation's name.
pub(super) fn pool(op: &str, attrs: &Attributes) -> Result<Arc<dyn Layer>, String> {
    if op == "global_avg_pool" {
        return Ok(Arc::new(GlobalAvgPool));
    }
    let (kernel, stride, padding) =
        (attrs.positive("k")?, attrs.positive("stride")?, attrs.count("padding")?);
    if op == "max_pool2d" {
        return Ok(Arc::new(MaxPool { kernel, stride, padding }));
    }
    let count_include_pad = attrs.flag_or("count_include_pad", true)?;
    Ok(Arc::new(AvgPool { kernel, stride, padding, count_include_pad }))
}

/// The normalisation of an operation's name.
pub(super) fn norm(op: &str, attrs: &Attributes) -> Result<Arc<dyn Layer>, String> {
    let over = match op {
        "batch_norm" => Over::Batch,
        "group_norm" => Over::Group(attrs.positive("groups")?),
        "instance_norm" => Over::Instance,
        "layer_norm_channel_affine" => Over::Layer,
        "layer_norm_elementwise" => Over::LayerElement,
        other => return Err(format!("There is no operation {other} here.")),
    };
    let (eps, momentum) = (attrs.number_or("eps", 1e-5)?, attrs.number_or("momentum", 0.1)?);
    let fixed = !attrs.flag_or("train", true)? || attrs.flag_or("frozen_eval", false)?;
    let norm = Norm { eps, momentum, ..Norm::new(over) };
    Ok(if fixed { Arc::new(Evaluated(norm)) } else { Arc::new(norm) })
}

/// A normalisation that is trained but uses running statistics, as PyTorch's after `.eval()`.
#[derive(Debug)]
struct Evaluated(Norm);

impl Layer for Evaluated {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn title(&self) -> String {
        self.0.title()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        self.0.output(input)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        plan.with_running_statistics(|plan| self.0.forward(plan, x))
    }
}

fn layer(case: &LayerCase, weights: &BTreeMap<&str, &Tensor>) -> Result<Arc<dyn Layer>, String> {
    let attrs = &case.attrs;
    let shape = |name: &str| {
        weights.get(name).map(|w| w.shape.as_slice()).ok_or_else(|| format!("The case has no input {name}."))
    };
    let has_bias = weights.contains_key("bias");
    Ok(match case.op.as_str() {
        "conv2d" => {
            let &[filters, _, kh, kw] = shape("weight")? else {
                return Err("The weights of a convolution have four axes.".to_owned());
            };
            Arc::new(conv(filters, (kh, kw), attrs.positive("stride")?, attrs.count("padding")?, has_bias))
        }
        "dense" => {
            let &[units, _] = shape("weight")? else {
                return Err("The weights of a dense layer have two axes.".to_owned());
            };
            Arc::new(dense(units, has_bias))
        }
        "max_pool2d" | "avg_pool2d" | "global_avg_pool" => pool(&case.op, attrs)?,
        "activation" => Arc::new(activation(attrs)?),
        "dropout" => Arc::new(Dropout::Units),
        "residual" => Arc::new(residual::block(attrs, shape("w1")?.first().copied().unwrap_or(0))?),
        op => norm(op, attrs)?,
    })
}

/// Name of an input among the layer's own weights and statistics.
fn address(input: &str) -> &str {
    match input {
        "gamma" => "weight",
        "beta" => "bias",
        "w1" => "body.0.weight",
        "w2" => "body.2.weight",
        "wp" => "shortcut.0.weight",
        other => other,
    }
}

/// `x`, or `x0`, `x1` ... of a case of several steps; the outputs are numbered alike.
fn steps(case: &LayerCase) -> Result<Vec<String>, String> {
    let steps = if case.attrs.has("steps") { case.attrs.positive("steps")? } else { 1 };
    Ok(if steps == 1 { vec![String::new()] } else { (0..steps).map(|i| i.to_string()).collect() })
}

/// One layer, forwards and backwards.
pub(super) async fn run(case: &LayerCase, files: &Files, device: &mut dyn Device) -> Result<Answers, String> {
    let steps = steps(case)?;
    let mut weights = BTreeMap::new();
    for (name, key) in &case.inputs {
        if !steps.iter().any(|step| *name == format!("x{step}")) {
            weights.insert(name.as_str(), case.tensor(files, key)?);
        }
    }
    let layer = layer(case, &weights)?;
    let shape = case.input(files, &format!("x{}", steps[0]))?.shape4()?;
    layer.output(shape)?;

    let training = case.op != "dropout" || case.attrs.flag_or("train", true)?;
    let mode = if training { Mode::Train { frozen: Vec::new() } } else { Mode::Evaluate };
    let mut plan = Builder::new(mode, shape.n);
    let x = Value { tracked: true, ..plan.value("x", shape) };
    let (y, back) = layer.forward(&mut plan, x);
    plan.stage(Stage::Backward);
    let dy = plan.value("dy", y.shape);
    let dx = back.run(&mut plan, dy).ok_or("The layer gives its input no gradient.")?;
    let plan = plan.finish();

    let mut rig = Rig::without_data(device, &plan.layout)?;
    let program = rig.program(&plan)?;
    let given = weights.iter().map(|(name, w)| (address(name).to_owned(), w.f32())).collect();
    rig.fill(&given)?;
    let mut record = StepRecord { live: shape.n as u32, ..StepRecord::default() };
    record.set_dropout(case.attrs.number_or("p", 0.0)?);
    // The mask is given: its kernel is left out.
    let mask = plan.steps.first().filter(|step| step.kernel.name() == Mask::NAME);
    if let Some(mask) = mask {
        rig.write(program, mask.writes[0], "keep", &case.input(files, "keep")?.f32())?;
    }
    let kernels = usize::from(mask.is_some())..plan.steps.len();
    let mut answers = Answers::new();
    for step in &steps {
        let (name, gradient) = (format!("x{step}"), format!("y{step}"));
        rig.write(program, x.at, &name, &case.input(files, &name)?.f32())?;
        rig.write(program, dy.at, &gradient, &case.gradient(files, &gradient)?.f32())?;
        rig.run(program, kernels.clone(), record)?;
        let [y, dx] = rig.read(program, [y, dx]).await?;
        answers.insert(gradient, y);
        answers.insert(format!("grad_{name}"), dx);
        for name in weights.keys() {
            if let Some(at) = gradient_of(&plan, address(name)) {
                // Over several steps the gradients add up, as PyTorch's do.
                let [step] = rig.read(program, [at]).await?;
                let sum = answers.entry(format!("grad_{name}")).or_insert_with(|| vec![0.0; step.len()]);
                sum.iter_mut().zip(step).for_each(|(sum, d)| *sum += d);
            }
        }
    }
    for segment in &plan.layout.statistics {
        let [end] = rig.read(program, [segment.at]).await?;
        answers.insert(format!("{}_out", segment.name), end);
    }
    Ok(answers)
}

fn gradient_of(plan: &Plan, address: &str) -> Option<Operand> {
    let mut trained = plan.gradients.iter();
    let found = trained.find(|(number, _)| plan.layout.parameters[*number].name == address);
    found.map(|(_, gradient)| gradient.at)
}
