#!/usr/bin/env python3
"""Reads archives of eventodb-admin in a folder, by docs/format.md alone.

  read_archive.py STORE                     lists the archives that count
  read_archive.py STORE PATTERN --streams   prints the stream lists of those whose manifest's key has PATTERN in it
  read_archive.py STORE PATTERN --frame N   prints the messages of one frame, reading no other byte of the data
  read_archive.py STORE PATTERN --cat       prints all messages, as `archives cat` does
  read_archive.py STORE [PATTERN] --all     checks everything that can be checked

--expect SHA256 fails unless a manifest has this hash: what else is in a manifest is proven by nothing.

Python 3.8 or later and its standard library; for Zstandard also Python 3.14, the package zstandard or the program zstd.
"""
import argparse, csv, gzip, hashlib, io, json, os, re, shutil, subprocess, sys, tempfile, zlib

COLUMNS = ["global_position", "position", "time", "stream_name", "type", "id", "data", "metadata"]
MANIFEST, TOMBSTONE, LARGEST = ".manifest.json", ".expired.json", 8 << 30
csv.field_size_limit(1 << 30)


class Damage(Exception):
    """What is wrong with an archive, or why it cannot be read."""


def check(holds, why):
    if not holds:
        raise Damage(why)


def unzstd(stored, limit):
    try:
        from compression import zstd
        return zstd.open(io.BytesIO(stored)).read(limit)
    except ImportError:
        pass
    try:
        import zstandard
        return zstandard.ZstdDecompressor().stream_reader(stored, read_across_frames=True).read(limit)
    except ImportError:
        check(shutil.which("zstd"), "Zstandard needs Python 3.14, the package zstandard, or the program zstd")
    with tempfile.TemporaryFile() as packed:
        packed.write(stored)
        packed.seek(0)
        pipe = subprocess.PIPE
        with subprocess.Popen(["zstd", "-dcq"], stdin=packed, stdout=pipe, stderr=pipe) as run:
            plain = run.stdout.read(limit)
            run.stdout.close()  # it ends, where it has more
            said = run.stderr.read().decode(errors="replace").strip()
    check(run.returncode == 0 or len(plain) == limit, said)
    return plain


CODECS = {"zstd": unzstd, "gzip": lambda b, limit: gzip.open(io.BytesIO(b)).read(limit), "none": lambda b, limit: b}


def fetch(store, key, offset=0, length=-1):
    """Bytes of an object from an offset on: a seek, and a read of as many as are asked for."""
    parts = key.split("/")
    check(not {"", ".", ".."} & set(parts) and not re.search(r"[\\\x00-\x1f\x7f-\x9f]", key), f"{key!r} is no key")
    check(os.path.isfile(os.path.join(store, *parts)), f"{key} is not there")
    with open(os.path.join(store, *parts), "rb") as file:
        file.seek(offset)
        return file.read(length)


def proven(content, expected, what):
    check(len(content) == expected["bytes"], f"{what} has {len(content)} bytes, not {expected['bytes']}")
    check(hashlib.sha256(content).hexdigest() == expected["sha256"], f"{what} is damaged: its SHA-256 differs")
    return content


