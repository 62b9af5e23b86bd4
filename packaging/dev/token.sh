#!/bin/bash
# Prints an API token of a user of the running instance, who is made if there is none of that name.
#   token.sh LOGIN
set -euo pipefail
. "$(dirname "$0")/processes.sh"
become_root "$@"

login=${1:-}
[[ -n $login ]] || fail 'cannot make a token for nobody' 'make token USER=alice'
alive postgres || fail "cannot make a token: the instance in $var does not run" 'make run, in another terminal'
built=$(cat "$run/built")
"$dev/as-servant.sh" env ASPNETCORE_ENVIRONMENT=Development "ConnectionStrings__Pinacle=$database" "Gateway__Domain=$domain" "Site__Url=$site" \
    "$dev/in-folder.sh" "$built/web" dotnet web.dll token "$login" --create
