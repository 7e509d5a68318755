//! The link: `v=1&net=lenet&lr=0.05`. Reading one never fails; a bad word costs its own field.
//!
//! ```text
//! link     v=1 *( "&" key "=" value )
//! seeds    number *( "-" number )
//! freeze   layer *( "-" layer )                     0, 3.body
//! arms     arm *( "," arm )                         [ name ":" ] ( "base" | key "." word *( ";" … ) ), freeze.0-3
//! aug      part *( "-" part )                          setting number, "none"
//! at       change *( "," change )                   step "." key "." number
//! ```

use super::augment;
use super::choices::{Backend, Choices};
use super::experiment::{Experiment, setting};
use super::field::Field;
use super::intervention::{Given, Intervention};
use super::problem::{Problem, quote};
use super::start::{Start, same_layers};
use super::study::{Arm, Change, Study};
use crate::network::{Network, repair};
use crate::shared::sort;
use crate::text::link as text;

/// The version of words and defaults that this program reads and writes.
pub const VERSION: &str = "1";
/// Longest link that is read, in bytes.
pub const LONGEST: usize = 100_000;
/// Most notes about one link.
const NOTES: usize = 20;
const MOST_SEEDS: usize = 32;
const MOST_ARMS: usize = 12;
const MOST_CHANGES: usize = 4096;
const MOST_WORDS: usize = 200;
const MOST_LAYERS: usize = 64;
const MOST_PARTS: usize = 32;

const FREEZE: &str = "freeze";
/// Words beside the settings.
const OWN: [&str; 7] = ["v", "seeds", "start", "freeze", "arms", "at", "backend"];
/// Words that later versions act on.
const LATER: [&str; 6] = ["stop", "lesson", "task", "expect", "view", "lock"];

/// Keys and values as they are written, each key once.
type Words = Vec<(String, String)>;

/// Reads a link, with or without what stands before `#`. Every word that cannot be used gives one
/// problem and leaves the default.
pub fn parse(link: &str) -> (Study, Vec<Problem>) {
    let mut problems = Vec::new();
    let study = read(link, &mut problems);
    if problems.len() > NOTES {
        let rest = problems.len() - NOTES + 1;
        problems.truncate(NOTES - 1);
        problems.push(Problem::new("", text::more_words(rest)));
    }
    (study, problems)
}

/// The same link about files of the user: words such as `side` are read for them.
pub fn about_own_files(link: &str) -> String {
    let text = link.split_once('#').map_or(link, |(_, after)| after);
    let others = text.split('&').filter(|word| !word.starts_with("data="));
    join(others.chain(["data=own"]), "&")
}

/// Writes a study: its words in the order of the settings, only what differs from the defaults.
pub fn format(study: &Study) -> String {
    let one = study.seeds.len() == 1;
    let mut words: Vec<(&str, String)> = vec![("v", VERSION.to_owned())];
    let of_base = study.base.words().into_iter().filter(|(key, _)| one || *key != "seed");
    words.extend(augment::join(of_base.collect()));
    if !one {
        words.push(("seeds", join(study.seeds.iter(), "-")));
    }
    if let Some(start) = study.base.start {
        words.push(("start", start.to_string()));
    }
    if !study.base.freeze.is_empty() {
        words.push(("freeze", study.base.freeze.join("-")));
    }
    if study.arms.iter().any(|arm| !arm.changes.is_empty()) || study.arms.len() > 1 {
        words.push(("arms", join(study.arms.iter().map(write_arm), ",")));
    }
    if !study.base.log.is_empty() {
        words.push(("at", format_log(&study.base.log)));
    }
    if study.backend != Backend::Auto {
        words.push(("backend", Choices::word(study.backend).to_owned()));
    }
    join(words.iter().map(|(key, word)| format!("{key}={word}")), "&")
}

/// Writes a log as the word of `at`: `120.lr.0.01,300.p.0.5`.
pub fn format_log(log: &[Intervention]) -> String {
    join(log.iter().map(|c| format!("{}.{}.{}", c.step, c.setting, c.value)), ",")
}

