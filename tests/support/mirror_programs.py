"""Random tests: short programs that make objects, call students' functions on them and poke at what comes back."""

from __future__ import annotations

import contextlib
import functools
import gc
import inspect
import io
import itertools

import numpy as np
import torch
from hypothesis import strategies as st

from notegrad.mirror import CallInterrupted
from tests.support.mirror_functions import FUNCTIONS
from tests.support.mirror_observation import global_state, message, observe, observe_error

MAX_POOL = 40
DTYPES = [
    torch.float32, torch.float32, torch.float32, torch.float64, torch.int64, torch.bool, torch.complex64,
    torch.bfloat16, torch.float16, torch.int32, torch.uint8, torch.int8, torch.int16, torch.complex128,
]  # fmt: skip
SHAPES = [(3,), (2, 2), (2, 3), (4,), (), (2, 2, 2), (1,), (3, 1), (1, 4), (0,), (2, 0), (1, 1)]
NUMBERS = [1.0, 2.0, -1.0, 0.0, -0.0, 3.0, -2.0, 0.5, float("nan"), float("inf")]
ARRAY_DTYPES = ["f4", "f8", "i8", "i4", "u1", "?", "c8", "f2", "c16", ">f4", "i2"]
PLAIN = [
    None, True, 3, -7, 2**80, 2.5, float("nan"), -0.0, "é", "\ud800", b"\x00\xff", 1j, slice(1, None), range(4),
    torch.float16, torch.device("cpu"), torch.Size([2]), (1, "a"), Ellipsis, np.float32(1.5), frozenset({1}),
]  # fmt: skip


def numbers(count, seed):
    return [NUMBERS[n] for n in np.random.RandomState(seed).randint(0, 10 if seed % 4 == 0 else 8, count)]


def make_tensor(i, j, k):
    dtype, shape = DTYPES[i % len(DTYPES)], SHAPES[j % len(SHAPES)]
    values = numbers(int(np.prod(shape)), k)
    if dtype.is_complex:
        values = [complex(v, 1.0) for v in values]
    elif not dtype.is_floating_point:
        values = [int(abs(v)) if np.isfinite(v) else 1 for v in values]
    flat = torch.tensor(values, dtype=dtype, device="cpu")
    match k % 3:
        case 0:
            return flat.reshape(shape).clone()
        case 1:
            return flat.reshape(shape)
        case _:
            return torch.zeros(shape, dtype=dtype, device="cpu").copy_(flat.reshape(shape))


def make_array(i, j, k):
    shape = SHAPES[j % len(SHAPES)]
    values = [v if np.isfinite(v) else 1 for v in numbers(int(np.prod(shape)), k)]
    array = np.array([abs(v) for v in values]).reshape(shape).astype(ARRAY_DTYPES[i % len(ARRAY_DTYPES)])
    match k % 5:
        case 0:
            return array.copy()
        case 1:
            return array[::-1] if array.ndim else array
        case 2:
            return np.asfortranarray(array)
        case 3:
            return array.T
        case _:
            return array[..., ::2] if array.ndim else array


def grad_of(x, k):
    return torch.tensor(numbers(x.numel(), k + 1 + (k % 4 == 3)), dtype=x.dtype, device=x.device).reshape(
        x.shape
    )


def _set_grad(x):
    x.grad = torch.ones_like(x)


def _on_storage(x):
    return torch.empty(0, dtype=x.dtype).set_(x.untyped_storage(), 0, (1,), (1,)) if x.numel() else None


LOCAL_OPERATIONS = [
    lambda x: x.t(), lambda x: x.mT, lambda x: x[::2], lambda x: x.expand(2, *x.shape), lambda x: x[0],
    lambda x: torch.as_strided(x, (2, 2), (1, 0)), lambda x: x.detach(), lambda x: x.data, lambda x: x.view(-1),
    lambda x: x.unsqueeze(0), lambda x: x.diagonal(), lambda x: x.conj(), lambda x: x.numpy(),
    lambda x: x.detach().numpy(), lambda x: x * 2, lambda x: x.exp(), _on_storage,
    _set_grad, lambda x: x.retain_grad(),
    lambda x: torch.nn.Parameter(x.detach()), lambda x: x.clone(), lambda x: x.narrow(0, 1, 1), lambda x: x.real,
    lambda x: x.to(torch.bfloat16), lambda x: torch.view_as_real(x), lambda x: x[:0], lambda x: x.imag,
    lambda x: x.view(torch.uint8), lambda x: x.to("meta"), lambda x: x.unbind(), lambda x: None,
]  # fmt: skip


def _no_grad_write(x):
    with torch.no_grad():
        x.mul_(2)


