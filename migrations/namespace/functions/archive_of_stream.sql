-- An archive that may hold messages of a stream between two times, and of a type where one is given.
CREATE OR REPLACE FUNCTION {{schema}}.archive_of_stream(
    _stream text, _type text, _first timestamptz, _last timestamptz, _or_since timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _category text := split_part(_stream, '-', 1);
    _found bigint;
BEGIN
    SELECT a.id INTO _found
      FROM eventodb_store.archives a
      LEFT JOIN {{schema}}.counted c ON c.archive_id = a.id
     WHERE a.namespace = {{namespace_text}}
       AND (a.state = 'dropped' OR a.state = 'rehydrated' AND a.rehydrated_at >= _or_since)
       AND a.range_end > _first AND a.range_start <= _last
       AND (a.category_counts IS NULL OR a.category_counts ? _category)
       AND (c.id IS NULL
            OR EXISTS (SELECT FROM {{schema}}.counts d
                        WHERE d.counted_id = c.id AND "left"(d.category, 100) = "left"(_category, 100) COLLATE "C"
                          AND d.category = _category COLLATE "C" AND (_type IS NULL OR d."type" = _type COLLATE "C")))
     ORDER BY a.range_start, a.id LIMIT 1;
    RETURN _found;
END $$;
