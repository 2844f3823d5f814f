# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# Archived messages in SQL, beside the same messages live: the year of flights, 49 of 53 weeks in S3, and a twin that was never
# archived. Then what is live, where archived messages are served and where they are not.

SERVE_CALLS=${BENCH_CALLS:-400}
SERVE_PARTS=${BENCH_PARTS:-flights live}

bench_serve() {
    [ $# = 0 ] || die "unknown option: $1" 2
    check_parts "$SERVE_PARTS" flights live
    work=$(mktemp -d)
    find_program
    start_servers
    print_machine
    case " $SERVE_PARTS " in *" flights "*) compare_flights ;; esac
    case " $SERVE_PARTS " in *" live "*) compare_live_costs ;; esac
}

# What is archived, beside a twin with every message live.
compare_flights() {
    make_twins
    serve "$work/cache" flights
    aged_streams
    compare_answers
    printf '\nmilliseconds a call, %s calls; the twin has every message live\n\n' "$SERVE_CALLS"
    printf '| %-52s | %8s | %8s | %8s | %8s | %7s |\n' what median p95 twin p95 ratio
    printf '|%s|%s:|%s:|%s:|%s:|%s:|\n' ------------------------------------------------------ --------- --------- --------- --------- --------
    compare_pages "stream's page over 47 weeks or more, any of them" stream "$SERVE_CALLS"
    compare_pages "the same stream's page again and again" same "$SERVE_CALLS"
    compare_pages "category's page of 100 in the middle" middle "$SERVE_CALLS"
    compare_pages "category's page of 1000 in the middle" large "$SERVE_CALLS"
    compare_pages "last message, archived" last "$SERVE_CALLS"
    compare_pages "stream's page that is live" live "$SERVE_CALLS"
    compare_pages "SELECT count(*)" count 5
    compare_pages "count of a type and a time, row by row" rows 3
    serve none flights
    compare_pages "stream's page over 47 weeks or more, without a cache" stream 40
    serve "$work/cache" flights
    compare_projection
    compare_bytes
}

# What is live, where the oldest five chunks are archived and served, beside the same where they are archived and left out.
compare_live_costs() {
    # shellcheck source=benches/store.sh
    source benches/store.sh
    SIDES=(tsdb_served tsdb_skipped)
    RUN_SECONDS=${BENCH_SECONDS:-8}
    local chunks side live gone=5
    for chunks in ${BENCH_CHUNKS:-15 505}; do
        say "$chunks chunks"
        sql postgres "DROP DATABASE IF EXISTS bench WITH (FORCE)" "CREATE DATABASE bench"
        sql bench "CREATE EXTENSION IF NOT EXISTS timescaledb"
        ROWS=$((chunks * CHUNK_ROWS)) CHUNKS=$chunks
        for side in served skipped; do
            admin namespaces create "$side" --compress-after never
            fill_history "tsdb_$side" "$ROWS"
            admin -n "$side" chunks archive --older-than "$(((chunks - gone) * 7 - 3))d" --store "file://$work/$side-$chunks"
            admin -n "$side" stats refresh
        done
        serve "$work/cache" served
        sql postgres CHECKPOINT
        live_scripts "$gone"
        live=$(sql bench "SELECT count(*) FROM show_chunks('tsdb_served.messages')")
        printf '\ncalls a second, taking turns; %s chunks are live, the oldest are archived: served, and left out\n\n' "$live"
        printf '| %-48s | %6s | %9s | %9s | %9s |\n' what chunks served skipped ratio
        printf '|%s|%s:|%s:|%s:|%s:|\n' -------------------------------------------------- ------- ---------- ---------- ----------
        take_turns "write" "$live" write
        take_turns "younger stream of 10, whole" "$live" short
        take_turns "older stream, 100 live ones" "$live" long
        take_turns "older stream, its last 20" "$live" end
        take_turns "last message" "$live" last
        take_turns "category, 100 live ones" "$live" category
        take_turns "all categories, 100 live ones" "$live" all
    done
}

# live_scripts GONE: pgbench's scripts of what asks for live messages alone; SCHEMA stands for a side's.
live_scripts() {
    cat >"$work/write" <<<"\\set s random(1, 1000)
SELECT SCHEMA.write_message(gen_random_uuid()::text, 'parcel-' || :s, 'Placed', '{\"orderId\": 7, \"total\": 49.90}', NULL, NULL)"
    cat >"$work/short" <<<"\\set s random($1 * 60 + 60, :chunks * 60 - 60)
SELECT * FROM SCHEMA.get_stream_messages('order-' || :s, 0, 100)"
    cat >"$work/long" <<<"\\set s random(1, 10)
\\set p random($1 * 20 + 20, :chunks * 20 - 120)
SELECT * FROM SCHEMA.get_stream_messages('account-' || :s, :p, 100)"
    cat >"$work/end" <<<"\\set s random(1, 10)
SELECT * FROM SCHEMA.get_stream_messages('account-' || :s, :chunks * 20 - 20, 100)"
    cat >"$work/last" <<<"\\set s random(1, 200)
SELECT * FROM SCHEMA.get_last_stream_message('sensor-' || :s)"
    cat >"$work/category" <<<"\\set g random($1 * 1000 + 1000, :rows - 500)
SELECT * FROM SCHEMA.get_category_messages('order', :g, 100)"
    cat >"$work/all" <<<"\\set g random($1 * 1000 + 1000, :rows - 500)
SELECT * FROM SCHEMA.get_category_messages('', :g, 100)"
}

