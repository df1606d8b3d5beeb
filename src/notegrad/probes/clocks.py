"""Clocks by which a test measures a time; of an answer over there it holds that of the messages."""

from __future__ import annotations

import re

READS_CLOCK = re.compile(
    r"\btime\s*\.\s*(?:time|perf_counter|process_time|monotonic|thread_time)(?:_ns)?\b"
    r"|\b(?:perf_counter|process_time|monotonic|default_timer)(?:_ns)?\s*\(|\btimeit\b"
    r"|\bfrom\s+time\s+import\b|\bdatetime\.(?:utc)?now\("
)
"""What a test measures a time with, in its source."""
