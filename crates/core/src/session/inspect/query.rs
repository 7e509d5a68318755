use serde::Deserialize;

use crate::data::Split;
use crate::text::session as text;

/// What to look at. Looking never changes the run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Query {
    /// Addresses of the layers to look at; all when absent.
    pub layers: Option<Vec<String>>,
    /// Figures per layer.
    pub stats: bool,
    /// Without what needs the backward pass: a third of the time, for a first glance at a large network.
    pub forward: bool,
    /// How activations and weights are distributed.
    pub histogram: Option<HistogramQuery>,
    /// Feature maps.
    pub maps: Option<MapsQuery>,
    /// The weights of convolutions.
    pub filters: bool,
    /// What the normalisations measured and learned.
    pub norms: bool,
    /// Which pixels the answer hangs on.
    pub saliency: Option<SaliencyQuery>,
    /// Which units the next step drops.
    pub dropout: Option<DropoutQuery>,
    /// Who is taken for whom.
    pub confusion: Option<ImagesQuery>,
    /// The images that are judged worst.
    pub mistakes: Option<MistakesQuery>,
    /// So many images of the batch that the next step trains on.
    pub next_batch: usize,
    /// The network's answers beside the images.
    pub predictions: bool,
    /// Every number of one layer.
    pub values: Option<ValuesQuery>,
}

/// How many bins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistogramQuery {
    /// Bins of equal width, 1 to 1000.
    pub bins: usize,
}

impl Default for HistogramQuery {
    fn default() -> Self {
        Self { bins: 30 }
    }
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

/// Whose pixels to judge, and by what.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SaliencyQuery {
    /// Which of the probe images.
    pub image: usize,
    /// The class whose logit is asked about; the loss when absent.
    pub class: Option<usize>,
}

/// Whose mask to show.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropoutQuery {
    /// Which image of the batch that comes next.
    pub image: usize,
}

/// Which images to judge.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImagesQuery {
    /// Their split.
    pub split: Split,
    /// The first so many; all when absent.
    pub limit: Option<usize>,
}

impl Default for ImagesQuery {
    fn default() -> Self {
        Self { split: Split::Val, limit: None }
    }
}

/// Which mistakes to hand over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MistakesQuery {
    /// So many, the worst first.
    pub n: usize,
    /// Their split.
    pub split: Split,
    /// Among the first so many; all when absent.
    pub limit: Option<usize>,
}

impl Default for MistakesQuery {
    fn default() -> Self {
        Self { n: 16, split: Split::Val, limit: None }
    }
}

/// Which layer to hand over in full.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValuesQuery {
    /// Its address, or `loss`.
    pub layer: String,
    /// Which of the probe images.
    pub image: usize,
}

/// Most bins of a histogram.
const BINS: usize = 1000;

impl Query {
    /// Whether the layers have to be run.
    pub(super) fn wants_layers(&self) -> bool {
        self.stats || self.histogram.is_some() || self.maps.is_some() || self.filters || self.norms
    }

    /// Whether a layer was asked about.
    pub(super) fn wants(&self, layer: &str) -> bool {
        self.layers.as_ref().is_none_or(|layers| layers.iter().any(|wanted| wanted == layer))
    }

    /// Refuses numbers that no look can have.
    ///
    /// # Errors
    /// One sentence about the first.
    pub(super) fn check(&self, probe: usize, batch: usize, classes: usize) -> Result<(), String> {
        let below = |what: &str, number: Option<usize>, count: usize| match number {
            Some(n) if n >= count => Err(text::not_there(what, n, count - 1)),
            _ => Ok(()),
        };
        if let Some(HistogramQuery { bins }) = self.histogram
            && !(1..=BINS).contains(&bins)
        {
            return Err(text::bins(BINS, bins));
        }
        below(text::IMAGE, self.maps.as_ref().map(|maps| maps.image), probe)?;
        below(text::IMAGE, self.saliency.as_ref().map(|saliency| saliency.image), probe)?;
        below(text::CLASS, self.saliency.as_ref().and_then(|saliency| saliency.class), classes)?;
        below(text::IMAGE, self.values.as_ref().map(|values| values.image), probe)?;
        below(text::IMAGE, self.dropout.as_ref().map(|dropout| dropout.image), batch)
    }
}
