#!/bin/bash
# make run: from a bare machine to http://pinacle.localhost:8080, and there until Ctrl-C.
set -euo pipefail
. "$(dirname "$0")/processes.sh"
. "$(dirname "$0")/database.sh"
. "$(dirname "$0")/podd.sh"
become_root "$@"

begun=$SECONDS
user=$(servant)

check_settings() {
    ((port < 65536)) || fail "cannot use PINACLE_PORT=$port: it is not a port"
    [[ $domain =~ ^[a-z0-9.-]+$ ]] || fail "cannot use PINACLE_DOMAIN=$domain: it is not a lower-case domain name"
    [[ -r $ca ]] || fail "cannot use PINACLE_CA=$ca: there is no such file"
}

prepare_folders() {
    mkdir -p "$var" "$run" "$log"
    chown "$builder" "$var" "$log"
    exec 9>"$run/lock"
    flock --nonblock 9 || fail "cannot start: the instance in $var runs already" 'make stop ends it; PINACLE_VAR and PINACLE_PORT make a second one'
    echo "$instance_port" >"$var/instance"
}

prepare_servant() {
    id "$user" >/dev/null 2>&1 || useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
    install -d -m 711 /run/pinacle
    install -d -m 700 -o "$user" "$sockets"
    install -d -m 700 -o "$user" "$var/web" "$var/web/bucket"
}

# What a run that was killed left behind. Its pods live on, and the new podd takes them over.
clear_leftovers() {
    echo $$ >"$owner"
    end_programs
    local wanted
    for wanted in "$port" "$podd_port"; do
        ! ss -Hltn "sport = :$wanted" | grep -q . || fail "cannot listen on port $wanted: something else does" 'PINACLE_PORT=8081 make run'
    done
}

start_database() {
    [[ -f $postgres_folder/PG_VERSION ]] || timed 'Making a Postgres cluster' make_cluster
    local command
    read -ra command < <(postgres_command)
    keep postgres "$dev/as-servant.sh" "${command[@]}"
    until_true 60 database_answers 'select 1' || fail 'cannot reach Postgres' "its log: $log/postgres.log"
    make_database
}

start_podd() {
    [[ -f $var/pool.img ]] || say "Making the pool for pods' disks: $var/pool.img (sparse, at most ${PINACLE_POOL:-40G})"
    "$built/podd/podd" pool ensure --file "$var/pool.img" --size "${PINACLE_POOL:-40G}" --mount "$pool" >"$log/pool.log" 2>&1 ||
        { cat "$log/pool.log" >&2 && fail 'cannot mount the pool' 'btrfs must be in the kernel, and a loop device free'; }
    write_podd_config "$built" "$runsc" "$(id -g "$user")"
    keep podd "$built/podd/podd" run --config "$podd_config"
    until_true 60 podd_ask /v1/host || fail 'cannot reach podd' "its log: $log/podd.log"
    podd_ask /v1/images | jq -e --arg hash "$image_hash" 'any(.[]; .name == "default" and .hash == $hash)' >/dev/null ||
        timed 'Unpacking the default image into the pool' "$built/podd/podd" image import default --rootfs "$image" --hash "$image_hash" --config "$podd_config"
}

web_environment=(
    ASPNETCORE_ENVIRONMENT=Development
    "ConnectionStrings__Pinacle=$database"
    "Gateway__Domain=$domain"
    "Site__Url=$site"
    "Hosts__WebUrl=http://127.0.0.1:$port"
    "Bucket__Folder=$var/web/bucket"
    "Kestrel__Endpoints__Http__Url=http://localhost:$port"
    DOTNET_gcServer=0
    Logging__Console__FormatterName=simple
    Logging__Console__FormatterOptions__SingleLine=true
    Logging__LogLevel__Microsoft=Warning
)

web_verb() { "$dev/as-servant.sh" env "${web_environment[@]}" "$dev/in-folder.sh" "$built/web" dotnet "$built/web/web.dll" "$@"; }

start_web() {
    timed 'Bringing the database up to date' web_verb migrate
    keep web "$dev/as-servant.sh" env "${web_environment[@]}" "$dev/in-folder.sh" "$built/web" dotnet "$built/web/web.dll"
    until_true 60 web_answers || fail "cannot reach web at $site" "its log: $log/web.log"
}

web_answers() { [[ $(curl -s -o /dev/null -w '%{http_code}' -H "Host: $domain:$port" "http://127.0.0.1:$port/health") =~ ^(200|503)$ ]]; }
web_is_healthy() { curl -sf -o /dev/null -H "Host: $domain:$port" "http://127.0.0.1:$port/health"; }

enrol() {
    [[ ! -f $var/podd/enrolled || $(<"$var/podd/enrolled") != "$site" ]] || return 0
    local token
    token=$(web_verb join-token | tail -n 1)
    timed 'Enrolling this machine as a host' "$built/podd/podd" join "http://127.0.0.1:$port" --token "$token" --address "unix:$podd_socket" --config "$podd_config"
    echo "$site" >"$var/podd/enrolled"
}

stop() {
    trap '' INT TERM HUP
    exec 9>&-
    exec "$dev/stop.sh"
}

# A start that failed half-way leaves nothing running either.
clear_away() {
    local code=$?
    trap '' INT TERM HUP
    exec 9>&-
    "$dev/stop.sh"
    exit "$code"
}

# The terminal is gone: what is said now goes to a file.
hang_up() {
    exec >>"$log/stop.log" 2>&1
    stop
}

# Neither may hold the lock of this run: both go on for a while after it.
follow() { tail -q -n 0 --pid=$$ -F "$log/$1.log" 2>/dev/null > >(exec sed -u "s/^/$1 │ /" 9>&-) 9>&- & }

check_settings
prepare_folders
"$dev/packages.sh" run
prepare_servant
clear_leftovers
trap stop INT TERM
trap hang_up HUP
trap clear_away EXIT

runsc=$("$repository/packaging/install-runsc")
built=$(as_builder "$dev/build.sh")
read -r image image_hash < <(PINACLE_CA=$ca "$repository/packaging/images/build" default "$cache")
[[ -n ${image_hash:-} ]] || fail 'cannot go on without the default image'
echo "$built" >"$run/built"

export PINACLE_INSTANCE=$var # by which a program is known to be this instance's
start_database
start_podd
start_web
enrol
until_true 90 web_is_healthy || fail 'cannot see the host in /health' "curl -s http://127.0.0.1:$port/health" "logs: $log"
start_pods_again

say "Ready after $((SECONDS - begun)) s"
printf '\n    %s\n\n    Ctrl-C ends it, make token USER=you gives an API token; logs: %s\n\n' "$site" "$log"
follow web
follow podd

# Until Ctrl-C, or until `make stop` in another terminal.
while ours; do
    sleep 1 9>&- &
    wait $! || true
done
stop
