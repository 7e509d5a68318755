//! Checkpoints and weights as safetensors: metadata `{ format, numerics, link, step, log, standard }`, tensors
//! `param/0.weight`, `optim/0/0.weight`, `stat/1.running_mean`.

use super::safetensors::{Tensors, write};
use super::{Live, Part, Saved, Session, SessionError, initial, kept, standard};
use crate::NUMERICS;
use crate::plan::{Buffer, Plan};
use crate::spec::{Given, Intervention, link, quote};
use crate::state::Segment;
use crate::text::session as text;

const FORMAT: &str = "convlab";

fn name(buffer: Buffer, segment: &Segment) -> String {
    match buffer {
        Buffer::Slot(slot) => format!("optim/{slot}/{}", segment.name),
        Buffer::Statistics => format!("stat/{}", segment.name),
        _ => format!("param/{}", segment.name),
    }
}

fn is_weights(buffer: Buffer) -> bool {
    !matches!(buffer, Buffer::Slot(_))
}

fn refuse(why: impl Into<String>) -> SessionError {
    SessionError::Checkpoint(why.into())
}

/// A file that says that it is ours.
pub(super) struct File<'a> {
    tensors: Tensors<'a>,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, SessionError> {
        let broken = |why| refuse(text::no_safetensors(why));
        let file = Self { tensors: Tensors::read(bytes).map_err(broken)? };
        if file.field("format") == FORMAT { Ok(file) } else { Err(refuse(text::NO_CHECKPOINT)) }
    }

    /// A word of the metadata; empty where there is none.
    fn field(&self, key: &str) -> &str {
        self.tensors.word(key)
    }

    /// The step that it was taken at.
    fn step(&self) -> Result<u32, SessionError> {
        let numerics = self.field("numerics");
        if numerics != NUMERICS.to_string() {
            return Err(refuse(text::other_numerics(numerics, NUMERICS)));
        }
        let step = self.field("step").parse();
        step.map_err(|_| refuse(text::NO_STEP))
    }

    /// The live settings and frozen layers at step 0 and their changes.
    fn course(&self) -> Result<(Live, Vec<String>, Vec<Intervention>), SessionError> {
        let unread = |why: &str| refuse(text::unread_experiment(why));
        let (study, problems) = link::parse(self.field("link"));
        // A link holds only so many changes; the log holds all of them.
        if let Some(problem) = problems.iter().find(|problem| problem.field != "at") {
            return Err(unread(&problem.message));
        }
        let log = link::parse_log(self.field("log")).map_err(|why| unread(&why))?;
        Ok((Live::of(&study.base), study.base.freeze, log))
    }

    /// Mean and deviation that its images were standardised by; nothing in files of other programs.
    pub(super) fn standard(&self, channels: usize) -> Result<Option<Vec<[f32; 2]>>, SessionError> {
        let word = self.field("standard");
        if word.is_empty() {
            return Ok(None);
        }
        match standard::parse(word) {
            Some(standard) if standard.len() == channels => Ok(Some(standard)),
            _ => Err(refuse(text::other_standard(&quote(word), channels))),
        }
    }

    /// The numbers of one tensor, all of them finite.
    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, SessionError> {
        let tensor = self.tensors.tensor(name);
        let tensor = tensor.ok_or_else(|| refuse(text::no_tensor(name)))?;
        if tensor.dtype != "F32" || tensor.shape != shape {
            return Err(refuse(text::other_shape(name, &tensor.shape, shape)));
        }
        let (words, _) = tensor.data.as_chunks::<4>();
        let numbers: Vec<f32> = words.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if numbers.iter().all(|x| x.is_finite()) { Ok(numbers) } else { Err(refuse(text::not_finite(name))) }
    }

    /// Whether there is a weight or a statistic of this name and shape.
    pub(super) fn has(&self, address: &str, shape: &[usize]) -> bool {
        let found =
            ["param", "stat"].iter().find_map(|kind| self.tensors.tensor(&format!("{kind}/{address}")));
        found.is_some_and(|tensor| tensor.shape == shape)
    }

    /// Overwrites the weights and statistics that are wanted, by address and shape.
    pub(super) fn fill(
        &self,
        plan: &Plan,
        arenas: &mut [(Buffer, Vec<f32>)],
        wanted: impl Fn(&str, &[usize]) -> bool,
    ) -> Result<(), SessionError> {
        for (buffer, numbers) in arenas.iter_mut().filter(|(buffer, _)| is_weights(*buffer)) {
            for segment in segments(plan, *buffer).iter().filter(|s| wanted(&s.name, &s.shape)) {
                let part = &mut numbers[segment.at.offset..segment.at.offset + segment.at.len];
                part.copy_from_slice(&self.numbers(&name(*buffer, segment), &segment.shape)?);
            }
        }
        Ok(())
    }
}

fn segments(plan: &Plan, buffer: Buffer) -> &[Segment] {
    if buffer == Buffer::Statistics { &plan.layout.statistics } else { &plan.layout.parameters }
}

impl Session {
    fn segments(&self, buffer: Buffer) -> &[Segment] {
        segments(&self.train.plan, buffer)
    }

