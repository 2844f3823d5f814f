# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# Writes and reads with more and more chunks behind them, beside the design that the store began as.

# Messages a chunk: of 10 accounts 20 each, of 60 orders all their 10, of 200 sensors one each. Orders are new in each chunk,
# accounts and sensors are in all of them.
CHUNK_ROWS=1000
RUN_SECONDS=${BENCH_SECONDS:-4}
PARTS=${BENCH_PARTS:-writes reads compressed sizes imports}
# The schemas that are compared.
SIDES=(tsdb_bench rival)

bench_store() {
    [ $# = 0 ] || die "unknown option: $1" 2
    check_parts "$PARTS" writes reads compressed sizes imports
    work=$(mktemp -d)
    find_program
    start_servers
    scripts
    print_machine
    if asked writes || asked reads || asked compressed; then compare_chunks; fi
    if asked sizes; then compare_sizes; fi
    if asked imports; then compare_imports; fi
}

# asked PART
asked() {
    # Apache's edition compresses nothing.
    case $1 in compressed | sizes) [ "$EDITION" = community ] || return 1 ;; esac
    [[ " $PARTS " == *" $1 "* ]]
}

compare_chunks() {
    printf 'calls a second; %s messages a chunk, %s s a figure, every write durable where nothing else is said\n\n' "$CHUNK_ROWS" "$RUN_SECONDS"
    printf '| %-48s | %6s | %9s | %9s | %9s |\n' what chunks here rival ratio
    printf '|%s|%s:|%s:|%s:|%s:|\n' -------------------------------------------------- ------- ---------- ---------- ----------
    local chunks
    for chunks in ${BENCH_CHUNKS:-10 100 500}; do
        make_stores "$chunks"
        if asked writes; then
            compare_writes "$chunks"
            # Reads are not to hang on whether autovacuum was there meanwhile.
            sql bench "ANALYZE tsdb_bench.messages" "ANALYZE rival.messages"
        fi
        if asked reads; then compare_reads "$chunks" ""; fi
        if asked compressed; then
            compress_stores
            compare "write, 1 connection, compressed behind" "$chunks" write 1
            compare_reads "$chunks" ", compressed"
        fi
        sql postgres "DROP DATABASE bench WITH (FORCE)"
    done
}

compare_writes() {
    compare "write, 1 connection" "$1" write 1
    compare "write, 4 connections" "$1" write 4
    compare "write, 16 connections" "$1" write 16
    compare "write, 4 connections, 50 categories" "$1" write-many 4
    compare "write, 50 connections, 50 categories" "$1" write-many 50
    PGOPTIONS="-c synchronous_commit=off" compare "write, 1 connection, not durable" "$1" write 1
    local n
    for n in 10 100 1000; do
        compare "messages, in batches of $n" "$1" "batch-$n" 1 "$n"
    done
    compare "messages, imported 1000 a statement" "$1" import 1 1000
}

compare_reads() {
    # Where both take about the same time they take turns in one session: the machine is not as fast at all times.
    local how=compare
    [ "$1" -gt 20 ] || how=take_turns
    $how "stream of 10, whole$2" "$1" short 1
    $how "long stream, 100 from anywhere$2" "$1" long 1
    $how "stream with 1 a chunk, the first 100$2" "$1" thin 1
    $how "last message$2" "$1" last 1
    $how "category, 100 from anywhere$2" "$1" category 1
    $how "category, the last 50$2" "$1" tail 1
    $how "category, member 1 of 4, 100$2" "$1" group 1
    $how "all categories, 100 from anywhere$2" "$1" all 1
}

