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

/// Declares the settings. The doc comment of a field is its help on the page.
macro_rules! experiment {
    ($(#[doc = $help:literal] $key:ident: $type:ty = $default:expr, $setting:expr;)+) => {
        /// What the user wrote about one run.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct Experiment {
            $(#[doc = $help] pub $key: $type,)+
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
                $setting.of(stringify!($key), $help, Field::word(&default))
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
                    _ => return Err("is not a setting".to_owned()),
                }
                Ok(())
            }
        }
    };
}

experiment! {
    /// What the network learns to tell apart.
    data: Data = Data::Digits, Setting::choice::<Data>("Data", Group::Images)
        .source("LeCun et al., Gradient-based learning, 1998", "https://doi.org/10.1109/5.726791");

    /// Rows and columns of an image. Half: 4 × faster.
    side: u32 = 28, Setting::listed("Image size", Group::Images, "an image size", sides());

    /// Fewer: it learns them by heart, not the rule.
    train: u32 = 8000, Setting::whole("Training images", Group::Images, 1, 60_000).log().slider(10.0, 8000.0)
        .extremes("few images are soon known by heart, and validation stays behind", "each epoch takes longer; there is no other harm");

    /// Images that choices look at; never trained on.
    val: u32 = 1000, Setting::whole("Validation images", Group::Images, 10, 10_000).slider(10.0, 1000.0);

    /// Images looked at once, at the very end.
    test: u32 = 1000, Setting::whole("Test images", Group::Images, 10, 10_000).slider(10.0, 1000.0);

    /// Only these, as 0-1-7, counted from 0; or all.
    classes: Classes = Classes::default(), Setting::list("Classes", Group::Images);

    /// Training images of each class, at most. 0: all.
    perclass: u32 = 0, Setting::whole("Images per class", Group::Images, 0, 6000).log().slider(0.0, 1000.0);

    /// First class over last, in training images.
    imbalance: f64 = 1.0, Setting::number("Imbalance", Group::Images, 1.0, 1000.0).log().slider(1.0, 100.0)
        .extremes("all classes count alike", "accuracy looks good while rare classes are never answered")
        .source("Cui et al., Class-balanced loss, 2019", "https://arxiv.org/abs/1901.05555");

    /// Share of training labels that are wrong.
    noise: f64 = 0.0, Setting::number("Label noise", Group::Images, 0.0, 1.0)
        .extremes("the labels are right", "it learns wrong labels by heart, later than right ones")
        .source("Zhang et al., Rethinking generalization, 2016", "https://arxiv.org/abs/1611.03530");

    /// Shuffled: it can only learn by heart.
    labels: Labels = Labels::True, Setting::choice::<Labels>("Training labels", Group::Images)
        .source("Zhang et al., Rethinking generalization, 2016", "https://arxiv.org/abs/1611.03530");

    /// Degrees that every image is turned by.
    turn: f64 = 0.0, Setting::number("Images turned", Group::Images, -180.0, 180.0);

    /// Share of the side that every image is moved by.
    offset: f64 = 0.0, Setting::number("Images moved", Group::Images, -0.5, 0.5);

    /// Noise on every pixel, all splits. 1: as white.
    pixelnoise: f64 = 0.0, Setting::number("Pixel noise", Group::Images, 0.0, 1.0);

    /// Shapes in the colour and texture of their class.
    correlation: f64 = 0.0, Setting::number("Colour-texture correlation", Group::Images, 0.0, 1.0)
        .when("data", &["shapes"])
        .source("Geirhos et al., ImageNet-trained CNNs, 2018", "https://arxiv.org/abs/1811.12231");

    /// How colourful shapes are. 0: grey.
    colour: f64 = 1.0, Setting::number("Shape colour", Group::Images, 0.0, 1.0).when("data", &["shapes"]);

    /// Share of shapes with stripes, dots or checks.
    texture: f64 = 0.5, Setting::number("Shape texture", Group::Images, 0.0, 1.0).when("data", &["shapes"]);

    /// Share of images with a bar over the shape.
    occlusion: f64 = 0.2, Setting::number("Occlusion", Group::Images, 0.0, 1.0).when("data", &["shapes"]);

    /// How far shapes lie from the middle, at most.
    shapeshift: f64 = 0.12, Setting::number("Shape shift", Group::Images, 0.0, 0.5).when("data", &["shapes"]);

    /// How far shapes are turned, at most, in degrees.
    shapeturn: f64 = 25.0, Setting::number("Shape rotation", Group::Images, 0.0, 180.0).when("data", &["shapes"]);

    /// Smallest radius, as a share of the side.
    smallest: f64 = 0.24, Setting::number("Smallest shape", Group::Images, 0.05, 0.5).when("data", &["shapes"]);

    /// Largest radius, as a share of the side.
    largest: f64 = 0.38, Setting::number("Largest shape", Group::Images, 0.05, 0.5).when("data", &["shapes"]);

    /// Deviation of the noise of a shape's pixels.
    grain: f64 = 0.03, Setting::number("Shape grain", Group::Images, 0.0, 1.0).when("data", &["shapes"]);

    /// Chance to mirror an image left to right.
    flip: f64 = 0.0, Setting::number("Flip", Group::Augment, 0.0, 1.0).live()
        .extremes("mirrored images stay unknown", "mirrored digits are other signs")
        .source("torchvision, RandomHorizontalFlip", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// Chance to mirror an image top to bottom.
    vflip: f64 = 0.0, Setting::number("Vertical flip", Group::Augment, 0.0, 1.0).live()
        .source("torchvision, RandomVerticalFlip", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// Farthest move in each direction / side.
    shift: f64 = 0.0, Setting::number("Shift", Group::Augment, 0.0, 1.0).slider(0.0, 0.5).live()
        .extremes("it knows digits only where they stood", "the digit leaves the image, and nothing is left to read")
        .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// Largest turn to either side, in degrees.
    rotate: f64 = 0.0, Setting::number("Rotate", Group::Augment, 0.0, 180.0).slider(0.0, 90.0).live()
        .extremes("turned digits stay unknown", "6 and 9 become each other")
        .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// 0.1: a tenth larger or smaller at most.
    scale: f64 = 0.0, Setting::number("Scale", Group::Augment, 0.0, 0.9).slider(0.0, 0.5).live()
        .extremes("other sizes stay unknown", "digits lose their strokes or their edges")
        .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// Smallest share of the area kept. 1: all.
    crop: f64 = 1.0, Setting::number("Crop and resize", Group::Augment, 0.05, 1.0).slider(0.25, 1.0).live()
        .extremes("what is left no longer shows its class", "nothing changes")
        .source("Szegedy et al., Going deeper, 2014", "https://arxiv.org/abs/1409.4842");

    /// Largest change; 1 is black to white.
    brightness: f64 = 0.0, Setting::number("Brightness", Group::Augment, 0.0, 1.0).live()
        .source("torchvision, ColorJitter", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// 0.2: a fifth stronger or weaker at most.
    contrast: f64 = 0.0, Setting::number("Contrast", Group::Augment, 0.0, 1.0).live()
        .source("torchvision, ColorJitter", "https://docs.pytorch.org/vision/stable/transforms.html");

    /// Blacks out a square: its side / the image's.
    cutout: f64 = 0.0, Setting::number("Cutout", Group::Augment, 0.0, 1.0).slider(0.0, 0.75).live()
        .extremes("nothing is hidden", "the part that tells the class is often gone")
        .source("DeVries and Taylor, Cutout, 2017", "https://arxiv.org/abs/1708.04552");

    /// Answers averaged per image in a test. 1: one.
    tta: u32 = 1, Setting::whole("Test-time views", Group::Augment, 1, MOST_VIEWS)
        .source("Krizhevsky et al., ImageNet classification, 2012", "https://doi.org/10.1145/3065386");

    /// The layers in front of the classifier.
    net: String = "conv16-pool-conv32-pool".to_owned(),
        Setting::listed("Network", Group::Model, "a network", networks()).free()
        .source("Simonyan and Zisserman, VGG, 2014", "https://arxiv.org/abs/1409.1556");

    /// How large the weights are before step 1.
    init: InitWord = InitWord::Kaiming, Setting::choice::<InitWord>("Initialization", Group::Layers)
        .source("He et al., Delving deep into rectifiers, 2015", "https://arxiv.org/abs/1502.01852");

    /// Too small: signals fade. Too large: they burst.
    std: f64 = 0.05, Setting::number("Deviation", Group::Layers, 1e-6, 100.0).log().slider(1e-3, 10.0)
        .when("init", &["normal"])
        .extremes("activations shrink from layer to layer, and gradients vanish", "activations grow from layer to layer, and the loss explodes");

    /// Weights start between minus this and this.
    bound: f64 = 0.05, Setting::number("Bound", Group::Layers, 1e-6, 100.0).log().slider(1e-3, 10.0)
        .when("init", &["uniform"])
        .extremes("activations shrink from layer to layer, and gradients vanish", "activations grow from layer to layer, and the loss explodes");

    /// What every weight starts as: no two differ.
    constant: f64 = 0.01, Setting::number("Constant", Group::Layers, -100.0, 100.0).slider(-1.0, 1.0)
        .when("init", &["constant"]);

    /// What keeps its spread: outputs or gradients.
    fan: Fan = Fan::In, Setting::choice::<Fan>("Fan", Group::Layers)
        .when("init", &["kaiming", "kaiming-uniform"])
        .source("PyTorch, torch.nn.init.kaiming_normal_", "https://docs.pytorch.org/docs/stable/nn.init.html");

    /// Factor of the rule. 0: by the activation.
    gain: f64 = 0.0, Setting::number("Gain", Group::Layers, 0.0, 100.0).slider(0.0, 3.0)
        .when("init", RULES)
        .extremes("signals fade with depth", "signals grow with depth")
        .source("PyTorch, torch.nn.init.calculate_gain", "https://docs.pytorch.org/docs/stable/nn.init.html");

    /// Gain of the last layer. Small: it guesses first.
    head: f64 = 0.1, Setting::number("Classifier gain", Group::Layers, 0.0, 100.0).slider(0.0, 2.0)
        .when("init", RULES)
        .extremes("the first loss is that of guessing, ln 10", "it begins by being sure and wrong");

    /// Each channel to mean 0, deviation 1.
    norm: NormKind = NormKind::Batch, Setting::choice::<NormKind>("Normalization", Group::Layers)
        .source("Ioffe and Szegedy, Batch normalization, 2015", "https://arxiv.org/abs/1502.03167");

    /// Channels that share one mean: all / groups.
    groups: u32 = 4, Setting::whole("Groups", Group::Layers, 1, 512).log().slider(1.0, 32.0)
        .when("norm", &["group"])
        .extremes("as layer normalization", "as instance normalization")
        .source("Wu and He, Group normalization, 2018", "https://arxiv.org/abs/1803.08494");

    /// Whether a block starts as its shortcut alone.
    blocks: BlockStart = BlockStart::One, Setting::choice::<BlockStart>("Blocks start", Group::Layers)
        .when("norm", &["batch", "layer", "layer-element", "instance", "group"])
        .source("Goyal et al., Large minibatch SGD, 2017", "https://arxiv.org/abs/1706.02677");

    /// What bends the line between two layers.
    act: Act = Act::Relu, Setting::choice::<Act>("Activation", Group::Layers)
        .source("Hendrycks and Gimpel, GELUs, 2016", "https://arxiv.org/abs/1606.08415");

    /// How a gradient becomes a step.
    opt: Opt = Opt::Sgd, Setting::choice::<Opt>("Optimizer", Group::Optimizer)
        .source("PyTorch, torch.optim.SGD", "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html");

    /// Too high: loss jumps. Too low: it crawls.
    lr: f64 = 0.02, Setting::number("Learning rate", Group::Optimizer, 1e-6, 1e6)
        .log().slider(1e-4, 10.0).live()
        .extremes("the loss falls slowly, in a straight line", "the loss jumps, stays high, or diverges")
        .source("Bengio, Practical recommendations, 2012", "https://arxiv.org/abs/1206.5533");

    /// How the learning rate changes by itself.
    schedule: ScheduleWord = ScheduleWord::Constant, Setting::choice::<ScheduleWord>("Schedule", Group::Optimizer)
        .source("Loshchilov and Hutter, SGDR, 2016", "https://arxiv.org/abs/1608.03983");

    /// How much of the last step goes on. 0: none.
    momentum: f64 = 0.9, Setting::number("Momentum", Group::Optimizer, 0.0, 0.999).slider(0.0, 0.99).live()
        .extremes("each step follows its own noisy batch", "steps overshoot and swing back")
        .source(
            "Sutskever et al., On the importance of initialization and momentum, 2013",
            "https://proceedings.mlr.press/v28/sutskever13.html",
        );

    /// Longest gradient that is taken as it is. 0: any.
    clip: f64 = 0.0, Setting::number("Gradient clipping", Group::Optimizer, 0.0, 1e6).log().slider(0.0, 100.0)
        .extremes("every step is short: as a low learning rate", "a rare huge gradient throws the weights away")
        .live()
        .source("Pascanu et al., Training recurrent networks, 2012", "https://arxiv.org/abs/1211.5063");

    /// Images per step. Small: noisy gradient.
    batch: u32 = 64, Setting::whole("Batch size", Group::Optimizer, 1, 1024).log().slider(1.0, 512.0)
        .extremes("a noisy curve; batch norm has few images for its mean", "few steps in an epoch, and each takes long")
        .source("Masters and Luschi, Revisiting small batch training, 2018", "https://arxiv.org/abs/1804.07612");

    /// Share of units silenced before the classifier.
    p: f64 = 0.25, Setting::number("Dropout p", Group::Regularize, 0.0, 1.0).live()
        .extremes("a large net learns the training images by heart", "too few units are left: the training loss stays high")
        .source("Srivastava et al., Dropout, 2014", "https://jmlr.org/papers/v15/srivastava14a.html");

    /// Pulls every weight towards 0 at each step.
    wd: f64 = 0.0, Setting::number("Weight decay", Group::Regularize, 0.0, 1.0).log().slider(0.0, 0.1).live()
        .extremes("weights grow as they like", "weights shrink faster than they learn")
        .source("Loshchilov and Hutter, Decoupled weight decay, 2017", "https://arxiv.org/abs/1711.05101");

    /// Pulls every weight to 0 with the same force.
    l1: f64 = 0.0, Setting::number("L1 penalty", Group::Regularize, 0.0, 1.0).log().slider(0.0, 0.01).live()
        .extremes("all weights stay in use", "nearly all weights become 0")
        .source("Tibshirani, Regression shrinkage via the lasso, 1996", "https://doi.org/10.1111/j.2517-6161.1996.tb02080.x");

    /// Share of the answer spread over all classes.
    smooth: f64 = 0.0, Setting::number("Label smoothing", Group::Regularize, 0.0, 1.0).slider(0.0, 0.5).live()
        .extremes("the net becomes surer than it should", "it never answers with confidence")
        .source("Szegedy et al., Rethinking the Inception architecture, 2015", "https://arxiv.org/abs/1512.00567");

    /// Where the run ends.
    steps: u32 = 1000, Setting::whole("Steps", Group::Run, 1, 1_000_000).log().slider(10.0, 100_000.0)
        .extremes("the loss is still falling", "validation loss may rise again");

    /// Same seed, same run, to the last bit.
    seed: u32 = 1, Setting::whole("Seed", Group::Run, 0, u32::MAX);
}

/// Initializations that are a rule with a gain.
const RULES: &[&str] = &["kaiming", "kaiming-uniform", "xavier", "xavier-uniform"];

fn sides() -> Vec<Choice> {
    vec![
        Choice::new("28", "28 × 28", "Digits as they were scanned."),
        Choice::new("14", "14 × 14", "Digits at half size."),
        Choice::new("32", "32 × 32", "Colour shapes as they are drawn."),
        Choice::new("16", "16 × 16", "Colour shapes at half size."),
        Choice::new("64", "64 × 64", "Pictures of your own, larger: 4 × slower."),
    ]
}

fn networks() -> Vec<Choice> {
    let plain = Choice::new(
        "conv16-pool-conv32-pool",
        "conv16, conv32",
        "Two 3 × 3 convolutions, a pool after each.",
    );
    let named = presets::PRESETS
        .iter()
        .map(|p| Choice { group: Some(p.group), ..Choice::new(p.name, p.label, p.help) });
    [Choice { group: Some(presets::SMALL), ..plain }].into_iter().chain(named).collect()
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
