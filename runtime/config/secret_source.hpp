#pragma once

#include "runtime/config/config.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/ports/http_port.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <variant>

namespace inferd {

/// Passes the secret, without surrounding white space, to `use` and zeroes it afterwards. Returns an empty string or an error
/// that names the location, never the content. A file must be readable by its owner only.
std::string with_secret(const SecretSource&, const HostEnvironment&, const std::function<void(std::string_view)>& use);

/// The headers with their values, or an error that names the header and the location of its value. A value is visible ASCII
/// and spaces.
std::variant<HttpHeaders, std::string> read_headers(const std::vector<HeaderSource>&, const HostEnvironment&);

/// The headers of each endpoint of `chain.rpc`, in its order, or an error that names the endpoint by its position.
std::variant<std::vector<HttpHeaders>, std::string> read_rpc_headers(const ChainSettings&, const HostEnvironment&);

/// "the file /etc/inferd/mnemonic", "MNEMONIC in the environment"; for tables and errors.
std::string place_of(const SecretSource&);

/// Empty, or why this file must not hold a secret: "is readable by others; chmod 600 …".
std::string open_to_others(const std::string& path, const FileFacts&);

} // namespace inferd
