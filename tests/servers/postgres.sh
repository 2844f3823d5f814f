# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# The native databases: one given from outside, or a private throw-away cluster of an installation found here.

# The user's own server, from the environment. Fails if there is none.
external_url() {
    if [ -n "${EVENTODB_TEST_DB_URL:-}" ] && ! is_own "$EVENTODB_TEST_DB_URL"; then
        echo "$EVENTODB_TEST_DB_URL"
    elif [ -n "${TIMESCALE_HOST:-}${TIMESCALE_PORT:-}" ]; then
        echo "postgres://${TIMESCALE_USER:-postgres}:${TIMESCALE_PASSWORD:-postgres}@${TIMESCALE_HOST:-127.0.0.1}:${TIMESCALE_PORT:-5432}/${TIMESCALE_DB:-postgres}"
    else
        return 1
    fi
}

# run_sql URL SQL: prints the first column of the result.
run_sql() {
    local psql=${MAIN_BINDIR:+$MAIN_BINDIR/psql}
    if [ ! -x "$psql" ]; then psql=$(command -v psql || true); fi
    if [ -n "$psql" ]; then
        "$psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -c "$2"
    else
        install_node_packages && node "$WASM_HOME/query.mjs" "$1" "$2"
    fi
}

# Sets MAIN_EDITION and MAIN_VERSION from the server itself, and makes sure the extension is there.
probe_main() {
    local answer
    run_sql "$MAIN_URL" "SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS timescaledb" >/dev/null || return 1
    answer=$(run_sql "$MAIN_URL" "SELECT current_setting('timescaledb.license') || '|TimescaleDB ' || extversion
        || ', PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)
        FROM pg_extension WHERE extname = 'timescaledb'") || return 1
    MAIN_VERSION=${answer#*|}
    case $answer in
    timescale\|*) MAIN_EDITION=community ;;
    apache\|*) MAIN_EDITION=apache ;;
    *) return 1 ;;
    esac
}

save_main() {
    save_state main.env MAIN_SOURCE MAIN_URL MAIN_EDITION MAIN_VERSION MAIN_FROM MAIN_BINDIR MAIN_LIBDIR MAIN_DATA
}

use_external() {
    MAIN_SOURCE=external MAIN_URL=$1 MAIN_FROM="the environment"
    probe_main || die "the database from the environment does not answer, or has no TimescaleDB: $(hide_passwords <<<"$1")"
    save_main
    say "database: $MAIN_VERSION $MAIN_EDITION from the environment"
}

main_alive() {
    case ${MAIN_SOURCE:-} in
    external) true ;;
    wasm) wasm_alive ;;
    cluster) [ -d "$MAIN_DATA" ] && port_open "$(url_port "$MAIN_URL")" ;;
    *) false ;;
    esac
}

# Every PostgreSQL here that has TimescaleDB, best first, a line each: EDITION VERSION BINDIR
installations() {
    local pg_config bindir control version edition seen=" "
    for pg_config in "$(command -v pg_config || true)" /usr/lib/postgresql/*/bin/pg_config /usr/pgsql-*/bin/pg_config \
        /usr/local/pgsql/bin/pg_config /opt/homebrew/opt/postgresql@*/bin/pg_config /usr/local/opt/postgresql@*/bin/pg_config; do
        if [ ! -x "$pg_config" ]; then continue; fi
        bindir=$("$pg_config" --bindir 2>/dev/null) || continue
        case $seen in *" $bindir "*) continue ;; esac
        seen="$seen$bindir "
        control=$("$pg_config" --sharedir)/extension/timescaledb.control
        if [ ! -x "$bindir/initdb" ] || [ ! -f "$control" ]; then continue; fi
        version=$(sed -n "s/^default_version *= *'\([^']*\)'.*/\1/p" "$control")
        edition=apache
        [ ! -f "$("$pg_config" --pkglibdir)/timescaledb-tsl-$version.so" ] || edition=community
        echo "$edition $version $bindir"
    done | sort -k1,1r -k2,2Vr
}

