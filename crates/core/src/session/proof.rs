//! Two checks of the running network, on its own device and weights: whether the way back is the slope
//! of the way forward, and whether another device computes the same.

use std::rc::Rc;

use serde::Serialize;

use super::{Program, Session, SessionError, SharedDevice};
use crate::device::{DataId, StateId};
use crate::plan::{Buffer, Mode, Operand, StepRecord, assemble};

/// The change of the loss that a step along a gradient aims at: far above the rounding of the layers.
const CHANGE: f64 = 4e-3;
/// Longest step, as a share of the weight's norm: beyond it the loss bends, and functions with a corner
/// turn it.
const LONGEST: f64 = 0.005;

/// One weight: the slope of the loss along its gradient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slope {
    /// Address, as `0.weight`.
    pub name: String,
    /// By the way back: the gradient's norm.
    pub backward: f64,
    /// By ways forward alone: central differences at two distances, extrapolated (Richardson).
    pub measured: f64,
}

/// One layer on two devices: the largest difference over the largest number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// Address.
    pub name: String,
    /// Of its output.
    pub output: f64,
    /// Of its weights' gradient; absent where it has none.
    pub gradient: Option<f64>,
}

/// The network observed on a copy of its state.
struct Replica {
    device: SharedDevice,
    data: DataId,
    state: StateId,
    program: Program,
}

impl Drop for Replica {
    fn drop(&mut self) {
        let mut device = self.device.borrow_mut();
        device.free_program(self.program.id);
        device.free_state(self.state);
        device.free_data(self.data);
    }
}

impl Session {
    /// Compares every weight's gradient on the probe images with the slope of their loss, measured by
    /// steps along it.
    ///
    /// # Errors
    /// When the device is lost or has no room for a copy of the weights.
    pub async fn check_gradients(&self) -> Result<Vec<Slope>, SessionError> {
        let copy = self.copy(&self.device)?;
        let arenas = self.arenas().await?;
        copy.fill(&arenas);
        let plan = &copy.program.plan;
        let gradients: Vec<Operand> = plan.gradients.iter().map(|(_, gradient)| gradient.at).collect();
        let gradients = self.observed(&copy, &gradients).await?;
        let parameters = &arenas.iter().find(|(buffer, _)| *buffer == Buffer::Parameters);
        let Some((_, weights)) = parameters else { return Ok(Vec::new()) };
        let mut slopes = Vec::new();
        for ((number, _), gradient) in plan.gradients.iter().zip(&gradients) {
            let segment = &plan.layout.parameters[*number];
            let at = segment.at.offset..segment.at.offset + segment.at.len;
            let backward = norm(gradient);
            let mut slope = Slope { name: segment.name.clone(), backward, measured: 0.0 };
            if backward > 0.0 {
                let size = norm(&weights[at.clone()]).max(1.0);
                let step = (CHANGE / 2.0 / backward).min(LONGEST * size);
                let mut differences = [0.0; 2];
                for (difference, step) in differences.iter_mut().zip([step, step / 2.0]) {
                    let mut losses = [0.0; 2];
                    for (loss, sign) in losses.iter_mut().zip([1.0, -1.0]) {
                        let mut moved = weights.clone();
                        for (w, g) in moved[at.clone()].iter_mut().zip(gradient) {
                            *w = (f64::from(*w) + sign * step * f64::from(*g) / backward) as f32;
                        }
                        copy.device.borrow_mut().write_state(copy.state, Buffer::Parameters, &moved);
                        *loss = self.probe_loss(&copy).await?;
                    }
                    *difference = (losses[0] - losses[1]) / (2.0 * step);
                }
                slope.measured = (4.0 * differences[1] - differences[0]) / 3.0;
            }
            slopes.push(slope);
        }
        Ok(slopes)
    }

    /// Computes the probe images on another device, from the same weights, and compares all that comes
    /// out of the layers on the way forward and back.
    ///
    /// # Errors
    /// When a device is lost or has no room for a copy of the weights.
    pub async fn compare_with(&self, other: &SharedDevice) -> Result<Vec<Agreement>, SessionError> {
        let arenas = self.arenas().await?;
        let [here, there] = [self.copy(&self.device)?, self.copy(other)?];
        let plan = &here.program.plan;
        let taps = plan.taps.iter().map(|tap| tap.output.at);
        let gradients = plan.gradients.iter().map(|(_, gradient)| gradient.at);
        let wanted: Vec<Operand> = taps.chain(gradients).collect();
        let mut seen = Vec::new();
        for copy in [&here, &there] {
            copy.fill(&arenas);
            seen.push(self.observed(copy, &wanted).await?);
        }
        let apart: Vec<f64> = seen[0].iter().zip(&seen[1]).map(|(a, b)| difference(a, b)).collect();
        let (outputs, gradients) = apart.split_at(plan.taps.len());
        let of_layer = |layer: &str| {
            let weight = format!("{layer}.weight");
            let named = |(number, _): &(usize, _)| plan.layout.parameters[*number].name == weight;
            plan.gradients.iter().position(named).map(|place| gradients[place])
        };
        Ok(plan
            .taps
            .iter()
            .zip(outputs)
            .map(|(tap, &output)| Agreement {
                name: tap.layer.clone(),
                output,
                gradient: of_layer(&tap.layer),
            })
            .collect())
    }

