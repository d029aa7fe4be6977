"""What goes over disks, network interfaces and InfiniBand ports, in all and per device."""

from __future__ import annotations

import os
from typing import NamedTuple

from collector.system.kernelfile import KernelFile

SECTOR_BYTES = 512
WORD_BYTES = 4
"""InfiniBand counts its data in words."""
DEVICES = 8
"""Most devices of a kind that are told apart."""
VIRTUAL_INTERFACES = ("lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "podman")
"""Traffic on these also passes a real interface, or never leaves the host."""
VIRTUAL_DISKS = ("loop", "ram", "zram", "dm-", "md", "sr", "fd")
"""Blocks of these are blocks of a real disk, or none."""


class Port(NamedTuple):
    """A port of an InfiniBand device."""

    name: str
    received: KernelFile
    sent: KernelFile


class Traffic:
    """Reads counters of bytes; a device is told apart once it has moved some, if it is not the only one."""

    def __init__(self, proc: str, sys: str) -> None:
        self._sys = sys
        self._disk_file = KernelFile(f"{proc}/diskstats")
        self._network_file = KernelFile(f"{proc}/net/dev")
        self._ports = _find_ports(f"{sys}/class/infiniband")
        self._disks: dict[bytes, bool] = {}
        self._interfaces: dict[str, bool] = {}
        self._first: dict[str, tuple[int, ...]] = {}
        self._active: dict[str, list[str]] = {"disk": [], "network": []}

    def read(self, counters: dict[str, float]) -> None:
        """Add the counters that are read each second."""
        self._read_disks(counters)
        self._read_network(counters)

    def read_slow(self, counters: dict[str, float]) -> None:
        """Add those that are dear to read."""
        for port in self._ports:
            for what, file in (("received", port.received), ("sent", port.sent)):
                words = file.read(64).strip()
                if words.isdigit():
                    counters[f"network/{port.name}_{what}_bytes_per_second"] = int(words) * WORD_BYTES

    def close(self) -> None:
        """Close what was kept open."""
        for file in (self._disk_file, self._network_file):
            file.close()
        for port in self._ports:
            port.received.close()
            port.sent.close()

    def _read_disks(self, counters: dict[str, float]) -> None:
        disks: dict[str, tuple[int, ...]] = {}
        for line in self._disk_file.read().splitlines():
            words = line.split()
            if len(words) >= 13 and self._is_disk(words[2]):
                disks[words[2].decode(errors="replace")] = (
                    int(words[5]) * SECTOR_BYTES,
                    int(words[9]) * SECTOR_BYTES,
                    int(words[12]),
                )
        if not disks:
            return
        counters["disk/read_bytes_per_second"] = sum(disk[0] for disk in disks.values())
        counters["disk/written_bytes_per_second"] = sum(disk[1] for disk in disks.values())
        active = self._active_of("disk", disks)
        for disk_name in active:
            read, written, busy_milliseconds = disks[disk_name]
            counters[f"disk/{disk_name}_busy_percent"] = busy_milliseconds / 10
            if len(active) > 1:
                counters[f"disk/{disk_name}_read_bytes_per_second"] = read
                counters[f"disk/{disk_name}_written_bytes_per_second"] = written

    def _read_network(self, counters: dict[str, float]) -> None:
        interfaces: dict[str, tuple[int, ...]] = {}
        for line in self._network_file.read().splitlines()[2:]:
            name, _, rest = line.partition(b":")
            words = rest.split()
            if len(words) >= 9:
                interfaces[name.strip().decode(errors="replace")] = (int(words[0]), int(words[8]))
        interfaces = self._real(interfaces)
        if not interfaces:
            return
        counters["network/received_bytes_per_second"] = sum(one[0] for one in interfaces.values())
        counters["network/sent_bytes_per_second"] = sum(one[1] for one in interfaces.values())
        active = self._active_of("network", interfaces)
        for interface in active if len(active) > 1 else ():
            received, sent = interfaces[interface]
            counters[f"network/{interface}_received_bytes_per_second"] = received
            counters[f"network/{interface}_sent_bytes_per_second"] = sent

    def _active_of(self, kind: str, devices: dict[str, tuple[int, ...]]) -> list[str]:
        active = self._active[kind]
        for name, counts in devices.items():
            has_moved = counts != self._first.setdefault(f"{kind}/{name}", counts)
            if has_moved and name not in active and len(active) < DEVICES:
                active.append(name)
        return [name for name in active if name in devices]

    def _is_disk(self, name: bytes) -> bool:
        known = self._disks.get(name)
        if known is None:
            text = name.decode(errors="replace")
            whole = os.path.isdir(f"{self._sys}/block/{text.replace('/', '!')}")
            known = self._disks[name] = whole and not text.startswith(VIRTUAL_DISKS)
        return known

    def _real(self, interfaces: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """Those of hardware, so that a bond counts once; where there are none, as in a container, by name."""
        for name in interfaces:
            if name not in self._interfaces:
                self._interfaces[name] = os.path.exists(f"{self._sys}/class/net/{name}/device")
        hardware = {name: counts for name, counts in interfaces.items() if self._interfaces[name]}
        return hardware or {
            name: counts for name, counts in interfaces.items() if not name.startswith(VIRTUAL_INTERFACES)
        }


def _find_ports(folder: str) -> list[Port]:
    """The first ports of InfiniBand and RoCE adapters, whose traffic no network interface shows."""
    ports = []
    for device in _names(folder):
        for number in _names(f"{folder}/{device}/ports"):
            counters = f"{folder}/{device}/ports/{number}/counters"
            if os.path.exists(f"{counters}/port_rcv_data"):
                name = device if number == "1" else f"{device}.{number}"
                received, sent = (KernelFile(f"{counters}/port_{way}_data") for way in ("rcv", "xmit"))
                ports.append(Port(name, received, sent))
    return ports[:DEVICES]


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
