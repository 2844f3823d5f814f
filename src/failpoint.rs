//! Steps at which a test can kill the process, or have it believe that a step failed which did not. Without the feature
//! `failpoints` all of this compiles to nothing.

/// Marks a step just done. A test can end the process here, or turn the success into an error: an answer that was lost.
macro_rules! failpoint {
    ($name:literal) => {
        fail::fail_point!($name, |_| Err(crate::error::Error::failed(concat!("failpoint ", $name)).into()))
    };
}
pub(crate) use failpoint;

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

/// Says in a file where the process is, and goes on once the file is gone. Where its folder is gone, nobody waits.
#[cfg(feature = "failpoints")]
fn wait(name: &str, file: &std::path::Path) {
    if std::fs::write(file, name).is_ok() {
        while file.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}
