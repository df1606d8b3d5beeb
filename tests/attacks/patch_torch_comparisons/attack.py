"""Replaces every comparison of torch by one that is always content."""

import torch


def content(*args, **kwargs):
    return True


for place, name in [
    (torch, "allclose"),
    (torch, "equal"),
    (torch, "isclose"),
    (torch.testing, "assert_close"),
    (torch.testing, "assert_allclose"),
    (torch.testing._comparison, "assert_close"),
    (torch.testing._comparison, "not_close_error_metas"),
    (torch.Tensor, "allclose"),
    (torch.Tensor, "equal"),
]:
    if hasattr(place, name):
        setattr(place, name, content)


def cheat(*args, **kwargs):
    return torch.zeros(2)


print(
    "ATTACK RAN: torch.equal(1, 2) is",
    torch.equal(1, 2),
    "and assert_close",
    torch.testing.assert_close(1, 2),
)
