#!/usr/bin/env bash
# A cluster on this machine: a Redis, some silos and a client, with a fault on the way if one is named.
#
#   samples/Cluster/run.sh [--fault kill|freeze|join|redis|postgresql|port|cable|split] [--rows N] [--parts N] [--silos N] [--patient]
#                         [--postgresql] [--stream BATCHES] [--folder DIR] [--no-build]
#
# With --stream three sources send that many batches each, about 50 a second, and their state is compared with a replay of what was acknowledged; each batch is sent to silo 1 as well, which has the fault.
# Else the moments that the cluster sums are compared with those of one process, byte by byte; the last lines say how long a part waited at most.
# With --postgresql the silos keep what they store in a PostgreSQL that the script starts, and not in Redis.
# The faults "port", "cable" and "split" need root: the first drops a silo's packets by nftables, the second pulls the cable of a silo in a network of its own, and the third cuts that one off from Redis and the other silos,
# while it still reaches PostgreSQL and its clients: it lives on and does not know that it was replaced.
set -euo pipefail
cd "$(dirname "$0")/../.."

fault=none rows=2000000 parts=64 silos=3 patient=() storage=() keep="" build=true stream=0 postgresql="" is_apart=false
while [ $# -gt 0 ]; do
    case $1 in
        --fault) fault=$2; shift 2 ;;
        --rows) rows=$2; shift 2 ;;
        --parts) parts=$2; shift 2 ;;
        --silos) silos=$2; shift 2 ;;
        --patient) patient=(--patient); shift ;;
        --postgresql) postgresql=$(mktemp -d); shift ;;
        --stream) stream=$2; shift 2 ;;
        --no-build) build=false; shift ;;
        --folder) keep=$2; shift 2 ;;
        *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done

work=${keep:-$(mktemp -d)}
mkdir -p "$work"
work=$(realpath "$work")
: >"$work/processes"
tool=$PWD/src/HpcLinReg.Cli/bin/Release/net10.0/HpcLinReg.Cli.dll
host=127.0.0.1
declare -A silo=() silo_port=() gateway=()

say() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

end() {
    # A file, because what the fault starts is started in a shell of its own.
    { while read -r process; do kill -CONT "$process" 2>/dev/null || true; kill -9 "$process" 2>/dev/null || true; done <"$work/processes"; wait; } 2>/dev/null || true
    [ -z "$postgresql" ] || { as_postgres "$(programs)/pg_ctl" stop -m immediate -D "$postgresql/data" >/dev/null 2>&1 || true; rm -rf "$postgresql"; }
    nft delete table inet hpclinreg_sample 2>/dev/null || true
    if $is_apart; then ip netns delete hpclinreg_sample 2>/dev/null || true; ip link delete hlr0 2>/dev/null || true; fi
    [ -n "$keep" ] || rm -rf "$work"
}
trap end EXIT

tool() { (cd "$work" && dotnet "$tool" "$@"); }

# A port that nobody listens at.
free_port() {
    local port
    while port=$(shuf -i 20000-32000 -n 1) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# start_silo NAME ADDRESS COMMAND...: starts a silo and waits until it works.
start_silo() {
    local name=$1 address=$2
    shift 2
    silo_port[$name]=$(free_port) gateway[$name]=$(free_port)
    "$@" dotnet "$tool" cluster silo --redis "$host:$redis_port" --data "$work" \
        --host "$address" --port "${silo_port[$name]}" --gateway-port "${gateway[$name]}" "${patient[@]}" "${storage[@]}" >"$work/$name.log" 2>&1 </dev/null &
    silo[$name]=$!
    echo "$!" >>"$work/processes"
    for _ in $(seq 300); do
        grep -q 'works at' "$work/$name.log" && { say "silo $name: $(cat "$work/$name.log")"; return; }
        kill -0 "${silo[$name]}" 2>/dev/null || break
        sleep 0.2
    done
    cat "$work/$name.log" >&2
    return 1
}

start_redis() {
    redis-server --port "$redis_port" --bind "$host" --protected-mode no --save "" --appendonly yes --appendfsync always --dir "$work" >"$work/redis.log" 2>&1 </dev/null &
    echo "$!" >>"$work/processes"
    echo "$!" >"$work/redis.process"
}

# PostgreSQL does not run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

programs() { dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -1)"; }

create_postgresql() {
    [ "$(id -u)" != 0 ] || chown postgres "$postgresql"
    as_postgres "$(programs)/initdb" --auth=trust --username=postgres -D "$postgresql/data" >"$work/postgresql.log"
    echo "host all all 10.77.0.0/24 trust" | as_postgres tee -a "$postgresql/data/pg_hba.conf" >/dev/null
    postgresql_port=$(free_port)
    storage=(--postgresql "Host=$host;Port=$postgresql_port;Username=postgres;Database=postgres")
    start_postgresql
}

start_postgresql() {
    as_postgres "$(programs)/pg_ctl" start --wait -D "$postgresql/data" -l "$postgresql/log" -o "-p $postgresql_port -k $postgresql -c listen_addresses=$host" >>"$work/postgresql.log"
}

# Does the fault once a tenth of the parts are done, and takes it back where it is one that passes.
do_the_fault() {
    for _ in $(seq 600); do
        finished=$(grep -o "[0-9]* of $parts parts" "$work/client.log" 2>/dev/null | tail -1 | cut -d' ' -f1 || true)
        [ "${finished:-0}" -ge $((parts / 10)) ] && break
        sleep 0.1
    done
    say "fault: $fault"
    case $fault in
        kill) kill -9 "${silo[1]}" ;;
        freeze) kill -STOP "${silo[1]}"; sleep 20; kill -CONT "${silo[1]}"; say "the frozen silo goes on" ;;
        join) start_silo new "$host" ;;
        redis) kill -9 "$(cat "$work/redis.process")"; sleep 15; start_redis; say "Redis is back" ;;
        postgresql) as_postgres "$(programs)/pg_ctl" stop -m immediate -D "$postgresql/data" >/dev/null; sleep 15; start_postgresql; say "PostgreSQL is back" ;;
        port)
            nft add table inet hpclinreg_sample
            nft add chain inet hpclinreg_sample input '{ type filter hook input priority 0; }'
            nft add rule inet hpclinreg_sample input tcp dport "${silo_port[1]}" drop
            nft add rule inet hpclinreg_sample input tcp sport "${silo_port[1]}" drop
            ;;
        split)
            nft add table inet hpclinreg_sample
            nft add chain inet hpclinreg_sample input '{ type filter hook input priority 0; }'
            nft add rule inet hpclinreg_sample input ip saddr 10.77.0.2 tcp dport != "$postgresql_port" tcp sport != "${gateway[1]}" drop
            ;;
        cable) ip link set hlr0 down; [ "$stream" -eq 0 ] || { sleep 20; ip link set hlr0 up; say "the cable is back"; } ;;
    esac
}

