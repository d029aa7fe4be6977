"""Pieces compressed apart make one gzip file, however many and whatever is in them."""

import gzip
import random

from sitegen.charts.deflate import gzip_of, piece, unpacked


def blocks(seed: int) -> list[bytes]:
    """Up to five blocks: empty, tiny, noise, or so even that they nearly vanish."""
    chance = random.Random(seed)
    sizes = [chance.choice([0, 1, 5, 100, 70_000]) for _ in range(chance.randrange(6))]
    return [bytes(size) if chance.random() < 0.3 else chance.randbytes(size) for size in sizes]


def test_joined_pieces_are_one_gzip_file() -> None:
    """An ordinary reader, which checks length and checksum, finds all blocks one after the other."""
    for seed in range(100):
        found = blocks(seed)
        assert gzip.decompress(gzip_of(map(piece, found))) == b"".join(found), seed


def test_a_piece_alone_gives_back_its_bytes() -> None:
    """What is kept packed can be read without its neighbours."""
    for block in [*blocks(7), b"", b"a" * 100000]:
        assert unpacked(piece(block)) == block
