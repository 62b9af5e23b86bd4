# shellcheck shell=bash
# What every script of the development instance knows: its settings, where its things are, how it speaks. Sourced.
# shellcheck disable=SC2034  # used by those that source it

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dev=$repository/packaging/dev

port=${PINACLE_PORT:-8080}
domain=${PINACLE_DOMAIN:-pinacle.localhost}
var=$(realpath -m "${PINACLE_VAR:-$repository/var}")
cache=$(realpath -m "${PINACLE_CACHE:-/var/cache/pinacle}")
ca=${PINACLE_CA:-/etc/ssl/certs/ca-certificates.crt}
site=http://$domain:$port

log=${PINACLE_LOG:-$var/log}
run=$var/run
# letters NUMBER: it in base 26, four letters. Names of interfaces end in a pod's number, so they must not have one before it.
letters() {
    local number=$1 alphabet=abcdefghijklmnopqrstuvwxyz word='' place
    for place in 1 2 3 4; do
        word=${alphabet:number % 26:1}$word
        number=$((number / 26))
    done
    echo "$word"
}

# Names everything of the instance that is the whole machine's. Two instances never have the same port; the first port decides
# even when it is changed later, because pods that live on carry its name.
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] || { echo "cannot use PINACLE_PORT=$port: it is not a port" >&2 && exit 1; }
instance_port=$(cat "$var/instance" 2>/dev/null || echo "$port")
instance=p$(letters "$instance_port")
# Unix sockets have 107 characters for their path, and a checkout may lie deep: theirs is short.
sockets=/run/pinacle/$instance
pool=$var/pool
database="Host=$sockets;Database=pinacle;Username=pinacle"

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2; }

# fail SENTENCE [WHAT TO DO]: the sentence starts with "cannot".
fail() {
    printf '\n%s\n' "$1" >&2
    shift
    (($# == 0)) || printf '  → %s\n' "$@" >&2
    exit 1
}

# timed SENTENCE COMMAND…: runs a step of several seconds, and says how long it took. Its output goes to the log; the end
# of that is shown when it fails.
timed() {
    local what=$1 started=$SECONDS file status=0
    shift
    file=$log/$(tr -cs 'a-z0-9' '-' <<<"${what,,}" | sed 's/-$//').log
    printf '%s %s …' "$(date +%H:%M:%S)" "$what" >&2
    "$@" </dev/null >"$file" 2>&1 8>&- 9>&- || status=$? # a compiler that stays in memory must not keep a lock
    if ((status == 0)); then
        printf ' %s s\n' $((SECONDS - started)) >&2
        return
    fi
    printf ' failed after %s s\n\n' $((SECONDS - started)) >&2
    tail -n 25 "$file" >&2
    fail "cannot go on: ‘$what’ failed (exit code $status)" "the whole log: $file"
}

# become_root ARGUMENTS…: starts the calling script again with sudo, unless it is root already. Settings go along by name,
# because sudo drops the environment, and its PATH may not have dotnet.
become_root() {
    ((EUID != 0)) || return 0
    command -v sudo >/dev/null || fail 'cannot become root: there is no sudo on this machine' 'run this as root'
    local settings=() name
    while IFS= read -r name; do
        settings+=("$name=${!name}")
    done < <(compgen -e | grep -E '^(PINACLE_|DOTNET_|NUGET_|NPM_|npm_|SSL_CERT_|CI$|PATH$|TERM$|HOSTS$|ROUNDS$|ROWS$|NODE_EXTRA_CA_CERTS$|[a-zA-Z]+_(proxy|PROXY)$)')
    exec sudo -- env "${settings[@]}" "$0" "$@"
}

# Who builds, and owns what is built: the person who called sudo, or root.
builder=${SUDO_UID:-0}

# as_builder COMMAND…
as_builder() {
    if ((EUID != 0 || builder == 0)); then
        "$@"
    else
        local name home
        IFS=: read -r name _ _ _ _ home _ < <(getent passwd "$builder")
        env HOME="$home" USER="$name" LOGNAME="$name" setpriv --reuid="$builder" --regid="${SUDO_GID:-$builder}" --init-groups "$@"
    fi
}

# Who web and Postgres run as: never root. The person who called sudo, or a system user.
servant() {
    if ((builder != 0)); then
        getent passwd "$builder" | cut -d: -f1
    else
        echo pinacle
    fi
}
