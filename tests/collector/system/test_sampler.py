"""The rhythm of samples, and what one sample makes of several measurements."""

from __future__ import annotations

import pytest

from collector.system.sampler import Sampler, fold


class Machine:
    """A source whose values the test sets, with its own clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.root = 1
        self.pids = frozenset({1})
        self.levels: dict[str, float] = {}
        self.counters: dict[str, float] = {}
        self.reads = 0

    @property
    def tree(self) -> Machine:
        return self

    def read(self, now: float) -> tuple[dict[str, float], dict[str, float]]:
        self.reads += 1
        return dict(self.levels), dict(self.counters)

    def close(self) -> None:
        self.now = -1


class NoGpus:
    def __init__(self) -> None:
        self.whole: list[bool] = []
        """Of each reading, whether it was to be a whole one."""

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        self.whole.append(whole)
        return {}, {}

    def close(self) -> None:
        pass


class Recorder:
    """A sampler on a made-up machine, with the samples it wrote and when."""

    def __init__(self) -> None:
        self.machine, self.gpus = Machine(), NoGpus()
        self.written: list[tuple[float, dict[str, float]]] = []
        self.sampler = Sampler(
            1,
            lambda sample: self.written.append((self.machine.now, sample)),
            source=self.machine,
            gpus=self.gpus,
            clock=lambda: self.machine.now,
        )

    def run(self, seconds: float) -> None:
        """Let the time pass as a loop would that sleeps exactly as told."""
        end = self.machine.now + seconds
        while self.machine.now < end:
            self.machine.now += self.sampler.tick()


@pytest.fixture
def recorder() -> Recorder:
    """A machine at time 0 with one level."""
    made = Recorder()
    made.machine.levels = {"memory/used_bytes": 5.0}
    return made


def test_the_last_sample_asks_gpus_for_all(recorder: Recorder) -> None:
    """What they tell seldom, such as energy, is in it."""
    recorder.run(3)
    recorder.sampler.sample()
    assert recorder.gpus.whole == [False, False, False, True]


def test_dense_at_first_then_every_five_seconds(recorder: Recorder) -> None:
    """For a minute every measurement is written, then every fifth."""
    recorder.run(90)
    times = [time for time, _ in recorder.written]
    assert times[:60] == pytest.approx(list(range(60)))
    assert times[60:] == pytest.approx([64, 69, 74, 79, 84, 89])
    assert recorder.machine.reads == pytest.approx(91, abs=1)


def test_short_peak_is_kept(recorder: Recorder) -> None:
    """A peak of memory between two writes is in the next sample."""
    recorder.run(61)
    recorder.machine.levels["memory/used_bytes"] = 900.0
    recorder.run(1)
    recorder.machine.levels["memory/used_bytes"] = 6.0
    recorder.run(9)
    assert recorder.written[60][1]["memory/used_bytes"] == 900
    assert recorder.written[61][1]["memory/used_bytes"] == 6


def test_counters_become_rates(recorder: Recorder) -> None:
    """A counter's growth over the seconds between two writes is its rate; one value alone gives none."""
    recorder.machine.counters = {"disk/read_bytes_per_second": 1000.0}
    recorder.sampler.sample()
    recorder.machine.now, recorder.machine.counters = 4.0, {"disk/read_bytes_per_second": 3000.0}
    recorder.sampler.sample()
    rates = [sample.get("disk/read_bytes_per_second") for _, sample in recorder.written]
    assert rates == [None, 500]


def test_moment_too_short_for_a_rate_gives_none(recorder: Recorder) -> None:
    """The last sample of a run, taken right after another, holds levels but no guess of a rate."""
    recorder.machine.counters = {"cpu/percent": 0.0}
    recorder.sampler.sample()
    recorder.machine.now += 0.01
    recorder.machine.counters = {"cpu/percent": 2.0}
    assert recorder.sampler.sample() == {"memory/used_bytes": 5.0}


def test_counter_that_goes_back_gives_no_rate(recorder: Recorder) -> None:
    """A counter that was reset leaves a gap, and counts on from there."""
    values = [1000.0, 10.0, 30.0]
    for second, value in enumerate(values):
        recorder.machine.now = float(second)
        recorder.machine.counters = {"network/sent_bytes_per_second": value}
        recorder.sampler.sample()
    rates = [sample.get("network/sent_bytes_per_second") for _, sample in recorder.written]
    assert rates == [None, None, 20]


def test_pause_is_followed_by_one_sample(recorder: Recorder) -> None:
    """After a suspended hour there is one late sample, not thousands."""
    recorder.run(3)
    recorder.machine.now += 3600
    before = recorder.machine.reads
    recorder.run(3)
    assert recorder.machine.reads - before <= 5


def test_peaks_stand_beside_means(recorder: Recorder) -> None:
    """A second at full load is in the next sample, beside the mean of the five; so is a second of a rate."""
    recorder.machine.levels = {"gpu0/utilization_percent": 10.0}
    recorder.machine.counters = {"cpu/percent": 0.0, "pressure/cpu_percent": 0.0}
    recorder.run(61)
    recorder.machine.levels["gpu0/utilization_percent"] = 90.0
    recorder.machine.counters = {"cpu/percent": 80.0, "pressure/cpu_percent": 80.0}
    recorder.run(1)
    recorder.machine.levels["gpu0/utilization_percent"] = 10.0
    recorder.run(4)
    sample = recorder.written[60][1]
    assert (sample["gpu0/utilization_percent"], sample["gpu0/utilization_percent_max"]) == (26, 90)
    assert sample["cpu/percent"] == pytest.approx(16)
    assert sample["cpu/percent_max"] == pytest.approx(80)
    assert "pressure/cpu_percent_max" not in sample


def test_what_is_measured_seldom_is_a_rate_over_its_own_time(recorder: Recorder) -> None:
    """A counter that is missing from some measurements counts from the last one that had it."""
    for second, counters in enumerate([{"cpu/core0_percent": 0.0}, {}, {}, {"cpu/core0_percent": 150.0}]):
        recorder.machine.now, recorder.machine.counters = float(second), counters
        recorder.sampler.sample()
    rates = [sample.get("cpu/core0_percent") for _, sample in recorder.written]
    assert rates == [None, None, None, 50]


def test_folds() -> None:
    """Peaks of levels, means of shares, the last of what only counts up."""
    assert fold("gpu3/memory_used_bytes", [1.0, 7.0, 2.0]) == 7
    assert fold("gpu0/utilization_percent", [0.0, 50.0, 100.0]) == 50
    assert fold("gpu0/energy_joules", [1.0, 2.0]) == 2
    assert fold("something/new", [1.0, 2.0]) == 2


def test_root_can_change(recorder: Recorder) -> None:
    """The tree's root can be replaced while sampling goes on."""
    recorder.sampler.follow(77)
    assert recorder.machine.root == 77


def test_last_sample_is_written_at_the_end(recorder: Recorder) -> None:
    """Stopping writes what has been measured since the last write."""
    from threading import Event

    stop = Event()
    stop.set()
    recorder.sampler.run(stop)
    assert len(recorder.written) == 2
    assert recorder.machine.now == -1
