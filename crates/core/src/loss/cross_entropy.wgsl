// Softmax, cross-entropy with label smoothing, its gradient, and the step's mean loss and accuracy.
//
//   logits, probabilities, gradient   [N, CLASSES]
//   labels                            [N]
//   rows                              [N, 2]: loss, 1 where the first largest logit is the label
//   ring[record.row]                  mean loss and accuracy of the live rows
//
// One workgroup: each invocation takes every 64th row, then the sums are added in a fixed order.

override N: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;
@group(0) @binding(3) var<storage, read_write> rows: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> ring: array<f32>;

const RING: u32 = 64u;

var<workgroup> losses: array<f32, 64>;
var<workgroup> hits: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  let live = f32(record.live);
  let other_target = record.smoothing / f32(CLASSES);
  let hit_target = 1.0 - record.smoothing + other_target;
  var loss_sum = 0.0;
  var hit_sum = 0.0;
  for (var n = local; n < N; n += 64u) {
    let row = n * CLASSES;
    let label = u32(labels[n]);
    var best = 0u;
    var top = logits[row];
    for (var k = 1u; k < CLASSES; k++) {
      if (logits[row + k] > top) {
        top = logits[row + k];
        best = k;
      }
    }
    var sum = 0.0;
    for (var k = 0u; k < CLASSES; k++) {
      let e = exp(logits[row + k] - top);
      probabilities[row + k] = e;
      sum += e;
    }
    // Sums of differences to the largest logit: logits of 10,000 keep their digits.
    let log_sum = log(sum);
    var loss = 0.0;
    for (var k = 0u; k < CLASSES; k++) {
      let target_k = select(other_target, hit_target, k == label);
      let p = probabilities[row + k] / sum;
      probabilities[row + k] = p;
      loss += target_k * (log_sum - (logits[row + k] - top));
      gradient[row + k] = select(0.0, (p - target_k) / live, n < record.live);
    }
    let hit = select(0.0, 1.0, best == label);
    rows[2u * n] = loss;
    rows[2u * n + 1u] = hit;
    if (n < record.live) {
      loss_sum += loss;
      hit_sum += hit;
    }
  }
  losses[local] = loss_sum;
  hits[local] = hit_sum;
  workgroupBarrier();
  if (local == 0u) {
    var loss = 0.0;
    var hit = 0.0;
    for (var i = 0u; i < 64u; i++) {
      loss += losses[i];
      hit += hits[i];
    }
    let slot = 2u * (record.row % RING);
    ring[slot] = loss / live;
    ring[slot + 1u] = hit / live;
  }
}
