#!/usr/bin/env bash
# The name that EventoDB's own repository has for this: KEEP_TEST_DB, TIMESCALE_HOST and TIMESCALE_PORT work here too.
exec "$(dirname "${BASH_SOURCE[0]}")/test" "$@"
