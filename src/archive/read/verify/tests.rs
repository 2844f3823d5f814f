use super::*;
use crate::archive::format::manifest::sample;
use crate::db::queries::ledger::State;

#[test]
fn a_manifest_describes_a_row_only_where_each_of_its_figures_is_that_of_the_row() {
    let mut manifest = sample();
    "csv".clone_into(&mut manifest.csv.sha256);
    "data".clone_into(&mut manifest.data.stored.sha256);
    let row = ArchiveRow {
        csv_sha256: Some("csv".to_owned()),
        stored_sha256: Some("data".to_owned()),
        object_key: Some(manifest.data.object.clone()),
        message_count: Some(5),
        ..ArchiveRow::sample(1, State::Dropped)
    };
    assert!(describes(&manifest, &row).is_ok());
    for odd in [
        ArchiveRow { csv_sha256: Some("other".to_owned()), ..row.clone() },
        ArchiveRow { stored_sha256: Some("other".to_owned()), ..row.clone() },
        ArchiveRow { object_key: Some("other".to_owned()), ..row.clone() },
        ArchiveRow { message_count: Some(6), ..row.clone() },
        ArchiveRow { message_count: None, ..row },
    ] {
        assert_eq!(describes(&manifest, &odd).unwrap_err().kind(), Kind::Verification);
    }
}

#[test]
fn an_object_has_one_row_more_than_messages_or_streams() {
    let manifest = sample();
    assert_eq!(Expected::data(&manifest).unwrap().rows, Some(6));
    assert_eq!(Expected::heads(&manifest).rows, Some(3));
}
