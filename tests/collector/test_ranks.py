"""Places of ranks, as the environments of their launchers tell them, and the runs that ranks find."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.ranks import Rank, began_at, read_group, read_rank
from collector.start import start_run
from collector.training_run import Run
from collector.wishes import Wishes
from tests.collector.runs import PRELUDE, clean_environment, of_kind, run_folders

HERE = "launcher"
"""Stands for a job that is known by the process that started it."""

PLACES = {
    "torchrun": Rank(2, 4, 2, "torchelastic 92b31d33-1033-4949-9b12-3bcb9fb3bac4", 1),
    "torchrun-static": Rank(2, 4, 2, HERE),
    "torchrun-hosts": Rank(6, 8, 2, HERE, hosts="node7:29500"),
    "torchrun-elastic": Rank(4, 8, 0, "torchelastic job-12", 2),
    "torchrun-in-slurm": Rank(7, 8, 3, "slurm hpc 4711.0", 4),
    "torchrun-in-pbs": Rank(5, 8, 1, "PBS_JOBID 815.pbs01 node7:29500"),
    "accelerate": Rank(1, 4, 1, HERE),
    "slurm-step": Rank(5, 8, 1, "slurm hpc 4711.2"),
    "slurm-batch": Rank(),
    "openmpi-4": Rank(6, 8, 2, "PMIX_NAMESPACE 2785673217"),
    "openmpi-5": Rank(1, 2, 1, "PMIX_NAMESPACE prterun-node7-91021@1"),
    "intel-mpi": Rank(3, 4, 3, HERE),
    "ray-train": Rank(5, 8, 1, "ray 03000000 10.0.0.7:38201"),
    "deepspeed": Rank(2, 4, 2, HERE),
}


def launcher_env(name: str) -> dict[str, str]:
    """The environment that a launcher gives to one of its ranks."""
    text = (Path(__file__).parent / "launchers" / f"{name}.env").read_text(encoding="utf-8")
    pairs = [line.split("=", 1) for line in text.splitlines() if not line.startswith("#")]
    return {pair[0]: pair[1] for pair in pairs}


def test_every_launcher_has_a_place() -> None:
    """No environment file is left out."""
    assert {path.stem for path in (Path(__file__).parent / "launchers").iterdir()} == set(PLACES)


@pytest.mark.parametrize("launcher", PLACES)
def test_place_of_a_rank(launcher: str) -> None:
    """Each launcher's variables give rank, world size, local rank, and what its ranks have in common."""
    found = read_rank(launcher_env(launcher))
    expected = PLACES[launcher]._replace(job=None, is_elastic=launcher.startswith(("torchrun", "accelerate")))
    assert found._replace(job=None) == expected
    if PLACES[launcher].job == HERE:
        assert found.job is not None
        assert found.job.startswith(f"launcher {os.uname().nodename} ")
    else:
        assert found.job == PLACES[launcher].job


@pytest.mark.parametrize(
    "env",
    [{}, {"RANK": "x"}, {"RANK": "9" * 20, "WORLD_SIZE": "4"}, {"RANK": "0", "WORLD_SIZE": "1"}],
    ids=str,
)
def test_single_process(env: dict[str, str]) -> None:
    """Without a launcher, or with one rank, there is no job."""
    assert read_rank(env) == Rank()


def test_other_step_other_job() -> None:
    """Two srun lines of one batch job are two jobs, and so are two trainings of one Ray session."""
    steps = {read_rank(launcher_env("slurm-step") | {"SLURM_STEP_ID": step}).job for step in "012"}
    ports = {read_rank(launcher_env("ray-train") | {"MASTER_PORT": port}).job for port in ("1", "2")}
    assert (len(steps), len(ports)) == (3, 2)


