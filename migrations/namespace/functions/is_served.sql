-- Whether the foreign table of archived messages is a part of the messages.
CREATE OR REPLACE FUNCTION {{schema}}.is_served() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = '{{schema_text}}.messages'::regclass AND c.relkind = 'f'
                      AND c.relname = 'archived' AND c.relnamespace = '{{schema_text}}'::regnamespace)
$$;
