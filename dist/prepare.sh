#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The beginning of `mvn -Pdist`: says what is missing, compares the versions of pom.xml and of the Python package, and
# removes what an earlier build left.   dist/prepare.sh VERSION JAVA_HOME
set -euo pipefail

version=$1 java=$2
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=dist/version.sh
. "$home/dist/version.sh"

fail() { echo "foreshock: $*" >&2; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || fail "the wheels are built on Linux x86-64 only; add -Dexec.skip for the archives alone"
python3 -m pip --version >/dev/null 2>&1 || fail "python3 with pip is missing, which builds the wheels; add -Dexec.skip for the archives alone"
[ -x "$java/bin/jlink" ] || fail "jlink is missing in $java: install a whole JDK; add -Dexec.skip for the archives alone"

wanted=$(python_version "$version")
package=$home/trainer/python
says() { grep -qF -- "$1" "$package/$2" || fail "$package/$2 lacks '$1', which follows from $version in pom.xml"; }
says "version = \"$wanted\"" pyproject.toml
says "foreshock-monitor==$wanted" pyproject.toml
says "__version__ = \"$wanted\"" foreshock/__init__.py

rm -rf "$home/target/dist"
