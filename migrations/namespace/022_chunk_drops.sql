-- How many chunks were dropped, told twice: in the settings, as the reader's snapshot has it, and by a sequence, which no snapshot
-- holds back. Where both are the same, a page of a category was read with every chunk that its snapshot has.

CREATE SEQUENCE {{schema}}.messages_chunk_drops MINVALUE 0;
SELECT setval('{{schema_text}}.messages_chunk_drops', 0);
ALTER TABLE {{schema}}.settings ADD COLUMN chunk_drops bigint NOT NULL DEFAULT 0;

-- Whoever reads the one reads the other.
DO $$
DECLARE
    _grantee text;
BEGIN
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = '{{schema_text}}.settings'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT ON SEQUENCE {{schema_format}}.messages_chunk_drops TO %s', _grantee);
    END LOOP;
END $$;

-- get_stream_messages gives what is live of a page itself.
DROP FUNCTION IF EXISTS {{schema}}.served_stream_page;
DROP FUNCTION IF EXISTS {{schema}}.live_stream_page;
