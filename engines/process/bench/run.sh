#!/bin/sh
# One approval in three engines, in one run, in two modes: `memory` (state kept as objects) and `saved` (after every step
# the state is written as JSON and read back). Prints the table and how many times the better of the two peers ours is.
# usage: run.sh [instances of the peers] [instances of ours]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peers=${1:-300}
ours=${2:-100000}
scratch=${PEERS_DIR:-${TMPDIR:-/var/tmp}/sunlit-process-peers}
mkdir -p "$scratch"
cp "$here"/approval.bpmn "$here"/spiff_bench.py "$here"/bpmn_engine_bench.mjs "$here"/package.json "$here"/requirements.txt "$scratch"/
cd "$scratch"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -c 'import SpiffWorkflow' 2>/dev/null || .venv/bin/pip install --quiet -r requirements.txt
[ -d node_modules/bpmn-engine ] || npm install --silent --no-audit --no-fund
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --target-dir "$scratch/target"
{
  .venv/bin/python spiff_bench.py "$peers"
  node bpmn_engine_bench.mjs "$peers"
  "$scratch/target/release/process-bench" "$here/approval.bpmn" "$ours"
} | tee "$scratch/figures.jsonl" | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print("| engine | version | mode | instances | CPU s | instances per CPU second |")
print("|---|---|---|---:|---:|---:|")
for r in rows:
    print("| {engine} | {version} | {mode} | {instances} | {cpu_seconds} | {instances_per_cpu_second:,.0f} |".format(**r))
for mode in ("memory", "saved"):
    own = next(r for r in rows if r["mode"] == mode and r["engine"] == "process")
    best = max((r for r in rows if r["mode"] == mode and r["engine"] != "process"), key=lambda r: r["instances_per_cpu_second"])
    times = own["instances_per_cpu_second"] / best["instances_per_cpu_second"]
    print("{}: {:.0f} times the better peer ({})".format(mode, times, best["engine"]))
'
