#!/bin/sh
# A campaign as a Slurm array job: each task of the array runs one shard.
#
#   halfulp campaign plan e4m3fn --op fma --exhaustive --shards 64 -o plan.json
#   sbatch --array=1-64 slurm.sh plan.json results
#   halfulp merge results --manifest plan.json        # when the array has ended
#
# A task that is killed, preempted or on a node that fails is requeued and goes on from what it has saved. To run again what has no result:
#
#   sbatch --array="$(halfulp campaign left plan.json --out results --as ranges)" slurm.sh plan.json results
#
# If nothing is left the list is empty, which sbatch refuses.
# An array has at most MaxArraySize - 1 tasks, 1000 unless the cluster says otherwise (scontrol show config).
# The folder must be the same for all nodes. A task with mismatches has its result and ends with 1, so Slurm calls it FAILED: the verdict on the whole is
# that of `halfulp merge`.
#SBATCH --job-name=halfulp
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=halfulp-%A_%a.log
set -eu
manifest=$1
results=$2
: "${SLURM_ARRAY_TASK_ID:?submit it as an array: sbatch --array=1-N}"
exec halfulp campaign run "$manifest" --shard "$SLURM_ARRAY_TASK_ID" --out "$results" --threads "${SLURM_CPUS_PER_TASK:-1}" --quiet
