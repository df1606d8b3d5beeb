"""The sandbox runs notebooks that nobody trusts, each in a confined process tree forked from a warm zygote.

Trust follows the folders:

- `outside` is trusted. It starts process trees, follows them, asks them and kills them, and believes nothing
  of what they say.
- `inside` is trusted until student code runs in its process. The zygote and the supervisor never run any; the
  notebook process and its forks do, and from then on may say anything.
- `walls` are trusted. They are the kernel's means of confinement, put up by both sides before student code
  runs.
- `protocol` is the language between the two sides. What comes from inside is checked as to type, size and
  sense.

The theory of operation is at the top of inside/zygote.py; costs, rules and tiers are in docs/sandbox.md.
"""
