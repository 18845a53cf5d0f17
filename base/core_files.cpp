#include "base/core_files.hpp"

#include "base/descriptor.hpp"

#include <fcntl.h>
#include <sys/prctl.h>

namespace inferd {

void leave_memory_out_of_core_files() {
  constexpr auto only_elf_headers = "0x10";
  const Descriptor filter(::open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC));
  if (!filter || !write_all(filter.get(), only_elf_headers)) ::prctl(PR_SET_DUMPABLE, 0);
}

} // namespace inferd
