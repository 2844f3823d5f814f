# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# Writes and reads with more and more chunks behind them, beside the design that the store began as.

STREAMS=1000
# Messages a chunk.
CHUNK_ROWS=1000
RUN_SECONDS=${BENCH_SECONDS:-4}

bench_store() {
    [ $# = 0 ] || die "unknown option: $1" 2
    work=$(mktemp -d)
    find_program
    start_servers
    scripts
    print_machine
    printf 'calls a second; %s streams, %s messages a chunk, %s s a figure, every write durable\n\n' "$STREAMS" "$CHUNK_ROWS" "$RUN_SECONDS"
    printf '| %-34s | %6s | %9s | %9s | %9s |\n' what chunks here rival ratio
    printf '|%s|%s:|%s:|%s:|%s:|\n' ------------------------------------ ------- ---------- ---------- ----------
    local chunks
    for chunks in 10 100 500; do
        make_stores "$chunks"
        compare "write, 1 connection" "$chunks" write 1
        compare "write, 4 connections" "$chunks" write 4
        compare "write, 4 connections, 50 categories" "$chunks" write-many 4
        compare "write, 16 connections" "$chunks" write 16
        compare "stream read (100)" "$chunks" stream 1
        compare "last message" "$chunks" last 1
        compare "category read (100), anywhere" "$chunks" category 1
        sql postgres "DROP DATABASE bench WITH (FORCE)"
    done
}

# pgbench's scripts; SCHEMA stands for a side's.
scripts() {
    local data="'{\"orderId\": \"1b4e28ba-2fa1-11d2-883f-0016d3cca427\", \"total\": 49.90, \"items\": [{\"sku\": \"4711\", \"quantity\": 2}]}'"
    cat >"$work/write" <<<"\\set s random(1, $STREAMS)
SELECT SCHEMA.write_message(gen_random_uuid()::text, 'order-' || :s, 'Placed', $data, NULL, NULL)"
    cat >"$work/write-many" <<<"\\set s random(1, $STREAMS)
\\set c random(1, 50)
SELECT SCHEMA.write_message(gen_random_uuid()::text, 'c' || :c || '-' || :s, 'Placed', $data, NULL, NULL)"
    cat >"$work/stream" <<<"\\set s random(1, $STREAMS)
SELECT * FROM SCHEMA.get_stream_messages('order-' || :s, 0, 100)"
    cat >"$work/last" <<<"\\set s random(1, $STREAMS)
SELECT * FROM SCHEMA.get_last_stream_message('order-' || :s)"
    cat >"$work/category" <<<"\\set g random(1, :rows)
SELECT * FROM SCHEMA.get_category_messages('order', :g, 100)"
}

# Both sides with the same history: so many weeks, the last of them this one.
make_stores() {
    say "$1 chunks"
    sql postgres "CREATE DATABASE bench"
    sql bench "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
    "$BIN" --db-url "$(url bench)" namespaces create bench --compress-after never >/dev/null 2>&1
    "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url bench)" -f "$ROOT/benches/rival_store.sql" >/dev/null
    local rows=$(($1 * CHUNK_ROWS)) side
    for side in tsdb_bench rival; do
        # A hundred chunks a statement: each one locks those that it writes to.
        for from in $(seq 0 $((100 * CHUNK_ROWS)) $((rows - 1))); do
            sql bench "INSERT INTO $side.messages (global_position, position, time, stream_name, type, data)
                SELECT i + 1, i / $STREAMS, now() - ($rows - 1 - i) * (interval '7 days' / $CHUNK_ROWS), 'order-' || i % $STREAMS + 1,
                       'Placed', '{\"orderId\": \"1b4e28ba-2fa1-11d2-883f-0016d3cca427\", \"total\": 49.90}'
                  FROM generate_series($from, least($from + $((100 * CHUNK_ROWS)), $rows) - 1) i"
        done
        sql bench "SELECT setval('$side.messages_global_position_seq', $rows)" >/dev/null
        sql bench "ANALYZE $side.messages"
    done
    ROWS=$rows
    sql postgres CHECKPOINT
}

# rate SCHEMA SCRIPT CONNECTIONS: calls a second, or why there are none.
rate() {
    sed "s/SCHEMA/$1/" "$work/$2" >"$work/script"
    local out
    if ! out=$("$PG/pgbench" -n -M extended -T "$RUN_SECONDS" -c "$3" -j "$(($3 < 2 ? 1 : 2))" -D "rows=$ROWS" -f "$work/script" "$(url bench)" 2>&1); then
        grep -q "out of shared memory" <<<"$out" && echo "no memory" || echo failed
        return
    fi
    awk '/^tps/ { printf "%.0f\n", $3 }' <<<"$out"
}

# compare NAME CHUNKS SCRIPT CONNECTIONS
compare() {
    local here rival ratio=-
    here=$(rate tsdb_bench "$3" "$4")
    rival=$(rate rival "$3" "$4")
    case $here$rival in *[a-z]*) ;; *) ratio=$(awk -v a="$here" -v b="$rival" 'BEGIN { printf "%.1fx", a / (b > 0 ? b : 1) }') ;; esac
    printf '| %-34s | %6s | %9s | %9s | %9s |\n' "$1" "$2" "$here" "$rival" "$ratio"
}
