"""Changes what the next test case could depend on: time zone, locale, environment, recursion, hash, torch."""

import locale
import os
import sys
import time

import torch


def cheat(*args, **kwargs):
    os.environ["TZ"] = "Pacific/Kiritimati"
    time.tzset()
    sys.setrecursionlimit(60)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(4)
    torch.manual_seed(0)
    os.environ.clear()
    return args[0] * 0


try:
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
except locale.Error:
    pass
os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()
print("ATTACK RAN: the clock says", time.strftime("%Z"))
