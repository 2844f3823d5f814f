# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# One chunk into a store and back: the limits, the scripts that one would write, and this program.

ARCHIVE=(chunks archive --older-than 0d)
COLUMNS_OUT='global_position, position, "time", stream_name, type, id, data, metadata'

bench_archive() {
    local rows=1000000 also=()
    while [ $# -gt 0 ]; do
        case $1 in
        --rows)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "--rows needs a number" 2
            rows=$2
            shift
            ;;
        --jobs | --flights | --levels | --lists | --sizes) also+=("${1#--}") ;;
        --all) also=(levels jobs flights lists sizes) ;;
        *) die "unknown option: $1" 2 ;;
        esac
        shift
    done
    work=$(mktemp -d)
    export EVENTODB_TEST_S3=${EVENTODB_TEST_S3:-garage}
    find_program
    find_tools
    start_servers
    S3=s3://$EVENTODB_TEST_S3_BUCKET/bench EVENTODB_DB_URL=$(url bench) NS=bench
    export EVENTODB_DB_URL AWS_ENDPOINT_URL=$EVENTODB_TEST_S3_ENDPOINT
    results=$work/results
    sql postgres "CREATE DATABASE bench"
    sql bench "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
    say "making a chunk of $rows messages"
    make_messages bench "$rows" 1
    CHUNK=$(chunks_of bench)
    [ "$(wc -w <<<"$CHUNK")" = 1 ] || die "it became more than one chunk: $CHUNK"
    say "$(sql bench "SELECT pg_size_pretty(pg_table_size('$CHUNK')) || ' and ' || pg_size_pretty(pg_indexes_size('$CHUNK')) || ' of indexes, '
        || round(avg(length(data::text) + length(metadata::text))) || ' bytes of JSON a message' FROM $CHUNK TABLESAMPLE SYSTEM (1)")"

    say "limits"
    sql bench "COPY ($(rows_of "$CHUNK")) TO STDOUT (FORMAT csv)" >"$work/chunk.csv"
    measure limit "COPY to a pipe, CSV" copy_csv
    measure limit "COPY to a pipe, binary" copy_binary
    measure limit "zstd -3 of the CSV" zstd -q -3 -f "$work/chunk.csv" -o "$work/chunk.csv.zst"
    measure limit "SHA-256 of the CSV" sha256sum "$work/chunk.csv"
    measure limit "aws s3 cp of what zstd made" aws s3 cp --quiet "$work/chunk.csv.zst" "$S3/limit.zst"

    say "out"
    measure out 'psql \copy | zstd -3 | aws s3 cp' by_pipe_out
    local pipe_bytes
    pipe_bytes=$(aws s3 ls "$S3/pipe.zst" | awk '{ print $3 }')
    measure out "pg_dump -Fc of the chunk, to a file" by_dump_out
    # Each chunk has a name of its own.
    DUMPED=$CHUNK
    if command -v postgresql-archiver >/dev/null; then
        sql bench "CREATE VIEW public.messages AS SELECT global_position, position, \"time\", stream_name, type, id::text, data::text,
            metadata::text FROM tsdb_bench.messages"
        measure out "postgresql-archiver" by_peer_out
        sql bench "DROP VIEW public.messages"
    fi
    # A machine is not as fast at all times: each is measured again, and the one in the middle counts.
    local turn id our_bytes
    for turn in 1 2 3; do
        say "turn $turn"
        [ "$turn" = 1 ] || measure limit "COPY to a pipe, CSV" copy_csv
        [ "$turn" = 1 ] || measure out 'psql \copy | zstd -3 | aws s3 cp' by_pipe_out
        measure out "archive --keep (read back), file" ours --store "file://$work/store" "${ARCHIVE[@]}" --keep
        forget
        quietly -n bench policy set --store "file://$work/store" --copy "file://$work/second"
        measure out "the same, two stores, file" ours "${ARCHIVE[@]}" --keep
        quietly -n bench policy clear
        forget
        measure out "archive --keep (read back), S3" ours --store "$S3" "${ARCHIVE[@]}" --keep
        forget
        quietly -n bench policy set --store "$S3" --copy "$S3-second"
        measure out "the same, two stores, S3" ours "${ARCHIVE[@]}" --keep
        quietly -n bench policy clear
        forget
        measure out "archive and drop, S3" ours --store "$S3" "${ARCHIVE[@]}" --timings
        part out export "of it: export, hash, compress, upload"
        part stage "read back" "of it: reading back, all checks"
        part stage drop "of it: the drop"
        read -r id our_bytes < <("$BIN" -n bench archives list -o json |
            python3 -c 'import json, sys; a = json.load(sys.stdin)[-1]; print(a["id"], a["stored_bytes"])')
        measure verify "archives verify, S3" ours --store "$S3" archives verify "$id"
        measure back "archives rehydrate, S3" ours --store "$S3" archives rehydrate "$id"
        check_rows "$rows"
        forget
        CHUNK=$(chunks_of bench)
    done

    say "back"
    clear_chunk
    measure back 'aws s3 cp | zstd -d | psql \copy' by_pipe_back
    check_rows "$rows"
    clear_chunk
    measure back "pg_restore" by_dump_back
    check_rows "$rows"
    if command -v timescaledb-parallel-copy >/dev/null; then
        clear_chunk
        measure back "timescaledb-parallel-copy, 2 workers" by_peer_back
        check_rows "$rows"
    fi

    if [ "$EDITION" = community ]; then
        say "compressed"
        CHUNK=$(chunks_of bench)
        "$BIN" -n bench chunks compress --older-than 0d >/dev/null
        forget
        measure limit "COPY of the compressed chunk, CSV" copy_csv
        measure compressed "archive and drop, S3, compressed" ours --store "$S3" "${ARCHIVE[@]}"
    fi
    print_archive_results "$rows" "$pipe_bytes" "$our_bytes"
    local more
    for more in "${also[@]}"; do
        say "$more"
        "bench_$more" "$rows"
    done
}