def test_launcher_is_found_through_shells() -> None:
    """A shell between launcher and rank was told the rank's place, so the launcher stands before it."""
    code = "from collector.ranks import read_rank; print(read_rank().job)"
    env = clean_environment(Path("x")) | launcher_env("torchrun-static")
    direct = [sys.executable, "-c", code]
    through = ["sh", "-c", f"sh -c \"$0 -c '{code}'\"; true", sys.executable]
    jobs = {
        subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
        for command in (direct, through)
    }
    assert len(jobs) == 1
    assert f" {os.getpid()} " in jobs.pop()


def test_began_at() -> None:
    """The age of a process is known, and that one is gone is known as well."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began, parent = began_at(child.pid), began_at(os.getpid())
    assert began is not None
    assert parent is not None
    assert began >= parent
    child.communicate(b"\n")
    assert began_at(child.pid) is None


JobStart = Callable[..., Run]


@pytest.fixture
def start_rank(start: Callable[..., Run], root: Path) -> JobStart:
    """Start a rank of a job; every one of them in this process, without a launcher."""

    def begin(rank: int, restarts: int = 0, **wishes: Any) -> Run:
        env = launcher_env("torchrun") | {
            "RANK": str(rank),
            "COLLECT_DIR": str(root),
            "TORCHELASTIC_RESTART_COUNT": str(restarts),
            "TORCHELASTIC_MAX_RESTARTS": "3",
        }
        return start_run(Wishes(project="p", reinit="create_new", **wishes), env=env)

    return begin


def test_restart_is_the_next_attempt(start_rank: JobStart) -> None:
    """Ranks that their launcher starts again go on with the run, and their attempt is its number."""
    first = [start_rank(rank) for rank in range(4)]
    again = [start_rank(rank, restarts=1) for rank in range(4)]
    assert {run.id for run in first} == {run.id for run in again}
    assert [run.attempt for run in first + again] == [1] * 4 + [2] * 4
    for run in first + again:
        run.finish()


def test_runs_in_a_row_are_told_apart(start_rank: JobStart, root: Path) -> None:
    """A job whose script makes three runs makes three, on every rank the same, also after a restart."""
    ids = []
    for rank in range(2):
        for _ in range(3):
            run = start_rank(rank, config={"rank": rank})
            ids.append(run.id)
            run.finish()
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    assert len(run_folders(root)) == 3


def test_two_open_runs_are_two(start_rank: JobStart) -> None:
    """A run that is still open in this process is not taken for one that was killed."""
    first, second = start_rank(0), start_rank(0)
    assert first.id != second.id
    first.finish()
    second.finish()


def test_killed_rank_goes_on(root: Path) -> None:
    """A killed rank that torchrun starts again without a count goes on; by hand it is another run."""
    script = """
run = collector.init(project="p")
run.log({"a": 1})
print(run.id, run.attempt, flush=True)
os.kill(os.getpid(), 9)
"""
    env = clean_environment(root) | launcher_env("torchrun") | {"TORCHELASTIC_RESTART_COUNT": "0"}
    command = [sys.executable, "-c", PRELUDE + script]
    lines = [subprocess.run(command, env=env, capture_output=True, text=True).stdout for _ in range(3)]
    assert len({line.split()[0] for line in lines}) == 1
    assert [line.split()[1] for line in lines] == ["1", "2", "3"]
    env = clean_environment(root) | launcher_env("slurm-step")
    others = [subprocess.run(command, env=env, capture_output=True, text=True).stdout for _ in range(2)]
    assert len({line.split()[0] for line in others}) == 2


def test_hosts_without_an_id_are_a_group(
    start: Callable[..., Run], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hosts that nothing ties become runs of one group, and the variable that would tie them is named."""
    env = launcher_env("torchrun-hosts") | {"COLLECT_DIR": str(root), "LOCAL_RANK": "0", "RANK": "4"}
    run = start_run(Wishes(project="p"), env=env)
    run.finish()
    assert run.group == "node7:29500"
    assert "set COLLECT_RUN_ID" in capsys.readouterr().err
    other = start_run(Wishes(project="p"), env=env | {"LOCAL_RANK": "1", "RANK": "5"})
    other.finish()
    assert (other.id, other.group) == (run.id, run.group)
    assert capsys.readouterr().err == ""
    tied = start_run(Wishes(project="p"), env=env | {"COLLECT_RUN_ID": "tied"})
    tied.finish()
    assert (tied.id, tied.group, capsys.readouterr().err) == ("tied", None, "")


