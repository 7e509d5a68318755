// y[n, o, oy, ox] = the sum

fn keep(at: u32, sum: f32) {
  y[at] = sum;
}