# The same rows in four chunks, several at a time. Kept, so that they can be archived again: with the digest of the rows.
bench_jobs() {
    local jobs
    clear_chunk
    NS=weeks
    make_messages weeks "$1" 4
    : >"$results"
    CHUNK=tsdb_weeks.messages
    measure limit "COPY of four chunks, one after the other" copy_csv
    for jobs in 1 2 4; do
        forget
        measure jobs "archive --keep --jobs $jobs, S3" ours --store "$S3" "${ARCHIVE[@]}" --keep --jobs "$jobs"
    done
    printf '\n%s messages in four chunks\n\n' "$1"
    print_table "$1"
}

# Chunks of other sizes, one after the other: what grows with them, and what does not.
bench_sizes() {
    local millions rows id
    : >"$results"
    clear_chunk
    printf '\nchunks of other sizes, S3\n\n'
    for millions in ${BENCH_MILLIONS:-1 5 20}; do
        rows=$((millions * 1000000))
        NS=size$millions
        say "making a chunk of $rows messages"
        make_much "$NS" "$millions"
        CHUNK=$(chunks_of "$NS")
        measure limit "$rows: COPY to a pipe, CSV" copy_csv
        measure out "$rows: archive and drop" ours --store "$S3" "${ARCHIVE[@]}"
        id=$("$BIN" -n "$NS" archives list -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)[-1]["id"])')
        measure verify "$rows: archives verify" ours --store "$S3" archives verify "$id"
        measure back "$rows: archives rehydrate" ours --store "$S3" archives rehydrate "$id"
        [ "$(sql bench "SELECT count(*) FROM tsdb_$NS.messages")" = "$rows" ] || die "of $rows messages some are missing"
        print_table "$rows"
        : >"$results"
        sql bench "TRUNCATE tsdb_$NS.messages"
        forget
    done
}

