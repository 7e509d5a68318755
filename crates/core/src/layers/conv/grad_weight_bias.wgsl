const BIAS = 1u;

@group(0) @binding(2) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(3) var<storage, read_write> dbias: array<f32>;

fn store(part: u32, unit: u32, tap: u32, sum: f32) {
  let taps = IC * KH * KW;
  let row = part * OC + unit;
  if (tap < taps) {
    dweight[row * taps + tap] = sum;
  } else {
    dbias[row] = sum;
  }
}
