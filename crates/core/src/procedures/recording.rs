use super::{Procedure, SharedLab, stage};
use crate::data::Split;
use crate::doctor::{LayerFigures, Look, Point, Record};
use crate::session::{Query, Row, Session, SessionError};
use crate::spec::Experiment;

/// Evaluations of a run: enough to see a curve bend, few enough to cost little.
const LOOKS: u32 = 24;
/// Training images of the clean curve, at most.
const IMAGES: usize = 500;

/// Trains an experiment and keeps what the curve doctor reads: running and clean training curve,
/// validation curve, and the layers at the start, in the middle and at the end.
pub fn record(lab: SharedLab, experiment: Experiment) -> Procedure<Row, Record> {
    let steps = experiment.steps;
    Procedure::new(stage::steps(&experiment) + steps, async move |desk| {
        let lab = stage::behind(&desk, &lab, &experiment).await?;
        let mut session = lab.open(&experiment)?;
        let data = std::rc::Rc::clone(&session.setup().data);
        let mut record = Record {
            classes: data.classes,
            images: [data.splits[0], data.splits[1]],
            train: Vec::new(),
            clean: Vec::new(),
            val: Vec::new(),
            looks: Vec::new(),
            diverged: None,
            experiment,
        };
        look(&mut session, &mut record).await?;
        measure(&mut session, &mut record).await?;
        for part in 1..=LOOKS {
            let until = (u64::from(steps) * u64::from(part) / u64::from(LOOKS)) as u32;
            if until == session.step() {
                continue;
            }
            let seen = |row: &Row| {
                record.train.push(Point { step: row.step, loss: row.loss, accuracy: row.accuracy });
                desk.row(*row);
            };
            let diverged = desk.train(&mut session, until, seen).await?;
            if diverged.is_some() {
                record.diverged = diverged;
                break;
            }
            measure(&mut session, &mut record).await?;
            if part == LOOKS / 2 || part == LOOKS {
                look(&mut session, &mut record).await?;
            }
        }
        Ok(record)
    })
}

async fn measure(session: &mut Session, record: &mut Record) -> Result<(), SessionError> {
    let step = session.step();
    for (split, curve) in [(Split::Train, &mut record.clean), (Split::Val, &mut record.val)] {
        let seen = session.evaluate(split, Some(IMAGES)).await?;
        curve.push(Point { step, loss: seen.loss, accuracy: seen.accuracy });
    }
    Ok(())
}

async fn look(session: &mut Session, record: &mut Record) -> Result<(), SessionError> {
    let seen = session.inspect(&Query { stats: true, ..Query::default() }).await?;
    let layers = seen.layers.iter().map(|view| LayerFigures {
        name: view.name.clone(),
        activation: view.dead.is_some(),
        deviation: view.deviation,
        dead: view.dead,
        gradient: view.gradient,
    });
    record.looks.push(Look { step: seen.step, layers: layers.collect() });
    Ok(())
}
