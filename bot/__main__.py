"""`python -m bot`."""

import sys

try:
    from bot.cli import main

    main()
except ImportError as error:
    missing = (error.name or "").partition(".")[0]
    if missing in ("", "bot"):
        raise
    sys.stderr.write(
        f'{missing} is missing from the Python that runs this ({sys.executable}); in a checkout, type "make chat", '
        'or "make bot ARGS=..." for other commands, or .venv/bin/python -m bot\n'
    )
    sys.exit(2)