# pgbench's scripts; SCHEMA stands for a side's.
scripts() {
    local data="'{\"orderId\": \"1b4e28ba-2fa1-11d2-883f-0016d3cca427\", \"total\": 49.90, \"items\": [{\"sku\": \"4711\", \"quantity\": 2}]}'"
    cat >"$work/write" <<<"\\set s random(1, 1000)
SELECT SCHEMA.write_message(gen_random_uuid()::text, 'parcel-' || :s, 'Placed', $data, NULL, NULL)"
    cat >"$work/write-many" <<<"\\set s random(1, 1000)
\\set c random(1, 50)
SELECT SCHEMA.write_message(gen_random_uuid()::text, 'c' || :c || '-' || :s, 'Placed', $data, NULL, NULL)"
    local n
    for n in 10 100 1000; do
        # There is no such call: the rival writes one by one, in one transaction and one round trip.
        cat >"$work/batch-$n.rival" <<<"\\set s random(1, 1000)
SELECT count(rival.write_message(gen_random_uuid()::text, 'parcel-' || :s, 'Placed', $data, NULL, NULL)) FROM generate_series(1, $n)"
        cat >"$work/batch-$n" <<<"\\set s random(1, 1000)
SELECT count(*) FROM (SELECT array_agg(gen_random_uuid()) AS ids, array_agg('Placed'::varchar) AS types, array_agg($data::jsonb) AS data,
    array_agg(NULL::jsonb) AS metadata FROM generate_series(1, $n)) b, SCHEMA.append_messages('parcel-' || :s, b.ids, b.types, b.data, b.metadata)"
    done
    # As EventoDB's import does it: rows with their positions, in a plain INSERT; streams of 10.
    cat >"$work/import" <<<"INSERT INTO SCHEMA.messages (id, stream_name, type, position, global_position, data, time)
SELECT gen_random_uuid(), 'import-' || g / 10, 'Placed', g % 10, g, $data, now() FROM (SELECT nextval('SCHEMA.messages_global_position_seq') AS g FROM generate_series(1, 1000)) n"
    cat >"$work/page" <<<"\\set g random(1, :rows - 1000)
SELECT * FROM SCHEMA.get_category_messages('order', :g, 1000)"
    cat >"$work/page-flights" <<<"\\set g random(1, :rows - 1000)
SELECT * FROM SCHEMA.get_category_messages('aircraft', :g, 1000)"
    cat >"$work/short" <<<"\\set s random(1, :chunks * 60)
SELECT * FROM SCHEMA.get_stream_messages('order-' || :s, 0, 100)"
    cat >"$work/long" <<<"\\set s random(1, 10)
\\set p random(0, :chunks * 20 - 100)
SELECT * FROM SCHEMA.get_stream_messages('account-' || :s, :p, 100)"
    cat >"$work/thin" <<<"\\set s random(1, 200)
SELECT * FROM SCHEMA.get_stream_messages('sensor-' || :s, 0, 100)"
    cat >"$work/last" <<<"\\set s random(1, 200)
SELECT * FROM SCHEMA.get_last_stream_message('sensor-' || :s)"
    cat >"$work/category" <<<"\\set g random(1, :rows - 500)
SELECT * FROM SCHEMA.get_category_messages('order', :g, 100)"
    cat >"$work/tail" <<<"SELECT * FROM SCHEMA.get_category_messages('order', :rows - 83, 100)"
    cat >"$work/group" <<<"\\set g random(1, :rows - 1000)
SELECT * FROM SCHEMA.get_category_messages('order', :g, 100, NULL, 1, 4)"
    cat >"$work/all" <<<"\\set g random(1, :rows - 500)
SELECT * FROM SCHEMA.get_category_messages('', :g, 100)"
}

# Both sides with the same history: so many weeks, the last of them this one.
make_stores() {
    say "$1 chunks"
    make_empty
    local rows=$(($1 * CHUNK_ROWS)) side
    for side in "${SIDES[@]}"; do fill_history "$side" "$rows"; done
    ROWS=$rows CHUNKS=$1
    settle
}

# fill_history SIDE ROWS
fill_history() {
    local from
    # A hundred chunks a statement: each one locks those that it writes to.
    for from in $(seq 0 $((100 * CHUNK_ROWS)) $(($2 - 1))); do
        sql bench "INSERT INTO $1.messages (global_position, position, time, stream_name, type, data)
            SELECT i + 1,
                   CASE WHEN i % 10 < 2 THEN c * 20 + r / 10 * 2 / 10 WHEN i % 10 < 8 THEN r / 100 ELSE c END,
                   now() - ($2 - 1 - i) * (interval '7 days' / $CHUNK_ROWS),
                   CASE WHEN i % 10 < 2 THEN 'account-' || r / 10 * 2 % 10 + i % 10 + 1
                        WHEN i % 10 < 8 THEN 'order-' || c * 60 + r / 10 % 10 * 6 + i % 10 - 1
                        ELSE 'sensor-' || r / 10 * 2 + i % 10 - 7 END,
                   'Happened', '{\"orderId\": \"1b4e28ba-2fa1-11d2-883f-0016d3cca427\", \"total\": 49.90}'
              FROM (SELECT i, i / $CHUNK_ROWS AS c, i % $CHUNK_ROWS AS r
                      FROM generate_series($from, least($from + $((100 * CHUNK_ROWS)), $2) - 1) i) n"
    done
    sql bench "SELECT setval('$1.messages_global_position_seq', $2)" >/dev/null
    sql bench "ANALYZE $1.messages"
}

