#!/usr/bin/env bash
# Under libfaketime, time.sleep fails in CPython as soon as the monotonic clock is left alone.
#
# Versions: libfaketime 0.9.10 (Debian package libfaketime 0.9.10-2.1), CPython 3.11 on Linux.
# Expected: FAKETIME_DONT_FAKE_MONOTONIC=1 leaves CLOCK_MONOTONIC as it is, so that waiting goes on as without the
#   library. The setting is there for programs that wait wrongly with a faked one.
# Found: time.sleep(0.2) raises OSError 22, "Invalid argument". Without the setting it sleeps. Servers under test answer
#   500 wherever something sleeps, which looks like a fault of the server.
# Source: CPython 3.11 sleeps by clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, …); libfaketime takes the call over and
#   makes another deadline of it also when the clock is not to be faked.
# What it means here: `make fault` steps the clock of server processes; their `time.sleep` waits by select() instead.
# Output seen:
#   monotonic clock faked:      slept
#   monotonic clock left alone: OSError 22
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && apt-get download -qq libfaketime=0.9.10-2.1 2>/dev/null && dpkg -x ./*.deb .)
library=$(find "$folder" -name libfaketime.so.1)
cat > "$folder/check.py" <<'PYTHON'
import time

try:
    time.sleep(0.2)
    print("slept")
except OSError as error:
    print(f"OSError {error.errno}")
PYTHON
plain=$(LD_PRELOAD=$library FAKETIME=+1d python3 "$folder/check.py")
alone=$(LD_PRELOAD=$library FAKETIME=+1d FAKETIME_DONT_FAKE_MONOTONIC=1 python3 "$folder/check.py")
echo "monotonic clock faked:      $plain"
echo "monotonic clock left alone: $alone"
[ "$plain" = "slept" ] && [ "$alone" = "OSError 22" ]
