#include "runtime/live/endpoint_prober.hpp"

#include "messages/bounded_json.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/system_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

namespace inferd {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t status_bytes = 256u << 10;
constexpr std::size_t answer_bytes = 1u << 20;

HttpRequest request(const RpcUrl& url, std::string body, std::int64_t deadline_ms, std::size_t max_body) {
  HttpHeaders headers{{"Content-Type", "application/json"}};
  headers.insert(headers.end(), url.headers.begin(), url.headers.end());
  return {url.post_url(), "POST", std::move(headers), std::move(body), deadline_ms, max_body};
}

/// CometBFT returns JSON-RPC errors with HTTP 500, so the body decides, not the HTTP status.
RpcPort::Answer answer(const RpcUrl& url, const std::variant<HttpAnswer, HttpFailed>& outcome) {
  const auto name = url.peer();
  if (const auto* failed = std::get_if<HttpFailed>(&outcome)) return {Verdict::NoAnswer, {}, failed->reason, name};
  const auto& http = std::get<HttpAnswer>(outcome);
  json::error_code error;
  auto message = parse_bounded_json(http.body, error);
  auto* object = error ? nullptr : message.if_object();
  if (auto* refusal = object ? object->if_contains("error") : nullptr) *refusal = without_secrets(*refusal, url.secrets());
  if (object && (object->contains("result") || object->contains("error")))
    return {Verdict::Accepted, std::move(message), {}, name};
  const bool busy = http.status == 429 || http.status == 503;
  return {
    busy ? Verdict::Busy : Verdict::NoAnswer, {}, name + ": HTTP " + std::to_string(http.status) + " without an answer", name};
}

} // namespace

struct EndpointProber::Timer {
  explicit Timer(asio::io_context& context) : next(context) {}
  asio::steady_timer next;
};

std::string request_text(std::uint64_t id, std::string_view method, const json::object& params) {
  auto text = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" + json::serialize(json::string_view(method));
  text += R"(,"params":)" + json::serialize(params) + "}";
  return text;
}

json::value without_secrets(const json::value& error, const std::vector<std::string>& secrets) {
  if (secrets.empty()) return error;
  json::error_code damaged;
  auto redacted = json::parse(redact(json::serialize(error), secrets), damaged);
  return damaged ? json::value("***") : redacted;
}

EndpointProber::EndpointProber(IoThread& io, const RpcSettings& settings, const std::vector<RpcUrl>& urls,
                               EndpointHealth& health)
  : io_(io), read_probe_(settings.read_status), probe_ms_(settings.probe_ms), deadline_ms_(settings.probe_deadline_ms),
    urls_(urls), health_(health), http_(make_http(io)), timer_(std::make_unique<Timer>(io.context())) {}

EndpointProber::~EndpointProber() = default;

void EndpointProber::start(Callbacks present) {
  callbacks_ = std::move(present);
  wait(std::min<std::int64_t>(probe_ms_, 1'000)); // after the first connect
}

void EndpointProber::stop() {
  stopped_ = true;
  timer_->next.cancel();
  callbacks_ = {};
}

void EndpointProber::wait(std::int64_t ms) {
  timer_->next.expires_after(std::chrono::milliseconds(ms));
  timer_->next.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self && !self->stopped_) self->round();
  });
}

void EndpointProber::round() {
  const auto now = steady_ms();
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < urls_.size(); ++i)
    if (i != callbacks_.which() && health_.due_for_probe(i, now)) others.push_back(i);
  // After the last of the others, probes the endpoint in use and schedules the next round.
  const auto last = std::make_shared<std::size_t>(others.size() + 1);
  const auto step = [this, last] {
    if (--*last == 0) {
      if (const auto present = callbacks_.which()) probe(*present, [this] { wait(probe_ms_); });
      else wait(probe_ms_);
    }
  };
  for (const auto i : others) probe(i, step);
  step();
}

void EndpointProber::probe(std::size_t endpoint, std::function<void()> then) {
  const auto asked = steady_ms();
  http_->ask(request(urls_[endpoint], request_text(1, "status", {}), deadline_ms_, status_bytes),
             [weak = weak_from_this(), endpoint, asked, then = std::move(then)](const auto& outcome) {
               const auto self = weak.lock();
               if (!self || self->stopped_) return;
               const auto now = steady_ms();
               EndpointProbe probe;
               if (const auto* failed = std::get_if<HttpFailed>(&outcome)) probe.trouble = failed->reason;
               else probe = self->read_probe_(std::get<HttpAnswer>(outcome));
               probe.took_ms = now - asked;
               const auto leave =
                 self->health_.probed(endpoint, self->callbacks_.which(), probe, now, self->callbacks_.jitter());
               self->callbacks_.changed();
               if (leave) self->callbacks_.leave(*leave);
               then();
             });
}

void EndpointProber::post(std::size_t endpoint, std::string text, std::int64_t deadline_ms,
                          std::function<void(RpcPort::Answer)> done) {
  http_->ask(request(urls_[endpoint], std::move(text), deadline_ms, answer_bytes),
             [url = urls_[endpoint], done = std::move(done)](const auto& outcome) { done(answer(url, outcome)); });
}

} // namespace inferd
