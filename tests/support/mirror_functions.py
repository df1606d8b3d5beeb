"""Functions as students write them; each is applied here and through the mirror, and nobody may tell which.

The name of a parameter says what it is given: `x y z` tensors, `a b` arrays, `l d s` a list, dict or set, `f` a
function of the test's, `n i` a small integer, `v u` anything at all, `p` a plain value.
"""

from __future__ import annotations

import collections
import functools
import math
import random

import numpy as np
import torch

# fmt: off
state: dict[str, object] = {}


def remettre_a_zero():
    """Put the module's own state back, on whichever side it runs."""
    state.clear()
    state["w"] = torch.tensor([2.0, -3.0], requires_grad=True)
    state["appels"] = 0
    state["memoire"] = []
    state["couche"] = couche_de(2)
    state["tableau"] = np.arange(6.0)


def couche_de(n):
    couche = torch.nn.Linear(n, n)
    with torch.no_grad():
        couche.weight.copy_(torch.arange(float(n * n)).reshape(n, n))
        couche.bias.fill_(1.0)
    return couche


# --- out of place ---------------------------------------------------------------------------------


def identite(v): return v
def plus(x, y): return x + y
def fois(x, y): return x * y
def moins_un(x): return x - 1
def carre(x): return x * x
def puissance(x): return x**2
def double(x): return x + x
def exp(x): return x.exp()
def somme(x): return x.sum()
def moyenne(x): return x.float().mean()
def somme_axe(x): return x.sum(-1, keepdim=True)
def maximum(x): return x.max(0)
def tri(x): return x.sort(-1)
def produit(x, y): return x @ y
def einsum(x): return torch.einsum("...i,...i->...", x, x)
def where(x, y): return torch.where(x > 0, x, y)
def cat(x, y): return torch.cat([x, y])
def pile(x, y): return torch.stack((x, y, x))
def clone(x): return x.clone()
def contigu(x): return x.contiguous()
def converti(x): return x.to(torch.float64)
def entier(x): return x.to(torch.int32)
def flottant(x): return x.float()
def booleen(x): return x != 0
def retourne(x): return x.flip(0)
def copie_comme(x): return torch.zeros_like(x)
def ramifie(x): return x.cumsum(0), x.exp() * 2, x
def chaine(x):
    y = x * 2
    z = y * y
    return y, z
def indexation_avancee(x): return x[[0, 0]]
def masque(x): return x[x > 0]
def un_scalaire(x): return x.sum().item()
def liste_de(x): return x.tolist()
def forme(x): return x.shape
def description(x): return repr(x), str(x.dtype)
def taille(x): return x.numel(), x.dim(), x.element_size(), x.nbytes
def pas(x): return x.stride(), x.storage_offset(), x.is_contiguous()
def meme_memoire(x, y): return x.data_ptr() == y.data_ptr()
def meme_objet(x, y): return x is y, x.grad is y.grad if x.is_leaf and y.is_leaf else None
def meme_liste(liste, d): return liste is d, any(v is liste for v in d.values())
def version(x): return x._version
def nom_du_type(v): return type(v).__name__


# --- views ----------------------------------------------------------------------------------------


def vue(x): return x.view(-1)
def choisit(x, i): return x[i]
def tranche(x): return x[::2]
def tranche_milieu(x): return x[..., 1:]
def diagonale(x): return x.diagonal()
def delie(x): return x.unbind(0)
def coupe(x): return x.split(2)
def morceaux(x): return torch.chunk(x, 2, -1)
def etend(x): return x.expand(2, *x.shape)
def diffuse(x, y): return torch.broadcast_tensors(x, y)
def transpose(x): return x.t()
def transpose_mT(x): return x.mT
def permute(x): return x.permute(*reversed(range(x.dim())))
def deplie(x): return x.unfold(0, 2, 1)
def sans_axes(x): return x.squeeze()
def avec_axe(x): return x.unsqueeze(0)
def indexe_none(x): return x[None]
def en_reel(x): return torch.view_as_real(x)
def en_complexe(x): return torch.view_as_complex(x)
def reel(x): return x.real
def imaginaire(x): return x.imag
def conjugue(x): return x.conj()
def conjugue_imag(x): return x.conj().imag
def resout_conj(x): return x.conj().resolve_conj()
def pas_a_pas(x): return x.as_strided((2, 2), (1, 1))
def fenetre(x): return torch.as_strided(x, (2,), (0,), x.storage_offset())
def aplati(x): return x.reshape(-1)
def replie(x): return x.reshape(2, -1)
def aplati_t(x): return x.mT.flatten()
def retreci(x): return x.narrow(0, 0, 1)
def detache(x): return x.detach()
def donnees(x): return x.data
def vue_octets(x): return x.view(torch.uint8)
def vue_int16(x): return x.view(torch.int16)
def vue_de_vue(x): return x[1:][..., ::2]
def vue_de_resultat(x): return (x * 3)[1:]
def deux_vues(x): return x[:1], x[1:], x.view(-1)
def alias(x): return x.view_as(x)
def base(x): return x._base
def grille(x): return x.movedim(0, -1), x.swapaxes(0, -1)
def cache_vue(x):
    state["memoire"].append(x.view(-1))
    return len(state["memoire"])
