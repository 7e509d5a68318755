//! Several kernels in one: what gets lost between them.

use crate::wrong::{Mistake, kernel};

pub fn mistakes() -> Vec<Mistake> {
    vec![
        kernel("norm/conv_moments", "fused moments forget the running statistics", |call, reads, writes| {
            let before = [writes[2].to_vec(), writes[3].to_vec()];
            call.right(reads, writes);
            writes[2].copy_from_slice(&before[0]);
            writes[3].copy_from_slice(&before[1]);
        }),
        kernel("norm/conv_moments", "fused running variance is biased", |call, reads, writes| {
            let before = writes[3].to_vec();
            call.right(reads, writes);
            let new = call.number("MOMENTUM") as f32;
            for (g, old) in before.into_iter().enumerate() {
                writes[3][g] = (1.0 - new) * old + new * writes[1][2 * g + 1];
            }
        }),
        kernel(
            "conv/forward_activate",
            "fused rectifier stands before a convolution's bias",
            |call, reads, writes| {
                let (filters, plane) = (call.size("OC"), call.size("OH") * call.size("OW"));
                call.right(&[reads[0], reads[1], &vec![0.0; filters]], writes);
                writes[0].iter_mut().enumerate().for_each(|(i, y)| *y += reads[2][i / plane % filters]);
            },
        ),
        kernel("norm/normalize_activate", "fused rectifier stands before beta", |call, reads, writes| {
            let (groups, run) = (call.size("AFFINE_GROUPS"), call.size("AFFINE_RUN"));
            call.right(&[reads[0], reads[1], reads[2], &vec![0.0; reads[3].len()]], writes);
            writes[0].iter_mut().enumerate().for_each(|(i, y)| *y += reads[3][i / run % groups]);
        }),
        kernel("norm/normalize_add", "fused norm forgets the shortcut", |call, reads, writes| {
            call.right(&[reads[0], reads[1], reads[2], reads[3], &vec![0.0; reads[4].len()]], writes);
        }),
        kernel(
            "norm/normalize_add",
            "fused shortcut is added behind the rectifier",
            |call, reads, writes| {
                call.right(&[reads[0], reads[1], reads[2], reads[3], &vec![0.0; reads[4].len()]], writes);
                writes[0].iter_mut().zip(reads[4]).for_each(|(y, other)| *y += other);
            },
        ),
        kernel("norm/batch_sums", "fused sums ignore the rectifier", |call, reads, writes| {
            let open = vec![1e30; reads[3].len()];
            call.right(&[reads[0], reads[1], reads[2], &open, reads[4]], writes);
        }),
        kernel("norm/batch_sums", "fused gradient of gamma forgets xhat", |call, reads, writes| {
            call.right(reads, writes);
            let sums = writes[0].to_vec();
            writes[1].copy_from_slice(&sums);
        }),
        kernel("norm/batch_grad_input", "fused gradient ignores the rectifier", |call, reads, writes| {
            let open = vec![1e30; reads[3].len()];
            call.right(&[reads[0], reads[1], reads[2], &open, reads[4], reads[5], reads[6]], writes);
        }),
        kernel("norm/batch_grad_input", "fused gradient forgets the variance", |call, reads, writes| {
            let none = vec![0.0; reads[6].len()];
            call.right(&[reads[0], reads[1], reads[2], reads[3], reads[4], reads[5], &none], writes);
        }),
    ]
}
