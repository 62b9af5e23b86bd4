#!/bin/bash
# Ends the instance, and removes it and everything that was built. The cache of images stays.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
become_root "$@"

"$dev/stop.sh"
! mountpoint -q "$pool" || fail "cannot remove $var: $pool is still mounted"
# An older instance's folder that is somewhere else is not ours to remove; `var` may have been given by PINACLE_VAR.
rm -rf "$var" "$repository/artifacts"
say "Removed $var and $repository/artifacts"
