#!/usr/bin/env bash
# A wasm32 standard library where rustup cannot download one, from Debian's packages alone.
# Called by `cargo xtask setup`.
#
# Debian packages a current rustc with its library's source and everything that builds need
# (rustc-web, rust-web-src), but no wasm32 build of that library. This builds it once (about a
# minute of CPU, 75 MB) and links it into rustup as the toolchain `wasm-debian`:
#
#   cargo +wasm-debian build --target wasm32-unknown-unknown
#
# Apart from the packages, nothing outside the home folder changes, and the other toolchains
# (clippy, rustfmt) stay as they are.
set -euo pipefail

target=wasm32-unknown-unknown
name=wasm-debian
dir=${XDG_DATA_HOME:-$HOME/.local/share}/foretab/$name
# By their full paths: rustup's proxies have the same names, and may come first in PATH.
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo

# cargo and the compilers that it runs must not see the settings of the build that called this.
unset RUSTUP_TOOLCHAIN RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET LD_LIBRARY_PATH

if [ ! -d /usr/lib/rustlib/src/rust/library/vendor ] || [ ! -x /usr/bin/lld-22 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n) # fails rather than ask
  "${as_root[@]}" apt-get -q update
  # lld-22 is what the package's link /usr/bin/rust-lld points to, yet does not bring.
  "${as_root[@]}" apt-get -q install --yes --no-install-recommends \
    rustc-web cargo-web rust-web-llvm rust-web-src lld-22
fi

sysroot=$("$rustc" --print sysroot)
stamp=$("$rustc" -vV && sha256sum < "$0")
if [ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ]; then
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  mkdir "$build/src"
  : > "$build/src/lib.rs"
  cat > "$build/Cargo.toml" <<'TOML'
[package]
name = "seed"
version = "0.0.0"
edition = "2021"
[workspace]
TOML
  # The packaged source has its dependencies beside it, but cargo has to be told.
  # Bitcode, because the release profile links with LTO.
  (
    cd "$build"
    RUSTFLAGS="-C embed-bitcode=yes" \
      RUSTC=$rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$build/target" PATH="/usr/bin:$PATH" \
      "$cargo" build --release --offline --target $target \
      -Zbuild-std=core,alloc,std,panic_abort,proc_macro,test \
      --config 'source.crates-io.replace-with="packaged"' \
      --config "source.packaged.directory=\"$sysroot/lib/rustlib/src/rust/library/vendor\""
  )
  rm -rf "$dir"
  mkdir -p "$dir/bin" "$dir/lib/rustlib/$target/lib"
  cp "$build/target/$target"/release/deps/*.rlib "$dir/lib/rustlib/$target/lib/"
  rm "$dir/lib/rustlib/$target/lib"/libseed-*
  host=$("$rustc" -vV | sed -n 's/^host: //p')
  ln -s "$sysroot/lib/rustlib/$host" "$dir/lib/rustlib/$host"
  # rustc takes its sysroot from where its program really lies, so a link to it would not do.
  for program in rustc rustdoc; do
    cat > "$dir/bin/$program" <<SH
#!/bin/sh
unset LD_LIBRARY_PATH # rustup sets it to the libraries of another compiler
case " \$* " in *" --sysroot"*) exec /usr/bin/$program "\$@" ;; esac
exec /usr/bin/$program --sysroot "$dir" "\$@"
SH
    chmod +x "$dir/bin/$program"
  done
  ln -s "$cargo" "$dir/bin/cargo"
  printf '%s' "$stamp" > "$dir/stamp"
fi

rustup toolchain link $name "$dir"
echo "linked $dir as the toolchain $name"
