# Debian's files of arm64 that programs are run with, in a folder: glibc and musl with their loaders, Python. Nothing of
# this machine is changed.

arm64_root() {
  local place=$CHECKOUT/target/release-test/arm64-root work=$CHECKOUT/target/release-test/arm64-apt package
  if [ ! -e "$place/complete" ]; then
    rm -rf "$place" "$work"
    mkdir -p "$place" "$work/lists/partial" "$work/archives/partial"
    : >"$work/status"
    local apt=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status"
      -o "Dir::Cache=$work" -o Debug::NoLocking=1 -o APT::Sandbox::User=root -qq)
    {
      apt-get "${apt[@]}" update || true
      (cd "$work" && apt-get "${apt[@]}" download libc6 libgcc-s1 libstdc++6 musl zlib1g libexpat1 libssl3 libffi8 libbz2-1.0 liblzma5 \
        libsqlite3-0 libuuid1 libcrypt1 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib)
      for package in "$work"/*.deb; do
        dpkg-deb --extract "$package" "$place"
      done
    } >&2
    touch "$place/complete"
  fi
  echo "$place"
}
