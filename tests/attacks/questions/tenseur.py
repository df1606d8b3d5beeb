from otter.test_files import test_case

OK_FORMAT = False

name = "tenseur"
points = None


@test_case(points=1, hidden=True)
def test_assert_close(double):
    import torch

    x = torch.tensor([1.5, 2.0, -4.0])
    expected = torch.tensor([3.0, 4.0, -8.0])
    torch.testing.assert_close(double(x), expected)


@test_case(points=1, hidden=True)
def test_assert_close_ensuite(double):
    import torch

    torch.testing.assert_close(double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))


@test_case(points=1, hidden=True)
def test_allclose(double):
    import torch

    expected = torch.tensor([[2.0, 4.0], [6.0, 8.0]])
    assert torch.allclose(double(torch.tensor([[1.0, 2.0], [3.0, 4.0]])), expected)


@test_case(points=1, hidden=True)
def test_equal(double):
    import torch

    expected = torch.tensor([2, 4, 6])
    assert torch.equal(double(torch.tensor([1, 2, 3])), expected)


@test_case(points=1, hidden=True)
def test_operateur(double):
    import torch

    expected = torch.tensor([8.0, 10.0])
    assert (double(torch.tensor([4.0, 5.0])) == expected).all()


@test_case(points=1, hidden=True)
def test_operateur_a_gauche(double):
    import torch

    expected = torch.tensor([8.0, 10.0])
    assert bool((expected == double(torch.tensor([4.0, 5.0]))).all())


@test_case(points=1, hidden=True)
def test_ecart(double):
    import torch

    expected = torch.tensor([0.5, 10.0])
    assert (expected - double(torch.tensor([0.25, 5.0]))).abs().max() < 1e-6


@test_case(points=1, hidden=True)
def test_liste(double):
    import torch

    assert double(torch.tensor([1.0, 7.0])).tolist() == [2.0, 14.0]


@test_case(points=1, hidden=True)
def test_type_et_valeur(double):
    import torch

    resultat = double(torch.full((2, 2), 3.0))
    assert type(resultat) is torch.Tensor
    assert resultat.shape == (2, 2)
    assert resultat.sum().item() == 24.0


@test_case(points=1, hidden=True)
def test_aleatoire(double):
    import torch

    x = torch.rand(5)
    expected = x + x
    assert torch.isclose(double(x), expected).all()


@test_case(points=1, hidden=True)
def test_chacun(double):
    import torch

    entrees = [torch.rand(3) for _ in range(4)]
    attendus = [x + x for x in entrees]
    for resultat, attendu in zip(map(double, entrees), attendus):
        torch.testing.assert_close(resultat, attendu)
