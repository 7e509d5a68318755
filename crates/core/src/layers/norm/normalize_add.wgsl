// y = f(weight · xhat + bias + other)
//
//   other, y   as x
//
// One invocation per element.

@group(0) @binding(4) var<storage, read> other: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i < RUNS * GROUPS * RUN) {
    y[i] = value(normalized(i) + other[i]);
  }
}
