// Sum of squares in 64 parts: runs of 64 numbers go round the parts.
//
//   numbers   [LEN]
//   sums      [64]
//
// One workgroup per part.

override LEN: u32;

@group(0) @binding(0) var<storage, read> numbers: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

const PARTS: u32 = 64u;

var<workgroup> columns: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * 64u + local; i < LEN; i += PARTS * 64u) {
    sum += numbers[i] * numbers[i];
  }
  columns[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var whole = 0.0;
    for (var i = 0u; i < 64u; i++) {
      whole += columns[i];
    }
    sums[group.x] = whole;
  }
}
