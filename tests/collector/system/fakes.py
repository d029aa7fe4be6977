"""A /proc and /sys of our own making, and an NVML without a driver."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any


class FakeKernel:
    """Writes the files that Linux would show."""

    def __init__(self, folder: Path) -> None:
        self.proc = folder / "proc"
        self.sys = folder / "sys"
        self.write("proc/uptime", "1000.00 0\n")
        self.write("proc/loadavg", "1.25 1 1 1/100 7\n")
        self.write("proc/self/cgroup", "0::/job\n")
        self.cpu(0)
        self.memory(total=8000, available=6000)
        self.traffic(0, 0)
        self.disks(0, 0)
        (self.sys / "block/sda").mkdir(parents=True)
        (self.sys / "block/loop0").mkdir()

    def write(self, path: str, text: str) -> None:
        """Replace a file's content in place, as the kernel does: open descriptors see the new one."""
        file = self.proc.parent / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "w") as stream:
            stream.write(text)

    def cpu(self, busy_ticks: int) -> None:
        """The whole machine, of which the second of two CPUs did it all."""
        row = " 0 0 5000 300 0 0 0 0 0\n"
        self.write("proc/stat", f"cpu  {busy_ticks}{row}cpu0 0{row}cpu1 {busy_ticks}{row}intr 5 6\n")

    def memory(self, total: int, available: int, swap: int = 0) -> None:
        lines = f"MemTotal: {total} kB\nMemFree: 1 kB\nMemAvailable: {available} kB\n"
        self.write("proc/meminfo", lines + f"SwapTotal: {swap * 2} kB\nSwapFree: {swap} kB\n")

    def traffic(self, received: int, sent: int) -> None:
        row = "{}: {} 0 0 0 0 0 0 0 {} 0 0 0 0 0 0 0\n"
        head = "Inter-| Receive\n face |bytes\n"
        rows = row.format("  eth0", received, sent) + row.format("    lo", 999, 999)
        self.write("proc/net/dev", head + rows + row.format("docker0", 777, 777))

    def disks(self, read_sectors: int, written_sectors: int) -> None:
        row = "   8 0 {} 1 0 {} 0 1 0 {} 0 0 70 0\n"
        rows = row.format("sda", read_sectors, written_sectors) + row.format("sda1", 50, 50)
        self.write("proc/diskstats", rows + row.format("loop0", 70, 70))

    def devices(self, count: int) -> None:
        """Two disks and two interfaces that have done so much."""
        (self.sys / "block/sdb").mkdir(exist_ok=True)
        disk, interface = "   8 0 {} 1 0 {} 0 1 0 {} 0 0 {} 0\n", "{}: {} 0 0 0 0 0 0 0 {} 0 0 0 0 0 0 0\n"
        self.write("proc/diskstats", "".join(disk.format(name, *[count] * 3) for name in ("sda", "sdb")))
        rows = [interface.format(name, count, count) for name in ("eth0", "eth1")]
        self.write("proc/net/dev", "".join(["head\n", "head\n", *rows]))

    def process(
        self,
        pid: int,
        parent: int,
        own: int = 0,
        waited: int = 0,
        *,
        start: int = 0,
        rss: int = 10,
        faults: tuple[int, int, int, int] = (0, 0, 0, 0),
        moved: tuple[int, int] | None = (0, 0),
    ) -> None:
        """A process; times in ticks, resident memory in pages, faults minor and major, own and waited for.

        `moved` is the bytes read from and written to disks; with None nobody may look.
        """
        minor, waited_minor, major, waited_major = map(str, faults)
        fields = ["S", str(parent), *["0"] * 5, minor, waited_minor, major, waited_major]
        fields += [str(own), "0", str(waited), "0", "20", "0", "3", "0"]
        fields += [str(start), "1000", str(rss)]
        self.write(f"proc/{pid}/stat", f"{pid} (a (b) c) {' '.join(fields)} 0 0\n")
        (self.proc / f"{pid}/fd").mkdir(exist_ok=True)
        self.write(f"proc/{pid}/fd/0", "")
        if moved is not None:
            read, written = moved
            other = "rchar: 9\nwchar: 9\nsyscr: 9\nsyscw: 9\n"
            self.write(
                f"proc/{pid}/io",
                f"{other}read_bytes: {read}\nwrite_bytes: {written}\ncancelled_write_bytes: 0\n",
            )
        self.children(pid)

    def children(self, pid: int, *children: int) -> None:
        self.write(f"proc/{pid}/task/{pid}/children", " ".join(map(str, children)))

    def end_process(self, pid: int) -> None:
        import shutil

        shutil.rmtree(self.proc / str(pid))


