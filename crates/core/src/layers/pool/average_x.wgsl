const NEXT = 1u;

fn slope(at: u32) -> f32 {
  return 1.0;
}
