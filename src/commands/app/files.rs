//! Files that others read while they are written.

use std::fs::Permissions;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// Writes a file aside and renames it: whoever reads it sees all of it, or the one before.
///
/// # Errors
/// Where it cannot be written; the one before stays.
pub fn replace(file: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let failed = |e: std::io::Error| Error::failed(format!("writing {}", file.display())).because(e);
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut aside = tempfile::Builder::new().tempfile_in(folder).map_err(failed)?;
    // Whatever the umask is.
    #[cfg(unix)]
    aside
        .as_file()
        .set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(mode))
        .map_err(failed)?;
    {
        let mut out = BufWriter::with_capacity(1 << 16, &mut aside);
        write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    }
    aside.as_file().sync_all().map_err(failed)?;
    aside.persist(file).map_err(|e| failed(e.error))?;
    Ok(())
}
