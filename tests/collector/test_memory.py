"""Logging for days keeps nothing of what was logged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collector.runs import run_script

CALLS = 10_000

COUNT = """
import gc

def held():
    gc.collect()
    return sys.getallocatedblocks()

run = collector.init(project="p", settings=collector.Settings(x_disable_stats=True))
call = eval(sys.argv[1])
for step in range(3_000):
    call(step)
time.sleep(0.5)  # until what is gathered at the start is there
before = held()
for step in range(3_000, 3_000 + int(sys.argv[2])):
    call(step)
print(held() - before)
"""

CASES = {
    "one number": "lambda step: run.log({'loss': step / 7})",
    "an own step": "lambda step: run.log({'loss': 1.0}, step=step)",
    "an uncommitted half": "lambda step: (run.log({'a': 1}, commit=False), run.log({'b': 2}))",
    "not finite": "lambda step: run.log({'loss': float('nan')})",
    "a text": "lambda step: run.log({'text': f'step {step}'})",
    "a summary": "lambda step: run.summary.update({'best': step})",
    "an array": "lambda step: run.log({'x': [step] * 4})",
}


@pytest.mark.parametrize("case", CASES)
def test_calls_keep_no_objects(case: str, tmp_path: Path) -> None:
    """After tens of thousands of calls there are no more objects in memory than before them."""
    done = run_script(tmp_path / "runlogs", COUNT, CASES[case], str(CALLS))
    assert done.returncode == 0, done.stderr
    # Less than one block in forty calls: threads and caches of Python come and go.
    assert int(done.stdout.split()[-1]) < CALLS // 40
