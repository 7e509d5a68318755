// Every invocation alone: all parts go through workgroup memory.

const LANES = 1u;

fn merge_lanes(part: Part) -> Part {
  return part;
}