def rend_vues(): return state["memoire"]


# --- in place -------------------------------------------------------------------------------------


def ajoute_(x, y):
    x += y
    return x
def multiplie_(x): return x.mul_(2)
def zero_(x): x.zero_()
def remplit_(x): return x.fill_(float("nan"))
def copie_(x, y): x.copy_(y)
def pose(x, y):
    if x.is_floating_point():  # torch lets integers require gradients here
        x[0] = y
def pose_tranche(x): x[..., ::2] = 0
def pose_masque(x): x[x < 0] = 0
def sous_no_grad(x):
    with torch.no_grad():
        x.add_(1)
    return x
def par_data(x):
    x.data.mul_(3)
    return x
def par_detach(x):
    x.detach().add_(1)
    return x
def par_vue(x):
    x.view(-1)[0] = 7
    return x
def set_(x, y): x.set_(y)
def set_source(x):
    if x.untyped_storage().nbytes():
        x.set_(x.untyped_storage(), 0, (1,), (1,))
def resize_(x):
    return x.resize_(1) if x.numel() else None
def resize_grand(x):
    y = x.clone()
    return y, y.resize_(9).zero_()
def data_egal(x, y): x.data = y
def data_copie(x): x.data = x.data.clone()
def data_autre_forme(x): x.data = torch.arange(5.0)
def data_vue(x): x.data = x.data.view(-1)[:1]
def unsqueeze_(x): return x.unsqueeze_(0)
def t_(x): return x.t_()
def squeeze_(x): x.squeeze_()
def transpose_(x): x.transpose_(0, -1)
def as_strided_(x): x.as_strided_((1,), (1,))
def requires_grad_(x): return x.requires_grad_()
def sans_grad(x): x.requires_grad = False
def out(x, y, z): return torch.add(x, y, out=z)
def out_vue(x, z):
    torch.mul(x, 2, out=z[:1])
    return z
def echange(x, y):
    tmp = x.clone()
    x.copy_(y)
    y.copy_(tmp)
def index_add_(x): return x.index_add_(0, torch.tensor([0, 0]), torch.ones_like(x[[0, 0]]))
def grad_zero(x): x.grad = None
def grad_pose(x): x.grad = torch.ones_like(x)
def grad_ajoute(x):
    x.grad += 1
    return x.grad
def swap_data(x, y): x.data, y.data = y.data, x.data


# --- autograd -------------------------------------------------------------------------------------


def retropropage(x):
    (x * x).sum().backward()
    return x.grad
def retro_deux_fois(x):
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
def retro_interdit(x):
    loss = (x * x).sum()
    loss.backward()
    loss.backward()
def recule(x): x.backward(torch.ones_like(x))
def gradient(x): return torch.autograd.grad((x**3).sum(), x)[0]
def gradient_graphe(x): return torch.autograd.grad((x**3).sum(), x, create_graph=True)[0]
def gradient_de(f, x): return torch.autograd.grad(f(x).sum(), x)[0]
def gradient_de_graphe(f, x):
    return torch.autograd.grad(f(x).sum(), x, create_graph=True)[0]
def retro_de(f, x):
    f(x).sum().backward()
    return x.grad
