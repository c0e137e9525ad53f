"""The packages, the manual page and the files that describe the project: true, complete, and made again alike."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from email.message import Message
from email.parser import Parser
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from process import Spasm

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MANUAL = ROOT / "share" / "man" / "man1" / "spasm.1"
#: What a person reads about the project, and what points to its addresses.
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*.cff"), ROOT / "pyproject.toml", ROOT / "REUSE.toml",
         *ROOT.glob(".github/**/*.yml"), MANUAL]  # fmt: skip
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
builds = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("hatchling") is None, reason="needs hatchling: pip install -e '.[test]'"),
]


class Built(NamedTuple):
    """The two packages, and the folder into which the sdist was unpacked."""

    sdist: Path
    wheel: Path
    unpacked: Path


def _python(*arguments: object, cwd: Path = ROOT, **variables: str) -> str:
    """Run Python with *arguments* and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _built(source: Path, folder: Path, seed: str) -> Built:
    """Build the sdist from *source* and the wheel from that sdist, unpacked, as packagers do."""
    _python("-m", "hatchling", "build", "-t", "sdist", "-d", folder / "sdist", cwd=source, PYTHONHASHSEED=seed)
    (sdist,) = (folder / "sdist").iterdir()
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.glob("spasm-*")
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheel", cwd=unpacked, PYTHONHASHSEED=seed)
    (wheel,) = (folder / "wheel").iterdir()
    return Built(sdist, wheel, unpacked)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The packages, built from the checkout."""
    return _built(ROOT, tmp_path_factory.mktemp("built"), "1")


@pytest.fixture(scope="module")
def described(built: Built) -> Message:
    """What the wheel says of itself to a package index."""
    with zipfile.ZipFile(built.wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def _help(spasm: Spasm, *command: str) -> str:
    return spasm(*command, "--help").check().out


def _commands(spasm: Spasm) -> list[str]:
    """Return the names of the commands, as the help lists them."""
    listed = _help(spasm).split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)


def _plain(roff: str) -> str:
    return re.sub(r"\\([-e&])", lambda found: {"-": "-", "e": "\\", "&": ""}[found[1]], roff)


def test_manual_and_completions_are_up_to_date() -> None:
    """The manual page and the completion files are what the commands and options of the program make of them."""
    _python("scripts/share.py", "--check")


def test_manual_has_every_option_of_the_help(cold: Spasm) -> None:
    """Each command's part of the manual page names the options that its help shows, and no others."""
    text = _plain(MANUAL.read_text("utf-8"))
    options = text.split(".SH OPTIONS\n")[1].split("\n.SH ")[0]
    assert _named(options) == _offered(_help(cold))
    for name in _commands(cold):
        section = text.split(f'.SS "spasm {name}"\n')[1].split("\n.S")[0]
        assert _named(section) == _offered(_help(cold, name)), name


def _named(section: str) -> set[str]:
    """Return the options that a section of the manual page explains."""
    return {option for line in re.findall(r"^\.B (.*)", section, re.MULTILINE) for option in OPTION.findall(line)}


def _offered(shown: str) -> set[str]:
    """Return the options in the first column of a help."""
    columns = re.findall(r"^  (-.*?)(?:  |$)", shown.split("Options:\n")[1], re.MULTILINE)
    return {option for column in columns for option in OPTION.findall(column)}


