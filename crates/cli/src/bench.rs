use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use convlab_core::data::{DataSet, Images, Pixels, Sizes, Standardize};
use convlab_core::session::{Session, Setup};
use convlab_core::shared::random::{Stream, uniform, word};
use convlab_core::spec::{Backend, link};
use pollster::block_on;
use serde_json::json;

use crate::args::Bench;
use crate::{Done, open, say};

/// The networks of the browser benchmark: images of noise, learnt by heart.
const NETWORKS: [(&str, [usize; 3]); 3] =
    [("lenet", [1, 28, 28]), ("vgg", [3, 32, 32]), ("resnet-8", [3, 32, 32])];
const BATCH: usize = 64;
const CLASSES: usize = 10;

/// How long one network is measured, in windows of which the median counts.
const WINDOWS: usize = 5;
const WINDOW: Duration = Duration::from_millis(1000);

/// Times the reference networks.
///
/// # Errors
/// When there is no such device.
pub fn run(options: &Bench) -> Done {
    let backend = if options.gpu { Backend::WebGpu } else { Backend::Cpu };
    let (device, name) = open::device(backend)?;
    if !options.json {
        say(&name)?;
        say(format!("{:10} {:>12} {:>12} {:>22}", "network", "ms/step", "images/s", "dispatches per step"))?;
    }
    for (net, shape) in NETWORKS {
        let (study, _) = link::parse(&format!("v=1&net={net}&batch={BATCH}&lr=0.01&momentum=0.9"));
        let setup = Setup::of(&study.base, Rc::new(noise(shape)?)).map_err(|why| why.to_string())?;
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
    Ok(ExitCode::SUCCESS)
}

/// One batch of noise with random labels.
fn noise(shape: [usize; 3]) -> Result<DataSet, String> {
    let draw = |i: usize| word(1, Stream::Shapes, 0, 0, i as u32);
    let pixels = (0..BATCH * shape.iter().product::<usize>()).map(|i| uniform(draw(i))).collect();
    let labels = (0..BATCH).map(|i| word(1, Stream::Labels, 0, 0, i as u32) % CLASSES as u32).collect();
    let names = (0..CLASSES).map(|class| class.to_string()).collect();
    let images = Images::checked(shape, names, Pixels::Floats(pixels), labels)?;
    DataSet::new(images, Sizes { train: BATCH, val: 0, test: 0 }, 1, &Standardize::None)
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
