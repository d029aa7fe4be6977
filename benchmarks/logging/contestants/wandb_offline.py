"""wandb in its offline mode: a helper process writes the file that a server would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

TITLE = "wandb offline"
PACKAGE = "wandb"
ENV = {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"}


HEAD_BYTES, BLOCK_BYTES, CHUNK_HEAD_BYTES = 7, 32 << 10, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
"""Places of a chunk in its record."""


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A run in this folder, with wandb's own defaults."""
    import wandb

    return wandb.init(project="bench", dir=folder, mode="offline").log


def finish() -> None:
    """End the run."""
    import wandb

    wandb.finish()


def read(folder: str) -> list[float]:
    """The whole records of the offline file, in the package's own message type; it brings no reader."""
    import json
    from pathlib import Path

    from wandb.proto.wandb_internal_pb2 import Record

    found = []
    for file in Path(folder).rglob("*.wandb"):
        for body in _records(file.read_bytes()):
            record = Record()
            record.ParseFromString(body)
            for item in record.history.item:
                if (item.key or "/".join(item.nested_key)) == "count":
                    found.append(json.loads(item.value_json))
    return found


def _records(content: bytes) -> Iterator[bytes]:
    # Blocks of 32 KiB after a head of 7 bytes; in them chunks of checksum, length, place in record, bytes.
    import struct

    record, at = b"", HEAD_BYTES
    while at + CHUNK_HEAD_BYTES <= len(content):
        left = BLOCK_BYTES - at % BLOCK_BYTES
        if left < CHUNK_HEAD_BYTES:
            at += left
            continue
        _, length, place = struct.unpack_from("<IHB", content, at)
        begin = at + CHUNK_HEAD_BYTES
        if place not in (FULL, FIRST, MIDDLE, LAST) or begin + length > len(content):
            return
        chunk = content[begin : begin + length]
        record = chunk if place in (FULL, FIRST) else record + chunk
        if place in (FULL, LAST):
            yield record
        at = begin + length
