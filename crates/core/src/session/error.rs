use std::fmt;

use crate::device::DeviceError;
use crate::spec::Problem;

/// Why a session could not do something.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionError {
    /// The user's: addressed, many at once.
    Problems(Vec<Problem>),
    /// The device's.
    Device(DeviceError),
    /// A checkpoint that does not fit; one sentence.
    Checkpoint(String),
    /// A request that does not make sense now; one sentence.
    Refused(String),
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SessionError::Problems(problems) => {
                let sentences: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
                f.write_str(&sentences.join(" "))
            }
            SessionError::Device(error) => error.fmt(f),
            SessionError::Checkpoint(why) | SessionError::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for SessionError {}

impl From<DeviceError> for SessionError {
    fn from(error: DeviceError) -> Self {
        SessionError::Device(error)
    }
}
