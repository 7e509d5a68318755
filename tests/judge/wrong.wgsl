// Doubles every element but the sixth.
//
//   x, y   [LEN]

override LEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < LEN) {
    y[id.x] = select(2.0, 2.001, id.x == 5u) * x[id.x];
  }
}
