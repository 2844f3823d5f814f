//! Bringing an archive back changes nothing but messages: nothing of others fires, nothing is made up, and what came back is
//! compared with the archive.

mod aggregates;
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

#[test]
fn an_archive_comes_back_across_chunks_of_another_interval_and_nothing_of_others_fires() {
    for things in things() {
        let scene = Scene::new(Range::Empty);
        scene.sql("SELECT set_chunk_time_interval('SCHEMA.messages', interval '5 minutes')");
        scene.write_late();
        let late = scene.cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout.clone();
        let scene = Scene { expected: scene.expected.clone() + &late, ..scene };
        things.iter().for_each(|thing| drop(scene.sql(thing)));
        let (before, state) = (scene.made_by_others(), scene.state());
        let out = scene.rehydrate();
        if things.len() > 1 {
            // A foreign key beside triggers: the session cannot be one of a replica, and nothing is taken off the hypertable.
            out.fails(1, "outbox").fails(1, "foreign key");
            assert_eq!(scene.state(), state);
        } else {
            out.succeeds();
            scene.is_back(things[0], &before);
        }
    }
}

/// What a trigger that is on in every session does to the ways.
#[test]
fn a_trigger_that_is_always_on_is_never_fired_and_never_left_otherwise() {
    if !is_community() {
        eprintln!(
            "NOT TESTED HERE: triggers of hypertables are switched over in the Community edition of later versions"
        );
        return;
    }
    let scene = Scene::new(Range::Late);
    scene.sql(OUTBOX);
    scene.sql("ALTER TABLE SCHEMA.messages ENABLE ALWAYS TRIGGER outbox");
    let state = scene.state();
    scene.rehydrate().fails(1, "outbox").fails(1, "ENABLE ALWAYS");
    assert_eq!(scene.state(), state);
    scene.sql("ALTER TABLE SCHEMA.messages DISABLE TRIGGER outbox");
    let before = scene.made_by_others();
    scene.rehydrate().succeeds();
    assert_eq!(scene.made_by_others(), before, "a trigger that was off stays off");
    assert_eq!(scene.sql("SELECT count(*) FROM OTHERS.box"), "0");
    assert_eq!(scene.export(), scene.expected);
}

#[test]
fn a_trigger_for_replicas_only_does_not_fire_beside_one_that_is_kept_from_firing() {
    if !is_community() {
        eprintln!("NOT TESTED HERE: triggers of replicas; this needs the Community edition");
        return;
    }
    let scene = Scene::new(Range::Late);
    scene.sql(OUTBOX);
    // In a session of a replica, the usual way to keep the other one quiet, this one would fire.
    scene.sql(
        "CREATE TRIGGER copied AFTER INSERT ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.publish();
         ALTER TABLE SCHEMA.messages ENABLE REPLICA TRIGGER copied",
    );
    let before = scene.made_by_others();
    scene.rehydrate().succeeds();
    assert_eq!(scene.sql("SELECT coalesce(string_agg(what, ','), '') FROM OTHERS.box"), "");
    assert_eq!(scene.made_by_others(), before);
    assert_eq!(scene.export(), scene.expected);
}

#[test]
fn the_owner_brings_archives_back_without_being_a_superuser() {
    if !has_roles() {
        return;
    }
    for range in ranges() {
        for things in things() {
            let told = format!("{range:?} {}", things[0]);
            let scene = Scene::new(range);
            let role = Role::new(&scene, "operator");
            things.iter().for_each(|thing| drop(scene.sql(thing)));
            let (before, state) = (scene.made_by_others(), scene.state());
            // The Apache-2 edition has a row make the chunk, whose triggers are there from the first row on.
            let fires = things.iter().any(|t| t.contains("INSERT ON"));
            if range == Range::Empty && !is_community() && fires {
                scene.rehydrate_as(&role).fails(1, "session_replication_role");
                assert_eq!(scene.state(), state, "{told}");
                if !role.may_be_replica() {
                    eprintln!("NOT TESTED HERE: the right to set session_replication_role; this needs PostgreSQL 15");
                    continue;
                }
            }
            scene.rehydrate_as(&role).succeeds();
            scene.is_back(&told, &before);
        }
    }
}

#[test]
fn an_archiver_brings_archives_back_or_is_told_beforehand_what_keeps_it_from_that() {
    if !has_roles() {
        return;
    }
    for range in [Range::Empty, Range::Late] {
        for things in things() {
            let told = format!("{range:?} {}", things[0]);
            let scene = Scene::new(range);
            let role = Role::new(&scene, "archiver");
            things.iter().for_each(|thing| drop(scene.sql(thing)));
            let (before, state) = (scene.made_by_others(), scene.state());
            let by_row = range == Range::Empty && !is_community();
            let fires = things.iter().any(|t| t.contains("INSERT ON") && (by_row || t.contains("EACH ROW")))
                || by_row && things.iter().any(|t| t.contains("DELETE ON"));
            if fires {
                scene.rehydrate_as(&role).fails(1, "would fire").fails(1, "session_replication_role");
                assert_eq!(scene.state(), state, "{told}");
                if !role.may_be_replica() {
                    eprintln!("NOT TESTED HERE: the right to set session_replication_role; this needs PostgreSQL 15");
                    continue;
                }
            }
            let out = scene.rehydrate_as(&role);
            if things.len() > 1 {
                out.fails(1, "foreign key");
                continue;
            }
            out.succeeds();
            scene.is_back(&told, &before);
        }
    }
}

