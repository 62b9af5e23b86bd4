# shellcheck shell=bash
# The instance's own Postgres: a cluster in its folder, reached by a Unix socket only. Sourced.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

postgres_folder=$var/postgres

postgres_bin() {
    local version
    if [[ -f $postgres_folder/PG_VERSION ]]; then
        version=$(<"$postgres_folder/PG_VERSION")
        [[ -x /usr/lib/postgresql/$version/bin/postgres ]] ||
            fail "cannot start Postgres: $postgres_folder was made by version $version, which is not installed" \
                "apt-get install postgresql-$version, or make clean (loses the instance's data)"
    else
        version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
    fi
    echo "/usr/lib/postgresql/$version/bin"
}

# Made beside its place and renamed, so that one cut short is never taken for a cluster.
make_cluster() {
    [[ ! -f $postgres_folder/PG_VERSION ]] || return 0
    local user
    user=$(servant)
    rm -rf "$postgres_folder.new"
    install -d -m 700 -o "$user" -g "$(id -g "$user")" "$postgres_folder.new"
    "$dev/as-servant.sh" "$(postgres_bin)/initdb" --pgdata="$postgres_folder.new" --username=pinacle --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-instructions || return # called where `set -e` does not hold
    rm -rf "$postgres_folder"
    mv "$postgres_folder.new" "$postgres_folder"
}

# trust is safe here: the socket's folder lets nobody in but the servant and root.
postgres_command() {
    echo "$(postgres_bin)/postgres" -D "$postgres_folder" -k "$sockets" -c listen_addresses= -c unix_socket_permissions=0700
}

database_answers() { "$dev/as-servant.sh" "$(postgres_bin)/psql" -qAtX -h "$sockets" -U pinacle -d postgres -c "$1" 2>/dev/null; }

make_database() {
    [[ $(database_answers "select 1 from pg_database where datname = 'pinacle'") == 1 ]] || database_answers 'create database pinacle'
}