class FakeNvmlError(Exception):
    """As NVML's: with the number of the error."""

    def __init__(self, value: int) -> None:
        super().__init__(f"error {value}")
        self.value = value


class FakeNvml:
    """An NVML with two GPUs; names in `broken` raise, and every call is counted."""

    NVML_ERROR_NOT_SUPPORTED = 3
    NVML_ERROR_NOT_FOUND = 6
    NVML_ERROR_GPU_IS_LOST = 15
    NVMLError = FakeNvmlError
    NVML_ERROR_TIMEOUT = 10
    NVML_ERROR_IN_USE = 19
    NVML_TEMPERATURE_GPU = 0
    NVML_CLOCK_SM = 1
    NVML_CLOCK_MEM = 2
    NVML_PCIE_UTIL_TX_BYTES = 0
    NVML_PCIE_UTIL_RX_BYTES = 1
    NVML_MEMORY_ERROR_TYPE_CORRECTED = 0
    NVML_MEMORY_ERROR_TYPE_UNCORRECTED = 1
    NVML_VOLATILE_ECC = 0
    NVML_GPM_METRICS_GET_VERSION = 1

    def __init__(self, gpus: int = 2) -> None:
        self.gpus = gpus
        self.broken: dict[str, Exception] = {}
        self.calls: dict[str, int] = {}
        self.energy = 5_000_000
        self.fields: dict[int, tuple[int, int]] = {82: (1, 77), 138: (3, 10), 139: (3, 20)}
        """NVML's fields: the type of the value, and the value."""
        self.activity: dict[int, tuple[int, float]] = {
            2: (0, 88.5), 3: (0, 40.0), 5: (0, 61.25), 10: (0, 55.0), 11: (0, 0.0), 12: (0, 7.0),
            13: (0, 3.0), 20: (0, 2.0), 21: (0, 3.0)
        }  # fmt: skip
        """GPM's metrics: what asking for one returns, and its value."""
        self.open_readings = 0
        self.answers: dict[str, Any] = {
            "nvmlInit": None,
            "nvmlShutdown": None,
            "nvmlGpmQueryDeviceSupport": SimpleNamespace(isSupportedDevice=1),
            "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=80, memory=40),
            "nvmlDeviceGetMemoryInfo": SimpleNamespace(total=1000, used=250, free=750),
            "nvmlDeviceGetPowerUsage": 123_400,
            "nvmlDeviceGetTemperature": 61,
            "nvmlDeviceGetCurrentClocksEventReasons": 0x04,
            "nvmlDeviceGetEnforcedPowerLimit": 700_000,
            "nvmlDeviceGetMigMode": [1, 1],
            "nvmlDeviceGetMaxMigDeviceCount": 2,
            "nvmlDeviceGetProcessUtilization": [
                SimpleNamespace(pid=10, smUtil=40),
                SimpleNamespace(pid=10, smUtil=60),
                SimpleNamespace(pid=99, smUtil=30),
            ],
            "nvmlDeviceGetFanSpeed": 30,
            "nvmlDeviceGetComputeRunningProcesses": [
                SimpleNamespace(pid=10, usedGpuMemory=100),
                SimpleNamespace(pid=99, usedGpuMemory=150),
            ],
            "nvmlDeviceGetName": b"NVIDIA H200",
            "nvmlSystemGetDriverVersion": "550.54.15",
            "nvmlSystemGetCudaDriverVersion": 12040,
        }

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("nvml"):
            raise AttributeError(name)
        return lambda *arguments: self._call(name, *arguments)

    def _call(self, name: str, *arguments: Any) -> Any:
        self.calls[name] = self.calls.get(name, 0) + 1
        if name in self.broken:
            raise self.broken[name]
        special = {
            "nvmlDeviceGetCount": lambda: self.gpus,
            "nvmlDeviceGetHandleByIndex": lambda index: f"gpu {index}",
            "nvmlDeviceGetClockInfo": lambda gpu, kind: {1: 1980, 2: 3201}[kind],
            "nvmlDeviceGetMigDeviceHandleByIndex": self._mig,
            "nvmlDeviceGetFieldValues": lambda gpu, wanted: [self._field(one) for one in wanted],
            "nvmlDeviceGetPcieThroughput": lambda gpu, kind: {0: 7, 1: 9}[kind],
            "nvmlDeviceGetTotalEccErrors": lambda gpu, kind, counter: {0: 4, 1: 0}[kind],
            "nvmlDeviceGetTotalEnergyConsumption": lambda gpu: self.energy,
            "nvmlGpmSampleAlloc": self._new_reading,
            "nvmlGpmSampleFree": self._free_reading,
            "nvmlGpmSampleGet": self._fill_reading,
            "nvmlGpmMetricsGet": self._compare_readings,
        }
        return special[name](*arguments) if name in special else self.answers[name]

    @staticmethod
    def c_nvmlGpmMetricsGet_t() -> SimpleNamespace:  # noqa: N802 - the binding's name
        """A question about two readings."""
        blank = [SimpleNamespace(metricId=0, nvmlReturn=99, value=0.0) for _ in range(10)]
        return SimpleNamespace(version=0, numMetrics=0, sample1=None, sample2=None, metrics=blank)

    def _new_reading(self) -> dict[str, Any]:
        self.open_readings += 1
        return {}

    def _free_reading(self, reading: dict[str, Any]) -> None:
        self.open_readings -= 1

    def _fill_reading(self, gpu: str, reading: dict[str, Any]) -> None:
        reading.update(gpu=gpu, at=self.calls["nvmlGpmSampleGet"])

    def _compare_readings(self, asked: SimpleNamespace) -> None:
        first, second = asked.sample1, asked.sample2
        assert asked.version == self.NVML_GPM_METRICS_GET_VERSION
        assert first["gpu"] == second["gpu"]
        assert first["at"] < second["at"]
        for one in asked.metrics[: asked.numMetrics]:
            one.nvmlReturn, one.value = self.activity[one.metricId]

    def _mig(self, gpu: str, number: int) -> str:
        if number:
            raise FakeNvmlError(self.NVML_ERROR_NOT_FOUND)
        return f"{gpu} mig {number}"

    def _field(self, wanted: int | tuple[int, int]) -> SimpleNamespace:
        number = wanted[0] if isinstance(wanted, tuple) else wanted
        if number not in self.fields:
            return SimpleNamespace(nvmlReturn=self.NVML_ERROR_NOT_SUPPORTED, valueType=0, value=None)
        kind, value = self.fields[number]
        union = SimpleNamespace(**{{1: "uiVal", 2: "ulVal", 3: "ullVal"}[kind]: value})
        return SimpleNamespace(nvmlReturn=0, valueType=kind, value=union)


