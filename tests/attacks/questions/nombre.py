from otter.test_files import test_case

OK_FORMAT = False

name = "nombre"
points = None


@test_case(points=1, hidden=True)
def test_egal(carre):
    assert carre(3) == 9


@test_case(points=1, hidden=True)
def test_attendu_a_gauche(carre):
    attendu = 49
    assert attendu == carre(7)


@test_case(points=1, hidden=True)
def test_proche(carre):
    attendu = 2.25
    assert abs(carre(1.5) - attendu) < 1e-9


@test_case(points=1, hidden=True)
def test_proche_dans_l_autre_sens(carre):
    attendu = 6.25
    assert abs(attendu - carre(2.5)) <= 1e-9


@test_case(points=1, hidden=True)
def test_encadre(carre):
    assert 15.9 < carre(4) < 16.1


@test_case(points=1, hidden=True)
def test_type_et_valeur(carre):
    resultat = carre(5)
    assert isinstance(resultat, int)
    assert resultat == 25


@test_case(points=1, hidden=True)
def test_texte(carre):
    assert str(carre(6)) == "36"


@test_case(points=1, hidden=True)
def test_tous(carre):
    assert list(map(carre, [1, 2, 3])) == [1, 4, 9]


@test_case(points=1, hidden=True)
def test_approche(carre):
    import pytest

    assert carre(1.1) == pytest.approx(1.21)