WRITES = [
    _no_grad_write, lambda x: x.mul_(2), lambda x: x.data.add_(1), lambda x: x.zero_(), lambda x: x.unsqueeze_(0),
    lambda x: x.detach_(), lambda x: setattr(x, "grad", None), lambda x: x.grad.zero_(), lambda x: x[0].fill_(3),
    lambda x: setattr(x, "data", x.data.clone()), lambda x: x.detach().numpy().fill(4), lambda x: x.t_(),
]  # fmt: skip


def judge_functions(run):
    """Functions that a test might pass in; they capture what is in the pool."""
    seen, counts, weight, constant = run.seen, run.counts, run.weight, run.constant
    linear = run.linear
    carre = run.functions["carre"]
    array = run.array

    def counted(t):
        seen.append(1)
        counts["n"] = counts.get("n", 0) + 1
        return t * t

    def keeps(t):
        if not torch._C._functorch.is_functorch_wrapped_tensor(t):  # one that escapes cannot be looked at
            seen.append(t)
        return t * 2

    def fails(t):
        raise ValueError("la fonction du test refuse")

    def writes(t):
        with torch.no_grad():
            t.mul_(2)
        return t.sum()

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, t):
            ctx.save_for_backward(t)
            return t**3

        @staticmethod
        def backward_of(ctx, g):
            (t,) = ctx.saved_tensors
            return 3 * t * t * g

    return [
        lambda t: t * t, lambda t: (t * weight).sum(), counted, keeps, fails, lambda t: t, torch.sin,
        functools.partial(torch.mul, weight), linear, lambda t: carre(t) + 1, writes, lambda t: t.detach() * 2,
        lambda t: Cube.apply(t), lambda t: t.sum() * constant, lambda t: t.sum() + float(array[0]),
        lambda t, n=2: t**n, carre,
    ]  # fmt: skip


