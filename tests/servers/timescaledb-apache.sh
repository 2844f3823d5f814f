# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# TimescaleDB's Apache-2 edition for a Debian machine that has none: built once from the source package that Debian
# trixie ships, against a copy of the machine's PostgreSQL. PostgreSQL finds its files relative to its programs, so a
# copied tree is complete, and the system's own stays as it is.

APACHE_VERSION=2.19.3
APACHE_SOURCE=timescaledb_$APACHE_VERSION+dfsg.orig.tar.xz
APACHE_SHA256=09fd11191768c220b071f61a108df9bd1df5522fbe4e7c2229f30f69b195454a
APACHE_SUITE=trixie
APACHE_HOME=$CACHE/timescaledb-apache-$APACHE_VERSION

# Main database from the built tree, which is built first where that is possible.
start_built() {
    if [ ! -f "$APACHE_HOME/ready" ]; then
        if ! is_root || ! command -v apt-get >/dev/null; then return 1; fi
        say "building TimescaleDB $APACHE_VERSION (Apache-2) from Debian's source, about a minute, once"
        # In a shell of its own with -e: inside a condition bash would go on after an error.
        if ! bash -euo pipefail -c 'ROOT=$1; for file in common postgres timescaledb-apache; do
            source "$ROOT/tests/servers/$file.sh"; done; build_apache' build "$ROOT" >&2 9>&-; then
            warn "TimescaleDB (Apache-2) could not be built, see above"
            return 1
        fi
    fi
    start_cluster "$(cat "$APACHE_HOME/ready")" "built from Debian's source"
}

# The newest PostgreSQL here that this TimescaleDB builds on.
supported_major() {
    local major
    for major in 17 16 15 14; do
        if [ -x "/usr/lib/postgresql/$major/bin/initdb" ]; then
            echo "$major"
            return
        fi
    done
    return 1
}

build_apache() {
    local work major log
    work=$(mktemp -d)
    log=$STATE/timescaledb-build.log
    # shellcheck disable=SC2064 # the folder's name now
    trap "rm -rf '$work'" EXIT
    install_packages
    major=$(supported_major) || die "there is no PostgreSQL 14 to 17 in /usr/lib/postgresql"
    fetch_source "$work"
    rm -rf "$APACHE_HOME" "$APACHE_HOME.new"
    copy_postgres "$major" "$APACHE_HOME.new" "$work"
    mkdir "$work/source"
    tar -xf "$work/$APACHE_SOURCE" -C "$work/source" --strip-components=1
    say "compiling (log: $log)"
    {
        cmake -S "$work/source" -B "$work/build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DAPACHE_ONLY=1 \
            -DPG_CONFIG="$APACHE_HOME.new/usr/lib/postgresql/$major/bin/pg_config" \
            -DSEND_TELEMETRY_DEFAULT=OFF -DUSE_TELEMETRY=OFF -DREGRESS_CHECKS=OFF -DTAP_CHECKS=OFF
        cmake --build "$work/build" --parallel "$(nproc)"
        cmake --install "$work/build"
    } >"$log" 2>&1 || { tail -n 20 "$log" >&2 && exit 1; }
    echo "$APACHE_HOME/usr/lib/postgresql/$major/bin" >"$APACHE_HOME.new/ready"
    chmod -R a+rX "$APACHE_HOME.new"
    chmod 755 "$CACHE"
    mv "$APACHE_HOME.new" "$APACHE_HOME"
}

# PostgreSQL and what building needs, from the machine's own release. Nothing is asked of apt when all is there.
install_packages() {
    local package missing=() cluster_conf=/etc/postgresql-common/createcluster.d/eventodb-admin.conf
    supported_major >/dev/null || missing+=(postgresql)
    for package in cmake make gcc libc6-dev libpq-dev libkrb5-dev xz-utils; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then return; fi
    say "installing from Debian: ${missing[*]}"
    if [ ! -d /etc/postgresql-common ]; then
        # Debian would make and start a cluster of its own.
        mkdir -p "${cluster_conf%/*}"
        echo 'create_main_cluster = false' >"$cluster_conf"
    fi
    apt-get -q update >&2
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >&2
}

# The machine's own Debian mirror. apt reads its configuration, in either format, for us.
mirror() {
    local codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' -v codename="$codename" '$1 == "Debian" && $2 == codename && $3 == "main" { print $4; exit }'
}

# fetch_source FOLDER: the upstream tarball of Debian's source package. The suite is signed, its index names the
# checksum, and the checksum is pinned above besides. apt gets folders of its own: the machine's sources stay as they are.
fetch_source() {
    local apt=$1/apt uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg options
    uri=$(mirror)
    if [ -z "$uri" ]; then
        apt-get -q update >&2
        uri=$(mirror)
    fi
    [ -n "$uri" ] || die "apt on this machine names no Debian mirror"
    mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial"
    {
        printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$APACHE_SUITE"
        [ ! -f "$keyring" ] || printf 'Signed-By: %s\n' "$keyring"
    } >"$apt/sources/$APACHE_SUITE.sources"
    options=(-q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/sources" -o Dir::State::lists="$apt/lists"
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    (cd "$1" && apt-get "${options[@]}" source --download-only --tar-only timescaledb >&2)
    [ -f "$1/$APACHE_SOURCE" ] || die "Debian $APACHE_SUITE no longer has $APACHE_SOURCE"
    printf '%s  %s\n' "$APACHE_SHA256" "$1/$APACHE_SOURCE" | sha256sum --check --status ||
        die "$APACHE_SOURCE has another SHA-256 than expected"
}

# copy_postgres MAJOR TREE WORK: the same relative layout, without any TimescaleDB that is installed.
copy_postgres() {
    local major=$1 tree=$2 folder
    for folder in lib/postgresql share/postgresql; do
        mkdir -p "$tree/usr/$folder"
        cp -a "/usr/$folder/$major" "$tree/usr/$folder/"
    done
    find "$tree/usr" -name 'timescaledb*' -delete
    mkdir -p "$tree/usr/include"
    cp -a /usr/include/postgresql "$tree/usr/include/"
    if [ ! -d "$tree/usr/include/postgresql/$major/server" ]; then
        # The headers only: installing the package would bring a whole clang and LLVM along.
        (cd "$3" && apt-get -q -o APT::Sandbox::User=root download "postgresql-server-dev-$major" >&2)
        dpkg-deb --extract "$3/postgresql-server-dev-$major"_*.deb "$3/headers"
        cp -a "$3/headers/usr/include/postgresql/$major" "$tree/usr/include/postgresql/"
    fi
}
