// d = f′(y) · (a + b), where f is a rectifier: its output y tells its slope
//
//   a, b, y, d   [LEN]
//
// One invocation per element.

override LEN: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> d: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i < LEN) {
    d[i] = derivative(y[i]) * (a[i] + b[i]);
  }
}
