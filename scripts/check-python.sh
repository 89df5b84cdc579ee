#!/bin/sh
# Say the one command that helps when the interpreter is missing, too old, or comes without venv (Debian splits it off).
set -eu
python=${1:-}
if [ -z "$python" ] || ! command -v "$python" >/dev/null 2>&1; then
    echo "No Python found. Install one with:  apt-get install python3 python3-venv" >&2
    exit 2
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "vitale-testbed needs Python 3.11 or later; $python is $version. Name another with:  make PYTHON=python3.11 certify" >&2
    exit 2
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo "
    echo "$python has no venv module. Install it with:  ${sudo}apt-get install python$version-venv" >&2
    exit 2
fi
