# shellcheck shell=bash disable=SC2154 # variables are shared between the files
# Nights over many namespaces: a chunk due in each, a store that is far away, one run and several at the same time. Then the plan
# of a night over very many chunks.

NIGHTS_NAMESPACES=${BENCH_NAMESPACES:-200}
NIGHTS_DELAY=${BENCH_DELAY:-30}
NIGHTS_PARTS=${BENCH_PARTS:-workers plan}

bench_nights() {
    [ $# = 0 ] || die "unknown option: $1" 2
    check_parts "$NIGHTS_PARTS" workers plan
    work=$(mktemp -d)
    find_program
    start_servers
    print_machine
    case " $NIGHTS_PARTS " in *" workers "*) compare_workers ;; esac
    case " $NIGHTS_PARTS " in *" plan "*) measure_plan ;; esac
}

compare_workers() {
    start_far_store
    make_night "$NIGHTS_NAMESPACES" 1
    printf '\n%s namespaces, one chunk of 100 messages due in each; each answer of the store comes %s ms late\n\n' \
        "$NIGHTS_NAMESPACES" "$NIGHTS_DELAY"
    printf '| %-28s | %8s | %8s | %6s |\n' what seconds "as fast" MiB
    printf '|%s|%s:|%s:|%s:|\n' ------------------------------ --------- --------- -------
    first=
    night 1 1
    night 1 4
    night 1 8
    night 4 1
    night 4 4
    night 4 8
}

# Sets what a client of the store needs.
start_far_store() {
    local program=${EVENTODB_S3_SERVER:-} port
    [ -n "$program" ] || {
        cargo build --release --quiet --package s3-server
        program=${CARGO_TARGET_DIR:-target}/release/s3-server
    }
    export AWS_ACCESS_KEY_ID=night AWS_SECRET_ACCESS_KEY=night-secret AWS_REGION=us-east-1
    "$program" --root "$work/s3" --port 0 --bucket nights --delay "$NIGHTS_DELAY" >"$work/s3.log" &
    FAR_END=$!
    until grep -q READY "$work/s3.log"; do
        kill -0 "$FAR_END" 2>/dev/null || die "the store did not start"
        sleep 0.1
    done
    port=$(sed -n 's/^READY port=//p' "$work/s3.log")
    export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
}

# make_night NAMESPACES CHUNKS: a database that others are made of, with so many chunks due in each.
make_night() {
    local i
    say "making $1 namespaces with $2 chunks each"
    sql postgres "DROP DATABASE IF EXISTS made WITH (FORCE)" "CREATE DATABASE made"
    sql made "CREATE EXTENSION IF NOT EXISTS timescaledb"
    for ((i = 0; i < $1; i++)); do
        EVENTODB_DB_URL=$(url made) "$BIN" namespaces create "night$i" --compress-after never -q >/dev/null
        sql made "INSERT INTO tsdb_night$i.messages (time, position, stream_name, type, data)
            SELECT '2024-01-04'::timestamptz + (i % $2) * interval '7 days' + i * interval '1 second', i / 10, 'order-' || i % 10,
                   'Placed', jsonb_build_object('n', i, 'text', md5(i::text))
              FROM generate_series(0, 100 * $2 - 1) i"
    done
    sql made "INSERT INTO eventodb_store.policies (namespace, archive_after)
        SELECT id, interval '30 days' FROM eventodb_store.namespaces" "VACUUM ANALYZE"
    sql postgres "ALTER DATABASE made ALLOW_CONNECTIONS false"
    until [ "$(sql postgres "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'made'")" = 0 ]; do
        sleep 0.1
    done
}

# night WORKERS JOBS: so many runs at the same time, from the same beginning.
night() {
    local began seconds i workers=() failed=0 name="$1 x --jobs $2" timed=()
    sql postgres "DROP DATABASE IF EXISTS bench WITH (FORCE)" "CREATE DATABASE bench TEMPLATE made" "CHECKPOINT"
    sql bench "UPDATE eventodb_store.policies SET store_url = 's3://nights/$1-$2'"
    [ ! -x /usr/bin/time ] || timed=(/usr/bin/time -f %M -o)
    began=$EPOCHREALTIME
    for ((i = 0; i < $1; i++)); do
        EVENTODB_DB_URL=$(url bench) "${timed[@]}" ${timed[0]:+"$work/peak$i"} "$BIN" lifecycle run --all-namespaces --jobs "$2" \
            --metrics-file "$work/metrics$i" -o json --no-progress >"$work/run$i.json" 2>"$work/run$i.log" &
        workers+=($!)
    done
    for i in "${workers[@]}"; do
        wait "$i" || failed=1
    done
    seconds=$(awk -v a="${began/,/.}" -v b="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f", b - a }')
    [ "$failed" = 0 ] || die "$name failed: $(cat "$work"/run*.log)"
    [ "$(sql bench "SELECT count(*) || ' ' || count(*) FILTER (WHERE state = 'dropped') FROM eventodb_store.archives")" = \
        "$NIGHTS_NAMESPACES $NIGHTS_NAMESPACES" ] || die "$name has not archived each chunk once"
    first=${first:-$seconds}
    printf '| %-28s | %8s | %7sx | %6s |\n' "$name" "$seconds" \
        "$(awk -v a="$first" -v b="$seconds" 'BEGIN { printf "%.2f", a / b }')" \
        "$(cat "$work"/peak* 2>/dev/null | awk '$1 > most { most = $1 } END { printf most ? "%d" : "-", most / 1024 }')"
    rm -f "$work"/peak* "$work"/run*
}

# The plan of a night, over as many chunks as a large database has.
measure_plan() {
    local i count=${BENCH_PLAN_NAMESPACES:-1000} peak=-
    make_night "$count" 50
    sql postgres "ALTER DATABASE made ALLOW_CONNECTIONS true"
    # One chunk of each is due.
    sql made "UPDATE eventodb_store.policies SET store_url = 'file://$work/store', archive_after = now() - '2024-01-12'"
    printf '\n%s namespaces with 50 chunks each, one due: lifecycle run --all-namespaces --dry-run\n\n' "$count"
    for i in 1 2 3; do
        printf '%s s' "$(EVENTODB_DB_URL=$(url made) seconds plan_once)"
        [ ! -s "$work/peak" ] || peak=$(($(cat "$work/peak") / 1024))
        printf ', %s MiB\n' "$peak"
    done
}

plan_once() {
    local timed=()
    [ ! -x /usr/bin/time ] || timed=(/usr/bin/time -f %M -o "$work/peak")
    "${timed[@]}" "$BIN" lifecycle run --all-namespaces --dry-run -o json -q >"$work/plan.json"
}
