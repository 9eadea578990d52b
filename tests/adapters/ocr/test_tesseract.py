"""Screenshots are read by the real program; a program that misbehaves is ended."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.adapters.ocr.process import output_of
from bot.adapters.ocr.tesseract import Tesseract
from bot.adapters.ocr.tsv import Box, Word
from bot.adapters.ocr.underscores import joined
from tests.adapters.ocr.screenshots import ARIAL, FONTS, SANS, page, saved, screenshots

PICTURE = saved(Image.new("L", (40, 30), 255), "PNG")
LISTS = 'if [ "$1" = --list-langs ]; then printf "List:\\nfra\\neng\\n"; exit; fi'
HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\\t")


def _missing() -> str | None:
    if shutil.which("tesseract") is None:
        return "tesseract"
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()  # noqa: S607 - found on PATH, as the bot does
    if not {"fra", "eng"} <= set(listed):
        return "tesseract's French"
    return next((font.name for font in FONTS if not font.is_file()), None)


MISSING = _missing()
needs_tesseract = pytest.mark.skipif(MISSING is not None, reason=f"{MISSING} is missing: make system-deps installs it")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a program named tesseract first on the PATH, which does what a shell is told. None of it may be left."""

    def install(script: str) -> None:
        (tmp_path / "nap").symlink_to(shutil.which("sleep") or "")
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\nhere={tmp_path}\n{LISTS}\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    yield install
    assert left(tmp_path) == []


