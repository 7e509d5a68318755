use convlab_core::data::DataSet;
use convlab_core::judge::{Case, Exact, Single, gradient_errors};
use convlab_core::plan::{Buffer, Mode, Operand, Stage};

use crate::catalogue::{modes, record, rows};

#[test]
fn gradients_are_the_central_differences() {
    for (layer, shape) in rows() {
        for mode in modes() {
            for error in gradient_errors(&*layer, shape, mode.clone(), record()) {
                assert!(error.relative < 1e-6, "{layer:?} on {shape}, {mode:?}: {error:?}");
            }
        }
    }
}

#[test]
fn frozen_and_evaluated_layers_keep_their_state() {
    for (layer, shape) in rows() {
        let [_, evaluate, frozen] = modes();
        for mode in [evaluate, frozen] {
            let plan = Single::new(&*layer, shape, mode.clone()).plan;
            assert!(plan.gradients.is_empty(), "{layer:?}, {mode:?}: a gradient that nobody wants");
            let case = Case::new(plan, DataSet::default(), record());
            let mut exact = Exact::new(&case);
            exact.run(&case, Stage::Backward);
            for buffer in [Buffer::Parameters, Buffer::Statistics] {
                let all = Operand { buffer, offset: 0, len: case.plan.layout.len(buffer) };
                assert_eq!(exact.get(all), Exact::new(&case).get(all), "{layer:?}, {mode:?}: {buffer:?}");
            }
        }
    }
}

#[test]
fn training_gives_every_weight_a_gradient() {
    for (layer, shape) in rows() {
        let plan = Single::new(&*layer, shape, Mode::Train { frozen: vec![] }).plan;
        assert_eq!(plan.gradients.len(), plan.layout.parameters.len(), "{layer:?}");
    }
}
