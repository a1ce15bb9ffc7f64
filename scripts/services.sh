#!/bin/sh
# Debian packages that tests use; quick when they are there. Called by `make services`.
set -eu
# localstripe stands in for Stripe. Of it there is only source, in plain Python, and the product's lock takes wheels alone:
# it has a lock of its own. setuptools, which builds it, has to be there before it.
stand_in() {
    pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check install --root-user-action ignore \
        --require-hashes --no-deps "$@"; }
    wheels=$(mktemp)
    awk '/^[a-z]/ { wheel = !/^localstripe/ } wheel' scripts/localstripe.lock >"$wheels"
    pip --only-binary :all: -r "$wheels" && pip --no-build-isolation -r scripts/localstripe.lock
}
if ! .venv/bin/python -c "import localstripe" 2>/dev/null; then
    stand_in || echo "localstripe could not be installed: tests of Stripe are skipped." >&2
fi

packages="chromium fonts-dejavu-core postgresql redis-server sqlite3"

missing=""
for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "Services are in place: $packages."
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "make services knows Debian's apt-get only; please install by hand:$missing" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "make services must run as root to install:$missing (the other targets do not)." >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086  # a list of words on purpose
apt-get -qq install --yes --no-install-recommends $missing
