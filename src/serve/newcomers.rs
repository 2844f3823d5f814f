//! Connections that have not said who they are: anybody who reaches the place can open those. There are so many at most, and the
//! oldest makes room for the next one: who logs in does so at once, and who only holds a connection is the one that goes.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::sparse::SparseLog;

/// As many of one address as there may be sessions, and no fewer than these.
const LEAST_OF_ONE: usize = 64;
/// So many more of all addresses.
const OF_OTHERS: usize = 256;
/// What one network is given by its provider, so what one person has addresses in.
const IPV6_NETWORK_BITS: u32 = 64;

/// Where a connection comes from; `None`: from the socket that only this user opens.
pub type PeerAddress = Option<IpAddr>;

/// An address as it counts: of IPv6 its network.
pub fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let host = u128::MAX >> IPV6_NETWORK_BITS;
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !host))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[derive(Debug)]
struct NewcomerEntry {
    id: u64,
    from: PeerAddress,
    /// Dropped when it has to go.
    _stays: oneshot::Sender<()>,
}

/// All of them, the oldest first.
#[derive(Debug)]
pub struct Newcomers {
    of_one: usize,
    in_all: usize,
    entries: Mutex<VecDeque<NewcomerEntry>>,
    last: AtomicU64,
    log: SparseLog,
}

impl Newcomers {
    /// None yet, beside so many sessions.
    pub fn new(max_sessions: usize) -> Arc<Self> {
        let of_one = max_sessions.max(LEAST_OF_ONE);
        Arc::new(Self {
            of_one,
            in_all: of_one + OF_OTHERS,
            entries: Mutex::default(),
            last: AtomicU64::new(0),
            log: SparseLog::default(),
        })
    }

    /// One more, for which another one goes where there are as many as there may be.
    pub fn take_in(self: &Arc<Self>, from: PeerAddress) -> Newcomer {
        let (stays, goes) = oneshot::channel();
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut entries) = self.entries.lock() {
            if let Some(at) = self.first_to_go(&entries, from) {
                let gone = entries.remove(at).and_then(|entry| entry.from);
                if let Some(others) = self.log.due() {
                    let from = gone.map_or_else(|| "the socket".to_owned(), |address| address.to_string());
                    tracing::warn!(
                        "a connection from {from} was closed for the next one: it did not log in, and there are too many like it{}",
                        others
                    );
                }
            }
            entries.push_back(NewcomerEntry { id, from, _stays: stays });
        }
        Newcomer { all: Arc::clone(self), id, goes }
    }

    /// The oldest of the same address, or of the one that has the most.
    fn first_to_go(&self, entries: &VecDeque<NewcomerEntry>, from: PeerAddress) -> Option<usize> {
        let count = |from: PeerAddress| entries.iter().filter(|entry| entry.from == from).count();
        let whose = if count(from) >= self.of_one {
            from
        } else if entries.len() >= self.in_all {
            entries.iter().map(|entry| entry.from).max_by_key(|from| count(*from))?
        } else {
            return None;
        };
        entries.iter().position(|entry| entry.from == whose)
    }
}

/// A connection that has not said who it is, until this is dropped.
#[derive(Debug)]
pub struct Newcomer {
    all: Arc<Newcomers>,
    id: u64,
    goes: oneshot::Receiver<()>,
}

impl Newcomer {
    /// Waits until it has to make room.
    pub async fn has_to_go(&mut self) {
        // Nothing is ever sent: the sender is dropped.
        let _ = (&mut self.goes).await;
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        if let Ok(mut entries) = self.all.entries.lock() {
            entries.retain(|entry| entry.id != self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(newcomer: &mut Newcomer) -> bool {
        newcomer.goes.try_recv() != Err(oneshot::error::TryRecvError::Empty)
    }

    fn at(n: u8) -> IpAddr {
        counted_as(IpAddr::from([10, 0, 0, n]))
    }

    #[test]
    fn the_oldest_of_an_address_that_has_too_many_goes_and_no_other_one() {
        let all = Newcomers::new(1);
        let mut other = all.take_in(Some(at(1)));
        let mut first = all.take_in(Some(at(2)));
        let mut rest: Vec<_> = (1..LEAST_OF_ONE).map(|_| all.take_in(Some(at(2)))).collect();
        assert!(!goes(&mut first));
        let mut next = all.take_in(Some(at(2)));
        assert!(goes(&mut first) && !goes(&mut other) && !goes(&mut next));
        assert!(rest.iter_mut().all(|newcomer| !goes(newcomer)));
        // Whoever has logged in is none of them any more.
        drop(rest.pop());
        drop(all.take_in(Some(at(2))));
        assert!(!goes(&mut rest[0]));
    }

    #[test]
    fn of_too_many_from_everywhere_the_oldest_of_the_address_with_the_most_goes() {
        let all = Newcomers::new(1);
        let mut alone = all.take_in(Some(at(200)));
        let mut many: Vec<_> = (0..LEAST_OF_ONE).map(|_| all.take_in(Some(at(201)))).collect();
        let _few: Vec<_> = (0..OF_OTHERS - 1).map(|n| all.take_in(Some(at(u8::try_from(n / 2).unwrap())))).collect();
        assert!(!goes(&mut many[0]));
        let mut next = all.take_in(Some(at(202)));
        assert!(goes(&mut many[0]) && !goes(&mut many[1]) && !goes(&mut alone) && !goes(&mut next));
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let of = |text: &str| counted_as(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
    }
}
