from otter.test_files import test_case

OK_FORMAT = False

name = "place"
points = None


@test_case(points=1, hidden=True)
def test_sur_place(ajoute_):
    import torch

    x, y = torch.ones(3), torch.arange(3.0)
    adresse, version = x.data_ptr(), x._version
    resultat = ajoute_(x, y)
    assert resultat is x
    assert x.data_ptr() == adresse
    assert x._version > version
    torch.testing.assert_close(x, torch.tensor([1.0, 2.0, 3.0]))


@test_case(points=1, hidden=True)
def test_attentes(ajoute_):
    import torch

    from notegrad import expect

    x, y = torch.ones(3), torch.arange(3.0)
    avant = expect.snapshot(x=x)
    attendu = x + y
    expect.assert_same_object(ajoute_(x, y), x)
    expect.assert_same_place(avant)
    expect.assert_values(x, attendu, name="x")
