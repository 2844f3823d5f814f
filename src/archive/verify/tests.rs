use super::super::manifest::sample;
use super::*;
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

#[test]
fn a_buffer_is_filled_from_as_many_pieces_as_it_takes() {
    struct Pieces(Vec<&'static [u8]>);
    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let piece = self.0.pop().unwrap_or_default();
            let n = piece.len().min(buffer.len());
            buffer[..n].copy_from_slice(&piece[..n]);
            Ok(n)
        }
    }
    let mut buffer = [0; 4];
    assert_eq!(fill(&mut Pieces(vec![b"d", b"c", b"ab"]), &mut buffer).unwrap(), 4);
    assert_eq!(&buffer, b"abcd");
    assert_eq!(fill(&mut Pieces(vec![b"x", b"y"]), &mut buffer).unwrap(), 2);
    assert_eq!(&buffer, b"yxcd");
}
