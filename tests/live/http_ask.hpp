#pragma once
// One request by a client of its own, and what came of it.

#include "runtime/live/http_client.hpp"
#include "tests/live/awaited.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <variant>

namespace inferd::test {

using HttpResult = std::variant<HttpAnswer, HttpFailed>;

inline HttpResult ask(HttpRequest request, const Proxies& proxies = {}, const std::string& ca_file = {}) {
  Awaited<HttpResult> results;
  IoThread io(ca_file, proxies);
  const auto http = make_http(io);
  http->ask(std::move(request), [&](HttpResult result) { results.put(std::move(result)); });
  return results.next();
}
inline HttpResult ask(HttpRequest request, const std::string& ca_file) { return ask(std::move(request), Proxies{}, ca_file); }
inline HttpResult ask(const std::string& url) { return ask(HttpRequest{url}); }

inline HttpAnswer answer(HttpResult result) {
  if (const auto* failed = std::get_if<HttpFailed>(&result)) BOOST_FAIL("no answer: " + failed->reason);
  return std::get<HttpAnswer>(std::move(result));
}
inline std::string failure(HttpResult result) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<HttpFailed>(result), "an answer came");
  return std::get<HttpFailed>(result).reason;
}

} // namespace inferd::test
