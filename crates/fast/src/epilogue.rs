//! What follows a convolution, done to each group of images while their outputs are in a near cache. The
//! numbers are those of the two kernels one after the other.

use super::conv::{Forward, conv_forward};
use super::norm::{Moments, SHORT, moments};
use super::{ConvShape, RectifiedPool, Scratch, View};

/// [`conv_forward`], and mean and biased variance of every channel of y, `[oc, 2]` ([`moments`]).
pub fn conv_forward_moments(
    s: &ConvShape,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    y: &mut [f32],
    stats: &mut [f32],
    scratch: &mut Scratch,
) {
    let view = View { runs: s.n, groups: s.oc, run: s.oh() * s.ow() };
    assert_eq!(stats.len(), 2 * s.oc, "{s:?}");
    if view.run < SHORT {
        conv_forward(s, x, weight, bias, None, y, scratch);
        moments(view, y, stats);
        return;
    }
    let mut channels = std::mem::take(&mut scratch.moments);
    channels.clear();
    channels.resize(s.oc, Moments::default());
    Forward { shape: s, weight, bias, rectifier: None }.run(x, y, scratch, &mut |images| {
        for image in images.chunks_exact(s.oc * view.run) {
            for (channel, map) in channels.iter_mut().zip(image.chunks_exact(view.run)) {
                channel.take_run(map);
            }
        }
    });
    for (channel, stats) in channels.iter().zip(stats.as_chunks_mut().0) {
        *stats = channel.stats();
    }
    scratch.moments = channels;
}

/// [`conv_forward`], and the largest number of each window of what a rectifier makes of y: a pool
/// without a norm. y `[n, oc, oh, ow]`, pooled as the pool's y.
pub fn conv_forward_pooled(
    s: &ConvShape,
    pool: &RectifiedPool,
    x: &[f32],
    (weight, bias): (&[f32], Option<&[f32]>),
    y: &mut [f32],
    pooled: &mut [f32],
    scratch: &mut Scratch,
) {
    assert!(pool.norm.is_none() && pool.shape.x_len() == s.y_len(), "{s:?} {pool:?}");
    assert_eq!(pooled.len(), pool.shape.y_len(), "{pool:?}");
    let mut beside = Scratch::of(std::mem::take(&mut scratch.beside));
    let mut rest = pooled;
    Forward { shape: s, weight, bias, rectifier: None }.run(x, y, scratch, &mut |images| {
        let shape = ConvShape { n: images.len() / (s.oc * s.oh() * s.ow()), ..pool.shape };
        let (some, tail) = std::mem::take(&mut rest).split_at_mut(shape.y_len());
        RectifiedPool { shape, ..*pool }.forward(images, some, &mut beside);
        rest = tail;
    });
    scratch.beside = beside.memory();
}
