"""Whether this machine and this folder are a good place to record runs, and what to do where they are not."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from collector.runlog.mounts import is_remote, mount_at, read_mounts

OLDEST_PYTHON = (3, 10)
PACKAGES = ("orjson", "psutil", "pynvml", "ruamel.yaml")
LOW_BYTES, FULL_BYTES = 2 << 30, 100 << 20
SKEW_SECONDS = 5.0
OLDEST_CLOCK = 1_735_689_600.0
"""2025-01-01: a clock before it was never set."""
FEW_FILES = 256


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    status: str
    """'ok', 'note', 'warning' or 'error': with an error runs can not be recorded as promised."""
    found: str
    advice: str = ""
    """What to do about it."""


def checkup(root: str, env: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Every check, each in its own right: one that fails to be made says so and stops no other."""
    checks: tuple[Callable[[], Iterator[Check]], ...] = (
        _python,
        _packages,
        lambda: _folder(root),
        lambda: _space(root),
        lambda: _file_system(root),
        lambda: _clock(root),
        _limits,
        _terminal,
        _git,
        _gpus,
        _cgroup,
        lambda: _variables(env),
    )
    for check in checks:
        try:
            yield from check()
        except Exception as error:  # named boundary: what a machine answers to a question is not in our hand
            name = getattr(check, "__name__", "check").strip("_")
            yield Check(name, "warning", f"could not be checked: {type(error).__name__}: {error}")


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield Check("python", "error", f"Python {version}", "Use Python 3.10 or newer.")
    else:
        yield Check("python", "ok", f"Python {version} at {sys.executable}")


def _packages() -> Iterator[Check]:
    from importlib import import_module

    missing = []
    for package in PACKAGES:
        try:
            import_module(package)
        except ImportError:
            missing.append(package)
    if missing:
        needed = "orjson" in missing
        advice = "Install runpress again in this environment: pip install --force-reinstall runpress"
        yield Check("packages", "error" if needed else "warning", f"missing: {', '.join(missing)}", advice)
    else:
        yield Check("packages", "ok", ", ".join(PACKAGES))


def _folder(root: str) -> Iterator[Check]:
    place = _existing(root)
    probe = os.path.join(place, f".collect-doctor-{os.getpid()}")
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    except OSError as error:
        advice = "Choose a folder that you may write to: --dir DIR or COLLECT_DIR=DIR."
        yield Check("run logs", "error", f"{place} can not be written: {error.strerror}", advice)
        return
    try:
        started = time.perf_counter()
        os.write(descriptor, b"x" * 512)
        os.fsync(descriptor)
        milliseconds = (time.perf_counter() - started) * 1000
        can_link = _can_link(probe)
    finally:
        os.close(descriptor)
        os.unlink(probe)
    made = "" if place == os.path.abspath(root) else f" ({root} will be made there)"
    yield Check("run logs", "ok", f"{place} can be written{made}; one fsync took {milliseconds:.1f} ms")
    if not can_link:
        yield Check("hard links", "note", "this file system has none; artifacts and sweeps go without them")


def _space(root: str) -> Iterator[Check]:
    status = os.statvfs(_existing(root))
    free = status.f_bavail * status.f_frsize
    if free < FULL_BYTES:
        yield Check(
            "space", "error", f"{free / 1e6:.0f} MB free", "Make room: collect prune --max-size SIZE."
        )
    elif free < LOW_BYTES:
        yield Check(
            "space", "warning", f"{free / 1e9:.1f} GB free", "collect prune --max-size SIZE makes room."
        )
    else:
        yield Check("space", "ok", f"{free / 1e9:.0f} GB free")
    if status.f_files and status.f_favail < 10_000:
        yield Check("files", "warning", f"room for {status.f_favail} more files only", "Remove small files.")


def _file_system(root: str) -> Iterator[Check]:
    found = mount_at(os.path.realpath(_existing(root)), read_mounts())
    if found is None:
        return
    mount, kind = found
    if is_remote(kind):
        advice = "Logs go through a local spool where the mount stalls; clocks of hosts should agree."
        yield Check("file system", "note", f"{kind} at {mount}, over a network", advice)
    elif kind in ("tmpfs", "ramfs"):
        yield Check("file system", "warning", f"{kind} at {mount}", "It is lost at a restart: choose a disk.")
    else:
        yield Check("file system", "ok", f"{kind} at {mount}")