def hessienne(f, x): return torch.autograd.functional.hessian(lambda t: f(t).sum(), x)
def jacobien(f, x): return torch.autograd.functional.jacobian(f, x)
def jacrev(f, x): return torch.func.jacrev(f)(x)
def func_grad(f, x): return torch.func.grad(lambda t: f(t).sum())(x)
def vmap(f, x): return torch.func.vmap(f)(x)
def jvp(f, x): return torch.func.jvp(f, (x,), (torch.ones_like(x),))
def descente(f, x):
    x = x.detach().clone().requires_grad_()
    optimiseur = torch.optim.SGD([x], lr=0.5)
    for _ in range(2):
        optimiseur.zero_grad()
        f(x).sum().backward()
        optimiseur.step()
    return x
def pas_de_sgd(x): torch.optim.SGD([x], lr=0.5).step()
def accumule(x):
    for _ in range(3):
        (x * 2).sum().backward()
    return x.grad
def retient(x):
    y = x * 2
    y.retain_grad()
    y.sum().backward()
    return y, y.grad
def retient_sans_reculer(x):
    y = x * 2
    y.retain_grad()
    return y
def crochet(x):
    vus = []
    y = x * 3
    y.register_hook(lambda g: vus.append(g.sum().item()))
    y.sum().backward()
    return vus
def crochet_double(x):
    y = x * 1
    y.register_hook(lambda g: g * 10)
    return y
