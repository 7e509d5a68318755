// y[n, o, oy, ox] = f(the sum)

fn keep(at: u32, sum: f32) {
  y[at] = value(sum);
}
