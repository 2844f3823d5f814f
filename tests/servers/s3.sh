# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# The S3 server: one given from outside, the repository's example server, or Garage.

GARAGE_VERSION=2.5.0
S3_DEFAULT_BUCKET=eventodb-test

s3_alive() {
    case ${S3_KIND:-} in
    external) true ;;
    embedded | garage) is_ours "${S3_PID:-}" && port_open "$(url_port "$S3_ENDPOINT")" ;;
    *) false ;;
    esac
}

save_s3() {
    save_state s3.env S3_PID S3_KIND S3_ENDPOINT S3_BUCKET S3_VERSION S3_FROM S3_ACCESS_KEY S3_SECRET_KEY S3_REGION
}

# The user's own S3 server, from the environment. Fails if there is none.
external_s3() {
    [ -n "${EVENTODB_TEST_S3_ENDPOINT:-}" ] && ! is_own "$EVENTODB_TEST_S3_ENDPOINT"
}

# start_s3 embedded|garage|"": empty takes what runs, then the environment's, then the embedded one.
start_s3() {
    load_state
    if [ -z "$1" ] && external_s3; then
        stop_s3
        S3_KIND=external S3_ENDPOINT=$EVENTODB_TEST_S3_ENDPOINT S3_FROM="the environment" S3_VERSION=-
        S3_BUCKET=${EVENTODB_TEST_S3_BUCKET:-$S3_DEFAULT_BUCKET}
        save_s3
        return
    fi
    if s3_alive && [ "$S3_KIND" != external ] && [ "${1:-$S3_KIND}" = "$S3_KIND" ]; then return; fi
    stop_s3
    S3_BUCKET=$S3_DEFAULT_BUCKET S3_REGION=us-east-1 S3_ACCESS_KEY=eventodb S3_SECRET_KEY=eventodb-test-secret
    case ${1:-embedded} in
    embedded) start_embedded || die "the embedded S3 server did not start" ;;
    garage) start_garage || die "Garage did not start" ;;
    esac
    S3_ENDPOINT=http://127.0.0.1:$DAEMON_PORT S3_PID=$DAEMON_PID
    save_s3
    say "S3: $S3_FROM on port $DAEMON_PORT"
}

start_embedded() {
    # EVENTODB_S3_SERVER: the program, where it is built already.
    local program=${EVENTODB_S3_SERVER:-}
    [ -n "$program" ] || command -v cargo >/dev/null || die "the embedded S3 server needs cargo"
    [ -n "$program" ] || program=$(cd "$ROOT" && cargo build --quiet --package s3-server --message-format=json-render-diagnostics 9>&- |
        sed -n 's/.*"name":"s3-server".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
    [ -n "$program" ] || return 1
    mkdir -p "$BASE/s3"
    # A copy: a later build may replace or remove the original while the server runs.
    cp "$program" "$BASE/s3/s3-server"
    S3_KIND=embedded S3_FROM="tests/s3-server"
    S3_VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/tests/s3-server/Cargo.toml" | head -n 1)
    start_daemon s3 0 "$BASE/s3/s3-server" --root "$BASE/s3/data" --port 0 --bucket "$S3_BUCKET" \
        --access-key "$S3_ACCESS_KEY" --secret-key "$S3_SECRET_KEY"
}

# Garage is AGPL: a server to test against, never linked or shipped.
install_garage() {
    local home=$CACHE/garage-$GARAGE_VERSION
    GARAGE=$home/bin/garage
    if [ -x "$GARAGE" ]; then return; fi
    command -v cargo >/dev/null || die "building Garage needs cargo"
    say "building Garage $GARAGE_VERSION, about 3 minutes, once"
    # A target folder of its own: it shares nothing with ours, and is not needed afterwards. Not optimised: the tests store little,
    # and building it so takes half of the time.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
        env -u RUSTFLAGS -u RUSTC_WORKSPACE_WRAPPER -u CLIPPY_ARGS CARGO_TARGET_DIR="$home/target" nice cargo install --quiet --locked "garage@$GARAGE_VERSION" \
        --no-default-features --features bundled-libs,lmdb --root "$home" >&2 9>&- || return 1
    rm -rf "$home/target"
}

start_garage() {
    local home=$BASE/s3 port rpc_port
    install_garage || return 1
    port=$(free_port)
    rpc_port=$(free_port)
    mkdir -p "$home"
    cat >"$home/garage.toml" <<CONF
metadata_dir = "$home/meta"
data_dir = "$home/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:$rpc_port"
rpc_public_addr = "127.0.0.1:$rpc_port"

[s3_api]
api_bind_addr = "127.0.0.1:$port"
s3_region = "$S3_REGION"
CONF
    S3_KIND=garage S3_FROM="garage, by cargo" S3_VERSION=$GARAGE_VERSION
    GARAGE_RPC_SECRET=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n') \
        GARAGE_DEFAULT_BUCKET=$S3_BUCKET GARAGE_DEFAULT_ACCESS_KEY=$S3_ACCESS_KEY \
        GARAGE_DEFAULT_SECRET_KEY=$S3_SECRET_KEY \
        start_daemon s3 "$port" "$GARAGE" -c "$home/garage.toml" server --single-node --default-bucket
}

stop_s3() {
    stop_daemon "${S3_PID:-}"
    rm -rf "$BASE/s3"
    rm -f "$STATE/s3.env"
    unset S3_PID S3_KIND S3_ENDPOINT
}
