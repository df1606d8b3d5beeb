"""Leaves every global switch of torch, numpy and Python in the worst position."""

import decimal
import random
import sys
import warnings

import numpy as np
import torch


def cheat(*args, **kwargs):
    torch.set_default_dtype(torch.float16)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    np.seterr(all="ignore")
    warnings.simplefilter("error")
    sys.setrecursionlimit(50)
    decimal.getcontext().prec = 1
    return torch.rand(5)


print("ATTACK RAN: default dtype can be", torch.set_default_dtype(torch.float16) or torch.get_default_dtype())
torch.set_default_dtype(torch.float32)
