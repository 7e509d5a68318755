// The activation functions f and their slopes. Twin of activation/function.rs.
//
// Nothing here may overflow: WGSL lets infinity and NaN be anything. The built-in tanh overflows
// beyond 88 on some drivers.

override KIND: u32;
override SLOPE: f32;

const RELU: u32 = 0u;
const LEAKY_RELU: u32 = 1u;
const SIGMOID: u32 = 2u;
const TANH: u32 = 3u;
const GELU: u32 = 4u;
const GELU_TANH: u32 = 5u;
const SILU: u32 = 6u;

// exp(−|x|), or 0 where it has no digits left.
fn decay(x: f32) -> f32 {
  return exp(-min(abs(x), 100.0));
}

fn sigmoid(x: f32) -> f32 {
  let e = decay(x);
  return select(1.0, e, x < 0.0) / (1.0 + e);
}

fn hyperbolic_tangent(x: f32) -> f32 {
  let e = decay(2.0 * clamp(x, -50.0, 50.0));
  return sign(x) * (1.0 - e) / (1.0 + e);
}

// The normal distribution, error 8e-8: Abramowitz and Stegun, Handbook of Mathematical Functions
// (1964), 7.1.26, with erf x = 1 − p(t)·exp(−x²).
fn normal(x: f32) -> f32 {
  let z = min(abs(x), 15.0) * 0.70710678;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let tail = 0.5 * p * exp(-z * z);
  return select(tail, 1.0 - tail, x > 0.0);
}

// u = √(2/π)·(x + 0.044715·x³): the normal distribution is about (1 + tanh u)/2.
fn bend(x: f32) -> f32 {
  return 0.7978845608 * (x + 0.044715 * x * x * x);
}

fn value(x: f32) -> f32 {
  switch (KIND) {
    case RELU: { return select(x, 0.0, x < 0.0); }
    case LEAKY_RELU: { return select(x, SLOPE * x, x < 0.0); }
    case SIGMOID: { return sigmoid(x); }
    case TANH: { return hyperbolic_tangent(x); }
    case GELU: { return x * normal(x); }
    case GELU_TANH: { return x * 0.5 * (1.0 + hyperbolic_tangent(bend(clamp(x, -15.0, 15.0)))); }
    case SILU: { return x * sigmoid(x); }
    default: { return x; }
  }
}

fn derivative(x: f32) -> f32 {
  let near = clamp(x, -15.0, 15.0);
  switch (KIND) {
    case RELU: { return select(0.0, 1.0, x > 0.0); }
    case LEAKY_RELU: { return select(SLOPE, 1.0, x > 0.0); }
    case SIGMOID: {
      let s = sigmoid(x);
      return s * (1.0 - s);
    }
    case TANH: {
      let t = hyperbolic_tangent(x);
      return 1.0 - t * t;
    }
    case GELU: { return normal(x) + near * 0.3989422804 * exp(-0.5 * near * near); }
    case GELU_TANH: {
      let t = hyperbolic_tangent(bend(near));
      let du = 0.7978845608 * (1.0 + 0.134145 * near * near);
      return 0.5 * (1.0 + t + near * (1.0 - t * t) * du);
    }
    case SILU: {
      let s = sigmoid(x);
      return s * (1.0 + x * (1.0 - s));
    }
    default: { return 1.0; }
  }
}
