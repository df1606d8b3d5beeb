"""Jobs of learning platforms: plans, scores and rosters, on a queue that no grading waits in."""

from __future__ import annotations

from notegrad.lti import roster_job, scores, wishes
from notegrad.server.queue.kinds import bring


def register_jobs() -> None:
    """Add them to what every worker does."""
    bring(
        wishes.QUEUE,
        {
            wishes.PLAN_KIND: wishes.plan_kind(),
            wishes.SEND_KIND: scores.send_kind(),
            roster_job.KIND: roster_job.roster_kind(),
        },
    )
