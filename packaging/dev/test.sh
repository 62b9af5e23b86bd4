#!/bin/bash
# make test: sets up what the tests need, runs every test project, and ends with the line "N passed, N failed".
# Answers 0 only if all of them ran and none failed.
set -euo pipefail
PINACLE_LOG=$(cd "$(dirname "$0")/../.." && pwd)/artifacts/test/log # not the instance's: one may be running
export PINACLE_LOG
. "$(dirname "$0")/settings.sh"
become_root "$@"
begun=$SECONDS
as_builder mkdir -p "$log"
results=$repository/artifacts/test/results
as_builder rm -rf "$results"

. "$dev/parts.sh"
cd "$repository"
timed 'Building the solution' as_builder dotnet build Pinacle.sln --nologo -v minimal
passed=0 failed=0 skipped=0
failures=() # what the end of a long output says again
# A subshell: a wrong style is a failure, but no reason to leave the tests out.
(timed 'Checking the style of the code' as_builder dotnet format Pinacle.sln --verify-no-changes --no-restore) || failed=$((failed + 1))
mapfile -t scripts < <(find packaging .ci -type f -exec grep -lE '^#!/bin/bash|^# shellcheck shell=bash' {} +)
(timed 'Checking the scripts' shellcheck "${scripts[@]}") || failed=$((failed + 1))

unset PINACLE_LOG MAKEFLAGS MFLAGS MAKELEVEL # what belongs to this script, or to the make that called it

# count FILE NAME: a number of a TRX file's <Counters …>.
count() { grep -oE '<Counters [^>]*>' "$1" | grep -oE " $2=\"[0-9]+\"" | grep -oE '[0-9]+'; }

# run PROJECT: runs its tests; leaves the log, a TRX file, and in NAME.end the exit code and the seconds.
run() {
    local name started=$SECONDS code=0
    name=$(basename "$1")
    say "Testing $name …"
    # Bash starts background programs with SIGINT ignored: Ctrl-C must end these, too.
    env --default-signal=INT dotnet test "$1" --no-build --nologo --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=normal' \
        --results-directory "$results" --blame-hang-timeout 20m </dev/null >"$log/$name.log" 2>&1 || code=$?
    echo "$code $((SECONDS - started))" >"$log/$name.end"
}

# in_short LOG: a line for each failed test: its name, a tab, and the first lines of its error with the first place in the tests' own code.
in_short() {
    awk 'function end() { if (name != "") print name "\t" error place; name = "" }
        /^ +Failed / { end(); name = $0; sub(/^ +Failed (Pinacle\.)?/, "", name); sub(/ \[[^]]*\]$/, "", name); error = place = ""; said = 0; next }
        /^ +Passed |^ +Skipped |^ *Standard Output|^Test Run |^Total tests/ { end() }
        name == "" || /^ *(Error Message|Stack Trace):/ { next }
        / in .*\.cs:line / { if (place == "") { place = $0; sub(/.*\//, " (", place); sub(/:line /, ":", place); place = place ")" } next }
        /^ +at |^---/ { next }
        said++ < 6 { sub(/^ +/, ""); error = error (said > 1 ? " | " : "") $0 }
        END { end() }' "$1"
}

# digest: of lines of in_short, a line for each error with the tests that have it, so short that the last 2,000 characters of an output hold about all.
digest() {
    awk -F '\t' '{ if (!($2 in tests)) order[++count] = $2; tests[$2] = tests[$2] (tests[$2] == "" ? "" : ", ") $1 }
        END {
            room = count > 6 ? 300 : int(2000 / (count + 1))
            for (i = 1; i <= count; i++) {
                error = order[i]
                if (length(error) > room) error = substr(error, 1, int(room / 2)) " … " substr(error, length(error) - int(room / 2) + 1)
                print "  " substr(tests[order[i]], 1, 300) ": " error
            }
        }'
}

# tell NAME: adds its results to the sums, and says what failed.
tell() {
    local name=$1 code=130 seconds=0 total=0 good=0 bad=0 unrun=0
    local output=$log/$name.log trx=$results/$name.trx
    [[ ! -f $log/$name.end ]] || read -r code seconds <"$log/$name.end"
    if [[ -f $trx ]]; then
        total=$(count "$trx" total)
        good=$(count "$trx" passed)
        bad=$(($(count "$trx" failed) + $(count "$trx" error) + $(count "$trx" timeout) + $(count "$trx" aborted)))
        unrun=$((total - good - bad))
    fi
    if ((total == 0)); then
        say "$name ran no test"
        tail -n 40 "$output" >&2
        good=0 bad=1 unrun=0
    elif ((code != 0 && bad == 0)); then
        say "$name ended with exit code $code"
        tail -n 40 "$output" >&2
        bad=1
    elif ((bad > 0)); then
        # From the first failure of the console's report on, without the tests that passed.
        grep -vE '^\s+(Passed|Skipped) ' "$output" | sed -n '/^ *Failed /,$p' | sed -n 1,200p >&2 # not head: it would end this script with SIGPIPE
        mapfile -t -O "${#failures[@]}" failures < <(in_short "$output")
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + unrun))
    say "$name: $good passed, $bad failed, $unrun skipped ($seconds s; $output)"
}

# Browser and host tests wait more than they compute, and keep to instances of their own: they run beside the others. Host tests
# not beside Podd.Tests, though: its guests see the machine's processes, of which host tests make thousands.
rm -f "$log"/*.end
run tests/Browser.Tests &
for project in tests/*.Tests; do
    case $project in tests/Browser.Tests | tests/Web.Tests) ;; *) run "$project" ;; esac
done
run tests/Podd.HostTests &
run tests/Web.Tests
wait
for project in tests/*.Tests tests/*.HostTests; do tell "$(basename "$project")"; done

if ((builder != 0)); then chown -R "$builder" artifacts; fi
((${#failures[@]} == 0)) || printf '%s\n' "${failures[@]}" | digest
say "Tested in $(((SECONDS - begun) / 60)) min $(((SECONDS - begun) % 60)) s"
summary="$passed passed, $failed failed"
((skipped == 0)) || summary+=", $skipped skipped"
echo "$summary"
((failed == 0 && passed > 0))
