#!/bin/sh
# Sets up .venv from requirements.lock, then the project itself. Called by `make install`.
# Needs Python 3.11 or later with pip; after the lock is in, nothing is downloaded.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Carefolio needs Python 3.11 or later: '$python' is not that. Try: make install PYTHON=python3.11" >&2
    exit 1
fi

# Debian without python3-venv cannot put pip into a venv: then the pip outside works on the venv.
if .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv >/dev/null 2>&1; then
    pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
elif "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --without-pip .venv
    pip() { "$python" -m pip --quiet --disable-pip-version-check --python .venv/bin/python "$@"; }
else
    echo "Carefolio needs pip: install it with 'apt-get install python3-pip' and try again." >&2
    exit 1
fi

echo "Installing what requirements.lock names into .venv: a minute or two …"
# The lock names everything that is needed, so nothing is resolved here: older pips, resolving, take the newest version of a
# package that is asked for with an extra (psycopg[binary]), past its pin, and then miss its hash.
pip install --root-user-action ignore --require-hashes --no-deps --only-binary :all: -r requirements.lock
pip install --root-user-action ignore --no-index --no-deps --no-build-isolation --editable .
touch .venv/.installed
