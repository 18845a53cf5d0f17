#include "runtime/models/http_model.hpp"

#include "runtime/endpoints/url.hpp"
#include "runtime/models/protocol.hpp"

#include <chrono>
#include <fmt/format.h>

namespace inferd::models {
namespace {

constexpr std::size_t longest_body = 64u << 10;

void replace(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

std::string header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [n, value] : headers)
    if (n == name) return value;
  return {};
}

std::string unusable(const HttpAnswer& answer, const std::string& why) {
  const auto type = header(answer.headers, "content-type");
  return fmt::format("status {}{}: {}", answer.status, type.empty() ? "" : ", " + excerpt(type, 40), why);
}

class HttpModel : public ModelPort {
public:
  HttpModel(ModelSpec spec, std::shared_ptr<HttpPort> http) : spec_(std::move(spec)), http_(std::move(http)) {
    const auto url = parse_http_url(spec_.url);
    if (const auto* parsed = std::get_if<Url>(&url)) {
      peer_ = parsed->peer();
      secrets_ = secrets_of(*parsed);
    }
    for (auto& secret : secrets_of(spec_.headers)) secrets_.push_back(std::move(secret));
  }

  void ask(const AskModel& ask, std::function<void(Answer)> done) override {
    HttpRequest request{.url = model_url(spec_, ask.topic, ask.nonce), .headers = spec_.headers};
    request.deadline_ms = spec_.deadline_ms;
    request.max_body = longest_body;
    // A prediction is of one window. It also keeps the client from following redirects to another host.
    request.headers.emplace_back("Cache-Control", "no-store");
    const auto since = std::chrono::steady_clock::now();
    http_->ask(std::move(request), [topic = ask.topic, nonce = ask.nonce, number = ask.ask, peer = peer_, secrets = secrets_,
                                    since, done = std::move(done)](std::variant<HttpAnswer, HttpFailed> result) {
      const auto fail = [&](const std::string& why) { done(ModelFailed{topic, nonce, number, redact(why, secrets)}); };
      if (const auto* failed = std::get_if<HttpFailed>(&result)) return fail(failed->reason);
      const auto& answer = std::get<HttpAnswer>(result);
      if (answer.status != 200) return fail(peer + ": " + unusable(answer, excerpt(answer.body)));
      auto values = parse_body(answer.body);
      if (const auto* why = std::get_if<std::string>(&values)) return fail(peer + ": " + unusable(answer, *why));
      const auto took = std::chrono::steady_clock::now() - since;
      done(ModelAnswered{topic, nonce, number, std::get<0>(std::move(values)),
                         std::chrono::duration_cast<std::chrono::milliseconds>(took).count()});
    });
  }

private:
  ModelSpec spec_;
  std::shared_ptr<HttpPort> http_;
  std::string peer_;
  std::vector<std::string> secrets_;
};

} // namespace

std::string model_url(const ModelSpec& spec, TopicId topic, Height nonce) {
  auto url = spec.url;
  replace(url, "{BlockHeight}", std::to_string(nonce.value));
  replace(url, "{TopicId}", std::to_string(topic.value));
  for (const auto& [key, value] : spec.parameters) replace(url, "{" + key + "}", value);
  return url;
}

std::shared_ptr<ModelPort> make_http_model(ModelSpec spec, std::shared_ptr<HttpPort> http) {
  return std::make_shared<HttpModel>(std::move(spec), std::move(http));
}

} // namespace inferd::models