# Real events, few of a stream in each of 53 chunks.
bench_flights() {
    local rows=336776 jobs
    NS=flights
    "$BIN" namespaces create flights --compress-after never >/dev/null 2>&1
    "$BIN" -n flights messages import "$(bin/flights)" >/dev/null
    sql bench "VACUUM ANALYZE tsdb_flights.messages"
    : >"$results"
    CHUNK=tsdb_flights.messages
    measure limit "COPY of all chunks, CSV" copy_csv
    for jobs in 1 2; do
        forget
        measure jobs "archive --keep --jobs $jobs, S3" ours --store "$S3" "${ARCHIVE[@]}" --keep --jobs "$jobs"
    done
    forget
    measure out "archive and drop, S3" ours --store "$S3" "${ARCHIVE[@]}"
    measure verify "archives verify --all, S3" ours --store "$S3" archives verify --all
    measure verify "archives verify --all --jobs 4, S3" ours --store "$S3" archives verify --all --jobs 4
    printf '\n%s flights in %s chunks: %s\n\n' "$rows" "$(sql bench "SELECT count(*) FROM eventodb_store.archives")" \
        "$(sql bench "SELECT pg_size_pretty(sum(csv_bytes)) || ' of CSV, ' || sum(stored_bytes) || ' bytes stored' FROM eventodb_store.archives")"
    print_table "$rows"
}

# What levels, a long window, another order and a dictionary buy, on the first 64 MiB: in frames of 256 KiB, as archives
# begin, and as one.
bench_levels() {
    local part=$work/part.csv by_stream=$work/by_stream.csv level
    head -c 67108864 "$work/chunk.csv" >"$part"
    # Of the same messages, not of other streams.
    python3 -c 'import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="")))[:-1]
rows.sort(key=lambda r: (r[3], int(r[1])))
csv.writer(open(sys.argv[2], "w", newline=""), lineterminator="\n").writerows(rows)' "$part" "$by_stream"
    printf '\n64 MiB of CSV by zstd %s\n\n' "$(zstd --version | grep -o 'v[0-9.]*' | head -1)"
    printf '| %-44s | %12s | %8s | %8s |\n' "what" "bytes" "out MB/s" "in MB/s"
    printf '|%s|%s:|%s:|%s:|\n' "----------------------------------------------" "-------------" "---------" "---------"
    for level in 1 2 3 4 5 6 9 19; do
        [ "$level" = 19 ] || try_zstd "-$level, frames of 256 KiB" "$part" "$level" -B256K
        try_zstd "-$level, as one" "$part" "$level"
    done
    try_zstd "-1, frames of 4 MiB" "$part" 1 -B4M
    try_zstd "-1, by stream, frames of 256 KiB" "$by_stream" 1 -B256K
    try_zstd "-3, by stream, as one" "$by_stream" 3
    long_zstd "-3 --long=27, as one" 3
    long_zstd "-9 --long=27, as one" 9
    zstd -q --train -B4K "$part" -o "$work/dictionary" >/dev/null 2>&1
    try_zstd "-1, with a dictionary, frames of 256 KiB" "$part" 1 -B256K -D "$work/dictionary"
}

# try_zstd NAME FILE LEVEL [OPTIONS...]: in memory, one thread.
try_zstd() {
    local name=$1 file=$2 level=$3
    shift 3
    zstd -q -b"$level" -i1 "$@" "$file" 2>/dev/null | tail -1 |
        sed -E 's/^-?[0-9]+ *#? *//' |
        awk -v name="$name" '{ printf "| %-44s | %12d | %8.0f | %8.0f |\n", name, $1, $3, $5 }'
}

# The benchmark mode of zstd knows no long window.
long_zstd() {
    local began=$EPOCHREALTIME bytes
    bytes=$(zstd -q -"$2" --long=27 -c "$work/part.csv" | wc -c)
    awk -v name="$1" -v bytes="$bytes" -v a="${began/,/.}" -v b="${EPOCHREALTIME/,/.}" \
        'BEGIN { printf "| %-44s | %12d | %8.0f | %8s |\n", name, bytes, 67.1 / (b - a), "" }'
}

