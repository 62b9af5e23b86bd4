# shellcheck shell=bash
# Keeps the instance's programs running, and ends them. Sourced.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

# Which run the instance belongs to. A run whose name stands there no more ends, and starts nothing again.
owner=$run/owner
ours() { [[ $(cat "$owner" 2>/dev/null) == "$$" ]]; }

# keep NAME COMMAND…: starts a program in a session of its own (a Ctrl-C at the terminal must not reach it: the order of
# ending matters), and again when it ends unasked.
keep() {
    local name=$1
    shift
    [[ ! -f $log/$name.log ]] || mv "$log/$name.log" "$log/$name.log.1"
    (
        # Not '' (ignore): that would be inherited by the program.
        trap : INT TERM HUP
        pause=1
        while ours; do
            started=$SECONDS
            # Bash starts background programs with SIGINT ignored.
            setsid env --default-signal "$@" </dev/null >>"$log/$name.log" 2>&1 &
            pid=$!
            echo "$pid" >"$run/$name.pid"
            while kill -0 "$pid" 2>/dev/null; do
                code=0
                wait "$pid" || code=$?
            done
            ours || break
            ((SECONDS - started < 10)) || pause=1
            say "$name ended unasked (exit code ${code:-unknown}): starting it again in $pause s; its log: $log/$name.log"
            sleep "$pause"
            pause=$((pause < 8 ? pause * 2 : 8))
        done
    ) 8>&- 9>&- & # the lock of this run must not live on in its programs
}

# alive NAME: whether the program of that name is running. Its environment must name the instance, since numbers are reused.
alive() {
    local pid
    pid=$(cat "$run/$1.pid" 2>/dev/null) || return 1
    [[ -n $pid ]] && tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qxF "PINACLE_INSTANCE=$var"
}

# end NAME SECONDS [SIGNAL]: asks it to end, and makes it end when it has not after that many seconds.
end() {
    local name=$1 patience=$2 signal=${3:-TERM} pid tenths=0
    if alive "$name"; then
        pid=$(<"$run/$name.pid")
        kill "-$signal" "$pid" 2>/dev/null || true
        while alive "$name"; do
            if ((tenths >= patience * 10)); then
                say "$name has not ended after $patience s: it is killed"
                kill -KILL "$pid" 2>/dev/null || true
                sleep 0.5
                break
            fi
            sleep 0.1
            tenths=$((tenths + 1))
        done
    fi
    rm -f "$run/$name.pid"
}

# end_programs: in the order in which nobody misses what is gone.
end_programs() {
    local name
    for name in web podd postgres; do
        alive "$name" || continue
        say "Ending $name"
        # Postgres: INT is its fast shutdown; TERM would wait for its clients.
        if [[ $name == postgres ]]; then end "$name" 20 INT; else end "$name" 15; fi
    done
}

# until_true SECONDS COMMAND…: tries it until it succeeds.
until_true() {
    local limit=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < limit)) || return 1
        sleep 0.2
    done
}
