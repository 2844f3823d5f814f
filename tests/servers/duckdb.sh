# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# DuckDB from PyPI, which reads archives where they lie. Needs Python 3.10 with venv. To test with, never shipped.

DUCKDB_VERSION=2.0.1

install_duckdb() {
    local home=$CACHE/duckdb-$DUCKDB_VERSION
    DUCKDB_PYTHON=$home/bin/python
    if [ -f "$home/.installed" ]; then return; fi
    command -v python3 >/dev/null || return 1
    say "installing DuckDB $DUCKDB_VERSION with pip, once"
    rm -rf "$home"
    python3 -m venv "$home" >&2 9>&- || return 1
    "$DUCKDB_PYTHON" -m pip install --quiet --disable-pip-version-check "duckdb==$DUCKDB_VERSION" >&2 9>&- || return 1
    touch "$home/.installed"
}
