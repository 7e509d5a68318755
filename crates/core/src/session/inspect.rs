use serde::{Deserialize, Serialize};

use super::{Program, Session, SessionError};
use crate::data::{Pixels, Split};
use crate::plan::{Buffer, Mode, Operand, Plan, StepRecord, Tap};

/// What to look at. Looking never changes the run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Query {
    /// Figures per layer.
    pub stats: bool,
    /// Feature maps.
    pub maps: Option<MapsQuery>,
    /// So many images of the batch that the next step trains on.
    pub next_batch: usize,
    /// The network's answers beside the images.
    pub predictions: bool,
}

/// Which feature maps to hand over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapsQuery {
    /// Addresses of layers; all when absent.
    pub layers: Option<Vec<String>>,
    /// Which of the probe images.
    pub image: usize,
    /// Channels a layer, at most.
    pub channels: usize,
}

impl Default for MapsQuery {
    fn default() -> Self {
        Self { layers: None, image: 0, channels: 8 }
    }
}

/// Feature maps of one layer for one image, `[channels, height, width]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Maps {
    /// Maps handed over.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The numbers.
    #[serde(skip)]
    pub data: Vec<f32>,
    /// Smallest number.
    pub low: f32,
    /// Largest number.
    pub high: f32,
}

/// Figures of one layer on the probe images.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerView {
    /// Address: `3`.
    pub name: String,
    /// Mean of the activations.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// Share of units that stay at or below 0 for every probe image; for activations only.
    pub dead: Option<f64>,
    /// Norm of the weights' gradient.
    pub gradient: Option<f64>,
    /// Norm of the weights.
    pub weight: Option<f64>,
    /// Norm of the step that the optimiser takes, divided by the norm of the weights.
    pub update: Option<f64>,
    /// Feature maps, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maps: Option<Maps>,
}

/// Images as they are shown, with labels and the network's answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Bytes `[N, C, H, W]`.
    #[serde(skip)]
    pub images: Vec<u8>,
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    /// Classes.
    pub labels: Vec<u32>,
    /// Probabilities `[N, classes]`, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predictions: Option<Vec<f32>>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// Updates made when it was seen.
    pub step: u32,
    /// The layers in order.
    pub layers: Vec<LayerView>,
    /// The probe images.
    pub image: Shown,
    /// The batch that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_batch: Option<Shown>,
}

/// Images of the probe batch.
const PROBE: usize = 8;

impl Session {
    /// Looks at the layers, on the first images of the validation split, and at the next batch.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn inspect(&mut self, query: &Query) -> Result<Inspection, SessionError> {
        let probe = self.probe();
        let mut layers = Vec::new();
        if query.stats || query.maps.is_some() {
            let program = match self.observe.take() {
                Some(program) => program,
                None => self.program(Mode::Observe, probe.len())?,
            };
            let seen = self.observe_with(&program, &probe, query).await;
            self.observe = Some(program);
            layers = seen?;
        }
        let image = self.shown(&probe, query.predictions).await?;
        let next_batch = match query.next_batch {
            0 => None,
            count => {
                let mut next = self.batches.images(&self.setup.data, self.setup.seed, self.step);
                next.truncate(count);
                Some(self.shown(&next, query.predictions).await?)
            }
        };
        Ok(Inspection { step: self.step, layers, image, next_batch })
    }

    /// Image numbers of the probe: validation images where there are any.
    fn probe(&self) -> Vec<u32> {
        let data = &self.setup.data;
        let validation = data.entries(Split::Val);
        let range = if validation.is_empty() { data.entries(Split::Train) } else { validation };
        data.table[range].iter().copied().take(PROBE).collect()
    }

    async fn shown(&mut self, images: &[u32], predictions: bool) -> Result<Shown, SessionError> {
        let data = std::rc::Rc::clone(&self.setup.data);
        let predictions = match predictions {
            true => Some(self.predict(&standardized(&data, images)).await?),
            false => None,
        };
        Ok(Shown {
            images: images.iter().flat_map(|&i| data.shown(i as usize)).collect(),
            shape: data.shape,
            labels: images.iter().map(|&i| data.labels[i as usize]).collect(),
            predictions,
        })
    }

    async fn observe_with(
        &self,
        program: &Program,
        probe: &[u32],
        query: &Query,
    ) -> Result<Vec<LayerView>, SessionError> {
        let plan = &program.plan;
        let ports = plan.ports;
        let data = &self.setup.data;
        let labels: Vec<f32> = probe.iter().map(|&i| data.labels[i as usize] as f32).collect();
        let wanted: Vec<Operand> = plan
            .taps
            .iter()
            .map(|tap| tap.output.at)
            .chain(plan.gradients.iter().map(|(_, g)| g.at))
            .collect();
        let (values, parameters, slot) = {
            let mut device = self.device.borrow_mut();
            device.write(program.id, ports.x.expect("every plan has images").at, &standardized(data, probe));
            device.write(program.id, ports.labels.expect("an observation has labels").at, &labels);
            let record = StepRecord { live: probe.len() as u32, ..self.record(self.step) };
            device.run(program.id, &[record], 0..plan.steps.len())?;
            let parameters = device.read_state(self.state, Buffer::Parameters);
            (device.read(program.id, &wanted), parameters, device.read_state(self.state, Buffer::Slot(0)))
        };
        let values = values.await?;
        let (outputs, gradients) = values.split_at(plan.taps.len());
        let figures = Figures {
            plan,
            gradients,
            parameters: &parameters.await?,
            velocity: &slot.await?,
            step: self.step,
            lr: self.live().lr,
        };
        Ok(plan
            .taps
            .iter()
            .zip(outputs)
            .map(|(tap, output)| {
                let kind = self.setup.network.chain.0[tap.layer.parse::<usize>().unwrap_or_default()].kind();
                let mut view = figures.view(tap, output, kind == "activation");
                view.maps = query.maps.as_ref().and_then(|maps| maps_of(tap, output, maps));
                view
            })
            .collect())
    }
}

