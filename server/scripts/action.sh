#!/usr/bin/env bash
# What the GitHub Action runs (see action.yml): annotations, and a SARIF log where one is wanted. The log is written
# whether there are findings or not; the status is that of the check.
set -euo pipefail
cd -- "${SHARDLINT_FOLDER:-.}"

if [ -n "${SHARDLINT_VERSION:-}" ]; then
  shardlint=(npx --yes "shardlint@$SHARDLINT_VERSION")
elif [ -x node_modules/.bin/shardlint ]; then
  shardlint=(node_modules/.bin/shardlint)
else
  shardlint=(npx --yes shardlint)
fi

arguments=(--fail-on "${SHARDLINT_FAIL_ON:-warning}")
[ -z "${SHARDLINT_CONFIG:-}" ] || arguments+=(--config "$SHARDLINT_CONFIG")
[ -z "${SHARDLINT_SINCE:-}" ] || arguments+=(--since "$SHARDLINT_SINCE")
[ -z "${SHARDLINT_BASELINE:-}" ] || arguments+=(--baseline "$SHARDLINT_BASELINE")
arguments+=(--)
while IFS= read -r path; do
  [ -z "$path" ] || arguments+=("$path")
done <<<"${SHARDLINT_PATHS:-}"

status=0
"${shardlint[@]}" check --format github "${arguments[@]}" || status=$?
if [ -n "${SHARDLINT_SARIF:-}" ] && [ "$status" -lt 2 ]; then
  # Told already, by the annotations; the second run recalls the first one's answer.
  "${shardlint[@]}" check --format sarif "${arguments[@]}" >"$SHARDLINT_SARIF" 2>/dev/null || [ $? -eq 1 ]
fi
[ -z "${GITHUB_OUTPUT:-}" ] || echo "status=$status" >>"$GITHUB_OUTPUT"
exit "$status"
