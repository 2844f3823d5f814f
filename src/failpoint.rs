//! Steps at which a test can kill the process, or have it believe that a step failed which did not. Without the feature
//! `failpoints` all of this compiles to nothing.

/// A place between two effects. A test can end the process here, or have an error returned.
macro_rules! failpoint {
    ($($name:literal),+) => {
        #[cfg(feature = "failpoints")]
        crate::failpoint::passed(concat!($($name),+));
        fail::fail_point!(concat!($($name),+), |_| Err(crate::error::Error::failed(concat!("failpoint ", $($name),+)).into()));
    };
}
pub(crate) use failpoint;

/// An effect on the server or the store between two failpoints: an error at `NAME.before` stands for an effect that never
/// happened, one at `NAME.after` for an effect that did and whose answer was lost.
macro_rules! effect {
    ($name:literal, $effect:expr) => {{
        crate::failpoint::failpoint!($name, ".before");
        let done = $effect;
        crate::failpoint::failpoint!($name, ".after");
        done
    }};
}
pub(crate) use effect;

/// Arms the failpoints named in `EVENTODB_FAILPOINTS`: `name=kill`, `name=error` or `name=wait:/file`, separated by `;`.
///
/// # Errors
/// A usage error where the variable says anything else.
#[cfg(feature = "failpoints")]
pub fn arm() -> crate::Result<()> {
    use crate::error::Error;
    let Ok(points) = std::env::var("EVENTODB_FAILPOINTS") else { return Ok(()) };
    for point in points.split(';').filter(|p| !p.is_empty()) {
        let armed = match point.split_once('=') {
            // No destructor runs, nothing is flushed: to the server and the store it is a kill -9.
            Some((name, "kill")) => fail::cfg_callback(name, || std::process::abort()),
            Some((name, "error")) => fail::cfg(name, "return"),
            Some((name, how)) if how.starts_with("wait:") => {
                let (told, file) = (name.to_owned(), std::path::PathBuf::from(how.trim_start_matches("wait:")));
                fail::cfg_callback(name, move || wait(&told, &file))
            }
            _ => Err("it is not name=kill, name=error or name=wait:/file".to_owned()),
        };
        armed.map_err(|why| Error::usage(format!("EVENTODB_FAILPOINTS: {point}")).because(why))?;
    }
    Ok(())
}

/// Appends the name of a failpoint that was come to, to the file that `EVENTODB_FAILPOINTS_TRACE` names, if any.
#[cfg(feature = "failpoints")]
pub fn passed(name: &str) {
    use std::io::Write;
    let Some(path) = std::env::var_os("EVENTODB_FAILPOINTS_TRACE") else { return };
    let written = std::fs::OpenOptions::new().create(true).append(true).open(path).and_then(|mut file| {
        // One write a line: runs of several jobs come here at once.
        file.write_all(format!("{name}\n").as_bytes())
    });
    if let Err(e) = written {
        tracing::warn!("failpoint {name} was not noted: {e}");
    }
}

/// Says in a file where the process is, and goes on once the file is gone. Where its folder is gone, nobody waits.
#[cfg(feature = "failpoints")]
fn wait(name: &str, file: &std::path::Path) {
    if std::fs::write(file, name).is_ok() {
        while file.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}
