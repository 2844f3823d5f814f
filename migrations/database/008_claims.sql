-- Which stores this database owns, a row a namespace and store. A copy of the database has these rows as well: it is told
-- from the original by the database's identity, and by the mark, which every run that changes something moves on, here
-- and in the store.
CREATE TABLE eventodb_store.claims (
    -- Not a foreign key: archives outlive their namespace.
    namespace         text NOT NULL,
    store_url         text NOT NULL,
    -- The lineage of the archives: it stays when another database takes the store over.
    claim_id          uuid NOT NULL,
    -- Counts the take-overs.
    epoch             integer NOT NULL CHECK (epoch > 0),
    -- The mark that the store is known to have; NULL until it was written for the first time.
    mark              uuid,
    -- The mark that the store is about to get: written before the store's, so that a run that ended between knows it again.
    next_mark         uuid,
    -- The database that the claim is of: NULL where the role could not read the cluster's identifier.
    system_identifier text,
    database_oid      bigint NOT NULL,
    database          text NOT NULL,
    timeline          bigint,
    -- Databases (system identifier/name) whose archives count as this one's: those that had the store before.
    sources           text[] NOT NULL DEFAULT '{}',
    changed_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, store_url),
    CHECK (mark IS NOT NULL OR next_mark IS NOT NULL)
);
