# All dependencies are packages of Debian 12 and 13, listed in etc/packages.txt. Boost is 1.81 on 12 and 1.83 on 13.
find_package(Threads REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json unit_test_framework)
find_package(Eigen3 CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(Protobuf REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SECP256K1 REQUIRED IMPORTED_TARGET libsecp256k1)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# Asio and Beast lie in the folder of all Boost headers; this name shows who uses them (tests/layers/check.py).
add_library(inferd_asio INTERFACE)
target_link_libraries(inferd_asio INTERFACE Boost::headers Threads::Threads)

# CAF 0.17 has no CMake package.
set(INFERD_CAF_ROOT "" CACHE PATH "A CAF built elsewhere, e.g. with ThreadSanitizer")
find_path(CAF_INCLUDE_DIR caf/all.hpp HINTS ${INFERD_CAF_ROOT}/include REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core HINTS ${INFERD_CAF_ROOT}/lib REQUIRED)
add_library(inferd_caf INTERFACE)
target_include_directories(inferd_caf SYSTEM INTERFACE ${CAF_INCLUDE_DIR})
target_link_libraries(inferd_caf INTERFACE ${CAF_CORE_LIBRARY} Threads::Threads)

# Of prometheus-cpp the core only: its own CMake package asks for the server and the push client too.
find_path(PROMETHEUS_INCLUDE_DIR prometheus/registry.h REQUIRED)
find_library(PROMETHEUS_CORE_LIBRARY prometheus-cpp-core REQUIRED)
add_library(inferd_prometheus INTERFACE)
target_include_directories(inferd_prometheus SYSTEM INTERFACE ${PROMETHEUS_INCLUDE_DIR})
target_link_libraries(inferd_prometheus INTERFACE ${PROMETHEUS_CORE_LIBRARY})
