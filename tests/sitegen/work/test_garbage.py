"""How often a build searches for reference cycles."""

import gc

import pytest

from sitegen.work.garbage import THRESHOLDS, rare_collections


def test_a_build_leaves_the_thresholds_as_they_were() -> None:
    """Inside they are larger; afterwards, also after an error, a caller finds its own again."""
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold() == THRESHOLDS
    assert gc.get_threshold() == before
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")
    assert gc.get_threshold() == before
