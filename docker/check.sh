#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Replays a Dockerfile's steps without an engine, then runs what it made as the container would: another user, no
# capabilities, a root that cannot be written, /tmp without execution where the image promises so. The base images are
# replaced by this machine's own /usr, JDK and Maven. Needs root (for mounts), util-linux, a JDK 17+ and Maven; no part
# of the build.   docker/check.sh monitor|trainer
set -euo pipefail

image=${1:-}
case $image in monitor | trainer) ;; *) echo "usage: docker/check.sh monitor|trainer" >&2; exit 2 ;; esac
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ -z "${INSIDE:-}" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  INSIDE=$work unshare --mount --pid --fork --kill-child "$0" "$image"
  exit
fi
work=$INSIDE
maven=${MAVEN_REPOSITORY:-$HOME/.m2}

# A root with this machine's programs in place of a base image.
base() {
  local root=$1 name
  mkdir -p "$root"/{proc,dev,tmp,root/.m2,etc,src,opt}
  for name in usr bin sbin lib lib64; do
    if [ -L "/$name" ]; then cp -P "/$name" "$root/$name"
    elif [ -d "/$name" ]; then mkdir "$root/$name"; mount --rbind "/$name" "$root/$name"; mount -o remount,ro,bind "$root/$name"
    fi
  done
  # of /etc what programs need; users are not among it
  for name in alternatives java-17-openjdk ssl pki ld.so.cache ld.so.conf ld.so.conf.d maven hosts nsswitch.conf; do
    if [ -e "/etc/$name" ]; then cp -a "/etc/$name" "$root/etc/"; fi
  done
  cp -L /etc/resolv.conf "$root/etc/"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
}

# "COPY [--from=build] [--chown=..] SOURCE... TARGET" with directories' contents, as Docker has it.
copy() {
  local from=$home target source
  while [[ $1 == --* ]]; do
    case $1 in --from=*) from=$work/${1#--from=} ;; *) echo "COPY $1 is not known here" >&2; exit 1 ;; esac
    shift
  done
  target=${*: -1}
  [[ $target == /* ]] || target=$directory/$target
  for source in "${@:1:$#-1}"; do
    source=$from/${source#/}
    if [ -d "$source" ]; then
      mkdir -p "$root$target"
      if [ "$from" = "$home" ]; then tar -C "$source" --exclude=target -cf - . | tar -C "$root$target" -xf -
      else cp -a "$source/." "$root$target/"; fi
    elif [[ $target == */ || $target == */. || -d $root$target ]]; then mkdir -p "$root$target"; cp -a "$source" "$root$target/"
    else mkdir -p "$(dirname "$root$target")"; cp -a "$source" "$root$target"
    fi
  done
}

in_root() { chroot "$root" /usr/bin/env -i "PATH=$PATH" "${environment[@]}" bash -c "cd '$directory' && $1"; }

step() {
  local word=$1 rest=$2
  case $word in
    FROM)
      root=$work/$([[ $rest == *" AS "* ]] && echo "${rest##* AS }" || echo final)
      base "$root"
      directory=/ environment=() user=0:0
      if [[ $rest == *" AS "* ]]; then # the cache that RUN --mount names
        environment=("HOME=/root" "TARGETARCH=$(dpkg --print-architecture)")
        mount --bind "$maven" "$root/root/.m2"
      fi ;;
    WORKDIR) directory=$rest; mkdir -p "$root$rest" ;;
    COPY) eval "copy $rest" ;;
    RUN) in_root "${rest#--mount=* }" ;;
    ENV) environment+=("$rest") ;;
    USER) user=$rest ;;
    ENTRYPOINT) entrypoint=$rest ;;
    CMD) arguments=$rest ;;
    HEALTHCHECK) health=${rest#*CMD } ;;
    ARG | VOLUME | EXPOSE) ;;
    *) echo "$word is not known here" >&2; exit 1 ;;
  esac
}

# Lines of a JSON array of strings.
list() { printf '%s' "$1" | tr '\n' ' ' | sed 's/^ *\[ *"//; s/" *\] *$//; s/" *, *"/\n/g; s/\\\\/\\/g'; }

lines=$(grep -v '^ *#' "$home/docker/$image.Dockerfile" | sed -e ':a' -e '/\\$/N; s/\\\n */ /; ta' | grep -v '^$')
while IFS= read -r line <&9; do
  echo "> ${line:0:110}" >&2
  step "${line%% *}" "${line#* }"
done 9<<<"$lines"

# Run as compose.yaml and compose.influx.yaml do.
data=$work/data
mkdir "$data" && chown "$user" "$data"
mount --rbind "$root" "$root"
mount --bind "$data" "$root/data"
mount -t tmpfs -o "nosuid,nodev$([ "$image" = monitor ] && echo ,noexec)" tmpfs "$root/tmp"
mount -o remount,ro,bind "$root"

# as in the container, in the background
start() {
  chroot "$root" /usr/bin/setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs \
    --bounding-set=-all --inh-caps=-all \
    /usr/bin/env -i "PATH=$PATH" "${environment[@]}" "$@" &
  pid=$!
}
mapfile -t command < <(list "$entrypoint")
mapfile -t standard < <(list "$arguments")
fail() { echo "FAILED: $*" >&2; exit 1; }

if [ "$image" = trainer ]; then
  start "${command[@]}" train --run check --total-steps 3 --layers 1 --heads 2 --width 16 --context 16 --batch 2 \
    --warmup-steps 0 --checkpoints /data/check --telemetry /data/check.lp
  wait "$pid" || fail "the trainer ended with $?"
  [ -s "$data/check.lp" ] || fail "no telemetry"
  echo "OK: trained, telemetry and checkpoints in /data"
  exit
fi

start "${command[@]}" "${standard[@]}"
code=0; wait "$pid" || code=$?
[ "$code" = 2 ] || fail "without a token it ended with $code"
environment+=("FORESHOCK_TOKEN=a-token-of-the-check")
start "${command[@]}" "${standard[@]}"
mapfile -t healthy < <(list "$health")
began=$SECONDS
until chroot "$root" "${healthy[@]}" 2>/dev/null; do
  kill -0 "$pid" 2>/dev/null || fail "the monitor ended"
  [ $((SECONDS - began)) -lt 60 ] || fail "not healthy within a minute"
  sleep 0.2
done
echo "healthy after about $((SECONDS - began)) s"
[ "$(stat -c %u "$root/proc/$pid")" = "${user%:*}" ] || fail "runs as another user"
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
[ "$(status -d 'train_step,run=check step=1i,loss=2' http://127.0.0.1:8087/api/v2/write)" = 401 ] || fail "open without a token"
[ "$(status -H 'Authorization: Token ' http://127.0.0.1:8087/api/v1/runs)" = 401 ] || fail "open to an empty token"
[ "$(status -H 'Authorization: Token a-token-of-the-check' -d 'train_step,run=check step=1i,loss=2' http://127.0.0.1:8087/api/v2/write)" = 204 ] || fail "a write was refused"
curl -s -H 'Authorization: Token a-token-of-the-check' http://127.0.0.1:8087/api/v1/runs/check | grep -q '"last_step":1' || fail "the run is not there"
ls -A "$root/tmp" | grep -v hsperfdata && fail "something was unpacked to /tmp"
kill -TERM "$pid"
code=0; wait "$pid" || code=$?
[ "$code" = 143 ] || fail "ended with $code"
if chroot "$root" "${healthy[@]}" 2>/dev/null; then fail "the health check does not see that it is gone"; fi
ls "$data"
echo "OK: built, started, healthy, took a write, ended cleanly"
