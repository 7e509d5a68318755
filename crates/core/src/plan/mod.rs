//! A plan is data: the flat list of kernels that one training step, evaluation or observation runs.
//!
//! Shapes are fixed once the experiment is, so a plan is built once, printed, tested and replayed.
//! Building one touches no device.

mod assemble;
mod builder;
mod fuse;
mod kernel;
mod memory;
mod parts;
mod print;
mod pullback;
mod record;
mod shape;
mod value;

pub use assemble::{assemble, batch};
pub use builder::{Builder, Mode, Parameter, Plan, Ports, RING, Stage, Step, Tap};
pub use fuse::{Edit, Graph, Rewrite};
pub use kernel::{AnyKernel, At, Constants, Grid, Kernel, Real, Resources, Sharing};
pub use memory::Slots;
pub use parts::{Division, Parts};
pub use pullback::Pullback;
pub use record::StepRecord;
pub use shape::Shape;
pub use value::{Buffer, Operand, Value};
