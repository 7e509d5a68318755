use std::cell::RefCell;
use std::rc::Rc;

use super::{Lab, Procedure, SharedLab};
use crate::data::shapes::Shapes;
use crate::data::{DataSet, Sizes, Standardize};
use crate::device::cpu::Cpu;
use crate::session::{SessionError, SharedDevice};
use crate::spec::{Experiment, Study, link};

/// A CPU and small shapes.
struct Small(SharedDevice);

impl Lab for Small {
    fn device(&self) -> SharedDevice {
        Rc::clone(&self.0)
    }

    fn data(&self, experiment: &mut Experiment) -> Result<Rc<DataSet>, SessionError> {
        let sizes = Sizes::of(experiment);
        let images = Shapes::default().generate(sizes.train + sizes.val + sizes.test, 1).halve();
        let set = DataSet::new(images, sizes, experiment.seed, &Standardize::Auto);
        set.map(Rc::new).map_err(SessionError::Refused)
    }
}

pub fn device() -> SharedDevice {
    Rc::new(RefCell::new(Cpu::default()))
}

pub fn lab(device: &SharedDevice) -> SharedLab {
    Rc::new(Small(Rc::clone(device)))
}

pub fn study(words: &str) -> Study {
    let text = format!("v=1&data=shapes&side=16&net=conv4-pool&batch=10&{words}");
    let (study, problems) = link::parse(&text);
    assert_eq!(problems, [], "{text}");
    study
}

/// Works to the end: all rows, and the outcome.
pub fn finish<R, O>(mut procedure: Procedure<R, O>) -> (Vec<R>, O) {
    let mut rows = Vec::new();
    let mut done = 0;
    loop {
        let piece = pollster::block_on(procedure.next()).unwrap();
        rows.extend(piece.rows);
        let progress = procedure.progress();
        assert!(progress.done >= done && progress.done <= progress.of, "{progress:?}");
        done = progress.done;
        if let Some(outcome) = piece.outcome {
            assert_eq!(done, progress.of);
            return (rows, outcome);
        }
    }
}
