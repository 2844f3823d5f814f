# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# A Message DB into a namespace, four times from nothing.

# The source's columns in the namespace's order; the times are UTC and get their zone.
SOURCE_ROWS='SELECT "time" AT TIME ZONE '"'UTC'"', global_position, position, stream_name, type, data, metadata, id FROM message_store.messages'
COLUMNS='"time", global_position, position, stream_name, type, data, metadata, id'

bench_migrate() {
    local rows
    rows=$(rows_asked 5000000 "$@")
    work=$(mktemp -d)
    find_program
    start_servers
    local streams=$((rows / 100))
    [ "$streams" -gt 0 ] || streams=1
    make_source "$rows" "$streams"

    local results=$work/results method took
    for method in copy dump ours compressed; do
        if [ "$method" = compressed ] && [ "$EDITION" != community ]; then
            say "without compression: this edition has none"
            continue
        fi
        make_target
        say "$method"
        took=$(seconds "by_$method") || die "$method failed"
        check_target "$rows"
        printf '%s %s %s\n' "$method" "$took" "$(target_bytes)" >>"$results"
        sql postgres "DROP DATABASE target WITH (FORCE)"
    done
    print_results "$rows" "$streams" "$results"
}

# Message DB's table, filled: 300 to 600 bytes of JSON a message, a year of times, a random id.
make_source() {
    say "making a source of $1 messages in $2 streams"
    sql postgres "CREATE DATABASE source"
    sql source "
        SET client_min_messages = warning;
        DROP EXTENSION IF EXISTS timescaledb CASCADE;
        CREATE SCHEMA message_store;
        CREATE TABLE message_store.messages (
            global_position bigserial NOT NULL, position bigint NOT NULL,
            time timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
            stream_name text NOT NULL, type text NOT NULL, data jsonb, metadata jsonb,
            id uuid NOT NULL DEFAULT gen_random_uuid())" "
        INSERT INTO message_store.messages (global_position, position, time, stream_name, type, data, metadata)
        SELECT i + 1, i / $2,
               '2024-01-01'::timestamp + i * (interval '365 days' / $1) + i % 977 * interval '1 microsecond',
               (ARRAY['order', 'payment', 'parcel', 'customer'])[s.n % 4 + 1] || '-' || md5(s.n::text)::uuid,
               (ARRAY['OrderPlaced', 'ItemAdded', 'PaymentAuthorized', 'ParcelShipped', 'AddressChanged', 'OrderClosed'])[i % 6 + 1],
               concat('{\"orderId\": \"', md5('order' || s.n), '\", \"customer\": {\"id\": ', s.n, ', \"name\": \"Customer ', s.n % 9973,
                      '\", \"city\": \"', (ARRAY['Köln', 'Wien', 'Zürich', 'Hamburg', 'Graz'])[s.n % 5 + 1], '\"}, \"items\": [',
                      repeat(concat('{\"sku\": \"', substr(md5(i::text), 1, 10), '\", \"quantity\": ', i % 7 + 1, ', \"price\": ', round(i % 9000 / 100.0, 2), '}, '),
                             (i % 5)::int),
                      '{\"sku\": \"', substr(md5(i::text), 11, 10), '\", \"quantity\": 1, \"price\": ', round(i % 500 / 10.0, 2),
                      '}], \"total\": ', round(i % 100000 / 100.0, 2), ', \"currency\": \"EUR\", \"placedAt\": \"2024-', i % 12 + 1, '\"}')::jsonb,
               concat('{\"correlationStreamName\": \"checkout-', s.n % 1000, '\", \"causationMessagePosition\": ', i / $2,
                      ', \"traceId\": \"', md5('trace' || i), '\"}')::jsonb
          FROM generate_series(0::bigint, $1 - 1) i, LATERAL (SELECT i * 7919 % $2 AS n) s" "
        ALTER TABLE message_store.messages ADD PRIMARY KEY (global_position);
        CREATE UNIQUE INDEX messages_id ON message_store.messages (id);
        CREATE UNIQUE INDEX messages_stream ON message_store.messages (stream_name, position);
        CREATE INDEX messages_category ON message_store.messages
            (split_part(stream_name, '-', 1), global_position, (metadata->>'correlationStreamName'));
        SELECT setval('message_store.messages_global_position_seq', $1)" "VACUUM ANALYZE message_store.messages" >/dev/null
    say "$(sql source "SELECT pg_size_pretty(pg_table_size('message_store.messages')) || ' and '
        || pg_size_pretty(pg_indexes_size('message_store.messages')) || ' of indexes, '
        || round(avg(length(data::text) + length(metadata::text))) || ' bytes of JSON a message'
        FROM message_store.messages TABLESAMPLE SYSTEM (1)")"
}