fn standardized(data: &crate::data::DataSet, images: &[u32]) -> Vec<f32> {
    let len = data.image_len();
    let each = images.iter().map(|&i| i as usize * len..(i as usize + 1) * len);
    let picked = match &data.pixels {
        Pixels::Bytes(v) => Pixels::Bytes(each.flat_map(|r| v[r].iter().copied()).collect()),
        Pixels::Floats(v) => Pixels::Floats(each.flat_map(|r| v[r].iter().copied()).collect()),
    };
    data.standardize(&picked).expect("images of the set have its shape")
}

/// The numbers that the figures are made of.
struct Figures<'a> {
    plan: &'a Plan,
    gradients: &'a [Vec<f32>],
    parameters: &'a [f32],
    velocity: &'a [f32],
    step: u32,
    lr: f64,
}

impl Figures<'_> {
    fn view(&self, tap: &Tap, output: &[f32], activation: bool) -> LayerView {
        let count = output.len() as f64;
        let mean = output.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
        let variance =
            output.iter().map(|&v| (f64::from(v) - mean) * (f64::from(v) - mean)).sum::<f64>() / count;
        let prefix = format!("{}.", tap.layer);
        let (mut gradient, mut weight, mut step) = (0.0, 0.0, 0.0);
        let mut has_weights = false;
        for ((number, _), numbers) in self.plan.gradients.iter().zip(self.gradients) {
            let segment = &self.plan.layout.parameters[*number];
            if segment.name.starts_with(&prefix) && segment.name.ends_with("weight") {
                let range = segment.at.offset..segment.at.offset + segment.at.len;
                has_weights = true;
                gradient += squares(numbers);
                weight += squares(&self.parameters[range.clone()]);
                // Before the first step the optimiser would take the plain gradient.
                step += if self.step == 0 { squares(numbers) } else { squares(&self.velocity[range]) };
            }
        }
        LayerView {
            name: tap.layer.clone(),
            mean,
            deviation: variance.sqrt(),
            dead: activation.then(|| never_above_zero(output, tap.output.shape.n)),
            gradient: has_weights.then(|| gradient.sqrt()),
            weight: has_weights.then(|| weight.sqrt()),
            update: (weight > 0.0).then(|| self.lr * (step / weight).sqrt()),
            maps: None,
        }
    }
}

fn squares(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
}

/// Share of the units of a layer, `[N, units]`, that no image lifts above 0.
fn never_above_zero(output: &[f32], n: usize) -> f64 {
    let units = output.len() / n;
    let dead = (0..units).filter(|&u| (0..n).all(|i| output[i * units + u] <= 0.0)).count();
    dead as f64 / units as f64
}

fn maps_of(tap: &Tap, output: &[f32], query: &MapsQuery) -> Option<Maps> {
    if query.layers.as_ref().is_some_and(|layers| !layers.contains(&tap.layer)) {
        return None;
    }
    let shape = tap.output.shape;
    let channels = if shape.plane() == 1 { shape.c } else { query.channels.min(shape.c) };
    let start = query.image.min(shape.n - 1) * shape.image();
    let data = output[start..start + channels * shape.plane()].to_vec();
    let low = data.iter().copied().fold(f32::INFINITY, f32::min);
    let high = data.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    Some(Maps { channels, height: shape.h, width: shape.w, data, low, high })
}
