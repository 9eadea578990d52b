"""Every kind of problem has a flow that has it, and the exact words it is told in.

`tests/broken_flows/<kind>.yaml` (or a folder with flows/, and locales/ or settings.yaml where they matter) is checked
as an author would, and the output compared with `<kind>.txt`. After a deliberate change, write the outputs anew with
`make test ARGS="tests/checking --update"` and read the difference.
"""

import shutil
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.model.diagnostic import Slug

FOLDER = Path(__file__).parent.parent / "broken_flows"
TOO_LARGE_TO_KEEP = {"file-too-large", "flow-too-large", "too-many-files", "too-many-mistakes"}
FIXTURES = sorted(
    path for path in FOLDER.iterdir() if (path.suffix == ".yaml" and path.stem != "library") or path.is_dir()
)


def output_of(fixture: Path, monkeypatch: pytest.MonkeyPatch, empty: Path) -> tuple[str, int]:
    """What `check` says of a fixture, and its exit code."""
    if fixture.is_dir():
        locales, settings, target = fixture / "locales", fixture / "settings.yaml", "flows"
        monkeypatch.chdir(fixture)
    else:
        locales, settings, target = empty, empty / "settings.yaml", fixture.name
        monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("BOT_LOCALES_DIR", str(locales if locales.is_dir() else empty))
    if settings.is_file():
        monkeypatch.setenv("BOT_SETTINGS", str(settings))
    result = CliRunner().invoke(main, ["check", target])
    return result.stdout, result.exit_code


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_problem_is_told_exactly(fixture: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, update: bool) -> None:
    """The output is the expected one, to the letter."""
    told, exit_code = output_of(fixture, monkeypatch, tmp_path)
    expected = fixture.with_suffix(".txt") if fixture.is_file() else fixture / "expected.txt"
    if update:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert f"[{fixture.stem}]" in told
    assert exit_code == (1 if "error[" in told else 0)


def test_every_kind_of_problem_has_a_fixture() -> None:
    """A new kind of problem comes with a flow that shows it."""
    assert {path.stem for path in FIXTURES} == set(get_args(Slug)) - TOO_LARGE_TO_KEEP


def test_file_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A huge file is refused before it is parsed."""
    big = tmp_path / "big.yaml"
    big.write_text("# " + "x" * 1_000_000, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert (
        CliRunner()
        .invoke(main, ["check", "big.yaml"])
        .stdout.startswith(
            "big.yaml:1:1: error[file-too-large]: the file has 1,000,002 characters; at most 1,000,000 are allowed\n"
        )
    )


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, *, locales: Path | None = None) -> str:
    """What `check` says of a folder, which it takes no longer over than an author waits."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BOT_LOCALES_DIR", str(locales or folder))
    result = CliRunner().invoke(main, ["check", "."])
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stdout


def test_a_giant_is_not_even_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a flow file nor a catalogue: no more than four megabytes of it come into memory."""
    catalogue = tmp_path / "en" / "LC_MESSAGES" / "flows.po"
    catalogue.parent.mkdir(parents=True)
    for path in (tmp_path / "giant.yaml", catalogue):
        with path.open("wb") as file:
            file.truncate(50_000_000_000)
    told = checked(tmp_path, monkeypatch)
    words = "error[file-too-large]: the file has more than 4,000,000 bytes, which is more than is read\n"
    assert f"giant.yaml:1:1: {words}" in told
    assert f"en/LC_MESSAGES/flows.po:1:1: {words}" in told


def test_too_many_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that was named by mistake is not read file by file."""
    for number in range(501):
        (tmp_path / f"{number:03}.yaml").write_text("a: b", encoding="utf-8")
    told = checked(tmp_path, monkeypatch)
    assert told.startswith(
        "000.yaml:1:1: error[too-many-files]: there are 501 files beside this one; at most 500 are read\n"
    )


@pytest.mark.parametrize("line", ["k{n}: x", "k{n}: [x, {{y: z}}]"])
def test_too_many_mistakes(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first 500 of them are told, and that there are more."""
    lines = "".join(f"{line.format(n=number)}\n" for number in range(20_000))
    (tmp_path / "wrong.yaml").write_text(f"format: 1\nflow: demo\n{lines}", encoding="utf-8")
    told = checked(tmp_path, monkeypatch)
    assert told.count("error[") <= 510
    assert (
        "error[too-many-mistakes]: there are more than 500 mistakes in this file; mend those above, then look" in told
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}]\n" for n in range(50)), "alias"),
        ("a: " + "[" * 400_000, "too-deep"),
        ("a: " + "{a: " * 200_000, "too-deep"),
        ("\n".join(" " * n + "a:" for n in range(1_000)), "too-deep"),
        ("- " * 300_000, "too-deep"),
        ("? " * 300_000, "too-deep"),
        ("format: 1\nflow: demo\ntitle: " + "x" * 900_000, "missing-key"),
        ("format: 1\nflow: demo\n" + "x" * 900_000 + ": 1", "yaml-syntax"),
        ("format: 1\nflow: demo\ntitle: a\0b", "yaml-syntax"),
        ('format: 1\nflow: demo\ntitle: "a\\ud800b"', "yaml-syntax"),
        ("a" + "\u0301" * 500_000, "not-a-mapping"),
    ],
    ids=lambda value: f"{value[:20]!r}",
)
def test_bombs(text: str, slug: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each is refused at its place, with a short message, at once."""
    (tmp_path / "bomb.yaml").write_text(text, encoding="utf-8")
    told = checked(tmp_path, monkeypatch)
    assert f"error[{slug}]" in told
    assert len(told) < 100_000


def test_flow_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Sub-flows that call each other in too many ways are refused instead of taking for ever."""
    shutil.copy(FOLDER / "library.yaml", tmp_path)
    subflows = "".join(
        f"  s{n}:\n    start: a\n    nodes:\n"
        f"      a: {{call: s{n + 1}, goto: b}}\n      b: {{call: s{n + 1}, goto: return}}\n"
        for n in range(16)
    )
    yaml = (
        "format: 1\nflow: demo\ntitle: Demo\nstart: a\n"
        "nodes:\n  a: {call: s0, goto: b}\n  b: {end: solved, text: Fin.}\n"
        f"subflows:\n{subflows}  s16: {{start: a, nodes: {{a: {{text: Ici., goto: return}}}}}}\n"
    )
    (tmp_path / "huge.yaml").write_text(yaml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["check", "huge.yaml"]).stdout
    assert "huge.yaml:2:7: error[flow-too-large]: the sub-flows call each other in too many ways" in told