    /// The whole state as safetensors bytes; `link` is the experiment of this run.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn snapshot(&mut self, link: &str) -> Result<Vec<u8>, SessionError> {
        self.write(link, |_, _| true).await
    }

    /// Parameters and running statistics of these layers alone, as safetensors bytes.
    ///
    /// # Errors
    /// When a layer is not there or the device is lost.
    pub async fn weights(&mut self, link: &str, part: &Part) -> Result<Vec<u8>, SessionError> {
        let part = part.of(&self.setup.network)?;
        self.write(link, |buffer, name| is_weights(buffer) && part.holds(name)).await
    }

    async fn write(
        &mut self,
        link: &str,
        wanted: impl Fn(Buffer, &str) -> bool,
    ) -> Result<Vec<u8>, SessionError> {
        self.finish_stages().await?;
        self.save().await?;
        let mut tensors = Vec::new();
        for (buffer, numbers) in &self.saved.arenas {
            for segment in self.segments(*buffer).iter().filter(|s| wanted(*buffer, &s.name)) {
                let part = &numbers[segment.at.offset..segment.at.offset + segment.at.len];
                tensors.push((name(*buffer, segment), &segment.shape[..], part));
            }
        }
        let metadata = [
            ("format", FORMAT.to_owned()),
            ("numerics", NUMERICS.to_string()),
            ("link", link.to_owned()),
            ("step", self.step.to_string()),
            ("log", link::format_log(&self.setup.log)),
            ("standard", standard::format(&self.setup.data.standard)),
        ];
        Ok(write(tensors, &metadata))
    }

    /// Puts a checkpoint back, with the live settings and the log of its run: the run goes on with the
    /// same bits. On an error nothing has changed.
    ///
    /// # Errors
    /// One sentence when it is not a checkpoint, is of another network or of another numerics version,
    /// or holds no usable numbers.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SessionError> {
        let (live, frozen, log) = File::read(bytes)?.course()?;
        let named = log.iter().filter_map(|change| match &change.value {
            Given::Layers(layers) => Some(layers),
            Given::Number(_) => None,
        });
        let named: Vec<String> = named.chain([&frozen]).flatten().cloned().collect();
        if let Some(problem) = self.setup.network.absent("freeze", &named).into_iter().next() {
            return Err(refuse(text::checkpoint_does_not_fit(&problem.message)));
        }
        self.resume(bytes)?;
        (self.setup.live, self.setup.frozen, self.setup.log) = (live, frozen, log);
        Ok(())
    }

    /// Goes back to an earlier checkpoint of this run: live changes made since then stay in the log and
    /// act again. On an error nothing has changed.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub fn resume(&mut self, bytes: &[u8]) -> Result<(), SessionError> {
        let file = File::read(bytes)?;
        let standard = file.standard(self.setup.data.shape[0])?;
        self.saved = Saved { step: file.step()?, arenas: self.read(&file, |_, _| true)? };
        self.standardize_by(standard.as_ref().unwrap_or(&self.own_standard.clone()));
        self.put_back();
        Ok(())
    }

    /// Starts again at step 0 with these parameters and statistics (of a file with weights or of a
    /// checkpoint) and with fresh optimiser slots; layers outside `part` start as the seed draws them.
    /// Weights bring what their images were standardised by, until the next restart. On an error
    /// nothing has changed.
    ///
    /// # Errors
    /// One sentence when they are not of a network of the same shapes.
    pub fn load(&mut self, bytes: &[u8], part: &Part) -> Result<(), SessionError> {
        let part = part.of(&self.setup.network)?;
        let wanted = |buffer, name: &str| is_weights(buffer) && part.holds(name);
        let file = File::read(bytes)?;
        let standard = file.standard(self.setup.data.shape[0])?;
        self.saved = Saved { step: 0, arenas: self.read(&file, wanted)? };
        self.standardize_by(standard.as_ref().unwrap_or(&self.own_standard.clone()));
        self.begin();
        Ok(())
    }

    /// The arenas as they are in the file, or as at step 0 where they are not wanted.
    fn read(
        &self,
        file: &File<'_>,
        wanted: impl Fn(Buffer, &str) -> bool,
    ) -> Result<Vec<(Buffer, Vec<f32>)>, SessionError> {
        let plan = &self.train.plan;
        let weights = kept(plan).into_iter().filter(|&buffer| is_weights(buffer));
        let here: Vec<String> =
            weights.flat_map(|buffer| self.segments(buffer).iter().map(move |s| name(buffer, s))).collect();
        let foreign = |n: &&str| {
            let address = n.split_once('/').map_or(*n, |(_, address)| address);
            let meant = !n.starts_with("optim/") && wanted(Buffer::Parameters, address);
            meant && !here.iter().any(|known| known == n)
        };
        if let Some(name) = file.tensors.names().find(foreign) {
            return Err(refuse(text::foreign_tensor(name)));
        }
        let mut arenas = initial(plan, self.setup.seed);
        for (buffer, numbers) in &mut arenas {
            for segment in self.segments(*buffer).iter().filter(|s| wanted(*buffer, &s.name)) {
                let part = &mut numbers[segment.at.offset..segment.at.offset + segment.at.len];
                part.copy_from_slice(&file.numbers(&name(*buffer, segment), &segment.shape)?);
            }
        }
        Ok(arenas)
    }
}