class Run:
    """One execution of a program, here or through the mirror: the same steps on objects of its own."""

    def __init__(self, functions):
        self.functions = functions
        self.pool = []
        self.trace = []
        self.gradients = {}
        self.seen, self.counts = [], {}
        self.weight = torch.tensor([1.0, -2.0, 4.0], requires_grad=True)
        self.constant = torch.tensor(3.0)
        self.array = np.arange(2.0)
        self.linear = torch.nn.Linear(3, 2)
        with torch.no_grad():
            self.linear.weight.fill_(0.5)
            self.linear.bias.fill_(1.0)
        self.judges = judge_functions(self)
        self.all = [self.seen, self.counts, self.weight, self.array, *self.linear.parameters()]

    def of(self, kind, i):
        found = [v for v in self.pool if isinstance(v, kind)]
        return found[i % len(found)] if found else None

    def tensor(self, i):
        found = self.of(torch.Tensor, i)
        if found is None:
            found = make_tensor(i, i, i)
            self.pool.append(found)
        return found

    def argument(self, name, i, k):
        """What a parameter of that name is given."""
        match name[0]:
            case "x" | "y" | "z":
                return self.tensor(i)
            case "a" | "b":
                return self._or(self.of(np.ndarray, i), make_array(i, k, i))
            case "l":
                return self._or(self.of(list, i), list(self.pool[:2]))
            case "d":
                return self._or(self.of(dict, i), {"t": self.tensor(k)})
            case "s":
                return self._or(self.of(set, i), {1, "a"})
            case "f":
                return self.judges[i % len(self.judges)]
            case "n" | "i":
                return i % 5
            case "p":
                return PLAIN[i % len(PLAIN)]
            case _:
                return self.pool[i % len(self.pool)] if self.pool else PLAIN[k % len(PLAIN)]

    def _or(self, found, made):
        if found is None:
            self.pool.append(made)
            return made
        return found

    def step(self, step):
        """Do one step; whatever it raises is part of what is seen."""
        action, *numbers = step
        printed = io.StringIO()
        error = None
        try:
            with contextlib.redirect_stdout(printed):
                result = ACTIONS[action](self, *numbers) if action in ACTIONS else self.call(action, *numbers)
        except BaseException as raised:
            error, result = observe_error(raised), None
            if isinstance(raised, CallInterrupted):
                raise
        self.add(result)
        roots = [*self.pool, *self.all]
        seen = observe(roots, self.gradients)
        self.trace.append((step, error, message(printed.getvalue()), global_state(), seen))

    def add(self, result):
        if len(self.pool) > MAX_POOL:
            return
        self.pool.append(result)
        if isinstance(result, tuple | list):
            self.pool += [
                v for v in itertools.islice(result, 6) if isinstance(v, torch.Tensor | np.ndarray | list)
            ]

    def call(self, name, i, j, k):
        function = self.functions[name]
        parameters = [
            p for p in inspect.signature(FUNCTIONS[name]).parameters.values() if p.default is p.empty
        ]
        parameters = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
        arguments = [self.argument(p.name, n, k) for p, n in zip(parameters, (i, j, k, i + j), strict=False)]
        return function(*arguments)

    # --- what the test itself does ------------------------------------------------------------

    def tensor_new(self, i, j, k):
        return make_tensor(i, j, k)

    def leaf_new(self, i, j, k):
        return make_tensor((i % 4) + (i % 4 == 4), j, k).detach().requires_grad_()

    def array_new(self, i, j, k):
        return make_array(i, j, k)

    def local(self, i, j, k):
        x = self.tensor(i)
        if j % 9 == 0 and not any(v._base is x for v in self.pool if isinstance(v, torch.Tensor)):
            return x.requires_grad_()
        return LOCAL_OPERATIONS[j % len(LOCAL_OPERATIONS)](x)

    def write(self, i, j, k):
        WRITES[j % len(WRITES)](self.tensor(i))

    def combine(self, i, j, k):
        x, y = self.tensor(i), self.tensor(j)
        return x * y if k % 2 else x + y

    def backward_of(self, i, j, k):
        x = self.tensor(i)
        x.backward(grad_of(x, j), retain_graph=bool(k % 2))

    def gradient_of(self, i, j, k):
        x = self.tensor(i)
        found = torch.autograd.grad(
            x, self.tensor(j), grad_of(x, k), create_graph=bool(k % 2), allow_unused=k % 3 > 0
        )
        self.gradients.update({id(g): g for g in found if g is not None})
        return found

    def write_array(self, i, j, k):
        array = self.argument("a", i, j)
        array[...] = k % 3

    def from_array(self, i, j, k):
        return torch.from_numpy(self.argument("a", i, j))

    def container_new(self, i, j, k):
        v, u = self.argument("v", i, k), self.argument("v", j, k)
        match k % 6:
            case 0:
                return [v, u, v]
            case 1:
                return {"t": v, 2: u}
            case 2:
                return (v, [u])
            case 3:
                return {1, "a", 2.5}
            case 4:
                return [[v], {"deep": [u, (v,)]}]
            case _:
                return {v}

    def container_change(self, i, j, k):
        container, v = self.of((list, dict, set), i), self.argument("v", j, k)
        if isinstance(container, list):
            container.append(v)
        elif isinstance(container, dict):
            container[k % 3] = v
        elif container is not None:
            container.add(k % 5)

    def drop(self, i, j, k):
        if self.pool:
            del self.pool[i % len(self.pool)]
        if k % 8 == 0:
            gc.collect(1)

    def call_pooled(self, i, j, k):
        functions = [v for v in self.pool if callable(v) and not isinstance(v, type | torch.nn.Module)]
        # a stub can always be called, so that only its name tells what is no function over there
        functions = [
            v for v in functions if getattr(v, "__name__", "") not in ("<genexpr>", "list_iterator", "Carre")
        ]
        if functions:
            return functions[i % len(functions)](self.argument("v", j, k))
        return None

    def iterate(self, i, j, k):
        found = self.argument("v", i, k)
        return None if isinstance(found, set | frozenset) else list(itertools.islice(iter(found), 4))

    def tolist(self, i, j, k):
        x = self.tensor(i)
        return x.tolist(), repr(x), x.sum()

    def weighted(self, i, j, k):
        return (self.weight * self.tensor(i)).sum()


ACTIONS = {
    name: getattr(Run, name)
    for name in [
        "tensor_new", "leaf_new", "array_new", "local", "write", "combine", "backward_of", "gradient_of", "write_array",
        "from_array", "container_new", "container_change", "drop", "call_pooled", "iterate", "tolist", "weighted",
    ]
}  # fmt: skip
MAKING = ["tensor_new", "leaf_new", "leaf_new", "array_new", "local", "local", "container_new", "combine"]
numbers_drawn = st.integers(0, 999)


def steps(names):
    """Steps whose names are among `names`."""
    return st.tuples(st.sampled_from(names), numbers_drawn, numbers_drawn, numbers_drawn)


makings = st.lists(steps(MAKING), min_size=1, max_size=5)
pokes = st.lists(steps(list(ACTIONS)), max_size=4)


def programs_around(name):
    """Programs that make objects, call the function `name`, poke at what came back, and call it again."""
    return st.tuples(makings, steps([name]), pokes, st.lists(steps([name]), max_size=1), pokes).map(
        lambda p: [*p[0], p[1], *p[2], *p[3], *p[4]]
    )


anything = st.tuples(
    makings, st.lists(steps(list(ACTIONS)) | steps(sorted(FUNCTIONS)), min_size=2, max_size=10)
).map(lambda p: [*p[0], *p[1]])
