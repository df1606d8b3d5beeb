"""The judge's side takes note of what crosses and what the mirror may not show as it is, in one test case.

Whoever has to say how much a verdict is worth reads it (`judge/doubts.py`).
"""

from __future__ import annotations

from notegrad.mirror.objects.exceptions import is_exact, is_exception
from notegrad.mirror.objects.lineage import classes_of, is_familiar, is_of_models, is_of_values
from notegrad.mirror.objects.live_objects import LIVE
from notegrad.mirror.objects.tables import is_table
from notegrad.mirror.sides.passing import PassingPeer
from notegrad.mirror.sides.stub_classes import UNSHOWN
from notegrad.mirror.sides.stubs import Stub
from notegrad.mirror.wire.changes import Changes, ContainerRecord, HandleRecord, TensorRecord
from notegrad.mirror.wire.forms import Value
from notegrad.mirror.wire.limits import MAX_CLASSES, MAX_KINDS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.requests import Failure


class NotingPeer(PassingPeer):
    """The part of the judge's side that notes what crossed since the test case began."""

    opaque: str = ""
    """The type of an object, no function, that came as a stub."""
    strange: str = ""
    """The type of a library's object that came, of which stubs may not show all."""
    lost: str = ""
    """The name of a class whose objects come as plain values, without what else they can do."""
    asked_kind: bool = False
    """Whether something asked what a stub is, or for parts of it that stay over there."""
    refused: bool = False
    """Whether a stub refused what the object itself might have answered."""
    hooked: bool = False
    """Whether a tensor came whose gradients, computed here, would pass by a hook over there."""
    raised: str = ""
    """The type of an exception of theirs that came, or of which the class came."""
    inexact: str = ""
    """The type of an exception that came, and that stands here for another, or holds less."""
    in_libraries: str = ""
    """The name of a class, or a function in C, that came as a stub, and that both sides have."""
    kinds: set[str]
    """The names of the types of all objects, no functions, that came as stubs."""
    beyond: bool = False
    """Whether something crossed, either way, of a kind that may be more than what is shown of it.

    That is all but plain values, lists, dicts and sets of them, tensors, arrays, torch's models and what
    trains them, and the notebook's functions by their names.
    """
    _kinds: set[object]

    def note_nothing(self) -> None:
        """Begin anew: nothing has crossed."""
        self.opaque = self.shipped = self.strange = self.lost = self.raised = self.inexact = ""
        self.in_libraries = ""
        self.asked_kind = self.refused = self.hooked = self.beyond = False
        self.kinds, self._kinds = set[str](), set[object]()

    def note_handle(self, step: HandleRecord, *, is_looking: bool) -> None:
        """Take note of what is about to become a stub; `is_looking`: it came for a name of the notebook's.

        Raises ObservationError for too many kinds of objects.
        """
        self._count_kind(step)
        self.beyond = self.beyond or not ((step.function and is_looking) or is_of_models(step.lineage))
        if is_exception(step):
            self.raised = self.raised or step.name
            return
        if not (step.function or step.is_class):
            self.opaque = step.kind or step.name
            self.kinds.add(self.opaque)
            is_ours = any(isinstance(name, int) and self.registry.gives(name) for name in step.lineage)
            if is_ours or not is_familiar(step.lineage) or not UNSHOWN.isdisjoint(step.abilities):
                self.strange = self.opaque
        elif step.is_class and is_of_values(step.lineage):
            self.lost = step.name
        is_named = step.is_class and not isinstance((*step.lineage, 0)[0], int)
        if is_named or step.kind == "builtin_function_or_method":
            self.in_libraries = step.name

    def rebuilt(self, failure: Failure) -> Exception:
        """The exception that stands here for one of theirs; noted where it is not all that it is there."""
        error = super().rebuilt(failure)
        name = failure.types[0][1] if failure.types else ""
        self.raised = name or self.raised
        if not is_exact(error, failure):
            self.inexact, self.beyond = name, True
        return error

    def refer_other(self, value: object) -> Value:
        """The number of what a test passes; noted where it is more than a value."""
        if not (self.beyond or isinstance(value, Stub)):
            kind = value if isinstance(value, type) else type(value)
            self.beyond = not is_of_models(classes_of(kind))
        return super().refer_other(value)

    def apply(self, changes: Changes) -> None:
        """Take over what changed in the sandbox; noted are tables, streams, and gradients behind hooks."""
        for step in changes.steps:
            if isinstance(step, TensorRecord):
                self.hooked |= step.hooked
            elif isinstance(step, ContainerRecord) and (is_table(step.kind) or step.kind in LIVE):
                self.beyond = True
        super().apply(changes)

    def _count_kind(self, step: HandleRecord) -> None:
        """Count the classes that are made here. Raises ObservationError for too many, or too large ones."""
        parts = (step.abilities, step.kind, step.lineage, step.is_class, step.fields)
        self._kinds.add((*parts, step.name) if is_exception(step) else parts)
        if len(self._kinds) > MAX_KINDS:
            raise ObservationError(f"more than {MAX_KINDS:,} kinds of objects in one test case")
        if max(len(step.lineage), len(step.fields or ()), len(step.abilities)) > 2 * MAX_CLASSES:
            raise ObservationError(f"an object of more than {MAX_CLASSES} classes")
