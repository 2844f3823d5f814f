# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# ministack, an emulator of AWS from PyPI: for what Garage and the example server lack (SSE-C, SSE-KMS, tags, Object
# Lock, archive storage classes, web identities). Needs Python 3.10 with venv. A server to test against, never shipped.

MINISTACK_VERSION=1.5.33

ministack_alive() { is_ours "${MINISTACK_PID:-}" && port_open "$(url_port "$MINISTACK_ENDPOINT")"; }

install_ministack() {
    local home=$CACHE/ministack-$MINISTACK_VERSION
    MINISTACK_PYTHON=$home/bin/python
    if [ -f "$home/.installed" ]; then return; fi
    command -v python3 >/dev/null || return 1
    say "installing ministack $MINISTACK_VERSION with pip, once"
    rm -rf "$home"
    python3 -m venv "$home" >&2 9>&- || return 1
    "$MINISTACK_PYTHON" -m pip install --quiet --disable-pip-version-check --requirement "$LIB/ministack.txt" >&2 9>&- ||
        return 1
    touch "$home/.installed"
}

start_ministack() {
    local port
    if ministack_alive; then return; fi
    stop_ministack
    install_ministack || return 1
    port=$(free_port)
    start_daemon ministack "$port" "$MINISTACK_PYTHON" "$LIB/aws_emulator.py" --data "$BASE/ministack" "$port" || return 1
    MINISTACK_PID=$DAEMON_PID MINISTACK_ENDPOINT=http://127.0.0.1:$port
    save_state ministack.env MINISTACK_PID MINISTACK_ENDPOINT
    say "AWS: ministack $MINISTACK_VERSION on port $port"
}

stop_ministack() {
    stop_daemon "${MINISTACK_PID:-}"
    rm -rf "$BASE/ministack"
    rm -f "$STATE/ministack.env"
    unset MINISTACK_PID MINISTACK_ENDPOINT
}