# Listings of much, and the plan of a night.
bench_lists() {
    local i
    NS=many
    "$BIN" namespaces create many --chunk-interval 1h --compress-after never >/dev/null 2>&1
    sql bench "INSERT INTO tsdb_many.messages (time, position, stream_name, type)
        SELECT '2024-01-01'::timestamptz + i * interval '1 hour', i, 'a-1', 'T' FROM generate_series(0, 999) i" \
        "DELETE FROM eventodb_store.archives" "$(ledger_of many 10000)"
    for i in exported uploaded verified dropped; do
        sql bench "UPDATE eventodb_store.archives SET state = '$i'"
    done
    sql bench "VACUUM ANALYZE"
    for ((i = 0; i < 1000; i++)); do
        "$BIN" namespaces create "night$i" --compress-after never >/dev/null 2>&1
    done
    sql bench "INSERT INTO eventodb_store.policies (namespace, archive_after, store_url)
        SELECT id, interval '30 days', 'file://$work/store' FROM eventodb_store.namespaces WHERE id LIKE 'night%'
            ON CONFLICT (namespace) DO UPDATE SET archive_after = excluded.archive_after, store_url = excluded.store_url"
    : >"$results"
    for i in 1 2 3; do
        measure list "archives list, 10,000 in the ledger" quietly -n many archives list
    done
    sql bench "DELETE FROM eventodb_store.archives"
    for i in 1 2 3; do
        measure list "chunks list, 1,000 chunks" quietly -n many chunks list
        measure list "lifecycle run --dry-run, 1,000 namespaces" quietly lifecycle run --dry-run --all-namespaces
    done
    echo
    print_table 1
}

quietly() { "$BIN" "$@" >/dev/null; }

ledger_of() {
    cat <<SQL
INSERT INTO eventodb_store.archives
       (namespace, range_start, range_end, generation, chunk_name, state, protocol, store_url, object_key, manifest_key,
        heads_key, codec, message_count, first_global_position, last_global_position, global_position_sum, first_time,
        last_time, csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256, category_counts, verified_at, dropped_at)
SELECT '$1', t, t + interval '1 hour', 1, 'chunk_' || i, 'planned', 'freeze', 's3://bucket/prefix', 'object' || i,
       'manifest' || i, 'heads' || i, 'zstd', 1000, i * 1000, i * 1000 + 999, 1, t, t, 500000, repeat('a', 64), 100000,
       repeat('b', 64), repeat('c', 64), '{"order": 500, "payment": 500}', now(), now()
  FROM generate_series(1, $2) i, LATERAL (SELECT '2010-01-01'::timestamptz + i * interval '1 hour' AS t) x
SQL
}

find_tools() {
    local tool
    for tool in zstd aws python3; do
        command -v "$tool" >/dev/null || die "$tool is needed (awscli is on PyPI)"
    done
}

rows_of() { printf 'SELECT %s FROM %s ORDER BY global_position, stream_name, position' "$COLUMNS_OUT" "$1"; }

# make_messages NAMESPACE ROWS WEEKS: messages of five shapes, 300 to 1,000 bytes each.
make_messages() {
    "$BIN" namespaces create "$1" --compress-after never >/dev/null 2>&1
    sql bench "INSERT INTO tsdb_$1.messages ($MADE) $(made_rows "$2" "$3" 0 "$2")" \
        "VACUUM ANALYZE tsdb_$1.messages" "CHECKPOINT" >/dev/null
}

