"""Writes the bill of materials of what is shipped, as CycloneDX: the project and every package of its lock.

`python -m scripts.sbom FILE`. The same lock gives the same file, on every machine.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bot import __version__

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"


def bill() -> str:
    """The bill, valid."""
    made = _read_lock()
    project = made["metadata"]["component"]
    project["version"] = __version__  # pyproject.toml does not tell: there it is dynamic
    for component in made["components"]:
        # An index that nobody asked, and the hashes of files for every machine: the lock has them.
        del component["externalReferences"], component["description"]
        component["bom-ref"] = component["name"]  # not its line in the lock, so that little changes with a new one
    for tool in made["metadata"]["tools"]["components"]:
        del tool["externalReferences"]
    made["dependencies"] = [
        {"ref": project["bom-ref"] if name == project["name"] else name, "dependsOn": sorted(needed)}
        for name, needed in sorted(_needs(LOCK.read_text(encoding="utf-8")).items())
    ]
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise ValueError(str(problem))
    return text


def _read_lock() -> dict[str, Any]:
    """What cyclonedx-py makes of the lock; it is validated when it is complete."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--spec-version=1.6", "--output-reproducible"]
    command += ["--no-validate", f"--pyproject={ROOT / 'pyproject.toml'}", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def _needs(lock: str) -> dict[str, set[str]]:
    """What each package needs, and the project too, by the lock's own `# via`."""
    needs: dict[str, set[str]] = {}
    package = ""
    for line in lock.splitlines():
        if pinned := re.match(r"([\w.-]+)==", line):
            package = pinned[1]
            needs.setdefault(package, set())
        elif (asks := re.match(r" +# +(?:via )?([\w.-]+)", line)) and asks[1] != "via":
            needs.setdefault(asks[1], set()).add(package)
    return needs


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(bill(), encoding="utf-8")
