//! A far end of the tests' own: a database that has every message there ever was, and gives those that the ledger says are
//! archived at the moment it is asked.

use eventodb_admin::db::conninfo::ConnInfo;
use eventodb_admin::db::{ConnectOptions, Connector, Db};
use eventodb_admin::namespace::{self, ArchivedReads, FarEnd, NewReads};

use super::lab::{Lab, Server, shown, var};

/// Nobody listens there.
pub const NOWHERE: &str = "postgres://nobody@127.0.0.1:1/nowhere";

/// The columns of messages, in the order of the contract.
pub const COLUMNS: &str = "\"time\" timestamptz, global_position bigint, \"position\" bigint, stream_name text COLLATE \"C\", \
                           \"type\" text, data jsonb, metadata jsonb, id uuid";

pub struct StandIn {
    pub url: String,
    pub db: Db,
    database: String,
}

impl StandIn {
    /// One for a lab's namespace, with all its live messages.
    pub async fn of(lab: &Lab) -> Self {
        let database = format!("{}_far", lab.scope.schema());
        lab.sql(&format!("CREATE DATABASE \"{database}\" TEMPLATE template0")).await;
        let main = var("EVENTODB_TEST_DB_URL");
        let url = format!("{}/{database}", main.rsplit_once('/').unwrap().0);
        let db = connect(&url).await;
        let asked = format!("{main}?options=-ctimescaledb.enable_tiered_reads%3Doff");
        let sql = SETUP
            .replace("{columns}", COLUMNS)
            .replace("{main}", &asked)
            .replace("{schema}", lab.scope.schema())
            .replace("{namespace}", lab.scope.namespace());
        db.batch_execute(&sql).await.unwrap();
        let stand_in = Self { url, db, database };
        stand_in.keep().await;
        stand_in
    }

    /// Takes what is live now.
    pub async fn keep(&self) {
        self.db.batch_execute("SELECT far.keep()").await.unwrap();
    }

    pub async fn end(self, lab: &mut Lab) {
        set(lab, NewReads::Skip).await;
        self.db.close().await;
        lab.sql(&format!("DROP DATABASE \"{}\" WITH (FORCE)", self.database)).await;
    }
}

/// Everything there ever was, which of it the ledger says is archived, and what a change of that is answered.
const SETUP: &str = r#"
CREATE EXTENSION dblink SCHEMA public;
CREATE SCHEMA far;
CREATE SCHEMA {schema};
CREATE TABLE far.everything ({columns}, UNIQUE (stream_name, "position"));
CREATE FUNCTION far.keep() RETURNS void LANGUAGE sql AS $$
    INSERT INTO far.everything
    SELECT * FROM public.dblink('{main}', 'SELECT "time", global_position, "position", stream_name, "type", data, metadata, id
                                             FROM {schema}.messages') AS t ({columns})
    ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION far.archived() RETURNS SETOF far.everything LANGUAGE plpgsql AS $$
DECLARE
    _asking text[] := regexp_match(current_setting('application_name'), '^eventodb-archived (\d+) ([0-9a-f.]+)$');
    _is_sure boolean;
    _from timestamptz[];
    _to timestamptz[];
    _first bigint[];
    _last bigint[];
BEGIN
    SELECT bool_and(l.is_sure), array_agg(l.range_start), array_agg(l.range_end), array_agg(l.first), array_agg(l.last)
      INTO _is_sure, _from, _to, _first, _last
      FROM public.dblink('{main}', 'SELECT m.is_sure, a.range_start, a.range_end, a.first_global_position, a.last_global_position
                               FROM (SELECT {schema}.archived_moment(' || _asking[1] || ', ''' || _asking[2] || ''') AS is_sure) m
                               LEFT JOIN eventodb_store.archives a ON a.namespace = ''{namespace}'' AND a.state = ''dropped''')
           AS l (is_sure boolean, range_start timestamptz, range_end timestamptz, first bigint, last bigint);
    IF NOT _is_sure THEN
        RAISE EXCEPTION 'archived messages came back meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN QUERY SELECT e.* FROM far.everything e, unnest(_from, _to, _first, _last) AS a (range_start, range_end, first, last)
                  WHERE e."time" >= a.range_start AND e."time" < a.range_end AND e.global_position BETWEEN a.first AND a.last;
END $$;
-- A planner that asks for estimates asks for places of rows, too.
CREATE VIEW {schema}.messages AS SELECT a.*, NULL::tid AS ctid FROM far.archived() a;
CREATE FUNCTION far.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'archived messages are not changed' USING ERRCODE = 'feature_not_supported';
END $$;
CREATE TRIGGER refuse INSTEAD OF UPDATE OR DELETE ON {schema}.messages FOR EACH ROW EXECUTE FUNCTION far.refuse();
"#;

pub async fn connect(url: &str) -> Db {
    let info = ConnInfo::resolve(Some(url), &|_| None).unwrap();
    let connector = Connector { info, options: ConnectOptions::default() };
    eventodb_admin::db::connect::connect_plain(&connector.info, &connector.options).await.unwrap()
}

pub fn served_from(url: &str) -> NewReads {
    NewReads::Serve(FarEnd::new(&ConnInfo::resolve(Some(url), &|_| None).unwrap(), None).unwrap())
}

pub async fn set(lab: &mut Lab, reads: NewReads) {
    if reads.mode() == ArchivedReads::Serve {
        // Two that install an extension at the same time are in each other's way.
        lab.sql("SELECT pg_advisory_lock(4711)").await;
        namespace::prepare_serving(&lab.db, &lab.scope).await.map_err(shown).unwrap();
        lab.sql("SELECT pg_advisory_unlock(4711)").await;
    }
    namespace::set_archived_reads(&mut lab.db, &lab.scope, &reads).await.map_err(shown).unwrap();
}

/// A namespace of so many weeks, all of whose messages the far end has, too, and which is served from there.
pub async fn served(weeks: usize, per_week: usize) -> (Lab, StandIn) {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(weeks, per_week).await;
    let far = StandIn::of(&lab).await;
    set(&mut lab, served_from(&far.url)).await;
    (lab, far)
}

/// A session as an application has it: nothing is set.
pub async fn application(lab: &Lab) -> Db {
    let db = lab.another_session().await;
    db.batch_execute("SET eventodb.archived_reads = ''; SET timescaledb.enable_tiered_reads = on").await.unwrap();
    db
}

/// What a statement gives, as text, or its SQLSTATE.
pub async fn answer(lab: &Lab, db: &Db, sql: &str) -> Result<String, String> {
    let sql = lab.scope.render(&format!("SELECT coalesce(string_agg(r::text, E'\\n'), '') FROM ({sql}) r")).unwrap();
    match db.query_one(&sql, &[]).await {
        Ok(row) => Ok(row.get(0)),
        Err(e) => Err(e.code().map_or_else(|| e.to_string(), |c| c.code().to_owned())),
    }
}

/// As [`answer`], as often as it takes: transactions of other tests that are older than a return have readers wait for their end.
pub async fn soon(lab: &Lab, db: &Db, sql: &str) -> Result<String, String> {
    for _ in 0..300 {
        match answer(lab, db, sql).await {
            Err(code) if code == "40001" => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            found => return found,
        }
    }
    Err("40001 for 30 s".to_owned())
}