# All but this week, each side with its own settings.
compress_stores() {
    "$BIN" --db-url "$(url bench)" -n bench chunks compress --older-than 7d >/dev/null 2>&1
    compress_rival "7 days"
    sql bench "ANALYZE tsdb_bench.messages" "ANALYZE rival.messages"
}

# What a message takes, in shapes of history that are made up and in a real one: hot, and compressed as each side compresses.
compare_sizes() {
    local rows=${BENCH_SIZE_ROWS:-200000} shape
    printf '\nbytes a message, indexes included, and pages of 1000 of a category; %s messages of 470 bytes of JSON, 4 chunks, five categories\n' "$rows"
    printf 'in each shape that is made up; 336776 flights, 53 chunks, one category\n\n'
    printf '| %-38s | %9s | %8s | %10s | %6s | %12s | %12s |\n' shape side hot compressed ratio "pages/s hot" compressed
    printf '|%s|%s:|%s:|%s:|%s:|%s:|%s:|\n' ---------------------------------------- ----------- --------- ----------- ------- ------------- -------------
    for shape in long short "long, UUIDv7" "short, UUIDv7"; do
        make_shape "$shape" "$rows"
        compare_size "$shape" "$rows" page
    done
    make_flights
    compare_size flights 336776 page-flights
}

# compare_size SHAPE ROWS SCRIPT: both sides, and they are gone.
compare_size() {
    local side hot before after compressed
    ROWS=$2 CHUNKS=0
    for side in tsdb_bench rival; do
        hot=$(rate "$side" "$3" 1)
        before=$(sql bench "SELECT hypertable_size('$side.messages') / $2")
        if [ "$side" = rival ]; then compress_rival now; else
            "$BIN" --db-url "$(url bench)" -n bench chunks compress --older-than 0d >/dev/null 2>&1
        fi
        sql bench "VACUUM ANALYZE $side.messages"
        after=$(sql bench "SELECT hypertable_size('$side.messages') / $2")
        compressed=$(rate "$side" "$3" 1)
        printf '| %-38s | %9s | %8s | %10s | %5sx | %12s | %12s |\n' "$1" "${side/tsdb_bench/here}" "$before" "$after" \
            "$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.1f", a / b }')" "$hot" "$compressed"
    done
    sql postgres "DROP DATABASE bench WITH (FORCE)"
}

# Both sides, empty.
make_empty() {
    sql postgres "CREATE DATABASE bench"
    sql bench "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
    "$BIN" --db-url "$(url bench)" namespaces create bench --compress-after never >/dev/null 2>&1
    "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" -f "$ROOT/benches/rival_store.sql" >/dev/null
}

# As the nightly run does; and nothing is left to write.
settle() {
    "$BIN" --db-url "$(url bench)" -n bench stats refresh >/dev/null 2>&1
    sql postgres CHECKPOINT
}

COLUMNS_MADE="global_position, position, time, stream_name, type, data, metadata, id"

# make_shape SHAPE ROWS
make_shape() {
    say "$1 streams"
    local side
    make_empty
    for side in tsdb_bench rival; do
        sql bench "INSERT INTO $side.messages ($COLUMNS_MADE) $(shape_rows "$1" "$2")" "ANALYZE $side.messages"
    done
    settle
}

