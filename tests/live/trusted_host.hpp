#pragma once

#include "tests/live/peer.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace inferd::test {

/// A certificate of 127.0.0.1, and the file of the authority that signed it.
struct TrustedHost {
  Certificate authority = make_certificate("DNS:authority");
  Certificate certificate = make_certificate("IP:127.0.0.1", &authority);
  std::string file =
    (std::filesystem::temp_directory_path() / ("inferd_authority." + std::to_string(::getpid()) + ".pem")).string();
  TrustedHost() { std::ofstream(file) << authority.certificate; }
  ~TrustedHost() { std::filesystem::remove(file); }
};

} // namespace inferd::test
