use super::rig::Rig;
use super::{Answers, Attributes, Files, LayerCase};
use crate::augment::{Apply, View};
use crate::data::{DataSet, Gather, Pixels};
use crate::device::Device;
use crate::plan::{Builder, Mode, Operand, Shape, StepRecord};
use crate::state::Layout;

/// What happens to images before the first layer. Standardisation is a part of gathering a batch;
/// everything else is a view, the same for every image of the case.
pub(super) async fn run(case: &LayerCase, files: &Files, device: &mut dyn Device) -> Result<Answers, String> {
    let images = case.input(files, "x")?;
    let shape = images.shape4()?;
    let standard = standard(&case.attrs, shape)?;
    let data = DataSet {
        shape: [shape.c, shape.h, shape.w],
        classes: 1,
        pixels: Pixels::Floats(images.f32()),
        labels: vec![0; shape.n],
        table: (0..shape.n as u32).collect(),
        splits: [shape.n, 0, 0],
        standard,
        ..DataSet::default()
    };

    let Shape { n, c, h, w } = shape;
    let mut plan = Builder::new(Mode::Evaluate, n);
    let [y, labels] = [plan.value("y", shape), plan.value("labels", Shape::vector(n))];
    let standard = plan.constant(data.affine());
    if case.attrs.text("kind")? == "normalize" {
        plan.run(Gather { n, c, plane: h * w, floats: true }, [standard], [y, labels]);
    } else {
        let views = plan.constant(view(&case.attrs)?.numbers().repeat(n));
        let reads: [Operand; 2] = [standard.at, views.at];
        plan.run(Apply { n, c, h, w, floats: true }, reads, [y]);
    }
    let plan = plan.finish();

    let mut rig = Rig::new(device, &Layout::default(), data)?;
    let program = rig.program(&plan)?;
    let count = n as u32;
    rig.run(program, 0..plan.steps.len(), StepRecord { size: count, live: count, ..StepRecord::default() })?;
    let [y] = rig.read(program, [y]).await?;
    Ok(Answers::from([("y".to_owned(), y)]))
}

/// Mean and deviation of each channel; 0 and 1 where the case standardises nothing.
fn standard(attrs: &Attributes, shape: Shape) -> Result<Vec<[f32; 2]>, String> {
    if !attrs.has("mean") && !attrs.has("std") {
        return Ok(vec![[0.0, 1.0]; shape.c]);
    }
    let (mean, std) = (attrs.numbers("mean")?, attrs.numbers("std")?);
    if mean.len() != shape.c || std.len() != shape.c {
        return Err(format!("{} channels need as many means and deviations.", shape.c));
    }
    Ok(mean.iter().zip(std).map(|(&m, &s)| [m as f32, s as f32]).collect())
}

/// The view that a case describes in its own words.
fn view(attrs: &Attributes) -> Result<View<f32>, String> {
    let number = |name| attrs.number(name).map(|x| x as f32);
    let still = View::default();
    Ok(match attrs.text("kind")? {
        "hflip" => View { flip: 1.0, ..still },
        "vflip" => View { vflip: 1.0, ..still },
        "shift" => View { dx: number("dx")?, dy: number("dy")?, ..still },
        "affine" => View {
            degrees: number("degrees")?,
            zoom: (attrs.number("zoom")? - 1.0) as f32,
            dx: number("dx")?,
            dy: number("dy")?,
            ..still
        },
        "cutout" => View { left: number("left")?, top: number("top")?, size: number("size")?, ..still },
        "brightness_contrast" => View {
            brightness: number("brightness")?,
            contrast: (attrs.number("contrast")? - 1.0) as f32,
            ..still
        },
        kind => return Err(format!("There is no augmentation {kind} here.")),
    })
}
