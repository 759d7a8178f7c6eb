#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The sweeps behind docs/science.md: benchmarks/science.sh FINDING DIR. Broken off, it goes on where it was.
set -euo pipefail

foreshock=$(dirname "${BASH_SOURCE[0]}")/../foreshock
finding=${1:-} out=${2:-}
rates=3e-3,1e-2,3e-2,1e-1,3e-1

sweep() {
  "$foreshock" sweep --out "$out" "$@"
}

if [ -z "$out" ]; then
  echo "usage: benchmarks/science.sh sizes|interventions|steps|mup|bitnet|kappa|zloss|long DIR" >&2
  exit 2
fi
case $finding in
  sizes)
    sweep --sizes 2x32,2x64,3x96,4x128,5x192 --steps 500 --variant base: --variant qk:"--qk-layernorm"
    ;;
  interventions)
    sweep --sizes 2x64,3x96 --learning-rates $rates --steps 300 \
      --variant qk:"--qk-layernorm" \
      --variant warm1:"--qk-layernorm --warmup-steps=1" \
      --variant warm75:"--qk-layernorm --warmup-steps=75" \
      --variant independent:"--qk-layernorm --weight-decay=1e-4 --independent-weight-decay" \
      --variant eps6:"--qk-layernorm --adam-epsilon=1e-6" \
      --variant eps15:"--qk-layernorm --adam-epsilon=1e-15" \
      --variant base: \
      --variant updclip:"--update-clipping" \
      --variant zclip:"--gradient-clip-rule=zclip" \
      --variant sigma:"--sigma-reparam"
    sweep --sizes 2x64 --learning-rates $rates --steps 300 \
      --variant independent1:"--qk-layernorm --weight-decay=1e-3 --independent-weight-decay" \
      --variant independent3:"--qk-layernorm --weight-decay=3e-3 --independent-weight-decay" \
      --variant eps4:"--qk-layernorm --adam-epsilon=1e-4" \
      --variant batch16:"--qk-layernorm --batch=16"
    ;;
  steps)
    sweep --sizes 2x64 --learning-rates $rates --steps 600 --variant qk:"--qk-layernorm"
    ;;
  mup)
    sweep --sizes 2x32,2x64,3x96 --learning-rates $rates,1 --steps 300 \
      --variant qk:"--qk-layernorm" \
      --variant simple:"--qk-layernorm --mu-param=simple --mu-base-width=32" \
      --variant full:"--qk-layernorm --mu-param=full --mu-base-width=32"
    ;;
  bitnet)
    sweep --sizes 2x32,2x64,2x128 --learning-rates 1e-3,3e-3,1e-2 --steps 400 \
      --variant float: --variant mean:"--linear=absmean" --variant median:"--linear=absmedian"
    ;;
  kappa)
    sweep --sizes 2x64 --learning-rates 3e-3 --steps 600 --variant base: \
      --variant k1:"--attention-kappa=1" --variant k10:"--attention-kappa=10" \
      --variant k100:"--attention-kappa=100" --variant k1000:"--attention-kappa=1000" \
      --variant k10000:"--attention-kappa=10000"
    ;;
  zloss)
    sweep --sizes 2x64 --learning-rates 3e-2,1e-1,3e-1 --steps 2000 \
      --variant neither:"--qk-layernorm --weight-decay=0" \
      --variant zloss:"--qk-layernorm --weight-decay=0 --z-loss-weight=1e-4" \
      --variant decay:"--qk-layernorm --weight-decay=1e-4 --independent-weight-decay"
    ;;
  long)
    sweep --sizes 2x32 --learning-rates $rates,1 --steps 3000 \
      --variant coupled:"--qk-layernorm" \
      --variant independent:"--qk-layernorm --weight-decay=1e-3 --independent-weight-decay" \
      --variant neither:"--qk-layernorm --weight-decay=0" \
      --variant zloss:"--qk-layernorm --weight-decay=0 --z-loss-weight=1e-4"
    ;;
  *)
    echo "benchmarks/science.sh: no finding is called '$finding'" >&2
    exit 2
    ;;
esac
