-- The continuous aggregates that are made from messages, and those made from them: what another is made from comes first.
WITH RECURSIVE a AS (
    SELECT c.view_schema, c.view_name, c.materialization_hypertable_schema AS made_schema,
           c.materialization_hypertable_name AS made_name, 1 AS depth
      FROM timescaledb_information.continuous_aggregates c
     WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
    UNION ALL
    SELECT c.view_schema, c.view_name, c.materialization_hypertable_schema, c.materialization_hypertable_name, a.depth + 1
      FROM a JOIN timescaledb_information.continuous_aggregates c
        ON (c.hypertable_schema, c.hypertable_name) = (a.made_schema, a.made_name)
)
SELECT view_schema::text, view_name::text FROM a ORDER BY depth, view_schema, view_name
