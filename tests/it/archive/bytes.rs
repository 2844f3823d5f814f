//! What is written in an archive and read from it by us, and not by the server, is what the server would have made of it.

use eventodb_admin::archive::{AfterVerify, ArchiveOptions, Codec, State};
use eventodb_admin::chunks::ChunkRow;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::archive::lab::{Lab, Server, shown};

/// What texts are made of: all that CSV, records and COPY treat in a way of their own, and some that they do not.
const ALPHABET: [&str; 24] = [
    "", "\"", "\"\"", ",", "\n", "\r", "\r\n", "\t", "\\", "\\.", "\\N", "'", " ", "-", "+", "(", ")", "{", "ä", "🦀",
    "\u{1}", "\u{7f}", "NULL", "a",
];

/// Texts without a regularity; the same in every run.
struct Texts(u64);

impl Texts {
    fn next(&mut self, below: u64) -> u64 {
        // Knuth's constants for 64 bits.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn text(&mut self) -> String {
        let parts = self.next(5);
        (0..parts).map(|_| ALPHABET[self.next(ALPHABET.len() as u64) as usize]).collect()
    }

    fn json(&mut self) -> Option<String> {
        Some(match self.next(8) {
            0 => return None,
            1 => "{}".into(),
            2 => "[1, 2.50, null, true]".into(),
            3 => "-1e3".into(),
            4 => serde_json::json!(self.text()).to_string(),
            _ => serde_json::json!({ (self.text()): self.text(), "more": [self.text(), { "deep": self.text() }] })
                .to_string(),
        })
    }
}

/// The chunk as the server writes it.
async fn written_by_the_server(lab: &Lab, chunk: &ChunkRow) -> Vec<u8> {
    let copy = format!(
        "COPY (SELECT global_position, position, time, stream_name, type, id, data, metadata FROM {}
                ORDER BY global_position, stream_name, position) TO STDOUT (FORMAT csv, HEADER)",
        chunk.table
    );
    lab.db.copy_out(&copy).await.unwrap().try_collect::<Vec<_>>().await.unwrap().concat()
}

#[tokio::test]
async fn an_archive_holds_what_the_server_itself_would_write_and_comes_back_as_that() {
    let mut lab = Lab::new(Server::Main).await;
    let mut texts = Texts(2026);
    let insert = lab
        .scope
        .render(
            "INSERT INTO {{schema}}.messages (time, position, stream_name, type, id, data, metadata)
             SELECT m.time::timestamptz, m.position, m.stream, m.type, m.id, m.data::jsonb, m.metadata::jsonb
               FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])
                    AS m(time, position, stream, type, id, data, metadata)",
        )
        .unwrap();
    let times = [
        "4001-02-29 23:59:59.999999+00 BC",
        "0001-12-31 00:00:00.1+00 BC",
        "0001-01-01 00:00:00+00",
        "0999-10-10 10:10:10.00001+00",
        "1900-03-01 00:00:00+00",
        "1999-12-31 23:59:59.999999+00",
        "2000-02-29 12:00:00+00",
    ];
    let mut rows = (vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    for i in 0..3000_i64 {
        let time = match times.get(i as usize) {
            Some(time) => (*time).to_owned(),
            None => {
                format!("2013-01-0{} 0{}:00:00.{:06}+00", 3 + i % 7, i % 10, texts.next(1_000_000) * (i as u64 % 3))
            }
        };
        rows.0.push(time);
        rows.1.push(i);
        rows.2.push(texts.text());
        rows.3.push(texts.text());
        rows.4.push(uuid::Uuid::from_u128(u128::from(texts.next(u64::MAX)) << 64 | i as u128));
        rows.5.push(texts.json());
        rows.6.push(texts.json());
    }
    lab.db.execute(&insert, &[&rows.0, &rows.1, &rows.2, &rows.3, &rows.4, &rows.5, &rows.6]).await.unwrap();

    let closed = lab.closed().await;
    assert!(closed.len() >= 7, "{} chunks", closed.len());
    let mut expected = Vec::new();
    for chunk in &closed {
        expected.push(written_by_the_server(&lab, chunk).await);
    }
    // Kept first: its digest, which the server adds up as well, has to be right where the chunk is dropped.
    lab.archive(&closed, AfterVerify::Keep).await.into_iter().for_each(|a| drop(a.map_err(shown).unwrap()));
    for (archive, expected) in lab.archives().await.iter().zip(&expected) {
        let stored = std::fs::read(lab.object(archive.object_key.as_ref())).unwrap();
        let csv = zstd::decode_all(&stored[..]).unwrap();
        assert_eq!(String::from_utf8_lossy(&csv), String::from_utf8_lossy(expected));
        assert!(csv == *expected);
    }
    let dropped = lab.archive_all().await;
    assert!(dropped.iter().all(|a| a.state == State::Dropped));
    assert_eq!(lab.archives().await.len(), closed.len(), "nothing was archived anew");

    lab.rehydrate_all().await;
    for (chunk, expected) in lab.closed().await.iter().zip(&expected) {
        let csv = written_by_the_server(&lab, chunk).await;
        assert_eq!(String::from_utf8_lossy(&csv), String::from_utf8_lossy(expected));
    }
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_archive_whose_rows_are_written_in_another_way_comes_back_as_well() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 300).await;
    let closed = lab.closed().await;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::None, jobs: 1 };
    let id = lab.archive_with(&closed, options).await.remove(0).map_err(shown).unwrap().archive_id.unwrap();

    // Its last time as others write it; everything that tells what the archive is says the same.
    let row = lab.archives().await.remove(0);
    let (data, manifest) = (lab.object(row.object_key.as_ref()), lab.object(row.manifest_key.as_ref()));
    let csv = std::fs::read_to_string(&data).unwrap();
    let (rest, last) = csv.rsplit_once(",2013-01-03 ").unwrap();
    let other = format!("{rest},2013-01-03T{last}");
    let (old, new) = [&csv, &other].map(|csv| hex::encode(Sha256::digest(csv))).into();
    let text = std::fs::read_to_string(&manifest).unwrap().replace(&old, &new);
    std::fs::write(&data, &other).unwrap();
    std::fs::write(&manifest, &text).unwrap();
    lab.sql(&format!(
        "SET session_replication_role = replica;
         UPDATE eventodb_store.archives SET csv_sha256 = '{new}', stored_sha256 = '{new}', manifest_sha256 = '{}'
          WHERE namespace = {{{{namespace_text}}}};
         RESET session_replication_role",
        hex::encode(Sha256::digest(&text))
    ))
    .await;
    lab.rehydrate(id).await.map_err(shown).unwrap();
    assert_eq!(lab.export().await.unwrap(), lines);
    assert_eq!(lab.closed().await.len(), 1);
}
