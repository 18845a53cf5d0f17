#pragma once

#include "runtime/config/config.hpp"
#include "runtime/config/host_environment.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace inferd {

/// Passes the secret, without surrounding white space, to `use` and zeroes it afterwards. Returns an empty string or an error
/// that names the location, never the content. A file must be readable by its owner only.
std::string with_secret(const SecretSource&, const HostEnvironment&, const std::function<void(std::string_view)>& use);

/// "the file /etc/inferd/mnemonic", "MNEMONIC in the environment"; for tables and errors.
std::string place_of(const SecretSource&);

/// Empty, or why this file must not hold a secret: "is readable by others; chmod 600 …".
std::string open_to_others(const std::string& path, const FileFacts&);

} // namespace inferd
