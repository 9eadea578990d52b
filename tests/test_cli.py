"""The command line, as it is typed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.desk import ROOT, emptied
from tests.sample import SAMPLE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: str = "") -> Result:
    """What a command does."""
    return CliRunner().invoke(main, list(arguments), input=stdin)


def python(*arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """What a command does, in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help() -> None:
    """Every command is listed with what it does."""
    told = run("--help").output
    for command in ("chat", "check", "graph", "schema", "settings", "messages", "understand"):
        assert f"\n  {command} " in told
    assert "Examples:\n" in run("chat", "--help").output
    assert run("--version").output == "guichet, version 0.1.0\n"


def test_help_is_quick() -> None:
    """Nothing heavy is loaded to say it."""
    heavy = ["pydantic", "sqlalchemy", "alembic", "babel", "yaml", "transitions", "prompt_toolkit", "rich"]
    code = (
        "import atexit, sys; sys.argv = ['bot', '--help']; "
        f"atexit.register(lambda: print('loaded:', *({{*{heavy}}} & {{*sys.modules}}))); import bot.__main__"
    )
    assert python("-c", code).stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (["-S", "-m", "bot", "--help"], "click"),
        (
            ["-c", "import runpy, sys; sys.argv[1:] = ['check']; sys.modules['yaml'] = None; runpy.run_module('bot')"],
            "yaml",
        ),
    ],
)
def test_a_python_without_the_dependencies(arguments: list[str], missing: str) -> None:
    """Typed with another Python than that of `.venv`, any command says in one line what to type instead."""
    result = python(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f'{missing} is missing from the Python that runs this ({sys.executable}); in a checkout, type "make chat", '
        'or "make bot ARGS=..." for other commands, or .venv/bin/python -m bot\n'
    )


