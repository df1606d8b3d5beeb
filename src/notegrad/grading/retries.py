"""The table of retries: who runs something again, what, why, and how often at most.

Nothing of a student's is run for ever, and no fault of ours costs a student points: both rest on these
numbers, so they stand in one place. Those of grading, batch and Gradescope are given here and imported by
whoever runs again. Those of the sandbox and of the judge are given there and imported into the table, since
neither may look up. A test finds every such number in the source and asks for its row.
"""

from __future__ import annotations

from notegrad.records import Record

MAX_SUBMISSION_RUNS = 4  # of one notebook by one grader, where its processes keep being killed
MAX_JOB_TRIES = 3  # of one submission, where its graders fail or die
MAX_JOB_STARTS = 12  # of one submission on the upload page, whoever ended them
MAX_PASSBACK_TRIES = 20  # of one score at a platform: after the seventh once a day, two weeks in all
MAX_START_FAILURES = 3  # of graders, one after the other
MAX_CONTAINER_TRIES = 2  # of one submission in Gradescope's container


class Retry(Record, frozen=True, kw_only=True):
    """One row: `who` runs `what` again, `because` of something, `at_most` so often.

    who: the function that runs again. constant: the name that holds `at_most`, below `notegrad`; empty where
    the code runs again once and holds no number. unit: what `at_most` counts.
    """

    who: str
    what: str
    because: str
    at_most: float
    unit: str
    constant: str = ""


def retries() -> tuple[Retry, ...]:
    """All rows, from the inside of the sandbox outwards; imports torch, as the judge does."""
    return (*_in_the_sandbox(), *_in_the_judge(), *_in_grading())


def _in_the_sandbox() -> tuple[Retry, ...]:
    from notegrad.sandbox.outside import notebook_forks, notebook_run, stepped_run
    from notegrad.sandbox.walls import disk

    return (
        Retry(
            who="sandbox.outside.notebook_forks.NotebookForks.fork_final",
            what="a fork of the notebook's process",
            because="the kernel refuses: processes that a question left running use up the limit, and are "
            "ended before each further try",
            at_most=notebook_forks.MAX_FORK_TRIES,
            unit="forks",
            constant="sandbox.outside.notebook_forks.MAX_FORK_TRIES",
        ),
        Retry(
            who="sandbox.inside.supervisor.supervise",
            what="the count of what the submission has written",
            because="the child that counts does not answer; after so many in a row the notebook is ended",
            at_most=disk.MAX_SILENT,
            unit="counts without an answer, one after the other",
            constant="sandbox.walls.disk.MAX_SILENT",
        ),
        Retry(
            who="sandbox.outside.forked_run.ForkedRun.run_notebook",
            what="the notebook, in a new process tree",
            because="a cell took the process with it (a crash, the memory, a loop in C); it is skipped, so "
            "that the other questions can be judged",
            at_most=notebook_run.MAX_SECOND_RUNS,
            unit="further run",
            constant="sandbox.outside.notebook_run.MAX_SECOND_RUNS",
        ),
        Retry(
            who="sandbox.outside.stepped_run.SteppedRun.run_notebook",
            what="the notebook, in a new process tree, up to the check where it stopped",
            because="nothing is forked: a process that died, hung, or was changed by a question is replaced",
            at_most=stepped_run.MAX_RERUNS,
            unit="further runs",
            constant="sandbox.outside.stepped_run.MAX_RERUNS",
        ),
        Retry(
            who="sandbox.outside.stepped_run.SteppedRun.fork",
            what="the same",
            because="the same; all further runs together have this much time",
            at_most=stepped_run.RERUN_WALLS,
            unit="times `wall_s` of the limits",
            constant="sandbox.outside.stepped_run.RERUN_WALLS",
        ),
        Retry(
            who="sandbox.outside.stepped_run.SteppedRun.fork",
            what="the same",
            because="a process that was started anew does not answer",
            at_most=stepped_run.MAX_SILENT,
            unit="processes without an answer",
            constant="sandbox.outside.stepped_run.MAX_SILENT",
        ),
        Retry(
            who="sandbox.outside.stepped_run.SteppedRun.run_notebook",
            what="the judging of one question",
            because="a notebook checks the question more than once, and the last check counts",
            at_most=stepped_run.MAX_JUDGED_CHECKS,
            unit="checks",
            constant="sandbox.outside.stepped_run.MAX_JUDGED_CHECKS",
        ),
    )


