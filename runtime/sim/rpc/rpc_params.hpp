#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::sim {

struct RpcError {
  int code;
  std::string message;
  std::string data; ///< empty: omitted
};
RpcError internal_error(std::string data); ///< −32603
RpcError invalid_params(std::string data); ///< −32602

/// A request's parameters. Getters throw RpcError with the node's text for a value of the wrong type.
class Params {
public:
  explicit Params(const boost::json::object& values) : values_(values) {}

  std::string text(const char* name) const; ///< "" if absent
  std::string base64(const char* name) const;
  std::string hex(const char* name) const;
  std::optional<std::int64_t> integer(const char* name) const; ///< a number or a string of digits

private:
  const boost::json::object& values_;
};

} // namespace inferd::sim