def test_chat_without_input_greets_and_ends(tmp_path: Path) -> None:
    """As `make chat </dev/null` does."""
    result = python("-m", "bot", "chat", "--data", str(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Bonjour")


def test_chat_into_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    """Whoever stops listening gets no traceback."""
    command = f'"{sys.executable}" -m bot chat --data "{tmp_path}" | head -c 10; echo "${{PIPESTATUS[0]}}"'
    result = subprocess.run(
        ["bash", "-c", command],  # noqa: S607
        cwd=ROOT,
        input="1\n1\n1\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].endswith("0")


@pytest.mark.parametrize(("options", "line"), [((), b"/photo gone\n"), (("--jsonl",), b'{"photo": "gone"}\n')])
def test_chat_is_interrupted_while_it_waits(options: tuple[str, ...], line: bytes, tmp_path: Path) -> None:
    """Ctrl-C ends it at once and without noise, though its input stays open."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--data", str(tmp_path), *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(line)
        process.stdin.flush()
        next(told for told in process.stdout if b"gone cannot be read" in told)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=10) == 130
        finally:
            process.kill()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("ending", ["", "\n"])
def test_chat_reads_a_file(ending: str, tmp_path: Path) -> None:
    """To its end, whether its last line ends or not, and bytes that are no UTF-8 included."""
    (tmp_path / "in").write_bytes(
        b'{"choose": "wifi"}\n{"text": "\xff"}\n\n{"choose": "slow_network"}' + ending.encode()
    )
    with (tmp_path / "in").open("rb") as file:
        result = subprocess.run(
            [sys.executable, "-m", "bot", "chat", "--jsonl", "--data", str(tmp_path)],
            cwd=ROOT,
            stdin=file,
            capture_output=True,
            check=True,
            timeout=60,
        )
    assert result.stderr == b""
    nodes = [json.loads(line)["node"] for line in result.stdout.splitlines()]
    assert nodes == ["start.service", "wifi.cause", "wifi.cause", "wifi.place"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "de"], 'there is no language "de"; there are: fr, en'),
        (["--flow", "mail"], 'there is no flow "mail"; there are: webmail, wifi'),
        (
            ["--now", "yesterday"],
            "Invalid value for '--now': \"yesterday\" is not an instant such as 2026-06-22T10:30:00",
        ),
    ],
)
def test_chat_says_what_is_wrong(arguments: list[str], message: str, folder: Path) -> None:
    """One line, exit code 2."""
    result = run("chat", "--data", str(folder / "data"), *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_chat_with_broken_flows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The errors are told as `check` tells them; warnings do not keep it from starting."""
    (folder / "flows").mkdir()
    (folder / "flows" / "sample.yaml").write_text(
        SAMPLE.replace("goto: summary}", "goto: sumary}", 1), encoding="utf-8"
    )
    monkeypatch.setenv("BOT_FLOWS_DIR", "flows")
    result = run("chat")
    assert result.exit_code == 2
    assert (
        'error[unknown-target]: there is no node "sumary" in the flow "sample"; did you mean "summary"?'
        in result.stderr
    )
    assert "errors in the flows; see: python -m bot check" in result.stderr


def test_chat_on_a_desks_own_flows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders and settings of the desk replace the packaged ones."""
    (folder / "mine").mkdir()
    flow = (
        "format: 1\nflow: lost\ntitle: Objets trouvés\nstart: a\nsettings:\n  phone: {type: phone, about: x}\n"
        "nodes:\n  a:\n    text: {when: {setting: phone}, text: Appelez le {phone}.}\n    goto: b\n"
        "  b: {end: solved, text: Au revoir.}\n"
    ).replace(
        "text: {when: {setting: phone}, text: Appelez le {phone}.}",
        'text: [{when: {setting: phone}, text: "Appelez le {phone}."}]',
    )
    (folder / "mine" / "lost.yaml").write_text(flow, encoding="utf-8")
    (folder / "settings.yaml").write_text("format: 1\nsettings: {phone: 04 00 00 00 00}\n", encoding="utf-8")
    monkeypatch.setenv("BOT_FLOWS_DIR", "mine")
    assert run("chat", "--data", "data").stdout == "Au revoir.\n\n(Recommencer)\n\n"
    monkeypatch.setenv("BOT_SETTINGS", "settings.yaml")
    assert run("chat", "--data", "data").stdout == "Appelez le 04 00 00 00 00.\n\nAu revoir.\n\n(Recommencer)\n\n"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "BOT_TIMEZONE",
            "Europe/Pari",
            'BOT_TIMEZONE: "Europe/Pari" is not a time zone; write one such as Europe/Paris',
        ),
        ("BOT_TIMEZONE", "../x", 'BOT_TIMEZONE: "../x" is not a time zone; write one such as Europe/Paris'),
        ("BOT_LANGUAGE", "French", 'BOT_LANGUAGE: "French" is not the code of a language; write one such as fr or en'),
        ("BOT_LANGUAGE", "zz", 'BOT_LANGUAGE: "zz" is not the code of a language; write one such as fr or en'),
        ("BOT_SETTINGS", "gone.yaml", "BOT_SETTINGS: gone.yaml cannot be read: No such file or directory"),
        ("BOT_LOCALES_DIR", "gone", "BOT_LOCALES_DIR: there is no folder gone"),
        ("BOT_FLOWS_DIR", "gone", "BOT_FLOWS_DIR: there is no file or folder gone"),
        ("BOT_FLOWS_DIR", ".", "BOT_FLOWS_DIR: no flow files (*.yaml) in ."),
        ("BOT_DATA_DIR", "/proc/nope", "the data folder /proc/nope cannot be made: "),
        ("BOT_DATABASE_URL", "nonsense", "BOT_DATABASE_URL: Could not parse SQLAlchemy URL from given URL string"),
        ("BOT_DATABASE_URL", "mysql://x", "BOT_DATABASE_URL: mysql is not supported; write a URL such as sqlite:///"),
        ("BOT_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/x", "BOT_DATABASE_URL: the database cannot be used: "),
        ("BOT_DATABASE_URL", "sqlite:////proc/x.db", "BOT_DATABASE_URL: the database cannot be used: unable"),
    ],
)
def test_settings_that_are_wrong(
    name: str, value: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which one, what is wrong, what is allowed."""
    monkeypatch.setenv(name, value)
    result = run("chat")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(folder.iterdir()) or name == "BOT_DATABASE_URL"


def test_a_setting_that_is_misspelt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment or in `.env`: it is told, with what was perhaps meant, and keeps nobody from talking."""
    monkeypatch.setenv("BOT_TIMEZON", "Indian/Reunion")
    (folder / ".env").write_text(
        "BOT_DATABASEURL=x\nBOT_XYZZY=1\nBOT_TIMEZONE=Europe/Paris\nOTHER=1\n", encoding="utf-8"
    )
    result = run("chat")
    assert (result.exit_code, result.stdout.startswith("Bonjour")) == (0, True)
    assert result.stderr == (
        "warning: BOT_DATABASEURL is no setting of the bot and does nothing; did you mean BOT_DATABASE_URL?\n"
        "warning: BOT_TIMEZON is no setting of the bot and does nothing; did you mean BOT_TIMEZONE?\n"
        "warning: BOT_XYZZY is no setting of the bot and does nothing; the README lists the settings\n"
    )


def test_empty_settings_are_not_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As files for containers have them."""
    for name in ("SETTINGS", "FLOWS_DIR", "LOCALES_DIR", "LANGUAGE", "TIMEZONE", "DATA_DIR", "DATABASE_URL"):
        monkeypatch.setenv(f"BOT_{name}", "")
    assert run("chat").exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["data"]


def test_a_file_that_is_no_database(folder: Path) -> None:
    """It is left as it is."""
    (folder / "data").mkdir()
    (folder / "data" / "bot.db").write_text("not a database, but quite long enough to be one" * 50, encoding="utf-8")
    result = run("chat")
    assert result.exit_code == 2
    assert result.stderr == "BOT_DATABASE_URL: the database cannot be used: file is not a database\n"


def test_time_zone_of_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are understood and shown in it."""
    monkeypatch.setenv("BOT_TIMEZONE", "Indian/Reunion")
    lines = ["wifi", "slow_network", None, "no", "no", "no_message"]
    script = "".join(json.dumps({"text": "ici"} if line is None else {"choose": line}) + "\n" for line in lines)
    told = run(
        "chat", "--jsonl", "--data", str(tmp_path), "--now", "2026-06-22T10:30", stdin=script + '{"text": "8h15"}\n'
    ).stdout
    assert "lundi 22 juin 2026 à 08:15, heure de La Réunion" in told.splitlines()[-1]


def test_check() -> None:
    """The shipped flows are clean, strictly."""
    result = run("check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 errors, 0 warnings. Flows: start, webmail, wifi.\n"


def test_check_a_file_or_a_folder() -> None:
    """Of what is named, with the libraries beside it."""
    flows = ROOT / "flows"
    assert run("check", str(flows / "webmail.yaml")).stderr == "0 errors, 0 warnings. Flows: webmail.\n"
    assert run("check", str(flows)).stderr == "0 errors, 0 warnings. Flows: start, webmail, wifi.\n"
    missing = run("check", "gone.yaml")
    assert (missing.exit_code, missing.stderr) == (2, "there is no file or folder gone.yaml\n")


def test_check_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings count as errors then."""
    monkeypatch.chdir(ROOT / "tests" / "broken_flows")
    relaxed, strict = run("check", "no-human.yaml"), run("check", "--strict", "no-human.yaml")
    assert (relaxed.exit_code, strict.exit_code) == (0, 1)
    assert "warning[no-human]" in relaxed.stdout
    assert "error[no-human]" in strict.stdout
    assert 'warning[missing-translation]: "demo" has no en translation yet' in relaxed.stdout
    assert relaxed.stderr == "0 errors, 2 warnings. Flows: demo.\n"


def test_check_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One JSON object per problem."""
    monkeypatch.chdir(ROOT / "tests" / "broken_flows")
    result = run("check", "--format", "json", "unknown-target.yaml")
    assert json.loads(result.stdout)[1:] == [
        {
            "line": 12,
            "column": 37,
            "length": 5,
            "file": "unknown-target.yaml",
            "slug": "unknown-target",
            "message": 'there is no node "solvd" in the flow "demo"; did you mean "solved"?',
            "severity": "error",
        }
    ]
    assert run("check", "--format", "json", str(ROOT / "flows")).stdout == "[]\n"


def test_graph() -> None:
    """One flow or all, and a clear answer to a wrong name."""
    assert run("graph", "wifi").stdout.startswith("stateDiagram-v2\n")
    assert run("graph").stdout.count("stateDiagram-v2") == 3
    wrong = run("graph", "mail")
    assert wrong.exit_code == 2
    assert 'there is no flow "mail"; there are: start, webmail, wifi' in wrong.stderr


def test_schema() -> None:
    """Both, as JSON."""
    assert json.loads(run("schema", "flow").stdout)["title"] == "Guichet flow files"
    assert json.loads(run("schema", "ticket").stdout)["properties"]["schema_version"]["const"] == 1


def test_settings_file_to_fill(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed can be used as it is."""
    (folder / "settings.yaml").write_text(run("settings").stdout, encoding="utf-8")
    monkeypatch.setenv("BOT_SETTINGS", "settings.yaml")
    assert run("check", "--strict").exit_code == 0
    assert '  support_phone: ""\n' in run("settings").stdout


def test_a_settings_file_that_empties_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk may leave any setting of the shipped flows empty."""
    (folder / "settings.yaml").write_text(emptied(), encoding="utf-8")
    monkeypatch.setenv("BOT_SETTINGS", "settings.yaml")
    result = run("check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "")


def test_messages_update(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new language begins with a folder."""
    (folder / "locales" / "de" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setenv("BOT_LOCALES_DIR", "locales")
    files = [f"locales/de/LC_MESSAGES/{name}.po" for name in ("flows", "bot")]
    checked = run("messages", "update", "--check")
    assert (checked.exit_code, checked.stdout) == (1, "".join(f"would change: {file}\n" for file in files))
    assert run("messages", "update").stdout == "".join(f"updated: {file}\n" for file in files)
    assert run("messages", "update", "--check").exit_code == 0
    assert run("messages", "update").stdout == "everything is up to date\n"
    assert run("check").exit_code == 0
    assert run("check", "--strict").exit_code == 1


def test_a_desks_own_flows_with_the_packaged_translations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped catalogues are never rewritten for them, and what they lack or have too much is one line each."""
    shutil.copytree(ROOT / "tests" / "broken_flows" / "stale-translation" / "flows", folder / "mine")
    monkeypatch.setenv("BOT_FLOWS_DIR", "mine")
    catalogue = ROOT / "locales" / "en" / "LC_MESSAGES" / "flows.po"
    before = catalogue.read_bytes()
    advice = (
        "the desk's own flows need the desk's own translations: copy the folder of those that come with the bot, "
        "and set BOT_LOCALES_DIR to the copy\n"
    )
    for options in ((), ("--check",)):
        result = run("messages", "update", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"{ROOT / 'locales'} is left as it is; {advice}"
    assert catalogue.read_bytes() == before
    told = run("check")
    assert told.exit_code == 0
    [line] = [line for line in told.stdout.splitlines() if "[stale-translation]" in line]
    assert line.startswith(f"{catalogue}:")
    assert f"{line}\n".endswith(f" translations are of no flow here; {advice}")
    assert told.stderr == "0 errors, 2 warnings. Flows: demo.\n"
    shutil.copytree(ROOT / "locales", folder / "translated")
    monkeypatch.setenv("BOT_LOCALES_DIR", "translated")
    assert run("messages", "update").stdout == "updated: translated/en/LC_MESSAGES/flows.po\n"
    assert "stale" not in run("check").stdout


def test_a_language_that_the_flows_are_not_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a bot of two languages without a word; and no catalogue is made up from the mistake."""
    said = "warning: BOT_LANGUAGE=en says that the flow files are written in en, but "
    shipped = f"{said}those that come with the bot are in fr; the README tells how to begin in en\n"
    monkeypatch.setenv("BOT_LANGUAGE", "en")
    assert run("chat").stderr == shipped
    relaxed, strict = run("check"), run("check", "--strict")
    assert (relaxed.exit_code, relaxed.stderr) == (0, f"{shipped}0 errors, 1 warning. Flows: start, webmail, wifi.\n")
    assert (strict.exit_code, strict.stderr) == (1, f"{shipped}1 error, 0 warnings. Flows: start, webmail, wifi.\n")
    updated = run("messages", "update")
    assert (updated.exit_code, updated.stdout) == (2, "")
    assert updated.stderr == f"{shipped}The catalogues are left as they are until this is mended.\n"
    for name in ("flows", "locales"):
        shutil.copytree(ROOT / name, folder / name)
        monkeypatch.setenv(f"BOT_{name.upper()}_DIR", name)
    catalogue = Path("locales/en/LC_MESSAGES/flows.po")
    told = f"{said}{catalogue} translates them to en; correct the one, or take the other away\n"
    assert run("graph").stderr == told
    catalogue.unlink()
    assert run("graph").stderr == ""
    monkeypatch.setenv("BOT_LOCALES_DIR", "")
    assert run("graph").stderr == ""


@pytest.mark.parametrize("language", ["xx-bad", "zz", "french", "en.bak"])
def test_a_folder_that_is_no_language(language: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before anything is done with it, whether there is something in it or not."""
    monkeypatch.setenv("BOT_LOCALES_DIR", "locales")
    for name in (language, "en"):
        (folder / "locales" / name / "LC_MESSAGES").mkdir(parents=True)
    told = (
        f'locales/{language}:1:1: error[catalogue-syntax]: "{language}" is not the code of a language; '
        "name the folder of a language by its code, such as en or pt_BR\n"
    )
    checked = run("check")
    assert (checked.exit_code, told in checked.stdout) == (1, True)
    updated = run("messages", "update")
    assert (updated.exit_code, updated.stderr.startswith(told)) == (2, True)
    (folder / "locales" / language / "LC_MESSAGES" / "flows.po").write_text('msgid "a"\nmsgstr "b"\n', encoding="utf-8")
    talked = run("chat")
    assert (talked.exit_code, talked.stderr.startswith(told)) == (2, True)


def test_messages_update_with_broken_flows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read is said, and no translation is set aside for it."""
    for name in ("flows", "locales"):
        shutil.copytree(ROOT / name, folder / name)
        monkeypatch.setenv(f"BOT_{name.upper()}_DIR", name)
    flow, catalogue = folder / "flows" / "webmail.yaml", folder / "locales" / "en" / "LC_MESSAGES" / "flows.po"
    before = catalogue.read_bytes()
    flow.write_text(flow.read_text(encoding="utf-8").replace("title:", "title: [", 1), encoding="utf-8")
    for options in ((), ("--check",)):
        result = run("messages", "update", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "flows/webmail.yaml:" in result.stderr
        assert "error[yaml-syntax]" in result.stderr
        assert result.stderr.endswith("\nThe catalogues are left as they are until this is mended.\n")
    assert catalogue.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (
            ["error"],
            "HTTP 503\n\nxyzzy",
            (
                'portal_saturated  100%  the code "HTTP 503" of server_down, signature server_down; '
                "else other, phishing_or_url\n"
                "(not sure)  0%  nothing in it is known\n"
            ),
        ),
        (
            ["text"],
            "ça tourne dans le vide\n",
            'portal_saturated  100%  the example "ça tourne dans le vide"; else silent_redirect, browser_issue\n',
        ),
        (["text", "--flow", "wifi"], "le wifi rame\n", "slow_network  100%  "),
        (
            ["time", "--now", "2026-06-22T10:30"],
            "hier vers 22h\n",
            "2026-06-21T22:00:00+02:00 (hour)  hier: a day; 22h: a clock time; = 2026-06-21 22:00 +0200 (hour)\n",
        ),
        (["time", "--lang", "en"], "xyzzy\n", "asks: I did not recognise a time. "),
        (["address"], "messagerie.ac-aix-marseille.fr\n", "own  messagerie.ac-aix-marseille.fr\n"),
        (["secret"], "mdp : Mirabelle42!\n", "mdp : [✂ mot de passe]  password\n"),
        (["secret", "--jsonl", "--lang", "en"], '{"text": "mdp : Mirabelle42!"}\n{\n', '{"text": "mdp : [✂ password]"'),
        (["error"], "", ""),
    ],
)
def test_understand(arguments: list[str], stdin: str, told: str, folder: Path) -> None:
    """Each line by itself; nothing is kept."""
    result = run("understand", *arguments, stdin=stdin)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(told)
    assert list(folder.iterdir()) == []


def test_understand_in_a_process_of_its_own() -> None:
    """Bytes that are no UTF-8 end nothing, whatever the machine's settings are."""
    result = python("-m", "bot", "understand", "text", stdin="ça tourne dans le vide\n", PYTHONIOENCODING="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("portal_saturated  100%")


def test_understand_measures(folder: Path) -> None:
    """On a file of labelled lines."""
    (folder / "labelled.jsonl").write_text('{"text": "HTTP 503", "cause": "portal_saturated"}\n', encoding="utf-8")
    result = run("understand", "error", "--evaluate", "labelled.jsonl")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "texts                      1\n"
        "answered                   1  100.0%\n"
        "right when answering       1  100.0%\n"
        "right in the first 3       1  100.0%\n"
        "confidently wrong          0    0.0%\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["error", "--lang", "de"], 2, 'there is no language "de"; there are: fr, en\n'),
        (["error", "--flow", "mail"], 2, 'there is no flow "mail"; there are: webmail, wifi\n'),
        (["time", "--now", "soon"], 2, '"soon" is not an instant such as 2026-06-22T10:30:00+02:00\n'),
        (["time", "--now", "0001-01-01"], 2, '"0001-01-01" is not within the years 1900 to 2999\n'),
        (["time", "--now", "9999-12-31T23:59Z"], 2, '"9999-12-31T23:59Z" is not within the years 1900 to 2999\n'),
        (["mood"], 2, "'mood' is not one of 'error', 'text', 'time', 'address', 'secret'.\n"),
        (["error", "--evaluate", "gone"], 2, "Invalid value for '--evaluate': File 'gone' does not exist.\n"),
        (["error", "--evaluate", "bad"], 1, "bad:2: missing: cause; a line needs text, cause\n"),
        (["secret", "--evaluate", "bad"], 1, "only these can be measured: error, text, time\n"),
    ],
)
def test_understand_says_what_is_wrong(arguments: list[str], code: int, message: str, folder: Path) -> None:
    """With an exit code: 2 for what was asked, 1 for what the file holds."""
    (folder / "bad").write_text('{"text": "x", "cause": "other"}\n{"text": "x"}\n', encoding="utf-8")
    result = run("understand", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.endswith(message)


def test_understand_with_broken_flows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told as when talking."""
    shutil.copytree(ROOT / "flows", folder / "flows")
    flow = folder / "flows" / "webmail.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace("title:", "title: [", 1), encoding="utf-8")
    monkeypatch.setenv("BOT_FLOWS_DIR", "flows")
    result = run("understand", "text", stdin="x\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error[yaml-syntax]" in result.stderr
