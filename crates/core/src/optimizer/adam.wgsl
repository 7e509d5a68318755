// Adam and AdamW, in place.
//
//   m = β₁·m + (1−β₁)·g
//   v = β₂·v + (1−β₂)·g²
//   w = w − lr · m/c₁ / (√v/c₂ + ε)
//
// L1, l1·sign(w), joins the gradient; weight decay does too, or DECOUPLED: shrinks the weight first.
// One invocation per weight.

override LEN: u32;
override BETA1: f32;
override NEW1: f32;
override BETA2: f32;
override NEW2: f32;
override EPSILON: f32;
override DECOUPLED: u32;

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> mean_square: array<f32>;

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
  var w = weight[i];
  var g = gradient[i];
  let penalty = record.l1 * sign(w);
  if (DECOUPLED == 1u) {
    w -= record.lr * record.weight_decay * w;
  } else {
    g += record.weight_decay * w;
  }
  g += penalty;
  let m = BETA1 * mean[i] + NEW1 * g;
  let v = BETA2 * mean_square[i] + NEW2 * g * g;
  mean[i] = m;
  mean_square[i] = v;
  weight[i] = w - record.lr * (m / record.correction1) / (sqrt(v) / record.correction2 + EPSILON);
}
