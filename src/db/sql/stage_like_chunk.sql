-- The statements that make table $1 what a chunk of the hypertable is: its indexes, its owner, its grants. One a row.
SELECT format('CREATE %sINDEX ON %s%s', CASE WHEN i.indisunique THEN 'UNIQUE ' END, $1::text,
              -- All after the table's name.
              substr(pg_get_indexdef(i.indexrelid),
                     length(format('CREATE %sINDEX %I ON %I.messages', CASE WHEN i.indisunique THEN 'UNIQUE ' END,
                                   x.relname, {{schema_name_text}}::text)) + 1))
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
 WHERE i.indrelid = '{{schema_text}}.messages'::regclass
UNION ALL
SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, $1::text,
              CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
              CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
  FROM pg_class c, aclexplode(c.relacl) a
 WHERE c.oid = '{{schema_text}}.messages'::regclass AND a.grantee <> c.relowner
UNION ALL
SELECT format('ALTER TABLE %s OWNER TO %I', $1::text, pg_get_userbyid(c.relowner))
  FROM pg_class c
 WHERE c.oid = '{{schema_text}}.messages'::regclass AND pg_get_userbyid(c.relowner) <> current_user
