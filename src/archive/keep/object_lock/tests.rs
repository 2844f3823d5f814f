use super::*;
use crate::db::queries::ledger::State;

const DAY: Duration = Duration::from_hours(24);

fn policy(days: u32, mode: &str) -> Policy {
    let (lock_for, lock_mode) = (Some(DAY * days), Some(mode.to_owned()));
    Policy {
        safeguards: Safeguards { lock_for, lock_mode, lock_renew: true, keep_at_least: None },
        ..Policy::default()
    }
}

fn archive(locked_days: Option<(u32, &str)>) -> ArchiveRow {
    let row = ArchiveRow { store_url: Some("s3://bbb/p".to_owned()), ..ArchiveRow::sample(7, State::Dropped) };
    match locked_days {
        Some((days, mode)) => {
            ArchiveRow { locked_until: Some(now() + DAY * days), lock_mode: Some(mode.to_owned()), ..row }
        }
        None => row,
    }
}

fn now() -> DateTime<Utc> {
    ArchiveRow::sample(7, State::Dropped).range_end
}

fn due(archive: &ArchiveRow, policy: &Policy) -> Option<LockedUntil> {
    due_for_lock(archive, policy, now()).unwrap()
}

#[test]
fn a_lock_is_renewed_once_a_tenth_of_it_has_passed_and_for_its_whole_time() {
    let governance = policy(100, "governance");
    let whole = Some(LockedUntil { mode: RetentionMode::Governance, until: now() + DAY * 100 });
    assert_eq!(due(&archive(None), &governance), whole);
    assert_eq!(due(&archive(Some((89, "governance"))), &governance), whole);
    assert_eq!(due(&archive(Some((90, "governance"))), &governance), None);
    assert_eq!(due(&archive(Some((200, "governance"))), &governance), None);
}

#[test]
fn only_what_is_kept_in_a_bucket_is_renewed_and_only_where_the_policy_says() {
    let governance = policy(100, "governance");
    for state in [State::Verified, State::Dropped, State::Rehydrated] {
        assert!(due(&ArchiveRow { state, ..archive(None) }, &governance).is_some());
    }
    for state in [State::Failed, State::Expired, State::Uploaded] {
        assert!(due(&ArchiveRow { state, ..archive(None) }, &governance).is_none());
    }
    assert!(due(&ArchiveRow { store_url: Some("file:///a".to_owned()), ..archive(None) }, &governance).is_none());
    assert!(due(&ArchiveRow { objects: Objects::Erasing, ..archive(None) }, &governance).is_none());
    let mut once = governance;
    once.safeguards.lock_renew = false;
    assert!(due(&archive(None), &once).is_none());
    assert!(due(&archive(None), &Policy::default()).is_none());
}

#[test]
fn a_stricter_mode_takes_the_place_of_a_milder_one_and_never_the_other_way_round() {
    let compliance = due(&archive(Some((95, "governance"))), &policy(100, "compliance"));
    assert_eq!(compliance.map(|lock| lock.mode), Some(RetentionMode::Compliance));
    assert_eq!(due(&archive(Some((1, "compliance"))), &policy(100, "governance")), None);
    // Once it has ended, it may be of any mode.
    let ended = ArchiveRow { locked_until: Some(now() - DAY), ..archive(Some((0, "compliance"))) };
    assert!(due(&ended, &policy(100, "governance")).is_some());
}

#[test]
fn no_lock_is_renewed_beyond_the_time_at_which_the_archive_expires() {
    let expiring = Policy { expire_archives_after: Some(DAY * 30), ..policy(100, "governance") };
    let until = now() + DAY * 30;
    assert_eq!(due(&archive(None), &expiring).map(|lock| lock.until), Some(until));
    assert_eq!(due(&archive(Some((30, "governance"))), &expiring), None);
    assert!(due(&archive(Some((29, "governance"))), &expiring).is_some());
    let past = Policy { expire_archives_after: Some(Duration::ZERO), ..policy(100, "governance") };
    assert_eq!(due(&archive(None), &past), None);
}
