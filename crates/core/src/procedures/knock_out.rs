use serde::Serialize;

use super::{Procedure, SharedLab, stage};
use crate::data::Split;
use crate::session::{Session, SessionError};
use crate::shared::random::{Stream, word};
use crate::shared::sort;
use crate::spec::Study;
use crate::text::verdicts as text;

/// Draws of the units to knock out, for each share.
const DRAWS: u32 = 5;
/// Shares of the units that are knocked out.
const SHARES: [f64; 8] = [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

/// Validation accuracy with a share of a layer's units at 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KnockOutRow {
    /// Name of the arm.
    pub arm: String,
    /// Number of the layer.
    pub layer: usize,
    /// Share of its units at 0.
    pub share: f64,
    /// Whether the others were multiplied by 1/(1 − share).
    pub rescaled: bool,
    /// Smallest, median and largest accuracy of five draws.
    pub accuracy: [f64; 3],
}

/// Trains each arm of a study with its first seed, then knocks out more and more units of a layer: the
/// last activation, unless another is given. The caveat: dropout trains for exactly this.
pub fn knock_out(
    lab: SharedLab,
    study: Study,
    layer: Option<usize>,
) -> Procedure<KnockOutRow, Vec<KnockOutRow>> {
    let seed = study.base.seed;
    let runs: Vec<_> = study.arms.iter().map(|arm| (arm.title(), study.experiment(arm, seed))).collect();
    let steps: u32 = runs.iter().map(|(_, experiment)| experiment.steps).sum();
    Procedure::new(stage::steps(&study.base) + steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &study.base).await?;
        let mut all = Vec::new();
        for (arm, experiment) in runs {
            let mut session = lab.open(&experiment)?;
            if let Some(step) = desk.train(&mut session, experiment.steps, |_| {}).await? {
                return Err(SessionError::Refused(text::arm_diverged(&arm, step)));
            }
            let layer = layer.unwrap_or_else(|| last_activation(&session));
            for rescaled in [false, true] {
                for share in SHARES {
                    let accuracy = knocked(&mut session, layer, share, rescaled).await?;
                    let row = KnockOutRow { arm: arm.clone(), layer, share, rescaled, accuracy };
                    desk.row(row.clone());
                    all.push(row);
                    desk.rest().await;
                }
            }
        }
        Ok(all)
    })
}

fn last_activation(session: &Session) -> usize {
    let layers = &session.setup().network.chain.0;
    layers.iter().rposition(|layer| matches!(layer.kind(), "activation" | "residual")).unwrap_or_default()
}

async fn knocked(
    session: &mut Session,
    layer: usize,
    share: f64,
    rescale: bool,
) -> Result<[f64; 3], SessionError> {
    let units = session.units().get(layer).copied().unwrap_or_default();
    let mut accuracies = Vec::new();
    for draw in 0..DRAWS {
        // A larger share knocks out the same units and more.
        let mut order: Vec<usize> = (0..units).collect();
        sort::by_key(&mut order, |&unit| word(draw, Stream::Search, 0, layer as u32, unit as u32));
        order.truncate((share * units as f64).round() as usize);
        let seen = session.evaluate_without(layer, &order, rescale, Split::Val, None).await?;
        accuracies.push(seen.accuracy);
    }
    sort::by(&mut accuracies, f64::total_cmp);
    Ok([accuracies[0], accuracies[accuracies.len() / 2], accuracies[accuracies.len() - 1]])
}
