#!/bin/sh
# Resolves pyproject.toml into requirements.lock for Python 3.11 and later on Linux. Called by `make lock`.
# Pins that still fit are kept; with --upgrade as argument everything moves to its newest version.
# uv is fetched into a throw-away folder: it resolves, it is no part of the product.
set -eu
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT

"${PYTHON:-python3}" -m pip --quiet --disable-pip-version-check install \
    --root-user-action ignore --only-binary :all: --target "$tool" uv
"$tool/bin/uv" pip compile pyproject.toml --quiet --extra pdf --extra postgres --extra redis --extra s3 --extra stripe --extra dev --universal --python-version 3.11 \
    --generate-hashes --no-header "$@" --output-file requirements.lock
"$tool/bin/uv" pip compile scripts/localstripe.in --quiet --constraint requirements.lock --universal --python-version 3.11 \
    --generate-hashes --no-header "$@" --output-file scripts/localstripe.lock
