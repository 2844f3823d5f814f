//! Bringing an archive back changes nothing but messages: nothing of others fires, nothing is made up, and what came back is
//! compared with the archive.

#[path = "bring_back/scene.rs"]
mod scene;

use scene::{
    ALL, CHECK, DEFERRED, FOREIGN_KEY, GUARD, OUTBOX, Range, Role, SKIP, STAMP, STATEMENTS, STRICT_GUARD, Scene,
    has_roles, is_community, ranges,
};

/// One thing of others at a time, and all of them.
fn things() -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<_>> =
        [CHECK, FOREIGN_KEY, GUARD, STRICT_GUARD, OUTBOX, STATEMENTS, STAMP, DEFERRED, SKIP].map(|t| vec![t]).into();
    all.push(ALL.to_vec());
    all
}

fn comes_back_untouched(range: Range) {
    for things in things() {
        let told = format!("{range:?} {}", things[0]);
        let scene = Scene::new(range);
        things.iter().for_each(|thing| drop(scene.sql(thing)));
        let before = scene.made_by_others();
        let out = scene.rehydrate();
        if things.len() > 1 && range == Range::Empty && !is_community() {
            // The row that has the chunk made: replicas check no foreign key, and this one is gone again.
            out.succeeds();
        }
        out.succeeds();
        scene.is_back(&told, &before);
    }
}

#[test]
fn an_archive_comes_back_into_an_empty_range_and_nothing_of_others_fires() {
    comes_back_untouched(Range::Empty);
}

#[test]
fn an_archive_comes_back_beside_late_messages_and_nothing_of_others_fires() {
    comes_back_untouched(Range::Late);
}

#[test]
fn an_archive_comes_back_beside_late_messages_that_are_compressed_and_nothing_of_others_fires() {
    if ranges().contains(&Range::LateCompressed) {
        comes_back_untouched(Range::LateCompressed);
    }
}

#[test]
fn triggers_fire_for_new_messages_after_an_archive_came_back_as_they_did_before() {
    for range in ranges() {
        let scene = Scene::new(range);
        ALL.iter().for_each(|thing| drop(scene.sql(thing)));
        scene.rehydrate().succeeds();
        assert_eq!(scene.sql("SELECT count(*) FROM OTHERS.box"), "0");
        scene.write_late();
        let told = scene.sql("SELECT string_agg(what, ',' ORDER BY what) FROM OTHERS.box");
        assert_eq!(told, "later,outbox,told_after,told_before", "{range:?}");
        assert_eq!(
            scene.sql("SELECT metadata FROM SCHEMA.messages ORDER BY global_position DESC LIMIT 1"),
            "{\"stamped\": true}"
        );
    }
}
