// How each image of the batch is seen in this step.
//
//   views   [N, 14]: flip, vflip, dx, dy, degrees, zoom − 1, area cut away, crop x, crop y,
//           brightness, contrast − 1, left, top and size of the black square
//
// Word k of image n is Philox(seed, augment, step, n, k). Integers, comparisons and single products
// only: the same bits on every device. One invocation an image.

override N: u32;
override H: u32;
override W: u32;

@group(0) @binding(0) var<storage, read_write> views: array<f32>;

fn draw(n: u32, k: u32) -> u32 {
  return random_word(record.seed, STREAM_AUGMENT, record.step, n, k);
}

// Uniform on [0, 1) and on [−1, 1), exact.
fn uniform_of(word: u32) -> f32 {
  return f32(word >> 8u) * (1.0 / 16777216.0);
}

fn signed_of(word: u32) -> f32 {
  return f32(word >> 8u) * (1.0 / 8388608.0) - 1.0;
}

// Whole pixels: uniform in 1/256 of a pixel, rounded.
fn pixels(word: u32, side: u32) -> f32 {
  let most = (record.shift * side) >> 8u;
  return f32((i32(multiply_high(word, 2u * most + 1u)) - i32(most) + 128) >> 8u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let n = (group.y * groups.x + group.x) * 64u + local;
  if (n >= N) {
    return;
  }
  let size = (record.cutout * min(H, W) + 32768u) >> 16u;
  let v = 14u * n;
  views[v] = select(0.0, 1.0, (draw(n, 0u) >> 8u) < record.flip_below);
  views[v + 1u] = select(0.0, 1.0, (draw(n, 1u) >> 8u) < record.vflip_below);
  views[v + 2u] = pixels(draw(n, 2u), W);
  views[v + 3u] = pixels(draw(n, 3u), H);
  views[v + 4u] = record.rotate * signed_of(draw(n, 4u));
  views[v + 5u] = record.scale * signed_of(draw(n, 5u));
  views[v + 6u] = record.crop * uniform_of(draw(n, 6u));
  views[v + 7u] = signed_of(draw(n, 7u));
  views[v + 8u] = signed_of(draw(n, 8u));
  views[v + 9u] = record.brightness * signed_of(draw(n, 9u));
  views[v + 10u] = record.contrast * signed_of(draw(n, 10u));
  views[v + 11u] = f32(multiply_high(draw(n, 11u), W - size + 1u));
  views[v + 12u] = f32(multiply_high(draw(n, 12u), H - size + 1u));
  views[v + 13u] = f32(size);
}
