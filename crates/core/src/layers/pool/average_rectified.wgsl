// The average was of what a rectifier made, and its slope can be told from that.
//
//   y   [MAPS, H, W]

const NEXT = 2u;

@group(0) @binding(1) var<storage, read> y: array<f32>;

fn slope(at: u32) -> f32 {
  return derivative(y[at]);
}