# shape_rows SHAPE ROWS: the SELECT. Streams of 1,000 messages all the time, or of 10 one after the other.
shape_rows() {
    local stream position id="gen_random_uuid()"
    case $1 in
    long*) stream="i % ($2 / 1000)" position="i / ($2 / 1000)" ;;
    *) stream="i / 500 * 50 + i % 50" position="i % 500 / 50" ;;
    esac
    # The time in milliseconds in front, as writers do it that make UUIDv7.
    case $1 in *UUIDv7) id="(lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || right(md5(i::text), 19))::uuid" ;; esac
    cat <<<"SELECT i + 1, $position, t, (ARRAY['order', 'payment', 'parcel', 'customer', 'session'])[s % 5 + 1] || '-' || md5(s::text)::uuid,
                   (ARRAY['Placed', 'Paid', 'Shipped', 'Moved', 'Viewed'])[s % 5 + 1],
                   jsonb_build_object('orderId', md5('order' || s), 'currency', 'EUR', 'total', round(i % 100000 / 100.0, 2), 'items',
                       (SELECT jsonb_agg(jsonb_build_object('sku', substr(md5((i * 7 % 997 + k)::text), 1, 10), 'quantity', k, 'price', round((i * k) % 9000 / 100.0, 2)))
                          FROM generate_series(1, (i % 6 + 2)::int) k)),
                   jsonb_build_object('correlationStreamName', 'checkout-' || s % 1000, 'causationMessagePosition', $position, 'userId', s % 5000), $id
              FROM (SELECT i, $stream AS s, '2024-01-04'::timestamptz + i * (interval '28 days' / $2) AS t FROM generate_series(0::bigint, $2 - 1) i) n"
}

# Real events: a stream an aircraft.
make_flights() {
    say flights
    local file
    file=$(bin/flights)
    make_empty
    "$BIN" --db-url "$(url bench)" -n bench messages import "$file" >/dev/null 2>&1
    sql bench "INSERT INTO rival.messages ($COLUMNS_MADE) SELECT $COLUMNS_MADE FROM tsdb_bench.messages ORDER BY global_position" \
        "ANALYZE tsdb_bench.messages" "ANALYZE rival.messages"
    settle
}

# Much at once, into an empty store: a file as each side takes one, and a thousand rows a statement, read from the same table.
compare_imports() {
    local rows=${BENCH_IMPORT_ROWS:-2000000}
    [[ $rows =~ ^[1-9][0-9]*000$ ]] || die "BENCH_IMPORT_ROWS needs whole thousands" 2
    say "$rows events to import"
    make_empty
    "$BIN" --db-url "$(url bench)" namespaces create inserts --compress-after never >/dev/null 2>&1
    sql bench "CREATE UNLOGGED TABLE source (LIKE rival.messages)" "INSERT INTO source ($COLUMNS_MADE) $(shape_rows short "$rows")" \
        "CREATE INDEX ON source (global_position)" "VACUUM ANALYZE source"
    # Neither has a backslash in it, which COPY would double.
    sql bench "\\copy (SELECT json_build_object('id', id, 'stream', stream_name, 'type', type, 'pos', position, 'gpos', global_position, 'data', data, 'meta', metadata, 'time', to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) FROM source ORDER BY global_position) TO '$work/events.ndjson'" \
        "\\copy (SELECT $COLUMNS_MADE FROM source ORDER BY global_position) TO '$work/events.copy'"
    printf '\nevents a second; %s events of %s bytes of NDJSON (%s), streams of 10\n\n' "$rows" \
        "$(awk -v a="$(stat -c %s "$work/events.ndjson")" -v b="$rows" 'BEGIN { printf "%.0f", a / b }')" \
        "$(awk 'NR == 1 || length < low { low = length } length > high { high = length } END { print low " to " high }' "$work/events.ndjson")"
    printf '| %-48s | %9s | %9s | %9s |\n' what here rival ratio
    printf '|%s|%s:|%s:|%s:|\n' -------------------------------------------------- ---------- ---------- ----------
    compare_import "a file: messages import, psql \\copy" "$rows" import_file import_copy
    sql bench "TRUNCATE rival.messages"
    compare_import "INSERT, 1000 a statement" "$rows" "import_inserts tsdb_inserts $rows" "import_inserts rival $rows"
    sql postgres "DROP DATABASE bench WITH (FORCE)"
    rm "$work/events.ndjson" "$work/events.copy"
}

# compare_import NAME ROWS OURS THE_RIVAL'S: the last two are commands.
compare_import() {
    local here rival
    sql postgres CHECKPOINT
    # shellcheck disable=SC2086 # words
    here=$(seconds $3)
    sql postgres CHECKPOINT
    # shellcheck disable=SC2086
    rival=$(seconds $4)
    awk -v name="$1" -v rows="$2" -v a="$here" -v b="$rival" \
        'BEGIN { printf "| %-48s | %9d | %9d | %8.1fx |\n", name, rows / a, rows / b, b / a }'
}

