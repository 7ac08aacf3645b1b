#!/bin/sh
# From source text to models/foretab-mini.gguf. Usage: train/make.sh WORK FORETAB SOURCES...
#   WORK     a folder for what lies between (some GB)
#   FORETAB  the built `foretab` binary
#   SOURCES  folders of packages: node_modules, a Cargo registry's src/<index>, a site-packages
set -eu
here=$(dirname "$0")
work=$1 foretab=$2
shift 2
mkdir -p "$work"
export OMP_NUM_THREADS=1

[ -f "$work/tokenizer.json" ] || python3 "$here/prepare.py" tokenizer --out "$work/tokenizer.json" "$@"
for part in train held; do
  [ -f "$work/$part.jsonl" ] || python3 "$here/prepare.py" cases --part $part --out "$work/$part.jsonl" "$@"
  [ -f "$work/$part.npz" ] || python3 "$here/prepare.py" pack --tokenizer "$work/tokenizer.json" \
    --foretab "$foretab" --cases "$work/$part.jsonl" --out "$work/$part.npz"
done
python3 "$here/train.py" --tokenizer "$work/tokenizer.json" --data "$work/train.npz" --held-out "$work/held.npz" \
  --out "$work/mini.pt" --seconds "${SECONDS_TO_TRAIN:-0}"
python3 "$here/export.py" "$work/mini.pt" --tokenizer "$work/tokenizer.json" --out "$here/../models/foretab-mini.gguf"
python3 "$here/samples.py" >"$work/samples.jsonl"
"$foretab" prompt --cases "$work/samples.jsonl" >"$work/samples.prompts"
python3 "$here/evaluate.py" "$work/mini.pt" --tokenizer "$work/tokenizer.json" --held-out "$work/held.npz" \
  --prompts "$work/samples.prompts"
