// y = x · weightᵀ + bias
//
//   x        [N, INPUTS]
//   weight   [OUTPUTS, INPUTS]
//   bias     [OUTPUTS]
//   y        [N, OUTPUTS]
//
// One workgroup per 4 images and 4 units: each invocation multiplies every 64th input, so that
// neighbours read neighbours, and the 64 parts are added in a fixed order.

override N: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const STEPS = vec4<u32>(0u, 1u, 2u, 3u);

var<workgroup> parts: array<array<vec4<f32>, 64>, 4>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let tile = group.y * groups.x + group.x;
  let columns = (OUTPUTS + 3u) / 4u;
  let image = tile / columns * 4u;
  let unit = tile % columns * 4u;
  if (image >= N) {
    return;
  }
  // Rows beyond the end repeat the last one; their results are not stored.
  let xs = min(vec4<u32>(image) + STEPS, vec4<u32>(N - 1u)) * INPUTS;
  let ws = min(vec4<u32>(unit) + STEPS, vec4<u32>(OUTPUTS - 1u)) * INPUTS;
  var sums = array<vec4<f32>, 4>();
  for (var i = local; i < INPUTS; i += 64u) {
    let w = vec4<f32>(weight[ws.x + i], weight[ws.y + i], weight[ws.z + i], weight[ws.w + i]);
    sums[0] += x[xs.x + i] * w;
    sums[1] += x[xs.y + i] * w;
    sums[2] += x[xs.z + i] * w;
    sums[3] += x[xs.w + i] * w;
  }
  for (var r = 0u; r < 4u; r++) {
    parts[r][local] = sums[r];
  }
  workgroupBarrier();
  let n = image + local / 4u;
  let u = unit + local % 4u;
  if (local < 16u && n < N && u < OUTPUTS) {
    var sum = bias[u];
    for (var i = 0u; i < 64u; i++) {
      sum += parts[local / 4u][i][local % 4u];
    }
    y[n * OUTPUTS + u] = sum;
  }
}