import_file() { "$BIN" --db-url "$(url bench)" -n bench messages import "$work/events.ndjson" >/dev/null; }

import_copy() { sql bench "\\copy rival.messages ($COLUMNS_MADE) FROM '$work/events.copy'"; }

# import_inserts SCHEMA ROWS: one after the other, each durable, as EventoDB's import does it.
import_inserts() {
    cat >"$work/script" <<<"INSERT INTO $1.messages ($COLUMNS_MADE) SELECT $COLUMNS_MADE FROM source WHERE global_position > :n AND global_position <= :n + 1000
\\set n :n + 1000"
    "$PG/pgbench" -n -M extended -t "$(($2 / 1000))" -D n=0 -f "$work/script" "$(url bench)" >/dev/null
}

# compress_rival OLDER_THAN: what the design had.
compress_rival() {
    local chunk
    sql bench "ALTER TABLE rival.messages SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream_name',
                   timescaledb.compress_orderby = 'position ASC, global_position ASC, time DESC')" 2>/dev/null
    # A transaction a chunk: 500 in one would need more locks than there are.
    sql bench "SELECT show_chunks('rival.messages', older_than => $([ "$1" = now ] && echo "now()" || echo "interval '$1'"))" |
        while read -r chunk; do echo "SELECT compress_chunk('$chunk', true);"; done |
        "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" >/dev/null 2>&1
}

# rate SCHEMA SCRIPT CONNECTIONS: calls a second, or why there are none.
rate() {
    local script="$work/$2"
    [ "$1" != rival ] || [ ! -e "$script.rival" ] || script=$script.rival
    sed "s/SCHEMA/$1/g" "$script" >"$work/script"
    local out
    if ! out=$("$PG/pgbench" -n -M extended -T "$RUN_SECONDS" -c "$3" -j "$(($3 < 2 ? 1 : 2))" -D "rows=$ROWS" -D "chunks=$CHUNKS" -f "$work/script" "$(url bench)" 2>&1); then
        grep -q "out of shared memory" <<<"$out" && echo "no memory" || echo failed
        return
    fi
    awk '/^tps/ { printf $3 < 1 ? "%.3f\n" : "%.1f\n", $3 }' <<<"$out"
}

# take_turns NAME CHUNKS SCRIPT: as compare, of one connection.
take_turns() {
    local side here rival
    for side in "${SIDES[@]}"; do sed "s/SCHEMA/$side/g" "$work/$3" >"$work/script.$side"; done
    read -r here rival < <("$PG/pgbench" -n -M extended -T "$((2 * RUN_SECONDS))" -c 1 -D "rows=$ROWS" -D "chunks=$CHUNKS" \
        -f "$work/script.${SIDES[0]}" -f "$work/script.${SIDES[1]}" "$(url bench)" |
        awk '/^ - latency average/ { printf "%.0f ", 1000 / $5 } END { print "" }')
    print_pair "$1" "$2" "$here" "$rival"
}

# Whole numbers, where these say enough.
times() { awk -v a="$1" -v b="$2" 'BEGIN { x = a * b; printf x < 1 ? "%.2f" : x < 10 ? "%.1f" : "%.0f", x }'; }

# compare NAME CHUNKS SCRIPT CONNECTIONS [MESSAGES A CALL]
compare() {
    local here rival
    here=$(rate tsdb_bench "$3" "$4")
    rival=$(rate rival "$3" "$4")
    case $here in *[a-z]*) ;; *) here=$(times "$here" "${5:-1}") ;; esac
    case $rival in *[a-z]*) ;; *) rival=$(times "$rival" "${5:-1}") ;; esac
    print_pair "$1" "$2" "$here" "$rival"
}

# print_pair NAME CHUNKS HERE RIVAL
print_pair() {
    local ratio=-
    case $3$4 in *[a-z]*) ;; *) ratio=$(awk -v a="$3" -v b="$4" 'BEGIN { x = a / (b > 0 ? b : 0.5); printf x < 10 ? "%.2fx" : "%.1fx", x }') ;; esac
    printf '| %-48s | %6s | %9s | %9s | %9s |\n' "$1" "$2" "$3" "$4" "$ratio"
}