# An empty database, with what the last method left behind written out.
make_target() {
    sql postgres "CREATE DATABASE target" "CHECKPOINT"
    sql target "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb"
}

create_namespace() {
    "$BIN" --db-url "$(url target)" namespaces create bench --compress-after never >/dev/null
}

by_copy() {
    create_namespace
    PGTZ=UTC "$PG/psql" -X -q -d "$(url source)" -c "\\copy ($SOURCE_ROWS) to stdout" |
        PGTZ=UTC "$PG/psql" -X -q -v ON_ERROR_STOP=1 -d "$(url target)" -c "\\copy tsdb_bench.messages ($COLUMNS) from stdin"
}

by_dump() {
    create_namespace
    "$PG/pg_dump" -Fc -n message_store -f "$work/source.dump" "$(url source)"
    # The table as it is, without the indexes it would not need here.
    "$PG/pg_restore" --no-owner --no-acl --section=pre-data --section=data -d "$(url target)" "$work/source.dump"
    sql target "INSERT INTO tsdb_bench.messages ($COLUMNS) $SOURCE_ROWS" "DROP SCHEMA message_store CASCADE"
    rm "$work/source.dump"
}

migrate() {
    EVENTODB_DB_URL=$(url target) EVENTODB_FROM_URL=$(url source) "$BIN" -n bench migrate postgres \
        --from-schema message_store --jobs 2 "$@"
}

by_ours() { migrate --compress-after never; }

by_compressed() { migrate --compress-after 7d; }

# Every message has come, however it came.
check_target() {
    local there heads
    there=$(sql target "SELECT count(*) FROM tsdb_bench.messages")
    heads=$(sql target "SELECT sum(messages) FROM tsdb_bench.heads")
    [ "$there" = "$1" ] && [ "$heads" = "$1" ] || die "of $1 messages $there are there, and the heads count $heads"
}

target_bytes() { sql target "SELECT pg_size_pretty(hypertable_size('tsdb_bench.messages'))" | tr -d ' '; }

print_results() {
    print_machine
    printf '%s messages in %s streams\n\n' "$1" "$2"
    awk -v rows="$1" '
        BEGIN {
            name["copy"] = "psql \\copy to psql \\copy"
            name["dump"] = "pg_dump, pg_restore, INSERT SELECT"
            name["ours"] = "migrate postgres, verified"
            name["compressed"] = "migrate postgres, verified, compressed"
            printf "| %-38s | %8s | %8s | %7s | %10s |\n", "method", "seconds", "rows/s", "as fast", "size after"
            printf "|%s|%s:|%s:|%s:|%s:|\n", "----------------------------------------", "---------", "---------", "--------", "-----------"
        }
        { method[NR] = $1; took[$1] = $2; size[$1] = $3 }
        END {
            for (i = 1; i <= NR; i++) {
                m = method[i]
                printf "| %-38s | %8.1f | %8d | %6.2fx | %10s |\n", name[m], took[m], rows / took[m], took[m] / took["ours"], size[m]
            }
        }' "$3"
}
