//! Whether anybody reads standard output still.

use std::future::pending;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Ui;

/// How often it is looked.
const EACH: Duration = Duration::from_millis(200);

impl Ui {
    /// Waits until the reader of standard output has left, as a pipe's may; for ever where nobody can tell.
    pub async fn reader_leaves(&self) {
        if !cfg!(unix) {
            return pending().await;
        }
        while !has_left() {
            tokio::time::sleep(EACH).await;
        }
        self.deaf.store(true, Ordering::Relaxed);
    }
}

#[cfg(unix)]
fn has_left() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let out = std::io::stdout();
    // That the other end is closed is said whether or not it is asked for.
    let mut asked = [PollFd::new(&out, PollFlags::empty())];
    poll(&mut asked, Some(&Timespec::default())).is_ok()
        && asked[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

#[cfg(not(unix))]
const fn has_left() -> bool {
    false
}
