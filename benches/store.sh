# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# Writes and reads with more and more chunks behind them, beside the design that the store began as.

# Messages a chunk: of 10 accounts 20 each, of 60 orders all their 10, of 200 sensors one each. Orders are new in each chunk,
# accounts and sensors are in all of them.
CHUNK_ROWS=1000
RUN_SECONDS=${BENCH_SECONDS:-4}

bench_store() {
    [ $# = 0 ] || die "unknown option: $1" 2
    work=$(mktemp -d)
    find_program
    start_servers
    scripts
    print_machine
    printf 'calls a second; %s messages a chunk, %s s a figure, every write durable where nothing else is said\n\n' "$CHUNK_ROWS" "$RUN_SECONDS"
    printf '| %-48s | %6s | %9s | %9s | %9s |\n' what chunks here rival ratio
    printf '|%s|%s:|%s:|%s:|%s:|\n' -------------------------------------------------- ------- ---------- ---------- ----------
    local chunks
    for chunks in ${BENCH_CHUNKS:-10 100 500}; do
        make_stores "$chunks"
        compare_writes "$chunks"
        compare_reads "$chunks" ""
        if [ "$EDITION" = community ] && [ "$chunks" -le 100 ]; then
            compress_stores
            compare_reads "$chunks" ", compressed"
        fi
        sql postgres "DROP DATABASE bench WITH (FORCE)"
    done
    [ "$EDITION" != community ] || compare_sizes
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
    compare "stream of 10, whole$2" "$1" short 1
    compare "long stream, 100 from anywhere$2" "$1" long 1
    compare "stream with 1 a chunk, the first 100$2" "$1" thin 1
    compare "last message$2" "$1" last 1
    compare "category, 100 from anywhere$2" "$1" category 1
    compare "category, the last 50$2" "$1" tail 1
    compare "category, member 1 of 4, 100$2" "$1" group 1
    compare "all categories, 100 from anywhere$2" "$1" all 1
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
    sql postgres "CREATE DATABASE bench"
    sql bench "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
    "$BIN" --db-url "$(url bench)" namespaces create bench --compress-after never >/dev/null 2>&1
    "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" -f "$ROOT/benches/rival_store.sql" >/dev/null
    local rows=$(($1 * CHUNK_ROWS)) side from
    for side in tsdb_bench rival; do
        # A hundred chunks a statement: each one locks those that it writes to.
        for from in $(seq 0 $((100 * CHUNK_ROWS)) $((rows - 1))); do
            sql bench "INSERT INTO $side.messages (global_position, position, time, stream_name, type, data)
                SELECT i + 1,
                       CASE WHEN i % 10 < 2 THEN c * 20 + r / 10 * 2 / 10 WHEN i % 10 < 8 THEN r / 100 ELSE c END,
                       now() - ($rows - 1 - i) * (interval '7 days' / $CHUNK_ROWS),
                       CASE WHEN i % 10 < 2 THEN 'account-' || r / 10 * 2 % 10 + i % 10 + 1
                            WHEN i % 10 < 8 THEN 'order-' || c * 60 + r / 10 % 10 * 6 + i % 10 - 1
                            ELSE 'sensor-' || r / 10 * 2 + i % 10 - 7 END,
                       'Happened', '{\"orderId\": \"1b4e28ba-2fa1-11d2-883f-0016d3cca427\", \"total\": 49.90}'
                  FROM (SELECT i, i / $CHUNK_ROWS AS c, i % $CHUNK_ROWS AS r
                          FROM generate_series($from, least($from + $((100 * CHUNK_ROWS)), $rows) - 1) i) n"
        done
        sql bench "SELECT setval('$side.messages_global_position_seq', $rows)" >/dev/null
        sql bench "ANALYZE $side.messages"
    done
    ROWS=$rows CHUNKS=$1
    # As the nightly run does.
    "$BIN" --db-url "$(url bench)" -n bench stats refresh >/dev/null 2>&1
    sql postgres CHECKPOINT
}

# All but this week, each side with its own settings.
compress_stores() {
    "$BIN" --db-url "$(url bench)" -n bench chunks compress --older-than 7d >/dev/null 2>&1
    compress_rival "7 days"
    sql bench "ANALYZE tsdb_bench.messages" "ANALYZE rival.messages"
}

# What a message takes, in three shapes of history: hot, and compressed as each side compresses.
compare_sizes() {
    local rows=${BENCH_SIZE_ROWS:-200000} shape side
    printf '\nbytes a message, indexes included; %s messages of 470 bytes of JSON in 4 chunks, and pages of 1000 of one of five categories\n\n' "$rows"
    printf '| %-38s | %9s | %8s | %10s | %6s | %12s | %12s |\n' shape side hot compressed ratio "pages/s hot" compressed
    printf '|%s|%s|%s:|%s:|%s:|%s:|%s:|\n' ---------------------------------------- ----------- --------- ----------- ------- ------------- -------------
    for shape in long short "long, UUIDv7" "short, UUIDv7"; do
        make_shape "$shape" "$rows"
        for side in tsdb_bench rival; do
            ROWS=$rows CHUNKS=4
            local hot before after compressed
            hot=$(rate "$side" page 1)
            before=$(sql bench "SELECT hypertable_size('$side.messages') / $rows")
            if [ "$side" = rival ]; then compress_rival now; else
                "$BIN" --db-url "$(url bench)" -n bench chunks compress --older-than 0d >/dev/null 2>&1
            fi
            sql bench "VACUUM ANALYZE $side.messages"
            after=$(sql bench "SELECT hypertable_size('$side.messages') / $rows")
            compressed=$(rate "$side" page 1)
            printf '| %-38s | %9s | %8s | %10s | %5sx | %12s | %12s |\n' "$shape" "${side/tsdb_bench/here}" "$before" "$after" \
                "$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.1f", a / b }')" "$hot" "$compressed"
        done
        sql postgres "DROP DATABASE bench WITH (FORCE)"
    done
}

