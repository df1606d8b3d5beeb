"""Tricks that keep a call from being counted are refused in one sentence, and what only looks like one is not."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch.utils._python_dispatch import _disable_current_modes

from notegrad import expect
from tests.support.mirror_server import serving


def boucle(x):
    total = 0.0
    for valeur in x.tolist():
        total = total + valeur
    return torch.tensor(total)


def sans_suivi(x):
    sys.settrace(None)
    return boucle(x)


def suivi_remis(x):
    suivi = sys.gettrace()
    sys.settrace(None)
    resultat = boucle(x)
    sys.settrace(suivi)
    return resultat


def se_sait_suivie(x):
    return torch.zeros(()) if sys.gettrace() else boucle(x)


def suivi_de_la_ligne(x):
    sys._getframe().f_trace = None
    total = 0.0
    for valeur in x.tolist():
        total = total + valeur
    return torch.tensor(total)


def suivi_efface_par_map(x):
    list(map(sys.settrace, [None]))
    return boucle(x)


def fil(x):
    resultat = []
    autre = threading.Thread(target=lambda: resultat.append(boucle(x)))
    autre.start()
    autre.join()
    return resultat[0]


def bassin(x):
    with ThreadPoolExecutor(1) as fils:
        return fils.submit(boucle, x).result()


def processus(x):
    enfant = os.fork()
    if enfant == 0:
        os._exit(0)
    os.waitpid(enfant, 0)
    return x.sum()


def alarme(x):
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    return x.sum()


def modes_vides(x):
    with _disable_current_modes():
        return torch.stack([v * 2 for v in x])


def modes_vides_sur_une_ligne(x):
    with _disable_current_modes(): return x * 2  # fmt: skip  # noqa: E701


def mode_pris(x):
    mode = torch._C._pop_torch_dispatch_stack(None)
    y = x * 2
    torch._C._push_on_torch_dispatch_stack(mode)
    return y


def cle_exclue(x):
    cles = torch._C.DispatchKeySet(torch._C.DispatchKey.Python)
    with torch._C._ExcludeDispatchKeyGuard(cles): return x * 2  # fmt: skip  # noqa: E701


TRICKS = {
    "suivi": (sans_suivi, suivi_remis, se_sait_suivie, suivi_de_la_ligne, suivi_efface_par_map),
    "autre fil ou processus": (fil, bassin, processus),
    "alarme": (alarme,),
    "compteur d’opérations": (modes_vides, modes_vides_sur_une_ligne, mode_pris, cle_exclue),
}


@pytest.fixture(autouse=True)
def no_alarm():
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.mark.parametrize(("said", "trick"), [(said, f) for said, tricks in TRICKS.items() for f in tricks])
def test_a_call_that_keeps_from_being_counted_is_refused(said, trick):
    """Bytes and loops alike; the sentence names what was done."""
    with pytest.raises(AssertionError, match=said):
        expect.allocated_bytes(trick, torch.rand(5))
    with pytest.raises(AssertionError, match=said):
        expect.assert_no_loop(trick, lambda n: (torch.rand(n),))


LOOP = "def f(x):\n    total = 0.0\n    for v in x.tolist():\n        total = total + v\n    return torch.tensor(total)"


@pytest.mark.parametrize("filename", [torch.functional.__file__, "<frozen importlib._bootstrap>", "<string>"])
@pytest.mark.parametrize("module", ["torch.functional", "namedtuple_Point"])
def test_the_name_of_a_librarys_file_hides_no_loop(filename, module):
    """Code is a library's where the library holds it, whatever it is called, wherever it is called from."""
    names = {"__name__": module, "torch": torch}
    exec(compile(LOOP, filename, "exec"), names)
    with pytest.raises(AssertionError, match="boucle Python"):
        expect.assert_no_loop(names["f"], lambda n: (torch.rand(n),))
    module = torch.nn.Identity()
    module.forward = names["f"]
    with pytest.raises(AssertionError, match="boucle Python"):
        expect.assert_no_loop(module, lambda n: (torch.rand(n),))


def test_another_answer_while_it_is_counted_is_refused():
    """Whoever finds out by other means gives what is compared."""

    def f(x):
        return torch.zeros(()) if sys._getframe().f_trace else boucle(x)

    with pytest.raises(AssertionError, match="même chose"):
        expect.assert_no_loop(f, lambda n: (torch.rand(n),))


class Triple(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 3

    @staticmethod
    def backward(ctx, grad):
        return grad * 3


def inner(t):
    b = torch.sin(t)
    return b * 2


@pytest.mark.parametrize(
    "honest",
    [
        lambda x: torch.func.vmap(inner)(x),
        lambda x: torch.func.grad(lambda t: inner(t).sum())(x),
        lambda x: torch.func.jacfwd(lambda t: inner(t).sum())(x),
        lambda x: torch.utils.checkpoint.checkpoint(inner, x, use_reentrant=False),
        lambda x: torch.autograd.grad(Triple.apply(x.requires_grad_()).sum(), x)[0],
        lambda x: torch.no_grad()(inner)(x),
        lambda x: torch.rand(3) + x.sum(),
        lambda x: x.add_(1),
        lambda x: print(x) or f"{x}",
        lambda x: torch.nn.functional.dropout(x),
        lambda x: (x.sum(), [x.max(), {"a": x.numpy() * 2}], None, float(x[0])),
        lambda x: torch.tensor(math_nan()),
    ],
)
def test_what_honest_code_does_is_no_trick(honest):
    """Transforms, backward passes, printing, drawing, writing in place: counted as ever."""
    expect.assert_no_loop(honest, lambda n: (torch.rand(n),))


def math_nan():
    return float("nan")


def attend_le_processeur(x):
    return torch.tensor(sum(map(float, range(len(x) ** 4 // 4)))) + x.sum()


def attend(x):
    return x.sum()


def garde(x):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return x.sum()


def test_over_the_mirror_too():
    """The sandbox says what disturbed; a loop that no line shows is seen by the processor's time."""
    with serving(globals()) as served:
        served.mirror.begin(7, 60)
        names = ("sans_suivi", "fil", "modes_vides", "attend_le_processeur", "attend", "garde")
        notebook = served.mirror.get(names)
        for name, said in (("sans_suivi", "suivi"), ("fil", "autre fil"), ("modes_vides", "compteur")):
            with pytest.raises(AssertionError, match=said):
                expect.assert_no_loop(notebook[name], lambda n: (torch.rand(n),))
        with pytest.raises(AssertionError, match="processeur"):
            expect.assert_no_loop(notebook["attend_le_processeur"], lambda n: (torch.rand(n),))
        expect.assert_no_loop(notebook["attend"], lambda n: (torch.rand(n),))
        notebook["garde"](torch.rand(2))
        with pytest.raises(AssertionError, match="autre fil"):
            expect.allocated_bytes(notebook["attend"], torch.rand(2))
