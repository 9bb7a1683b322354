# Makes Node 26 and the libraries ready. Sourced by ./godown with `root` set; sets `NODE`. POSIX shell, no terminal needed.
#
# A machine whose own Node is older gets Node 26 from the package registry into .node/, and nothing else changes on it.
# npm is then run by that Node: run by an older one it silently picks older versions of libraries.
# When nothing changed this costs two short programs (node --version, cksum).

node_wanted=26

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
  mkdir -p "$root/.node" || { say "$root cannot be written to. Run this as the owner of the checkout."; exit 1; }
  npm install --prefix "$root/.node" --no-save --no-audit --no-fund --loglevel=error "node@$node_wanted" >&2 || true
  fetched_node >/dev/null && return 0
  # Its install script was blocked: the package with the program for this platform is taken directly.
  platform=$(node -p 'process.platform + "-" + process.arch')
  npm install --prefix "$root/.node" --no-save --no-audit --no-fund --loglevel=error "node-$platform@$node_wanted" >&2 || true
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

stamp_now() { cksum <"$root/package-lock.json"; }

install_libraries() {
  stamp_file=$root/node_modules/.godown-stamp
  [ -f "$stamp_file" ] && [ "$(cat "$stamp_file")" = "$(stamp_now)" ] && return 0
  mkdir -p "$root/.node" || { say "$root cannot be written to. Run this as the owner of the checkout."; exit 1; }
  lock=$root/.node/install.lock
  while ! mkdir "$lock" 2>/dev/null; do # another ./godown is installing: wait for it, unless it was killed
    holder=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$lock"; else sleep 1; fi
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT TERM HUP
  if ! { [ -f "$stamp_file" ] && [ "$(cat "$stamp_file")" = "$(stamp_now)" ]; }; then
    if ! "$NODE" "$root/tools/installed.ts" "$root"; then
      say "installing libraries (once, and after each change of package-lock.json)."
      cli=$(npm_script) || exit 1
      # npm's own children must find this Node too.
      (cd "$root" && PATH=$(dirname "$NODE"):$PATH "$NODE" "$cli" ci --no-audit --no-fund --loglevel=error >&2) || {
        say "the libraries could not be installed (see above). Look at the network and at npm's registry setting, and whether $root/node_modules can be written to."
        exit 1
      }
    fi
    stamp_now >"$stamp_file"
  fi
  rm -rf "$lock"
  trap - EXIT INT TERM HUP
}

NODE=$(command -v node 2>/dev/null || true)
if ! is_new_enough "$NODE"; then
  fetched_node >/dev/null || fetch_node
  NODE=$(fetched_node)
fi
install_libraries
export NODE
