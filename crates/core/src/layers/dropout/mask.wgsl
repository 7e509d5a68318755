// mask[i] = 1 where the 24-bit draw of (seed, step, layer, i / RUN) is not below record.drop_below,
// else 0
//
//   mask   [LEN]
//
// One invocation per four runs: a Philox call gives four words.

override LEN: u32;
override RUN: u32;
override ADDRESS: u32;

@group(0) @binding(0) var<storage, read_write> mask: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  let words = philox(vec4<u32>(i, record.step, ADDRESS, 0u), vec2<u32>(record.seed, STREAM_DROPOUT));
  for (var j = 0u; j < 4u; j++) {
    let first = (4u * i + j) * RUN;
    let keep = select(0.0, 1.0, (words[j] >> 8u) >= record.drop_below);
    for (var at = first; at < min(first + RUN, LEN); at++) {
      mask[at] = keep;
    }
  }
}
