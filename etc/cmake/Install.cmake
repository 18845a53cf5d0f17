# cmake --install BUILD [--prefix DIR], and cpack in the build folder: inferd_VERSION_ARCH.deb and inferd-dbgsym.
# Generated files (man pages, completions, configuration) come from the program itself, so the install step runs it:
# etc/package/generate, with CMAKE_CROSSCOMPILING_EMULATOR before the program when cross-compiling. Packages are reproducible:
# every date is SOURCE_DATE_EPOCH, by default the last commit's.
set(INFERD_MAINTAINER "inferd contributors <inferd@users.noreply.github.com>" CACHE STRING "Maintainer of the Debian package")
find_package(Python3 COMPONENTS Interpreter)

install(TARGETS inferd RUNTIME DESTINATION bin)
install(PROGRAMS etc/systemd/pause DESTINATION lib/inferd)
install(PROGRAMS etc/daemon_manager.sh DESTINATION share/inferd)
install(FILES etc/supervisord/inferd.conf DESTINATION share/inferd/supervisord)
install(FILES etc/prometheus/inferd.rules.yml etc/prometheus/dashboard.json DESTINATION share/inferd/prometheus)
install(FILES etc/data/btcusd-1h.csv etc/data/btcusd-1m.csv DESTINATION share/inferd)
install(DIRECTORY etc/examples DESTINATION share/inferd PATTERN __pycache__ EXCLUDE PATTERN venv EXCLUDE)
install(FILES README.md CHANGELOG.md NOTICE etc/THIRD_PARTY.md etc/design/operations.md DESTINATION share/doc/inferd)
# The architecture as Debian names it, for the SBOM and the package's name.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -dumpmachine OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX MATCH "^[^-]+" machine "${machine}")
set(arch ${machine})
foreach(pair x86_64=amd64 aarch64=arm64)
  string(REGEX REPLACE "^${machine}=" "" name ${pair})
  if(NOT name STREQUAL pair)
    set(arch ${name})
  endif()
endforeach()
set(INFERD_PROGRAM "'${PROJECT_BINARY_DIR}/inferd'") # as a shell reads it
if(CMAKE_CROSSCOMPILING_EMULATOR)
  string(REPLACE ";" " " emulator "${CMAKE_CROSSCOMPILING_EMULATOR}")
  set(INFERD_PROGRAM "${emulator} ${INFERD_PROGRAM}")
endif()
configure_file(etc/cmake/InstallGenerated.cmake.in ${PROJECT_BINARY_DIR}/InstallGenerated.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/InstallGenerated.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME inferd)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "worker for the Allora network")
set(CPACK_PACKAGE_DESCRIPTION "inferd answers the submission windows of the Allora network: it watches the
chain for them, fetches market data, predicts, signs, submits, follows each
transaction into a block and records the outcome.
.
The service is not started by the installation; inferd-demo.service runs it on
a simulated chain and market.")
set(CPACK_SET_DESTDIR ON) # the configuration lies outside the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/etc/cmake/PackageDate.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/etc/cmake/PackageDate.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/etc/package/dbgsym.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${arch})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${INFERD_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, init-system-helpers (>= 1.54)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "inferd-model-runtimes, supervisor, logrotate, sqlite3")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_READELF_EXECUTABLE ${CMAKE_READELF})
set(CPACK_OBJCOPY_EXECUTABLE ${CMAKE_OBJCOPY})
set(CPACK_OBJDUMP_EXECUTABLE ${CMAKE_OBJDUMP})
set(CPACK_DEBIAN_DEBUGINFO_PACKAGE ON) # moves the program's symbols into inferd-dbgsym
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(package ${PROJECT_SOURCE_DIR}/etc/package)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/postinst ${package}/prerm ${package}/postrm ${package}/conffiles)
include(CPack)
