//! The experiment: one declaration gives the struct, the limits, the link's words and the form.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::choices::{Act, BlockStart, Choice, Data, Fan, InitWord, Labels, NormKind, Opt, ScheduleWord};
use super::classes::Classes;
use super::field::Field;
use super::intervention::Intervention;
use super::presets;
use super::settings::{Group, Setting};
use super::start::Start;
use crate::augment::MOST_VIEWS;
use crate::plan::Shape;
use crate::text::{self, choices, fields};

/// Declares the settings. What readers are told about each stands in `text/fields.rs` under its key.
macro_rules! experiment {
    ($($key:ident: $type:ty = $default:expr, $setting:expr;)+) => {
        /// What the user wrote about one run.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct Experiment {
            $(#[doc = concat!("`", stringify!($key), "`")] pub $key: $type,)+
            /// Layers that stay as they are, by address: `0` or `3.body`.
            pub freeze: Vec<String>,
            /// What it begins with; weights drawn by the seed when absent.
            pub start: Option<Start>,
            /// Changes made while it ran, in the order of their steps.
            pub log: Vec<Intervention>,
        }

        impl Default for Experiment {
            fn default() -> Self {
                Self { $($key: $default,)+ freeze: Vec::new(), start: None, log: Vec::new() }
            }
        }

        fn declared() -> Vec<Setting> {
            vec![$({
                let default: $type = $default;
                $setting.of(stringify!($key), &fields::$key, Field::word(&default))
            }),+]
        }

        impl Experiment {
            /// The word of a setting in the link.
            pub fn word(&self, key: &str) -> Option<String> {
                match key {
                    $(stringify!($key) => Some(Field::word(&self.$key)),)+
                    _ => None,
                }
            }

            /// Sets a setting to a word that [`Setting::check`] has let through.
            pub(crate) fn assign(&mut self, key: &str, word: &str) -> Result<(), String> {
                match key {
                    $(stringify!($key) => self.$key = Field::read(word)?,)+
                    _ => return Err(text::link::NO_SETTING.to_owned()),
                }
                Ok(())
            }
        }
    };
}

experiment! {
    data: Data = Data::Digits, Setting::choice::<Data>(Group::Images);
    side: u32 = 28, Setting::listed(Group::Images, choices::IMAGE_SIZE, sides());
    train: u32 = 8000, Setting::whole(Group::Images, 1, 60_000).log().slider(10.0, 8000.0);
    val: u32 = 1000, Setting::whole(Group::Images, 10, 10_000).slider(10.0, 1000.0);
    test: u32 = 1000, Setting::whole(Group::Images, 10, 10_000).slider(10.0, 1000.0);
    classes: Classes = Classes::default(), Setting::list(Group::Images);
    perclass: u32 = 0, Setting::whole(Group::Images, 0, 6000).log().slider(0.0, 1000.0);
    imbalance: f64 = 1.0, Setting::number(Group::Images, 1.0, 1000.0).log().slider(1.0, 100.0);
    noise: f64 = 0.0, Setting::number(Group::Images, 0.0, 1.0);
    labels: Labels = Labels::True, Setting::choice::<Labels>(Group::Images);
    turn: f64 = 0.0, Setting::number(Group::Images, -180.0, 180.0);
    offset: f64 = 0.0, Setting::number(Group::Images, -0.5, 0.5);
    pixelnoise: f64 = 0.0, Setting::number(Group::Images, 0.0, 1.0);
    correlation: f64 = 0.0, Setting::number(Group::Images, 0.0, 1.0).when("data", &["shapes"]);
    colour: f64 = 1.0, Setting::number(Group::Images, 0.0, 1.0).when("data", &["shapes"]);
    texture: f64 = 0.5, Setting::number(Group::Images, 0.0, 1.0).when("data", &["shapes"]);
    occlusion: f64 = 0.2, Setting::number(Group::Images, 0.0, 1.0).when("data", &["shapes"]);
    shapeshift: f64 = 0.12, Setting::number(Group::Images, 0.0, 0.5).when("data", &["shapes"]);
    shapeturn: f64 = 25.0, Setting::number(Group::Images, 0.0, 180.0).when("data", &["shapes"]);
    smallest: f64 = 0.24, Setting::number(Group::Images, 0.05, 0.5).when("data", &["shapes"]);
    largest: f64 = 0.38, Setting::number(Group::Images, 0.05, 0.5).when("data", &["shapes"]);
    grain: f64 = 0.03, Setting::number(Group::Images, 0.0, 1.0).when("data", &["shapes"]);
    flip: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).live();
    vflip: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).live();
    shift: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).slider(0.0, 0.5).live();
    rotate: f64 = 0.0, Setting::number(Group::Augment, 0.0, 180.0).slider(0.0, 90.0).live();
    scale: f64 = 0.0, Setting::number(Group::Augment, 0.0, 0.9).slider(0.0, 0.5).live();
    crop: f64 = 1.0, Setting::number(Group::Augment, 0.05, 1.0).slider(0.25, 1.0).live();
    brightness: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).live();
    contrast: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).live();
    cutout: f64 = 0.0, Setting::number(Group::Augment, 0.0, 1.0).slider(0.0, 0.75).live();
    tta: u32 = 1, Setting::whole(Group::Augment, 1, MOST_VIEWS);
    net: String = "conv16-pool-conv32-pool".to_owned(),
        Setting::listed(Group::Model, choices::NETWORK, networks()).free();
    init: InitWord = InitWord::Kaiming, Setting::choice::<InitWord>(Group::Layers);
    std: f64 = 0.05, Setting::number(Group::Layers, 1e-6, 100.0).log().slider(1e-3, 10.0)
        .when("init", &["normal"]);
    bound: f64 = 0.05, Setting::number(Group::Layers, 1e-6, 100.0).log().slider(1e-3, 10.0)
        .when("init", &["uniform"]);
    constant: f64 = 0.01, Setting::number(Group::Layers, -100.0, 100.0).slider(-1.0, 1.0)
        .when("init", &["constant"]);
    fan: Fan = Fan::In, Setting::choice::<Fan>(Group::Layers).when("init", &["kaiming", "kaiming-uniform"]);
    gain: f64 = 0.0, Setting::number(Group::Layers, 0.0, 100.0).slider(0.0, 3.0).when("init", RULES);
    head: f64 = 0.1, Setting::number(Group::Layers, 0.0, 100.0).slider(0.0, 2.0).when("init", RULES);
    norm: NormKind = NormKind::Batch, Setting::choice::<NormKind>(Group::Layers);
    groups: u32 = 4, Setting::whole(Group::Layers, 1, 512).log().slider(1.0, 32.0).when("norm", &["group"]);
    blocks: BlockStart = BlockStart::One, Setting::choice::<BlockStart>(Group::Layers)
        .when("norm", &["batch", "layer", "layer-element", "instance", "group"]);
    act: Act = Act::Relu, Setting::choice::<Act>(Group::Layers);
    opt: Opt = Opt::Sgd, Setting::choice::<Opt>(Group::Optimizer);
    lr: f64 = 0.02, Setting::number(Group::Optimizer, 1e-6, 1e6).log().slider(1e-4, 10.0).live();
    schedule: ScheduleWord = ScheduleWord::Constant, Setting::choice::<ScheduleWord>(Group::Optimizer);
    momentum: f64 = 0.9, Setting::number(Group::Optimizer, 0.0, 0.999).slider(0.0, 0.99).live();
    clip: f64 = 0.0, Setting::number(Group::Optimizer, 0.0, 1e6).log().slider(0.0, 100.0).live();
    batch: u32 = 64, Setting::whole(Group::Optimizer, 1, 1024).log().slider(1.0, 512.0);
    p: f64 = 0.25, Setting::number(Group::Regularize, 0.0, 1.0).live();
    wd: f64 = 0.0, Setting::number(Group::Regularize, 0.0, 1.0).log().slider(0.0, 0.1).live();
    l1: f64 = 0.0, Setting::number(Group::Regularize, 0.0, 1.0).log().slider(0.0, 0.01).live();
    smooth: f64 = 0.0, Setting::number(Group::Regularize, 0.0, 1.0).slider(0.0, 0.5).live();
    steps: u32 = 1000, Setting::whole(Group::Run, 1, 1_000_000).log().slider(10.0, 100_000.0);
    seed: u32 = 1, Setting::whole(Group::Run, 0, u32::MAX);
}

