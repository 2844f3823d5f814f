-- Nothing is settled where somebody has written to what was, or where chunks are to be counted again, until settle.sql has
-- run again.
UPDATE {{schema}}.settings
   SET settled_until = NULL, settled_position = NULL
 WHERE settled_until IS NOT NULL
   AND (EXISTS (SELECT FROM {{schema}}.unsettled) OR EXISTS (SELECT FROM {{schema}}.recount))