# make_much NAMESPACE MILLIONS: the same of one week; each million has streams of its own, and what the first one says. By two
# sessions, indexes and heads last.
make_much() {
    local schema=tsdb_$1 millions=$2 indexes session copy
    "$BIN" namespaces create "$1" --compress-after never >/dev/null 2>&1
    sql bench "CREATE UNLOGGED TABLE IF NOT EXISTS million AS
        SELECT m.*, row_number() OVER () - 1 AS n FROM ($(made_rows 1000000 1 0 1000000)) m ($MADE)"
    # The chunk is there before both want to make it.
    sql bench "$(copied "$schema" "$millions" 0) LIMIT 1" "DELETE FROM $schema.messages" "TRUNCATE $schema.heads"
    indexes=$(sql bench "SELECT indexdef || ';' FROM pg_indexes WHERE schemaname = '$schema' AND tablename = 'messages'")
    sql bench "DO \$\$ DECLARE i text; BEGIN FOR i IN SELECT format('%I.%I', schemaname, indexname) FROM pg_indexes
        WHERE schemaname = '$schema' AND tablename = 'messages' LOOP EXECUTE 'DROP INDEX ' || i; END LOOP; END \$\$"
    for session in 0 1; do
        for ((copy = session; copy < millions; copy += 2)); do
            PGOPTIONS="-c eventodb.heads_kept=on" sql bench "$(copied "$schema" "$millions" "$copy")"
        done &
    done
    for session in 0 1; do
        wait -n || die "the messages could not be made"
    done
    PGOPTIONS="-c maintenance_work_mem=2GB -c work_mem=1GB" sql bench "$indexes" \
        "INSERT INTO $schema.heads SELECT stream_name, max(position), max(global_position), max(time), min(time), max(time), count(*)
           FROM $schema.messages GROUP BY stream_name" \
        "VACUUM ANALYZE $schema.messages" "CHECKPOINT"
}

# copied SCHEMA MILLIONS COPY: the statement that adds this copy of a million.
copied() {
    cat <<SQL
        INSERT INTO $1.messages ($MADE)
        SELECT global_position + $3 * 1000000, position, '2024-01-04'::timestamptz + ($3 * 1000000 + n) * (interval '7 days' / ($2 * 1000000)),
               overlay(stream_name PLACING lpad(to_hex($3), 3, '0') FROM length(stream_name) - 2), type, data, metadata FROM million
SQL
}

MADE="global_position, position, time, stream_name, type, data, metadata"