/// Reads a log of any length.
///
/// # Errors
/// One sentence about the first change that cannot be read.
pub fn parse_log(text: &str) -> Result<Vec<Intervention>, String> {
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    entries.map(|entry| read_change(entry).map_err(|why| format!("{} {why}.", quote(entry)))).collect()
}

fn read(link: &str, problems: &mut Vec<Problem>) -> Study {
    if link.len() > LONGEST {
        let message = text::too_long(link.len(), LONGEST);
        problems.push(Problem::new("", message));
        return Study::default();
    }
    let words = split(link, problems);
    let find = |key: &str| words.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
    if let Some(version) = find("v").filter(|v| *v != VERSION) {
        let message = text::other_version(&quote(version), VERSION);
        problems.push(Problem::new("v", message));
        return Study::default();
    }
    known(&words, problems);
    let (mut base, faults) = Experiment::resolve(&words);
    problems.extend(faults);
    let seeds = find("seeds").map(|text| read_seeds(text, problems)).filter(|seeds| !seeds.is_empty());
    let seeds = seeds.unwrap_or_else(|| vec![base.seed]);
    base.seed = seeds[0];
    base.freeze = find("freeze").map(|text| read_freeze(text, problems)).unwrap_or_default();
    problems.extend(repair(&mut base));
    base.start = find("start").and_then(|word| read_start(word, &base, problems));
    base.log = find("at").map(|text| read_log(text, problems)).unwrap_or_default();
    thaw(&mut base, problems);
    let arms = find("arms").map(|text| read_arms(text, &base, problems)).unwrap_or_default();
    let single = arms.iter().all(|arm| arm.changes.is_empty()) && arms.len() < 2;
    let arms = if single { vec![Arm::default()] } else { arms };
    let backend = find("backend").map_or(Backend::Auto, |word| {
        Backend::read(&word.to_lowercase()).unwrap_or_else(|why| {
            problems.push(Problem::replaced("backend", word, &why, "auto"));
            Backend::Auto
        })
    });
    Study { base, arms, seeds, backend }
}

/// Keys and values, decoded; of several with one key the first.
fn split(link: &str, problems: &mut Vec<Problem>) -> Words {
    let text = link.split_once('#').map_or(link, |(_, after)| after);
    let mut words = Words::new();
    let parts = text.trim().trim_start_matches('?').split('&').filter(|part| !part.is_empty());
    for part in first(text::THE_LINK, parts, MOST_WORDS, problems) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let (key, value) = (decode(key), decode(value));
        if key != augment::KEY {
            add(&mut words, key, value, problems);
            continue;
        }
        let parts = value.split('-').filter(|part| !part.is_empty());
        for part in first(&key, parts, MOST_PARTS, problems) {
            match augment::read(part) {
                Ok(read) => read.into_iter().for_each(|(key, word)| add(&mut words, key, word, problems)),
                Err(why) => problems.push(left_out(&key, part, &why)),
            }
        }
    }
    words
}

/// Adds a word unless its key was given before.
fn add(words: &mut Words, key: String, value: String, problems: &mut Vec<Problem>) {
    match words.iter().find(|(k, _)| *k == key) {
        None => words.push((key, value)),
        Some((_, read)) => {
            let message = text::given_twice(&quote(&key), &quote(read));
            problems.push(Problem::new(&key, message));
        }
    }
}

/// Notes for the words that nobody reads.
fn known(words: &Words, problems: &mut Vec<Problem>) {
    for (key, value) in words {
        let name = quote(key);
        let message = if key == "seed" && words.iter().any(|(k, _)| k == "seeds") {
            text::seed_beside_seeds(&quote(value))
        } else if LATER.contains(&key.as_str()) {
            text::not_yet(&name)
        } else if OWN.contains(&key.as_str()) || setting(key).is_some() {
            continue;
        } else {
            text::no_setting(&name)
        };
        problems.push(Problem::new(key, message));
    }
}

/// One note about an entry of a list.
fn left_out(key: &str, entry: &str, why: &str) -> Problem {
    let message = match entry {
        "" => text::empty_place(key),
        _ => text::left_out(key, &quote(entry), why),
    };
    Problem { word: Some(quote(entry)), ..Problem::new(key, message) }
}

