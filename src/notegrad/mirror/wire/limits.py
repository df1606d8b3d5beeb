"""Named limits bound what may cross between the judge and the sandbox."""

from __future__ import annotations

MAX_OBJECTS = 50_000
"""Tensors, arrays, containers and functions that both sides may know at once."""

MAX_NUMBERS = 10_000_000
"""Such objects that one test case may let cross, one after the other: more than its time allows."""

MAX_DEPTH = 100
"""Nesting of tuples and containers; deeper ones are refused."""

MAX_INTEGER_BITS = 16_384
"""Bits of a Python integer (some 4,900 digits)."""

MAX_DECIMAL_DIGITS = 10_000
"""Digits of a `Decimal`, and the size of its exponent."""

MAX_TEXT_BYTES = 4_000_000
"""Bytes of one string or bytes value."""

MAX_ITEMS = 1_000_000
"""Items of one container, or numbers in a range that a list could hold."""

MAX_EQUAL_HASHES = 1_000
"""Items of one set, or keys of one dict, that may have the same hash: filling it takes the square of that."""

MAX_NESTED_REQUESTS = 30
"""Requests that one side makes while it answers the other: gradients of graphs that go back and forth."""

MAX_NESTED_GRADIENTS = 20
"""Gradients of gradients that hang on one tensor; torch never frees those that lead in a circle."""

MAX_VALUES = 2_000_000
"""Numbers, texts, references and what holds them in one message; a tensor's bytes are one."""

MAX_STEPS = 4 * MAX_OBJECTS
"""Records of what changed in one message: some for each object."""

MAX_NAMED_TUPLES = 1_000
"""Kinds of named tuples in one test case: each becomes a class, which takes 5 kB and 0.1 ms."""

MAX_NAMED_TUPLE_FIELDS = 1_000
"""Fields of one of them."""

MAX_KINDS = 1_000
"""Kinds of objects, by type and lineage, in one test case: each becomes a class here."""

MAX_CLASSES = 64
"""Classes in one lineage."""

MAX_DIMENSIONS = 64
"""Axes of a tensor; PyTorch itself stops at 64."""

MAX_ELEMENTS = 1 << 28
"""Elements of one tensor or array, unless more bytes may cross: expanded, it has more of them than bytes."""

MAX_GRAPH_NODES = 200_000
"""Autograd nodes walked to find what a result depends on."""

MAX_MESSAGE_CHARACTERS = 10_000
"""Characters of an exception's message."""

MAX_OUTPUT_CHARACTERS = 100_000
"""Characters printed by one call that are mirrored."""

ITEM_BYTES = 8
"""Bytes that an item of a container counts for, beside those of its text."""

FRAME_OVERHEAD_BYTES = 8_000_000
"""Bytes that a frame may hold beside those of the tensors."""
