//! What values of stores may be, and what they mean.

use super::run::RunMode;
use crate::cli::{ThawTier, values};
use crate::error::{Error, Result};
use crate::store::{PathStyle, Thaw, ThawSpeed};

/// S3's own bound.
const MOST_PARTS: u32 = 10_000;

pub(super) fn path_style(always: Option<bool>) -> PathStyle {
    match always {
        None => PathStyle::Auto,
        Some(true) => PathStyle::Always,
        Some(false) => PathStyle::Never,
    }
}

/// A plan asks for nothing that is paid for.
pub(super) fn thaw(tier: ThawTier, days: u16, run: RunMode) -> Option<Thaw> {
    let speed = match tier {
        ThawTier::Expedited => ThawSpeed::Expedited,
        ThawTier::Standard => ThawSpeed::Standard,
        ThawTier::Bulk => ThawSpeed::Bulk,
        ThawTier::Never => return None,
    };
    (run == RunMode::Apply).then_some(Thaw { speed, days: days.max(1) })
}

pub(super) fn check_max_parts(parts: Option<u32>) -> Result<()> {
    match parts.filter(|n| !(1..=MOST_PARTS).contains(n)) {
        Some(n) => Err(Error::usage(format!("s3_max_parts = {n}")).because(format!("it is 1 to {MOST_PARTS}"))),
        None => Ok(()),
    }
}

pub(super) fn check_tags(tags: &[(String, String)]) -> Result<()> {
    let doing = || Error::usage("reading the tags of new objects");
    if tags.len() > 10 {
        return Err(doing().because("S3 takes at most 10"));
    }
    for (i, (key, value)) in tags.iter().enumerate() {
        values::checked_tag(key, value).map_err(|e| doing().because(e))?;
        if tags[..i].iter().any(|(other, _)| other == key) {
            return Err(doing().because(format!("{key} is given twice")));
        }
    }
    Ok(())
}
