use crate::wrong::{Call, Mistake, backward, kernel};

/// A matrix `[rows, columns]` read as `[columns, rows]`.
fn misread(numbers: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..rows).flat_map(|row| (0..columns).map(move |column| numbers[column * rows + row])).collect()
}

fn weight(call: &Call, numbers: &[f32]) -> Vec<f32> {
    misread(numbers, call.size("OUTPUTS"), call.size("INPUTS"))
}

pub fn mistakes() -> Vec<Mistake> {
    vec![
        kernel("dense/forward", "dense layer forgets its bias", |call, reads, writes| {
            call.right(&[reads[0], reads[1], &vec![0.0; reads[2].len()]], writes);
        }),
        kernel("dense/forward", "dense layer reads its weights as [in, out]", |call, reads, writes| {
            call.right(&[reads[0], &weight(call, reads[1]), reads[2]], writes);
        }),
        kernel("dense/forward", "dense layer leaves its last input out", |call, reads, writes| {
            let inputs = call.size("INPUTS");
            let mut x = reads[0].to_vec();
            x.chunks_exact_mut(inputs).for_each(|row| row[inputs - 1] = 0.0);
            call.right(&[&x, reads[1], reads[2]], writes);
        }),
        kernel(
            "dense/grad_input",
            "gradient of a dense layer's input reads the weights as [in, out]",
            |call, reads, writes| {
                call.right(&[&weight(call, reads[0]), reads[1]], writes);
            },
        ),
        kernel(
            "dense/grad_weight",
            "gradient of a dense layer's weight is transposed",
            |call, reads, writes| {
                call.right(reads, writes);
                let turned = weight(call, writes[0]);
                writes[0].copy_from_slice(&turned);
            },
        ),
        kernel(
            "dense/grad_weight",
            "gradient of a dense layer's weight is a mean over the batch",
            |call, reads, writes| {
                call.right(reads, writes);
                writes[0].iter_mut().for_each(|dw| *dw /= call.size("N") as f32);
            },
        ),
        kernel("dense/grad_weight", "gradients add up from step to step", |call, reads, writes| {
            let before = writes[0].to_vec();
            call.right(reads, writes);
            writes[0].iter_mut().zip(before).for_each(|(dw, before)| *dw += before);
        }),
        kernel("residual/add", "residual block forgets its shortcut", |_, reads, writes| {
            writes[0].copy_from_slice(reads[0]);
        }),
        kernel("residual/add", "residual block is its shortcut alone", |_, reads, writes| {
            writes[0].copy_from_slice(reads[1]);
        }),
        backward("residual/add", "no gradient comes back through the shortcut", |_, reads, writes| {
            writes[0].copy_from_slice(reads[0]);
        }),
        backward("residual/add", "a shortcut halves the gradient", |call, reads, writes| {
            call.right(reads, writes);
            writes[0].iter_mut().for_each(|dx| *dx *= 0.5);
        }),
    ]
}
