//! Every number of one layer, so that a person can check by hand what it computes.

use serde::Serialize;

use super::ValuesQuery;
use crate::plan::{Buffer, Constants, Operand, Plan, Stage, Step, StepRecord};
use crate::session::{Program, Session, SessionError};
use crate::text::session as text;

/// An operand as a kernel sees it; of a value with a row per image only the row of the image asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// `[C, H, W]` of an image; `[G, 2]` of statistics; of weights their length.
    pub shape: Vec<usize>,
    /// The numbers.
    #[serde(skip)]
    pub data: Vec<f32>,
}

/// One kernel of the layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Computed {
    /// `conv/forward`.
    pub kernel: &'static str,
    /// Its sizes, by name.
    pub constants: Constants,
    /// In binding order.
    pub reads: Vec<Numbers>,
    /// In binding order.
    pub writes: Vec<Numbers>,
}

/// What the optimiser holds of a layer's weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// Address of the weight.
    pub name: String,
    /// `optimizer/sgd`.
    pub kernel: &'static str,
    /// Of the rule, by name.
    pub constants: Constants,
    /// Learning rate of the last step, or of the first one before it.
    pub lr: f32,
    /// Momentum μ.
    pub momentum: f32,
    /// Weight decay λ.
    pub weight_decay: f32,
    /// Factor of the weight's sign in the gradient.
    pub l1: f32,
    /// Adam's bias corrections of that step, `1−β₁ᵗ` and `√(1−β₂ᵗ)`.
    pub corrections: [f32; 2],
    /// The weight as it is.
    #[serde(skip)]
    pub weight: Vec<f32>,
    /// Its gradient in the last step; empty where that step was made elsewhere, or there was none.
    #[serde(skip)]
    pub gradient: Vec<f32>,
    /// What the rule remembers of it.
    #[serde(skip)]
    pub slots: Vec<Vec<f32>>,
}

/// One layer on one of the probe images, or the loss of that image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerValues {
    /// Its address; `loss`.
    pub layer: String,
    /// Which of the probe images.
    pub image: usize,
    /// Its kernels in order; none where it hands on what it gets.
    pub computed: Vec<Computed>,
    /// Its weight; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Updated>,
}

impl Session {
    pub(super) async fn values_with(
        &self,
        program: &Program,
        probe: &[u32],
        query: &ValuesQuery,
    ) -> Result<LayerValues, SessionError> {
        let Program { plan, id } = program;
        // What a block does behind its sum has an address of its own.
        let behind = format!("{}.activation", query.layer);
        let wanted = |step: &&Step| match query.layer.as_str() {
            "loss" => step.stage == Stage::Loss,
            layer => step.stage == Stage::Forward && (step.layer == layer || step.layer == behind),
        };
        let steps: Vec<&Step> = plan.steps.iter().filter(wanted).collect();
        let known = query.layer == "loss" || plan.taps.iter().any(|tap| tap.layer == query.layer);
        if !known {
            return Err(SessionError::Refused(text::no_layer(&query.layer)));
        }
        let operands: Vec<Operand> = steps
            .iter()
            .flat_map(|step| step.reads.iter().chain(&step.writes))
            .copied()
            .filter(|at| !matches!(at.buffer, Buffer::Constant(_)))
            .collect();
        let reply = {
            self.show(program, probe);
            let mut device = self.device.borrow_mut();
            let record = StepRecord { live: probe.len() as u32, ..self.record(self.step) };
            let back = plan.steps.partition_point(|step| step.stage < Stage::Backward);
            device.run(*id, &[record], 0..back)?;
            device.read(*id, &operands)
        };
        let mut read = reply.await?.into_iter();
        let mut numbers = |at: &Operand| match at.buffer {
            Buffer::Constant(number) => whole(plan.constants[number as usize].clone()),
            _ => of_image(plan, *at, read.next().unwrap_or_default(), query.image),
        };
        let computed = steps
            .iter()
            .map(|step| Computed {
                kernel: step.kernel.name(),
                constants: step.kernel.constants(),
                reads: step.reads.iter().map(&mut numbers).collect(),
                writes: step.writes.iter().map(&mut numbers).collect(),
            })
            .collect();
        let updated = self.updated(&format!("{}.weight", query.layer)).await?;
        Ok(LayerValues { layer: query.layer.clone(), image: query.image, computed, updated })
    }

    async fn updated(&self, name: &str) -> Result<Option<Updated>, SessionError> {
        let plan = &self.train.plan;
        let Some(segment) = plan.layout.parameters.iter().find(|segment| segment.name == name) else {
            return Ok(None);
        };
        let within = |at: &Operand| {
            at.buffer == Buffer::Gradients && (at.offset..at.offset + at.len).contains(&segment.at.offset)
        };
        let rule =
            plan.steps.iter().rfind(|step| step.stage == Stage::Update && step.reads.iter().any(within));
        let Some(rule) = rule else { return Ok(None) };
        let record = self.record(self.step.saturating_sub(1));
        let mut buffers = vec![Buffer::Parameters];
        if self.step > 0 && self.gradients_are_fresh() {
            buffers.push(Buffer::Gradients);
        }
        let slots = (0..self.setup.network.optimizer.slots()).map(Buffer::Slot);
        let mut read = Vec::new();
        for buffer in buffers.iter().copied().chain(slots) {
            let reply = self.device.borrow_mut().read_state(self.state, buffer);
            let at = segment.at;
            read.push(reply.await?[at.offset..at.offset + at.len].to_vec());
        }
        let slots = read.split_off(buffers.len());
        let mut read = read.into_iter();
        Ok(Some(Updated {
            name: name.to_owned(),
            kernel: rule.kernel.name(),
            constants: rule.kernel.constants(),
            lr: record.lr,
            momentum: record.momentum,
            weight_decay: record.weight_decay,
            l1: record.l1,
            corrections: record.corrections,
            weight: read.next().unwrap_or_default(),
            gradient: read.next().unwrap_or_default(),
            slots,
        }))
    }
}

fn whole(data: Vec<f32>) -> Numbers {
    Numbers { shape: vec![data.len()], data }
}

/// The row of an image, where the value has a row per image: statistics have one per group.
fn of_image(plan: &Plan, at: Operand, data: Vec<f32>, image: usize) -> Numbers {
    let Buffer::Value(number) = at.buffer else { return whole(data) };
    let (name, shape) = &plan.values[number as usize];
    if name.ends_with("stats") || shape.n != plan.batch {
        return Numbers { shape: vec![shape.n, shape.c, shape.h, shape.w], data };
    }
    let row = image * shape.image()..(image + 1) * shape.image();
    Numbers { shape: vec![shape.c, shape.h, shape.w], data: data[row].to_vec() }
}
