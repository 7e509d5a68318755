//! What a page needs to know about an experiment before it runs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Network, limits};
use crate::layers::{Chain, Layer, Window};
use crate::plan::Shape;
use crate::spec::{Experiment, Problem, Scalar, Study, link, settings};
use crate::text::network as text;

/// One column of the network strip.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerDescription {
    /// Address of the layer, `3`; the images are `input`.
    pub name: String,
    /// The family: input, conv, norm, activation, pool, gap, flatten, dense, dropout or residual.
    pub kind: &'static str,
    /// What stands over the column: `Conv 3×3`.
    pub title: String,
    /// `[C, H, W]`, or `[C]` of a vector.
    pub shape: Vec<usize>,
    /// Numbers to learn.
    pub parameters: usize,
    /// Multiplications with addition for one image.
    pub macs: u64,
    /// Rows and columns of the image that one unit sees, the padding around it included.
    pub receptive: usize,
}

/// How many images there are of what shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Training images.
    pub train: usize,
    /// Validation images.
    pub validation: usize,
    /// Test images.
    pub test: usize,
    /// Channels, rows, columns.
    pub shape: [usize; 3],
}

/// An experiment in full.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// The canonical link.
    pub link: String,
    /// Every setting by its key.
    pub values: BTreeMap<&'static str, Scalar>,
    /// What each would be if nothing were written, beside this data set and network.
    pub defaults: BTreeMap<&'static str, Scalar>,
    /// What could not be used.
    pub problems: Vec<Problem>,
    /// From the images to the classifier.
    pub layers: Vec<LayerDescription>,
    /// Numbers to learn, all together.
    pub parameters: usize,
    /// Multiplications with addition for one image, all together.
    pub macs: u64,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// The images.
    pub data: Counts,
    /// Sentences about the images, where they have been loaded: what was left out, what leaks.
    pub notes: Vec<String>,
}

/// What a link means on its own data set.
pub fn describe(text: &str) -> Description {
    let (study, problems) = link::parse(text);
    let base = &study.base;
    let classes = base.names();
    let network =
        Network::new(base, base.input(), classes.len()).expect("a parsed experiment has been repaired");
    network.describe(&study, classes, base.counts(), problems)
}

impl Experiment {
    /// The images of its own data set.
    fn counts(&self) -> Counts {
        let Shape { c, h, w, .. } = self.input();
        let [train, validation, test] = [self.train, self.val, self.test].map(|count| count as usize);
        Counts { train, validation, test, shape: [c, h, w] }
    }
}

impl Network {
    /// Describes a study's base with this network.
    pub fn describe(
        &self,
        study: &Study,
        classes: Vec<String>,
        data: Counts,
        problems: Vec<Problem>,
    ) -> Description {
        let layers = self.layers();
        Description {
            link: link::format(study),
            values: values(&study.base),
            defaults: values(&study.base.defaults()),
            problems,
            parameters: layers.iter().map(|layer| layer.parameters).sum(),
            macs: layers.iter().map(|layer| layer.macs).sum(),
            layers,
            classes,
            data,
            notes: Vec::new(),
        }
    }

    /// The columns, the images first.
    fn layers(&self) -> Vec<LayerDescription> {
        let layout = limits::layout(self);
        let mut columns = vec![LayerDescription {
            name: "input".to_owned(),
            kind: "input",
            title: text::IMAGE.to_owned(),
            shape: vec![self.input.c, self.input.h, self.input.w],
            parameters: 0,
            macs: 0,
            receptive: 1,
        }];
        let Chain(layers) = &self.chain;
        let (mut x, mut seen) = (self.input, Window::POINT);
        for (number, layer) in layers.iter().enumerate() {
            seen = seen.then(window(layer.as_ref(), x));
            let macs = layer.macs(x);
            x = layer.output(x).unwrap_or(x);
            columns.push(LayerDescription {
                name: number.to_string(),
                kind: layer.kind(),
                title: layer.title(),
                shape: if x.plane() == 1 { vec![x.c] } else { vec![x.c, x.h, x.w] },
                parameters: layout.count(&format!("{number}.")),
                macs,
                receptive: seen.size,
            });
        }
        columns
    }
}

fn values(experiment: &Experiment) -> BTreeMap<&'static str, Scalar> {
    let words = settings().iter().filter_map(|setting| Some((setting, experiment.word(setting.key)?)));
    words.map(|(setting, word)| (setting.key, setting.scalar(word))).collect()
}

/// What a unit sees; behind a flatten every unit sees all of the maps.
fn window(layer: &dyn Layer, x: Shape) -> Window {
    match layer.kind() {
        "flatten" => Window { size: x.h.max(x.w), ..Window::POINT },
        _ => layer.window(x),
    }
}
