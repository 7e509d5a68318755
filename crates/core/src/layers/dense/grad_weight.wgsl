// dweight = dyᵀ · x
//
//   x         [N, INPUTS]
//   dy        [N, OUTPUTS]
//   dweight   [OUTPUTS, INPUTS]
//
// One invocation per weight.

override N: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dweight: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= OUTPUTS * INPUTS) {
    return;
  }
  let unit = i / INPUTS;
  let column = i % INPUTS;
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    sum += dy[n * OUTPUTS + unit] * x[n * INPUTS + column];
  }
  dweight[i] = sum;
}
