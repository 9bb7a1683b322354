# Makes Node 26 and the libraries ready. Sourced by ./godown with `root` set; sets `NODE`. POSIX shell, no terminal needed.
#
# A machine whose own Node is older gets Node 26 from the package registry into .node/, and nothing else changes on it.
# npm is then run by that Node: run by an older one it silently picks older versions of libraries.
# When nothing changed this costs two short programs (node --version, cksum).

node_wanted=26
npm_quiet="--no-audit --no-fund --no-update-notifier --loglevel=error"

say() { printf '%s\n' "godown: $*" >&2; }

major_of() { "$1" --version 2>/dev/null | sed -n 's/^v\([0-9][0-9]*\)\..*/\1/p'; }

is_new_enough() {
  [ -x "$1" ] || return 1
  found=$(major_of "$1")
  [ -n "$found" ] && [ "$found" -ge "$node_wanted" ]
}

# The package puts its program in one of these, depending on whether install scripts are allowed.
fetched_node() {
  for candidate in "$root"/.node/node_modules/node/bin/node "$root"/.node/node_modules/node-*/bin/node \
    "$root"/.node/node_modules/node/node_modules/node-*/bin/node; do
    if is_new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

require_npm() {
  command -v npm >/dev/null 2>&1 && return 0
  if command -v node >/dev/null 2>&1; then
    say "npm is not installed, and it is needed once to fetch libraries. Install npm (Debian, Ubuntu: apt-get install npm), then run this again."
  else
    say "neither node nor npm is installed. Install Node.js 18 or newer with npm, from https://nodejs.org or with the" \
      "system's package manager (Debian, Ubuntu: apt-get install nodejs npm), then run this again. Node $node_wanted itself is fetched by this script."
  fi
  exit 1
}

fetch_node() {
  require_npm
  old=$(major_of "$(command -v node)")
  if [ "${old:-0}" -lt 18 ]; then
    say "the Node here is ${old:-unknown}, which is too old even to fetch Node $node_wanted. Install Node.js 18 or newer from https://nodejs.org."
    exit 1
  fi
  say "the Node here is $old; fetching Node $node_wanted into .node/ (once)."
  npm install --prefix "$root/.node" --no-save $npm_quiet "node@$node_wanted" >&2 || true
  fetched_node >/dev/null && return 0
  # Its install script was blocked: the package with the program for this platform is taken directly.
  platform=$(node -p 'process.platform + "-" + process.arch')
  npm install --prefix "$root/.node" --no-save $npm_quiet "node-$platform@$node_wanted" >&2 || true
  fetched_node >/dev/null && return 0
  say "Node $node_wanted could not be fetched (see above). Look at the network and at npm's registry setting, or install Node $node_wanted from https://nodejs.org."
  exit 1
}

# Path of npm's own script, so that any Node can run it. Some installations put a wrapper in the PATH: those are asked.
npm_script() {
  require_npm
  script=$(readlink -f "$(command -v npm)" 2>/dev/null || true)
  case $script in
    *npm-cli.js) ;;
    *) script=$(npm exec --offline --call 'printf "%s\n" "$npm_execpath"' 2>/dev/null | tail -n 1) ;;
  esac
  case $script in
    *npm-cli.js) printf '%s\n' "$script" ;;
    *) say "npm is a wrapper whose script cannot be found. Install Node $node_wanted with npm from https://nodejs.org."; exit 1 ;;
  esac
}

# Two commands started together must not install into the same folders at once: the second waits for the first.
lock_installing() {
  lock=$root/.node/install.lock
  mkdir -p "$root/.node" 2>/dev/null || true
  nobody_seconds=0
  while ! mkdir "$lock" 2>/dev/null; do
    if ! [ -d "$lock" ] && ! [ -w "$root/.node" ]; then
      say "something must be installed, and $root cannot be written to by this account. Run this once as the owner of the checkout."
      exit 1
    fi
    holder=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$holder" ]; then
      # Of another account, kill -0 fails also while it lives: then ps decides.
      kill -0 "$holder" 2>/dev/null || ps -p "$holder" >/dev/null 2>&1 || rm -rf "$lock"
    else
      nobody_seconds=$((nobody_seconds + 1)) # killed between making the folder and naming itself
      [ "$nobody_seconds" -lt 10 ] || rm -rf "$lock"
    fi
    [ -d "$lock" ] && sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT TERM HUP
}

unlock_installing() {
  rm -rf "$lock"
  trap - EXIT INT TERM HUP
}

stamp_now() { cksum <"$root/package-lock.json"; }

is_stamped() {
  [ -f "$root/node_modules/.godown-stamp" ] && [ "$(cat "$root/node_modules/.godown-stamp")" = "$(stamp_now)" ]
}

install_libraries() {
  if ! "$NODE" "$root/tools/installed.ts" "$root"; then
    say "installing libraries (once, and after each change of package-lock.json)."
    cli=$(npm_script) || exit 1
    # Not `npm ci`: it refuses a lock file without the optional packages of platforms that the registry it was written
    # with did not carry. `install --no-save` follows the lock file for all that is in it and leaves it as it is.
    # npm's own children must find this Node too.
    (cd "$root" && PATH=$(dirname "$NODE"):$PATH "$NODE" "$cli" install --no-save $npm_quiet >&2) || {
      say "the libraries could not be installed (see above). Look at the network and at npm's registry setting, and whether $root/node_modules can be written to."
      exit 1
    }
  fi
  stamp_now >"$root/node_modules/.godown-stamp"
}

choose_node() {
  NODE=$(command -v node 2>/dev/null || true)
  is_new_enough "$NODE" || NODE=$(fetched_node)
}

if ! choose_node || ! is_stamped; then
  lock_installing
  choose_node || { fetch_node; choose_node; } # asked again: another command may have fetched it meanwhile
  is_stamped || install_libraries
  unlock_installing
fi
export NODE
