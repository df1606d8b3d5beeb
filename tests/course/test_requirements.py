"""Packages that a bundle asks for: read as pip and conda read them, whoever wrote the zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.course.bundle import read_bundle, read_unpacked
from notegrad.course.requirements import bring, not_installed, requirements_of
from notegrad.probes.installed_modules import packages_with

OTTERS = {
    "name": "otter-env",
    "channels": ["conda-forge"],
    "dependencies": [
        *("python=3.12", "pip", "jupyter_server", "conda-forge::scikit-image>=0.22", "pytorch"),
        {
            "pip": [
                "otter-grader[grading,plugins]==7.0.0",
                "seaborn",
                "Absent_Package==2; python_version > '3'",
            ]
        },
    ],
}
LINES = """# what we need
numpy>=2  # a comment
Scikit_Learn[extra]==1.5 --hash=sha256:0
pywin32; sys_platform == "win32"
--index-url elsewhere
-r others.txt
here @ file:///somewhere

not a requirement at all
"""


def test_each_form_is_read() -> None:
    """Names as packages are called, without options, comments, other machines and otter's own machine."""
    assert requirements_of({"requirements.txt": LINES.encode()}) == ("here", "numpy", "scikit-learn")
    found = requirements_of({"environment.yml": json.dumps(OTTERS).encode()})
    assert found == ("absent-package", "otter-grader", "pytorch", "scikit-image", "seaborn")
    assert "absent-package" in not_installed(found)
    assert not {"otter-grader", "torch", "pytorch"} & set(not_installed(found))
    assert bring(found, "absent_package")
    assert bring(found, "skimage")
    assert not bring(found, "sklearn")


@given(st.dictionaries(st.sampled_from(["requirements.txt", "environment.yml"]), st.text() | st.binary()))
def test_whatever_stands_there_is_no_fault(files: dict[str, str | bytes]) -> None:
    """A file that nobody can read asks for nothing, and grading goes on."""
    content = {
        name: text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for name, text in files.items()
    }
    assert isinstance(requirements_of(content), tuple)


@pytest.mark.parametrize(
    "text", ["[" * 3_000, "dependencies: 3", "- a", "dependencies: [{pip: {a: b}}, 3, {x: y}]"]
)
def test_another_environment_asks_for_nothing(text: str) -> None:
    """YAML of another form than conda's, and YAML that no parser stands."""
    assert requirements_of({"environment.yml": text.encode()}) == ()


def test_a_zip_and_its_folder_ask_for_the_same(tmp_path: Path) -> None:
    """Gradescope unpacks the zip: what is asked for there is what was asked for here."""
    files = {"tests/q1.py": "OK_FORMAT = False\nname = 'q1'\n", "environment.yml": json.dumps(OTTERS)}
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
            (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "folder" / name).write_text(text)
    asked = read_bundle(tmp_path / "hw.zip").requirements
    assert "seaborn" in asked
    assert read_unpacked(tmp_path / "folder").requirements == asked


def test_modules_called_otherwise_have_their_packages() -> None:
    """`pip install sklearn` would fetch what is not meant."""
    assert [packages_with(name)[0] for name in ("sklearn", "cv2", "PIL", "pandas")] == [
        *("scikit-learn", "opencv-python", "pillow", "pandas")
    ]
