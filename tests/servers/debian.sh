# shellcheck shell=bash
# Programs from Debian that some tests run: a connection pooler, and what records the calls of a process to its system.

# install_debian PROGRAM...: makes sure that they are there. Fails where one is missing and cannot be installed.
install_debian() {
    local program missing=()
    for program in "$@"; do
        [ -x "$(PATH=$PATH:/usr/sbin command -v "$program" || true)" ] || missing+=("$program")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! is_root || ! command -v apt-get >/dev/null; then return 1; fi
    say "installing ${missing[*]} from Debian, once"
    apt-get -q update >&2 9>&- || return 1
    # The tests run them for themselves: what a package would start is not wanted.
    local policy=/usr/sbin/policy-rc.d made=""
    if [ ! -e "$policy" ]; then
        made=$policy
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    local done=0
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >&2 9>&- || done=1
    [ -z "$made" ] || rm -f "$made"
    return "$done"
}