/// Initializations that are a rule with a gain.
const RULES: &[&str] = &["kaiming", "kaiming-uniform", "xavier", "xavier-uniform"];

fn sides() -> Vec<Choice> {
    choices::SIDES.map(|(word, words)| Choice::new(word, words)).to_vec()
}

fn networks() -> Vec<Choice> {
    let plain = Choice::new("conv16-pool-conv32-pool", text::presets::DEFAULT);
    let named = presets::PRESETS
        .iter()
        .map(|p| Choice { group: Some(p.group), ..Choice::new(p.name, [p.name, p.help]) });
    [Choice { group: Some(text::presets::SMALL), ..plain }].into_iter().chain(named).collect()
}

/// All settings, in the order data flows.
pub fn settings() -> &'static [Setting] {
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(declared);
    &SETTINGS
}

/// The setting of a key.
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.key == key)
}

impl Experiment {
    /// Keys and words of what differs from the defaults.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let defaults = self.defaults();
        let words = settings().iter().filter_map(|setting| Some((setting.key, self.word(setting.key)?)));
        words.filter(|(key, word)| defaults.word(key).as_ref() != Some(word)).collect()
    }

    /// What each setting would be if it alone were not written.
    pub fn defaults(&self) -> Self {
        let Self { data, net, train, opt, .. } = Self::default();
        Self { data, net, train, opt, ..self.usual() }
    }

    /// Names of its classes.
    pub fn names(&self) -> Vec<String> {
        self.classes.names(self.data.classes())
    }

    /// Whether both have the same images in the same splits: what decides it are the settings of the
    /// group Images, and the seed.
    pub fn same_images(&self, other: &Self) -> bool {
        let decides = |setting: &&Setting| setting.group == Group::Images || setting.key == "seed";
        settings().iter().filter(decides).all(|setting| self.word(setting.key) == other.word(setting.key))
    }

    /// One image of its data set, `[1, C, H, W]`.
    pub fn input(&self) -> Shape {
        Shape::new(1, self.data.channels(), self.side as usize, self.side as usize)
    }

    /// This data set, network, optimiser and number of images, and what follows from them.
    pub(super) fn usual(&self) -> Self {
        let mut usual = Self { side: self.data.sides()[0], ..Self::default() };
        (usual.data, usual.net, usual.train, usual.opt) = (self.data, self.net.clone(), self.train, self.opt);
        usual.batch = usual.batch.min(self.train);
        let of_network = presets::named(&self.net).map_or(&[][..], |named| named.preset.settings);
        for (key, word) in self.opt.settings().iter().chain(of_network) {
            usual.assign(key, word).expect("these settings are tested");
        }
        usual
    }
}
