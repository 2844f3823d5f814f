//! Where messages come from: schemas of ours in the shape of those that are in use, with the trouble that they may have.

mod database;
mod layouts;
mod rows;
mod writer;

pub use database::Database;
pub use layouts::{Json, Layout, Trouble};
pub use rows::{Row, assert_same, rows};
pub use writer::Writer;

/// A schema with messages in a database.
pub struct Source {
    pub database: Database,
    pub layout: Layout,
    pub schema: String,
    pub trouble: Trouble,
}

impl Source {
    /// A new schema in this layout, without messages. For layouts with a registry, `namespace` is entered there.
    pub fn new(database: Database, layout: Layout, namespace: &str, trouble: Trouble) -> Self {
        let schema = layout.schema(namespace);
        database.sql(&layout.make(&schema, trouble));
        if layout.has_registry() {
            let secret = uuid::Uuid::new_v4().simple().to_string();
            let name = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, namespace);
            database.sql(&layouts::registered(namespace, &schema, &format!("ns_{name}_{secret}{secret}")));
        }
        Self { database, layout, schema, trouble }
    }

    /// In a database of its own; `None` where the server has one database only.
    pub fn alone(layout: Layout, trouble: Trouble) -> Option<Self> {
        let database = if layout == Layout::OldTimescale { Database::timescale() } else { Database::plain() };
        Some(Self::new(database?, layout, "orders", trouble))
    }

    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// What `{schema}` stands for is filled in.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        self.database.sql(&statement.replace("{schema}", &format!("\"{}\"", self.schema)))
    }

    /// Messages of unusual content over `streams` streams, from global position `first` on, a minute apart from
    /// 2024-01-01 on; positions go on where the streams are. The sequence is set behind them.
    pub fn fill(&self, first: i64, messages: i64, streams: i64) {
        self.sql(&layouts::filler(self.layout, self.trouble, first, messages, streams));
    }

    /// One message, as SQL values in the order id, stream, type, position, global position, data, metadata, time.
    pub fn insert(&self, values: &str) {
        self.sql(&format!(
            "INSERT INTO {{schema}}.messages (id, stream_name, type, position, global_position, data, metadata, time)
             VALUES ({values})"
        ));
    }

    /// How many messages there are.
    pub fn count(&self) -> i64 {
        self.sql("SELECT count(*) FROM {schema}.messages").parse().unwrap()
    }

    /// All messages, by global position.
    pub fn rows(&self) -> Vec<Row> {
        rows(self.url(), &self.schema)
    }

    /// Writes without end, so many at a time, each after a pause.
    pub fn writer(&self, at_a_time: usize, pause: std::time::Duration) -> Writer {
        Writer::start(self.url(), &self.schema, at_a_time, pause)
    }
}

/// Fills a namespace that is there as [`Source::fill`] fills a source.
pub fn fill_namespace(url: &str, schema: &str, first: i64, messages: i64, streams: i64) {
    let filler = layouts::filler(Layout::OldTimescale, Trouble::default(), first, messages, streams);
    Database::there(url).sql(&filler.replace("{schema}", &format!("\"{schema}\"")));
}

#[test]
fn every_layout_takes_all_trouble_at_once() {
    let trouble = Trouble { doubles: true, nulls: true, json: Json::Text, extras: true };
    for layout in Layout::ALL {
        let Some(source) = Source::alone(layout, trouble) else { return };
        source.fill(1, 90, 7);
        source.fill(91, 10, 7);
        let rows = source.rows();
        assert_same(&rows, &rows);
        assert_eq!(rows.iter().filter(|r| r.data.is_none()).count(), 12, "{layout:?}");
        for _ in 0..2 {
            source.insert(
                "md5('message 1')::uuid, NULL, NULL, 0, 101, '{\"a\": \"\\u0000\", \"a\": 1}', NULL, '2024-01-01'",
            );
        }
        assert_eq!(source.count(), 102, "{layout:?}");
    }
}
