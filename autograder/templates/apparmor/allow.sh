#!/bin/sh
# Loads the profile beside this file, now and at every start of the machine: sudo sh allow.sh
# Ubuntu 25.04's own profile lets bubblewrap start but takes all rights from what runs in it, so it
# is switched off. To undo: remove PROFILES/lab-bwrap and PROFILES/disable/bwrap-userns-restrict, restart.
set -eu
profiles=${PROFILES:-/etc/apparmor.d}
cd "$(dirname "$0")"
if [ -e "$profiles/bwrap-userns-restrict" ]; then
  mkdir -p "$profiles/disable"
  ln -sf "$profiles/bwrap-userns-restrict" "$profiles/disable/"
  apparmor_parser --remove "$profiles/bwrap-userns-restrict" || true  # it may not be loaded
fi
install -m 644 lab-bwrap "$profiles/lab-bwrap"
apparmor_parser --replace "$profiles/lab-bwrap"
