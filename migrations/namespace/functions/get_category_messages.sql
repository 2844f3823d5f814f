-- Message DB's. What is wrong about the arguments is wrong of a page. Of all categories it gives no message that another with a
-- lower global position could still come before.
CREATE OR REPLACE FUNCTION {{schema}}.get_category_messages(
    category varchar, "position" bigint DEFAULT 1, batch_size bigint DEFAULT 1000, correlation varchar DEFAULT NULL,
    consumer_group_member bigint DEFAULT NULL, consumer_group_size bigint DEFAULT NULL, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _to bigint;
BEGIN
    IF (strpos(category, '-') > 0 OR strpos(correlation, '-') > 0)
       AND EXISTS (SELECT FROM {{schema}}.settings s WHERE s.not_a_category = 'nothing')
    THEN
        RETURN;
    END IF;
    IF coalesce(category, '') <> '' OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RETURN QUERY SELECT * FROM {{schema}}.category_page(
            category, "position", batch_size, correlation, consumer_group_member, consumer_group_size, condition);
        RETURN;
    END IF;
    -- Positions rise in the order of commits within a category only. The page is read by a snapshot that is newer.
    _to := {{schema}}.global_horizon();
    RETURN QUERY
        SELECT p.* FROM {{schema}}.category_page(
            category, "position", batch_size, correlation, consumer_group_member, consumer_group_size, condition) p
         -- What came past the triggers is behind all that was given out, and comes from no transaction that is open.
         WHERE p.global_position <= _to OR p.global_position > {{schema}}.last_given_out();
END $$;
