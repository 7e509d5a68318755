//! One row for each layer that must be judged, in shapes that leave remainders everywhere.

use std::sync::Arc;

use convlab_core::init::{Init, InitKind};
use convlab_core::layers::{
    Activation, AvgPool, Chain, Conv, Dense, Dropout, Flatten, GlobalAvgPool, Kind, Layer, MaxPool, Norm,
    Over, Residual,
};
use convlab_core::plan::{Builder, Mode, Pullback, Shape, StepRecord, Value};
use convlab_core::spec::{PRESETS, Preset};

/// Presets to judge. Deeper ones of a family repeat the steps of those with 14 layers.
pub fn presets() -> impl Iterator<Item = &'static Preset> {
    PRESETS.iter().filter(|preset| !["-20", "-32", "-44"].iter().any(|deep| preset.name.ends_with(deep)))
}

/// A layer and the shape of an input for it.
pub type Row = (Box<dyn Layer>, Shape);

fn init() -> Init {
    Init { kind: InitKind::KaimingUniform, gain: 2f64.sqrt(), fan_out: false }
}

/// A small network with a layer of every kind.
pub fn chain(classes: usize) -> Chain {
    let conv = Conv { filters: 4, kernel: (3, 3), stride: 1, padding: 1, bias: false, init: init() };
    Chain(vec![
        Arc::new(conv),
        Arc::new(Norm::new(Over::Batch)),
        Arc::new(Activation { kind: Kind::Gelu }),
        Arc::new(MaxPool { kernel: 2, stride: 2, padding: 0 }),
        Arc::new(block(Some(2), Some(Kind::Relu))),
        Arc::new(AvgPool { kernel: 2, stride: 1, padding: 0, count_include_pad: true }),
        Arc::new(Dropout::Channels),
        Arc::new(Dropout::Units),
        Arc::new(Flatten),
        Arc::new(Dense { units: classes, bias: true, init: init() }),
    ])
}

/// All layers.
pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |layer: Box<dyn Layer>, shape: [usize; 4]| {
        let [n, c, h, w] = shape;
        rows.push((layer, Shape::new(n, c, h, w)));
    };
    for bias in [true, false] {
        row(Box::new(Dense { units: 5, bias, init: init() }), [3, 7, 1, 1]);
    }
    row(Box::new(Dense { units: 1, bias: true, init: init() }), [1, 1, 1, 1]);
    row(Box::new(Flatten), [2, 3, 2, 5]);
    for kind in [
        Kind::Relu,
        Kind::LeakyRelu { slope: 0.01 },
        Kind::Sigmoid,
        Kind::Tanh,
        Kind::Gelu,
        Kind::GeluTanh,
        Kind::Silu,
    ] {
        row(Box::new(Activation { kind }), [2, 3, 3, 5]);
    }
    for over in [Over::Batch, Over::Layer, Over::LayerElement, Over::Instance, Over::Group(2)] {
        for affine in [true, false] {
            row(Box::new(Norm { affine, ..Norm::new(over) }), [3, 4, 3, 5]);
        }
    }
    row(Box::new(RunningStatistics(Norm::new(Over::Batch))), [2, 4, 1, 3]);
    for (filters, kernel, stride, padding, bias, shape) in [
        (5, (3, 3), 1, 1, true, [2, 3, 6, 7]),
        (9, (3, 3), 1, 1, false, [3, 4, 5, 5]),
        (4, (3, 3), 2, 1, true, [2, 2, 7, 6]),
        (6, (5, 5), 1, 0, true, [2, 1, 8, 7]),
        (3, (1, 1), 1, 0, true, [2, 5, 3, 3]),
        (3, (1, 1), 2, 0, false, [2, 4, 5, 4]),
        (2, (2, 3), 1, 2, true, [1, 2, 3, 4]),
        (2, (11, 11), 4, 5, true, [1, 1, 12, 9]),
        (17, (3, 3), 1, 1, true, [1, 17, 4, 18]),
    ] {
        row(Box::new(Conv { filters, kernel, stride, padding, bias, init: init() }), shape);
    }
    for (kernel, stride, padding, shape) in [
        (2, 2, 0, [2, 3, 7, 5]),
        (2, 2, 0, [1, 2, 4, 16]),
        (3, 2, 1, [2, 2, 6, 7]),
        (3, 1, 1, [1, 3, 5, 4]),
        (2, 3, 1, [1, 2, 8, 7]),
    ] {
        row(Box::new(MaxPool { kernel, stride, padding }), shape);
        for count_include_pad in [true, false] {
            row(Box::new(AvgPool { kernel, stride, padding, count_include_pad }), shape);
        }
    }
    row(Box::new(GlobalAvgPool), [2, 3, 4, 5]);
    row(Box::new(GlobalAvgPool), [1, 2, 1, 1]);
    row(Box::new(Dropout::Units), [2, 3, 5, 7]);
    row(Box::new(Dropout::Channels), [3, 3, 5, 7]);
    row(Box::new(Dropout::Channels), [2, 5, 1, 1]);
    row(Box::new(block(Some(2), Some(Kind::Tanh))), [2, 3, 5, 6]);
    row(Box::new(block(None, None)), [2, 3, 4, 3]);
    rows
}

/// A convolution and a norm beside the identity, or beside a projection with this stride.
fn block(projection: Option<usize>, activation: Option<Kind>) -> Residual {
    let filters = if projection.is_some() { 4 } else { 3 };
    let conv = |kernel, stride| Conv {
        filters,
        kernel: (kernel, kernel),
        stride,
        padding: kernel / 2,
        bias: false,
        init: init(),
    };
    let body = conv(3, projection.unwrap_or(1));
    Residual {
        body: Chain(vec![Arc::new(body), Arc::new(Norm::new(Over::Batch))]),
        shortcut: Chain(projection.into_iter().map(|stride| Arc::new(conv(1, stride)) as _).collect()),
        activation: activation.map(|kind| Activation { kind }),
    }
}

/// A layer that normalises by running statistics while it trains its weights.
#[derive(Debug)]
struct RunningStatistics(Norm);

impl Layer for RunningStatistics {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn title(&self) -> String {
        self.0.title()
    }

    fn output(&self, x: Shape) -> Result<Shape, String> {
        self.0.output(x)
    }

    fn forward(&self, plan: &mut Builder, x: Value) -> (Value, Pullback) {
        plan.with_running_statistics(|plan| self.0.forward(plan, x))
    }
}

/// Training, evaluation and training while the layer is frozen.
pub fn modes() -> [Mode; 3] {
    [Mode::Train { frozen: vec![] }, Mode::Evaluate, Mode::Train { frozen: vec!["0".to_owned()] }]
}

/// A step with every setting in use.
pub fn record() -> StepRecord {
    let mut record = StepRecord {
        step: 12,
        seed: 5,
        row: 3,
        live: 3,
        lr: 0.05,
        momentum: 0.9,
        weight_decay: 0.01,
        l1: 0.003,
        smoothing: 0.1,
        max_norm: 0.5,
        ..StepRecord::default()
    };
    record.set_dropout(0.4);
    record
}
