#!/bin/bash
# make deb: publishes podd and the guest, and makes the package: artifacts/deb/podd_VERSION_amd64.deb.
set -euo pipefail
. "$(dirname "$0")/../dev/settings.sh"
log=$repository/artifacts/deb/log
mkdir -p "$log"
export PINACLE_LOG=$log

built=$("$dev/build.sh")
package=$("$repository/packaging/deb/build" "$built" "$repository/artifacts/deb")
if command -v lintian >/dev/null; then
    lintian --fail-on error --allow-root --tag-display-limit 0 "$package" >"$log/lintian.log" 2>&1 || { cat "$log/lintian.log" >&2 && fail "cannot take $package: lintian found errors"; }
fi
echo "$package"