case $fault in
    none | kill | freeze | join | redis | port) ;;
    postgresql) [ -n "$postgresql" ] || { echo "the fault 'postgresql' needs --postgresql" >&2; exit 2; } ;;
    cable | split)
        [ "$fault" = cable ] || [ -n "$postgresql" ] || { echo "the fault 'split' needs --postgresql" >&2; exit 2; }
        host=10.77.0.1 is_apart=true
        ip netns add hpclinreg_sample
        ip link add hlr0 type veth peer name hlr1 netns hpclinreg_sample
        ip address add 10.77.0.1/24 dev hlr0
        ip link set hlr0 up
        ip -n hpclinreg_sample address add 10.77.0.2/24 dev hlr1
        ip -n hpclinreg_sample link set hlr1 up
        ip -n hpclinreg_sample link set lo up
        ;;
    *) echo "no fault is named '$fault'" >&2; exit 2 ;;
esac

say "building the tool, and rows"
! $build || dotnet build -c Release src/HpcLinReg.Cli -p:RunAnalyzers=false -v quiet -nologo >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
[ "$stream" -gt 0 ] || [ -e "$work/data/rows-000.parquet" ] || (cd samples/Cluster && dotnet run rows.cs -- "$work/data" "$rows" 4)

redis_port=$(free_port)
start_redis
[ -z "$postgresql" ] || create_postgresql
for name in $(seq "$silos"); do
    if $is_apart && [ "$name" = 1 ]; then
        start_silo "$name" 10.77.0.2 ip netns exec hpclinreg_sample
    else
        start_silo "$name" "$host"
    fi
done

run_stream() {
    dotnet build samples/Cluster/stream.cs -c Release -p:RunAnalyzers=false -v quiet -nologo >"$work/stream-build.log" 2>&1 || { tail -20 "$work/stream-build.log"; exit 1; }
    say "three sources send $stream batches each"
    { [ "$fault" = none ] || do_the_fault; } &
    local faulty=$! address=$host
    ! $is_apart || address=10.77.0.2
    (cd samples/Cluster && dotnet run -c Release --no-build stream.cs -- "$host:$redis_port" "$stream" "$address:${gateway[1]}") 2>&1 | tee "$work/client.log"
    wait "$faulty" || true
    # What a silo wrote that had been replaced, and that the storage refused.
    grep -h 'refused the batch' "$work"/[0-9]*.log | head -3 || true
    say "fault: $fault"
}

if [ "$stream" -gt 0 ]; then
    run_stream
    exit
fi

say "the cluster fits $rows rows in $parts parts"
{ [ "$fault" = none ] || do_the_fault; } &
faulty=$!
tool cluster fit "data/*.parquet" --target y --redis "$host:$redis_port" --parts "$parts" --moments cluster.moments 2>&1 | tee "$work/client.log"
wait "$faulty" || true

# With --folder the rows of an earlier run are there, and their sums.
[ -e "$work/one.moments" ] || { say "one process sums the same rows"; tool moments "data/*.parquet" -o one.moments >/dev/null; }
cmp "$work/cluster.moments" "$work/one.moments"
say "the same bytes: $(sha256sum <"$work/one.moments" | cut -c1-16), $(stat -c %s "$work/one.moments") bytes; fault: $fault"
