# What a page's commands find: one shell for all of them, as its reader has. Settings come from session.rs.
set -euo pipefail
block='before the page'
tell_where() {
  local status=$?
  if ((status)); then
    echo "FAILED ($status) at $block" >&2
    tail -n 40 "$HOWTO_LOG" >&2
  fi
}
trap tell_where EXIT

servers=()
last=()

# A server stays in the foreground of its reader's other terminal; here it is waited for until it is ready.
# All else goes to the binary as it is.
trackhold() {
  case ${1:-serve} in
    serve | --data | --listen | --config) serve "$@" ;;
    *) command trackhold "$@" ;;
  esac
}

serve() {
  local address=$TRACKHOLD_LISTEN before= word tries
  for word in "$@"; do
    if [[ $before == --listen ]]; then address=$word; fi
    before=$word
  done
  last=("$@")
  setpriv --pdeathsig KILL -- "$HOWTO_BIN" "$@" </dev/null >>"$HOWTO_LOG" 2>&1 &
  servers+=($!)
  for ((tries = 0; tries < 600; tries++)); do
    if curl --fail --silent --output /dev/null "http://$address/readyz"; then return 0; fi
    kill -0 "${servers[-1]}" || return 1
    sleep 0.05
  done
  echo "trackhold serve $* does not get ready" >&2
  return 1
}

# Of the service `trackhold` alone, which is whatever this page serves: no page needs another unit.
systemctl() {
  case "$*" in
    'stop trackhold') stop_servers ;;
    'start trackhold') serve "${last[@]}" ;;
    *) echo "systemctl $*: mark the block as norun" >&2; return 1 ;;
  esac
}

# As asked, they end with 0.
stop_servers() {
  local server
  for server in "${servers[@]}"; do
    kill -TERM "$server"
    wait "$server"
  done
  servers=()
}

sql() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --output /dev/null --file "$1" "$HOWTO_SUPERUSER"
}

# TLS with a certificate for loopback that is its own root. The server makes it: nobody else may read its key.
serve_tls() {
  local make='openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=howto '
  make+='-addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE '
  make+='-keyout server.key -out server.crt 2>/dev/null '
  make+='&& chmod 600 server.key'
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --output /dev/null "$HOWTO_SUPERUSER" \
    --command "COPY (SELECT 1) TO PROGRAM '$make'" --command 'ALTER SYSTEM SET ssl = on' \
    --command 'SELECT pg_reload_conf()'
  psql --no-psqlrc --tuples-only --no-align "$HOWTO_SUPERUSER" \
    --command "SELECT pg_read_file('server.crt')" >"$SSL_CERT_FILE"
  # Settings are read again some time after they are told to be.
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    if psql --no-psqlrc --quiet --command '' "$HOWTO_SUPERUSER?sslmode=require" 2>/dev/null; then return 0; fi
    sleep 0.05
  done
  echo 'the test server takes no TLS' >&2
  return 1
}

# An account, as the page's reader has one.
an_account() {
  printf 'a lake in late october\n' |
    command trackhold user create --data "$1" --email ada@example.com --name Ada --superadmin --password-stdin
}
