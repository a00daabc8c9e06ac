#!/bin/sh
# Debian's bubblewrap, in which attachments are opened: installed when it is missing and we may. Without it they stay
# unopened and a person is told, so only a warning is left where we may not.
command -v bwrap >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing bubblewrap, in which attachments are opened"
	log=$(mktemp)
	if DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends bubblewrap >>"$log" 2>&1; then
		rm -f "$log"
		exit 0
	fi
	echo "bubblewrap could not be installed, see $log."
fi
echo "Attachments stay unopened until bubblewrap is there. Install it: sudo apt-get install bubblewrap"
exit 0
