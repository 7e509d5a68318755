use std::path::PathBuf;

use convlab_core::procedures::Trials;
use convlab_core::session::Part;
use convlab_core::spec::{Backend, Experiment};
use lexopt::prelude::*;

/// What `--help` prints.
pub const HELP: &str = "\
Trains, compares, checks and times small convolutional networks: Convlab without its page.

convlab train LINK [--steps N] [--json] [--weights FILE] [--save FILE]
    Trains what a link describes and measures it on the validation images, and on some training
    images as they are: without dropout, by running statistics.
convlab look LINK [--steps N] [--weights FILE] [--json]
    What every layer does on the probe images before the first step, or after so many: mean and deviation
    of the activations, dead or saturated share, norms of gradient and weights, update over weights.
convlab study LINK [--steps N] [--json]
    Trains every arm of a comparison with every seed, in lock-step: medians and ranges.
convlab ladder LINK [--json]
    Checks from the cheapest on: first loss, overfit 1 and 10 images, learning-rate range, coarse
    grid, full run, the gap; each green, amber or red with its reason.
convlab first LINK [--json]
    The loss of the initial weights beside that of guessing.
convlab overfit LINK [--images N] [--steps N] [--json]
    Whether so few training images (10) can be learnt by heart, in 200 steps.
convlab range LINK [--steps N] [--json]
    Learning-rate range test: where the loss falls most steeply, and where it diverges.
convlab search LINK --over lr=0.001..1,wd=0.00001..0.01 [--points 5 | --random 20] [--json]
    A grid of so many values an axis, or trials at random; the best by validation is tested once.
convlab knockout LINK [--layer N] [--json]
    Accuracy against the share of a layer's units set to 0, for every arm.
convlab cues LINK [--json]
    Shapes whose colour and texture always came together, tested with either taken away.
convlab doctor LINK [--steps N] [--json]
    Trains and reads the curves: what is wrong, how sure, and what to try.
convlab plan LINK
    Prints every kernel of a training step on a GPU, or with --backend cpu of one on the CPU.
convlab check DIR [--only op,op] [--reference]
    Runs the golden cases of a folder (cases.json and .safetensors).
convlab bench [--kernels | --growth] [--json]
    Times the reference networks; with --kernels also every kernel of a training step, against what one
    core of this machine can do; with --growth instead a step against batch, width, depth and image side.

LINK is what stands behind # in the page's address: 'v=1&net=lenet&lr=0.05'.

--backend B   auto, gpu or cpu: where to compute. `auto` takes graphics hardware where there is
              some, `gpu` takes an imitation of it too; `check` and `bench` know gpu and cpu.
--steps N     so many steps instead of the link's
--json        one JSON object a line
--data PATH   images of your own instead of the link's: IDX (MNIST) or NPY files with their labels,
              CIFAR-10 batches, a zip, a tar or a folder with one folder of pictures per class; .gz too.
              Say it again for each file. Or the packed digits, where they lie elsewhere.
--over AXES   what a search varies, as key=low..high or key=word|word, separated by ,
--points N    values an axis of a grid (5)
--random N    so many trials at random instead
--layer N     the layer to knock out, by its number (the last activation)
--images N    `overfit`: so many training images
--weights F   begins with the weights of a file (safetensors)
--save F      writes the weights after the last step, or those before a divergence
--only LIST   `check`: these operations only, as conv2d,dense; `train`: of --weights and --save these
              layers only, as 0,3.body
--except LIST of --weights and --save all but these layers, as classifier
--reference   the readable references instead of the fast CPU forms

Ctrl-C ends a command at once; the lines that it printed are whole.
";

/// What was asked for.
#[derive(Debug, PartialEq)]
pub enum Command {
    Help,
    Train(Train),
    Look(Train),
    Study(Train),
    Ladder(Train),
    First(Train),
    Overfit { run: Train, images: u32 },
    Range(Train),
    Search { run: Train, over: String, trials: Trials },
    KnockOut { run: Train, layer: Option<usize> },
    Cues(Train),
    Doctor(Train),
    Plan { link: String, backend: Option<Backend> },
    Check(Check),
    Bench(Bench),
}

/// Options of `train`, `study` and the procedures.
#[derive(Debug, PartialEq)]
pub struct Train {
    pub link: String,
    /// Instead of the link's.
    pub backend: Option<Backend>,
    pub steps: Option<u32>,
    pub json: bool,
    /// The packed digits, or files and folders of the user's own.
    pub data: Vec<PathBuf>,
    /// File to begin with.
    pub weights: Option<PathBuf>,
    /// File to write at the end.
    pub save: Option<PathBuf>,
    /// Layers meant by both.
    pub part: Part,
}

/// Options of `check`.
#[derive(Debug, PartialEq)]
pub struct Check {
    pub folder: PathBuf,
    pub gpu: bool,
    pub only: Vec<String>,
    pub reference: bool,
}

/// Options of `bench`.
#[derive(Debug, PartialEq)]
pub struct Bench {
    pub gpu: bool,
    pub kernels: bool,
    pub growth: bool,
    pub json: bool,
}

