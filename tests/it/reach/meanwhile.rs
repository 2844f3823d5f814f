//! Chunks that are dropped, come back or are compressed while they are read.

use std::sync::mpsc::{Receiver, Sender, channel};

use eventodb_admin::archive::in_place::ArchiveReader;
use eventodb_admin::archive::{self, AfterVerify, Rekeyed};
use eventodb_admin::messages::Archived;
use eventodb_admin::messages::{self, CategoryRead, ExportFilter, StreamRead};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use eventodb_admin::store::{AgeKeys, Store, StoreUrl};

use super::lab::{Lab, Server, made_up, shown, skip_where_nobody_waits};

/// A read of another session, held after its first message.
struct Held {
    is_there: Receiver<()>,
    go: Sender<()>,
    read: tokio::task::JoinHandle<Vec<i64>>,
}

#[derive(Clone, Copy, Debug)]
enum Read {
    Stream,
    Category,
    Export,
}

async fn hold(lab: &Lab, read: Read) -> Held {
    hold_by(lab, read, lab.reach()).await
}

async fn hold_by(lab: &Lab, read: Read, reach: ArchiveReader) -> Held {
    let ((there, is_there), (go, goes)) = (channel(), channel::<()>());
    let (mut db, scope) = (lab.another_session().await, lab.scope.clone());
    let read = tokio::spawn(async move {
        let goes = std::sync::Mutex::new(goes);
        let mut seen = Vec::new();
        let mut each = |position: i64| {
            seen.push(position);
            if seen.len() == 1 {
                there.send(()).unwrap();
                tokio::task::block_in_place(|| goes.lock().unwrap().recv()).unwrap();
            }
        };
        match read {
            Read::Stream => {
                let read =
                    StreamRead { stream: "account-0".parse().unwrap(), from: 0, limit: None, archived: Archived::Auto };
                messages::read_stream(&mut db, &scope, &read, &reach, |m| {
                    each(m.global_position);
                    Ok(())
                })
                .await
            }
            Read::Category => {
                let read = CategoryRead {
                    category: None,
                    from: 1,
                    limit: None,
                    correlation: None,
                    group: None,
                    archived: Archived::Auto,
                };
                messages::read_category(&mut db, &scope, &read, &reach, |m| {
                    each(m.global_position);
                    Ok(())
                })
                .await
            }
            Read::Export => {
                messages::export(&mut db, &scope, &ExportFilter::default(), &reach, |m| {
                    each(m.global_position);
                    Ok(())
                })
                .await
            }
        }
        .map_err(shown)
        .unwrap();
        seen
    });
    Held { is_there, go, read }
}

fn expected(lines: &str, read: Read) -> Vec<i64> {
    let of = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["gpos"].as_i64().unwrap();
    let is_wanted = |line: &&str| !matches!(read, Read::Stream) || line.contains("\"account-0\"");
    lines.lines().filter(is_wanted).map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_while_it_is_read_is_read_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    for read in [Read::Stream, Read::Category, Read::Export] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(3, 200).await;
        let closed = lab.closed().await;
        lab.archive(&closed[..2], AfterVerify::Drop).await;
        let held = hold(&lab, read).await;
        tokio::task::block_in_place(|| held.is_there.recv()).unwrap();
        lab.rehydrate_all().await;
        held.go.send(()).unwrap();
        assert_eq!(held.read.await.unwrap(), expected(&lines, read), "{read:?}");
        lab.assert_covered().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_is_to_be_dropped_waits_for_its_readers_and_none_of_it_is_lost() {
    if skip_where_nobody_waits().await {
        return;
    }
    for read in [Read::Stream, Read::Category, Read::Export] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = made_up(3, 200);
        lab.import(lines.as_bytes()).await.unwrap();
        let closed = lab.closed().await;
        lab.archive(&closed[..1], AfterVerify::Drop).await;
        lab.archive(&closed[1..], AfterVerify::Keep).await;
        let held = hold(&lab, read).await;
        tokio::task::block_in_place(|| held.is_there.recv()).unwrap();
        let go = held.go.clone();
        let release = async move {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            go.send(()).unwrap();
        };
        let (_, dropped) = tokio::join!(release, lab.archive(&closed[1..], AfterVerify::Drop));
        assert!(dropped.into_iter().all(|d| d.is_ok()));
        assert_eq!(held.read.await.unwrap(), expected(&lines, read), "{read:?}");
        assert_eq!(lab.export().await.unwrap(), lines);
        lab.assert_covered().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_beside_archiving_and_coming_back_see_each_message_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(4, 100).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut readers = Vec::new();
    for read in [Read::Stream, Read::Category, Read::Export] {
        let (stopped, lines) = (stopped.clone(), lines.clone());
        let lab = lab.twin().await;
        readers.push(tokio::spawn(async move {
            let mut reads = 0;
            while !*stopped.borrow() {
                let held = hold(&lab, read).await;
                held.go.send(()).unwrap();
                assert_eq!(held.read.await.unwrap(), expected(&lines, read), "{read:?}");
                reads += 1;
            }
            reads
        }));
    }
    for _ in 0..3 {
        let closed = lab.closed().await;
        for result in lab.archive(&closed, AfterVerify::Drop).await {
            result.map_err(shown).unwrap();
        }
        lab.rehydrate_all().await;
    }
    stop.send(true).unwrap();
    for reader in readers {
        assert!(reader.await.unwrap() > 1);
    }
    lab.assert_covered().await;
}

/// All archives are encrypted to the lab's identity, and the objects of before are gone.
async fn encrypt_all(lab: &mut Lab) {
    let recipients = lab.settings.age.opened_names();
    let rows = lab.archives().await;
    let mut lock = lab.lock().await;
    let store = archive::claimed(&mut lock, &lab.scope, &lab.store).await.map_err(shown).unwrap();
    for row in &rows {
        let what = Rekeyed { archive: row, recipients: &recipients };
        let heard = (&Silent as &dyn eventodb_admin::progress::Progress, &Stop::default());
        archive::rekey(&mut lock, &lab.scope, &store, &what, heard).await.map_err(shown).unwrap();
        for key in [&row.object_key, &row.heads_key, &row.manifest_key] {
            std::fs::remove_file(lab.object(key.as_ref())).unwrap();
        }
    }
    lock.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_encrypted_to_others_while_it_is_read_is_read_once_where_the_ledger_can_be_asked() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (read, asks) in [(Read::Stream, true), (Read::Category, true), (Read::Export, true), (Read::Export, false)] {
        let mut lab = Lab::new(Server::Main).await;
        lab.settings.age = AgeKeys::new(Vec::new(), vec![age::x25519::Identity::generate()]);
        lab.store = Store::open(&StoreUrl::file(lab.dir.path()).unwrap(), &lab.settings).await.unwrap();
        let lines = lab.fill(12, 100).await;
        lab.archive_all().await;
        let reach = if asks { lab.reach().asking(lab.connector.clone()) } else { lab.reach() };
        let held = hold_by(&lab, read, reach).await;
        tokio::task::block_in_place(|| held.is_there.recv()).unwrap();
        encrypt_all(&mut lab).await;
        held.go.send(()).unwrap();
        match (asks, held.read.await) {
            (true, seen) => assert_eq!(seen.unwrap(), expected(&lines, read), "{read:?}"),
            (false, seen) => assert!(seen.is_err(), "nobody tells it where the messages are"),
        }
        lab.assert_covered().await;
    }
}
