//! What readers are told about each setting, in a constant that is called as the setting is.

#![allow(non_upper_case_globals)]

use crate::spec::{Group, Source};

/// The name of a setting and what to know about it.
pub struct Words {
    pub label: &'static str,
    pub help: &'static str,
    pub extremes: Option<[&'static str; 2]>,
    pub source: Option<Source>,
}

impl Words {
    const fn new(label: &'static str, help: &'static str) -> Self {
        Self { label, help, extremes: None, source: None }
    }

    /// What one sees where it is too low, and where it is too high.
    const fn extremes(self, low: &'static str, high: &'static str) -> Self {
        Self { extremes: Some([low, high]), ..self }
    }

    /// Where to read more.
    const fn source(self, title: &'static str, url: &'static str) -> Self {
        Self { source: Some(Source { title, url }), ..self }
    }
}

/// What the settings of a group stand under in the form.
pub fn title(group: Group) -> &'static str {
    match group {
        Group::Images => "Images",
        Group::Augment => "Augment",
        Group::Model => "Model",
        Group::Layers => "Init, norm, activation",
        Group::Optimizer => "Optimizer",
        Group::Regularize => "Regularize",
        Group::Run => "Run",
    }
}

pub const data: Words = Words::new("Data", "What the network learns to tell apart.")
    .source("LeCun et al., Gradient-based learning, 1998", "https://doi.org/10.1109/5.726791");
pub const side: Words = Words::new("Image size", "Rows and columns of an image. Half: 4 × faster.");
pub const train: Words = Words::new("Training images", "Fewer: it learns them by heart, not the rule.")
    .extremes(
        "few images are soon known by heart, and validation stays behind",
        "each epoch takes longer; there is no other harm",
    );
pub const val: Words = Words::new("Validation images", "Images that choices look at; never trained on.");
pub const test: Words = Words::new("Test images", "Images looked at once, at the very end.");
pub const classes: Words = Words::new("Classes", "Only these, as 0-1-7, counted from 0; or all.");
pub const perclass: Words = Words::new("Images per class", "Training images of each class, at most. 0: all.");
pub const imbalance: Words = Words::new("Imbalance", "First class over last, in training images.")
    .extremes("all classes count alike", "accuracy looks good while rare classes are never answered")
    .source("Cui et al., Class-balanced loss, 2019", "https://arxiv.org/abs/1901.05555");
pub const noise: Words = Words::new("Label noise", "Share of training labels that are wrong.")
    .extremes("the labels are right", "it learns wrong labels by heart, later than right ones")
    .source("Zhang et al., Rethinking generalization, 2016", "https://arxiv.org/abs/1611.03530");
pub const labels: Words = Words::new("Training labels", "Shuffled: it can only learn by heart.")
    .source("Zhang et al., Rethinking generalization, 2016", "https://arxiv.org/abs/1611.03530");
pub const turn: Words = Words::new("Images turned", "Degrees that every image is turned by.");
pub const offset: Words = Words::new("Images moved", "Share of the side that every image is moved by.");
pub const pixelnoise: Words = Words::new("Pixel noise", "Noise on every pixel, all splits. 1: as white.");
pub const correlation: Words =
    Words::new("Colour-texture correlation", "Shapes in the colour and texture of their class.")
        .source("Geirhos et al., ImageNet-trained CNNs, 2018", "https://arxiv.org/abs/1811.12231");