    fn copy(&self, device: &SharedDevice) -> Result<Replica, SessionError> {
        let plan = assemble(&self.setup.network, &self.setup.data, Mode::Observe, self.probe().len());
        let mut borrowed = device.borrow_mut();
        let data = borrowed.create_data(&self.setup.data)?;
        let state = borrowed.create_state(&plan.layout).inspect_err(|_| borrowed.free_data(data))?;
        let id = borrowed.create_program(&plan, state, data).inspect_err(|_| {
            borrowed.free_state(state);
            borrowed.free_data(data);
        })?;
        drop(borrowed);
        Ok(Replica { device: Rc::clone(device), data, state, program: Program { plan, id } })
    }

    /// Weights and running statistics.
    async fn arenas(&self) -> Result<Vec<(Buffer, Vec<f32>)>, SessionError> {
        let mut arenas = Vec::new();
        for buffer in self.train.plan.layout.buffers() {
            if matches!(buffer, Buffer::Parameters | Buffer::Statistics) {
                let reply = self.device.borrow_mut().read_state(self.state, buffer);
                arenas.push((buffer, reply.await?));
            }
        }
        Ok(arenas)
    }

    /// Runs the probe images on a copy and reads operands.
    async fn observed(&self, copy: &Replica, wanted: &[Operand]) -> Result<Vec<Vec<f32>>, SessionError> {
        let (program, probe) = (&copy.program, self.probe());
        let reply = {
            self.show_on(&copy.device, program, &probe);
            let mut device = copy.device.borrow_mut();
            let record = StepRecord { live: probe.len() as u32, ..self.record(self.step) };
            device.run(program.id, &[record], 0..program.plan.steps.len())?;
            device.read(program.id, wanted)
        };
        Ok(reply.await?)
    }

    /// Mean loss of the probe images, in f64 from the logits on: its rounding would hide small slopes.
    async fn probe_loss(&self, copy: &Replica) -> Result<f64, SessionError> {
        let logits = copy.program.plan.ports.logits.expect("every plan has answers").at;
        let logits = self.observed(copy, &[logits]).await?.swap_remove(0);
        let (probe, data) = (self.probe(), &self.setup.data);
        let smoothing = f64::from(self.record(self.step).smoothing);
        let losses = logits.chunks_exact(self.setup.network.classes).zip(&probe).map(|(z, &image)| {
            let top = f64::from(z.iter().copied().fold(f32::NEG_INFINITY, f32::max));
            let sum: f64 = z.iter().map(|&z| libm::exp(f64::from(z) - top)).sum();
            let mean = z.iter().map(|&z| f64::from(z)).sum::<f64>() / z.len() as f64;
            let label = f64::from(z[data.labels[image as usize] as usize]);
            top + libm::log(sum) - (1.0 - smoothing) * label - smoothing * mean
        });
        Ok(losses.sum::<f64>() / probe.len() as f64)
    }
}

impl Replica {
    fn fill(&self, arenas: &[(Buffer, Vec<f32>)]) {
        let mut device = self.device.borrow_mut();
        for (buffer, numbers) in arenas {
            device.write_state(self.state, *buffer, numbers);
        }
    }
}

fn norm(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt()
}

/// The largest difference over the largest number.
fn difference(a: &[f32], b: &[f32]) -> f64 {
    let most = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, f64::max);
    let apart = most(&mut a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs()));
    let size = most(&mut b.iter().map(|&b| f64::from(b).abs()));
    if apart == 0.0 { 0.0 } else { apart / size.max(f64::MIN_POSITIVE) }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use pollster::block_on;

    use super::*;
    use crate::device::Device;
    use crate::device::cpu::Cpu;
    use crate::session::tests::{open, setup, train};

    #[test]
    fn the_way_back_is_the_slope_of_the_way_forward() {
        let mut session = open(setup());
        train(&mut session, 3);
        let slopes = block_on(session.check_gradients()).unwrap();
        assert_eq!(slopes.len(), session.plan().layout.parameters.len());
        for Slope { name, backward, measured } in slopes {
            assert!(
                (measured - backward).abs() <= 0.02 * backward + 1e-4,
                "{name}: {measured} and {backward}"
            );
        }
    }

    #[test]
    fn checking_leaves_the_run_alone() {
        let mut alone = open(setup());
        let expected = train(&mut alone, 8);
        let mut session = open(setup());
        let mut got = train(&mut session, 4);
        block_on(session.check_gradients()).unwrap();
        let other: SharedDevice = Rc::new(RefCell::new(Cpu::of_references()));
        block_on(session.compare_with(&other)).unwrap();
        assert_eq!(other.borrow().usage(), Cpu::default().usage());
        got.extend(train(&mut session, 4));
        assert_eq!(got, expected);
    }

    #[test]
    fn the_references_agree_with_the_fast_forms() {
        let session = open(setup());
        let other: SharedDevice = Rc::new(RefCell::new(Cpu::of_references()));
        let layers = block_on(session.compare_with(&other)).unwrap();
        assert_eq!(layers.len(), session.setup().network.chain.0.len());
        assert!(layers.iter().any(|layer| layer.gradient.is_some()));
        for Agreement { name, output, gradient } in layers {
            assert!(output < 1e-5 && gradient.unwrap_or(0.0) < 1e-4, "{name}: {output}, {gradient:?}");
        }
    }
}
