#!/bin/bash
# Ends the instance: pods, web, podd, Postgres, the pool. Nothing of it is left on the machine but its folder. May be called
# at any time, from anywhere, any number of times.
set -euo pipefail
. "$(dirname "$0")/processes.sh"
. "$(dirname "$0")/podd.sh"
become_root "$@"

if [[ ! -d $run ]]; then
    say 'Nothing to stop'
    exit 0
fi
exec 8>"$run/stop.lock"
flock 8
# A `make run` in another terminal sees it and ends, and nothing is started again.
rm -f "$owner"

if alive podd && podd_ask /v1/host >/dev/null; then
    note_running_pods || say 'cannot note which pods run: podd does not answer'
fi
end_programs

built=$(cat "$run/built" 2>/dev/null || true)
if [[ -x $built/podd/podd && -f $podd_config ]]; then
    [[ ! -s $pods_to_start ]] || say "Putting $(wc -l <"$pods_to_start") pods to sleep; the next run wakes them"
    "$built/podd/podd" down --config "$podd_config" 2>"$log/down.log" || say 'cannot remove what podd made on this machine:'
    cat "$log/down.log" >&2
fi
if mountpoint -q "$pool"; then
    say "Unmounting the pool"
    "$built/podd/podd" pool release --mount "$pool" || fail "cannot unmount $pool" "something still uses it: fuser -vm $pool"
fi
rm -rf "$sockets"
rmdir --ignore-fail-on-non-empty /run/pinacle 2>/dev/null || true
# Who starts it again at once must not find the ended run still there; it looks once a second.
exec 7>"$run/lock"
flock --wait 5 7 || true
say 'Stopped'
