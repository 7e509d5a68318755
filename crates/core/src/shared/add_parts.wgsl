// Adds the parts of many sums, each in the order of its parts.
//
//   table       [SUMS, 5]: first invocation, where the parts begin, how many they are, where the sum goes,
//               numbers of a part; places are counted in 64
//   parts       [parts, numbers] for each sum
//   gradients   the sums, with other numbers between them
//
// One invocation per number.

override SUMS: u32;
override LEN: u32;

@group(0) @binding(0) var<storage, read> table: array<f32>;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>;

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
  var row = 0u;
  while (row + 1u < SUMS && i >= u32(table[(row + 1u) * 5u])) {
    row++;
  }
  let k = i - u32(table[row * 5u]);
  let size = u32(table[row * 5u + 4u]);
  let count = u32(table[row * 5u + 2u]);
  let start = u32(table[row * 5u + 1u]) * 64u + k;
  var sum = 0.0;
  for (var part = 0u; part < count; part++) {
    sum += parts[start + part * size];
  }
  gradients[u32(table[row * 5u + 3u]) * 64u + k] = sum;
}
