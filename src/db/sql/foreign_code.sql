-- What the owner of a table, who is no superuser, has put on it that a superuser's session would run: functions of indexes and
-- constraints and statistics (they run when a query is planned), triggers where the table is written to ($3), rules, defaults. Objects of an
-- extension do not count. The first of them by name, and the owner.
WITH RECURSIVE tables (oid) AS (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND ($2 = '' OR c.relname = $2)
     UNION
    SELECT i.inhrelid FROM tables t JOIN pg_inherits i ON i.inhparent = t.oid
), parts (relation, classid, objid, what) AS (
    SELECT t.oid, 'pg_class'::regclass, i.indexrelid, format('index %s', i.indexrelid::regclass)
      FROM tables t JOIN pg_index i ON i.indrelid = t.oid
     UNION ALL
    SELECT t.oid, 'pg_class'::regclass, t.oid, format('the partitions of %s', t.oid::regclass) FROM tables t
     UNION ALL
    SELECT t.oid, 'pg_constraint'::regclass, k.oid, format('constraint %s of %s', quote_ident(k.conname), t.oid::regclass)
      FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
     UNION ALL
    SELECT t.oid, 'pg_attrdef'::regclass, d.oid, format('a default of %s', t.oid::regclass)
      FROM tables t JOIN pg_attrdef d ON d.adrelid = t.oid
     UNION ALL
    -- Whatever else goes with the table, as statistics of expressions do. Policies are nothing to a superuser, and triggers are
    -- below.
    SELECT t.oid, d.classid::regclass, d.objid,
           format('%s of %s', pg_describe_object(d.classid, d.objid, 0), t.oid::regclass)
      FROM tables t JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
     WHERE d.deptype IN ('a', 'i')
       AND d.classid NOT IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass,
                             'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass, 'pg_type'::regclass)
), found (relation, what) AS (
    SELECT p.relation, p.what
      FROM parts p JOIN pg_depend d ON d.classid = p.classid AND d.objid = p.objid
     WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_type'::regclass)
       AND d.refobjid >= 16384
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')
     UNION ALL
    SELECT t.oid, format('trigger %s of %s', quote_ident(g.tgname), t.oid::regclass)
      FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid
     WHERE $3 AND NOT g.tgisinternal
     UNION ALL
    SELECT t.oid, format('rule %s of %s', quote_ident(r.rulename), t.oid::regclass)
      FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid
)
SELECT f.what, o.rolname::text
  FROM found f
  JOIN pg_class c ON c.oid = f.relation
  JOIN pg_roles o ON o.oid = c.relowner
 WHERE NOT o.rolsuper AND (SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER)
 ORDER BY 1 LIMIT 1
