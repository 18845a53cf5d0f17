#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace inferd {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string url; ///< http:// or https://, certificates verified
  std::string method = "GET";
  HttpHeaders headers; ///< may hold a token: never logged
  std::string body;
  std::int64_t deadline_ms = 10'000; ///< total: resolve, connect, TLS, send, receive
  std::size_t max_body = 4u << 20;   ///< bytes; a longer body fails
};

/// Any response with a status line, 4xx and 5xx included.
struct HttpAnswer {
  unsigned status{};
  HttpHeaders headers; ///< names in lower case
  std::string body;
};

/// No response: one sentence naming the host and the failure.
struct HttpFailed {
  std::string reason;
};

class HttpPort {
public:
  using Done = std::function<void(std::variant<HttpAnswer, HttpFailed>)>;
  virtual ~HttpPort() = default;

  /// Returns at once; `done` is called exactly once, from any thread, within the deadline.
  virtual void ask(HttpRequest, Done done) = 0;
};

} // namespace inferd
