OK_FORMAT = True

test = {
    "name": "exemples",
    "points": None,
    "suites": [
        {
            "cases": [
                {
                    "code": ">>> double(torch.ones(2))\ntensor([2., 2.])",
                    "hidden": True,
                    "points": 1,
                },
                {
                    "code": ">>> torch.equal(double(torch.tensor([1, 5])), torch.tensor([2, 10]))\nTrue",
                    "hidden": True,
                    "points": 1,
                },
                {
                    "code": ">>> np.allclose(triple(np.ones(2)), 3)\nTrue",
                    "hidden": True,
                    "points": 1,
                },
                {
                    "code": ">>> carre(8) == 64\nTrue",
                    "hidden": True,
                    "points": 1,
                },
            ],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }
    ],
}