class Archive:
    def __init__(self, store, key):
        self.store, self.key = store, key
        self.manifest = m = json.loads(fetch(store, key))
        check(m["format_version"] <= 2, f"its format version is {m['format_version']}: this program knows 2")
        check(not m.get("encryption"), "it is encrypted, and this program knows no age")
        check([column["name"] for column in m["columns"]] == COLUMNS, "its columns are others")
        plain = lambda found: "".join("%%%02X" % byte for byte in found.group().encode())
        folder = re.sub(r"[^A-Za-z0-9_-]", plain, m["source"]["namespace"])
        check(instant(m["range_start"]) < instant(m["range_end"]), "its range has no end")
        check(key.startswith(folder + "/messages/"), "it is of another namespace")
        for counts in filter(None, (m.get("categories"), m.get("types"))):
            check(sum(counts.values()) == m["messages"], "its counts do not add up")
        self.data = self.part(m["data"], m["data"]["codec"], m["csv"], "messages", m["messages"], COLUMNS)
        heads = m["heads"]
        self.heads = self.part(heads, "zstd", heads.get("csv"), "streams", heads["streams"], heads["columns"])

    def part(self, described, codec, content, unit, rows, columns):
        """What is said of an object, and its frames; where they cannot be proven, the whole object is the only one."""
        check(described["object"].startswith(self.key[: -len(MANIFEST)] + "."), "its objects are not beside it")
        frames = described.get("frames") or []
        ends = [0] + [frame["offset"] + frame["length"] for frame in frames]
        fits = all(frame["offset"] == end and 0 < frame["length"] <= LARGEST for frame, end in zip(frames, ends))
        check(not frames or fits and ends[-1] == described["bytes"], "its frames do not make its object")
        check(not frames or sum(frame[unit] for frame in frames) == rows, "its frames have other counts")
        check(not frames or not content or sum(f["csv_bytes"] for f in frames) == content["bytes"], "its frames differ")
        whole = {"offset": 0, "length": described["bytes"], "sha256": described["sha256"], unit: rows}
        whole["csv_bytes"] = content and content["bytes"]
        provable = frames and (codec != "none" or all(frame.get("sha256") for frame in frames))
        return dict(described, codec=codec, frames=frames if provable else [whole], csv=content, unit=unit, columns=columns)

    def frame(self, part, number):
        """The rows of one frame, and its CSV."""
        check(0 <= number < len(part["frames"]), f"there is no frame {number}: there are {len(part['frames'])}")
        frame, what = part["frames"][number], f"frame {number} of {part['object']}"
        stored = fetch(self.store, part["object"], frame["offset"], frame["length"])
        digest = frame.get("sha256") or hashlib.sha256(stored).hexdigest()
        proven(stored, {"bytes": frame["length"], "sha256": digest}, what)
        check(part["codec"] in CODECS, f"its codec {part['codec']} is unknown")
        size = frame["csv_bytes"]
        try:
            plain = CODECS[part["codec"]](stored, (LARGEST if size is None else size) + 1)
        except (OSError, EOFError, zlib.error) as e:
            raise Damage(f"{what} does not unpack: {e}") from e
        check(size in (None, len(plain)), f"{what} unpacks to {len(plain)} bytes, not {size}")
        rows = list(csv.reader(io.StringIO(plain.decode(), newline=""), strict=True))
        check(number > 0 or rows and rows.pop(0) == part["columns"], f"{what} has another header")
        check(len(rows) == frame[part["unit"]], f"{what} has {len(rows)} rows, not {frame[part['unit']]}")
        if "first_global_position" in frame and rows:
            positions = [int(row[0]) for row in rows]
            bounds = [frame["first_global_position"], frame["last_global_position"]]
            fits = [positions[0], positions[-1]] == bounds and positions == sorted(positions)
            check(fits, f"{what} has other global positions")
        return rows, plain

    def rows(self, part):
        return (row for number in range(len(part["frames"])) for row in self.frame(part, number)[0])

    def streams(self):
        return [dict(zip(self.heads["columns"], row)) for row in self.rows(self.heads)]

    def verify(self):
        """The checks of whole objects, of what the messages add up to, and of the stream list."""
        for part in (self.data, self.heads):
            proven(fetch(self.store, part["object"]), part, part["object"])
            plain = b"".join(self.frame(part, number)[1] for number in range(len(part["frames"])))
            part["csv"] and proven(plain, part["csv"], f"the CSV of {part['object']}")
        m, rows = self.manifest, list(self.rows(self.data))
        positions, times = [int(row[0]) for row in rows], [instant(row[2]) for row in rows]
        found = [sum(positions), min(positions, default=None), max(positions, default=None)]
        said = [int(m["global_position_sum"]), m.get("first_global_position"), m.get("last_global_position")]
        check(found == said, f"its global positions are {found}, not {said}")
        said = [text and instant(text) for text in (m.get("first_time"), m.get("last_time"))]
        check([min(times, default=None), max(times, default=None)] == said, "its times are others")
        found, names = {}, []
        for row in rows:
            found.setdefault(row[3], []).append(row)
        for line in self.streams():
            of_it, what = found.pop(line["stream_name"], None), f"the stream list's {line['stream_name']!r}"
            check(of_it, f"{what} has no message")
            first, last = (of(of_it, key=lambda row: int(row[1])) for of in (min, max))
            early, late = (of(of_it, key=lambda row: instant(row[2])) for of in (min, max))
            said = [first[1], last[1], last[0], last[2], early[2], late[2], str(len(of_it))]
            check([line[name] for name in self.heads["columns"][1:8]] == said, f"{what} differs from its messages")
            spans = [[int(end) for end in span.split(":")] for span in line.get("spans", "").split()]
            inside = lambda row: any(span[0] <= int(row[0]) <= span[-1] for span in spans)
            check("spans" not in line or all(map(inside, of_it)), f"{what} has messages outside its spans")
            names.append(line["stream_name"].encode())
        check(not found and names == sorted(names), "its stream list lacks streams, or is not in order")


