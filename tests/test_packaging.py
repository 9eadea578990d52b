"""What `pip install .` installs."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.desk import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, timeout=120)
    [made] = folder.glob("guichet-*.whl")
    return made


def test_wheel_carries_flows_and_locales(wheel: Path) -> None:
    """All of them, inside the package; tests stay at home."""
    names = zipfile.ZipFile(wheel).namelist()
    packaged = {f"bot/_packaged/{path.relative_to(ROOT)}" for path in (ROOT / "flows").glob("*.yaml")}
    packaged |= {f"bot/_packaged/{path.relative_to(ROOT)}" for path in (ROOT / "locales").glob("*/LC_MESSAGES/*.po")}
    assert packaged <= set(names)
    assert "bot/adapters/store/migrations/versions/0001_conversations.py" in names
    assert not [name for name in names if name.startswith("tests/")]


def test_installed_bot_talks_anywhere(wheel: Path, tmp_path: Path) -> None:
    """Installed beside its dependencies, away from the checkout, by its own command."""
    venv.create(tmp_path / "venv", with_pip=False)
    site = next((tmp_path / "venv" / "lib").glob("python3*/site-packages"))
    dependencies = Path(pytest.__file__).parent.parent
    (site / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--prefix", str(tmp_path / "venv")]
    subprocess.run([*install, "--ignore-installed", str(wheel)], check=True, timeout=120)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    talk = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", tmp_path / "venv" / "bin" / "guichet", "chat", "--lang", "en"],
        cwd=tmp_path,
        env=environment,
        input="1\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert talk.stdout.startswith("Hello!")
    assert "What is happening?" in talk.stdout
    assert (tmp_path / "data" / "bot.db").is_file()
