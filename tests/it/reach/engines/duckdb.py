"""Runs the statements of `archives sql` in DuckDB, and prints the view's columns and rows as JSON, a line each.

With "s3" in the version that has the extensions for it, else in the newest one.
"""

import json
import sys

_, statements, view, which = sys.argv
if which == "s3":
    sys.path.insert(0, sys.prefix + "/s3")

import duckdb  # noqa: E402  (there are two)

# What is installed there is not looked for anywhere else.
db = duckdb.connect(config={"extension_directory": sys.prefix + "/s3/extensions"})
for statement in duckdb.extract_statements(open(statements, encoding="utf-8").read()):
    db.execute(statement)
print(json.dumps([row[:2] for row in db.execute(f'DESCRIBE "{view}"').fetchall()]))
rows = db.execute(f"""
    SELECT global_position, position, epoch_us(time), stream_name, type, id::VARCHAR, data::VARCHAR, metadata::VARCHAR
    FROM "{view}" ORDER BY global_position""")
for row in rows.fetchall():
    print(json.dumps(row))
