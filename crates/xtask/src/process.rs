//! Running other programs.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use crate::Done;
use crate::project::root;

/// `program` with `arguments`, to be run in the repository's root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that runs this program.
pub fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
}

/// Runs to the end; a failure names the command line.
pub fn run(mut command: Command) -> Done {
    let status = command.status().map_err(|error| missing(&command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed.", line(&command))) }
}

/// Runs silently; what the program said is shown only when it fails.
pub fn run_quietly(mut command: Command) -> Done {
    let output = command.output().map_err(|error| missing(&command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Err(format!("{}{}`{}` failed.", said[0], said[1], line(&command)))
}

/// Standard output, where the program exists and succeeds.
pub fn output_of(mut command: Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs to the end, showing standard output as it comes and also returning it.
pub fn run_and_read(mut command: Command) -> Done<(bool, String)> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| missing(&command, &error))?;
    let mut said = String::new();
    if let Some(pipe) = child.stdout.take() {
        copy_lines(pipe, &mut said);
    }
    let status = child.wait().map_err(|error| missing(&command, &error))?;
    Ok((status.success(), said))
}

fn copy_lines(pipe: impl Read, said: &mut String) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&bytes);
        print!("{text}");
        // A closed terminal must not stop the tests.
        let _ = std::io::stdout().flush();
        said.push_str(&text);
        bytes.clear();
    }
}

fn missing(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}.", line(command))
}

fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
