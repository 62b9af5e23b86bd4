#!/bin/bash
# make bench: measures podd against its peers, in turns, and writes a report. ROUNDS=N and ROWS='pods idle podd noise' choose.
set -euo pipefail
PINACLE_LOG=$(cd "$(dirname "$0")/../.." && pwd)/artifacts/bench/log
export PINACLE_LOG
. "$(dirname "$0")/settings.sh"
become_root "$@"
as_builder mkdir -p "$log"
. "$dev/parts.sh"
cd "$repository"
timed 'Compiling hello world (native)' as_builder dotnet publish tests/Benchmarks/Hello/Hello.csproj -c Release -r linux-x64 --nologo -v minimal -p:RunAnalyzers=false
timed 'Building the benchmarks' as_builder dotnet build tests/Benchmarks -c Release --nologo -v minimal
export PINACLE_HELLO=$repository/artifacts/publish/Hello/release_linux-x64/Hello
read -ra rows <<<"${ROWS:-}"
dotnet artifacts/bin/Benchmarks/release/Benchmarks.dll "$repository/artifacts/bench" "${ROUNDS:-15}" "${rows[@]}"
if ((builder != 0)); then chown -R "$builder" artifacts; fi
say "the report: $repository/artifacts/bench/report.md"