# start_local community|apache|any: a cluster of the best installation of that edition.
start_local() {
    local edition version bindir
    while read -r edition version bindir; do
        if [ "$1" != any ] && [ "$1" != "$edition" ]; then continue; fi
        if [ "$edition" = community ] && [ "${EVENTODB_TEST_IGNORE_COMMUNITY:-}" = 1 ] && [ "$1" = any ]; then continue; fi
        say "found TimescaleDB $version ($edition) in $bindir"
        if start_cluster "$bindir" "local installation"; then return; fi
    done < <(installations)
    return 1
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if is_root; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# start_cluster BINDIR FROM: a new cluster in the throw-away folder, as the main database.
start_cluster() {
    local home=$BASE/postgres port locale=C.UTF-8
    MAIN_SOURCE=cluster MAIN_BINDIR=$1 MAIN_FROM=$2 MAIN_DATA=$home/data
    MAIN_LIBDIR=$("$1/pg_config" --pkglibdir 2>/dev/null || true)
    if is_root && ! id postgres >/dev/null 2>&1; then
        warn "there is no user postgres to run it as"
        return 1
    fi
    if is_root && ! reachable "$MAIN_BINDIR"; then
        warn "user postgres cannot reach $MAIN_BINDIR"
        return 1
    fi
    rm -rf "$home"
    mkdir -m 700 "$home"
    ! is_root || chown postgres: "$home"
    locale -a 2>/dev/null | grep -qi '^C\.utf-\?8$' || locale=C
    as_postgres "$MAIN_BINDIR/initdb" -D "$MAIN_DATA" -U postgres --auth=trust --encoding=UTF8 --locale="$locale" \
        --no-sync >/dev/null || return 1
    as_postgres tee -a "$MAIN_DATA/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$home'
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
max_connections = 200
max_locks_per_transaction = 512
shared_buffers = 256MB
fsync = ${EVENTODB_TEST_FSYNC:-on}
full_page_writes = ${EVENTODB_TEST_FSYNC:-on}
client_connection_check_interval = 1s
CONF
    # Only postgres comes in without a password: roles that tests make are checked as they would be elsewhere.
    as_postgres tee "$MAIN_DATA/pg_hba.conf" >/dev/null <<'CONF'
local all postgres trust
host all postgres 127.0.0.1/32 trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
CONF
    for _ in 1 2 3; do
        port=$(free_port)
        if as_postgres "$MAIN_BINDIR/pg_ctl" -D "$MAIN_DATA" -l "$home/log" -o "-p $port" -w -t 60 start \
            >/dev/null 2>&1 </dev/null 9>&-; then
            MAIN_URL=postgres://postgres@127.0.0.1:$port/postgres
            if ! probe_main; then
                save_main
                stop_main
                return 1
            fi
            save_main
            say "database: $MAIN_VERSION $MAIN_EDITION on port $port"
            return
        fi
    done
    warn "PostgreSQL did not start:"
    as_postgres tail -n 20 "$home/log" >&2 || true
    return 1
}

# Stops the main database if it is ours. The data is thrown away, so there is nothing to flush.
stop_main() {
    local data=$BASE/postgres/data
    if [ -d "$data" ]; then
        local pid
        pid=$(as_postgres head -n 1 "$data/postmaster.pid" 2>/dev/null || true)
        if [ -n "${MAIN_BINDIR:-}" ] && [ -x "${MAIN_BINDIR:-}/pg_ctl" ]; then
            as_postgres "$MAIN_BINDIR/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
        fi
        stop_daemon "$pid"
        rm -rf "$BASE/postgres"
    fi
    if [ "${MAIN_SOURCE:-}" = wasm ]; then stop_wasm; fi
    rm -f "$STATE/main.env"
    load_state
}
