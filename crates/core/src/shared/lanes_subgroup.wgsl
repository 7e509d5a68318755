// Invocations of a subgroup hand their parts down to one another, those of the first LANES in the order in which
// memory would take them. What lanes above half get is nobody's.

override LANES: u32;

fn merge_lanes(part: Part) -> Part {
  var whole = part;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    whole = merge(whole, subgroupShuffleDown(whole, half));
  }
  return whole;
}
