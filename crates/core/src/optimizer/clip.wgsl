// Shortens gradients whose common norm is above max_norm of the record, in place; 0: none.
//
//   sums       [PARTS], of the squares of all gradients
//   gradient   [LEN]
//   g = g · min(1, max_norm / (√Σ sums + 1e-6))
//
// One invocation per gradient.

override LEN: u32;
override PARTS: u32;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= LEN) {
    return;
  }
  var square = 0.0;
  for (var part = 0u; part < PARTS; part++) {
    square += sums[part];
  }
  let scale = record.max_norm / (sqrt(square) + 1e-6);
  if (record.max_norm > 0.0 && scale < 1.0) {
    gradient[i] = gradient[i] * scale;
  }
}
