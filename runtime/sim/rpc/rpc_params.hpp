#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::sim {

/// A JSON-RPC error to be sent.
struct RpcError {
  int code;
  std::string message;
  std::string data; ///< empty: left out
};
RpcError internal_error(std::string data); ///< −32603
RpcError invalid_params(std::string data); ///< −32602

/// A request's parameters. Each getter throws RpcError in the words of the node when the value is of another kind.
class Params {
public:
  explicit Params(const boost::json::object& values) : values_(values) {}

  std::string text(const char* name) const;                    ///< "" when absent
  std::string base64(const char* name) const;                  ///< decoded
  std::string hex(const char* name) const;                     ///< decoded
  std::optional<std::int64_t> integer(const char* name) const; ///< a number, or a string of digits as the node writes them

private:
  const boost::json::object& values_;
};

} // namespace inferd::sim