def instant(text):
    """A time of the CSV or of the manifest, as it sorts: year, rest of the date, time of day, nanoseconds."""
    form = r"([+-]?\d{4,6})(-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:\+00|Z)( BC)?"
    found = re.fullmatch(form, text)
    check(found, f"{text!r} is no time")
    year, day, clock, fraction, era = found.groups()
    return 1 - int(year) if era else int(year), day, clock, (fraction or "").ljust(9, "0")


def line_of(row):
    """A message as NDJSON. JSON keeps its own text, without the blanks between its tokens: numbers keep their digits."""
    blank = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+')
    data, meta = (blank.sub(lambda found: found.group(1) or "", field) or "null" for field in row[6:8])
    year, day, clock, fraction = instant(row[2])
    year = f"{year:04}" if 0 <= year <= 9999 else f"{year:+05}"
    time = f"{year}{day}T{clock}" + ("." + fraction).rstrip("0").rstrip(".") + "Z"
    uuid, stream, kind = (json.dumps(row[at], ensure_ascii=False) for at in (5, 3, 4))
    return (f'{{"id":{uuid},"stream":{stream},"type":{kind},"pos":{int(row[1])},"gpos":{int(row[0])},'
            f'"data":{data},"meta":{meta},"time":"{time}"}}')


def manifests(store):
    """All manifests by key, those that count by the store alone, and the hashes that the next ones may name."""
    below = [os.path.relpath(os.path.join(at, name), store) for at, _, names in os.walk(store) for name in names]
    keys = sorted(key.replace(os.sep, "/") for key in below)
    stones = {key[: -len(TOMBSTONE)] + MANIFEST: json.loads(fetch(store, key)) for key in keys if key.endswith(TOMBSTONE)}
    # A removal that did not come to its end: others had the messages, and all is still there.
    both_in = lambda key, stone: {key, stone["manifest"]["data"]["object"]} <= set(keys)
    unfinished = lambda key, stone: stone.get("given_up") is False and both_in(key, stone)
    gone = {key: stone for key, stone in stones.items() if not unfinished(key, stone)}
    stored = {key: fetch(store, key) for key in keys if key.endswith(MANIFEST) and key not in gone}
    hashes = {hashlib.sha256(content).hexdigest() for content in stored.values()}
    hashes |= {stone["manifest_sha256"] for stone in stones.values()}
    replaced, made = {key for stone in gone.values() for key in stone["manifest"].get("replaces", [])}, {}
    for key, content in stored.items():
        try:
            made[key] = json.loads(content)
        except ValueError:
            made[key] = {}  # it is damaged, which is said when it is read
    for key in sorted(made, key=lambda key: (made[key].get("created_at", "").rstrip("Z"), key), reverse=True):
        replaced |= set() if key in replaced else set(made[key].get("replaces", []))
    return [key for key in made if key not in replaced], hashes


def lines(archive, options, hashes):
    """What is to be printed of an archive."""
    m = archive.manifest
    if options.streams:
        return (json.dumps(line, ensure_ascii=False) for line in archive.streams())
    if options.frame is not None:
        return map(line_of, archive.frame(archive.data, options.frame)[0])
    if options.cat:
        return map(line_of, archive.rows(archive.data))
    if options.all:
        archive.verify()
        before = m.get("previous_manifest_sha256")
        check(before is None or before in hashes, f"the manifest before it is missing or damaged: SHA-256 {before}")
    said = f"{m['messages']} messages of {m['heads']['streams']} streams, frames: {len(archive.data['frames'])}"
    return [f"{archive.key}: {said}" + (", proven" if options.all else "")]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("store")
    options.add_argument("pattern", nargs="?", default="")
    what = options.add_mutually_exclusive_group()
    what.add_argument("--frame", type=int)
    for name in ("--streams", "--cat", "--all"):
        what.add_argument(name, action="store_true")
    options.add_argument("--expect", action="append", default=[], metavar="SHA256", help="of a manifest; may be repeated")
    options = options.parse_args()
    keys, hashes = manifests(options.store)
    keys, failed = [key for key in keys if options.pattern in key], 0
    for key in keys:
        try:
            for line in lines(Archive(options.store, key), options, hashes):
                sys.stdout.buffer.write((line + "\n").encode())
        except (Damage, ValueError, KeyError, TypeError, csv.Error) as e:
            failed += 1
            print(f"error: {key}: {e if isinstance(e, Damage) else 'it is damaged: ' + repr(e)}", file=sys.stderr)
    missing = sorted(set(options.expect) - hashes)
    missing and print(f"error: no manifest has the SHA-256 {', '.join(missing)}", file=sys.stderr)
    keys or print("error: no archive is there", file=sys.stderr)
    return 1 if failed or missing or not keys else 0


if __name__ == "__main__":
    sys.exit(main())
