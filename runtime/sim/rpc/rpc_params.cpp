#include "runtime/sim/rpc/rpc_params.hpp"

#include "runtime/sim/chain/bytes.hpp"

#include <boost/json/value.hpp>
#include <charconv>

namespace inferd::sim {

namespace {

RpcError wrong_kind(const boost::json::value& v, const char* wanted) {
  const char* got = v.is_string()   ? "string"
                    : v.is_bool()   ? "bool"
                    : v.is_object() ? "object"
                    : v.is_array()  ? "array"
                                    : "number";
  return invalid_params(std::string("error converting json params to arguments: json: cannot unmarshal ") + got +
                        " into Go value of type " + wanted);
}

} // namespace

RpcError internal_error(std::string data) { return {-32603, "Internal error", std::move(data)}; }
RpcError invalid_params(std::string data) { return {-32602, "Invalid params", std::move(data)}; }

std::string Params::text(const char* name) const {
  const auto* v = values_.if_contains(name);
  if (!v || v->is_null()) return {};
  if (!v->is_string()) throw wrong_kind(*v, "string");
  return std::string(v->get_string());
}

std::string Params::base64(const char* name) const {
  const auto* v = values_.if_contains(name);
  if (v && !v->is_null() && !v->is_string()) throw wrong_kind(*v, "[]uint8");
  auto bytes = from_base64(text(name));
  if (!bytes) throw invalid_params("error converting json params to arguments: illegal base64 data in " + std::string(name));
  return *bytes;
}

std::string Params::hex(const char* name) const {
  auto bytes = from_hex(text(name));
  if (!bytes)
    throw invalid_params("error converting json params to arguments: encoding/hex: invalid data in " + std::string(name));
  return *bytes;
}

std::optional<std::int64_t> Params::integer(const char* name) const {
  const auto* v = values_.if_contains(name);
  if (!v || v->is_null()) return {};
  if (v->is_int64()) return v->get_int64();
  if (!v->is_string()) throw wrong_kind(*v, "int64");
  const auto& s = v->get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), number);
  if (error != std::errc{} || end != s.data() + s.size()) throw wrong_kind(*v, "int64");
  return number;
}

} // namespace inferd::sim
