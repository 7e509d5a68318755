use std::fmt;

use super::{Case, first_difference};
use crate::device::fast::Yardstick;
use crate::device::{Device, DeviceError, ProgramId};
use crate::plan::Operand;

/// How far a kernel may be from its reference before its time is of no interest.
const ROUNDING: f64 = 1e-5;

/// What one kernel of a plan takes.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Timed {
    /// `family/what`.
    pub kernel: &'static str,
    /// Address of the layer it was planned for.
    pub layer: String,
    /// Seconds of the fastest run.
    pub seconds: f64,
    /// 10⁹ operations (two a product) a second; 0 for kernels that products do not cost.
    pub gflops: f64,
    /// 10⁹ bytes read and written a second.
    pub gbytes: f64,
}

/// What the kernels of a plan take, in their order.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Times {
    /// 10⁹ operations a second of one core that multiplies small matrices in its first cache, measured
    /// between the kernels.
    pub peak: f64,
    /// Each kernel.
    pub kernels: Vec<Timed>,
}

/// A table: kernel, layer, milliseconds, 10⁹ operations a second and their share of the peak, 10⁹ bytes.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "one core's peak: {:.1} GFLOP/s", self.peak)?;
        writeln!(
            f,
            "{:27} {:14} {:>8} {:>8} {:>6} {:>7}",
            "kernel", "layer", "ms", "GFLOP/s", "peak", "GB/s"
        )?;
        for Timed { kernel, layer, seconds, gflops, gbytes } in &self.kernels {
            let products = match *gflops > 0.0 {
                true => format!("{gflops:>8.1} {:>4.0} %", 100.0 * gflops / self.peak),
                false => String::new(),
            };
            writeln!(f, "{kernel:27} {layer:14} {:>8.3} {products:>15} {gbytes:>7.1}", 1e3 * seconds)?;
        }
        let all: f64 = self.kernels.iter().map(|kernel| kernel.seconds).sum();
        write!(f, "{:42} {:>8.3}", "together", 1e3 * all)
    }
}

/// Times every kernel of a case after it has been compared with its reference.
///
/// `now` is a clock in seconds. Each of `rounds` rounds goes through the plan once and runs every kernel
/// for `window` seconds; the fastest round counts, because other programs only ever add time.
///
/// # Errors
/// One sentence: the first kernel that differs, or what the device says.
pub async fn time(
    device: &mut dyn Device,
    case: &Case,
    rounds: usize,
    window: f64,
    now: &dyn Fn() -> f64,
) -> Result<Times, String> {
    let sentence = |error: DeviceError| error.to_string();
    if let Some(difference) = first_difference(device, case, ROUNDING).await.map_err(sentence)? {
        return Err(difference.to_string());
    }
    let data = device.create_data(&case.data).map_err(sentence)?;
    let state = device.create_state(&case.plan.layout).map_err(sentence)?;
    let program = device.create_program(&case.plan, state, data).map_err(sentence)?;
    case.write(device, program, state);
    let mut fastest = vec![f64::INFINITY; case.plan.steps.len()];
    let (mut yardstick, mut ruler) = (Yardstick::new(), f64::INFINITY);
    for _ in 0..rounds {
        for (number, fastest) in fastest.iter_mut().enumerate() {
            let (start, mut runs) = (now(), 0);
            while runs == 0 || now() - start < window / 2.0 {
                yardstick.run();
                runs += 1;
            }
            ruler = ruler.min((now() - start) / f64::from(runs));
            let seconds = kernel(device, program, case, number, window, now).await;
            *fastest = fastest.min(seconds.map_err(sentence)?);
        }
    }
    device.free_program(program);
    device.free_state(state);
    device.free_data(data);
    let kernels = case.plan.steps.iter().zip(fastest).map(|(step, seconds)| {
        let numbers: usize = step.reads.iter().chain(&step.writes).map(|at| at.len).sum();
        let rate = |amount: usize| amount as f64 / seconds / 1e9;
        Timed {
            kernel: step.kernel.name(),
            layer: step.layer.clone(),
            seconds,
            gflops: rate(2 * step.kernel.products()),
            gbytes: rate(4 * numbers),
        }
    });
    Ok(Times { peak: (2 * Yardstick::PRODUCTS) as f64 / ruler / 1e9, kernels: kernels.collect() })
}

/// Seconds of one run of a kernel, from as many runs as last a window.
async fn kernel(
    device: &mut dyn Device,
    program: ProgramId,
    case: &Case,
    number: usize,
    window: f64,
    now: &dyn Fn() -> f64,
) -> Result<f64, DeviceError> {
    let first = |at: &Operand| Operand { len: at.len.min(1), ..*at };
    let end: Vec<Operand> = case.plan.steps[number].writes.iter().take(1).map(first).collect();
    let mut runs = 1;
    loop {
        let records = vec![case.record; runs];
        let start = now();
        device.run(program, &records, number..number + 1)?;
        device.read(program, &end).await?;
        let seconds = now() - start;
        if seconds >= window {
            return Ok(seconds / runs as f64);
        }
        runs *= 2;
    }
}
