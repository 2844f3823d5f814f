-- Where the server's files lie, and by what its own folder can be known. What a role may not see is NULL.
SELECT (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS data_directory,
       (SELECT setting::int FROM pg_settings WHERE name = 'port') AS port,
       extract(epoch FROM pg_postmaster_start_time())::float8 AS started,
       -- By a socket, or from an address to the same address.
       inet_server_addr() IS NOT DISTINCT FROM inet_client_addr() AS is_here,
       -- Of the namespace's table, whose chunks go there as well; empty for the folder itself.
       pg_tablespace_location(coalesce(nullif(k.reltablespace, 0), d.dattablespace)) AS tablespace
  FROM pg_class k, pg_database d
 WHERE k.oid = '{{schema_text}}.messages'::regclass AND d.datname = current_database()
