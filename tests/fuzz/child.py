"""One target under atheris: `python -m tests.fuzz.child NAME [options of libFuzzer] [corpus folders]`."""

from __future__ import annotations

import importlib
import random
import sys
import warnings

import atheris

from tests.fuzz import targets

HEAVY = {
    "frames": ("torch", "numpy"),
    "events": ("torch", "numpy"),
}  # imported before, so that only our own code is instrumented


def main() -> None:
    name = sys.argv.pop(1)
    warnings.simplefilter("ignore")
    for module in HEAVY.get(name, ()):
        importlib.import_module(module)
    with atheris.instrument_imports(include=["notegrad"]):
        target = targets.load(name)
    mutate = getattr(target, "mutate", None)
    options = {} if mutate is None else {"custom_mutator": mutator(mutate)}
    atheris.Setup(sys.argv, target.check, **options)
    atheris.Fuzz()


def mutator(mutate):
    """Half of the inputs are changed by someone who knows the format, half by libFuzzer."""

    def changed(data: bytes, max_size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.5:
            return atheris.Mutate(data, max_size)
        return mutate(rng, data)[:max_size]

    return changed


if __name__ == "__main__":
    main()
