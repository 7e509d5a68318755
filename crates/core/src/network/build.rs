//! Words to layers.

use std::sync::Arc;

use super::limits;
use crate::init::{Init, InitKind};
use crate::layers::{
    Activation, AvgPool, Chain, Conv, Dense, Dropout, Flatten, GlobalAvgPool, Kind, Layer, MaxPool, Norm,
    Over, Residual,
};
use crate::network::Network;
use crate::plan::Shape;
use crate::spec::{Act, BlockStart, Experiment, Fan, InitWord, NormKind, Problem, Times, Word, named, read};
use crate::text::network as text;

/// Slope of leaky ReLU below 0, PyTorch's default.
const LEAK: f64 = 0.01;

type Layers = Vec<Arc<dyn Layer>>;

/// The layers of an experiment, the implied classifier included.
pub(super) fn chain(experiment: &Experiment, input: Shape, classes: usize) -> Result<Chain, Problem> {
    let words = named(&experiment.net).map_or_else(|| experiment.net.clone(), |named| named.words);
    let words = read(&words).map_err(|(word, why)| fault("net", &word, format!("{word} {why}.")))?;
    let words = words.iter().flat_map(|&Times(times, word)| std::iter::repeat_n(word, times));

    let mut build = Build { experiment, layers: Layers::new(), x: input.with_n(experiment.batch as usize) };
    let (mut vector, mut dropout) = (false, false);
    for (number, word) in words.enumerate() {
        let text = Times(1, word).to_string();
        let place = |why: String| text::in_layer(number + 1, &text, &why);
        let dense = matches!(word, Word::Dense { .. });
        if vector && !dense && word != Word::Dropout {
            let why = text::MAPS_BEHIND_VECTOR.to_owned();
            return Err(fault("net", &text, place(why)));
        }
        for layer in build.layers_of(word) {
            build.push(layer).map_err(|(field, why)| fault(field, &text, place(why)))?;
        }
        vector |= dense;
        dropout |= matches!(word, Word::Dropout | Word::SpatialDropout);
    }
    for layer in build.classifier(classes, !dropout) {
        build.push(layer).map_err(|(field, why)| fault(field, "", text::in_classifier(&why)))?;
    }
    Ok(Chain(build.layers))
}

fn fault(field: &str, word: &str, message: String) -> Problem {
    Problem { word: (!word.is_empty()).then(|| word.to_owned()), ..Problem::new(field, message) }
}

/// Problems of addresses that the network does not have; `field` names them.
pub(super) fn absent(network: &Network, field: &str, addresses: &[String]) -> Vec<Problem> {
    let layout = limits::layout(network);
    let last = network.chain.0.len() - 1;
    let known = |address: &String| {
        let weights = layout.parameters.iter().any(|s| s.name.starts_with(&format!("{address}.")));
        weights || address.parse::<usize>().is_ok_and(|number| number <= last)
    };
    let problem = |address: &String| {
        let message = text::no_address(field, address, last);
        fault(field, address, message)
    };
    addresses.iter().filter(|address| !known(address)).map(problem).collect()
}

struct Build<'a> {
    experiment: &'a Experiment,
    layers: Layers,
    /// Shape behind the last layer, for a whole batch.
    x: Shape,
}

