# SPDX-License-Identifier: Apache-2.0
# Sourced. pom.xml decides the version; Python writes 0.1.0-SNAPSHOT as 0.1.0.dev0.
python_version() { echo "${1/-SNAPSHOT/.dev0}"; }