impl Bench {
    /// Where to compute.
    pub fn backend(&self) -> Backend {
        if self.gpu { Backend::WebGpu } else { Backend::Cpu }
    }
}

/// Every option that some command takes.
#[derive(Default)]
struct Options {
    value: Option<std::ffi::OsString>,
    backend: Option<Backend>,
    steps: Option<u32>,
    json: bool,
    data: Vec<PathBuf>,
    only: Vec<String>,
    except: Vec<String>,
    weights: Option<PathBuf>,
    save: Option<PathBuf>,
    reference: bool,
    kernels: bool,
    growth: bool,
    over: Option<String>,
    points: Option<u32>,
    random: Option<u32>,
    layer: Option<u32>,
    images: Option<u32>,
}

/// Values an axis of a grid, unless given.
const POINTS: u32 = 5;
/// Images to learn by heart, unless given.
const IMAGES: u32 = 10;

/// Reads the words behind the program's name.
///
/// # Errors
/// One sentence about the first word that does not fit.
pub fn parse(mut words: lexopt::Parser) -> Result<Command, String> {
    let command = match words.next().map_err(sentence)? {
        None | Some(Long("help") | Short('h')) => return Ok(Command::Help),
        Some(Value(command)) => command.string().map_err(sentence)?,
        Some(other) => return Err(sentence(other.unexpected())),
    };
    let allowed: &[&str] = match command.as_str() {
        "help" => return Ok(Command::Help),
        "train" => &["backend", "steps", "json", "data", "weights", "save", "only", "except"],
        "look" => &["backend", "steps", "json", "data", "weights", "only", "except"],
        "study" | "ladder" | "range" | "cues" | "doctor" => &["backend", "steps", "json", "data"],
        "first" => &["backend", "json", "data"],
        "overfit" => &["backend", "steps", "json", "data", "images"],
        "search" => &["backend", "steps", "json", "data", "over", "points", "random"],
        "knockout" => &["backend", "steps", "json", "data", "layer"],
        "plan" => &["backend"],
        "check" => &["backend", "only", "reference"],
        "bench" => &["backend", "json", "kernels", "growth"],
        other => return Err(format!("There is no command {other}.")),
    };
    let Some(options) = options(&mut words, allowed)? else { return Ok(Command::Help) };
    let link = |options: &Options| {
        let link = options.value.clone().ok_or(format!("Say which link: convlab {command} LINK."))?;
        link.into_string().map_err(|_| "The link is not text.".to_owned())
    };
    let gpu = options.backend == Some(Backend::WebGpu);
    if options.backend == Some(Backend::Auto) && ["check", "bench"].contains(&command.as_str()) {
        return Err(format!("`{command}` wants to know where: --backend gpu or --backend cpu."));
    }
    Ok(match command.as_str() {
        "plan" => Command::Plan { link: link(&options)?, backend: options.backend },
        "check" => {
            let folder = options.value.ok_or("Say which folder: convlab check DIR.")?.into();
            Command::Check(Check { folder, gpu, only: options.only, reference: options.reference })
        }
        "bench" => match options.value {
            Some(word) => return Err(format!("`bench` takes no {}.", word.to_string_lossy())),
            None => {
                let Options { kernels, growth, json, .. } = options;
                Command::Bench(Bench { gpu, kernels, growth, json })
            }
        },
        training => {
            let run = Train {
                link: link(&options)?,
                backend: options.backend,
                steps: options.steps,
                json: options.json,
                data: options.data,
                weights: options.weights,
                save: options.save,
                part: Part {
                    only: Some(options.only).filter(|layers| !layers.is_empty()),
                    except: options.except,
                },
            };
            match training {
                "look" => Command::Look(run),
                "study" => Command::Study(run),
                "ladder" => Command::Ladder(run),
                "first" => Command::First(run),
                "overfit" => Command::Overfit { run, images: options.images.unwrap_or(IMAGES) },
                "range" => Command::Range(run),
                "cues" => Command::Cues(run),
                "doctor" => Command::Doctor(run),
                "knockout" => Command::KnockOut { run, layer: options.layer.map(|layer| layer as usize) },
                "search" => {
                    let over = options.over.ok_or("Say what to vary: --over lr=0.001..1.")?;
                    let trials = match (options.random, options.points) {
                        (Some(_), Some(_)) => return Err("Say --points or --random, not both.".to_owned()),
                        (Some(count), None) => Trials::Random(count as usize),
                        (None, points) => Trials::Grid(points.unwrap_or(POINTS) as usize),
                    };
                    Command::Search { run, over, trials }
                }
                _ => Command::Train(run),
            }
        }
    })
}