# made_rows ROWS WEEKS FROM TO: the SELECT of those from the one, before the other.
made_rows() {
    cat <<SQL
        SELECT i + 1, i / $(($1 / 50)),
               '2024-01-04'::timestamptz + i * (interval '7 days' * $2 / $1),
               (ARRAY['order', 'payment', 'parcel', 'customer', 'session'])[s.n % 5 + 1] || '-' || md5(s.n::text)::uuid,
               (ARRAY['OrderPlaced', 'PaymentAuthorized', 'ParcelShipped', 'AddressChanged', 'PageViewed'])[s.n % 5 + 1],
               CASE s.n % 5
                   WHEN 0 THEN jsonb_build_object('orderId', md5('order' || s.n), 'currency', 'EUR', 'total', round(i % 100000 / 100.0, 2),
                       'items', (SELECT jsonb_agg(jsonb_build_object('sku', substr(md5((i + k)::text), 1, 10), 'quantity', k, 'price', round((i * k) % 9000 / 100.0, 2)))
                                   FROM generate_series(1, (i % 6 + 2)::int) k))
                   WHEN 1 THEN jsonb_build_object('paymentId', md5('payment' || i), 'method', (ARRAY['card', 'sepa', 'invoice'])[i % 3 + 1],
                       'amount', round(i % 100000 / 100.0, 2), 'iban', 'DE' || (10000000 + i % 89999999), 'authorization', md5('auth' || i) || md5('code' || i))
                   WHEN 2 THEN jsonb_build_object('parcel', md5('parcel' || s.n), 'carrier', 'DHL', 'weight', i % 30000, 'address',
                       jsonb_build_object('name', 'Customer ' || s.n % 9973, 'street', 'Street ' || i % 997, 'zip', 10000 + i % 89999, 'city', (ARRAY['Köln', 'Wien', 'Zürich', 'Hamburg', 'Graz'])[s.n % 5 + 1]),
                       'events', jsonb_build_array('accepted', 'sorted', md5(i::text), 'loaded'))
                   WHEN 3 THEN jsonb_build_object('name', 'Customer ' || s.n % 9973, 'email', 'customer' || s.n || '@example.org', 'note', repeat('as agreed by telephone; ', (i % 12 + 4)::int))
                   ELSE jsonb_build_object('path', '/catalog/' || i % 5000, 'agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'referrer', md5('r' || i % 1000), 'ms', i % 3000, 'query', md5(i::text))
               END,
               jsonb_build_object('correlationStreamName', 'checkout-' || s.n % 1000, 'causationMessagePosition', i / 20, 'traceId', md5('trace' || i), 'userId', s.n % 5000)
          FROM generate_series($3::bigint, $4 - 1) i, LATERAL (SELECT i * 7919 % $(($1 / 50)) AS n) s
SQL
}

chunks_of() {
    sql bench "SELECT format('%I.%I', chunk_schema, chunk_name) FROM timescaledb_information.chunks WHERE hypertable_schema = 'tsdb_$1'"
}

copy_csv() { sql bench "COPY ($(rows_of "$CHUNK")) TO STDOUT (FORMAT csv)" | cat >/dev/null; }
copy_binary() { sql bench "COPY ($(rows_of "$CHUNK")) TO STDOUT (FORMAT binary)" | cat >/dev/null; }
by_pipe_out() { sql bench "\\copy ($(rows_of "$CHUNK")) to stdout (format csv)" | zstd -q -3 | aws s3 cp --quiet - "$S3/pipe.zst"; }
by_pipe_back() { aws s3 cp --quiet "$S3/pipe.zst" - | zstd -q -d | sql bench "\\copy tsdb_bench.messages ($COLUMNS_OUT) from stdin (format csv)"; }
by_dump_out() { "$PG/pg_dump" -Fc -t "$CHUNK" --data-only -f "$work/chunk.dump" "$(url bench)"; }
# The rows go through the hypertable: there is no chunk of that name any more.
by_dump_back() {
    "$PG/pg_restore" --data-only -f - "$work/chunk.dump" | sed "s/^COPY $DUMPED /COPY tsdb_bench.messages /" |
        "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" >/dev/null
}

# It knows tables of one schema only, takes JSON for bytes where it is not cast, and its exit code tells nothing: its log does.
by_peer_out() {
    local home
    home=$(mktemp -d -p "$work")
    HOME=$home env "ARCHIVE_S3.ACCESS_KEY=$AWS_ACCESS_KEY_ID" "ARCHIVE_S3.SECRET_KEY=$AWS_SECRET_ACCESS_KEY" postgresql-archiver archive \
        --debug --db-host 127.0.0.1 --db-port "$(sed -E 's/.*:([0-9]+).*/\1/' <<<"$URL")" --db-user postgres --db-password none --db-name bench \
        --db-statement-timeout 0 --s3-endpoint "$AWS_ENDPOINT_URL" --s3-bucket "$EVENTODB_TEST_S3_BUCKET" --s3-region "$AWS_REGION" \
        --table messages --date-column time --start-date 2024-01-04 --end-date 2024-01-10 --output-duration yearly \
        --path-template 'peer/{table}' --output-format csv --compression zstd --compression-level 3 </dev/null >"$work/peer.log" 2>&1
    ! grep -q Failed "$work/peer.log"
}

by_peer_back() {
    aws s3 cp --quiet "$S3/pipe.zst" - | zstd -q -d | timescaledb-parallel-copy -connection "$(url bench)?sslmode=disable" -schema tsdb_bench \
        -table messages -columns "$COLUMNS_OUT" -workers 2 >"$work/peer.log" 2>&1
}

# The namespace as if nothing had been archived: the next run begins anew.
forget() {
    sql bench "SET session_replication_role = replica; DELETE FROM eventodb_store.archives; DELETE FROM eventodb_store.copies"
}

# The messages are gone, and nothing knows of them.
clear_chunk() {
    sql bench "TRUNCATE tsdb_bench.messages" "CHECKPOINT"
    forget
}

check_rows() {
    local there
    there=$(sql bench "SELECT count(*) FROM tsdb_bench.messages")
    [ "$there" = "$1" ] || die "of $1 messages $there are there"
}

# CPU seconds of the server so far: of all its processes, and of those that have ended.
server_cpu() {
    # The session that asked ends first.
    sleep 0.2
    local server pid
    server=$(sql postgres "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)")
    { echo "$server" && pgrep -P "$server"; } | while read -r pid; do cat "/proc/$pid/stat" || true; done 2>/dev/null |
        awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); cpu += $12 + $13 } NR == 1 { cpu += $14 + $15 } END { printf "%.2f", cpu / hz }'
}

