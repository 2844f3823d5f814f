//! The lifecycle lock of a namespace is the program's: nobody else holds it, whatever key they lock.

use eventodb_admin::db::ConnectOptions;
use eventodb_admin::db::connect::connect;
use eventodb_admin::db::conninfo::ConnInfo;

use super::cli::{Held, try_sql};
use super::one_namespace::Two;
use super::roles::{Role, quoted};

#[test]
fn the_lock_of_a_namespace_is_not_held_by_whoever_can_connect() {
    let Some(two) = Two::new() else { return };
    let stranger = Role::new(&two.alpha.db_url, "stranger");
    let key = format!("hashtextextended('eventodb-admin/lifecycle/{}', 0)", two.alpha.namespace);
    let holds = |mode: &str| Held::new(&stranger.url, &format!("SELECT pg_advisory_lock{mode}({key})"));
    let (one, shared) = (holds("_shared"), holds("_shared"));
    let archiver = two.role(&two.alpha, "archiver", &[]);
    let chunk = Two::chunks(&two.alpha).remove(0);
    two.run(&two.alpha, &archiver, &["chunks", "archive", &chunk]).succeeds();
    // It looks up the key that is in use by now, and holds that one.
    let in_use = "SELECT pg_advisory_lock(key) FROM eventodb_store.lifecycle_locks WHERE namespace = 'ALPHA'";
    assert_eq!(try_sql(&stranger.url, &two.filled(in_use)), Err("42501".to_owned()));
    let key = two.sql("SELECT eventodb_store.lifecycle_key('ALPHA')");
    let third = Held::new(&stranger.url, &format!("SELECT pg_advisory_lock({key})"));
    two.run(&two.alpha, &archiver, &["lifecycle", "run"]).succeeds();
    assert_eq!(two.sql("SELECT count(*) FROM tsdb_ALPHA.messages"), "0");
    drop((one, shared, third));
    // Of those that may, a second one is told that another is at work, whoever it is.
    let key = two.sql("SELECT eventodb_store.lifecycle_key('ALPHA')");
    let own = Held::new(&archiver.url, &format!("SELECT pg_advisory_lock({key})"));
    two.alpha.run(&["chunks", "archive", "--older-than", "0d", "--store", &two.alpha.store()]).fails(7, "another run");
    two.run(&two.alpha, &archiver, &["archives", "sweep"]).fails(7, "another run");
    drop(own);
    // One that works with an archiver's rights after SET ROLE is one of them.
    let login = Role::new(&two.alpha.db_url, "login");
    two.sql(&format!("ALTER ROLE {0} NOINHERIT; GRANT {1} TO {0}", quoted(&login.name), quoted(&archiver.name)));
    let own = Held::new(&login.url, &format!("SELECT pg_advisory_lock({key})"));
    two.run(&two.alpha, &archiver, &["archives", "sweep"]).fails(7, "another run");
    drop(own);
    assert_eq!(two.sql("SELECT eventodb_store.lifecycle_key('ALPHA')"), key, "nobody has changed it");
}

/// A session that tries to take the lock with the others at once, and keeps it until all have tried.
fn takes(url: String, namespace: String, all: std::sync::Arc<std::sync::Barrier>) -> String {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let info = ConnInfo::resolve(Some(&url), &|_| None).unwrap();
        let db = connect(&info, &ConnectOptions::default()).await.unwrap();
        all.wait();
        let took = db.query_one("SELECT eventodb_store.take_lifecycle_lock($1, true)", &[&namespace]).await;
        all.wait();
        match took {
            Ok(row) => row.get(0),
            Err(e) => e.code().expect("the server refuses it").code().to_owned(),
        }
    })
}

#[test]
fn of_many_that_take_the_lock_at_once_one_gets_it_whatever_strangers_hold() {
    let Some(two) = Two::new() else { return };
    let stranger = Role::new(&two.alpha.db_url, "stranger");
    let archiver = two.role(&two.alpha, "archiver", &[]);
    for round in 0..10 {
        let key = two.sql("SELECT eventodb_store.lifecycle_key('ALPHA')");
        // Every other time there is one in the way.
        let held = (round % 2 == 0).then(|| Held::new(&stranger.url, &format!("SELECT pg_advisory_lock({key})")));
        let all = std::sync::Arc::new(std::sync::Barrier::new(4));
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let (url, namespace, all) = (archiver.url.clone(), two.alpha.namespace.clone(), all.clone());
                std::thread::spawn(move || takes(url, namespace, all))
            })
            .collect();
        let took: Vec<_> = tries.into_iter().map(|t| t.join().unwrap()).collect();
        let wanted = if held.is_some() { "rekeyed" } else { "taken" };
        assert_eq!(took.iter().filter(|t| *t == wanted).count(), 1, "{round} {took:?}");
        assert!(took.iter().all(|t| t == wanted || t == "busy" || t == "55P03"), "{round} {took:?}");
        assert_eq!(two.sql("SELECT eventodb_store.lifecycle_key('ALPHA')") == key, held.is_none(), "{round}");
    }
}
