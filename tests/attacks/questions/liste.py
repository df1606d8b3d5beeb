from otter.test_files import test_case

OK_FORMAT = False

name = "liste"
points = None


@test_case(points=1, hidden=True)
def test_egal(ranger):
    assert ranger([3, 1, 2]) == [1, 2, 3]


@test_case(points=1, hidden=True)
def test_dictionnaire(ranger):
    assert {"trie": ranger([2, 1])} == {"trie": [1, 2]}


@test_case(points=1, hidden=True)
def test_appartient(ranger):
    assert ranger([5, 4]) in ([4, 5], (4, 5))


@test_case(points=1, hidden=True)
def test_element_par_element(ranger):
    resultat = ranger([9, 7, 8])
    assert len(resultat) == 3
    assert all(resultat[i] == attendu for i, attendu in enumerate([7, 8, 9]))


@test_case(points=1, hidden=True)
def test_contient(ranger):
    resultat = ranger(["b", "a"])
    assert "a" in resultat and "b" in resultat and "c" not in resultat


@test_case(points=1, hidden=True)
def test_unittest(ranger):
    import unittest

    unittest.TestCase().assertEqual(ranger([1, 0]), [0, 1])
