#!/bin/sh
# Bring this checkout to where it can play, train or be tested; does nothing the second time.
#
#   sh tools/setup.sh play|train|test      EXTRA=gpu takes the GPU build of onnxruntime
#
# Makes .venv at the top of the checkout. As root on Debian and Ubuntu (or on a CI machine with
# sudo) it also installs the system programs that are missing; elsewhere it says what they are.
set -eu
cd "$(dirname "$0")/.."

mode=${1:-play}
extra=${EXTRA:-cpu}
py=.venv/bin/python
programs="oscsend oscdump jackd jack_lsp jack_connect jack_transport jack_midi_clock jack_capture \
fluidsynth"
sounds=/usr/share/sounds/sf2/TimGM6mb.sf2
packages="liblo-tools jackd2 jack-midi-clock jack-capture fluidsynth timgm6mb-soundfont"

say() { echo "setup: $*"; }
stop() { echo "setup: $*" >&2; exit 1; }

case $mode in
  play) extras=$extra covers=play ;;
  train) extras=$extra,train covers="play train" ;;
  test) extras=$extra,train,dev,link covers="play train test" ;;
  *) stop "usage: sh tools/setup.sh play|train|test" ;;
esac
case $extra in
  cpu) other=onnxruntime-gpu ;;
  gpu) other=onnxruntime ;;
  *) stop "EXTRA must be cpu or gpu, not $extra" ;;
esac

as_root() { # as_root COMMAND...: fails where there is no way to be root without a password
  if [ "$(id -u)" = 0 ]; then "$@"
  elif [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1
  fi
}

install_packages() { # install_packages NAME...: fails where apt-get or the right is missing
  command -v apt-get >/dev/null && as_root true || return 1
  say "installing $*"
  log=$(mktemp)
  if as_root apt-get update -qq >"$log" 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() { # 3.12 and 3.11 first: for them every dependency comes ready built
  for name in ${PYTHON:-} python3.12 python3.11 python3 python python3.13 python3.14; do
    if new_enough "$name"; then
      echo "$name"
      return
    fi
  done
  stop "needs Python 3.11 or newer, and found none (https://www.python.org/downloads/)"
}

make_venv() {
  python=$(find_python)
  if "$python" -m venv --clear .venv >/dev/null 2>&1; then return; fi
  if install_packages python3-venv && "$python" -m venv --clear .venv; then return; fi
  stop "$python has no venv module; on Debian and Ubuntu: apt-get install python3-venv"
}

install_python_packages() {
  key="$extra $(cksum <pyproject.toml)"
  stamp=.venv/set-up-$mode
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then return; fi
  say "installing Python packages into .venv (once, some minutes)"
  if $py -m pip show -q "$other" >/dev/null 2>&1; then
    rm -f .venv/set-up-*
    $py -m pip uninstall -q -y "$other"
  fi
  quiet=-q
  if [ -t 1 ]; then quiet=; fi
  # shellcheck disable=SC2086 # an empty $quiet must vanish
  $py -m pip install --disable-pip-version-check $quiet -e ".[$extras]" ||
    stop "pip could not install antiphon[$extras]; its message is above"
  for done in $covers; do echo "$key" >".venv/set-up-$done"; done
}

check_midi() { # on Linux python-rtmidi needs libasound, which its wheel does not bring
  if $py -c 'import rtmidi' 2>/dev/null; then return; fi
  install_packages libasound2 || install_packages libasound2t64 || true # Ubuntu 24.04 renamed it
  $py -c 'import rtmidi' || stop "python-rtmidi does not load;" \
    "on Debian and Ubuntu: apt-get install libasound2 (libasound2t64 since Ubuntu 24.04)"
}

missing_programs() {
  for program in $programs; do
    if ! command -v "$program" >/dev/null; then printf ' %s' "$program"; fi
  done
  if [ ! -f "$sounds" ]; then printf ' %s' "$sounds"; fi
}

check_studio() {
  if [ -z "$(missing_programs)" ]; then return; fi
  # shellcheck disable=SC2086 # a list of packages
  install_packages $packages || true
  case $(missing_programs) in # newer releases keep the small JACK programs apart
    *jack_transport*) install_packages jack-example-tools || true ;;
  esac
  if [ -z "$(missing_programs)" ]; then return; fi
  say "studio tests are left out, for want of$(missing_programs);" \
    "on Debian and Ubuntu: apt-get install $packages"
}

has_guests() { command -v ip >/dev/null && ls /usr/bin/ardour*-lua >/dev/null 2>&1; }

check_guests() { # a DAW to follow, and a network of its own for Link; the tests can do without
  if has_guests; then return; fi
  install_packages iproute2 ardour || true
  if has_guests; then return; fi
  say "tests with Ardour or Link are left out; on Debian and Ubuntu: apt-get install iproute2 ardour"
}

browser=tests/web/browser
chromium_names="chromium chromium-browser google-chrome"

find_chromium() { for name in $chromium_names; do command -v "$name" && return; done; return 1; }

has_browser() { find_chromium >/dev/null && [ -d $browser/node_modules/playwright-core ]; }

check_browser() { # a browser that looks at the panel; the tests can do without
  if has_browser; then return; fi
  command -v npm >/dev/null && find_chromium >/dev/null || install_packages chromium npm || true
  if command -v npm >/dev/null; then
    say "installing what drives the browser into $browser/node_modules"
    (cd $browser && npm ci --silent --no-audit --no-fund) || true
  fi
  if has_browser; then return; fi
  say "tests with a browser are left out; they need npm and Chromium (Debian: chromium npm)"
}

check_firefox() { # a second browser; the tests can do without
  if command -v firefox-esr >/dev/null || command -v firefox >/dev/null; then return; fi
  install_packages firefox-esr || true
  if command -v firefox-esr >/dev/null; then return; fi
  say "tests with Firefox are left out; on Debian: apt-get install firefox-esr"
}

check_node() { # another OSC library, to speak with; the tests can do without
  if [ -d .venv/node_modules/osc ]; then return; fi
  if command -v npm >/dev/null &&
    npm install --silent --no-audit --no-fund --prefix .venv osc@2.4.5 >/dev/null 2>&1; then return; fi
  say "a test with npm's osc is left out; it needs node and npm"
}

if ! new_enough $py; then make_venv; fi
install_python_packages
check_midi
if [ "$mode" = test ]; then
  check_studio
  check_guests
  check_browser
  check_firefox
  check_node
fi
