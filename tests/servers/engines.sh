# shellcheck shell=bash disable=SC2034 # variables are shared between the files
# Query engines from PyPI, which read archives where they lie. They need Python 3.10 with venv. To test with, never shipped.

DUCKDB_VERSION=2.0.1
# The newest one whose extensions are on PyPI: reading from S3 needs httpfs and aws.
DUCKDB_S3_VERSION=1.5.5
# ClickHouse as a library, of the same version as the server.
CHDB_VERSION=26.9.0
SPARK_VERSION=4.3.0
# Of its files two are taken: hadoop-aws 3.3.1 and the library of AWS that it needs. No other package has them.
SPARK_S3_VERSION=1.4.5

# Where each is installed, and the Python that has it.
duckdb_home() { printf '%s' "$CACHE/duckdb-$DUCKDB_VERSION-$DUCKDB_S3_VERSION"; }
chdb_home() { printf '%s' "$CACHE/chdb-$CHDB_VERSION"; }
spark_home() { printf '%s' "$CACHE/spark-$SPARK_VERSION-$SPARK_S3_VERSION"; }

# An environment of its own at $1, once; what follows installs into it, as `STEP HOME`.
install_engine() {
    local home=$1 name=$2 step=$3
    if [ -f "$home/.installed" ]; then return; fi
    command -v python3 >/dev/null || return 1
    say "installing $name with pip, once"
    rm -rf "$home"
    python3 -m venv "$home" >&2 9>&- || return 1
    "$step" "$home" >&2 9>&- || return 1
    touch "$home/.installed"
}

# pip of the environment at $1.
pip_of() {
    local home=$1
    shift
    "$home/bin/python" -m pip --quiet --disable-pip-version-check "$@"
}

install_duckdb() {
    install_engine "$(duckdb_home)" "DuckDB $DUCKDB_VERSION, and $DUCKDB_S3_VERSION with its extensions" duckdb_into
}

duckdb_into() {
    local home=$1 extension
    pip_of "$home" install --no-compile "duckdb==$DUCKDB_VERSION" || return 1
    pip_of "$home" install --no-compile --target "$home/s3" "duckdb==$DUCKDB_S3_VERSION" \
        "duckdb-extension-httpfs==$DUCKDB_S3_VERSION" "duckdb-extension-aws==$DUCKDB_S3_VERSION" || return 1
    # INSTALL downloads nothing where the extension is in its place.
    local place
    place=$home/s3/extensions/v$DUCKDB_S3_VERSION/$(PYTHONPATH=$home/s3 "$home/bin/python" -c \
        'import duckdb; print(duckdb.execute("PRAGMA platform").fetchone()[0])') || return 1
    mkdir -p "$place"
    for extension in httpfs aws; do
        mv "$home/s3/duckdb_extension_$extension/extensions/v$DUCKDB_S3_VERSION/$extension.duckdb_extension" \
            "$place/" || return 1
    done
}

install_chdb() { install_engine "$(chdb_home)" "chDB $CHDB_VERSION" chdb_into; }

# What it lists beside itself is for data frames.
chdb_into() { pip_of "$1" install --no-compile --no-deps "chdb-core==$CHDB_VERSION"; }

install_spark() {
    command -v java >/dev/null || install_debian openjdk-17-jre-headless || return 1
    install_engine "$(spark_home)" "Spark $SPARK_VERSION (600 MB are fetched)" spark_into
}

spark_into() {
    local home=$1 package=sagemaker_pyspark-$SPARK_S3_VERSION
    pip_of "$home" install --no-compile "pyspark==$SPARK_VERSION" || return 1
    pip_of "$home" download --no-deps --dest "$home" "sagemaker-pyspark==$SPARK_S3_VERSION" || return 1
    mkdir -p "$home/s3"
    tar -xzf "$home/$package.tar.gz" -C "$home/s3" --strip-components=3 --wildcards \
        "$package/deps/jars/hadoop-aws-*.jar" "$package/deps/jars/aws-java-sdk-bundle-*.jar" || return 1
    rm -f "$home/$package.tar.gz"
}

# Installs those that are wanted.
install_engines() {
    if [ "${EVENTODB_TEST_DUCKDB:-}" != none ]; then
        install_duckdb || warn "no DuckDB: its queries of archives where they lie cannot be tested here"
    fi
    if [ "${EVENTODB_TEST_CHDB:-}" != none ]; then
        install_chdb || warn "no chDB: ClickHouse's queries of archives where they lie cannot be tested here"
    fi
    if [ "${EVENTODB_TEST_SPARK:-none}" != none ]; then
        install_spark || warn "no Spark: its queries of archives where they lie cannot be tested here"
    fi
}

# Prints the settings of those that are there and wanted.
print_engines() {
    if [ "${EVENTODB_TEST_DUCKDB:-}" != none ] && [ -f "$(duckdb_home)/.installed" ]; then
        emit EVENTODB_TEST_DUCKDB "$(duckdb_home)/bin/python"
    fi
    if [ "${EVENTODB_TEST_CHDB:-}" != none ] && [ -f "$(chdb_home)/.installed" ]; then
        emit EVENTODB_TEST_CHDB "$(chdb_home)/bin/python"
    fi
    if [ "${EVENTODB_TEST_SPARK:-none}" != none ] && [ -f "$(spark_home)/.installed" ]; then
        emit EVENTODB_TEST_SPARK "$(spark_home)/bin/python"
    fi
}
