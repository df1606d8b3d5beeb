from otter.test_files import test_case

OK_FORMAT = False

name = "gradient"
points = None


@test_case(points=1, hidden=True)
def test_gradient(energie):
    import torch

    x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    attendu = torch.tensor([2.0, -4.0, 6.0])
    energie(x).backward()
    torch.testing.assert_close(x.grad, attendu)


@test_case(points=1, hidden=True)
def test_valeur_et_gradient(energie):
    import torch

    x = torch.tensor([1.0, -2.0], requires_grad=True)
    valeur = energie(x)
    (gradient,) = torch.autograd.grad(valeur, x)
    assert torch.equal(gradient, torch.tensor([2.0, -4.0]))
    assert valeur.item() == 5.0
