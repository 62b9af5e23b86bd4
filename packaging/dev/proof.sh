#!/bin/bash
# make proof: the long versions of what make test shows in short (kills, restarts, cycles, hostile input), with a report.
# PINACLE_SEED=N repeats what chance did in an earlier one.
set -euo pipefail
PINACLE_LOG=$(cd "$(dirname "$0")/../.." && pwd)/artifacts/proof/log
export PINACLE_LOG
. "$(dirname "$0")/settings.sh"
become_root "$@"
as_builder mkdir -p "$log"
. "$dev/parts.sh"
cd "$repository"
export PINACLE_PROOF=$repository/artifacts/proof/report.md
printf '# Proofs of %s\n\n' "$(date --utc '+%F %R UTC')" >"$PINACLE_PROOF"
unset PINACLE_LOG MAKEFLAGS MFLAGS MAKELEVEL

failed=0
for project in tests/*.Tests tests/*.HostTests; do
    grep -rqF '"Category", "Proof"' "$project" || continue
    timed "Building $(basename "$project")" as_builder dotnet build "$project" --nologo -v minimal
    dotnet test "$project" --no-build --nologo --filter Category=Proof --logger 'console;verbosity=detailed' --blame-hang-timeout 2h </dev/null || failed=1
done
if ((builder != 0)); then chown -R "$builder" artifacts; fi
cat "$PINACLE_PROOF"
say "the report: $PINACLE_PROOF"
exit $failed