/// The first entries of a list, and a note where there are more.
fn first<'a>(
    key: &str,
    entries: impl Iterator<Item = &'a str>,
    most: usize,
    problems: &mut Vec<Problem>,
) -> Vec<&'a str> {
    let mut entries = entries.map(str::trim);
    let read = entries.by_ref().take(most).collect();
    if entries.next().is_some() {
        problems.push(Problem::new(key, text::first_read(key, most)));
    }
    read
}

fn read_seeds(text: &str, problems: &mut Vec<Problem>) -> Vec<u32> {
    let mut seeds = Vec::new();
    for entry in first("seeds", text.split('-'), MOST_SEEDS, problems) {
        match entry.parse::<u32>() {
            Err(_) => problems.push(left_out("seeds", entry, text::NO_SEED)),
            Ok(seed) if seeds.contains(&seed) => {}
            Ok(seed) => seeds.push(seed),
        }
    }
    seeds
}

fn read_freeze(text: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut layers: Vec<String> = Vec::new();
    for entry in first("freeze", text.split('-'), MOST_LAYERS, problems) {
        if !is_address(entry) {
            problems.push(left_out("freeze", entry, text::NO_LAYER_NUMBER));
        } else if !layers.iter().any(|layer| layer == entry) {
            layers.push(entry.to_owned());
        }
    }
    layers
}

fn read_start(word: &str, base: &Experiment, problems: &mut Vec<Problem>) -> Option<Start> {
    let start = Start::read(&word.trim().to_lowercase());
    let fits =
        start.and_then(|start| start.source().map_or(Ok(()), |source| source.fits(base)).map(|()| start));
    if let Err(why) = &fits {
        let message = text::start_unread(&quote(word), why);
        problems.push(Problem::new("start", message));
    }
    fits.ok()
}

