//! How images are seen a little differently: what is drawn, what is done, and whose label it is.

use convlab_core::plan::StepRecord;

use crate::wrong::{Mistake, kernel};

// A view's numbers, in the order of `View::of`.
const FLIP: usize = 0;
const VFLIP: usize = 1;
const DX: usize = 2;
const DY: usize = 3;
const DEGREES: usize = 4;
const ZOOM: usize = 5;
const CUT: usize = 6;
const BRIGHTNESS: usize = 9;
const CONTRAST: usize = 10;
const LEFT: usize = 11;
const TOP: usize = 12;
const NUMBERS: usize = 14;

/// Every image seen through a view that has been spoiled.
fn applied(name: &'static str, spoil: fn(&mut [f32])) -> Mistake {
    kernel("augment/apply", name, move |call, reads, writes| {
        let mut views = reads[1].to_vec();
        views.chunks_exact_mut(NUMBERS).for_each(spoil);
        call.right(&[reads[0], &views], writes);
    })
}

/// Views that are spoiled behind their draw.
fn drawn(name: &'static str, spoil: fn(&mut [f32])) -> Mistake {
    kernel("augment/draw", name, move |call, reads, writes| {
        call.right(reads, writes);
        writes[0].chunks_exact_mut(NUMBERS).for_each(spoil);
    })
}

pub fn mistakes() -> Vec<Mistake> {
    let mut all = vec![
        applied("mirroring is ignored", |view| view[FLIP] = 0.0),
        applied("left to right and top to bottom are mixed up", |view| view.swap(FLIP, VFLIP)),
        applied("images move the other way", |view| {
            view[DX] = -view[DX];
            view[DY] = -view[DY];
        }),
        applied("rows move as columns should", |view| view.swap(DX, DY)),
        applied("images turn the other way", |view| view[DEGREES] = -view[DEGREES]),
        applied("degrees are taken for radians", |view| view[DEGREES] = view[DEGREES].to_degrees()),
        applied("larger is smaller", |view| view[ZOOM] = 1.0 / (1.0 + view[ZOOM]) - 1.0),
        applied("a crop's share is that of its side", |view| view[CUT] = 1.0 - (1.0 - view[CUT]).powi(2)),
        applied("brightness is ignored", |view| view[BRIGHTNESS] = 0.0),
        applied("contrast stretches about black", |view| view[BRIGHTNESS] += 0.5 * view[CONTRAST]),
        applied("the black square is a pixel off", |view| view[LEFT] += 1.0),
        applied("the black square's row is its column", |view| view.swap(LEFT, TOP)),
        drawn("the share of mirrored images is that of the others", |view| view[FLIP] = 1.0 - view[FLIP]),
        drawn("images move to the right only", |view| view[DX] = view[DX].abs()),
        drawn("images are turned to one side only", |view| view[DEGREES] = view[DEGREES].abs()),
        drawn("the black square hangs over the edge", |view| view[LEFT] += view[NUMBERS - 1]),
    ];
    all.extend([
        kernel("augment/draw", "all images of a batch are seen alike", |call, reads, writes| {
            call.right(reads, writes);
            let (first, others) = writes[0].split_at_mut(NUMBERS);
            others.chunks_exact_mut(NUMBERS).for_each(|view| view.copy_from_slice(first));
        }),
        kernel("augment/draw", "all steps see an image alike", |call, reads, writes| {
            let record = StepRecord { step: 0, ..*call.at.record };
            call.right_at(&record, reads, writes);
        }),
        kernel("augment/draw", "views ignore the seed", |call, reads, writes| {
            let record = StepRecord { seed: 1, ..*call.at.record };
            call.right_at(&record, reads, writes);
        }),
        kernel("batch/labels", "an augmented image has its neighbour's label", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].rotate_left(1);
        }),
        kernel("batch/labels", "labels are mirrored with their images", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].reverse();
        }),
    ]);
    all
}
