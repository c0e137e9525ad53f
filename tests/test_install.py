"""The wheel, the sdist and a zip application, with no more than what the package declares (cases 89, 93, 94)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipapp
import zipfile
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from process import Spasm
from test_environment_cases import HEAVY, OF_THE_CACHE, loaded_modules

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("hatchling") is None, reason="needs hatchling: pip install -e '.[dev]'"),
    pytest.mark.skipif(find_spec("pip") is None, reason="needs pip"),
]
ROOT = Path(__file__).parent.parent
ASK = ["ask", "--field", "id", "heat", "or", "ice"]


def _run(*command: object, cwd: Path = ROOT) -> None:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _built(source: Path, target: str, folder: Path) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder, cwd=source)
    (made,) = folder.iterdir()
    return made


def _declared(name: str, seen: set[str]) -> Iterator[metadata.Distribution]:
    """Yield the distributions that *name* requires, whatever they require included, extras left out."""
    for requirement in metadata.requires(name) or []:
        found = re.match(r"[\w.-]+", requirement)
        assert found
        if "extra ==" in requirement or found[0].lower() in seen:
            continue
        seen.add(found[0].lower())
        try:
            yield metadata.distribution(found[0])
        except metadata.PackageNotFoundError:  # required on another platform only
            continue
        yield from _declared(found[0], seen)


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what the package declares that it needs."""
    folder = tmp_path_factory.mktemp("dependencies")
    for distribution in _declared("spasm", set()):
        for top in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(Path(str(distribution.locate_file(top))))
    return folder


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(_built(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist as a packager does."""
    return _built(sdist, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def place(wheel: Path, dependencies: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of a virtual environment with the wheel and without the packages of these tests."""
    home = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", "--without-pip", home)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    _run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index", wheel)
    (site,) = home.rglob("site-packages")
    (site / "dependencies.pth").write_text(str(dependencies))
    return programs


def commands(place: Path) -> dict[str, list[str]]:
    """Return the ways to start the installed command."""
    return {"script": [str(place / "spasm")], "module": [str(place / "python"), "-P", "-m", "spasmcli"]}


@pytest.mark.parametrize("way", ["script", "module"])
def test_case_89_93_wheel(cold: Spasm, place: Path, way: str) -> None:
    """Installed from a wheel without extras, every command works, and no cache is needed for the bundled FAQ."""
    installed = Spasm(cold.home, commands(place)[way])
    assert installed(*ASK).check().out == "heat-or-ice\n"
    assert "Usage: spasm" in installed("--help").check().out
    assert installed("--version").check().out == f"spasm {metadata.version('spasm')}\n"
    assert installed("show", "sciatica", "--format", "card").check().out.startswith("╭")
    assert installed("check").check().out == "the bundled FAQ: no problems.\n"
    assert installed("ask", "--field", "id", "slepeing positon").check().out == "sleeping-position\n"
    assert list(cold.home.iterdir()) == []


def test_case_89_same_answers_as_the_checkout(spasm: Spasm, place: Path) -> None:
    """The compiled FAQ in the wheel gives what the checkout gives."""
    installed = Spasm(spasm.home, commands(place)["script"])
    for args in (["list", "--json"], ["list", "--red-flags", "--json"], ["ask", "--json", "numb legs and back pain"]):
        assert installed(*args).check().json == spasm(*args).check().json


def test_case_89_zip_application(cold: Spasm, wheel: Path, dependencies: Path, tmp_path: Path) -> None:
    """From inside a zip file the command finds its FAQ, its words and its version too."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "app")  # noqa: S202  (built here)
    zipapp.create_archive(tmp_path / "app", tmp_path / "spasm.pyz", main="spasmcli.__main__:main")
    packed = Spasm(cold.home, [sys.executable, "-S", str(tmp_path / "spasm.pyz")])
    variables = {"PYTHONPATH": str(dependencies)}
    assert packed(*ASK, env=variables).check().out == "heat-or-ice\n"
    assert packed("ask", "--field", "id", "slepeing positon", env=variables).check().out == "sleeping-position\n"
    assert packed("--version", env=variables).check().out == f"spasm {metadata.version('spasm')}\n"
    assert packed("check", env=variables).check().out == "the bundled FAQ: no problems.\n"
    assert list(cold.home.iterdir()) == []


def test_case_85_damaged_package(cold: Spasm, place: Path) -> None:
    """If the compiled FAQ of the package is damaged, the command compiles the FAQ anew, into its cache."""
    installed = Spasm(cold.home, commands(place)["script"])
    (compiled,) = place.parent.rglob("faq.db")
    whole = compiled.read_bytes()
    try:
        for harmed in (whole[:5000], b"", whole[: len(whole) // 4] + bytes(len(whole) // 4 * 3)):
            compiled.write_bytes(harmed)
            assert installed(*ASK).check().out == "heat-or-ice\n"
        compiled.unlink()
        assert installed(*ASK).check().out == "heat-or-ice\n"
    finally:
        compiled.write_bytes(whole)
    assert [file.suffix for file in (cold.cache / "spasm").iterdir()] == [".db"]


@pytest.mark.parametrize(
    "args", [["--version"], ["--help"], ["ask", "heat or ice"], ["ask", "my back hurts", "--json"], ["list"]]
)
def test_case_94_quick_start_of_the_wheel(cold: Spasm, place: Path, args: list[str]) -> None:
    """An installed command imports nothing heavy, nor what only a cache needs."""
    loaded = loaded_modules([str(place / "python")], cold.home, *args)
    assert [name for name in HEAVY + OF_THE_CACHE if name in loaded] == []


def test_case_89_what_is_in_the_packages(sdist: Path, wheel: Path) -> None:
    """The wheel holds the package with its FAQ and licences and nothing else; the sdist can be tested."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {"spasmcli/data/faq.yaml", "spasmcli/data/faq.db", "spasmcli/text/english.txt", "spasmcli/py.typed"} <= set(
        names
    )
    assert [name for name in names if not name.startswith(("spasmcli/", "spasm-"))] == []
    assert [
        name
        for name in ("tests/conftest.py", "data/faq.yaml", "hatch_build.py", "lowest.txt", "README.md")
        if not (sdist / name).exists()
    ] == []
