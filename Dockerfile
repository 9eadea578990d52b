# The bot as a container: no root, a read-only file system, the data at /data, the key that `chat` makes at /key. Nothing secret is needed to build it.
FROM docker.io/library/python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock .
RUN python3 -m venv /opt/guichet \
    && /opt/guichet/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock

FROM docker.io/library/python:3.13-slim
ENV PATH=/opt/guichet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BOT_DATA_DIR=/data \
    XDG_CONFIG_HOME=/key
COPY --from=build /opt/guichet /opt/guichet
WORKDIR /app
COPY bot bot
COPY flows flows
COPY locales locales
RUN python3 -m compileall -q bot && mkdir /data /key && chown 10001:10001 /data /key
USER 10001:10001
VOLUME ["/data", "/key"]
ENTRYPOINT ["python3", "-m", "bot"]
CMD ["chat"]
