// The running statistics follow, as in running.wgsl.

override COUNT: f32;
override MOMENTUM: f32;

@group(0) @binding(2) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> running_variance: array<f32>;

fn finish(g: u32, mean: f32, variance: f32) {
  stats[2u * g] = mean;
  stats[2u * g + 1u] = variance;
  let unbiased = COUNT / max(COUNT - 1.0, 1.0);
  running_mean[g] = (1.0 - MOMENTUM) * running_mean[g] + MOMENTUM * mean;
  running_variance[g] = (1.0 - MOMENTUM) * running_variance[g] + MOMENTUM * variance * unbiased;
}
