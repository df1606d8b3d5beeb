"""Test authors call these expectations in ordinary otter tests; a failed one says why.

A hidden test case imports the module inside its function (`from notegrad import expect`), then calls the
student's function as it would call any other. Every `assert_...` raises AssertionError with one sentence
made of facts (what was seen before what was wanted), never of the test's source. The same calls work in one
process under plain otter and over mirrored tensors under notegrad.
"""

from notegrad.expect.counted import allocated_bytes, operations
from notegrad.expect.gradients import assert_gradients, assert_leaf, assert_no_graph
from notegrad.expect.inputs import layouts, numbers
from notegrad.expect.loops import assert_no_loop
from notegrad.expect.portability import works_on_accelerator, works_on_meta
from notegrad.expect.restoring import GlobalState, assert_global_state, global_state
from notegrad.expect.sentences import require
from notegrad.expect.snapshots import (
    Snapshot,
    assert_inputs_untouched,
    assert_same_object,
    assert_same_place,
    snapshot,
)
from notegrad.expect.storages import assert_fresh, assert_same_storage, assert_writable, shares_storage
from notegrad.expect.values import assert_form, assert_values, tolerance
from notegrad.probes.operations import Operations, count_operations

__all__ = [
    "GlobalState",
    "Operations",
    "Snapshot",
    "allocated_bytes",
    "assert_form",
    "assert_fresh",
    "assert_global_state",
    "assert_gradients",
    "assert_inputs_untouched",
    "assert_leaf",
    "assert_no_graph",
    "assert_no_loop",
    "assert_same_object",
    "assert_same_place",
    "assert_same_storage",
    "assert_values",
    "assert_writable",
    "count_operations",
    "global_state",
    "layouts",
    "numbers",
    "operations",
    "require",
    "shares_storage",
    "snapshot",
    "tolerance",
    "works_on_accelerator",
    "works_on_meta",
]