# make_shape SHAPE ROWS: streams of 1,000 messages all the time, or of 10 one after the other.
make_shape() {
    say "$1 streams"
    local side stream position id="gen_random_uuid()"
    case $1 in
    long*) stream="i % ($2 / 1000)" position="i / ($2 / 1000)" ;;
    *) stream="i / 500 * 50 + i % 50" position="i % 500 / 50" ;;
    esac
    # The time in milliseconds in front, as writers do it that make UUIDv7.
    case $1 in *UUIDv7) id="(lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || right(md5(i::text), 19))::uuid" ;; esac
    sql postgres "CREATE DATABASE bench"
    sql bench "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
    "$BIN" --db-url "$(url bench)" namespaces create bench --compress-after never >/dev/null 2>&1
    "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" -f "$ROOT/benches/rival_store.sql" >/dev/null
    for side in tsdb_bench rival; do
        sql bench "INSERT INTO $side.messages (global_position, position, time, stream_name, type, data, metadata, id)
            SELECT i + 1, $position, t, (ARRAY['order', 'payment', 'parcel', 'customer', 'session'])[s % 5 + 1] || '-' || md5(s::text)::uuid,
                   (ARRAY['Placed', 'Paid', 'Shipped', 'Moved', 'Viewed'])[s % 5 + 1],
                   jsonb_build_object('orderId', md5('order' || s), 'currency', 'EUR', 'total', round(i % 100000 / 100.0, 2), 'items',
                       (SELECT jsonb_agg(jsonb_build_object('sku', substr(md5((i * 7 % 997 + k)::text), 1, 10), 'quantity', k, 'price', round((i * k) % 9000 / 100.0, 2)))
                          FROM generate_series(1, (i % 6 + 2)::int) k)),
                   jsonb_build_object('correlationStreamName', 'checkout-' || s % 1000, 'causationMessagePosition', $position, 'userId', s % 5000), $id
              FROM (SELECT i, $stream AS s, '2024-01-04'::timestamptz + i * (interval '28 days' / $2) AS t FROM generate_series(0, $2 - 1) i) n"
        sql bench "ANALYZE $side.messages"
    done
    sql postgres CHECKPOINT
}

# compress_rival OLDER_THAN: what the design had.
compress_rival() {
    sql bench "ALTER TABLE rival.messages SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream_name',
                   timescaledb.compress_orderby = 'position ASC, global_position ASC, time DESC')" \
        "SELECT compress_chunk(c, true) FROM show_chunks('rival.messages', older_than => $([ "$1" = now ] && echo "now()" || echo "interval '$1'")) c" >/dev/null 2>&1
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
    awk '/^tps/ { printf "%.1f\n", $3 }' <<<"$out"
}

times() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.0f", a * b }'; }

# compare NAME CHUNKS SCRIPT CONNECTIONS [MESSAGES A CALL]
compare() {
    local here rival ratio=-
    here=$(rate tsdb_bench "$3" "$4")
    rival=$(rate rival "$3" "$4")
    case $here in *[a-z]*) ;; *) here=$(times "$here" "${5:-1}") ;; esac
    case $rival in *[a-z]*) ;; *) rival=$(times "$rival" "${5:-1}") ;; esac
    case $here$rival in *[a-z]*) ;; *) ratio=$(awk -v a="$here" -v b="$rival" 'BEGIN { printf "%.1fx", a / (b > 0 ? b : 0.5) }') ;; esac
    printf '| %-48s | %6s | %9s | %9s | %9s |\n' "$1" "$2" "$here" "$rival" "$ratio"
}
