# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# What every part of bin/servers uses: folders, state, locking, processes, ports.

# Another folder is another set of servers: the quickstart's do not meet the tests'.
STATE=${EVENTODB_SERVERS_STATE:-$ROOT/.servers}

say() { printf 'servers: %s\n' "$*" >&2; }
warn() { printf 'servers: warning: %s\n' "$*" >&2; }
die() {
    printf 'servers: error: %s\n' "$*" >&2
    exit 1
}
usage_error() {
    printf 'servers: error: %s (bin/servers --help)\n' "$*" >&2
    exit 2
}

is_root() { [ "$(id -u)" = 0 ]; }

# Data of throw-away servers. The name follows from the state folder's, so that `stop` finds it without the state folder.
# User postgres must reach it, and a socket's path is at most 107 bytes: hence /tmp where TMPDIR will not do.
base_folder() {
    local tmp=${TMPDIR:-/tmp} name
    name=eventodb-servers-$(id -u)-$(printf %s "$STATE" | cksum | cut -d' ' -f1)
    tmp=${tmp%/}
    if [ "${#tmp}" -gt 60 ] || ! reachable "$tmp"; then tmp=/tmp; fi
    printf '%s/%s\n' "$tmp" "$name"
}

# Can the user PostgreSQL runs as enter this folder?
reachable() {
    [ -d "$1" ] || return 1
    if is_root && id postgres >/dev/null 2>&1; then
        runuser -u postgres -- test -x "$1"
    fi
}

# Builds are kept here. Root's home is closed to user postgres.
cache_folder() {
    if is_root && { [ -z "${XDG_CACHE_HOME:-}" ] || ! reachable "$XDG_CACHE_HOME"; }; then
        echo /var/cache/eventodb-admin
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/eventodb-admin"
    fi
}

BASE=$(base_folder)
CACHE=$(cache_folder)

make_folders() {
    mkdir -p "$STATE" "$CACHE"
    if [ ! -d "$BASE" ]; then mkdir -m 755 "$BASE"; fi
    # In a shared /tmp somebody else could have made it first.
    [ -O "$BASE" ] || die "$BASE belongs to somebody else"
    chmod 755 "$BASE"
}

# Python with pip, installed where that is possible.
find_pip() {
    if ! python3 -m pip --version >/dev/null 2>&1; then
        if ! is_root || ! command -v apt-get >/dev/null; then die "python3 with pip is needed"; fi
        say "installing pip from Debian"
        apt-get -q update >&2
        DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends python3-pip >&2
    fi
}

# State is one file of assignments a server: main.env, wasm.env, s3.env, ministack.env.
load_state() {
    unset MAIN_SOURCE MAIN_URL MAIN_EDITION MAIN_VERSION MAIN_FROM MAIN_BINDIR MAIN_LIBDIR MAIN_DATA
    unset WASM_PID WASM_URL WASM_VERSION WASM_FROM
    unset MINISTACK_PID MINISTACK_ENDPOINT
    unset S3_PID S3_KIND S3_ENDPOINT S3_BUCKET S3_VERSION S3_FROM S3_ACCESS_KEY S3_SECRET_KEY S3_REGION
    local file
    for file in "$STATE"/{main,wasm,s3,ministack}.env; do
        # shellcheck source=/dev/null
        [ ! -f "$file" ] || source "$file"
    done
}

# save_state FILE NAME...: keeps the named variables, readable by the owner only.
save_state() {
    local file=$STATE/$1 name
    shift
    (
        umask 077
        for name in "$@"; do printf '%s=%q\n' "$name" "${!name:-}"; done >"$file.new"
    )
    mv "$file.new" "$file"
}

emit() { printf 'export %s=%q\n' "$1" "$2"; }

hide_passwords() { sed -E 's#(://[^:/@ ]+):[^@ ]+@#\1:***@#g'; }

# Is the value one that an earlier `env` printed into this shell?
is_own() {
    case " ${EVENTODB_TEST_OWN:-} " in *" $1 "*) true ;; *) false ;; esac
}

# locked FUNCTION: one caller at a time, the others wait. Descriptor 9 is the lock: no server may inherit it.
locked() {
    mkdir -p "$STATE"
    if command -v flock >/dev/null; then
        exec 9>"$STATE/lock"
        flock 9
        "$@"
        exec 9>&-
        return
    fi
    # Without flock (macOS): a folder is made by one caller only; a dead caller's is taken over.
    until mkdir "$STATE/lock.d" 2>/dev/null; do
        kill -0 "$(cat "$STATE/lock.d/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$STATE/lock.d"
        sleep 0.2
    done
    echo $$ >"$STATE/lock.d/pid"
    trap 'rm -rf "$STATE/lock.d"' EXIT
    "$@"
    rm -rf "$STATE/lock.d"
    trap - EXIT
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

url_port() {
    local rest=${1##*:}
    printf '%s\n' "${rest%%/*}"
}

# Below the range the kernel hands out to clients.
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 12000))
        if ! port_open "$port"; then
            echo "$port"
            return
        fi
    done
    die "no free port found"
}

# is_ours PID: does it run, and is it a server of this checkout (process ids are used again)?
is_ours() {
    local command
    [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null || return 1
    if [ -r "/proc/$1/cmdline" ]; then
        command=$(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null || true)
    else
        command=$(ps -o command= -p "$1" 2>/dev/null || true)
    fi
    case $command in *" -D $BASE/"* | *" -c $BASE/"* | *" --root $BASE/"* | *" --data $BASE/"*) true ;; *) false ;; esac
}

# start_daemon NAME PORT COMMAND...: starts it in a session of its own and waits until it listens on the port, or, where
# the port is 0, until it prints READY port=N. Sets DAEMON_PID and DAEMON_PORT.
start_daemon() {
    local log=$STATE/$1.log name=$1 port=$2 detach=nohup
    shift 2
    ! command -v setsid >/dev/null || detach=setsid
    "$detach" "$@" >"$log" 2>&1 </dev/null 9>&- &
    DAEMON_PID=$!
    disown "$DAEMON_PID"
    for _ in {1..600}; do
        if [ "$port" = 0 ]; then
            DAEMON_PORT=$(sed -n 's/^READY port=\([0-9]*\).*/\1/p' "$log")
            if [ -n "$DAEMON_PORT" ]; then return; fi
        elif port_open "$port"; then
            DAEMON_PORT=$port
            return
        fi
        if ! kill -0 "$DAEMON_PID" 2>/dev/null; then
            warn "the $name server did not start:"
            tail -n 20 "$log" >&2
            return 1
        fi
        sleep 0.1
    done
    warn "the $name server did not get ready within 60 s, see $log"
    kill "$DAEMON_PID" 2>/dev/null || true
    return 1
}

# stop_daemon PID: politely, then firmly.
stop_daemon() {
    is_ours "${1:-}" || return 0
    kill "$1" 2>/dev/null || return 0
    for _ in {1..50}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$1" 2>/dev/null || true
}

# Stops what a lost state folder (git clean) left running.
stop_strays() {
    local entry
    for entry in /proc/[0-9]*; do stop_daemon "${entry#/proc/}"; done
}
