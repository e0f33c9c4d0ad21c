#!/usr/bin/env bash
# Sums the parts of a .npy matrix by a Slurm array job with a merge that depends on it, kills a slurmd with a running part, and compares the
# file with that of one process: slurm_parts.sh DATA.npy [PARTS]. As root, because it starts a cluster of its own on this machine: munged,
# slurmctld and two slurmd. Debian: slurm-wlm, munge. On a cluster that is there already only the two sbatch commands matter.
set -euo pipefail
data=$(realpath "$1")
parts=${2:-8}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
chmod 755 "$work"
mkdir -p "$work/state" "$work/out" "$work/jobs"
export SLURM_CONF=$work/slurm.conf
started=()

finish() {
    local process
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    sleep 1
    for process in "${started[@]}"; do kill -9 "$process" 2>/dev/null || true; done
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

host=$(hostname -s)
cat >"$work/slurm.conf" <<CONFIGURATION
ClusterName=recipe
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmdTimeout=20
SlurmctldTimeout=30
SchedulerParameters=sched_interval=2,requeue_delay=5
JobRequeue=1
NodeName=n[1-2] NodeAddr=127.0.0.1 NodeHostname=$host Port=[16818-16819] CPUs=1 RealMemory=200 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONFIGURATION

dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 2>/dev/null
chmod 600 "$work/munge.key"
munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munge.pid" --seed-file="$work/munge.seed" \
    --log-file="$work/munge.log" >/dev/null 2>&1 &
started+=($!)
sleep 1
slurmctld -D >"$work/slurmctld.log" 2>&1 &
started+=($!)
declare -A node
for name in n1 n2; do
    mkdir -p "$work/spool.$name"
    slurmd -D -N "$name" >"$work/slurmd.$name.log" 2>&1 &
    node[$name]=$!
    started+=($!)
done
for _ in $(seq 60); do [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] && break; sleep 1; done
sinfo -h -o '%D nodes are %T'

# A part says where it runs, and takes some seconds, so that one can be killed.
cat >"$work/part.sh" <<PART
#!/bin/bash
echo \$\$ >$work/jobs/\$SLURM_ARRAY_TASK_ID.\$SLURMD_NODENAME
sleep 3
$python $here/parts.py sum $data \$SLURM_ARRAY_TASK_ID $parts $work/out/\$SLURM_ARRAY_TASK_ID.moments
PART
cat >"$work/merge.sh" <<MERGE
#!/bin/bash
$python $here/parts.py merge $work/all.moments $work/out/*.moments && $python $here/parts.py fit $work/all.moments
MERGE
array=$(sbatch --parsable --requeue --array="0-$((parts - 1))" -o "$work/part.%a.log" "$work/part.sh")
merge=$(sbatch --parsable --dependency="afterok:$array" -o "$work/merge.log" "$work/merge.sh")

# Kills the daemon of the second node with its step and the part in it.
for _ in $(seq 100); do ls "$work"/jobs/*.n2 >/dev/null 2>&1 && break; sleep 0.2; done
script=$(cat "$(ls "$work"/jobs/*.n2 | head -1)")
step=$(ps -o ppid= -p "$script" | tr -d ' ')
kill -9 "${node[n2]}" "$step" $(ps -o pid= --ppid "$script") "$script" 2>/dev/null || true
killed=$(date +%s)
echo "killed the slurmd of n2 and its part $(basename "$(ls "$work"/jobs/*.n2 | head -1)" .n2)"

for _ in $(seq 400); do [ -z "$(squeue -h -j "$merge" 2>/dev/null)" ] && break; sleep 1; done
echo "the merge ended $(($(date +%s) - killed)) s after that"
cat "$work/merge.log"
"$python" "$here/parts.py" sum "$data" 0 1 "$work/one.moments"
cmp "$work/all.moments" "$work/one.moments" && echo "the same bytes as one process"
