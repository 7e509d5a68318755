// Stochastic gradient descent with momentum, in place.
//
//   v = μ·v + g               g includes weight decay and L1: λ·w + l1·sign(w)
//   w = w − lr·v              NESTEROV: w − lr·(g + μ·v)
//
// One invocation per weight.

override LEN: u32;
override NESTEROV: u32;

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> velocity: array<f32>;

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
  let w = weight[i];
  let g = gradient[i] + record.weight_decay * w + record.l1 * sign(w);
  let v = record.momentum * velocity[i] + g;
  velocity[i] = v;
  weight[i] = w - record.lr * select(v, g + record.momentum * v, NESTEROV == 1u);
}
