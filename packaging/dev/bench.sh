#!/bin/bash
# make bench: measures podd against its peers, in turns, and writes a report. ROUNDS=N and ROWS='pods idle podd wake gateway noise' choose.
set -euo pipefail
PINACLE_LOG=$(cd "$(dirname "$0")/../.." && pwd)/artifacts/bench/log
export PINACLE_LOG
. "$(dirname "$0")/settings.sh"
become_root "$@"
as_builder mkdir -p "$log"
. "$dev/parts.sh"
cd "$repository"
timed 'Compiling hello world (native)' as_builder dotnet publish tests/Benchmarks/Hello/Hello.csproj -c Release -r linux-x64 --nologo -v minimal -p:RunAnalyzers=false
"$dev/packages.sh" bench
timed 'Building the benchmarks' as_builder dotnet build tests/Benchmarks -c Release --nologo -v minimal
timed 'Building stock YARP' as_builder dotnet build tests/Benchmarks/Yarp -c Release --nologo -v minimal
export PINACLE_HELLO=$repository/artifacts/publish/Hello/release_linux-x64/Hello
export PINACLE_YARP=$repository/artifacts/bin/Yarp/release/Yarp.dll
read -ra rows <<<"${ROWS:-}"

# The row gateway is of the whole product, as make run starts it, beside whatever else runs here.
if [[ ${#rows[@]} == 0 || " ${rows[*]} " == *' gateway '* ]]; then
    export PINACLE_BENCH_PORT=18490 PINACLE_BENCH_VAR=$repository/artifacts/bench/var PINACLE_BENCH_USER=bench
    whole=(env -u PINACLE_LOG -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "PINACLE_PORT=$PINACLE_BENCH_PORT" "PINACLE_VAR=$PINACLE_BENCH_VAR" make --no-print-directory -s)
    trap '"${whole[@]}" stop' EXIT
    "${whole[@]}" run >"$log/run.log" 2>&1 &
    say 'Starting the product …'
    until curl -sf -o /dev/null -H "Host: pinacle.localhost:$PINACLE_BENCH_PORT" "http://127.0.0.1:$PINACLE_BENCH_PORT/health"; do
        kill -0 $! 2>/dev/null || fail 'cannot start the product' "its log: $log/run.log"
        sleep 1
    done
    PINACLE_BENCH_TOKEN=$("${whole[@]}" token USER=$PINACLE_BENCH_USER | tail -n 1)
    export PINACLE_BENCH_TOKEN
fi
env --default-signal=INT dotnet artifacts/bin/Benchmarks/release/Benchmarks.dll "$repository/artifacts/bench" "${ROUNDS:-15}" "${rows[@]}"
if ((builder != 0)); then chown -R "$builder" artifacts; fi
say "the report: $repository/artifacts/bench/report.md"