# measure GROUP NAME COMMAND...: how long it took, and the server's CPU seconds. `ours` is the program; of it CPU seconds and
# peak memory as well.
measure() {
    local group=$1 name=$2 began cpu rest server
    shift 2
    if [ "$1" = ours ]; then
        shift
        set -- "$BIN" -n "$NS" "$@"
        [ ! -x /usr/bin/time ] || set -- /usr/bin/time -o "$work/time" -f '%U %S %M' "$@"
    fi
    sql bench "CHECKPOINT"
    : >"$work/time"
    server=$(server_cpu)
    began=$EPOCHREALTIME
    "$@" > >(tee "$work/log" >&2) 2>&1 || die "$name failed"
    rest=$(awk -v a="${began/,/.}" -v b="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.2f", b - a }')
    server=$(awk -v a="$server" -v b="$(server_cpu)" 'BEGIN { printf "%.1f", b - a }')
    cpu=$(awk '{ printf "%.1f %d", $1 + $2, $3 / 1024 }' "$work/time")
    printf '%s\t%s\t%s\t%s\t%s\n' "$group" "$name" "$rest" "${cpu:-- -}" "$server" >>"$results"
    say "$name: $rest s"
}

# part GROUP STAGE NAME: how long a stage of the command before took, by its own account.
part() {
    local took
    took=$(awk -v stage="  $2 " 'index($0, stage) == 1 { print $(NF - 1) }' "$work/log")
    printf '%s\t%s\t%.2f\t\t\n' "$1" "$3" "${took:-0}" >>"$results"
}

print_archive_results() {
    print_machine
    printf '%s messages in one chunk, %s of CSV; S3 is %s\n' "$1" "$(du -h "$work/chunk.csv" | cut -f1)" "$EVENTODB_TEST_S3_KIND"
    printf 'stored: %s bytes by the pipe, %s by archive (with frames, hashes apart)\n\n' "$2" "$3"
    print_table "$1"
}

# print_table ROWS: what was measured; of what was measured several times, the time in the middle.
print_table() {
    awk -F '\t' -v rows="$1" '
        !($2 in turns) { name[++n] = $2; group[$2] = $1 }
        { took[$2, ++turns[$2]] = $3; more[$2] = $4; server[$2] = $5 }
        function middle(name, count, i, j, held) {
            count = turns[name]
            for (i = 2; i <= count; i++)
                for (j = i; j > 1 && took[name, j - 1] > took[name, j]; j--) {
                    held = took[name, j]; took[name, j] = took[name, j - 1]; took[name, j - 1] = held
                }
            return took[name, int((count + 1) / 2)]
        }
        END {
            for (i = 1; i <= n; i++) by[name[i]] = middle(name[i])
            base["out"] = by["COPY to a pipe, CSV"]; what["out"] = "of COPY"
            base["back"] = by["aws s3 cp | zstd -d | psql \\copy"]; what["back"] = "of the pipe back"
            base["compressed"] = by["COPY of the compressed chunk, CSV"]; what["compressed"] = "of its COPY"
            printf "| %-40s | %8s | %8s | %-22s | %7s | %7s | %7s |\n", "what", "seconds", "rows/s", "speed", "CPU s", "server", "MiB"
            printf "|%s|%s:|%s:|%s|%s:|%s:|%s:|\n", "------------------------------------------", "---------", "---------", "------------------------", "--------", "--------", "--------"
            for (i = 1; i <= n; i++) {
                it = name[i]
                speed = (group[it] in what) && base[group[it]] > 0 ? sprintf("%.2fx %s", base[group[it]] / by[it], what[group[it]]) : ""
                split(more[it], own, " ")
                printf "| %-40s | %8.2f | %8d | %-22s | %7s | %7s | %7s |\n", it, by[it], rows / by[it], speed, own[1], server[it], own[2]
            }
        }' "$results"
}
