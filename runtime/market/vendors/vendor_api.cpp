#include "runtime/market/vendors/vendor_api.hpp"

#include "messages/limits.hpp"

#include <fmt/format.h>

namespace inferd::market {

std::span<const VendorApi* const> vendors() {
  static const VendorApi* const all[]{&tiingo, &binance, &coinbase, &kraken};
  return all;
}

const VendorApi* find_vendor(std::string_view kind) {
  for (const auto* vendor : vendors())
    if (vendor->kind == kind) return vendor;
  return nullptr;
}

HttpRequest get(const Endpoint& to, std::string_view path, std::string_view query, HttpHeaders headers) {
  const auto mark = to.url.find('?');
  auto url = to.url.substr(0, mark);
  while (url.ends_with('/')) url.pop_back();
  const auto own = mark == to.url.npos ? std::string() : to.url.substr(mark + 1);
  HttpRequest request;
  request.url = fmt::format("{}{}?{}{}{}", url, path, own, own.empty() || own.ends_with('&') ? "" : "&", query);
  request.headers = std::move(headers);
  for (const auto& header : to.headers) request.headers.push_back(header);
  request.deadline_ms = limits::http_deadline;
  request.max_body = limits::http_body;
  return request;
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

} // namespace inferd::market
