#!/bin/bash
# node, npm or npx (by the name it is called by) out of the default image, for a machine whose own Node is missing or too old:
# the tests make their repositories with the newest templates. The working folder and /tmp are the machine's.
#   ln -s node-tool.sh npx; IMAGE_ROOT=folder npx -y create-vite …
set -euo pipefail

if [[ ${1:-} != --seen ]]; then
    exec unshare --mount --propagation private "$(readlink -f "$0")" --seen "$(basename "$0")" "$@"
fi
shift
for folder in /tmp "$PWD" /dev /proc; do
    mkdir -p "$IMAGE_ROOT$folder"
    mount --rbind "$folder" "$IMAGE_ROOT$folder"
done
for file in /etc/resolv.conf /etc/hosts "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"; do
    mkdir -p "$IMAGE_ROOT$(dirname "$file")"
    [[ -e $IMAGE_ROOT$file ]] || touch "$IMAGE_ROOT$file"
    mount --bind "$(readlink -f "$file")" "$IMAGE_ROOT$file"
done
export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck disable=SC2016  # expanded inside
exec chroot "$IMAGE_ROOT" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
