#!/bin/sh
# debian.sh COMMAND PACKAGE "What is lost without it": a Debian package that brings COMMAND, installed when it is
# missing and we may. Fails where it is still missing; whether that matters is the caller's to say.
command -v "$1" >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing $2"
	log=$(mktemp)
	if DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$2" >>"$log" 2>&1; then
		rm -f "$log"
		exit 0
	fi
	echo "$2 could not be installed, see $log."
fi
echo "$3 Install it: sudo apt-get install $2"
exit 1
