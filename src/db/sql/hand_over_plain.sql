-- What this program has made in a plain schema, table by table and function by function.
DO $$
DECLARE
    _thing text;
BEGIN
    FOR _thing IN
        SELECT format('TABLE %s', c.oid::regclass) FROM pg_class c
         WHERE c.relnamespace = '{{schema_text}}'::regnamespace AND c.relname IN ('messages', '_schema_version') AND c.relkind = 'r'
        UNION ALL
        SELECT format('FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
         WHERE p.pronamespace = '{{schema_text}}'::regnamespace AND p.proowner = (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
    LOOP
        EXECUTE format('ALTER %s OWNER TO %I', _thing, '{{role_text}}');
    END LOOP;
END $$;
