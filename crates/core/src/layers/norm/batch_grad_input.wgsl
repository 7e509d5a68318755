// dx = weight · rstd · (d − (dbias + xhat · dweight) / M), d = f′(weight · xhat + bias) · dy
//
//   dy, dx           as x, M = RUNS·RUN
//   dbias, dweight   [GROUPS]
//
// One invocation per element.

@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read> dbias: array<f32>;
@group(0) @binding(6) var<storage, read> dweight: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= RUNS * GROUPS * RUN) {
    return;
  }
  let g = i / RUN % GROUPS;
  let d = derivative(normalized(i)) * dy[i];
  dx[i] = weight[g] * rstd(i) * (d - (dbias[g] + xhat(i) * dweight[g]) / f32(RUNS * RUN));
}
