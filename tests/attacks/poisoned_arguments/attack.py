"""Turns every tensor and list that it can reach from its arguments to zeros, closures included, and answers zeros."""

import gc
import types

import numpy as np
import torch

reached = 0


def poison(value, depth=0):
    global reached
    if depth > 6:
        return
    if isinstance(value, torch.Tensor):
        reached += 1
        base = value if value._base is None else value._base
        base.data.zero_() if value.numel() < 1 << 20 else None
    elif isinstance(value, np.ndarray):
        reached += 1
        if value.flags.writeable:
            value[...] = 0
    elif isinstance(value, list):
        for number, item in enumerate(value):
            poison(item, depth + 1)
            if isinstance(item, (int, float)):
                value[number] = 0
    elif isinstance(value, dict):
        for key, item in list(value.items()):
            poison(item, depth + 1)
            if isinstance(item, (int, float)):
                value[key] = 0
    elif isinstance(value, tuple):
        for item in value:
            poison(item, depth + 1)
    elif isinstance(value, types.FunctionType):
        for cell in value.__closure__ or ():
            poison(cell.cell_contents, depth + 1)
        for name in value.__code__.co_names:
            if name in value.__globals__ and not isinstance(value.__globals__[name], types.ModuleType):
                poison(value.__globals__[name], depth + 1)


def cheat(*args, **kwargs):
    poison(args)
    poison(kwargs)
    first = args[0] if args else None
    for value in args:
        if isinstance(value, (torch.Tensor, np.ndarray)):
            first = value
            break
    if isinstance(first, torch.Tensor):
        return first.detach().clone()
    if isinstance(first, np.ndarray):
        return first.copy()
    if isinstance(first, types.FunctionType):
        given = next((a for a in args[1:] if isinstance(a, torch.Tensor)), torch.zeros(()))
        return torch.zeros_like(given.detach())
    return 0


captured = torch.ones(2)


def uses(x, w=[1.0]):
    return x * captured


cheat(torch.ones(2), [1, 2], uses)
print("ATTACK RAN: reached", reached, "and what a function had captured is", captured.tolist())
