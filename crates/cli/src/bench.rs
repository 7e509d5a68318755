use std::process::ExitCode;
use std::time::{Duration, Instant};

use convlab_core::judge::{self, Case, NETWORKS};
use convlab_core::session::{Session, Setup, SharedDevice};
use pollster::block_on;
use serde_json::json;

use crate::args::Bench;
use crate::{Done, growth, open, say};

const BATCH: usize = 64;

/// How long one network is measured, in windows of which the median counts.
const WINDOWS: usize = 5;
const WINDOW: Duration = Duration::from_millis(1000);

/// Times the reference networks, and with `--kernels` what they are made of.
///
/// # Errors
/// When there is no such device.
pub fn run(options: &Bench) -> Done {
    if options.growth {
        return growth::run(options);
    }
    let (device, name) = open::device(options.backend())?;
    if !options.json {
        say(&name)?;
        say(format!("{:10} {:>12} {:>12} {:>22}", "network", "ms/step", "images/s", "dispatches per step"))?;
    }
    for (net, shape) in NETWORKS {
        let setup = judge::noise(net, shape, BATCH)?;
        let mut session = Session::open(device.clone(), setup).map_err(|why| why.to_string())?;
        let dispatches = session.plan().steps.len();
        let seconds = measure(&mut session)?;
        let rate = BATCH as f64 / seconds;
        say(if options.json {
            let row = json!({ "net": net, "batch": BATCH, "device": name, "seconds_per_step": seconds,
                              "samples_per_second": rate, "dispatches_per_step": dispatches });
            row.to_string()
        } else {
            format!("{net:10} {:>12.2} {rate:>12.0} {dispatches:>22}", 1e3 * seconds)
        })?;
    }
    if options.kernels {
        for (net, shape) in NETWORKS {
            kernels(&device, net, &judge::noise(net, shape, FEW)?, options.json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How long a kernel is run in each round, and how many rounds there are: short runs are seldom disturbed.
const KERNEL: f64 = 0.0005;
const ROUNDS: usize = 30;

/// Images of one run of a kernel: so few that other programs seldom interrupt it.
const FEW: usize = 16;

/// Every kernel of a training step, compared with its reference and then timed.
fn kernels(device: &SharedDevice, net: &str, setup: &Setup, json: bool) -> Result<(), String> {
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64();
    let case = Case::of(setup, device.borrow().is_wide())?;
    let times = block_on(judge::time(&mut *device.borrow_mut(), &case, ROUNDS, KERNEL, &now))?;
    say(if json {
        json!({ "net": net, "batch": FEW, "peak_gflops": times.peak, "kernels": times.kernels }).to_string()
    } else {
        format!("\n{net}, batch {FEW}, {times}")
    })
}

/// Median seconds of a step; every window ends with a real read-back.
fn measure(session: &mut Session) -> Result<f64, String> {
    let mut turn = |steps: usize| {
        let start = Instant::now();
        block_on(session.turn(steps)).map_err(|why| why.to_string())?;
        Ok::<f64, String>(start.elapsed().as_secs_f64())
    };
    turn(1)?;
    let once = turn(2)? / 2.0;
    let steps = ((WINDOW.as_secs_f64() / once) as usize).clamp(1, 64);
    let mut windows =
        (0..WINDOWS).map(|_| Ok(turn(steps)? / steps as f64)).collect::<Result<Vec<_>, String>>()?;
    windows.sort_by(f64::total_cmp);
    Ok(windows[WINDOWS / 2])
}