# Two namespaces of the same flights; of one of them all but the newest weeks go to S3.
make_twins() {
    local file name age
    file=$(bin/flights)
    STORE=s3://$EVENTODB_TEST_S3_BUCKET/bench-$$
    sql postgres "DROP DATABASE IF EXISTS bench WITH (FORCE)" "CREATE DATABASE bench"
    sql bench "CREATE EXTENSION IF NOT EXISTS timescaledb"
    for name in flights twin; do
        say "$name"
        admin namespaces create "$name" --compress-after never
        admin -n "$name" messages import "$file"
        sql bench "ANALYZE tsdb_$name.messages"
    done
    say archiving
    age=$((($(date +%s) - $(date -d 2013-12-05 +%s)) / 86400))
    admin -n flights chunks archive --older-than "${age}d" --store "$STORE"
    sql postgres CHECKPOINT
}

admin() { "$BIN" --db-url "$(url bench)" "$@" >/dev/null 2>>"$work/log" || { cat "$work/log" >&2 && die "eventodb-admin $1 failed"; }; }

# serve CACHE NAMESPACE: the far end, with a folder for its cache, or none. It takes the place of the one before.
serve() {
    [ -z "${FAR_END:-}" ] || kill -TERM "$FAR_END"
    [ -z "${FAR_END:-}" ] || wait "$FAR_END" || true
    local cache=()
    [ "$1" != none ] || cache=(--no-cache)
    rm -f "$work/ready"
    EVENTODB_SERVE_PASSWORD=bench EVENTODB_CACHE_DIR=$1 "$BIN" --db-url "$(url bench)" serve --listen "127.0.0.1:${FAR_PORT:-0}" --metrics 127.0.0.1:0 \
        ${cache[@]+"${cache[@]}"} -o json >"$work/ready" 2>>"$work/log" &
    FAR_END=$!
    for _ in $(seq 100); do [ -s "$work/ready" ] && break || sleep 0.1; done
    FAR_PORT=$(sed -n 's/.*"listening":\["127.0.0.1:\([0-9]*\)".*/\1/p' "$work/ready")
    FAR_HEALTH=$(sed -n 's/.*"metrics":"\([^"]*\)".*/\1/p' "$work/ready")
    [ -n "$FAR_PORT" ] || { cat "$work/log" >&2 && die "serve did not start"; }
    echo bench >"$work/password"
    chmod 600 "$work/password"
    admin namespaces set "$2" --archived-reads serve --serve-url "postgres://eventodb@127.0.0.1:$FAR_PORT/bench" --serve-password-file "$work/password"
}

# Streams that have messages in 47 of the archived weeks or more.
aged_streams() {
    sql bench "CREATE TABLE aged AS
        SELECT row_number() OVER () AS n, s.stream_name FROM (
            SELECT stream_name FROM tsdb_twin.messages WHERE time < '2013-12-05'
             GROUP BY 1 HAVING count(DISTINCT date_trunc('week', time)) >= 47) s"
    AGED=$(sql bench "SELECT count(*) FROM aged")
    [ "$AGED" -gt 10 ] || die "there are no streams of so many weeks"
    # pgbench has no quoting of variables: the name is looked up in the same statement.
    cat >"$work/stream" <<<"\\set n random(1, $AGED)
SELECT m.* FROM aged a, SCHEMA.get_stream_messages(a.stream_name, 0, 1000) m WHERE a.n = :n"
    cat >"$work/same" <<<"SELECT m.* FROM aged a, SCHEMA.get_stream_messages(a.stream_name, 0, 1000) m WHERE a.n = 1"
    cat >"$work/middle" <<<"\\set g random(100000, 200000)
SELECT * FROM SCHEMA.get_category_messages('aircraft', :g, 100)"
    cat >"$work/large" <<<"\\set g random(100000, 200000)
SELECT * FROM SCHEMA.get_category_messages('aircraft', :g, 1000)"
    sql bench "CREATE TABLE ended AS SELECT row_number() OVER () AS n, stream_name FROM (
        SELECT stream_name FROM tsdb_twin.messages GROUP BY 1 HAVING max(time) < '2013-12-01' LIMIT 100) s" \
        "CREATE TABLE young AS SELECT row_number() OVER () AS n, stream_name, p FROM (
        SELECT stream_name, max(position) - 9 AS p FROM tsdb_twin.messages GROUP BY 1
        HAVING count(*) FILTER (WHERE time > '2013-12-07') > 20 LIMIT 100) s"
    cat >"$work/last" <<<"\\set n random(1, 100)
SELECT m.* FROM ended e, SCHEMA.get_last_stream_message(e.stream_name) m WHERE e.n = :n"
    cat >"$work/live" <<<"\\set n random(1, 100)
