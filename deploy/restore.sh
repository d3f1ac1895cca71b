#!/usr/bin/env bash
# Puts a backup in the place of the service's files. Stop the service before.
#
#   restore.sh files_DATE.tar.gz [config_DATE.tar.gz]
#
# What was there is moved beside, to NAME.before-NOW, and nothing is deleted. FILES: as for backup.sh.
set -euo pipefail
umask 077
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "restore.sh files_DATE.tar.gz [config_DATE.tar.gz]" >&2
  exit 2
fi
archives=()
for name in "$@"; do
  path=$(readlink -e "$name") || { echo "$name: there is no such file" >&2; exit 1; }
  archives+=("$path")
done
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

FILES=${FILES:-backend_processor}
NOW=$(date +%Y%m%d_%H%M%S)
work=$(mktemp -d .restore.XXXXXX)
trap 'rm -rf "$work"' EXIT

# Whoever has the table open at this moment is a service that runs.
table=$FILES/data/jobs.sqlite
if [ -e "$table" ] && [ -n "$(find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "$table" 2> /dev/null || true)" ]; then
  echo "the service is running on $PWD/$FILES: stop it first (docker-compose down)" >&2
  exit 1
fi

# Unpacked and checked beside, then put in place: an archive that is damaged changes nothing.
mkdir "$work/files"
tar -xzf "${archives[0]}" --numeric-owner -C "$work/files"
for part in uploads outputs data; do
  [ -d "$work/files/$FILES/$part" ] || { echo "${archives[0]}: there is no $FILES/$part in it" >&2; exit 1; }
done
[ "$(sqlite3 "$work/files/$FILES/data/jobs.sqlite" "PRAGMA integrity_check")" = ok ]
rm -f "$work/files/$FILES/data/"jobs.sqlite-*
mkdir -p "$FILES"
for part in uploads outputs data; do
  chown --reference="$work/files/$FILES/data/jobs.sqlite" "$work/files/$FILES/$part"
  chmod 700 "$work/files/$FILES/$part"
  [ ! -e "$FILES/$part" ] || mv "$FILES/$part" "$FILES/$part.before-$NOW"
  mv "$work/files/$FILES/$part" "$FILES/$part"
done
chown --reference="$FILES/data/jobs.sqlite" "$FILES"

if [ -n "${archives[1]:-}" ]; then
  mkdir "$work/config"
  tar -xzf "${archives[1]}" -C "$work/config"
  mkdir "config.before-$NOW"
  for path in "$work/config/"* "$work/config/".env; do
    name=$(basename "$path")
    [ -e "$path" ] || continue
    [ ! -e "$name" ] || mv "$name" "config.before-$NOW/$name"
    mv "$path" "$name"
  done
fi

echo "Restore complete: start the service"
