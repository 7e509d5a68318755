use crate::wrong::{Call, Mistake, backward, kernel};

/// The sizes of a convolution, to be got wrong.
#[derive(Clone, Copy)]
struct Sizes {
    n: usize,
    ic: usize,
    oc: usize,
    input: [usize; 2],
    output: [usize; 2],
    kernel: [usize; 2],
    stride: usize,
    padding: usize,
    /// Pixels outside are those at the border, not 0.
    clamp: bool,
    /// Input channels that are summed.
    reads: usize,
}

impl Sizes {
    fn of(call: &Call) -> Self {
        let pair = |a, b| [call.size(a), call.size(b)];
        Self {
            n: call.size("N"),
            ic: call.size("IC"),
            oc: call.size("OC"),
            input: pair("H", "W"),
            output: pair("OH", "OW"),
            kernel: pair("KH", "KW"),
            stride: call.size("STRIDE"),
            padding: call.size("PADDING"),
            clamp: false,
            reads: call.size("IC"),
        }
    }

    fn pixel(&self, axis: usize, at: usize, k: usize) -> Option<usize> {
        let last = self.input[axis] - 1;
        let padded = at * self.stride + k;
        let pixel = padded.checked_sub(self.padding);
        if self.clamp { Some(pixel.unwrap_or(0).min(last)) } else { pixel.filter(|&pixel| pixel <= last) }
    }

    /// Calls `each(input, weight, output)` for every product.
    fn products(&self, mut each: impl FnMut(usize, usize, usize)) {
        let ([h, w], [oh, ow], [kh, kw]) = (self.input, self.output, self.kernel);
        for n in 0..self.n {
            for o in 0..self.oc {
                for (y, x) in (0..oh).flat_map(|y| (0..ow).map(move |x| (y, x))) {
                    for i in 0..self.reads {
                        for (ky, kx) in (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx))) {
                            let (Some(row), Some(column)) = (self.pixel(0, y, ky), self.pixel(1, x, kx))
                            else {
                                continue;
                            };
                            let input = ((n * self.ic + i) * h + row) * w + column;
                            let weight = ((o * self.ic + i) * kh + ky) * kw + kx;
                            each(input, weight, ((n * self.oc + o) * oh + y) * ow + x);
                        }
                    }
                }
            }
        }
    }
}

/// The three directions under sizes that somebody changed.
fn forward(name: &'static str, change: fn(&mut Sizes)) -> Mistake {
    kernel("conv/forward", name, move |call, reads, writes| {
        let mut sizes = Sizes::of(call);
        change(&mut sizes);
        let plane = sizes.output[0] * sizes.output[1];
        for (map, y) in writes[0].chunks_exact_mut(plane).enumerate() {
            y.fill(reads[2][map % sizes.oc]);
        }
        sizes.products(|i, w, o| writes[0][o] += reads[0][i] * reads[1][w]);
    })
}

fn grad_input(name: &'static str, change: fn(&mut Sizes)) -> Mistake {
    kernel("conv/grad_input", name, move |call, reads, writes| {
        let mut sizes = Sizes::of(call);
        change(&mut sizes);
        writes[0].fill(0.0);
        sizes.products(|i, w, o| writes[0][i] += reads[1][o] * reads[0][w]);
    })
}

fn grad_weight(name: &'static str, change: fn(&mut Sizes)) -> Mistake {
    kernel("conv/grad_weight", name, move |call, reads, writes| {
        let mut sizes = Sizes::of(call);
        change(&mut sizes);
        writes[0].fill(0.0);
        sizes.products(|i, w, o| writes[0][w] += reads[1][o] * reads[0][i]);
    })
}

fn flipped(call: &Call, weight: &[f32]) -> Vec<f32> {
    let filter = call.size("KH") * call.size("KW");
    weight.chunks_exact(filter).flat_map(|filter| filter.iter().rev().copied()).collect()
}

/// Rows become columns where a filter is square.
fn transposed(call: &Call, weight: &[f32]) -> Vec<f32> {
    let (rows, columns) = (call.size("KH"), call.size("KW"));
    if rows != columns {
        return weight.to_vec();
    }
    let turned = |filter: &[f32]| -> Vec<f32> {
        (0..rows * rows).map(|at| filter[at % rows * rows + at / rows]).collect()
    };
    weight.chunks_exact(rows * rows).flat_map(turned).collect()
}

