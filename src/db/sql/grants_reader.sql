GRANT CONNECT ON DATABASE {{database}} TO {{role}};
-- `coverage` makes a temporary table.
GRANT TEMPORARY ON DATABASE {{database}} TO {{role}};
GRANT USAGE ON SCHEMA eventodb_store TO {{role}};
-- Not the hashes of tokens.
GRANT SELECT (id, schema_name, description, created_at, metadata) ON eventodb_store.namespaces TO {{role}};
GRANT SELECT ON eventodb_store.archives, eventodb_store.policies, eventodb_store.erasures,
    eventodb_store.claims, eventodb_store.admin_migrations TO {{role}};
GRANT USAGE ON SCHEMA {{schema}} TO {{role}};
-- Rights on the hypertable reach the chunks there are; chunks to come take them over.
GRANT SELECT ON {{schema}}.messages, {{schema}}.heads, {{schema}}.counted, {{schema}}.counts, {{schema}}.recount,
    {{schema}}.settings, {{schema}}.returned, {{schema}}.spans, {{schema}}.unsettled, {{schema}}.messages_chunk_drops,
    {{schema}}._admin_migrations TO {{role}};
GRANT EXECUTE ON FUNCTION {{schema}}.get_stream_messages, {{schema}}.get_category_messages, {{schema}}.category_page,
    {{schema}}.global_horizon, {{schema}}.last_given_out, {{schema}}.get_last_stream_message, {{schema}}.stream_version, {{schema}}.sql_condition, {{schema}}.hash_64,
    {{schema}}.category, {{schema}}.is_category, {{schema}}.id, {{schema}}.cardinal_id, {{schema}}.get_chunks,
    {{schema}}.chunk_digest, {{schema}}.archived_reads, {{schema}}.archive_of_category, {{schema}}.archive_of_stream,
    {{schema}}.refuse_archived, {{schema}}.refuse_archived_meanwhile, {{schema}}.refuse_short_page, {{schema}}.is_partly_archived,
    {{schema}}.is_served, {{schema}}.require_served, {{schema}}.archived_moment(integer),
    {{schema}}.archived_moment(integer, text), {{schema}}.archived_stream_page,
    {{schema}}.archived_category_page, {{schema}}.reads_archived_text, {{schema}}.archived_stream_text,
    {{schema}}.archived_category_text, {{schema}}.archived_last_message, {{schema}}.live_stream_run TO {{role}};
DO $$
BEGIN
    IF to_regclass('{{schema_text}}.archived_text') IS NOT NULL THEN
        GRANT SELECT ON {{schema}}.archived_text TO {{role}};
    END IF;
END $$;
