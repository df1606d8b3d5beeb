"""Autograd is used before any test brings the simulated accelerator into this process.

Its engine counts devices at the first backward pass; with one it starts threads, and refuses to work in the
judges that later tests fork.
"""

from __future__ import annotations

import torch

torch.ones(1, requires_grad=True).sum().backward()  # type: ignore[no-untyped-call]
