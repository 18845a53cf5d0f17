#pragma once

namespace inferd {

/// Leaves the memory of this process out of core files: they hold registers, the list of mappings and ELF headers, also when
/// gcore writes them. Credentials of HTTP pass through buffers of libraries that cannot be wiped. Where the kernel's filter
/// (core(5), coredump_filter) cannot be written, no core file is made. For a whole one: echo 0x33 >/proc/PID/coredump_filter.
void leave_memory_out_of_core_files();

} // namespace inferd
