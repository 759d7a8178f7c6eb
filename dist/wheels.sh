#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the wheels in target/dist: `foreshock` from trainer/python, and `foreshock_monitor`, which holds the archive of
# service and lab for one platform with a Java of its own.   dist/wheels.sh VERSION TIMESTAMP JAVA_HOME
set -euo pipefail

version=$1 timestamp=$2 java=$3
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=dist/version.sh
. "$home/dist/version.sh"
built=$home/target/dist
service=$home/dist/service/target
package=$service/python
release=$package/foreshock_monitor/release

# What jdeps finds in the class path, without java.desktop and java.compiler, whose users there are optional; and
# elliptic curves for TLS.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml
modules+=,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported

rm -rf "$package"
cp -R "$home/dist/python" "$package"
python3 -m zipfile -e "$built/foreshock-$version.zip" "$package/foreshock_monitor"
mv "$package/foreshock_monitor/foreshock-$version" "$release"
chmod +x "$release/foreshock"

# The native libraries of this platform alone.
find "$release/lib" -name 'libduckdb_java.so_*' ! -name '*_linux_amd64' -delete
cp "$service"/linux-x86_64/*.jar "$release/lib/"

# the locale, because the file `modules` depends on it
LC_ALL=C "$java/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=2 \
  --output "$release/runtime"

SOURCE_DATE_EPOCH=$(date -d "$timestamp" +%s)
FORESHOCK_VERSION=$(python_version "$version")
export SOURCE_DATE_EPOCH FORESHOCK_VERSION
for source in "$package" "$home/trainer/python"; do
  python3 -m pip wheel --quiet --no-deps --wheel-dir "$built" "$source"
done
