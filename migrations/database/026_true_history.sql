-- Who runs nights adds to the history of a namespace, and takes nothing from it: no run is of the time to come, and many at once
-- push out none of the last weeks.
UPDATE eventodb_store.runs
   SET began_at = least(began_at, now()), ended_at = CASE WHEN ended_at > now() THEN now() ELSE ended_at END
 WHERE began_at > now() OR ended_at > now();

CREATE OR REPLACE FUNCTION eventodb_store.runs_are_past() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.began_at := least(NEW.began_at, clock_timestamp());
    IF NEW.ended_at > clock_timestamp() THEN
        NEW.ended_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER runs_are_past BEFORE INSERT OR UPDATE ON eventodb_store.runs
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.runs_are_past();

-- As before, but those of the last five weeks stay; where there are very many of them no other one is taken in.
CREATE OR REPLACE FUNCTION eventodb_store.runs_keep_bounded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _namespace text;
BEGIN
    IF TG_RELID <> 'eventodb_store.runs'::regclass THEN
        RAISE EXCEPTION 'this trigger is of eventodb_store.runs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM eventodb_store.runs r
     USING (SELECT n.namespace, l.began_at, l.run_id
              FROM (SELECT DISTINCT e.namespace FROM entered e) n
              LEFT JOIN LATERAL (SELECT o.began_at, o.run_id FROM eventodb_store.runs o WHERE o.namespace = n.namespace
                                  ORDER BY o.began_at DESC, o.run_id DESC OFFSET 5000 LIMIT 1) l ON true) first_to_go
     WHERE r.namespace = first_to_go.namespace AND r.began_at < now() - interval '35 days'
       AND (r.began_at < now() - interval '400 days'
            OR (r.began_at, r.run_id) <= (first_to_go.began_at, first_to_go.run_id));
    FOR _namespace IN SELECT DISTINCT e.namespace FROM entered e LOOP
        IF EXISTS (SELECT FROM eventodb_store.runs o WHERE o.namespace = _namespace
                    ORDER BY o.began_at DESC, o.run_id DESC OFFSET 50000 LIMIT 1) THEN
            RAISE EXCEPTION 'the history of namespace % has more runs of the last five weeks than are kept', _namespace
                USING ERRCODE = 'program_limit_exceeded',
                      HINT = 'Somebody enters runs that were none: SELECT * FROM eventodb_store.runs shows them.';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- As before, and whatever tells of persons and cases: reasons of erasures, and holds that were released.
CREATE OR REPLACE FUNCTION eventodb_store.has_left(_namespace text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM eventodb_store.archives a WHERE a.namespace = _namespace AND a.objects <> 'deleted'
                      AND a.state <> 'discarded')
        OR EXISTS (SELECT FROM eventodb_store.holds h WHERE h.namespace = _namespace)
        OR EXISTS (SELECT FROM eventodb_store.erasures e WHERE e.namespace = _namespace)
$$;
