#!/usr/bin/env bash
# Backs the service up while it runs: pictures, SVGs and the table of jobs; with --redis the shared cache too.
#
#   backup.sh [--redis]
#
# BACKUP_DIR   where to (/backups/vectorizer)       FILES      the service's folder (backend_processor)
# KEEP_DAYS    days that backups are kept (30)      REDIS_CLI  how Redis is asked (in its container)
# Needs sqlite3. The archives hold users' pictures, and .env its secrets: only their owner can read them.
set -euo pipefail
umask 077
# Run through a link (/opt/vectorizer/backup.sh) too.
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

BACKUP_DIR=${BACKUP_DIR:-/backups/vectorizer}
FILES=${FILES:-backend_processor}
KEEP_DAYS=${KEEP_DAYS:-30}
REDIS_CLI=${REDIS_CLI:-docker-compose exec -T redis redis-cli}
DATE=$(date +%Y%m%d_%H%M%S)

mkdir -p "$BACKUP_DIR"
exec 9> "$BACKUP_DIR/.lock"
flock -n 9 || { echo "another backup is running" >&2; exit 1; }
[ -f "$FILES/data/jobs.sqlite" ] || { echo "$PWD/$FILES/data/jobs.sqlite: there is no table of jobs" >&2; exit 1; }
work=$(mktemp -d "$BACKUP_DIR/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# An archive gets its name when it is whole. tar's exit code 1 says that a file changed or went meanwhile: SVGs are
# put in place whole, and a file may go because its job was deleted.
archive() {
  local name=$1 code=0
  shift
  tar --warning=no-file-changed --warning=no-file-removed -czf "$work/archive" "$@" || code=$?
  [ "$code" -le 1 ] || { echo "tar failed ($code)" >&2; exit "$code"; }
  mv "$work/archive" "$BACKUP_DIR/$name"
}

# The table first, in one transaction, then the files: whatever the table calls completed is there. A job that runs
# meanwhile is drawn again after a restore; files that came later belong to no job, and the service drops them.
mkdir -p "$work/snapshot/$FILES/data"
sqlite3 -cmd ".timeout 30000" "$FILES/data/jobs.sqlite" "VACUUM INTO '$work/snapshot/$FILES/data/jobs.sqlite'"
[ "$(sqlite3 "$work/snapshot/$FILES/data/jobs.sqlite" "PRAGMA integrity_check")" = ok ]
# An empty log beside it replaces one that a killed service left, where the archive is unpacked over its folder.
: > "$work/snapshot/$FILES/data/jobs.sqlite-wal"
chown -R --reference="$FILES/data/jobs.sqlite" "$work/snapshot/$FILES/data"
archive "files_$DATE.tar.gz" --numeric-owner "$FILES/uploads" "$FILES/outputs" \
  -C "$work/snapshot" "$FILES/data/jobs.sqlite" "$FILES/data/jobs.sqlite-wal"

config=()
for name in .env docker-compose*.yml monitoring nginx.conf nginx; do
  [ ! -e "$name" ] || config+=("$name")
done
archive "config_$DATE.tar.gz" "${config[@]}"

if [ "${1:-}" = --redis ]; then
  $REDIS_CLI --rdb - > "$work/redis"
  mv "$work/redis" "$BACKUP_DIR/redis_$DATE.rdb"
fi

find "$BACKUP_DIR" -maxdepth 1 -type f \( -name 'files_*.tar.gz' -o -name 'config_*.tar.gz' -o -name 'redis_*.rdb' \) \
  -mtime "+$KEEP_DAYS" -delete

echo "Backup complete: $DATE"
