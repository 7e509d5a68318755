use std::collections::BTreeMap;

use super::rig::Rig;
use super::{Answers, Attributes, Files, LayerCase, Tensor};
use crate::device::Device;
use crate::optimizer::{Optimizer, clip};
use crate::plan::{Buffer, Builder, Mode, Operand, Stage, StepRecord};
use crate::state::Fill;

/// An optimiser with its settings, named as in `torch.optim`.
pub(super) struct Settings {
    /// The engine's rule.
    pub rule: Optimizer,
    lr: f64,
    momentum: f64,
    weight_decay: f64,
    max_norm: f64,
}

impl Settings {
    /// Reads the options.
    pub fn of(attrs: &Attributes) -> Result<Self, String> {
        let eps = attrs.number_or("eps", 1e-8)?;
        let rule = match attrs.text("kind")? {
            "sgd" => Optimizer::Sgd { nesterov: attrs.flag_or("nesterov", false)? },
            "rmsprop" => Optimizer::RmsProp { alpha: attrs.number_or("alpha", 0.99)?, eps },
            kind @ ("adam" | "adamw") => Optimizer::Adam {
                betas: attrs.pair_or("betas", [0.9, 0.999])?,
                eps,
                decoupled: kind == "adamw",
            },
            other => return Err(format!("There is no optimizer {other} here.")),
        };
        Ok(Self {
            rule,
            lr: attrs.number("lr")?,
            momentum: attrs.number_or("momentum", 0.0)?,
            weight_decay: attrs.number_or("weight_decay", 0.0)?,
            max_norm: attrs.number_or("max_norm", 0.0)?,
        })
    }

    /// The record of an update, counted from 0.
    pub fn record(&self, step: usize) -> StepRecord {
        let mut record = StepRecord {
            step: step as u32,
            lr: self.lr as f32,
            momentum: self.momentum as f32,
            weight_decay: self.weight_decay as f32,
            max_norm: self.max_norm as f32,
            ..StepRecord::default()
        };
        self.rule.point(&mut record);
        record
    }
}

/// Where the gradients come from.
enum Gradients<'f> {
    /// One row each step.
    Given(&'f Tensor),
    /// Of `½·wᵀAw − b·w`.
    Quadratic { a: &'f Tensor, b: &'f Tensor },
}

impl Gradients<'_> {
    fn at(&self, step: usize, w: &[f64]) -> Vec<f32> {
        let d = w.len();
        match self {
            Gradients::Given(rows) => {
                rows.numbers[step * d..(step + 1) * d].iter().map(|&g| g as f32).collect()
            }
            Gradients::Quadratic { a, b } => (0..d)
                .map(|i| {
                    // A need not be symmetric: the gradient is ½·(A + Aᵀ)·w − b.
                    let aw = (0..d).map(|j| (a.numbers[i * d + j] + a.numbers[j * d + i]) * w[j]);
                    (0.5 * aw.sum::<f64>() - b.numbers[i]) as f32
                })
                .collect(),
        }
    }
}

/// Some updates of one weight vector: `w` is its way, `[steps, d]`.
pub(super) async fn run(case: &LayerCase, files: &Files, device: &mut dyn Device) -> Result<Answers, String> {
    let settings = Settings::of(&case.attrs)?;
    let steps = case.attrs.positive("steps")?;
    let start = case.input(files, "w0")?;
    let d = start.numbers.len();
    start.shape4()?;
    let gradients = match case.inputs.contains_key("grads") {
        true => Gradients::Given(sized(case.input(files, "grads")?, steps * d)?),
        false => Gradients::Quadratic {
            a: sized(case.input(files, "A")?, d * d)?,
            b: sized(case.input(files, "b")?, d)?,
        },
    };

    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, 1);
    plan.layout().slots = settings.rule.slots();
    let w = plan.parameter("w", &[d], Fill::Constant(0.0)).value;
    plan.stage(Stage::Update);
    let all = Operand { len: plan.layout().len(Buffer::Parameters), ..w.at };
    if case.op == "clip_grad_norm" {
        let gradients = Operand { buffer: Buffer::Gradients, ..all };
        clip(&mut plan, &[gradients]);
    }
    settings.rule.update(&mut plan, all);
    let plan = plan.finish();

    let mut rig = Rig::without_data(device, &plan.layout)?;
    let program = rig.program(&plan)?;
    rig.fill(&BTreeMap::from([("w".to_owned(), start.f32())]))?;
    let mut way = Vec::with_capacity(steps * d);
    let mut now = start.numbers.clone();
    for step in 0..steps {
        rig.write_gradients(&gradients.at(step, &now));
        rig.run(program, 0..plan.steps.len(), settings.record(step))?;
        [now] = rig.read(program, [w]).await?;
        way.extend_from_slice(&now);
    }
    Ok(Answers::from([("w".to_owned(), way)]))
}

fn sized(tensor: &Tensor, len: usize) -> Result<&Tensor, String> {
    if tensor.numbers.len() == len {
        return Ok(tensor);
    }
    Err(format!("A tensor of {} numbers stands where {len} are needed.", tensor.numbers.len()))
}