SELECT m.* FROM young y, SCHEMA.get_stream_messages(y.stream_name, y.p, 100) m WHERE y.n = :n"
    cat >"$work/count" <<<"SELECT count(*) FROM SCHEMA.messages"
    cat >"$work/rows" <<<"SELECT count(*) FROM SCHEMA.messages WHERE type = 'Flew' AND time < '2013-10-01'"
}

# The same to the last byte, or nothing is worth measuring.
compare_answers() {
    say "comparing answers"
    local query twin ours
    for query in "SELECT count(*), sum(hashtext(m::text)::bigint) FROM SCHEMA.messages m" \
        "SELECT count(*), sum(hashtext(m::text)::bigint) FROM aged a, SCHEMA.get_stream_messages(a.stream_name, 0, 1000) m WHERE a.n % 20 = 0" \
        "SELECT count(*), sum(hashtext(m::text)::bigint) FROM generate_series(1, 336000, 20000) g, SCHEMA.get_category_messages('aircraft', g, 1000) m"; do
        ours=$(sql bench "${query//SCHEMA/tsdb_flights}")
        twin=$(sql bench "${query//SCHEMA/tsdb_twin}")
        [ "$ours" = "$twin" ] || die "the twin says $twin, not $ours: $query"
    done
    echo "equal to the twin's: all messages, 1 of 20 aged streams, 17 pages of the category"
}

# figures SCHEMA SCRIPT CALLS: median and 95th percentile in milliseconds.
figures() {
    sed "s/SCHEMA/$1/g" "$work/$2" >"$work/script"
    rm -f "$work"/each.*
    "$PG/pgbench" -n -M extended -t "$3" -c 1 -l --log-prefix="$work/each" --random-seed=7 -f "$work/script" "$(url bench)" >/dev/null 2>>"$work/log" ||
        { tail -3 "$work/log" >&2 && die "$2 failed"; }
    awk '{ print $3 / 1000 }' "$work"/each.* | sort -n |
        awk '{ all[NR] = $1 } END { printf "%.2f %.2f\n", all[int((NR + 1) / 2)], all[int(NR * 0.95) < 1 ? 1 : int(NR * 0.95)] }'
}

# compare_pages NAME SCRIPT CALLS
compare_pages() {
    local ours twin
    # What is asked for the first time is fetched.
    [ "$3" -lt 100 ] || figures tsdb_flights "$2" "$3" >/dev/null
    read -ra ours < <(figures tsdb_flights "$2" "$3")
    read -ra twin < <(figures tsdb_twin "$2" "$3")
    printf '| %-52s | %8s | %8s | %8s | %8s | %6sx |\n' "$1" "${ours[@]}" "${twin[@]}" \
        "$(awk -v a="${ours[0]}" -v b="${twin[0]}" 'BEGIN { printf "%.1f", a / b }')"
}

# All of a category, page by page, as a projection that is built anew.
compare_projection() {
    local side turn
    declare -A took
    # In turns: the first one finds nothing kept.
    for turn in 1 2 3; do
        for side in flights twin; do
            took[$side]+=$(seconds sql bench "DO \$\$
                DECLARE _at bigint := 1; _n bigint; _all bigint := 0;
                BEGIN
                    LOOP
                        SELECT count(*), max(global_position) + 1 INTO _n, _at
                          FROM tsdb_$side.get_category_messages('aircraft', _at, 1000);
                        _all := _all + _n;
                        EXIT WHEN _n < 1000;
                    END LOOP;
                    ASSERT _all = 336776, _all;
                END \$\$")" "
        done
    done
    printf '\na projection over all 336,776 in pages of 1,000, three times: %ss, the twin %ss: %s of its speed\n' "${took[flights]}" "${took[twin]}" \
        "$(awk -v a="${took[flights]}" -v b="${took[twin]}" 'BEGIN { split(a, x); split(b, y); for (n = 1; n <= 3; n++) printf "%s%.2f", (n > 1 ? " " : ""), y[n] / x[n] }')"
}

# fetched: bytes that came from the store, as the far end counts them.
fetched() { curl -sS "http://$FAR_HEALTH/metrics" | awk '/^eventodb_admin_serve_fetched_bytes_total/ { print $2 }'; }

# What is fetched for a stream's page, beside what `messages read` fetches for the same.
compare_bytes() {
    local stream ours theirs
    stream=$(sql bench "SELECT stream_name FROM aged WHERE n = 2")
    rm -rf "$work/fresh" "$work/fresh2"
    serve "$work/fresh" flights
    sql bench "SELECT count(*) FROM tsdb_flights.get_stream_messages('$stream', 0, 1000)" >/dev/null
    ours=$(fetched)
    theirs=$(EVENTODB_CACHE_DIR=$work/fresh2 "$BIN" --db-url "$(url bench)" -n flights messages read "$stream" --limit 1000 -v 2>&1 >/dev/null |
        sed -n 's/.*: \([0-9]*\) bytes fetched.*/\1/p')
    printf 'fetched for a stream of %s weeks: %s bytes; messages read: %s\n' 47 "$ours" "$theirs"
}
