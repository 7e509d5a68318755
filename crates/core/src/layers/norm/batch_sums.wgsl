// Σ d and Σ d·xhat over each channel, d = f′(weight · xhat + bias) · dy: the gradients of bias and weight.
//
//   dy               as x
//   dbias, dweight   [GROUPS]
//
// One workgroup per channel; parts are added pairwise in a fixed order.

@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dbias: array<f32>;
@group(0) @binding(6) var<storage, read_write> dweight: array<f32>;

var<workgroup> parts: array<vec2<f32>, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let g = group.y * groups.x + group.x;
  if (g >= GROUPS) {
    return;
  }
  var part = vec2<f32>(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let i = (k / RUN * GROUPS + g) * RUN + k % RUN;
    let d = derivative(normalized(i)) * dy[i];
    part += vec2<f32>(d, d * xhat(i));
  }
  parts[local] = part;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) {
      parts[local] += parts[local + half];
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    dbias[g] = parts[0].x;
    dweight[g] = parts[0].y;
  }
}
