-- A copy whose store is out of service is looked into no more: not by an erasure either. Taking a store out of service is a change of
-- the policy, which is the owner's; whoever may only archive says nothing like it of a copy.
CREATE OR REPLACE FUNCTION eventodb_store.copies_check_rights() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT eventodb_store.may(CURRENT_USER, 'own', NEW.namespace)
       AND NOT pg_has_role((SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE')
    THEN
        RAISE EXCEPTION 'a store of namespace % is not this role''s to take out of service', NEW.namespace
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS copies_check_rights ON eventodb_store.copies;
CREATE TRIGGER copies_check_rights BEFORE INSERT OR UPDATE OF state ON eventodb_store.copies
    FOR EACH ROW WHEN (NEW.state = 'abandoned') EXECUTE FUNCTION eventodb_store.copies_check_rights();
