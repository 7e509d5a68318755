const BIAS = 0u;

@group(0) @binding(2) var<storage, read_write> dweight: array<f32>;

fn store(part: u32, unit: u32, tap: u32, sum: f32) {
  dweight[(part * OC + unit) * IC * KH * KW + tap] = sum;
}