def _clock(root: str) -> Iterator[Check]:
    import tempfile

    now = time.time()
    if now < OLDEST_CLOCK:
        yield Check("clock", "warning", f"it shows {time.strftime('%Y-%m-%d')}", "Set it: runs sort by time.")
        return
    try:
        with tempfile.NamedTemporaryFile(dir=_existing(root), prefix=".collect-doctor-") as file:
            skew = os.fstat(file.fileno()).st_mtime - time.time()
    except OSError:
        return  # told with the folder
    if abs(skew) > SKEW_SECONDS:
        advice = "Let both follow the same time server: ages and the order of attempts depend on it."
        yield Check(
            "clock", "warning", f"the file server's clock is {skew:+.0f} s from this machine's", advice
        )
    else:
        yield Check("clock", "ok", "agrees with that of the file system")


def _limits() -> Iterator[Check]:
    try:
        import resource
    except ImportError:  # Windows
        return
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    size, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if 0 < files < FEW_FILES:
        yield Check("open files", "warning", f"at most {files}", "Raise it: ulimit -n 4096.")
    if size != resource.RLIM_INFINITY:
        yield Check(
            "file size", "warning", f"at most {size / 1e6:.0f} MB a file", "Raise it: ulimit -f unlimited."
        )


def _terminal() -> Iterator[Check]:
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except (OSError, AttributeError) as error:
        yield Check("pty", "warning", f"none can be had: {error}", "Commands get pipes: use --console=pipe.")
    else:
        yield Check("pty", "ok", "commands on a terminal get one of their own")


def _git() -> Iterator[Check]:
    import shutil
    import subprocess

    if shutil.which("git") is None:
        yield Check("git", "note", "not installed", "Install it to have commit and changes recorded.")
        return
    asked = ["git", "rev-parse", "--show-toplevel"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=8, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        yield Check(
            "git", "warning", "did not answer in 8 s", "Runs go without it; is its folder on a slow disk?"
        )
        return
    if done.returncode == 0:
        yield Check("git", "ok", f"this folder belongs to {done.stdout.strip()}")
    elif "dubious ownership" in done.stderr:
        advice = f"git config --global --add safe.directory {os.getcwd()}"
        yield Check("git", "warning", "refuses this folder, which belongs to another user", advice)
    else:
        yield Check(
            "git", "note", "this folder is in no repository", "Commit and changes are not recorded here."
        )


def _gpus() -> Iterator[Check]:
    try:
        import pynvml  # 40 ms

        pynvml.nvmlInit()
        try:
            count, driver = pynvml.nvmlDeviceGetCount(), pynvml.nvmlSystemGetDriverVersion()
        finally:
            pynvml.nvmlShutdown()
    except Exception as error:  # named boundary: NVML has many ways not to be there
        if os.path.exists("/dev/nvidiactl"):
            advice = "Driver and library must fit; in a container, NVIDIA_DRIVER_CAPABILITIES needs utility."
            yield Check("gpu", "warning", f"there is a NVIDIA device, and NVML says: {error}", advice)
        else:
            yield Check("gpu", "ok", "no NVIDIA GPU here")
        return
    yield Check("gpu", "ok", f"{count} NVIDIA, driver {driver}")


def _cgroup() -> Iterator[Check]:
    if not sys.platform.startswith("linux"):
        return
    if os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        yield Check("cgroup", "ok", "version 2: limits are read, and kills for want of memory are told")
    else:
        found = "version 1, or none to be seen"
        yield Check("cgroup", "note", found, "A kill for want of memory may only be guessed.")


def _variables(env: Mapping[str, str]) -> Iterator[Check]:
    ours = sorted(name for name in env if name.startswith("COLLECT_"))
    if "COLLECT_WRAPPED" in env:
        yield Check("environment", "note", "this is inside a command that collect runs already")
    elif ours:
        yield Check("environment", "note", f"set: {', '.join(ours)}", "Each does what its option does.")


def _can_link(path: str) -> bool:
    try:
        os.link(path, path + ".link")
        os.unlink(path + ".link")
    except (OSError, AttributeError):
        return False
    return True


def _existing(root: str) -> str:
    """The folder, or the nearest one above it that exists."""
    place = os.path.abspath(root)
    while not os.path.isdir(place) and os.path.dirname(place) != place:
        place = os.path.dirname(place)
    return place
