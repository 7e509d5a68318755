//! What devices are called, and what goes wrong with them.

pub const CPU: &str = "CPU";
pub const PROGRAM: &str = "program";
pub const STATE: &str = "state";
pub const DATA_SET: &str = "data set";

sentences! {
    absent(why: &str) = "No graphics device: {why}.";
    lost(why: &str) = "The graphics device went away: {why}.";
    destroyed(why: &str) = "The graphics device was switched off: {why}.";
    no_room(size: u64) = "The device has no room for {size} MB.";
    refused(why: &str) = "The graphics device refused a command: {why}.";
    freed(what: &str) = "the {what} was freed";
}