/// Whether a word is an address as `0` or `4.body.0`.
fn is_address(word: &str) -> bool {
    let mut parts = word.split('.');
    let number = |part: &str| {
        matches!(part.len(), 1..4)
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let name = |part: &str| number(part) || matches!(part, "body" | "shortcut");
    parts.next().is_some_and(number) && parts.all(name)
}

fn read_log(text: &str, problems: &mut Vec<Problem>) -> Vec<Intervention> {
    let mut log = Vec::new();
    for entry in first("at", text.split(','), MOST_CHANGES, problems) {
        match read_change(entry) {
            Ok(change) => log.push(change),
            Err(why) => problems.push(left_out("at", entry, &why)),
        }
    }
    sort::by_key(&mut log, |change| change.step);
    log
}

fn read_change(entry: &str) -> Result<Intervention, String> {
    let mut parts = entry.splitn(3, '.');
    let (Some(step), Some(key), Some(word)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(text::NO_CHANGE.to_owned());
    };
    let step = step.parse().map_err(|_| text::NO_STEP.to_owned())?;
    if matches!(key, "freeze" | "unfreeze") {
        let layers: Vec<String> = word.split('-').map(str::to_owned).collect();
        return match layers.iter().find(|layer| !is_address(layer)) {
            Some(layer) => Err(text::names_no_layer(&quote(layer))),
            None => Ok(Intervention { step, setting: key.to_owned(), value: Given::Layers(layers) }),
        };
    }
    let live = setting(key).filter(|setting| setting.live);
    let live = live.ok_or(text::NOT_LIVE.to_owned())?;
    live.check(word)?;
    Ok(Intervention { step, setting: key.to_owned(), value: f64::read(word)?.into() })
}

/// Drops changes of layers that the network does not have.
fn thaw(base: &mut Experiment, problems: &mut Vec<Problem>) {
    if !base.log.iter().any(|change| matches!(change.value, Given::Layers(_))) {
        return;
    }
    let network =
        Network::new(&Experiment { log: Vec::new(), ..base.clone() }, base.input(), base.names().len());
    let Ok(network) = network else { return };
    base.log.retain(|change| {
        let Given::Layers(layers) = &change.value else { return true };
        let absent = network.absent("at", layers);
        if let Some(word) = absent.first().and_then(|problem| problem.word.as_ref()) {
            let why = text::layer_not_here(word);
            problems.push(left_out(
                "at",
                &format!("{}.{}.{}", change.step, change.setting, change.value),
                &why,
            ));
        }
        absent.is_empty()
    });
}

fn read_arms(text: &str, base: &Experiment, problems: &mut Vec<Problem>) -> Vec<Arm> {
    let mut arms = Vec::new();
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    for entry in first("arms", entries, MOST_ARMS, problems) {
        match read_arm(entry, base) {
            Ok(arm) => arms.push(arm),
            Err(why) => problems.push(left_out("arms", entry, &why)),
        }
    }
    arms
}

fn read_arm(entry: &str, base: &Experiment) -> Result<Arm, String> {
    let (name, changes) = entry.split_once(':').unwrap_or(("", entry));
    let mut pairs = Words::new();
    for change in changes.split(';').filter(|change| !matches!(*change, "" | "base")) {
        let (key, word) = change.split_once('.').ok_or(text::NO_ARM)?;
        let words = match key {
            augment::KEY => {
                let parts = word.split('-').map(|part| {
                    augment::read(part).map_err(|why| text::part_does_not_fit(&quote(part), &why))
                });
                let mut words = parts.collect::<Result<Vec<_>, _>>()?.concat();
                words.retain(|(key, word)| base.word(key).as_ref() != Some(word));
                words
            }
            _ => vec![(key.to_owned(), word.to_owned())],
        };
        for (key, word) in words {
            if key == "seed" || (setting(&key).is_none() && key != FREEZE) {
                return Err(text::no_arm_sets(&quote(&key)));
            }
            if pairs.iter().any(|(k, _)| *k == key) {
                return Err(text::sets_twice(&key));
            }
            pairs.push((key, word));
        }
    }
    let frozen = pairs.iter().find(|(key, _)| key == FREEZE).map(|(_, word)| word.split('-'));
    if let Some(layer) = frozen.into_iter().flatten().find(|layer| !is_address(layer)) {
        return Err(text::freezes_no_layer(&quote(layer)));
    }
    let (experiment, faults) = base.with(&pairs);
    if let Some(fault) = faults.first() {
        let (fault, _) = fault.message.split_once(", so ").unwrap_or((&fault.message, ""));
        return Err(text::does_not_fit(fault));
    }
    let network = Network::new(&experiment, experiment.input(), experiment.names().len());
    let faults = network.map_or_else(|faults| faults, |network| network.absent(FREEZE, &experiment.freeze));
    if let Some(fault) = faults.first() {
        return Err(text::does_not_fit(fault.message.trim_end_matches('.')));
    }
    if base.start.is_some() && !same_layers(base, &experiment) {
        return Err(text::OTHER_LAYERS_THAN_START.to_owned());
    }
    let change = |(key, _): &(String, String)| Change {
        key: key.clone(),
        word: experiment.word(key).unwrap_or_else(|| experiment.freeze.join("-")),
    };
    let arm = Arm { name: String::new(), changes: pairs.iter().map(change).collect() };
    let name = plain_name(name);
    let name = if name.is_empty() { usual_name(&arm) } else { name };
    Ok(Arm { name, ..arm })
}

/// A name without the characters that part arms.
fn plain_name(name: &str) -> String {
    quote(name.replace([',', ';', ':'], " ").trim())
}

fn usual_name(arm: &Arm) -> String {
    if arm.changes.is_empty() {
        return "base".to_owned();
    }
    join(arm.changes.iter().map(|change| format!("{}={}", change.key, change.word)), " ")
}

fn write_arm(arm: &Arm) -> String {
    let changes = join(arm.changes.iter().map(|change| format!("{}.{}", change.key, change.word)), ";");
    let changes = if changes.is_empty() { "base".to_owned() } else { changes };
    let name = plain_name(&arm.name);
    if name.is_empty() || arm.name == usual_name(arm) {
        return changes;
    }
    format!("{}:{changes}", encode(&name))
}

fn join(words: impl Iterator<Item = impl ToString>, between: &str) -> String {
    words.map(|word| word.to_string()).collect::<Vec<_>>().join(between)
}

/// Undoes percent encoding; what is no code stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |b: Option<&u8>| b.and_then(|&b| char::from(b).to_digit(16));
        match (first, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((16 * high + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent encoding of everything but letters, digits and `-._~`.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
