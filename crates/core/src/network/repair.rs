use super::Network;
use crate::spec::{Experiment, Problem};
use crate::text::network as text;

/// Puts settings back to their defaults until the experiment can be built on its own data set.
/// Each note says what was wrong and what is used.
pub fn repair(experiment: &mut Experiment) -> Vec<Problem> {
    let mut notes = Vec::new();
    while let Err(problems) = Network::new(experiment, experiment.input(), experiment.names().len()) {
        for problem in problems {
            let used = put_back(experiment, &problem);
            let message = format!("{} {used}", problem.message);
            notes.push(Problem { reason: Some(problem.message), message, ..problem });
        }
    }
    notes
}

/// One step towards an experiment that can be built, and the sentence about it. Frozen layers go;
/// then the field itself, then the network, then all that shapes it: the default can be built.
fn put_back(experiment: &mut Experiment, problem: &Problem) -> String {
    if problem.field == "freeze" {
        experiment.freeze.retain(|address| Some(address) != problem.word.as_ref());
        return text::LEFT_OUT.to_owned();
    }
    let defaults = experiment.defaults();
    for field in [problem.field.as_str(), "net"] {
        let (now, default) = (experiment.word(field), defaults.word(field).unwrap_or_default());
        if now.as_ref() != Some(&default) && experiment.assign(field, &default).is_ok() {
            return text::default_used(field, &default);
        }
    }
    let Experiment { norm, groups, batch, train, .. } = Experiment::default();
    *experiment = Experiment { norm, groups, batch, train, ..experiment.clone() };
    text::SHAPE_DEFAULTS_USED.to_owned()
}
