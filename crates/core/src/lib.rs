//! The engine of Convlab: it trains small convolutional networks and shows every layer.
//!
//! A link becomes an [`spec::Experiment`], an experiment a [`network::Network`], a network a
//! [`plan::Plan`]; a [`device::Device`] runs the plan on a [`state::Layout`]'s buffers, and a
//! [`session::Session`] drives it. Nothing here does I/O, reads a clock or starts a thread.

// First, for the modules that use its macro.
#[macro_use]
pub mod wgsl;

pub mod augment;
pub mod data;
pub mod device;
pub mod doctor;
#[cfg(feature = "golden")]
pub mod golden;
pub mod init;
#[cfg(feature = "judge")]
pub mod judge;
pub mod layers;
pub mod loss;
pub mod network;
pub mod optimizer;
pub mod plan;
pub mod procedures;
pub mod session;
pub mod shared;
pub mod spec;
pub mod state;
pub mod text;

/// Raised when golden bits change: links and checkpoints carry it.
pub const NUMERICS: u32 = 7;
