//! What functions that see all rows tell a role about namespaces that it has no rights on: nothing.

use super::cli::try_sql;
use super::one_namespace::Two;

/// Archives of beta's as somebody could guess them: number, keys and stem.
fn guessed(two: &Two) -> Vec<String> {
    let of_beta = "(SELECT min(id) FROM eventodb_store.archives WHERE namespace = 'BETA')";
    let text = |column: &str| two.sql(&format!("SELECT {column} FROM eventodb_store.archives WHERE id = {of_beta}"));
    vec![text("id"), text("object_key"), text("split_part(object_key, '.', 1)"), text("store_url")]
}

#[test]
fn a_role_learns_nothing_of_another_namespaces_archives_by_functions_that_see_all_rows() {
    let Some(two) = Two::new() else { return };
    let all = guessed(&two);
    let [id, key, stem, store] = &all[..] else { panic!("four") };
    let own = two.sql("SELECT min(id) FROM eventodb_store.archives WHERE namespace = 'ALPHA'");
    let none = "999999";
    for purpose in ["reader", "archiver", "operator"] {
        let role = two.role(&two.alpha, purpose, &[]);
        // What is there and another's is as what is not there.
        for id in [id.as_str(), none, own.as_str(), "0", "NULL"] {
            two.is_refused(
                &role,
                &[
                    &format!("SELECT * FROM eventodb_store.archive_in_use({id}, ARRAY['{key}'], 'x')"),
                    &format!("SELECT * FROM eventodb_store.archive_in_use({id}, '{{}}', '{stem}')"),
                ],
            );
        }
        for id in [id.as_str(), none] {
            two.is_refused(&role, &[&format!("SELECT eventodb_store.use_copy({id}, '{store}', 'file:///x')")]);
        }
        two.is_refused(
            &role,
            &[
                "SELECT * FROM eventodb_store.archives_claimed_twice('BETA')",
                "SELECT * FROM eventodb_store.archives_claimed_twice('nobody')",
            ],
        );
        let inside = |namespace: &str| {
            let folder = store.trim_end_matches('/').trim_end_matches(&two.beta.namespace).to_owned();
            try_sql(&role.url, &two.filled(&format!("SELECT eventodb_store.store_inside('{namespace}', '{folder}')")))
        };
        assert_eq!((inside("BETA"), inside("nobody")), (Ok("NULL".to_owned()), Ok("NULL".to_owned())));
        // Only whoever makes namespaces learns why a name is not free.
        let left = try_sql(&role.url, &two.filled("SELECT eventodb_store.has_left('BETA')"));
        assert_eq!(left.is_ok(), purpose == "operator", "{purpose}: {left:?}");
        // Of its own namespace it is told.
        let of_own = "SELECT count(*) FROM eventodb_store.archives a, eventodb_store.archive_in_use(a.id, \
                      ARRAY[a.object_key], a.object_key) WHERE a.namespace = 'ALPHA'";
        assert_eq!(try_sql(&role.url, &two.filled(of_own)), Ok("0".to_owned()), "{purpose}");
        let twice = two.filled("SELECT count(*) FROM eventodb_store.archives_claimed_twice('ALPHA')");
        assert_eq!(try_sql(&role.url, &twice), Ok("0".to_owned()), "{purpose}");
    }
}