class ProcessGroup:
    """As torch.distributed is, in a process of a given rank."""

    def __init__(self, rank: int, world: int, *, is_initialized: bool = True) -> None:
        self.is_available = lambda: True
        self.is_initialized = lambda: is_initialized
        self.get_rank = lambda: rank
        self.get_world_size = lambda: world


def test_process_group_knows_better() -> None:
    """A rank that only torch knows is taken from there; one that the launcher told as well stays as it is."""
    none: dict[str, str] = {}
    spawned = [read_group(Rank(), none, {"torch.distributed": ProcessGroup(rank, 2)}) for rank in (0, 1)]
    assert [(place.rank, place.world, place.local_rank) for place in spawned] == [(0, 2, 0), (1, 2, 1)]
    assert spawned[0].job == spawned[1].job is not None
    # accelerate's debug_launcher tells all of them that they are rank 0 of 2, which is true of one.
    lied = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
    pair = [
        read_group(read_rank(lied), lied, {"torch.distributed": ProcessGroup(rank, 2)}) for rank in (0, 1)
    ]
    assert [place.rank for place in pair] == [0, 1]
    assert pair[0].job == pair[1].job
    told = Rank(1, 2, 1, "job 7")
    assert read_group(told, none, {"torch.distributed": ProcessGroup(1, 2)}) == told
    assert read_group(told, none, {"torch.distributed": ProcessGroup(0, 1)}) == told
    assert read_group(told, none, {"torch.distributed": ProcessGroup(0, 2, is_initialized=False)}) == told
    assert read_group(told, none, {"torch.distributed": object()}) == told
    assert read_group(told, none, {}) == told
    there = {"MASTER_ADDR": "node7", "MASTER_PORT": "29500"}
    far = read_group(Rank(), there, {"torch.distributed": ProcessGroup(5, 8)})
    assert (far.rank, far.world, far.hosts) == (5, 8, "node7:29500")


