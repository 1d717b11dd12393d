#!/bin/sh
# A campaign with GNU parallel, on one machine or with its option --sshlogin on several that share the folder.
#
#   halfulp campaign plan e4m3fn --op fma --exhaustive --shards 64 -o plan.json
#   parallel.sh plan.json results --jobs 8
#
# What has a result is not run again: after an interruption the same command goes on.
set -eu
manifest=$1
results=$2
shift 2
# A shard with mismatches ends with 1 and has its result; the verdict is that of the whole.
halfulp campaign left "$manifest" --out "$results" |
    parallel --quote "$@" halfulp campaign run "$manifest" --out "$results" --threads 1 --quiet --shard {} || true
exec halfulp merge "$results" --manifest "$manifest"
