//! Archives and ledgers that are damaged: found, and never acted on.

use crate::support::lab;
use eventodb_admin::Kind;
use eventodb_admin::archive::{self, AfterVerify, State};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use lab::{Lab, Server, shown};

#[tokio::test]
async fn a_flipped_bit_a_cut_end_and_a_missing_object_are_found_and_nothing_comes_back() {
    for damage in ["flip", "cut", "missing", "manifest"] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(1, 300).await;
        let id = lab.archive_all().await[0].archive_id.unwrap();
        let row = lab.archives().await.remove(0);
        let data = lab.object(row.object_key.as_ref());
        match damage {
            "flip" => {
                let mut bytes = std::fs::read(&data).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                std::fs::write(&data, bytes).unwrap();
            }
            "cut" => {
                let bytes = std::fs::read(&data).unwrap();
                std::fs::write(&data, &bytes[..bytes.len() - 1]).unwrap();
            }
            "missing" => std::fs::remove_file(&data).unwrap(),
            _ => {
                let manifest = lab.object(row.manifest_key.as_ref());
                let text =
                    std::fs::read_to_string(&manifest).unwrap().replace("\"messages\": 300", "\"messages\": 301");
                std::fs::write(&manifest, text).unwrap();
            }
        }
        let verified = archive::verify(&lab.store, &row, &Silent, &Stop::default()).await;
        assert_eq!(verified.unwrap_err().kind(), Kind::Verification, "{damage}");
        let rehydrated = lab.rehydrate(id).await.unwrap_err();
        assert_eq!(rehydrated.kind(), Kind::Verification, "{damage}: {}", shown(rehydrated));
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "0", "{damage}");
        assert_eq!(lab.archives().await[0].state, State::Dropped);
        if damage != "flip" {
            // A flipped bit in the data shows only to those who read it: coverage reads lists and sizes.
            let findings = lab.coverage().await.findings;
            assert!(
                findings.iter().any(|f| f.kind == "archive" && f.text.contains("2013-01-03")),
                "{damage}: {findings:?}"
            );
        }
    }
}

#[tokio::test]
async fn objects_exchanged_between_two_archives_are_refused() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    lab.archive_all().await;
    let rows = lab.archives().await;
    let (one, two) = (lab.object(rows[0].object_key.as_ref()), lab.object(rows[1].object_key.as_ref()));
    let aside = one.with_extension("aside");
    std::fs::rename(&one, &aside).unwrap();
    std::fs::rename(&two, &one).unwrap();
    std::fs::rename(&aside, &two).unwrap();
    for row in &rows {
        let error = archive::verify(&lab.store, row, &Silent, &Stop::default()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Verification);
        assert_eq!(lab.rehydrate(row.id).await.unwrap_err().kind(), Kind::Verification);
    }
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "0");
}

#[tokio::test]
async fn a_whole_chunk_whose_archive_cannot_be_read_back_is_archived_anew() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    let data = lab.object(lab.archives().await[0].object_key.as_ref());
    std::fs::remove_file(&data).unwrap();
    let archived = lab.archive(&closed, AfterVerify::Drop).await.remove(0).map_err(shown).unwrap();
    let rows = lab.archives().await;
    assert_eq!(rows.iter().map(|a| a.state).collect::<Vec<_>>(), [State::Expired, State::Dropped]);
    assert_eq!((archived.archive_id, rows[0].superseded_by), (Some(rows[1].id), Some(rows[1].id)));
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines);
}

#[tokio::test]
async fn a_failed_rehydrate_leaves_no_empty_chunk() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 300).await;
    let id = lab.archive_all().await[0].archive_id.unwrap();
    let data = lab.object(lab.archives().await[0].object_key.as_ref());
    std::fs::remove_file(&data).unwrap();
    lab.rehydrate(id).await.unwrap_err();
    assert!(lab.closed().await.is_empty());
}

#[tokio::test]
async fn coverage_finds_messages_that_share_a_global_position_or_a_place() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    let double = "INSERT INTO {{schema}}.messages (time, position, stream_name, type, global_position)
                  VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L', 7)";
    assert_eq!(lab.try_sql(double).await.unwrap_err().code().unwrap().code(), "23505");
    lab.sql(&format!("BEGIN; SET LOCAL session_replication_role = replica; {double}; COMMIT")).await;
    let findings = lab.coverage().await.findings;
    assert!(findings.iter().any(|f| f.kind == "overlap" && f.text.contains("global position")), "{findings:?}");
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'account-0'; DELETE FROM {{schema}}.messages WHERE stream_name = 'late-1'").await;
    let findings = lab.coverage().await.findings;
    assert!(findings.iter().any(|f| f.kind == "hole" && f.text.contains("stream account-0")), "{findings:?}");
}

#[tokio::test]
async fn coverage_finds_an_archive_that_the_ledger_has_lost() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 20).await;
    let first = lab.archive_all().await[0].archive_id.unwrap();
    lab.sql(&format!("DELETE FROM eventodb_store.archives WHERE id = {first}")).await;
    let findings = lab.coverage().await.findings;
    assert!(findings.iter().any(|f| f.kind == "archive" && f.text.contains("follows one")), "{findings:?}");
    assert!(findings.iter().any(|f| f.kind == "hole" && f.text.contains("20 messages are missing")), "{findings:?}");
}
