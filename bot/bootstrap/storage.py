"""The database, opened with the operator's key."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.adapters.store.cipher import WrongKey
from bot.bootstrap.desk import CannotStart
from bot.bootstrap.keys import cipher_of, own_cipher, wrong_key
from bot.service.cases import Action
from bot.service.deliveries import forget_job
from bot.service.jobs import Queued
from bot.service.ports import SetAside
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.store.sql import SqlStore


async def open_store(settings: Settings, *, own: bool = False) -> "SqlStore":
    """The store of conversations; with a key of this user's `own` where the operator gave none.

    Raises:
        CannotStart: there is no key, the key is another, or the database cannot be used.
    """
    from bot.adapters.store.migrate import UnusableDatabase
    from bot.adapters.store.sql import SqlStore

    cipher = own_cipher(settings) if own else cipher_of(settings)
    try:
        return await SqlStore.open(_database_url(settings), cipher)
    except UnusableDatabase as error:
        raise CannotStart(f"BOT_DATABASE_URL: {error}") from None
    except WrongKey:
        raise CannotStart(wrong_key(settings)) from None


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Lets no second process receive on the same database in a file; a server is made for several.

    Raises:
        CannotStart: another one does already.
    """
    from bot.adapters.store.lock import AlreadyRunning, file_of, held

    file = file_of(_database_url(settings))
    if file is None:
        yield
        return
    try:
        with held(file):
            yield
    except AlreadyRunning as error:
        raise CannotStart(f"{error}; stop it first") from None


async def migrate(settings: Settings) -> tuple[str | None, str]:
    """Brings the tables up to date; the version they were of before, None when there were none, and the new one.

    Raises:
        CannotStart: there is no key, the database cannot be used, or it is of a newer program.
    """
    from bot.adapters.store.connect import bring_up_to_date
    from bot.adapters.store.migrate import HEAD, UnusableDatabase

    try:
        return await bring_up_to_date(_database_url(settings), cipher_of(settings)), HEAD
    except UnusableDatabase as error:
        raise CannotStart(f"BOT_DATABASE_URL: {error}") from None


async def rotate(settings: Settings) -> int:
    """Encrypts everything anew with the first key; how many records that were.

    Raises:
        CannotStart: there is no key, none of them fits, or the database cannot be used.
    """
    import click

    store = await open_store(settings)
    try:
        with click.progressbar(length=await store.sealed(), label="Encrypting anew", file=sys.stderr) as bar:
            done = 0
            async for count in store.reseal():
                done += count
                bar.update(count)
        return done
    finally:
        await store.close()


async def queued(settings: Settings) -> Sequence[Queued]:
    """The jobs that wait, or are given up.

    Raises:
        CannotStart: there is no key, it is another, or the database cannot be used.
    """
    store = await open_store(settings)
    try:
        return await store.jobs.queued()
    finally:
        await store.close()


async def change_job(settings: Settings, number: int, *, retry: bool) -> None:
    """Makes a job due now, or takes it away.

    Raises:
        CannotStart: there is no such job, there is no key, it is another, or the database cannot be used.
    """
    store = await open_store(settings)
    try:
        if not await (store.jobs.retry(number) if retry else forget_job(store, number)):
            raise CannotStart(f"there is no job {number} that waits; see: python -m bot jobs")
    finally:
        await store.close()


async def actions(settings: Settings) -> Sequence[Action]:
    """What was done with tickets in the support group, oldest first.

    Raises:
        CannotStart: there is no key, it is another, or the database cannot be used.
    """
    store = await open_store(settings)
    try:
        return await store.cases.actions()
    finally:
        await store.close()


async def letters(settings: Settings, *, forget: bool) -> Sequence[SetAside]:
    """The updates that were set aside, oldest first; with `forget`, they are gone afterwards.

    Raises:
        CannotStart: there is no key, it is another, or the database cannot be used.
    """
    store = await open_store(settings)
    try:
        found = await store.letters()
        if forget:
            await store.forget_letters(found)
        return found
    finally:
        await store.close()


def _database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the data folder {settings.data_dir} cannot be made: {error.strerror}") from None
    return f"sqlite:///{settings.data_dir / 'bot.db'}"
