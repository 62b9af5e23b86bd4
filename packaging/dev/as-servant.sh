#!/bin/bash
# Runs a program as the unprivileged user of the instance, in place of this process.
#   as-servant.sh PROGRAM ARGUMENTS…
#
# A checkout below a folder that only its owner may enter (/root) stays usable: in a mount namespace of its own, the program
# sees an empty folder there with nothing but what it needs, at the same paths.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

user=$(servant)
drop=(setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")

# blocked PATH: the folder on the way to it that the user may not enter, if there is one.
blocked() {
    "${drop[@]}" test -x "$1" && return
    local way='' part
    IFS=/ read -ra parts <<<"${1#/}"
    for part in "${parts[@]}"; do
        way=$way/$part
        "${drop[@]}" test -x "$way" || break
    done
    [[ $way != "$1" ]] || return 0 # its own permissions, not those of the way: not for us to widen
    echo "$way"
}

if [[ ${1:-} != --seen ]]; then
    declare -A found=()
    for path in "$repository" "$var" "$dotnet"; do
        wall=$(blocked "$path")
        [[ -z $wall ]] || found[$wall]=yes
    done
    ((${#found[@]} == 0)) || exec unshare --mount --propagation slave "$0" --seen "${!found[@]}" -- "$@"
else
    shift
    walls=()
    while [[ $1 != -- ]]; do
        walls+=("$1")
        shift
    done
    shift
    stage=$(mktemp -d)
    mount -t tmpfs -o mode=700,size=1m stage "$stage"
    number=0
    for path in "$repository" "$var" "$dotnet"; do
        number=$((number + 1))
        mkdir "$stage/$number"
        mount --rbind "$path" "$stage/$number"
    done
    for wall in "${walls[@]}"; do
        mount -t tmpfs -o mode=755,size=1m,nosuid,nodev wall "$wall"
    done
    number=0
    for path in "$repository" "$var" "$dotnet"; do
        number=$((number + 1))
        for wall in "${walls[@]}"; do
            [[ $path == "$wall"/* ]] || continue
            (umask 022 && mkdir -p "$path")
            mount --rbind "$stage/$number" "$path"
        done
    done
    umount --lazy "$stage"
    rmdir "$stage"
fi

cd "$var"
exec "${drop[@]}" --no-new-privs env HOME="$var/web" USER="$user" LOGNAME="$user" "$@"
