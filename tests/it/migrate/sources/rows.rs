//! Messages of either side, field by field.

use super::database::with_session;

/// All columns as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub global_position: i64,
    pub stream: Option<String>,
    pub position: Option<i64>,
    pub id: Option<String>,
    pub kind: Option<String>,
    pub data: Option<String>,
    pub metadata: Option<String>,
    /// Microseconds since 1970, UTC.
    pub time: Option<String>,
}

/// All messages of a schema by global position, whatever its layout.
pub fn rows(url: &str, schema: &str) -> Vec<Row> {
    // A timestamp's epoch is that of the same time in UTC.
    let sql = format!(
        "SELECT m.global_position, m.stream_name::text, m.position, m.id::text, m.type::text, m.data::jsonb::text,
                m.metadata::jsonb::text, (extract(epoch FROM m.\"time\") * 1000000)::text
           FROM \"{schema}\".messages m ORDER BY m.global_position, 2, 3, 4"
    );
    with_session(url, async move |db| {
        let rows = db.query(&sql, &[]).await.unwrap();
        rows.iter()
            .map(|r| Row {
                global_position: r.get(0),
                stream: r.get(1),
                position: r.get(2),
                id: r.get(3),
                kind: r.get(4),
                data: r.get(5),
                metadata: r.get(6),
                time: r.get(7),
            })
            .collect()
    })
}

/// Both sides have the same messages with the same content.
#[track_caller]
pub fn assert_same(source: &[Row], target: &[Row]) {
    for (ours, theirs) in source.iter().zip(target) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(source.len(), target.len(), "one side has more messages");
}
