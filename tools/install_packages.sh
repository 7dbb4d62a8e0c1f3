#!/bin/sh
# Installs the Debian packages that building (or, with `test`, testing) needs, and only those that are missing.
# Usage: tools/install_packages.sh build|test|bench|fuzz
set -eu

build="gcc cmake ninja-build pkg-config libuv1-dev libsodium-dev libssl-dev libsqlite3-dev
libcurl4-openssl-dev libwslay-dev libnice-dev libusrsctp-dev"
test="libcmocka-dev chromium fonts-dejavu-core sqlite3 iproute2 nftables util-linux procps strace prometheus
nginx-light openssl coturn"
bench="nginx-light curl rsync aria2 syncthing"
fuzz="clang libclang-rt-14-dev"

wanted="$build"
case "${1:-build}" in
test) wanted="$wanted $test" ;;
bench) wanted="$wanted $bench" ;;
fuzz) wanted="$wanted $fuzz" ;;
esac
# A machine may have Node from elsewhere; Debian's npm would then quarrel with it.
command -v node > /dev/null 2>&1 || wanted="$wanted nodejs"
command -v npm > /dev/null 2>&1 || wanted="$wanted npm"

missing=""
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo > /dev/null 2>&1; then
    as_root="sudo"
else
    echo "skep needs these Debian packages, and neither root nor sudo is at hand:$missing" >&2
    exit 1
fi

# Debian starts the service of a package as soon as it is installed. Of these only the programs are wanted: while we
# install, a policy says that nothing is started (a machine with a policy of its own keeps it), and they stay off.
with_service="prometheus:prometheus nginx-light:nginx coturn:coturn" # the package, and its service
services=""
for pair in $with_service; do
    case "$missing " in *" ${pair%%:*} "*) services="$services ${pair##*:}" ;; esac
done
policy=/usr/sbin/policy-rc.d
holds_policy=""
let_go() {
    [ -z "$holds_policy" ] || $as_root rm -f "$policy"
    rm -f "$log"
}

echo "installing:$missing" >&2
log=$(mktemp)
trap let_go EXIT
trap 'exit 1' INT TERM
if [ -n "$services" ] && [ ! -e "$policy" ]; then
    holds_policy=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" > /dev/null
    $as_root chmod 755 "$policy"
fi
# shellcheck disable=SC2086  # the lists are words on purpose
if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing; } > "$log" 2>&1; then
    cat "$log" >&2
    echo "the packages could not be installed; see above" >&2
    exit 1
fi
if [ -d /run/systemd/system ]; then
    for service in $services; do $as_root systemctl disable --quiet "$service"; done
fi
