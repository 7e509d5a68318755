// One workgroup per group: 64 parts of it, merged pairwise in a fixed order.
//
// A kernel says what a `Part` is, how many GROUPS there are, and has three functions:
//
//   part(g, local)   of group g, what invocation `local` makes alone
//   merge(a, b)      of two parts
//   store(g, whole)  takes all of them
//
// Halves of LANES and more go through workgroup memory. At each barrier those below 2·half have written and
// those below half read what lies above; the next half writes below that, so one barrier is enough.

var<workgroup> parts: array<Part, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let g = group.y * groups.x + group.x;
  if (g >= GROUPS) {
    return;
  }
  var whole = part(g, local);
  for (var half = 32u; half >= LANES; half /= 2u) {
    if (local < 2u * half) {
      parts[local] = whole;
    }
    workgroupBarrier();
    if (local < half) {
      whole = merge(whole, parts[local + half]);
    }
  }
  whole = merge_lanes(whole);
  if (local == 0u) {
    store(g, whole);
  }
}
