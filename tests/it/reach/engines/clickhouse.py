"""Runs the statements of `archives sql` in chDB, and prints the view's columns and rows as JSON, a line each."""

import sys

from chdb.session import Session

_, statements, view, _ = sys.argv
db = Session()
# There is one.
db.query(open(statements, encoding="utf-8").read())


def show(query):
    settings = "SETTINGS output_format_json_quote_64bit_integers = 0"
    sys.stdout.buffer.write(db.query(f"{query} {settings}", "JSONCompactEachRow").bytes())


show(
    "SELECT groupArray(tuple(name, type)) AS columns FROM"
    f" (SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '{view}' ORDER BY position)"
)
show(
    "SELECT global_position, position, toUnixTimestamp64Micro(time), stream_name, type, id, data, metadata"
    f' FROM "{view}" ORDER BY global_position'
)