@pytest.mark.parametrize("formatter", ["groff -man -ww -z -Tutf8", "mandoc -T lint -W warning"])
def test_manual_is_well_formed(formatter: str) -> None:
    """The formatters of Linux and of BSD and macOS read the manual page without a warning."""
    program, *options = formatter.split()
    if not shutil.which(program):
        pytest.skip(f"needs {program}")
    done = subprocess.run([program, *options, str(MANUAL)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(("shell", "name"), [("bash", "bash-completion/completions/spasm"),
                                             ("zsh", "zsh/site-functions/_spasm"),
                                             ("fish", "fish/vendor_completions.d/spasm.fish")])  # fmt: skip
def test_completions_are_read_by_their_shell(shell: str, name: str) -> None:
    """Each completion file is a script without a fault for the shell it is for."""
    if not shutil.which(shell) or os.name == "nt":
        pytest.skip(f"needs {shell}")
    subprocess.run([shell, "-n", str(ROOT / "share" / name)], check=True)


def test_one_version(cold: Spasm) -> None:
    """The program, the citation, the manual page and the changelog, with its date, name one version."""
    version = cold("--version").check().out.split()[1]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'"spasm {version}"' in MANUAL.read_text("utf-8")
    assert _python("scripts/release_notes.py", f"v{version}").startswith("### ")


def test_one_home() -> None:
    """Every address of the project begins with the one that pyproject.toml calls its source."""
    home = PROJECT["urls"]["Source"]
    host, organisation, _ = home.removeprefix("https://").split("/")
    found = [address for page in PAGES
             for address in re.findall(rf"https://(?:raw\.)?{host}/[^\s\"'<>)\]]*", _plain(page.read_text("utf-8")))
             if "spasm" in address]  # fmt: skip
    assert found
    assert [address for address in found if not address.startswith(home)] == []
    assert PROJECT["authors"][0]["email"].startswith(f"{organisation}@")


def test_links_within_the_project_lead_somewhere() -> None:
    """Every file that a page of the project links to or shows is there."""
    broken = [
        f"{page.name}: {target}" for page in PAGES if page.suffix == ".md"
        for target in re.findall(r'(?:\]\(|src="|href=")([^)"\s#]+)', page.read_text("utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]  # fmt: skip
    assert broken == []


def test_lowest_versions_are_those_promised() -> None:
    """lowest.txt pins exactly the lower bound of everything that the package and its extra for users require."""
    required = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["type-ahead"]]
    lines = [line for line in (ROOT / "lowest.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert sorted(map(_bound, lines)) == sorted(map(_bound, required))


def _bound(requirement: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the lowest or only version, of which 1.2 and 1.2.0 are one."""
    found = re.match(r"([\w-]+)[>=]=(\d+)\.(\d+)(?:\.(\d+))?", requirement)
    assert found, requirement
    return found[1], tuple(int(part or 0) for part in found.groups()[1:])


@pytest.mark.parametrize("args", ["ask can't bend", "ask sciatica --json", "list", "show sciatica", "check", "--help"])
def test_no_network(spasm: Spasm, args: str) -> None:
    """No command makes a socket or asks for the address of a host."""
    watched = Spasm(spasm.home, [sys.executable, "-c", _WATCHED])
    watched.cache = spasm.cache
    assert watched(*args.split()).check().out == spasm(*args.split()).check().out


_WATCHED = """
import sys
def forbid(event, args):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "webbrowser.")):
        raise RuntimeError(event)
sys.addaudithook(forbid)
from spasmcli.__main__ import main
sys.argv[0] = "spasm"
main()
"""


class TestBuilds:
    """What is built, from the checkout and again from the sdist."""

    pytestmark = builds

    def test_made_again_alike(self, built: Built, tmp_path: Path) -> None:
        """From another folder, with another order of sets, both packages come out the same to the last byte."""
        again = _built(built.unpacked, tmp_path, "2")
        assert _digests(again.wheel) == _digests(built.wheel)
        for one, other in zip(built[:2], again[:2], strict=True):
            assert one.read_bytes() == other.read_bytes(), one.name

    def test_nothing_twice(self, built: Built) -> None:
        """No two files of the wheel have the same content."""
        digests = _digests(built.wheel)
        counted = Counter(digest for name, digest in digests.items() if not name.endswith(("py.typed", "RECORD")))
        assert [name for name, digest in digests.items() if counted[digest] > 1] == []

    def test_wheel_carries_what_is_installed(self, built: Built) -> None:
        """The wheel holds the FAQ and its companions, compiled too, the manual page, completions and licences."""
        names = _digests(built.wheel)
        made = {file.relative_to(ROOT).as_posix() for file in (ROOT / "share").rglob("*") if file.is_file()}
        data = {f"spasmcli/data/{file.name}" for file in ROOT.glob("data/*.yaml")} | {"spasmcli/data/faq.db"}
        licences = {"licenses/LICENSE", "licenses/LICENSES/LicenseRef-SCOWL.txt"}
        missing = [one for one in made | data | licences if not any(name.endswith(one) for name in names)]
        assert missing == []
        assert [name for name in names if not name.startswith(("spasmcli/", "spasm-"))] == []

    def test_sdist_carries_what_contributing_names(self, built: Built) -> None:
        """Every path of the checkout that CONTRIBUTING.md names is in the sdist too."""
        text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
        named = {word for word in re.findall(r"[\w.][\w./-]*", text) if (ROOT / word.rstrip("/.")).exists()}
        mine = {word.rstrip("/.") for word in named} - {"", "dist", "build", ".venv"}
        assert {"data/faq.yaml", ".ci/run"} <= mine
        assert [name for name in sorted(mine) if not (built.unpacked / name).exists()] == []

    def test_readme_is_whole_on_an_index(self, described: Message) -> None:
        """Every link and picture of the README is absolute there, and leads into this very version."""
        text = str(described.get_payload())
        targets = re.findall(r'(?:\]\(|src="|href=")([^)"\s]+)', text)
        own = [target for target in targets if "/blob/" in target or "/raw/" in target]
        assert own
        assert [target for target in targets if not target.startswith(("https://", "#"))] == []
        assert [target for target in own if f"/v{described['Version']}/" not in target] == []

    def test_pictures_are_dark_and_light(self) -> None:
        """Each picture of the README is there for dark and for light pages, and is no taller than a screen."""
        readme = (ROOT / "README.md").read_text("utf-8")
        shown = re.findall(r'srcset="docs/([\w-]+)-light\.svg">\s*<img alt="[^"]+" src="docs/([\w-]+)\.svg">', readme)
        assert [("card", "card"), ("emergency", "emergency")] == shown
        for name, _ in shown:
            for end in ("", "-light"):
                text = (ROOT / "docs" / f"{name}{end}.svg").read_text("utf-8")
                assert 1 < text.count(f'<clipPath id="{name}{end}-line-') <= 24

    def test_licences_are_named(self, described: Message) -> None:
        """The licence of the word list stands beside that of the program."""
        assert described["License-Expression"] == "MIT AND LicenseRef-SCOWL"


def _digests(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
