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
# Chromium's engine without its window, for two thirds of the work. It is of Chromium's very version, so both are asked for.
lighter="chromium-headless-shell"

absent() {
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
            || printf ' %s' "$package"
    done
}
can_install() { command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; }

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # a list of words on purpose
missing=$(absent $packages)
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        echo "make services knows Debian's apt-get only; please install by hand:$missing" >&2
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        echo "make services must run as root to install:$missing (the other targets do not)." >&2
        exit 1
    fi
    apt-get -qq update
    # shellcheck disable=SC2086  # a list of words on purpose
    apt-get -qq install --yes --no-install-recommends $missing
fi
if [ -n "$(absent $lighter)" ] && can_install; then
    quickly="-qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10"
    # shellcheck disable=SC2086  # lists of words on purpose
    { [ -n "$missing" ] || apt-get $quickly update; } \
        && apt-get $quickly install --yes --no-install-recommends chromium $lighter \
        || echo "$lighter could not be installed: tests use Chromium itself, and take a little longer." >&2
fi
echo "Services are in place: $packages."