def test_eight_processes_are_one_run(root: Path) -> None:
    """Eight real ranks, started at once without a word between them, write one run without losing a row."""
    script = """
run = collector.init(project="p", config={"lr": 0.1})
for step in range(200):
    run.log({"loss": step + run.rank / 10})
run.finish()
"""
    env = clean_environment(root) | {"WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "8", "MASTER_PORT": "29500"}
    command = [sys.executable, "-c", PRELUDE + script]
    places = [{"RANK": str(rank), "LOCAL_RANK": str(rank)} for rank in range(8)]
    ranks = [subprocess.Popen(command, env=env | place, stderr=subprocess.PIPE) for place in places]
    said = [process.communicate(timeout=120)[1] for process in ranks]
    assert [process.returncode for process in ranks] == [0] * 8
    assert said == [b""] * 8
    [folder] = run_folders(root)
    rows = of_kind(folder, "log")
    assert len(rows) == 1600
    assert sorted({row["m"]["loss"] for row in rows if row["step"] == 0}) == [rank / 10 for rank in range(8)]
    heads = of_kind(folder, "head")
    assert {(head["rank"], head["world"], head["attempt"]) for head in heads} == {(r, 8, 1) for r in range(8)}
    sampling = [path for path in folder.glob("*.records.jsonl") if b'{"k":"sys"' in path.read_bytes()]
    assert [path.name.split("-")[0] for path in sampling] == ["r0"]


def torchrun(root: Path, script: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What torchrun does with a script."""
    pytest.importorskip("torch", reason="torch is not installed")
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *options, str(script)]
    env = clean_environment(root, OMP_NUM_THREADS="1")
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_torchrun_launches_are_runs(root: Path, tmp_path: Path) -> None:
    """Two plain launches of torchrun are two runs, each with its two ranks."""
    script = tmp_path / "train.py"
    script.write_text(PRELUDE + "with collector.init(project='p') as run: run.log({'loss': run.rank})\n")
    for _ in range(2):
        assert torchrun(root, script).returncode == 0
    assert len(run_folders(root)) == 2
    for folder in run_folders(root):
        assert {(head["rank"], head["attempt"]) for head in of_kind(folder, "head")} == {(0, 1), (1, 1)}


@pytest.mark.slow
def test_spawned_ranks_are_one_run(root: Path, tmp_path: Path) -> None:
    """Two calls of torch.multiprocessing.spawn, which gives the rank as an argument, are two runs."""
    pytest.importorskip("torch", reason="torch is not installed")
    script = tmp_path / "train.py"
    script.write_text(
        PRELUDE
        + """
import torch.distributed as dist
import torch.multiprocessing as mp

def train(rank, address):
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=2)
    with collector.init(project="p") as run:
        run.log({"loss": run.rank})
    dist.destroy_process_group()

if __name__ == "__main__":
    for number in range(2):
        mp.spawn(train, (f"file://{os.path.abspath(sys.argv[1])}{number}",), nprocs=2)
"""
    )
    env = clean_environment(root, OMP_NUM_THREADS="1")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "meeting")], env=env, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(run_folders(root)) == 2
    for folder in run_folders(root):
        assert {(head["rank"], head["attempt"]) for head in of_kind(folder, "head")} == {(0, 1), (1, 1)}


@pytest.mark.slow
def test_mpirun_is_one_run(root: Path, tmp_path: Path) -> None:
    """Real Open MPI: its ranks are one run, also under a wrapper each or one around all of them."""
    mpirun = shutil.which("mpirun")
    if mpirun is None or b"Open MPI" not in subprocess.run([mpirun, "--version"], capture_output=True).stdout:
        pytest.skip("Open MPI is not installed")
    script = tmp_path / "train.py"
    script.write_text(PRELUDE + "with collector.init(project='p') as run: run.log({'loss': run.rank})\n")
    mpi = [mpirun, "--allow-run-as-root", "--oversubscribe", "-n", "3"]
    train = [sys.executable, str(script)]
    collect = [sys.executable, "-m", "collector.cli.main", "--project", "p", "--"]
    for command in ([*mpi, *train], [*mpi, *collect, *train], [*collect, *mpi, *train]):
        done = subprocess.run(command, env=clean_environment(root), capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
    assert len(run_folders(root)) == 3
    for folder in run_folders(root):
        heads = [head for head in of_kind(folder, "head") if head["role"] == "rank"]
        assert {(head["rank"], head["world"], head["attempt"]) for head in heads} == {
            (0, 3, 1),
            (1, 3, 1),
            (2, 3, 1),
        }


@pytest.mark.slow
def test_torchrun_restart_is_an_attempt(root: Path, tmp_path: Path) -> None:
    """A rank that fails is started again by torchrun, with the others, as the second attempt of the run."""
    script = tmp_path / "train.py"
    script.write_text(
        PRELUDE
        + """
run = collector.init(project="p")
for step in range(4):
    run.log({"loss": step})
if os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
    time.sleep(0.5)
    if run.rank == 0:
        raise RuntimeError("out of memory")
    time.sleep(60)
"""
    )
    assert torchrun(root, script, "--max-restarts", "1").returncode == 0
    [folder] = run_folders(root)
    assert {(head["rank"], head["attempt"]) for head in of_kind(folder, "head")} == {
        (0, 1),
        (1, 1),
        (0, 2),
        (1, 2),
    }
    states = {record["state"] for record in of_kind(folder, "end")}
    assert states == {"failed", "finished"}
