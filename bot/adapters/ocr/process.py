"""Running a program that is trusted with little, and leaving nothing of it behind."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import cast

from bot.model.error import BotError

_PIECE = 65_536


class ProgramFailed(BotError):
    """The program cannot be started, ended with an error, or wrote more than it may."""


async def output_of(command: Sequence[str], given: bytes, *, environment: Mapping[str, str], most: int) -> bytes:
    """What a program writes when it is given these bytes: at most so many.

    Whoever stops waiting stops the program, with all that it started; it is gone when this ends.

    Raises:
        ProgramFailed: it cannot be started, ended with an error, or wrote more.
    """
    process = await _started(command, environment)
    feeding = asyncio.create_task(_feed(cast("asyncio.StreamWriter", process.stdin), given))
    try:
        written = await _read(cast("asyncio.StreamReader", process.stdout), most)
        status = await process.wait()
    except BaseException:
        _kill(process)
        raise
    finally:
        await feeding
        await process.communicate()
    if status:
        raise ProgramFailed(f"{command[0]} ended with status {status}")
    return written


async def _started(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    """The program, once it can be stopped: until then, asyncio would end it alone, and leave what it has started."""
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, cwd="/", start_new_session=True
        )
    )
    try:
        return await asyncio.shield(starting)
    except OSError as error:
        raise ProgramFailed(f"{command[0]} cannot be started: {error.strerror or error}") from None
    except asyncio.CancelledError:
        with suppress(OSError):
            process = await starting
            _kill(process)
            await process.communicate()
        raise


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _feed(program: asyncio.StreamWriter, given: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        if not program.is_closing():  # it may have ended already
            program.write(given)
            await program.drain()
    program.close()


async def _read(program: asyncio.StreamReader, most: int) -> bytes:
    written = bytearray()
    while piece := await program.read(_PIECE):
        written += piece
        if len(written) > most:
            raise ProgramFailed(f"more than {most:,} bytes were written")
    return bytes(written)
