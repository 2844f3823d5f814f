-- Reads that fail where messages are archived ask the ledger.
DO $$
DECLARE
    _grantee text;
BEGIN
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = '{{schema_text}}.messages'::regclass AND a.privilege_type = 'SELECT'
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA eventodb_store TO %s', _grantee);
        EXECUTE format('GRANT SELECT ON eventodb_store.archives TO %s', _grantee);
    END LOOP;
END $$;