impl Build<'_> {
    /// Adds a layer; the setting it fails on, and a sentence, where it does not fit.
    fn push(&mut self, layer: Arc<dyn Layer>) -> Result<(), (&'static str, String)> {
        let x = self.x;
        let norm = layer.kind() == "norm";
        let field = match self.experiment.norm {
            NormKind::Group if norm => "groups",
            _ if norm => "norm",
            _ => "net",
        };
        if norm && self.experiment.norm == NormKind::Batch && x.n * x.plane() == 1 {
            let why = text::BATCH_OF_ONE.to_owned();
            return Err(("batch", why));
        }
        self.x = layer.output(x).map_err(|why| (field, why))?;
        limits::value(self.x).map_err(|why| ("net", why))?;
        self.layers.push(layer);
        Ok(())
    }

    fn layers_of(&self, word: Word) -> Layers {
        match word {
            Word::Conv { filters, kernel, stride, padding } => {
                let mut layers = self.conv(filters, kernel, stride, padding);
                layers.push(Arc::new(self.activation()));
                layers
            }
            Word::Residual { filters, stride } => vec![Arc::new(self.residual(filters, stride))],
            Word::Plain { filters, stride } => {
                let mut layers = self.body(filters, stride);
                layers.push(Arc::new(self.activation()));
                layers
            }
            Word::MaxPool { kernel, stride } => vec![Arc::new(MaxPool { kernel, stride, padding: 0 })],
            Word::AvgPool { kernel, stride } => {
                vec![Arc::new(AvgPool { kernel, stride, padding: 0, count_include_pad: true })]
            }
            Word::GlobalAvgPool => vec![Arc::new(GlobalAvgPool)],
            Word::Dropout => vec![Arc::new(Dropout::Units)],
            Word::SpatialDropout => vec![Arc::new(Dropout::Channels)],
            Word::Dense { units } => {
                let mut layers = self.flatten();
                layers.push(Arc::new(Dense { units, bias: true, init: self.init() }));
                layers.push(Arc::new(self.activation()));
                layers
            }
        }
    }

    /// Flatten where needed, dropout unless it stands elsewhere, and one unit per class.
    fn classifier(&self, classes: usize, dropout: bool) -> Layers {
        let mut layers = self.flatten();
        if dropout {
            layers.push(Arc::new(Dropout::Units));
        }
        let hidden = self.init();
        let init = match hidden.kind {
            InitKind::KaimingNormal
            | InitKind::KaimingUniform
            | InitKind::XavierNormal
            | InitKind::XavierUniform => Init { gain: self.experiment.head, ..hidden },
            _ => hidden,
        };
        layers.push(Arc::new(Dense { units: classes, bias: true, init }));
        layers
    }

    fn flatten(&self) -> Layers {
        if self.x.plane() == 1 { Layers::new() } else { vec![Arc::new(Flatten)] }
    }

    /// Convolution and normalization. A bias would vanish in the mean of batch and instance norm.
    fn conv(&self, filters: usize, kernel: usize, stride: usize, padding: usize) -> Layers {
        let bias = !matches!(self.experiment.norm, NormKind::Batch | NormKind::Instance);
        let conv = Conv { filters, kernel: (kernel, kernel), stride, padding, bias, init: self.init() };
        let mut layers: Layers = vec![Arc::new(conv)];
        if let Some(norm) = self.norm() {
            layers.push(Arc::new(norm));
        }
        layers
    }

    /// Two 3×3 convolutions, the activation behind the second left out.
    fn body(&self, filters: usize, stride: usize) -> Layers {
        let mut body = self.conv(filters, 3, stride, 1);
        body.push(Arc::new(self.activation()));
        body.extend(self.conv(filters, 3, 1, 1));
        body
    }

    fn residual(&self, filters: usize, stride: usize) -> Residual {
        let mut body = self.body(filters, stride);
        if self.experiment.blocks == BlockStart::Zero
            && let Some(norm) = self.norm()
        {
            body.pop();
            body.push(Arc::new(Norm { weight: 0.0, ..norm }));
        }
        let same = stride == 1 && filters == self.x.c;
        let shortcut = if same { Layers::new() } else { self.conv(filters, 1, stride, 0) };
        Residual { body: Chain(body), shortcut: Chain(shortcut), activation: Some(self.activation()) }
    }

    fn norm(&self) -> Option<Norm> {
        let over = match self.experiment.norm {
            NormKind::None => return None,
            NormKind::Batch => Over::Batch,
            NormKind::Layer => Over::Layer,
            NormKind::LayerElement => Over::LayerElement,
            NormKind::Instance => Over::Instance,
            NormKind::Group => Over::Group(self.experiment.groups as usize),
        };
        Some(Norm::new(over))
    }

    fn activation(&self) -> Activation {
        let kind = match self.experiment.act {
            Act::Relu => Kind::Relu,
            Act::Leaky => Kind::LeakyRelu { slope: LEAK },
            Act::Gelu => Kind::Gelu,
            Act::GeluTanh => Kind::GeluTanh,
            Act::Silu => Kind::Silu,
            Act::Tanh => Kind::Tanh,
            Act::Sigmoid => Kind::Sigmoid,
        };
        Activation { kind }
    }

    /// Of a layer with an activation behind it.
    fn init(&self) -> Init {
        let Experiment { gain, fan, std, bound, constant, .. } = *self.experiment;
        let made_up = self.activation().kind.gain();
        let (kind, usual) = match self.experiment.init {
            InitWord::Kaiming => (InitKind::KaimingNormal, made_up),
            InitWord::KaimingUniform => (InitKind::KaimingUniform, made_up),
            InitWord::Xavier => (InitKind::XavierNormal, 1.0),
            InitWord::XavierUniform => (InitKind::XavierUniform, 1.0),
            InitWord::PyTorch => (InitKind::PyTorch, 1.0),
            InitWord::Normal => (InitKind::Normal(std), 1.0),
            InitWord::Uniform => (InitKind::Uniform(bound), 1.0),
            InitWord::Constant => (InitKind::Constant(constant), 1.0),
            InitWord::Zeros => (InitKind::Zeros, 1.0),
        };
        Init { kind, gain: if gain > 0.0 { gain } else { usual }, fan_out: fan == Fan::Out }
    }
}