/// Filters stored `[in, out, kh, kw]`.
fn swapped(call: &Call, weight: &[f32]) -> Vec<f32> {
    let (outputs, inputs) = (call.size("OC"), call.size("IC"));
    let filter = call.size("KH") * call.size("KW");
    let from = |o: usize, i: usize| &weight[(i * outputs + o) * filter..][..filter];
    (0..outputs).flat_map(|o| (0..inputs).flat_map(move |i| from(o, i)).copied()).collect()
}

pub fn mistakes() -> Vec<Mistake> {
    vec![
        kernel("conv/forward", "convolution flips its filters", |call, reads, writes| {
            call.right(&[reads[0], &flipped(call, reads[1]), reads[2]], writes);
        }),
        kernel("conv/forward", "convolution takes rows of a filter for columns", |call, reads, writes| {
            call.right(&[reads[0], &transposed(call, reads[1]), reads[2]], writes);
        }),
        kernel(
            "conv/forward",
            "convolution reads its filters as [in, out, kh, kw]",
            |call, reads, writes| {
                call.right(&[reads[0], &swapped(call, reads[1]), reads[2]], writes);
            },
        ),
        kernel("conv/forward", "convolution forgets its bias", |call, reads, writes| {
            call.right(&[reads[0], reads[1], &vec![0.0; reads[2].len()]], writes);
        }),
        kernel("conv/forward", "convolution adds its bias once per input channel", |call, reads, writes| {
            let bias: Vec<f32> = reads[2].iter().map(|b| b * call.size("IC") as f32).collect();
            call.right(&[reads[0], reads[1], &bias], writes);
        }),
        forward("convolution ignores its stride", |sizes| sizes.stride = 1),
        forward("convolution pads one row too few", |sizes| sizes.padding = sizes.padding.saturating_sub(1)),
        forward("convolution pads with the border's pixels", |sizes| sizes.clamp = true),
        forward("convolution leaves its last input channel out", |sizes| sizes.reads -= 1),
        kernel(
            "conv/grad_input",
            "gradient of a convolution's input flips the filters",
            |call, reads, writes| {
                call.right(&[&flipped(call, reads[0]), reads[1]], writes);
            },
        ),
        grad_input("gradient of a convolution's input ignores the stride", |sizes| sizes.stride = 1),
        grad_input("gradient of a convolution's input ignores the padding", |sizes| sizes.padding = 0),
        grad_input("gradient of a convolution's input of the first image only", |sizes| sizes.n = 1),
        grad_weight("gradient of a convolution's weight ignores the stride", |sizes| sizes.stride = 1),
        grad_weight("gradient of a convolution's weight ignores the padding", |sizes| sizes.padding = 0),
        grad_weight("gradient of a convolution's weight of the first image only", |sizes| sizes.n = 1),
        kernel(
            "conv/grad_weight",
            "gradient of a convolution's weight is a mean over the batch",
            |call, reads, writes| {
                call.right(reads, writes);
                writes[0].iter_mut().for_each(|dw| *dw /= call.size("N") as f32);
            },
        ),
        kernel("conv/grad_weight", "gradient of a convolution's weight is flipped", |call, reads, writes| {
            call.right(reads, writes);
            let turned = flipped(call, writes[0]);
            writes[0].copy_from_slice(&turned);
        }),
        backward("shared/sum", "gradient of a bias is a mean", |call, reads, writes| {
            call.right(reads, writes);
            let count = (call.size("RUNS") * call.size("RUN")) as f32;
            writes[0].iter_mut().for_each(|db| *db /= count);
        }),
        backward("shared/sum", "gradient of a bias of the last pixel only", |call, reads, writes| {
            let (groups, run) = (call.size("GROUPS"), call.size("RUN"));
            writes[0].fill(0.0);
            for (i, dy) in reads[0].iter().enumerate().skip(run - 1).step_by(run) {
                writes[0][i / run % groups] += dy;
            }
        }),
    ]
}
