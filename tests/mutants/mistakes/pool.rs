use crate::wrong::{Call, Mistake, kernel};

/// For each output of a map: the pixels of its window; `None` is padding.
fn windows(call: &Call, stride: usize) -> Vec<Vec<Option<usize>>> {
    let [h, w, oh, ow, kh, kw] = ["H", "W", "OH", "OW", "KH", "KW"].map(|name| call.size(name));
    let padding = call.size("PADDING");
    let inside = move |at: usize, size: usize| at.checked_sub(padding).filter(|&pixel| pixel < size);
    let window = |i: usize| {
        let (y, x) = (i / ow * stride, i % ow * stride);
        let places = (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx)));
        places.map(|(ky, kx)| Some(inside(y + ky, h)? * w + inside(x + kx, w)?)).collect()
    };
    (0..oh * ow).map(window).collect()
}

/// Rewrites the gradient of each map: `each(x, dy, window, dx)`.
fn max_backward(name: &'static str, each: fn(&[f32], f32, &[usize], &mut [f32])) -> Mistake {
    kernel("pool/max_backward", name, move |call, reads, writes| {
        let windows = windows(call, call.size("STRIDE"));
        let plane = call.size("H") * call.size("W");
        writes[0].fill(0.0);
        let maps = reads[0].chunks_exact(plane).zip(reads[1].chunks_exact(windows.len()));
        for ((x, dy), dx) in maps.zip(writes[0].chunks_exact_mut(plane)) {
            for (&dy, window) in dy.iter().zip(&windows) {
                let real: Vec<usize> = window.iter().copied().flatten().collect();
                each(x, dy, &real, dx);
            }
        }
    })
}

/// Rewrites each output from the pixels of its window; padding is `None`.
fn forward(
    place: &'static str,
    name: &'static str,
    stride: fn(&Call) -> usize,
    each: fn(&[Option<f32>]) -> f32,
) -> Mistake {
    kernel(place, name, move |call, reads, writes| {
        let windows = windows(call, stride(call));
        let plane = call.size("H") * call.size("W");
        let maps = reads[0].chunks_exact(plane).zip(writes[0].chunks_exact_mut(windows.len()));
        for (x, y) in maps {
            for (y, window) in y.iter_mut().zip(&windows) {
                let pixels: Vec<Option<f32>> = window.iter().map(|at| at.map(|at| x[at])).collect();
                *y = each(&pixels);
            }
        }
    })
}

fn largest(pixels: impl Iterator<Item = f32>) -> f32 {
    pixels.fold(f32::NEG_INFINITY, f32::max)
}

fn top(x: &[f32], window: &[usize]) -> f32 {
    largest(window.iter().map(|&at| x[at]))
}

pub fn mistakes() -> Vec<Mistake> {
    let stride = |call: &Call| call.size("STRIDE");
    vec![
        forward("pool/max_forward", "max pooling pads with zeros", stride, |pixels| {
            largest(pixels.iter().map(|pixel| pixel.unwrap_or(0.0)))
        }),
        forward("pool/max_forward", "max pooling takes the largest magnitude", stride, |pixels| {
            let real = pixels.iter().copied().flatten();
            real.fold(0.0, |best, pixel| if pixel.abs() > f32::abs(best) { pixel } else { best })
        }),
        forward(
            "pool/max_forward",
            "max pooling ignores its stride",
            |_| 1,
            |pixels| largest(pixels.iter().copied().flatten()),
        ),
        max_backward("max pooling gives the gradient to the last of equals", |x, dy, window, dx| {
            let top = top(x, window);
            dx[*window.iter().rfind(|&&at| x[at] == top).unwrap()] += dy;
        }),
        max_backward("max pooling gives the gradient to all equals", |x, dy, window, dx| {
            let top = top(x, window);
            window.iter().filter(|&&at| x[at] == top).for_each(|&at| dx[at] += dy);
        }),
        max_backward("max pooling overwrites where windows overlap", |x, dy, window, dx| {
            let top = top(x, window);
            dx[*window.iter().find(|&&at| x[at] == top).unwrap()] = dy;
        }),
        max_backward("max pooling shares the gradient evenly", |_, dy, window, dx| {
            window.iter().for_each(|&at| dx[at] += dy / window.len() as f32);
        }),
        forward("pool/average_forward", "average pooling never counts padding", stride, |pixels| {
            let real: Vec<f32> = pixels.iter().copied().flatten().collect();
            real.iter().sum::<f32>() / real.len() as f32
        }),
        forward("pool/average_forward", "average pooling always counts padding", stride, |pixels| {
            pixels.iter().copied().flatten().sum::<f32>() / pixels.len() as f32
        }),
        kernel("pool/average_forward", "average pooling sums", |call, reads, writes| {
            call.right(reads, writes);
            let window = (call.size("KH") * call.size("KW")) as f32;
            writes[0].iter_mut().for_each(|y| *y *= window);
        }),
        kernel(
            "pool/average_backward",
            "average pooling does not share the gradient",
            |call, reads, writes| {
                call.right(reads, writes);
                let window = (call.size("KH") * call.size("KW")) as f32;
                writes[0].iter_mut().for_each(|dx| *dx *= window);
            },
        ),
    ]
}
