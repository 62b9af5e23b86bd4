# shellcheck shell=bash
# The instance's own podd: its configuration, and what is asked of it over its socket. Sourced.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

podd_config=$run/podd.json
podd_socket=$sockets/podd.sock
pods_to_start=$var/pods-to-start

# Away from 7400, which is that of a podd of the machine itself, unless web has its usual port, too.
podd_port=$((instance_port > 1704 ? instance_port - 680 : instance_port + 7400))

# subnet: a /16 for the pods, from the port, and another one where the machine has a route there that is not this instance's.
subnet() {
    local try number routes
    routes=$(ip -4 -o route show table all | grep -v "dev br$instance" | grep -oE '^([a-z]+ )?10\.[0-9]+\.' || true)
    for try in {0..127}; do
        number=$((96 + (instance_port + try) % 128))
        grep -q "10\.$number\." <<<"$routes" || break
    done
    echo "10.$number.0.0/16"
}

# write_podd_config BUILT RUNSC GROUP: every name that is the whole machine's comes from the instance's, so that two do not meet.
write_podd_config() {
    jq -n --arg name "dev-$instance_port" --arg root "$var/podd" --arg pool "$pool" --arg runsc "$2" --arg guest "$1/guest" \
        --arg socket "$podd_socket" --argjson group "$3" --arg listen "127.0.0.1:$podd_port" --arg instance "$instance" \
        --arg subnet "$(subnet)" --arg allow "${PINACLE_ALLOW:-}" --arg environment "${PINACLE_POD_ENV:-}" --arg ca "$ca" '
        def list: split(",") | map(gsub("^\\s+|\\s+$"; "")) | map(select(length > 0));
        {
            Podd: {
                Name: $name, Root: $root, Pool: $pool, PoolMayOutgrowDisk: true, Listen: $listen, Socket: $socket, SocketGroup: $group,
                Runsc: $runsc, Guest: $guest, CgroupParent: "/pinacle-\($instance)", CaBundle: $ca,
                PodEnvironment: ($environment | list | map(capture("^(?<key>[^=]+)=(?<value>.*)$")) | from_entries),
                Network: { Instance: $instance, Bridge: "br\($instance)", Subnet: $subnet, Allow: ($allow | list) }
            }
        }' >"$podd_config"
}

# podd_ask PATH [CURL ARGUMENTS…]
podd_ask() {
    local path=$1 key
    shift
    # Not $(<file): bash 5.2 ends the whole script where the file is missing.
    key=$(cat "$var/podd/api-key" 2>/dev/null) || return 1
    curl -sf --max-time 60 --unix-socket "$podd_socket" -H "X-Api-Key: $key" "$@" "http://podd$path"
}

running_pods() { podd_ask /v1/pods | jq -r '.[] | select(.state == "running" or .state == "creating" or .state == "starting" or .state == "waking") | .id'; }

# power ACT: does it to the pods whose ids stand in the list; they go side by side.
power() {
    local act=$1 id
    while IFS= read -r id; do
        podd_ask "/v1/pods/$id/$act" -X POST | tail -n 1 | jq -r --arg id "$id" 'select(.fault) | "pod \($id): \(.fault.message)"' >&2 &
    done <"$pods_to_start"
    wait
}

# note_running_pods: for the next run. Those of an earlier, cut-short stop still count. What puts them to sleep is "podd down".
note_running_pods() {
    running_pods >"$pods_to_start.new" || return 1
    cat "$pods_to_start" 2>/dev/null >>"$pods_to_start.new" || true
    sort -u -o "$pods_to_start" "$pods_to_start.new"
    rm -f "$pods_to_start.new"
}

start_pods_again() {
    [[ -s $pods_to_start ]] || return 0
    say "Waking $(wc -l <"$pods_to_start") pods that ran when the last run ended"
    power start
    rm -f "$pods_to_start"
}