class FakeAmdsmi:
    """ROCm's package with one GPU; names in `broken` raise."""

    AmdSmiTemperatureType = SimpleNamespace(HOTSPOT="hot", VRAM="vram")
    AmdSmiTemperatureMetric = SimpleNamespace(CURRENT="now")
    AmdSmiClkType = SimpleNamespace(GFX="gfx", MEM="mem")

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.calls: dict[str, int] = {}
        self.answers: dict[str, Any] = {
            "amdsmi_init": None,
            "amdsmi_shut_down": None,
            "amdsmi_get_processor_handles": ["first"],
            "amdsmi_get_gpu_activity": {"gfx_activity": 90, "umc_activity": 30, "mm_activity": "N/A"},
            "amdsmi_get_gpu_vram_usage": {"vram_total": 196_000, "vram_used": 49_000},
            "amdsmi_get_power_info": {
                "current_socket_power": 540, "average_socket_power": "N/A", "power_limit": 750_000_000
            },
            "amdsmi_get_energy_count": {"energy_accumulator": 2_000_000, "counter_resolution": 15.3},
            "amdsmi_get_gpu_total_ecc_count": {"correctable_count": 2, "uncorrectable_count": 0},
            "amdsmi_get_gpu_process_list": [
                {"pid": 10, "memory_usage": {"vram_mem": 100}},
                {"pid": 99, "memory_usage": {"vram_mem": 50}},
            ],
        }  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("amdsmi_"):
            raise AttributeError(name)
        return lambda *arguments: self._call(name, *arguments)

    def _call(self, name: str, *arguments: Any) -> Any:
        self.calls[name] = self.calls.get(name, 0) + 1
        if name in self.broken:
            raise RuntimeError(f"{name} failed")
        if name == "amdsmi_get_temp_metric":
            return {"hot": 68, "vram": "N/A"}[arguments[1]]
        if name == "amdsmi_get_clock_info":
            return {"gfx": {"clk": 2100, "max_clk": 2100}, "mem": {"clk": 1300}}[arguments[1]]
        return self.answers[name]
