use serde::Serialize;

use super::histogram::Histogram;
use super::values::LayerValues;
use crate::data::Split;

/// Feature maps of one layer for one image, `[channels, height, width]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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

/// The weights of a convolution, `[filters, channels, height, width]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Filters {
    /// `[filters, channels, height, width]`.
    pub shape: [usize; 4],
    /// The numbers.
    #[serde(skip)]
    pub data: Vec<f32>,
    /// Smallest number.
    pub low: f32,
    /// Largest number.
    pub high: f32,
}

/// What a normalisation measured and learned.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NormView {
    /// Mean of each group on the probe images: of a channel in batch normalisation, else image after
    /// image.
    #[serde(skip)]
    pub mean: Vec<f32>,
    /// Variance of each group, divided by the number of its elements.
    #[serde(skip)]
    pub variance: Vec<f32>,
    /// Running mean of each channel; batch normalisation only.
    #[serde(skip)]
    pub running_mean: Option<Vec<f32>>,
    /// Running variance of each channel, the unbiased one as in PyTorch.
    #[serde(skip)]
    pub running_variance: Option<Vec<f32>>,
    /// Weight γ of each channel or element.
    #[serde(skip)]
    pub weight: Option<Vec<f32>>,
    /// Bias β of each channel or element.
    #[serde(skip)]
    pub bias: Option<Vec<f32>>,
}

/// Figures of one layer on the probe images.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerView {
    /// Address: `3`, or `4.body.0` inside a block.
    pub name: String,
    /// Mean of the activations.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// Share of units that stay at or below 0 for every probe image; for activations only.
    pub dead: Option<f64>,
    /// Share of the activations within 2.5 % of the function's range from one of its ends; for sigmoid
    /// and tanh only.
    pub saturated: Option<f64>,
    /// Norm of the weights' gradient on the probe images.
    pub gradient: Option<f64>,
    /// Norm of the weights' gradient in the last training step, after clipping; absent before the first
    /// step, behind a restored checkpoint and in frozen layers.
    pub batch_gradient: Option<f64>,
    /// Norm of the weights.
    pub weight: Option<f64>,
    /// Norm of the last change that the optimiser made, divided by the norm of the weights; before the
    /// first step that of the change it would make with the probe's gradient.
    pub update: Option<f64>,
    /// How far the weights are from where the run began: norm of the difference over norm at the start.
    pub drift: Option<f64>,
    /// Whether the layer stays as it is.
    pub frozen: bool,
    /// Distribution of the activations, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activations: Option<Histogram>,
    /// Distribution of the weights, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Histogram>,
    /// Feature maps, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maps: Option<Maps>,
    /// Filters of a convolution, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Filters>,
    /// Statistics of a normalisation, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<NormView>,
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
    /// The same images as the next step trains on them, where it augments them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained: Option<Trained>,
}

/// Images after augmentation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trained {
    /// Bytes `[N, C, H, W]`, to be shown.
    #[serde(skip)]
    pub images: Vec<u8>,
    /// What the first layer reads, `[N, C, H, W]`: augmented and standardised, to the last bit.
    #[serde(skip)]
    pub values: Vec<f32>,
}

/// How much each pixel of an image moves the loss or a logit (K. Simonyan et al. 2013).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Saliency {
    /// Which of the probe images.
    pub image: usize,
    /// The class whose logit it is; the loss when absent.
    pub class: Option<usize>,
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    /// `|d loss / d x|` or `|d logit / d x|` of each standardised pixel.
    #[serde(skip)]
    pub data: Vec<f32>,
    /// The largest.
    pub high: f32,
}

/// Which units of a dropout layer the next step keeps, for one image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DropoutMask {
    /// Address of the layer.
    pub name: String,
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    /// 1 for a unit that is kept, 0 for one that is dropped.
    #[serde(skip)]
    pub kept: Vec<u8>,
}

/// Who is taken for whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Confusion {
    /// The images judged.
    pub split: Split,
    /// How many.
    pub count: usize,
    /// Share classified rightly.
    pub accuracy: f64,
    /// Mean loss.
    pub loss: f64,
    /// Images by true class (row) and predicted class (column), `[classes, classes]`.
    #[serde(skip)]
    pub matrix: Vec<u32>,
    /// Share of each true class classified rightly; absent for a class without images.
    pub per_class: Vec<Option<f64>>,
}

/// Images that are judged wrongly, the largest loss first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mistakes {
    /// The images judged.
    pub split: Split,
    /// How many there are in all.
    pub count: usize,
    /// Numbers of these images in the data set.
    pub numbers: Vec<u32>,
    /// The images with their labels.
    pub image: Shown,
    /// What each is taken for.
    pub predicted: Vec<u32>,
    /// Loss of each.
    pub losses: Vec<f64>,
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
    /// Which pixels the answer hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saliency: Option<Saliency>,
    /// Masks of the dropout layers in the step that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<Vec<DropoutMask>>,
    /// Who is taken for whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
    /// The images that are judged worst.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistakes: Option<Mistakes>,
    /// Every number of one layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<LayerValues>,
}
