-- `serve` looks how old the snapshot is of each session that asks for archived messages.
GRANT pg_read_all_stats TO {{role}};
-- What asks is postgres_fdw, by a server that the namespace's owner makes. These two lines take a superuser.
CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA {{extension}};
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {{owner}};