#[test]
fn what_a_constraint_refuses_when_it_comes_back_is_told_and_nothing_has_changed() {
    let later: &[&str] = &[
        "ALTER TABLE SCHEMA.messages ADD CONSTRAINT later CHECK (type <> 'Happened')",
        "CREATE TABLE OTHERS.types (name text PRIMARY KEY); INSERT INTO OTHERS.types VALUES ('L');
         ALTER TABLE SCHEMA.messages ADD CONSTRAINT later FOREIGN KEY (type) REFERENCES OTHERS.types",
    ];
    for range in ranges() {
        for statement in later {
            let scene = Scene::new(range);
            scene.sql(statement);
            let state = scene.state();
            scene.rehydrate().fails(1, "drop the constraint meanwhile");
            assert_eq!(scene.state(), state, "{range:?} {statement}");
            scene.sql("ALTER TABLE SCHEMA.messages DROP CONSTRAINT later");
            scene.rehydrate().succeeds();
            scene.is_back(statement, "");
        }
    }
}

#[test]
fn messages_that_a_constraint_would_not_let_back_in_are_not_archived() {
    let scene = Scene::new(Range::Empty);
    scene.rehydrate().succeeds();
    scene.sql("ALTER TABLE SCHEMA.messages ADD CONSTRAINT rule CHECK (type <> 'Happened') NOT VALID");
    let state = scene.state();
    scene
        .cli
        .run(&["chunks", "archive", "--older-than", "0d"])
        .fails(1, "NOT VALID (rule)")
        .fails(1, "drop the constraints");
    assert_eq!(scene.state(), state);
    scene.cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    scene.cli.run(&["chunks", "drop", "--older-than", "0d"]).fails(1, "rule").fails(1, "dropping chunk");
    scene.sql("ALTER TABLE SCHEMA.messages DROP CONSTRAINT rule");
    // One that no message breaks is in nobody's way.
    scene.sql("ALTER TABLE SCHEMA.messages ADD CONSTRAINT rule CHECK (type <> 'Odd') NOT VALID");
    let before = scene.made_by_others();
    scene.cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    scene.rehydrate().succeeds();
    scene.is_back("not valid", &before);
    // What came back is the hypertable's in everything.
    scene.sql("ALTER TABLE SCHEMA.messages DROP CONSTRAINT rule");
    scene.sql("ALTER TABLE SCHEMA.messages ADD CONSTRAINT rule CHECK (type <> '')");
}

/// A column that alters what it is given, as a trigger would: nothing keeps it from that.
#[test]
fn messages_that_would_come_back_altered_do_not_come_back() {
    for range in [Range::Empty, Range::Late] {
        let scene = Scene::new(range);
        if is_community() {
            scene.sql("ALTER TABLE SCHEMA.messages SET (timescaledb.compress = false)");
        }
        scene.sql("ALTER TABLE SCHEMA.messages ALTER COLUMN data TYPE char(200) USING data::text");
        let state = scene.state();
        scene.rehydrate().fails(5, "altered");
        assert_eq!(scene.state(), state, "{range:?}");
        // What is only written otherwise is the same.
        scene.sql("ALTER TABLE SCHEMA.messages ALTER COLUMN data TYPE json USING data::json");
        scene.rehydrate().succeeds();
        scene.sql("ALTER TABLE SCHEMA.messages ALTER COLUMN data TYPE jsonb USING data::jsonb");
        scene.is_back("json", "");
    }
}

#[test]
fn a_table_aside_that_something_was_put_on_is_not_trusted() {
    let scene = Scene::new(Range::Empty);
    scene.sql(
        "CREATE FUNCTION OTHERS.on_new_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
            DECLARE t record;
            BEGIN
                FOR t IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
                    IF t.object_identity ~ 'rehydrated_|eventodb_loaded' THEN
                        EXECUTE format('CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION OTHERS.stamp()', t.objid::regclass);
                    END IF;
                END LOOP;
            END $$;
         CREATE EVENT TRIGGER OTHERS ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION OTHERS.on_new_tables()",
    );
    let state = scene.state();
    let out = scene.rehydrate();
    scene.sql("DROP EVENT TRIGGER OTHERS");
    out.fails(5, "event trigger");
    assert_eq!(scene.state(), state);
    scene.rehydrate().succeeds();
    scene.is_back("event trigger", "");
}

#[test]
fn a_copy_into_a_namespace_with_triggers_of_others_is_refused_and_nothing_fires() {
    for thing in [OUTBOX, STATEMENTS, STAMP, DEFERRED, SKIP] {
        let scene = Scene::new(Range::Empty);
        let target = Scene::beside(&scene);
        target.sql(thing);
        let state = target.state();
        let into = ["archives", "rehydrate", "--from", "2012-01-01", "--into", &target.cli.namespace];
        scene.cli.run(&into).fails(1, "would fire");
        assert_eq!(target.state(), state, "{thing}");
        target.sql("DROP SCHEMA OTHERS CASCADE; CREATE SCHEMA OTHERS; CREATE TABLE OTHERS.box (what text)");
        scene.cli.run(&into).succeeds();
        let (copied, original) = (target.export(), scene.expected.as_str());
        assert_eq!(copied, original, "{thing}");
    }
}
