//! What is given where a category is asked for by a name that is none.

use crate::parity::scene::sides;

#[tokio::test]
async fn a_name_that_is_no_category_gives_what_the_namespace_is_set_to() {
    let side = sides().await.remove(0);
    let asked = "SELECT count(*) FROM {s}.get_category_messages('account-1')";
    side.run("SELECT {s}.write_message(gen_random_uuid()::text, 'account-1', 'T', '{}')").await;
    assert!(side.answer(asked).await.starts_with("P0001: "));
    side.cli.run(&["namespaces", "set", "--not-a-category", "nothing"]).succeeds();
    assert_eq!(side.answer(asked).await, "0");
    let plan = side.cli.json(&["namespaces", "set", "--not-a-category", "fail", "--dry-run"]);
    assert_eq!(plan[0]["action"], "set");
    assert_eq!(side.answer(asked).await, "0");
    side.cli.run(&["namespaces", "set", "--not-a-category", "fail"]).succeeds();
    assert!(side.answer(asked).await.starts_with("P0001: "));
}
