//! What a page should not try: networks that no common device has room for.

use crate::network::Network;
use crate::plan::{Builder, Mode, Shape};
use crate::spec::{Experiment, Problem};
use crate::state::Layout;
use crate::text::network as text;

/// Most bytes of one value: the size of a binding that every WebGPU device offers.
pub const MOST_BYTES_OF_A_VALUE: u64 = 128 << 20;
/// Most bytes of a training step: values, weights, gradients and what the optimiser keeps.
pub const MOST_BYTES: u64 = 1 << 30;

/// Refuses a layer's output that is too large for one binding.
pub(super) fn value(y: Shape) -> Result<(), String> {
    let bytes = bytes([y.n, y.c, y.h, y.w]);
    if bytes <= MOST_BYTES_OF_A_VALUE {
        return Ok(());
    }
    Err(text::value_too_large(y.n, megabytes(bytes), megabytes(MOST_BYTES_OF_A_VALUE)))
}

/// Refuses a dense layer or a batch whose memory is beyond the limits.
pub(super) fn check(network: &Network, experiment: &Experiment) -> Result<(), Problem> {
    let layout = layout(network);
    let largest = layout.parameters.iter().max_by_key(|s| bytes(s.shape.iter().copied()));
    if let Some(weights) = largest.filter(|s| bytes(s.shape.iter().copied()) > MOST_BYTES_OF_A_VALUE) {
        let message = text::weights_too_large(
            &weights.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × "),
            megabytes(bytes(weights.shape.iter().copied())),
            megabytes(MOST_BYTES_OF_A_VALUE),
        );
        return Err(Problem::new("net", message));
    }
    let arenas = 2 + u64::from(network.optimizer.slots());
    let state: u64 = layout.parameters.iter().map(|s| bytes(s.shape.iter().copied())).sum::<u64>() * arenas;
    let total = |batch| state + values(network, batch);
    let batch = experiment.batch as usize;
    if total(batch) <= MOST_BYTES {
        return Ok(());
    }
    let (mut fits, mut too_many) = (0, batch);
    while too_many - fits > 1 {
        let middle = fits + (too_many - fits) / 2;
        *(if total(middle) <= MOST_BYTES { &mut fits } else { &mut too_many }) = middle;
    }
    let (field, way_out) =
        if fits > 0 { ("batch", text::largest_batch(fits)) } else { ("net", text::FEWER.to_owned()) };
    let message =
        text::step_too_large(experiment.batch, megabytes(total(batch)), megabytes(MOST_BYTES), &way_out);
    Err(Problem::new(field, message))
}

/// The map of the network's weights.
pub(super) fn layout(network: &Network) -> Layout {
    let mut plan = Builder::new(Mode::Evaluate, 1);
    let x = plan.value("x", network.input);
    network.chain.forward(&mut plan, x, false);
    plan.finish().layout
}

/// Bytes of the values of a training step, as a GPU holds them.
fn values(network: &Network, batch: usize) -> u64 {
    let mut plan = Builder::new(Mode::Train { frozen: Vec::new() }, batch);
    let x = plan.value("x", network.input.with_n(batch));
    let (logits, back) = network.chain.forward(&mut plan, x, false);
    let dlogits = plan.value("dlogits", logits.shape);
    back.run(&mut plan, dlogits);
    plan.finish().suited(true).slots().lengths().iter().map(|&len| bytes([len])).sum()
}

fn bytes(sizes: impl IntoIterator<Item = usize>) -> u64 {
    sizes.into_iter().fold(4, |bytes, size| bytes.saturating_mul(size as u64))
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
