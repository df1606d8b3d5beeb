"""Limits that fit into a container."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from notegrad.course.container_limits import cores, fitting, hard_limit_s, memory_mb, soft_limit_s
from notegrad.records import Limits


def test_limits_of_both_versions_are_read(tmp_path: Path) -> None:
    """Memory and share of the processor, from either version of control groups; "no limit" is None."""
    assert (memory_mb(tmp_path), cores(tmp_path)) == (None, None)
    (tmp_path / "memory").mkdir()
    (tmp_path / "cpu").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("9223372036854771712\n")
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1\n")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000\n")
    assert (memory_mb(tmp_path), cores(tmp_path)) == (None, None)
    (tmp_path / "memory/memory.limit_in_bytes").write_text("805306368\n")
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("50000\n")
    assert (memory_mb(tmp_path), cores(tmp_path)) == (768, 0.5)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert memory_mb(tmp_path) == 768
    (tmp_path / "memory.max").write_text("1610612736\n")
    (tmp_path / "cpu.max").write_text("200000 100000\n")
    assert (memory_mb(tmp_path), cores(tmp_path)) == (1536, 2)


def test_half_a_core_has_twice_the_time() -> None:
    """A test case that may take 5 s of a core may take 10 s of half a one; memory is what the grader leaves."""
    limits = Limits(wall_s=60, cell_wall_s=10, test_case_wall_s=5, memory_mb=4096)
    small = fitting(limits, timeout_minutes=10, memory_mb=768, cores=0.5)
    assert (small.wall_s, small.cell_wall_s, small.test_case_wall_s) == (120, 20, 10)
    assert small.memory_mb == 288
    assert small.processes < limits.processes
    assert fitting(limits, timeout_minutes=10, memory_mb=None, cores=None) == limits


@given(
    minutes=st.floats(2, 40), memory=st.none() | st.floats(100, 1e5), share=st.none() | st.floats(0.01, 64)
)
def test_the_notebook_leaves_time_for_the_tests(
    minutes: float, memory: float | None, share: float | None
) -> None:
    """Two runs of a notebook that uses up its time end before no question may be begun any more."""
    made = fitting(Limits(), timeout_minutes=minutes, memory_mb=memory, cores=share)
    assert 2 * made.wall_s < soft_limit_s(minutes) < hard_limit_s(minutes) < minutes * 60
    assert made.cell_wall_s <= made.wall_s
    assert 0 < made.memory_mb <= Limits().memory_mb
