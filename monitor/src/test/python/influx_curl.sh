#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Send steps with curl: lines of InfluxDB's protocol, to the write API of version 2 and of version 1.
#   sh influx_curl.sh http://127.0.0.1:8087 my-run [TOKEN]
set -eu
url=$1 run=$2 token=${3:-any}

curl --fail --silent --show-error --header "Authorization: Token $token" \
  --data-binary "train_step,run=$run step=1i,loss=10.37,grad_norm=1.2" "$url/api/v2/write"

# As Telegraf's output "influxdb" writes: version 1, a database, gzip, tags of its own.
printf 'train_step,host=node1,run=%s step=2i,loss=9.81,grad_norm=1.1\n' "$run" | gzip |
  curl --fail --silent --show-error --user "any:$token" --header 'Content-Encoding: gzip' \
    --data-binary @- "$url/write?consistency=any&db=telegraf&precision=ns"
