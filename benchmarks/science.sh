#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A finding of docs/science.md anew: benchmarks/science.sh FINDING DIR [PLOT.svg]. Trains what is missing in DIR, so it
# goes on where it was broken off, then prints the table. SEEDS=N trains N seeds instead of those of the page.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
finding=${1:-} out=${2:-} plot=${3:-}
rates=3e-3,1e-2,3e-2,1e-1,3e-1
small=2x32,2x64,3x96

sweep() {
  "$here/../foreshock" sweep --out "$out" --format csv "$@" >/dev/null
}

if [ -z "$out" ]; then
  echo "usage: benchmarks/science.sh sizes|interventions|decay|scaling|mup|bitnet|kappa|zloss DIR [PLOT.svg]" >&2
  exit 2
fi
case $finding in
  sizes)
    sweep --seeds "${SEEDS:-1}" --sizes 2x32,2x64,3x96,4x128,5x192 --steps 500 --variant base: --variant qk:"--qk-layernorm"
    ;;
  interventions)
    variants=(
      --variant qk:"--qk-layernorm"
      --variant warm1:"--qk-layernorm --warmup-steps=1"
      --variant warm75:"--qk-layernorm --warmup-steps=75"
      --variant independent:"--qk-layernorm --weight-decay=1e-4 --independent-weight-decay"
      --variant eps6:"--qk-layernorm --adam-epsilon=1e-6"
      --variant eps15:"--qk-layernorm --adam-epsilon=1e-15"
      --variant base:
      --variant updclip:"--update-clipping"
      --variant zclip:"--gradient-clip-rule=zclip"
      --variant sigma:"--sigma-reparam"
    )
    sweep --seeds "${SEEDS:-3}" --sizes $small --learning-rates $rates --steps 300 "${variants[@]}"
    sweep --sizes $small --learning-rates $rates --steps 300 \
      --variant eps4:"--qk-layernorm --adam-epsilon=1e-4" \
      --variant eps3:"--qk-layernorm --adam-epsilon=1e-3" \
      --variant batch16:"--qk-layernorm --batch=16"
    sweep --sizes $small --learning-rates $rates --steps 600 --variant steps600:"--qk-layernorm"
    ;;
  decay)
    rest=(-- --batch=4 --log-every=20)
    coupled=(--variant coupled:"--qk-layernorm")
    independent4=(--variant independent4:"--qk-layernorm --weight-decay=1e-4 --independent-weight-decay")
    independent3=(--variant independent3:"--qk-layernorm --weight-decay=1e-3 --independent-weight-decay")
    sweep --sizes 2x32 --learning-rates $rates --steps 6000 "${coupled[@]}" "${independent4[@]}" "${independent3[@]}" "${rest[@]}"
    sweep --seeds "${SEEDS:-1}" --sizes $small --learning-rates $rates --steps 6000 "${coupled[@]}" "${independent3[@]}" "${rest[@]}"
    ;;
  scaling)
    for way in depth width joint; do
      sweep --seeds "${SEEDS:-1}" --scaling $way --learning-rates $rates --steps 300 --variant $way:"--qk-layernorm"
    done
    ;;
  mup)
    sweep --seeds "${SEEDS:-1}" --sizes $small --learning-rates $rates,1 --steps 300 \
      --variant qk:"--qk-layernorm" \
      --variant simple:"--qk-layernorm --mu-param=simple --mu-base-width=32" \
      --variant full:"--qk-layernorm --mu-param=full --mu-base-width=32"
    ;;
  bitnet)
    sweep --seeds "${SEEDS:-1}" --sizes 2x32,2x64,2x128 --learning-rates 1e-3,3e-3,1e-2,3e-2 --steps 400 \
      --variant float: --variant mean:"--linear=absmean" --variant median:"--linear=absmedian"
    ;;
  kappa)
    sweep --seeds "${SEEDS:-1}" --sizes $small --learning-rates 3e-3 --steps 600 --variant base: \
      --variant k1:"--attention-kappa=1" --variant k10:"--attention-kappa=10" \
      --variant k100:"--attention-kappa=100" --variant k1000:"--attention-kappa=1000" \
      --variant k10000:"--attention-kappa=10000"
    ;;
  zloss)
    sweep --seeds "${SEEDS:-1}" --sizes $small --learning-rates 3e-2,1e-1,3e-1 --steps 2000 \
      --variant neither:"--qk-layernorm --weight-decay=0" \
      --variant zloss:"--qk-layernorm --weight-decay=0 --z-loss-weight=1e-4" \
      --variant decay:"--qk-layernorm --weight-decay=1e-4 --independent-weight-decay"
    ;;
  *)
    echo "benchmarks/science.sh: no finding is called '$finding'" >&2
    exit 2
    ;;
esac
"$here/science.py" "$finding" "$out" ${plot:+--plot "$plot"}
