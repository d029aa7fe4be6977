"""Work done by several processes comes back complete and in order, or the build hears what went wrong."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial

import pytest

from sitegen.errors import MisuseError, SiteError
from sitegen.work.crew import Alone, Processes


@pytest.fixture
def crew() -> Iterator[Processes]:
    """This process and another one, which is there already."""
    with Processes(2) as processes:
        processes.start()
        yield processes


def power(base: int, exponent: int) -> int:
    return base**exponent


def process_of(_task: int) -> int:
    time.sleep(0.02)
    return os.getpid()


def modules_of(task: int) -> tuple[int, bool]:
    return process_of(task), "colorsys" in sys.modules


def speak(task: int) -> int:
    print("a library says something")
    return task


def fail(task: int) -> int:
    if task == 37:
        raise MisuseError("number 37 is wrong", hint="Take another.")
    if task == 73:
        raise ZeroDivisionError("no such number")
    return task


def die(parent: int) -> int:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return 0


@pytest.mark.parametrize("count", [0, 1, 2, 5, 99, 1000])
def test_results_come_in_the_order_of_tasks(crew: Processes, count: int) -> None:
    """However many there are, as if one process had done one after the other."""
    tasks = list(range(count))
    found = list(crew.map(partial(power, 3), tasks, 0))
    assert found == list(Alone().map(partial(power, 3), tasks, 0))


def test_all_processes_work(crew: Processes) -> None:
    """This one and the other."""
    found = set(crew.map(process_of, range(40), 0))
    assert len(found) == 2
    assert os.getpid() in found


def test_little_work_starts_no_process() -> None:
    """Starting one costs more than a few tasks do."""
    with Processes(2) as processes:
        assert set(processes.map(process_of, range(3), 0.01)) == {os.getpid()}
        assert len(set(processes.map(process_of, range(200), 10))) == 2


def test_processes_have_their_modules_before_they_are_given_anything() -> None:
    """While they import them, the first process does so as well."""
    with Processes(2, ["colorsys"]) as processes:
        processes.start()
        found = dict(processes.map(modules_of, range(200), 10))
    del found[os.getpid()]
    assert list(found.values()) == [True]


def test_one_process_is_this_one() -> None:
    """Who asks for one process gets no other."""
    with Processes(1) as processes:
        assert set(processes.map(process_of, range(3), 1000)) == {os.getpid()}


def test_prints_do_not_end_up_among_results(crew: Processes) -> None:
    """Libraries may print in a process of a crew."""
    assert list(crew.map(speak, range(100), 0)) == list(range(100))


def test_our_errors_arrive_as_they_are(crew: Processes) -> None:
    """With their kind, which is the exit code, and their hint."""
    with pytest.raises(MisuseError, match="37 is wrong") as caught:
        list(crew.map(fail, range(40), 0))
    assert caught.value.hint == "Take another."


def test_other_errors_tell_where_they_came_from(crew: Processes) -> None:
    """A defect is told with its traceback, in whichever process it showed."""
    with pytest.raises((SiteError, ZeroDivisionError)) as caught:
        list(crew.map(fail, range(70, 75), 0))
    if isinstance(caught.value, SiteError):
        assert re.search(r"in fail\n(.*\n)*ZeroDivisionError: no such number", caught.value.message)


def test_a_killed_process_ends_the_build() -> None:
    """Nobody waits for the results of a process that is gone."""
    with pytest.raises(SiteError, match="killed by signal 9"), Processes(2) as processes:
        list(processes.map(die, [os.getpid()] * 300, 1000))


def test_results_may_be_left(crew: Processes) -> None:
    """A job of which only some results were wanted does not disturb the next one."""
    first = crew.map(partial(power, 2), range(500), 0)
    assert next(iter(first)) == 1
    assert list(crew.map(partial(power, 3), range(50), 0)) == [3**number for number in range(50)]