pub const colour: Words = Words::new("Shape colour", "How colourful shapes are. 0: grey.");
pub const texture: Words = Words::new("Shape texture", "Share of shapes with stripes, dots or checks.");
pub const occlusion: Words = Words::new("Occlusion", "Share of images with a bar over the shape.");
pub const shapeshift: Words = Words::new("Shape shift", "How far shapes lie from the middle, at most.");
pub const shapeturn: Words = Words::new("Shape rotation", "How far shapes are turned, at most, in degrees.");
pub const smallest: Words = Words::new("Smallest shape", "Smallest radius, as a share of the side.");
pub const largest: Words = Words::new("Largest shape", "Largest radius, as a share of the side.");
pub const grain: Words = Words::new("Shape grain", "Deviation of the noise of a shape's pixels.");
pub const flip: Words = Words::new("Flip", "Chance to mirror an image left to right.")
    .extremes("mirrored images stay unknown", "mirrored digits are other signs")
    .source("torchvision, RandomHorizontalFlip", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const vflip: Words = Words::new("Vertical flip", "Chance to mirror an image top to bottom.")
    .source("torchvision, RandomVerticalFlip", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const shift: Words = Words::new("Shift", "Farthest move in each direction / side.")
    .extremes(
        "it knows digits only where they stood",
        "the digit leaves the image, and nothing is left to read",
    )
    .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const rotate: Words = Words::new("Rotate", "Largest turn to either side, in degrees.")
    .extremes("turned digits stay unknown", "6 and 9 become each other")
    .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const scale: Words = Words::new("Scale", "0.1: a tenth larger or smaller at most.")
    .extremes("other sizes stay unknown", "digits lose their strokes or their edges")
    .source("torchvision, RandomAffine", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const crop: Words = Words::new("Crop and resize", "Smallest share of the area kept. 1: all.")
    .extremes("what is left no longer shows its class", "nothing changes")
    .source("Szegedy et al., Going deeper, 2014", "https://arxiv.org/abs/1409.4842");
pub const brightness: Words = Words::new("Brightness", "Largest change; 1 is black to white.")
    .source("torchvision, ColorJitter", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const contrast: Words = Words::new("Contrast", "0.2: a fifth stronger or weaker at most.")
    .source("torchvision, ColorJitter", "https://docs.pytorch.org/vision/stable/transforms.html");
pub const cutout: Words = Words::new("Cutout", "Blacks out a square: its side / the image's.")
    .extremes("nothing is hidden", "the part that tells the class is often gone")
    .source("DeVries and Taylor, Cutout, 2017", "https://arxiv.org/abs/1708.04552");
pub const tta: Words = Words::new("Test-time views", "Answers averaged per image in a test. 1: one.")
    .source("Krizhevsky et al., ImageNet classification, 2012", "https://doi.org/10.1145/3065386");
pub const net: Words = Words::new("Network", "The layers in front of the classifier.")
    .source("Simonyan and Zisserman, VGG, 2014", "https://arxiv.org/abs/1409.1556");
pub const init: Words = Words::new("Initialization", "How large the weights are before step 1.")
    .source("He et al., Delving deep into rectifiers, 2015", "https://arxiv.org/abs/1502.01852");
pub const std: Words = Words::new("Deviation", "Too small: signals fade. Too large: they burst.").extremes(
    "activations shrink from layer to layer, and gradients vanish",
    "activations grow from layer to layer, and the loss explodes",
);
pub const bound: Words = Words::new("Bound", "Weights start between minus this and this.").extremes(
    "activations shrink from layer to layer, and gradients vanish",
    "activations grow from layer to layer, and the loss explodes",
);
pub const constant: Words = Words::new("Constant", "What every weight starts as: no two differ.");
pub const fan: Words = Words::new("Fan", "What keeps its spread: outputs or gradients.")
    .source("PyTorch, torch.nn.init.kaiming_normal_", "https://docs.pytorch.org/docs/stable/nn.init.html");
pub const gain: Words = Words::new("Gain", "Factor of the rule. 0: by the activation.")
    .extremes("signals fade with depth", "signals grow with depth")
    .source("PyTorch, torch.nn.init.calculate_gain", "https://docs.pytorch.org/docs/stable/nn.init.html");
pub const head: Words = Words::new("Classifier gain", "Gain of the last layer. Small: it guesses first.")
    .extremes("the first loss is that of guessing, ln 10", "it begins by being sure and wrong");
pub const norm: Words = Words::new("Normalization", "Each channel to mean 0, deviation 1.")
    .source("Ioffe and Szegedy, Batch normalization, 2015", "https://arxiv.org/abs/1502.03167");
pub const groups: Words = Words::new("Groups", "Channels that share one mean: all / groups.")
    .extremes("as layer normalization", "as instance normalization")
    .source("Wu and He, Group normalization, 2018", "https://arxiv.org/abs/1803.08494");
pub const blocks: Words = Words::new("Blocks start", "Whether a block starts as its shortcut alone.")
    .source("Goyal et al., Large minibatch SGD, 2017", "https://arxiv.org/abs/1706.02677");
pub const act: Words = Words::new("Activation", "What bends the line between two layers.")
    .source("Hendrycks and Gimpel, GELUs, 2016", "https://arxiv.org/abs/1606.08415");
pub const opt: Words = Words::new("Optimizer", "How a gradient becomes a step.").source(
    "PyTorch, torch.optim.SGD",
    "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
);
pub const lr: Words = Words::new("Learning rate", "Too high: loss jumps. Too low: it crawls.")
    .extremes("the loss falls slowly, in a straight line", "the loss jumps, stays high, or diverges")
    .source("Bengio, Practical recommendations, 2012", "https://arxiv.org/abs/1206.5533");
pub const schedule: Words = Words::new("Schedule", "How the learning rate changes by itself.")
    .source("Loshchilov and Hutter, SGDR, 2016", "https://arxiv.org/abs/1608.03983");
pub const momentum: Words = Words::new("Momentum", "How much of the last step goes on. 0: none.")
    .extremes("each step follows its own noisy batch", "steps overshoot and swing back")
    .source(
        "Sutskever et al., On the importance of initialization and momentum, 2013",
        "https://proceedings.mlr.press/v28/sutskever13.html",
    );
pub const clip: Words = Words::new("Gradient clipping", "Longest gradient that is taken as it is. 0: any.")
    .extremes("every step is short: as a low learning rate", "a rare huge gradient throws the weights away")
    .source("Pascanu et al., Training recurrent networks, 2012", "https://arxiv.org/abs/1211.5063");
pub const batch: Words = Words::new("Batch size", "Images per step. Small: noisy gradient.")
    .extremes(
        "a noisy curve; batch norm has few images for its mean",
        "few steps in an epoch, and each takes long",
    )
    .source("Masters and Luschi, Revisiting small batch training, 2018", "https://arxiv.org/abs/1804.07612");
pub const p: Words = Words::new("Dropout p", "Share of units silenced before the classifier.")
    .extremes(
        "a large net learns the training images by heart",
        "too few units are left: the training loss stays high",
    )
    .source("Srivastava et al., Dropout, 2014", "https://jmlr.org/papers/v15/srivastava14a.html");
pub const wd: Words = Words::new("Weight decay", "Pulls every weight towards 0 at each step.")
    .extremes("weights grow as they like", "weights shrink faster than they learn")
    .source("Loshchilov and Hutter, Decoupled weight decay, 2017", "https://arxiv.org/abs/1711.05101");
pub const l1: Words = Words::new("L1 penalty", "Pulls every weight to 0 with the same force.")
    .extremes("all weights stay in use", "nearly all weights become 0")
    .source(
        "Tibshirani, Regression shrinkage via the lasso, 1996",
        "https://doi.org/10.1111/j.2517-6161.1996.tb02080.x",
    );
pub const smooth: Words = Words::new("Label smoothing", "Share of the answer spread over all classes.")
    .extremes("the net becomes surer than it should", "it never answers with confidence")
    .source(
        "Szegedy et al., Rethinking the Inception architecture, 2015",
        "https://arxiv.org/abs/1512.00567",
    );
pub const steps: Words = Words::new("Steps", "Where the run ends.")
    .extremes("the loss is still falling", "validation loss may rise again");
pub const seed: Words = Words::new("Seed", "Same seed, same run, to the last bit.");
