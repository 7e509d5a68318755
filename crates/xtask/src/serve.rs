//! The development server.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, SystemTime};

use crate::project::{root, written};
use crate::{Done, data, npm, wasm};

/// Builds, serves, and builds again whenever the engine changes.
pub fn serve(options: &[&str]) -> Done {
    let port = match options {
        [] => 8080,
        ["--port", port] => port.parse().map_err(|_| format!("`{port}` is not a port number."))?,
        _ => return Err("`serve` takes one option: --port N.".into()),
    };
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        return Err(format!(
            "Port {port} is taken: end the program that listens there, or give another with --port."
        ));
    }
    prepare()?;
    let mut server = vite(port)?;
    println!("Convlab: http://localhost:{port} (Ctrl-C ends it)");
    let served = watch(&mut server);
    // It may have ended by itself; either way it is gone now.
    let _ = server.kill();
    served
}

/// Everything that the page needs before it can be bundled or served.
pub fn prepare() -> Done {
    thread::scope(|scope| {
        let packages = scope.spawn(|| npm::install().and_then(|()| data::pack()));
        let compiled = wasm::compile();
        packages.join().unwrap_or_else(|_| Err("Packing the data stopped.".into()))?;
        compiled
    })?;
    wasm::bind()
}

/// Vite ends when its standard input closes, so it never outlives this program.
fn vite(port: u16) -> Done<Child> {
    let port = port.to_string();
    let arguments = ["--host", "127.0.0.1", "--port", &port, "--strictPort", "--logLevel", "warn"];
    let mut vite = npm::node("vite/bin/vite.js", &arguments);
    vite.env_remove("CI").stdin(Stdio::piped());
    vite.spawn().map_err(|error| format!("Vite could not be started: {error}."))
}

fn watch(server: &mut Child) -> Done {
    let mut seen = last_change();
    loop {
        sleep(Duration::from_millis(300));
        if let Ok(Some(status)) = server.try_wait() {
            return if status.success() { Ok(()) } else { Err("Vite ended with an error.".into()) };
        }
        let now = last_change();
        if now != seen {
            seen = now;
            match wasm::compile().and_then(|()| wasm::bind()) {
                Ok(()) => println!("Built the engine again."),
                Err(sentence) => eprintln!("{sentence}"),
            }
        }
    }
}

fn last_change() -> Option<SystemTime> {
    ["crates/core", "crates/web", "Cargo.lock"].iter().filter_map(|part| newest(&root().join(part))).max()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let inside: Vec<PathBuf> =
        path.read_dir().map(|files| files.flatten().map(|file| file.path()).collect()).unwrap_or_default();
    inside.iter().filter_map(|file| newest(file)).chain(written(path)).max()
}
