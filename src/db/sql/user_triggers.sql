-- The triggers of table $1 for the event of bit $2 that are neither the extension's nor ours.
SELECT t.tgname::text AS name, t.tgenabled::text AS enabled, t.tgtype & 1 = 1 AS is_per_row,
       pg_get_triggerdef(t.oid) AS definition
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE t.tgrelid = $1::text::regclass AND NOT t.tgisinternal AND t.tgtype & $2 <> 0
   AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'timescaledb'
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                      AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e')
   AND NOT (p.pronamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = {{schema_name_text}})
            AND p.proname IN ({{own_triggers}}))
 ORDER BY t.tgname
