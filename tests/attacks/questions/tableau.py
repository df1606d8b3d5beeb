from otter.test_files import test_case

OK_FORMAT = False

name = "tableau"
points = None


@test_case(points=1, hidden=True)
def test_assert_allclose(triple):
    import numpy as np

    expected = np.array([3.0, 6.0])
    np.testing.assert_allclose(triple(np.array([1.0, 2.0])), expected)


@test_case(points=1, hidden=True)
def test_array_equal(triple):
    import numpy as np

    expected = np.array([3, 6, 9])
    assert np.array_equal(triple(np.array([1, 2, 3])), expected)


@test_case(points=1, hidden=True)
def test_operateur(triple):
    import numpy as np

    expected = np.array([3.0, 6.0])
    assert np.all(expected == triple(np.array([1.0, 2.0])))


@test_case(points=1, hidden=True)
def test_ecart(triple):
    import numpy as np

    expected = np.array([3.5, 6.0])
    assert np.abs(expected - triple(np.array([3.5 / 3, 2.0]))).max() < 1e-9
