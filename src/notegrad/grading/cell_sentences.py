"""Sentences say of each cell what ended it and what was left out of its output, in the course's language."""

from __future__ import annotations

import signal

import msgspec

from notegrad.judge.error_sentences import without_place_in_c
from notegrad.judge.limit_sentences import explain_cell
from notegrad.messages import Message, translate
from notegrad.records import CellFault, CellRun, Limits
from notegrad.sandbox.protocol import NO_INSTALL_MARK, OUTPUT_CUT_MARK


def explained(cell: CellRun, limits: Limits, language: str) -> CellRun:
    """The same cell with its cause and the limit that it met as sentences, and its output without marks."""
    if cell.fault is not None:
        cell = msgspec.structs.replace(cell, error=_said(cell.fault).text(language))
    elif cell.error:
        cell = msgspec.structs.replace(cell, error=without_place_in_c(cell.error))
    cell = explain_cell(cell, limits, language)
    tail = cell.stdout_tail
    if OUTPUT_CUT_MARK in tail or NO_INSTALL_MARK in tail:
        cut = translate("mark_output_cut", language, limit_bytes=limits.output_bytes)
        tail = tail.replace(OUTPUT_CUT_MARK, cut).replace(
            NO_INSTALL_MARK, translate("mark_no_install", language)
        )
        cell = msgspec.structs.replace(cell, stdout_tail=tail)
    return cell


def _said(fault: CellFault) -> Message:
    said = Message(fault.key, limit=fault.limit, signal=_name_of(fault.signal))
    return Message("cell_left_out", said=said) if fault.is_skipped else said


def _name_of(number: int) -> str:
    """The name of a signal; of what is none, the number."""
    return signal.Signals(number).name if number in signal.valid_signals() and number else str(number)
