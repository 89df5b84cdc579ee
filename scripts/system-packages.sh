#!/bin/sh
# Bring the Debian packages that the whole test run needs: the PC/SC stack with its virtual reader, the judges (card
# software written by others; libxml2 and poppler for the formats), a browser, Pango for PDF, Node and jq for
# the adapters of the examples (with a JSON library for C++, and Mono for C#), curl for the documentation, Java, Perl and
# Node's PC/SC clients, compilers and valgrind,
# mandoc for the manual pages and the shells that complete commands.
set -eu
python=${1:-python3}
packages="pcscd vsmartcard-vpcd libpcsclite-dev gcc g++ make libc6-dev nlohmann-json3-dev mono-mcs mono-runtime libmono-system-runtime-serialization4.0-cil opensc gnutls-bin pcsc-tools libpcsc-perl cardpeek openssl chromium fonts-dejavu-core iproute2 procps valgrind libxml2-utils poppler-utils jq curl mandoc zsh fish libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
# A Node that did not come from Debian is as good.
command -v node >/dev/null 2>&1 || packages="$packages nodejs"
command -v npm >/dev/null 2>&1 || packages="$packages npm"
# So is a JDK: `java File.java` compiles.
command -v javac >/dev/null 2>&1 || packages="$packages default-jdk-headless"
# pip compiles pyscard against this interpreter; one that was not packaged by Debian brings its own headers.
if ! "$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'; then
    packages="$packages $("$python" -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])')"
fi
missing=""
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null 2>&1 || {
    echo "This system has no apt-get. Install the counterparts of these Debian packages, then run again:$missing" >&2
    exit 2
}
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1; then
    sudo="sudo"
else
    echo "Some Debian packages are missing and this user may not install them. As root:  apt-get install$missing" >&2
    exit 2
fi
echo "Installing Debian packages:$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086  # a list on purpose
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
