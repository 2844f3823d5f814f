//! How many messages a read gives that says nothing of it.

use crate::parity::scene::sides;

#[tokio::test]
async fn a_batch_is_1000_messages_unless_it_says_otherwise() {
    for side in sides().await {
        side.run(
            "DO $$ BEGIN FOR i IN 1..1003 LOOP
                 PERFORM {s}.write_message(gen_random_uuid()::varchar, 'many-1', 'A', '{}'); END LOOP; END $$",
        )
        .await;
        for (call, n) in [
            ("get_stream_messages('many-1')", "1000"),
            ("get_stream_messages('many-1', 0, NULL)", "1000"),
            ("get_stream_messages('many-1', 0, -1)", "1003"),
            ("get_stream_messages('many-1', 500)", "503"),
            ("get_category_messages('many')", "1000"),
            ("get_category_messages('many', 1, NULL)", "1000"),
            ("get_category_messages('many', 1, -1)", "1003"),
        ] {
            let given = side.answer(&format!("SELECT count(*) FROM {{s}}.{call}")).await;
            assert_eq!(given, n, "{}: {call}", side.layout);
        }
    }
}
