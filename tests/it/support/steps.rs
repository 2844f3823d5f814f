//! Which steps of a long sweep are played: one of N, or all of them.
//!
//! `EVENTODB_TEST_STEPS` says it: `all`, `1/N`, or `1/N:K`, which picks the same steps each time. `bin/test` takes K from
//! the commit; without that it is the day.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

const VARIABLE: &str = "EVENTODB_TEST_STEPS";
const ONE_OF: usize = 8;

/// One step of `of`, beginning with `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    of: usize,
    from: usize,
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{VARIABLE} is all, 1/N or 1/N:K, not {text:?}");
        if text == "all" {
            return Ok(Self { of: 1, from: 0 });
        }
        let rest = text.strip_prefix("1/").ok_or_else(wrong)?;
        let (of, from) = match rest.split_once(':') {
            Some((of, from)) => (of, from.parse().map_err(|_| wrong())?),
            None => (rest, today()),
        };
        let of = of.parse().ok().filter(|&of| of > 0).ok_or_else(wrong)?;
        Ok(Self { of, from: from % of })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of == 1 { f.write_str("all") } else { write!(f, "1/{}:{}", self.of, self.from) }
    }
}

fn today() -> usize {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    usize::try_from(since.as_secs() / 86_400).unwrap()
}

fn share() -> Share {
    let text = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty());
    text.unwrap_or_else(|| format!("1/{ONE_OF}")).parse().unwrap_or_else(|why: String| panic!("{why}"))
}

/// Whether every sweep is played whole.
pub fn are_all() -> bool {
    share().of == 1
}

/// The steps of a sweep that are played now: never none of them. Sweeps begin at different ones, so that what many have
/// in common is played in some.
pub fn some<T>(sweep: &str, steps: impl IntoIterator<Item = T>) -> Vec<T> {
    let steps: Vec<_> = steps.into_iter().collect();
    let (share, all) = (share(), steps.len());
    let picked = picked(share, sweep, steps);
    // Shown where the test fails.
    eprintln!("{sweep}: {} of {all} steps, {VARIABLE}={share} picks them again", picked.len());
    picked
}

fn picked<T>(share: Share, sweep: &str, steps: Vec<T>) -> Vec<T> {
    let of = share.of.min(steps.len().max(1));
    let from = (share.from + sweep.bytes().map(usize::from).sum::<usize>()) % of;
    steps.into_iter().enumerate().filter(|(n, _)| n % of == from).map(|(_, step)| step).collect()
}

#[test]
fn as_many_shares_as_there_are_play_each_step_once_and_none_is_empty() {
    for (of, len) in [(1, 5), (4, 1), (4, 3), (4, 4), (4, 18), (5, 7)] {
        let mut played: Vec<usize> = Vec::new();
        for from in 0..of {
            let now = picked(format!("1/{of}:{from}").parse().unwrap(), "a sweep", (0..len).collect());
            assert!(!now.is_empty(), "1/{of}:{from} of {len}");
            played.extend(now);
        }
        played.sort_unstable();
        played.dedup();
        assert_eq!(played, (0..len).collect::<Vec<_>>(), "1/{of} of {len}");
    }
    assert_eq!("all".parse(), Ok(Share { of: 1, from: 0 }));
    assert_eq!("1/4:6".parse(), Ok(Share { of: 4, from: 2 }));
    for wrong in ["", "2/4", "1/0", "1/x", "1/4:x", "none"] {
        assert!(wrong.parse::<Share>().is_err(), "{wrong:?}");
    }
}