def _in_the_judge() -> tuple[Retry, ...]:
    from notegrad.judge import question_run

    return (
        Retry(
            who="judge.question_run.run_question",
            what="the asking, on a new fork of the notebook, of the question's next test case",
            because="a test case ran into the time limit; after so many the others are skipped. A death or a "
            "broken protocol costs a fork as well, and counts where it was slow",
            at_most=question_run.MAX_TIMEOUTS,
            unit="test cases out of time",
            constant="judge.question_run.MAX_TIMEOUTS",
        ),
    )


def _in_grading() -> tuple[Retry, ...]:
    return (
        Retry(
            who="grading.grader.Grader.grade",
            what="the whole submission, by the same grader",
            because="a process of it was found dead that neither we nor a known limit had killed; until a "
            "run has no such death, or two runs agree, and only once after `wall_s` of the limits",
            at_most=MAX_SUBMISSION_RUNS,
            unit="runs",
            constant="grading.retries.MAX_SUBMISSION_RUNS",
        ),
        Retry(
            who="grading.grader.Grader.grade",
            what="the notebook in mode `stepped`, to ask it",
            because="cells that run after a question was asked could print what it passed: outputs are kept "
            "of a first run, in which nothing is asked",
            at_most=1,
            unit="further run",
        ),
        Retry(
            who="batch.engines.ledger.Ledger.failed",
            what="the whole submission, by another grader process",
            because="the grader process died, hung or raised: a fault of ours; after the last try the "
            "submission is not graded, which is no zero",
            at_most=MAX_JOB_TRIES,
            unit="tries",
            constant="grading.retries.MAX_JOB_TRIES",
        ),
        Retry(
            who="batch.engines.cluster.ClusterEngine.run",
            what="a submission whose worker of the cluster died, alone",
            because="Dask has run it as often as `distributed.scheduler.allowed-failures` says, and innocent "
            "submissions waited beside it: suspects are tried one by one, and the one that brings workers "
            "down alone is not graded",
            at_most=1,
            unit="further try, alone",
        ),
        Retry(
            who="server.queue.job_ends.after_fault",
            what="a job of the upload page, by another grader process; the last time alone on its machine",
            because="its grader died, hung or raised while the job was in it; after the last try it is not "
            "graded, which is no zero",
            at_most=MAX_JOB_TRIES,
            unit="tries",
            constant="grading.retries.MAX_JOB_TRIES",
        ),
        Retry(
            who="server.queue.job_ends.after_loss",
            what="a job of the upload page whose start came to nothing; from the fourth on alone",
            because="its worker was killed or cut off, or could start no grader: no fault of the job, but "
            "one that is never finished must not go round for ever",
            at_most=MAX_JOB_STARTS,
            unit="starts",
            constant="grading.retries.MAX_JOB_STARTS",
        ),
        Retry(
            who="lti.back_off.pause_after",
            what="a score on its way into a platform's gradebook",
            because="the platform is away, slow or refuses its own token; what it refuses for good is not "
            "sent again",
            at_most=MAX_PASSBACK_TRIES,
            unit="tries",
            constant="grading.retries.MAX_PASSBACK_TRIES",
        ),
        Retry(
            who="batch.engines.ledger.Ledger.grader_failed",
            what="the start of a grader process",
            because="it did not come up; a start that succeeds begins the count anew, and a fault of the "
            "bundle or of the machine ends the run at once",
            at_most=MAX_START_FAILURES,
            unit="starts that failed, one after the other",
            constant="grading.retries.MAX_START_FAILURES",
        ),
        Retry(
            who="gradescope.autograder.grade_here",
            what="the whole submission, with a new sandbox",
            because="a fault of ours, and there is time left on the platform",
            at_most=MAX_CONTAINER_TRIES,
            unit="tries",
            constant="grading.retries.MAX_CONTAINER_TRIES",
        ),
    )