def running(folder: Path) -> list[str]:
    """The command lines of the processes that were started from this folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            try:
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in command:
                found.append(command.replace(b"\0", b" ").decode())
    return found


def left(folder: Path) -> list[str]:
    """Those that are still there after a while: a process that was killed takes a moment to go."""
    for _ in range(500):
        if not running(folder):
            break
        time.sleep(0.02)
    return running(folder)


def begun(folder: Path) -> int:
    """How often the program has said that it was started."""
    return len([*folder.glob("started-*")])


async def started(folder: Path) -> None:
    """Waits until the program naps."""
    async with asyncio.timeout(30):
        while not any(str(folder / "nap") in command for command in running(folder)):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


async def found() -> Tesseract:
    """The reader of this machine."""
    reader = await Tesseract.found()
    assert reader is not None
    return reader


def distance(wanted: str, read: str) -> int:
    """How many signs must be put in, taken away or replaced to make one text of the other (Levenshtein)."""
    row = list(range(len(read) + 1))
    for number, sign in enumerate(wanted, 1):
        above, row = row, [number]
        for place, other in enumerate(read, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (sign != other)))
    return row[-1]


@needs_tesseract
async def test_ten_screenshots() -> None:
    """At least 97 of 100 signs are read as they stand there, all in all."""
    reader = await found()
    wrong = signs = 0
    for shot in screenshots():
        reading = await reader.read(shot.png)
        assert reading is not None, shot.name
        missed = distance(shot.text, reading.text)
        print(f"{shot.name:14} {1 - missed / len(shot.text):7.1%}  sure: {reading.confidence:.0%}")  # noqa: T201 - the measure
        wrong, signs = wrong + missed, signs + len(shot.text)
        assert reading.confidence > 0.8
    print(f"{'all':14} {1 - wrong / signs:7.1%}")  # noqa: T201 - the measure
    assert 1 - wrong / signs >= 0.97


@needs_tesseract
@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
async def test_error_codes_keep_their_underscores(font: Path) -> None:
    """They are what errors are recognised by. Words that are underlined, or have spaces between, get none."""
    reader = await found()
    lines = (
        "Code : SSL_ERROR_BAD_CERT_DOMAIN",
        "net::ERR_CERT_DATE_INVALID",
        "PR_END_OF_FILE_ERROR",
        "DNS_PROBE_FINISHED_NXDOMAIN",
        "LE SERVEUR NE RÉPOND PAS",
        "Vérifiez la page d'aide",
    )
    wanted = read = 0
    for size in (12, 16, 22):
        for paper, ink in (("white", "#222222"), ("#1e1e1e", "#e6e6e6")):
            reading = await reader.read(saved(page(lines, font, size, paper=paper, ink=ink), "PNG"))
            assert reading is not None
            *codes, spaced, last = reading.text.split("\n")
            assert "_" not in spaced + last
            wanted, read = wanted + "".join(lines).count("_"), read + "".join(codes).count("_")
    assert read >= 0.9 * wanted


@needs_tesseract
async def test_a_link_is_no_underscore() -> None:
    """The line below it is longer than an underscore."""
    lines = ("Mot de passe oublié", "Voir les conseils du support")
    picture = page(lines, ARIAL, 16)
    for number in range(len(lines)):
        foot = 40 + number * 24 + 17
        picture.paste("#222222", (40, foot, picture.width - 40, foot + 1))
    reading = await (await found()).read(saved(picture, "PNG"))
    assert reading is not None
    assert reading.text == "\n".join(lines)


@needs_tesseract
@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(Image.new("L", (500, 300), 200), id="one colour"),
        pytest.param(Image.linear_gradient("L"), id="a gradient"),
        pytest.param(Image.effect_mandelbrot((300, 300), (-2, -1.5, 1, 1.5), 60), id="no text"),
    ],
)
async def test_nothing_legible(picture: Image.Image) -> None:
    """Nothing is made up."""
    assert await (await found()).read(saved(picture, "PNG")) is None


@needs_tesseract
async def test_what_is_no_picture_never_reaches_it() -> None:
    """Tesseract would take a text for a list of files, and read those."""
    with capture_logs() as logs:
        assert await (await found()).read(b"/etc/hostname\n") is None
    assert logs[-1] == {
        "event": "reading.no_picture",
        "log_level": "info",
        "problem": "this is no PNG, JPEG, WebP or GIF picture",
    }


@needs_tesseract
async def test_the_loop_goes_on() -> None:
    """Others are served while a picture is read."""
    reader = await found()
    reading = asyncio.create_task(reader.read(saved(page(("Délai dépassé",), SANS, 20), "PNG")))
    turns = 0
    while not reading.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 10
    assert (result := await reading) is not None
    assert result.text == "Délai dépassé"


async def test_none_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says so, once, and nothing is read."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with capture_logs() as logs:
        assert await Tesseract.found() is None
    assert [(log["event"], log["problem"]) for log in logs] == [
        ("reading.off", "tesseract is not installed; screenshots are kept, but not read")
    ]


@pytest.mark.parametrize(
    ("script", "event", "said"),
    [
        ('printf "List:\\neng\\nosd\\n"', "reading.on", ("eng",)),
        ('printf "List:\\nosd\\n"', "reading.off", "tesseract has neither fra nor eng; install tesseract-ocr-fra"),
        ("exit 3", "reading.off", "{program} ended with status 3"),
        ('"$here/nap" 60', "reading.off", "{program} does not answer"),
    ],
)
async def test_what_is_found(
    fake: Callable[[str], None], tmp_path: Path, script: str, event: str, said: object
) -> None:
    """Which languages it has, or why there is nothing to read with."""
    fake("")
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\nhere={tmp_path}\n{script}\n", encoding="utf-8")
    with capture_logs() as logs:
        await Tesseract.found(seconds=1 if "nap" in script else 20)
    [log] = logs
    told = log.get("problem", log.get("languages"))
    assert log["event"] == event
    assert told == (said.format(program=program) if isinstance(said, str) else said)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('"$here/nap" 60', id="sleeps"),
        pytest.param('"$here/nap" 60 & exit 0', id="leaves something that holds the output"),
        pytest.param('cat >/dev/null; exec >&-; "$here/nap" 60', id="closes its output and stays"),
        pytest.param('trap "" TERM INT; while :; do "$here/nap" 60; done', id="hears no signal"),
    ],
)
async def test_a_program_that_hangs(fake: Callable[[str], None], script: str) -> None:
    """It is ended, with all that it started, and the next picture has its turn."""
    fake(script)
    reader = Tesseract(shutil.which("tesseract") or "", ("fra",), seconds=1)
    with capture_logs() as logs:
        assert await reader.read(PICTURE) is None
        assert await reader.read(PICTURE) is None
    assert {log["event"] for log in logs} == {"reading.too_slow"}


@pytest.mark.parametrize(
    ("script", "event"),
    [
        pytest.param("cat >/dev/null; exit 1", "reading.failed", id="fails"),
        pytest.param("kill -SEGV $$", "reading.failed", id="crashes"),
        pytest.param("yes", "reading.failed", id="never stops"),
        pytest.param("head -c 100000 /dev/urandom", None, id="garbage"),
        pytest.param(f'printf "{HEADER}\\n5\\t1\\n5\\tx\\ty\\tz\\n\\n4\\n"', None, id="half of it"),
        pytest.param("exec <&-; exit 0", None, id="reads nothing"),
        pytest.param(f'echo "" > "$here/file" || printf "{HEADER}\\n"', "reading.failed", id="writes a file"),
    ],
)
async def test_a_program_that_misbehaves(fake: Callable[[str], None], script: str, event: str | None) -> None:
    """Nothing was read then."""
    fake(script)
    reader = await found()
    with capture_logs() as logs:
        assert await reader.read(saved(Image.effect_noise((600, 400), 50), "PNG")) is None
    assert [log["event"] for log in logs] == ([event] if event else [])


async def test_whoever_stops_waiting_stops_the_program(fake: Callable[[str], None], tmp_path: Path) -> None:
    """Nothing of it is left."""
    fake('"$here/nap" 60')
    reading = asyncio.create_task((await found()).read(PICTURE))
    await started(tmp_path)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert left(tmp_path) == []


async def test_whoever_stops_waiting_while_it_starts(fake: Callable[[str], None], tmp_path: Path) -> None:
    """Stops it all the same, with what it has started meanwhile."""
    fake('"$here/nap" 60')
    command = [str(tmp_path / "tesseract")]
    starting = asyncio.create_task(output_of(command, b"", environment={}, most=9))
    while not running(tmp_path):  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0)
    while not running(tmp_path / "nap"):  # the loop stands still: it has not heard of the whole start yet
        time.sleep(0.01)  # noqa: ASYNC251 - likewise
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(30):  # it would nap for longer
            await starting
    assert left(tmp_path) == []


async def test_one_at_a_time(fake: Callable[[str], None]) -> None:
    """Pictures wait for each other."""
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\t%s\\n"
    fake(
        'if mkdir "$here/busy"; then word=alone; else word=together; fi; cat >/dev/null; "$here/nap" 0.3; '
        f'rmdir "$here/busy"; printf "{HEADER}\\n{row}" "$word"'
    )
    reader = await found()
    readings = await asyncio.gather(*(reader.read(PICTURE) for _ in range(3)))
    assert [reading and reading.text for reading in readings] == ["alone"] * 3


async def test_waiting_for_its_turn_is_no_reading(fake: Callable[[str], None], tmp_path: Path) -> None:
    """However long the one before takes, each picture has all its time."""
    fake('mkdir "$here/started-$$"; "$here/nap" 60')
    reader = Tesseract(shutil.which("tesseract") or "", ("fra",), seconds=1)
    assert await asyncio.gather(*(reader.read(PICTURE) for _ in range(2))) == [None, None]
    assert begun(tmp_path) == 2


@pytest.mark.parametrize(("height", "text"), [(40, "ERR_CODE"), (1_000, "ERR CODE")])
def test_only_words_of_a_texts_height_are_looked_at(height: int, text: str) -> None:
    """Somebody's huge letters would take minutes."""
    picture = Image.new("L", (8 * height, 2 * height), 255)
    picture.paste(0, (3 * height, height, 3 * height + height // 2, height + max(2, height // 20)))
    boxes = Box(0, 0, 3 * height, height), Box(3 * height + height // 2, 0, 7 * height, height)
    words = [Word(each, 0.9, ("1",), box) for each, box in zip(("ERR", "CODE"), boxes, strict=True)]
    assert joined(words, picture) == text


async def test_what_the_program_is_given(fake: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A PNG picture, fixed options, and nothing of our environment."""
    monkeypatch.setenv("BOT_TOKEN", "123456:secret")
    monkeypatch.setenv("TESSDATA_PREFIX", "/usr/share/languages")
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\t%s\\n"
    fake(
        'signature=$(head -c 4 | tail -c 3); cat >/dev/null; names=$(env | cut -d= -f1 | sort | tr "\\n" ","); '
        f'printf "{HEADER}\\n{row}" "$signature|$*|$names|$(pwd)|$(nice)"'
    )
    reading = await (await found()).read(PICTURE)
    assert reading is not None
    signature, options, names, folder, nice = reading.text.split("|")
    assert (signature, folder) == ("PNG", "/")
    assert options == "stdin stdout -l fra+eng --oem 1 --psm 6 tsv"
    assert set(names.strip(",").split(",")) - {"PWD", "SHLVL", "_"} == {
        "PATH", "LC_ALL", "OMP_THREAD_LIMIT", "TESSDATA_PREFIX",
    }  # fmt: skip
    assert int(nice) >= 10


async def test_scattered_words_are_the_second_try(fake: Callable[[str], None]) -> None:
    """When one block gives nothing that is sure enough."""
    row = "5\\t1\\t1\\t1\\t%s\\t1\\t0\\t0\\t9\\t9\\t%s\\t%s\\n"
    fake(
        'cat >/dev/null; case "$*" in *"--psm 6 "*) sure=40;; *) sure=80;; esac; '
        f'printf "{HEADER}\\n{row}{row}" 1 "$sure" Délai 2 "$sure" dépassé'
    )
    reading = await (await found()).read(PICTURE)
    assert reading is not None
    assert reading.text == "Délai\ndépassé"
    assert reading.confidence == pytest.approx(0.8)