class Carre(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g
class RetourFaux(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2

    @staticmethod
    def backward(ctx, g): raise ZeroDivisionError("pas de gradient ici")
def carre_maison(x): return Carre.apply(x)
def retour_faux(x): return RetourFaux.apply(x)
def detach_(x): return (x * 2).detach_()
def detach_entree_(x): return x.detach_()
def sans_graphe(x):
    with torch.no_grad():
        return x * 2
def graphe_partiel(x): return x * x.detach()
def feuille(x): return x.detach().clone().requires_grad_()
def parametre(x): return torch.nn.Parameter(x.detach().clone())
def grad_d_entree(x): return x.grad
def est_feuille(x): return x.is_leaf, x.requires_grad, x.grad_fn is None
def avec_poids(x): return (state["w"] * x.sum()).sum()
def poids(): return state["w"]
def grad_poids(): return state["w"].grad
def zero_poids(): state["w"].grad = None
def couche(x): return state["couche"](x)
def parametres(): return list(state["couche"].parameters())
def place_avec_graphe(x):
    y = x * 1
    y.mul_(x)
    return y
def place_sur_vue(x):
    y = x * 1
    y[..., 0] = x.sum()
    return y
def modifie_(y, x): return y.mul_(x)
def modifie_tranche_(y, x): y[:1] = x[:1] * 2
def vue_puis_modifie(x):
    y = x * 2
    v = y[:1]
    y.add_(1)
    return y, v
def exp_gache(x):
    y = x.exp()
    y.add_(1)
    return y
def clip(x): return torch.nn.functional.relu(x), x.clamp(min=0)
def norme(x): return torch.linalg.norm(x)
def perte(x, y): return torch.nn.functional.mse_loss(x, y)
def reel_graphe(x): return (x * x).real
def inutile(x, y): return x * 2, (y * 0).sum()


# --- NumPy ----------------------------------------------------------------------------------------


def en_numpy(x): return x.numpy()
def en_numpy_detache(x): return x.detach().numpy()
def en_numpy_t(x): return x.detach().numpy().T
def depuis_numpy(a): return torch.from_numpy(a)
def en_tenseur(a): return torch.tensor(a)
def as_tensor(a): return torch.as_tensor(a)
def asarray(x): return np.asarray(x.detach())
def tolist(a): return a.tolist()
def tableau_copie(a): return a.copy()
def tableau_vue(a): return a[::-1]
def tableau_ravel(a): return a.ravel()
def tableau_transpose(a): return a.T
def tableau_reshape(a): return a.reshape(-1, 1)
def tableau_plus_(a):
    a += 1
    return a
def tableau_pose(a): a[..., 0] = 5
def tableau_somme(a): return a.sum(), a.mean(), a.max()
def tableau_base(a): return a.base if a.size and isinstance(a.base, np.ndarray) and a.base.flags.owndata else None
def tableau_frombuffer(a): return np.frombuffer(a, dtype=np.uint8)
def tableau_lecture_seule(a): a.flags.writeable = False
def partage(a, x): return np.shares_memory(a, x.detach().numpy())
def tableau_garde(): return state["tableau"]
def tableau_garde_vue(): return state["tableau"][1:4]
def modifie_garde(): state["tableau"] *= 2
def torch_frombuffer(): return torch.frombuffer(bytearray(b"\x01\x02\x03\x04"), dtype=torch.int16)
def fortran(a): return np.asfortranarray(a)
def scalaire_numpy(a): return a.dtype.type(1), np.float32(2.5), np.bool_(True), np.int64(-3)


# --- containers -----------------------------------------------------------------------------------


def ajoute_un(liste):
    liste.append(torch.ones(2))
    return liste
def vide(liste): liste.clear()
def inverse(liste): liste.reverse()
def premier(liste): return liste[0]
def double_chacun(liste): return [2 * v for v in liste]
def remplace(liste, v): liste[:] = [v, v]
def range_dans(liste, v): liste.append([v])
def liste_recursive(liste): liste.append(liste)
def liste_recursive_neuve():
    boucle = [1]
    boucle.append({"moi": boucle})
    return boucle
def dans_dict(d, v): d["cle"] = v
def sort_dict(d): return list(d.items())
def oublie(d): d.clear()
def trie_cles(d): return sorted(d, key=str)
def dict_neuf(v): return {"a": v, 1: [v], (1, 2): None, None: {"b": v}}
def ensemble(s):
    s.add("vu")
    return s
def ensemble_neuf(p): return {1, "deux", (3, 4.0)}, frozenset({5})
def compte(liste): return collections.Counter(type(v).__name__ for v in liste)
def ordonne(v): return collections.OrderedDict(z=1, a=v)
def defaut(): return collections.defaultdict(list, {"a": [1]})
def file_double(v): return collections.deque([v, 1, v])
Point = collections.namedtuple("Point", ["x", "y"])  # noqa: PYI024 - what students write
def point(v): return Point(v, 2)
def imbrique(v): return ((v, [v]), {"k": (v,)})
def vides(): return [], (), {}, set(), torch.Size([])
def meme_liste_deux_fois(liste): return liste, [liste, liste]
def octets_modifiables(): return bytearray(b"abc")
def generateur(liste): return (v for v in liste)
def iterateur(liste): return iter(liste)


# --- functions, classes, handles ------------------------------------------------------------------


def applique(f, v): return f(v)
def applique_deux_fois(f, v): return f(f(v))
def compose(f, v):
    def composee(t): return f(t)

    return composee(v)
def rend_f(f): return f
def rend_fonction(n):
    def ajoute(t): return t + n

    return ajoute
def rend_compteur():
    vus = []

    def compte(v):
        vus.append(v)
        return len(vus), vus

    return compte
def rend_gradient(f): return lambda t: torch.autograd.grad(f(t).sum(), t)[0]
def rend_partiel(n): return functools.partial(pow, 2, n)
def rend_lambda(): return lambda t, /, n=2, *r, **k: t * n
def attrape(f, v):
    try:
        return f(v)
    except Exception as error:
        return type(error).__name__, str(error)
def appels():
    state["appels"] += 1
    return state["appels"]
def rend_classe(): return Carre
def rend_module(): return torch, math, np, torch.nn.functional
def rend_types(): return int, float, torch.Tensor, np.ndarray, list, type(None)
def appelle_methode(x): return x.add
def defauts(n=3, *, p="ok"): return n, p
def variadique(*v, **k): return v, k


# --- plain values ---------------------------------------------------------------------------------


def rend_none(): return None
def plein(): return True, 0, -1, 2**63, -(2**63), 2**63 - 1, 2**64, -(2**200), 10**400
def flottants(): return float("nan"), float("inf"), -float("inf"), -0.0, 5e-324, 1e308
def complexes(): return 1j, complex(-0.0, float("nan"))
def textes(): return "", "é", "\ud800x", "a\x00b", "😀"
def octets(): return b"", b"\xff\x00", bytes(range(256))
def tranches(): return slice(None), slice(1, None, -1), slice("a", 2.5, None), Ellipsis, NotImplemented
def intervalles(): return range(3), range(10, 0, -3), range(2**70), range(0)
def types_torch(): return torch.float16, torch.bool, torch.device("cpu"), torch.device("cuda", 1), torch.strided
def dtype_numpy(): return np.dtype("f4"), np.dtype("<M8[s]"), np.float32
def tailles(): return torch.Size([2, 3]), torch.ones(2, 3).shape[0], torch.channels_last
def rend_valeur(p): return p
def infini_et_texte(n): return math.pi * n, str(n), n == 2, n / 4
def prend_p(p): return [p, (p,), {"p": p}]


# --- exceptions -----------------------------------------------------------------------------------


class MonErreur(ValueError):
    pass
class MonArret(BaseException):
    pass
class ErreurDeCle(KeyError):
    pass
ERREURS = [
    ValueError("non"), TypeError(), KeyError("k"), KeyError(3), KeyError((1, 2)), IndexError("trop loin"), ZeroDivisionError("division by zero"),
    AttributeError("pas là"), NameError("name 'x' is not defined"), RuntimeError("deux", 2), NotImplementedError(), StopIteration(3),
    OSError(2, "absent", "fichier"), FileNotFoundError(2, "absent"), PermissionError(13, "interdit"), AssertionError("faux"), AssertionError(), OverflowError("x"),
    RecursionError("profond"), MemoryError(), ImportError("rien"), ModuleNotFoundError("rien"), EOFError(), LookupError("ici"),
    ArithmeticError(1.5), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "mauvais"), UnicodeEncodeError("ascii", "é", 0, 1, "non"), SyntaxError("ligne"), IndentationError("décalé"),
    BufferError("b"), TimeoutError("tard"), ConnectionError("coupé"), Exception("brut"), Exception("a", None), UserWarning("attention"),
    SystemExit(3), SystemExit(), KeyboardInterrupt(), GeneratorExit(), MonErreur("à moi"), MonErreur(), MonArret("stop"), ErreurDeCle("clé"),
    torch.OutOfMemoryError("plus de place"), np.linalg.LinAlgError("singulière"), np.exceptions.AxisError(3, 2),
    ValueError("\ud800 seul"), ValueError(b"octets"), ValueError([1, 2]), BlockingIOError(11, "plus tard"), StopAsyncIteration("x"), ValueError("x" * 300),
]
def leve(n): raise ERREURS[n % len(ERREURS)]
def leve_apres_ecriture(x):
    x.add_(1)
    raise ValueError("après")
def leve_de(x):
    try:
        x.nimporte_quoi
    except AttributeError as error:
        raise RuntimeError("cause") from error
def zerodiv(n): return 1 // (n - n)
def recursion(n): return recursion(n) + 1
def forme_fausse(x): return x.reshape(7, 11)
def dtype_faux(x): return x @ torch.ones(1, dtype=torch.int8)
def assertion(x): assert x is None
def arret(): raise SystemExit(3)
def mauvais_nom(): return nom_inconnu  # noqa: F821
def singuliere(): return torch.linalg.inv(torch.zeros(2, 2))
def index_faux(x): return x[99]


# --- global state ---------------------------------------------------------------------------------


def coupe_grad(): torch.set_grad_enabled(False)
def remet_grad(): torch.set_grad_enabled(True)
def type_par_defaut(): torch.set_default_dtype(torch.float64)
def appareil_par_defaut(): torch.set_default_device("cpu:0")
def remet_appareil(): torch.set_default_device(None)
def seme(n): torch.manual_seed(n)
def tire(n): return torch.rand(n % 5 + 1), torch.randn(2), torch.randint(10, (3,))
def tire_beaucoup(): return torch.randn(700).sum()
def tire_numpy(n): return np.random.rand(n % 3 + 1), np.random.randn(), np.random.randint(10)
def seme_numpy(n): np.random.seed(n)
def tire_python(): return random.random(), random.gauss(0, 1), random.randrange(10), random.choice("abc")
def seme_python(n): random.seed(n)
def melange(liste): random.shuffle(liste)
def dropout(x): return torch.nn.functional.dropout(x, 0.5)
def grad_actif(): return torch.is_grad_enabled(), torch.get_default_dtype()
def cree(): return torch.ones(2), torch.zeros(2).requires_grad_()
def ecrit(v): print("bonjour", type(v).__name__)
def ecrit_tenseur(x): print(x, end="")
def ecrit_sans_fin(): print("é" * 10, 3, sep="|", end="")


# --- the meta device ------------------------------------------------------------------------------


def meta(x): return x.to("meta")
def meta_neuf(): return torch.ones(2, 3, device="meta")
def meta_vue(): return torch.ones(4, device="meta")[1:]
def meta_produit(x): return x.to("meta") @ torch.ones(2, 2, device="meta")


HELPERS = {"remettre_a_zero", "couche_de"}
FUNCTIONS = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and type(value).__name__ == "function" and name not in HELPERS
}
