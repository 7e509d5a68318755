use super::{Buffer, Builder, Mode, Operand, Plan, RING, Shape, Stage, Value};
use crate::augment::{Apply, Draw, View};
use crate::data::{DataSet, Gather, Labels, Pixels};
use crate::loss::{CrossEntropy, Softmax};
use crate::network::Network;
use crate::optimizer::clip;

/// Plans a network: batch, layers, loss, way back, update, as far as the mode goes.
///
/// # Panics
/// When a layer refuses its input: [`Network`] has asked every layer before.
pub fn assemble(network: &Network, data: &DataSet, mode: Mode, batch: usize) -> Plan {
    let mut plan = Builder::new(mode.clone(), batch);
    plan.layout().slots = network.optimizer.slots();
    let (x, labels) = input(&mut plan, network, data);
    let (logits, back) = network.chain.forward(&mut plan, x, mode == Mode::Observe);
    plan.ports().x = Some(x);
    plan.ports().logits = Some(logits);

    plan.stage(Stage::Loss);
    let scores = Shape::new(batch, network.classes, 1, 1);
    let probabilities = plan.value("probabilities", scores);
    plan.ports().probabilities = Some(probabilities);
    let Some(labels) = labels else {
        plan.run(Softmax { n: batch, classes: network.classes }, [logits], [probabilities]);
        return plan.finish();
    };
    let rows = plan.value("rows", Shape::pairs(batch));
    let dlogits = plan.value("dlogits", scores);
    let ring = plan.value("ring", Shape::pairs(RING));
    plan.run(
        CrossEntropy { n: batch, classes: network.classes },
        [logits, labels],
        [probabilities, rows, dlogits, ring],
    );
    let ports = plan.ports();
    (ports.labels, ports.rows, ports.ring) = (Some(labels), Some(rows), Some(ring));
    ports.dlogits = (mode == Mode::Observe).then_some(dlogits);

    if logits.tracked {
        plan.stage(Stage::Backward);
        plan.ports().dx = back.run(&mut plan, dlogits);
    }
    if let Mode::Train { .. } = mode {
        plan.stage(Stage::Update);
        let ranges = plan.trained_ranges();
        if network.clip {
            let gradients: Vec<Operand> =
                ranges.iter().map(|&range| Operand { buffer: Buffer::Gradients, ..range }).collect();
            clip(&mut plan, &gradients);
        }
        for range in ranges {
            network.optimizer.update(&mut plan, range);
        }
    }
    plan.finish()
}

/// Images and labels: gathered from the data set, or written by the host.
fn input(plan: &mut Builder, network: &Network, data: &DataSet) -> (Value, Option<Value>) {
    // Whoever looks at a network may ask which pixels its answer hangs on.
    let tracked = *plan.mode() == Mode::Observe;
    let x = Value { tracked, ..plan.value("x", network.input.with_n(plan.batch())) };
    if *plan.mode() == Mode::Predict {
        return (x, None);
    }
    let labels = plan.value("labels", Shape::vector(plan.batch()));
    let Shape { n, c, h, w } = x.shape;
    let floats = matches!(data.pixels, Pixels::Floats(_));
    match plan.mode() {
        Mode::Observe => {}
        Mode::Train { .. } if network.augment => {
            let standard = plan.constant(data.affine());
            let views = plan.value("views", Shape::new(n, View::<f32>::LEN, 1, 1));
            plan.run(Draw { n, h, w }, [] as [Operand; 0], [views]);
            plan.run(Apply { n, c, h, w, floats }, [standard, views], [x]);
            plan.run(Labels { n }, [] as [Operand; 0], [labels]);
        }
        _ => {
            let standard = plan.constant(data.affine());
            plan.run(Gather { n, c, plane: h * w, floats }, [standard], [x, labels]);
        }
    }
    (x, Some(labels))
}

/// Plans no more than a batch, exactly as training sees it.
pub fn batch(network: &Network, data: &DataSet, batch: usize) -> Plan {
    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, batch);
    let (x, labels) = input(&mut plan, network, data);
    (plan.ports().x, plan.ports().labels) = (Some(x), labels);
    plan.finish()
}

impl Builder {
    /// The trained part of the parameter arena, in as few ranges as the frozen layers allow.
    fn trained_ranges(&self) -> Vec<Operand> {
        let mut ranges: Vec<Operand> = Vec::new();
        let mut last = None;
        for &(number, gradient) in &self.plan.gradients {
            let at = Operand { buffer: Buffer::Parameters, ..gradient.at };
            match ranges.last_mut() {
                Some(range) if last == Some(number - 1) => range.len = at.offset + at.len - range.offset,
                _ => ranges.push(at),
            }
            last = Some(number);
        }
        ranges
    }
}
