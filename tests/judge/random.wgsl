// Random words in halves that a float holds exactly.
//
//   y   [LEN, 4]: upper and lower half of word i, upper and lower half of where i goes in a shuffle of LEN

override LEN: u32;
override SEED: u32;
override STEP: u32;

@group(0) @binding(0) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= LEN) {
    return;
  }
  let word = random_word(SEED, STREAM_DROPOUT, STEP, 7u, i);
  let place = permute(SEED, STEP, i, LEN);
  y[4u * i] = f32(word >> 16u);
  y[4u * i + 1u] = f32(word & 0xffffu);
  y[4u * i + 2u] = f32(place >> 16u);
  y[4u * i + 3u] = f32(place & 0xffffu);
}
