# Sourced by the scripts beside it: how they speak, build and count. Not run by itself.

# One set of flags for every build and test of the debug products: other flags would build everything a second time.
readonly DEBUG_FLAGS=(--explicit-target-dependency-import-check error)

# And one for every release build. Without line tables, which nobody reads of a release and which cost an eighth of the time.
readonly RELEASE_FLAGS=(--configuration release --product civil --scratch-path .build-release -debug-info-format none)

# Tells the person at the terminal what is being done. To standard error, so that it never mixes with a command's output.
say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
if [ ! -t 2 ]; then say() { printf '==> %s\n' "$*" >&2; }; fi

# Prints a sentence and ends the script.
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

# RESULTS holds a line for everything that was counted: passed failed skipped seconds name.
start_counting() {
  RESULTS=$(mktemp -d "${TMPDIR:-/tmp}/civil-results.XXXXXX")
  touch "$RESULTS/lines"
  trap 'rm -rf "$RESULTS"' EXIT
}

# count PASSED FAILED SKIPPED SECONDS NAME
count() { printf '%s %s %s %s %s\n' "$1" "$2" "$3" "$4" "$5" >>"$RESULTS/lines"; }

# step NAME COMMAND…: runs the command, says how long it took, counts it as one check. Goes on when it fails.
step() {
  local name=$1 began=$SECONDS status=0; shift
  say "$name"
  "$@" || status=$?
  if [ $status -eq 0 ]; then
    say "$name: passed in $((SECONDS - began)) s"; count 1 0 0 $((SECONDS - began)) "$name"
  else
    say "$name: FAILED (exit code $status) after $((SECONDS - began)) s"; count 0 1 0 $((SECONDS - began)) "$name"
  fi
  return $status
}

# prepare NAME COMMAND…: like step, but counted only when it fails, because it checks nothing by itself.
prepare() {
  local name=$1 began=$SECONDS status=0; shift
  say "$name"
  "$@" || status=$?
  if [ $status -ne 0 ]; then
    say "$name: FAILED (exit code $status) after $((SECONDS - began)) s"; count 0 1 0 $((SECONDS - began)) "$name"
  else
    count 0 0 0 $((SECONDS - began)) "$name"
  fi
  return $status
}

# suite NAME KIND FILE COMMAND…: runs a command that runs many tests, and counts them from what it left in FILE (see scripts/totals).
suite() {
  local name=$1 kind=$2 file=$3 began=$SECONDS status=0 counted; shift 3
  say "$name"
  "$@" || status=$?
  counted=$(scripts/totals "$kind" "$file" "$status")
  # shellcheck disable=SC2086 # three numbers
  count $counted $((SECONDS - began)) "$name"
  # shellcheck disable=SC2086
  say "$name: $(sentence $counted) in $((SECONDS - began)) s"
  return $status
}

# sentence PASSED FAILED SKIPPED
sentence() { printf '%s passed, %s failed, %s skipped' "$1" "$2" "$3"; }

# Prints each step with its time, then the totals alone on the last line; the status is that of the whole.
finish() {
  {
    printf '\n%8s  %s\n' seconds step
    awk '{ s = $4; t = $1 + $2 ? sprintf(" (%d/%d)", $1, $1 + $2) : ""; f = $2; $1 = $2 = $3 = $4 = ""; printf "%8d %s%s%s\n", s, $0, t, f ? "  <== FAILED" : "" }' \
      "$RESULTS/lines"
  } >&2
  local totals
  totals=$(awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$RESULTS/lines")
  # shellcheck disable=SC2086
  sentence $totals; echo
  case $totals in *' 0 '*) return 0 ;; *) return 1 ;; esac
}

# The debug build of everything, tests included.
build_everything() {
  swift build --build-tests "${DEBUG_FLAGS[@]}"
}

# Swift's tests, both engines; needs CIVIL_TEST_POSTGRESQL (scripts/with-postgresql). One after the other: some wait for what must happen within a second.
swift_tests() {
  local filter=()
  [ -z "${FILTER:-}" ] || filter=(--filter "$FILTER")
  # Of a crash one wants to know where.
  export SWIFT_BACKTRACE=enable=yes,color=no,interactive=no
  # pipefail: the status is the tests', not tee's.
  (set -o pipefail; swift test --skip-build --no-parallel "${DEBUG_FLAGS[@]}" ${filter[@]+"${filter[@]}"} 2>&1 | tee "$RESULTS/swift.log")
}

# The journeys in a browser, both engines; needs CIVIL_TEST_POSTGRESQL.
journeys() {
  CIVIL_BINARY="$PWD/.build/debug/civil" .build-python/bin/python -m pytest Tests/JourneyTests \
    -p no:cacheprovider --junitxml "$RESULTS/journeys.xml" -q --tb=short --durations=5
}

# Python for the journeys: a virtual environment of its own, made again when the pinned versions change.
python_environment() {
  local wanted; wanted=$(sha256sum Tests/JourneyTests/requirements.txt | cut -c1-16)
  if [ -f ".build-python/$wanted" ] && .build-python/bin/python -c '' 2>/dev/null; then return 0; fi
  say "Fetching the browser driver for the journeys from PyPI (50 MB, about half a minute)"
  rm -rf .build-python
  # Debian's Python by its path: setup has made sure that it can make virtual environments.
  /usr/bin/python3 -m venv .build-python || return
  .build-python/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/JourneyTests/requirements.txt || return
  touch ".build-python/$wanted"
}

# What `make test` and `make ci` have in common; needs CIVIL_TEST_POSTGRESQL.
all_tests() {
  local status=0
  suite "Swift tests" swift "$RESULTS/swift.log" swift_tests || status=1
  if [ -z "${FILTER:-}" ]; then
    suite "Journeys in the browser" junit "$RESULTS/journeys.xml" journeys || status=1
  fi
  return $status
}
