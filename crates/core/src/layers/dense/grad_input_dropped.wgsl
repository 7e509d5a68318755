// dx = dy · weight · mask · record.keep_scale
//
//   weight     [OUTPUTS, INPUTS]
//   dy         [N, OUTPUTS]
//   mask, dx   [N, INPUTS]
//
// One invocation per input.

override N: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= N * INPUTS) {
    return;
  }
  let row = i / INPUTS * OUTPUTS;
  let column = i % INPUTS;
  var sum = 0.0;
  for (var u = 0u; u < OUTPUTS; u++) {
    sum += dy[row + u] * weight[u * INPUTS + column];
  }
  dx[i] = sum * mask[i] * record.keep_scale;
}