/// Reads options in any order; nothing when help is asked for.
fn options(words: &mut lexopt::Parser, allowed: &[&str]) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    while let Some(word) = words.next().map_err(sentence)? {
        match word {
            Long("help") | Short('h') => return Ok(None),
            Long(name) if !allowed.contains(&name) => return Err(sentence(Long(name).unexpected())),
            Long("backend") => options.backend = Some(backend(&text(words)?)?),
            Long("steps") => options.steps = Some(steps(&text(words)?)?),
            Long("over") => options.over = Some(text(words)?),
            Long("points") => options.points = Some(number(&text(words)?, "points", 1)?),
            Long("random") => options.random = Some(number(&text(words)?, "trials", 1)?),
            Long("layer") => options.layer = Some(number(&text(words)?, "layers", 0)?),
            Long("images") => options.images = Some(number(&text(words)?, "images", 1)?),
            Long("json") => options.json = true,
            Long("data") => options.data.push(words.value().map_err(sentence)?.into()),
            Long("only") => options.only.extend(list(&text(words)?)),
            Long("except") => options.except.extend(list(&text(words)?)),
            Long("weights") => options.weights = Some(words.value().map_err(sentence)?.into()),
            Long("save") => options.save = Some(words.value().map_err(sentence)?.into()),
            Long("reference") => options.reference = true,
            Long("kernels") => options.kernels = true,
            Long("growth") => options.growth = true,
            Value(value) if options.value.is_none() => options.value = Some(value),
            other => return Err(sentence(other.unexpected())),
        }
    }
    Ok(Some(options))
}

fn backend(word: &str) -> Result<Backend, String> {
    match word {
        "auto" => Ok(Backend::Auto),
        "gpu" | "webgpu" => Ok(Backend::WebGpu),
        "cpu" => Ok(Backend::Cpu),
        other => Err(format!("There is no backend {other}: say auto, gpu or cpu.")),
    }
}

/// As many as a link may ask for.
fn steps(word: &str) -> Result<u32, String> {
    let (experiment, problems) = Experiment::resolve(&[("steps", word)]);
    if problems.is_empty() { Ok(experiment.steps) } else { Err(format!("{word} is not a number of steps.")) }
}

fn number(word: &str, of: &str, least: u32) -> Result<u32, String> {
    let number = word.parse().ok().filter(|&number: &u32| number >= least);
    number.ok_or_else(|| format!("{word} is not a number of {of}."))
}

/// `conv2d, dense`
fn list(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(|word| word.trim().to_owned())
}

fn text(words: &mut lexopt::Parser) -> Result<String, String> {
    words.value().and_then(|value| value.string()).map_err(sentence)
}

/// lexopt's errors start small and end without a full stop.
fn sentence(error: lexopt::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Command, String> {
        parse(lexopt::Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn check_takes_a_folder_and_options() {
        let check = Check {
            folder: PathBuf::from("golden"),
            gpu: true,
            only: vec!["conv2d".to_owned(), "dense".to_owned()],
            reference: false,
        };
        assert_eq!(words("check --only conv2d,dense golden --backend gpu"), Ok(Command::Check(check)));
    }

    #[test]
    fn train_takes_a_link_and_options() {
        let train = Train {
            link: "#v=1&lr=0.1".to_owned(),
            backend: Some(Backend::Cpu),
            steps: Some(20),
            json: true,
            data: vec!["a.gz".into(), "b.gz".into()],
            weights: Some(PathBuf::from("a.safetensors")),
            save: None,
            part: Part::body(),
        };
        let line = "train --json #v=1&lr=0.1 --data a.gz --backend cpu --steps 20 --data b.gz \
                    --weights a.safetensors --except classifier";
        assert_eq!(words(line), Ok(Command::Train(train)));
    }

    #[test]
    fn search_takes_axes_and_one_kind_of_trials() {
        let Ok(Command::Search { over, trials, .. }) = words("search v=1 --over lr,wd --random 7") else {
            panic!("a search");
        };
        assert_eq!((over.as_str(), trials), ("lr,wd", Trials::Random(7)));
        let Ok(Command::Search { trials, .. }) = words("search v=1 --over lr") else { panic!("a search") };
        assert_eq!(trials, Trials::Grid(5));
        let Ok(Command::KnockOut { layer, .. }) = words("knockout v=1 --layer 2") else { panic!("a curve") };
        assert_eq!(layer, Some(2));
    }

    #[test]
    fn a_wrong_word_is_one_sentence() {
        for (line, why) in [
            ("fly", "There is no command fly."),
            ("check", "Say which folder: convlab check DIR."),
            ("check a b", "Unexpected argument \"b\"."),
            ("check a --backend tpu", "There is no backend tpu: say auto, gpu or cpu."),
            ("check a --backend auto", "`check` wants to know where: --backend gpu or --backend cpu."),
            ("check a --only", "Missing argument for option '--only'."),
            ("train", "Say which link: convlab train LINK."),
            ("train v=1 --steps 0", "0 is not a number of steps."),
            ("train v=1 --steps 99999999", "99999999 is not a number of steps."),
            ("train v=1 --reference", "Invalid option '--reference'."),
            ("search v=1", "Say what to vary: --over lr=0.001..1."),
            ("search v=1 --over lr --points 3 --random 3", "Say --points or --random, not both."),
            ("range v=1 --layer 3", "Invalid option '--layer'."),
            ("bench v=1", "`bench` takes no v=1."),
        ] {
            assert_eq!(words(line).err().as_deref(), Some(why), "{line}");
        }
    }
}
