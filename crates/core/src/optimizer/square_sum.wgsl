// Sum of squares in 64 parts: runs of 64 numbers go round the parts.
//
//   numbers   [LEN]
//   sums      [64]

override LEN: u32;

@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

const GROUPS = 64u;

alias Part = f32;

fn merge(a: Part, b: Part) -> Part {
  return a + b;
}

fn part(g: u32, local: u32) -> Part {
  var sum = 0.0;
  for (var i = g * 64u + local; i < LEN; i += GROUPS * 64u) {
    sum += numbers[i] * numbers[i];
  }
  return sum;
}

fn store(g: u32, whole: Part) {
  sums[g] = whole;
}
