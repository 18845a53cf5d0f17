# Before cpack copies its packages: mends what CPack 3.25 writes for the debug symbols (md5sums with absolute paths, no changelog
# and copyright). The bytes then depend on the build only.
foreach(file ${CPACK_PACKAGE_FILES})
  if(NOT file MATCHES "-dbgsym_.*\\.ddeb$")
    continue()
  endif()
  execute_process(COMMAND sh -euc [[
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    dpkg-deb -R "$1" "$work/root"
    cd "$work/root"
    chmod 755 .
    find usr -name '*.debug' -exec chmod 644 {} +
    mkdir -p usr/share/doc
    ln -sfn inferd usr/share/doc/inferd-dbgsym
    find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums
    sed -i -e '/^Package-Type:/d' DEBIAN/control
    find . -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz -b . "$1" >/dev/null
  ]] dbgsym ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
