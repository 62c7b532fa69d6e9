# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/dateline \
    && /opt/dateline/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY requirements/build.txt requirements/build.txt
COPY pyproject.toml README.md ./
COPY pipeline pipeline
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/dateline/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim
# A fixed id, so that a volume that was written once can be written again by the next image.
RUN useradd --uid 10001 --create-home dateline \
    && install --directory --owner=dateline --group=dateline /archive /configs
COPY --from=build /opt/dateline /opt/dateline
COPY --chown=dateline configs /configs
ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATELINE_ARCHIVE=/archive \
    DATELINE_CONFIGS=/configs
USER dateline
WORKDIR /home/dateline
VOLUME /archive
# The daemon touches its heartbeat every second; a minute's silence means that it hangs.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD test -n "$(find /archive/heartbeat -mmin -1)"
STOPSIGNAL SIGTERM
CMD ["dateline", "run"]
