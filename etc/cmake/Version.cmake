# Writes the source file that holds the version and the commit. Run at every build by target `version` (runtime/CMakeLists.txt):
#   cmake -D SOURCE_DIR=… -D VERSION=0.1.0 -D OUT=…/version.cpp -P etc/cmake/Version.cmake
# OUT is touched only when its content changes, so an unchanged tree recompiles nothing.
set(COMMIT unknown)
find_package(Git QUIET)
# .git is a folder in a clone and a file in a worktree. Without it the tree is a tarball, even inside another repository.
if(GIT_FOUND AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(
    COMMAND ${GIT_EXECUTABLE} -C ${SOURCE_DIR} --no-optional-locks describe --always --dirty --exclude=* --abbrev=9
    OUTPUT_VARIABLE described RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(status EQUAL 0 AND described)
    set(COMMIT ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT [[
#include "runtime/version/version.hpp"

namespace inferd {

const char* version() { return "@VERSION@ (@COMMIT@)"; }

} // namespace inferd
]])
