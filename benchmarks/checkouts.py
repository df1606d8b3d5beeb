"""The assignments and the checkouts that benchmarks of processor time compare."""

from __future__ import annotations

import argparse
import compileall
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SLUGS = ("tp1-tenseurs", "tp2-memoire", "tp3-algebre-lineaire", "tp4-derivation", "tp5-reseau")


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """A parser that takes assignments, and older checkouts."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slugs", nargs="*", default=SLUGS, metavar="SLUG")
    parser.add_argument("--src", type=Path, action="append", default=[], help="an older checkout's src")
    return parser


def sources_of(options: argparse.Namespace) -> list[Path]:
    """The `src` of each checkout, this one last: compiled, as pip leaves what it installs."""
    sources = [path.resolve() for path in (*options.src, ROOT / "src")]
    for source in sources:
        # Where nobody writes bytecode, each cold run would compile 300 modules anew: 0.4 s that no user pays.
        compileall.compile_dir(source, quiet=1)
    return sources


def bundle_path(slug: str) -> Path:
    """The autograder bundle of an assignment; a SystemExit where it was not built."""
    path = ROOT / "autograder" / f"{slug}.zip"
    if not path.exists():
        raise SystemExit(f"autograder/{slug}.zip is not there; run `notegrad build` first")
    return path
