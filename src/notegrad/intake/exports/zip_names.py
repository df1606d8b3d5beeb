"""Decodes names in zips that do not tell their encoding, as Windows, macOS and old tools write them."""

from __future__ import annotations

import zipfile

_UTF8_FLAG = 0x800
# What a right guess turns bytes into: first the letters of French, then those of its neighbours.
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœÀÂÄÇÉÈÊËÎÔÖÙÛÜŸŒ’")
_NEIGHBOURS = frozenset("æáãåìíñòóõúýßøÆÏÁÃÅÌÍÑÒÓÕÚÝØ·")
_CODE_PAGES = ("cp850", "cp1252", "mac_roman")


def decoded_name(info: zipfile.ZipInfo) -> str:
    """The member's name: UTF-8 where it says so or is so, else the code page that gives most letters."""
    name = info.orig_filename.split("\0", 1)[0]
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    raw = name.encode("cp437")  # how zipfile decoded it; every byte has a letter there
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        guesses = [raw.decode(page, "replace") for page in _CODE_PAGES]
        return max(guesses, key=_likelihood)


def _likelihood(name: str) -> int:
    """More for letters of French, for capitals that begin a word, and for small letters that do not."""
    total = 0
    for before, char in zip(" " + name, name, strict=False):
        if not char.isascii():
            begins = not before.isalpha()
            total += 3 if char in _FRENCH else 1 if char in _NEIGHBOURS else -1
            total += 1 if char.isupper() == begins else -1
    return total
