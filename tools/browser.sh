#!/bin/sh
# Debian's chromium for the browser tests: installed when it is missing and we may.
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing chromium for the browser tests"
	log=$(mktemp)
	if DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >>"$log" 2>&1; then
		rm -f "$log"
		exit 0
	fi
	echo "chromium could not be installed, see $log. Install it yourself: apt-get install chromium"
	exit 1
fi
echo "The browser tests need chromium. Install it: sudo apt-get install chromium"
exit 1
