#pragma once

#include "runtime/config/config.hpp"
#include "runtime/config/host_environment.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace inferd {

/// Shows the secret to `use` and wipes it afterwards; white space at both ends is cut off. Returns what is wrong, in one
/// sentence that names the place and never the content, or nothing. A file must be readable by its owner only.
std::string with_secret(const SecretSource&, const HostEnvironment&, const std::function<void(std::string_view)>& use);

/// "the file /etc/inferd/mnemonic", "MNEMONIC in the environment": for tables and refusals.
std::string place_of(const SecretSource&);

/// Overwrites what `text` held, past the compiler's wish to skip it, and empties it.
void wipe(std::string& text);

/// Nothing, or why this file must not hold a secret: "is readable by others; chmod 600 …".
std::string open_to_others(const std::string& path, const FileFacts&);

} // namespace inferd
