// Softmax, cross-entropy with label smoothing, its gradient, and the step's mean loss and accuracy.
//
//   logits, probabilities, gradient   [N, CLASSES]
//   labels                            [N]
//   rows                              [N, 2]: loss, 1 where the first largest logit is the label
//   ring[record.row]                  mean loss and accuracy of the live rows
//
// One group: each invocation takes every 64th row.

override N: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;
@group(0) @binding(3) var<storage, read_write> rows: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> ring: array<f32>;

const RING: u32 = 64u;
const GROUPS = 1u;

// Losses and hits, summed over the live rows.
alias Part = vec2<f32>;

fn merge(a: Part, b: Part) -> Part {
  return a + b;
}

fn part(g: u32, local: u32) -> Part {
  let live = f32(record.live);
  let other_target = record.smoothing / f32(CLASSES);
  let hit_target = 1.0 - record.smoothing + other_target;
  var part = Part(0.0);
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
      part += Part(loss, hit);
    }
  }
  return part;
}

fn store(g: u32, whole: Part) {
  let mean = whole / f32(record.live);
  let slot = 2u * (record.row % RING);
  ring[slot] = mean.x;
  ring[slot + 1u] = mean.y;
}
