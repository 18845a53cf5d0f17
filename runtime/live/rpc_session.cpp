#include "runtime/live/rpc_session.hpp"

#include "messages/bounded_json.hpp"
#include "runtime/live/system_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <chrono>

namespace inferd {

namespace asio = boost::asio;
namespace json = boost::json;

struct RpcSession::Timers {
  explicit Timers(asio::io_context& context) : reconnect(context), deadline(context) {}
  asio::steady_timer reconnect, deadline;
  std::int64_t expires_at = INT64_MAX; ///< expiry of `deadline`
};

RpcSession::RpcSession(IoThread& io, RpcSettings settings, std::vector<RpcUrl> urls)
  : io_(io), settings_(std::move(settings)), urls_(std::move(urls)), health_(urls_.size(), settings_.ranking),
    timers_(std::make_unique<Timers>(io.context())), calls_(settings_.max_calls) {
  if (urls_.size() > 1 && settings_.read_status) prober_ = std::make_shared<EndpointProber>(io, settings_, urls_, health_);
  publish_states();
}

RpcSession::~RpcSession() = default;

std::int64_t RpcSession::now() const { return steady_ms(); }

double RpcSession::jitter() {
  return static_cast<double>(jitter_() - jitter_.min()) / (static_cast<double>(jitter_.max()) + 1);
}

void RpcSession::start(RpcPort::Listener listener) {
  listener_ = std::move(listener);
  if (!stopped_ && !socket_) connect();
  if (prober_ && !stopped_)
    prober_->start({[this] { return socket_ ? std::optional(current_) : std::nullopt; },
                    [this](const EndpointHealth::Leave& l) { leave(l.reason, l.fault); }, [this] { publish_states(); },
                    [this] { return jitter(); }});
}

void RpcSession::publish_states() {
  std::vector<EndpointState> states;
  const auto present = socket_ ? std::optional(current_) : std::nullopt;
  for (const auto i : health_.ranked(now())) {
    states.push_back(health_.state(i, present, now()));
    auto& state = states.back();
    state.endpoint = urls_[i].peer();
    if (state.trouble.starts_with(state.endpoint + ": ")) state.trouble.erase(0, state.endpoint.size() + 2);
  }
  const std::lock_guard lock(published_mutex_);
  published_ = std::move(states);
}

std::vector<EndpointState> RpcSession::endpoints() const {
  const std::lock_guard lock(published_mutex_);
  return published_;
}

void RpcSession::connect() {
  const auto choice = health_.choose(now());
  timers_->reconnect.expires_after(std::chrono::milliseconds(choice.wait_ms));
  timers_->reconnect.async_wait([self = shared_from_this(), choice](const boost::system::error_code& error) {
    if (error || self->stopped_) return;
    self->current_ = choice.endpoint;
    self->socket_ =
      make_ws_socket(self->io_, self->urls_[choice.endpoint],
                     {self->settings_.connect_deadline_ms, self->settings_.silence_ms, self->settings_.max_message});
    self->socket_->open({[self] { self->opened(); }, [self](std::string_view text) { self->received(text); },
                         [self](const WsEnd& end) { self->ended(end); }});
  });
}

void RpcSession::opened() {
  open_ = true;
  unanswered_ = 0;
  last_received_at = now();
  subscriptions_.clear();
  health_.opened(current_, last_received_at);
  publish_states();
  if (listener_.opened) listener_.opened(endpoint());
}

void RpcSession::call(std::uint64_t id, std::string method, std::string text, std::int64_t deadline_ms, CallTable::Done done) {
  if (!open_) return done({Verdict::NoAnswer, {}, closed_reason_, endpoint()});
  if (calls_.full())
    return done(
      {Verdict::Busy, {}, endpoint() + ": " + std::to_string(calls_.size()) + " calls are pending already", endpoint()});
  if (method == "subscribe") subscriptions_.insert(id);
  const auto sent = now();
  calls_.add(id, {std::move(method), sent, sent + std::max<std::int64_t>(deadline_ms, 0), std::move(done)});
  socket_->send(std::move(text));
  watch_deadlines();
}

// Nodes write the id first. The message may be the response to the `subscribe` itself: that one needs received().
bool RpcSession::scanned(std::string_view text) const {
  constexpr std::string_view head = R"({"jsonrpc":"2.0","id":)";
  if (!listener_.scan || !text.starts_with(head)) return false;
  std::uint64_t id{};
  const auto error = std::from_chars(text.data() + head.size(), text.data() + text.size(), id).ec;
  return error == std::errc{} && subscriptions_.contains(id) && !calls_.contains(id) && listener_.scan(text);
}

void RpcSession::received(std::string_view text) {
  last_received_at = now();
  if (scanned(text)) return;
  json::error_code error;
  auto message = parse_bounded_json(text, error);
  if (error || !message.is_object()) return leave("a message is not a JSON object");

  auto& object = message.get_object();
  const auto* id = object.if_contains("id");
  json::error_code no_number;
  const auto number = id && id->is_number() ? id->to_number<std::uint64_t>(no_number) : 0;
  if (!id || !id->is_number() || no_number) return; // a "Parse error" response has no id: its call expires
  if (auto* refusal = object.if_contains("error")) *refusal = without_secrets(*refusal, urls_[current_].secrets());
  if (auto call = calls_.take(number)) {
    unanswered_ = 0;
    // A block between the subscription and its response: the first event arrives as the response.
    const auto* result = object.if_contains("result");
    const bool is_event = call->method == "subscribe" && result && result->is_object() && !result->get_object().empty();
    if (is_event && listener_.event) listener_.event(message);
    if (result || object.contains("error")) call->done({Verdict::Accepted, std::move(message), {}, endpoint()});
    else
      call->done({Verdict::NoAnswer,
                  {},
                  endpoint() + ": the answer to " + call->method + " holds neither result nor error",
                  endpoint()});
  } else if (subscriptions_.contains(number)) {
    if (object.contains("result")) {
      if (listener_.event) listener_.event(std::move(message));
    } else {
      leave("the node ended a subscription");
    }
  } // otherwise a late response to an expired call
}

void RpcSession::watch_deadlines() {
  const auto next = calls_.next_deadline();
  if (!next || *next >= timers_->expires_at) return;
  timers_->expires_at = *next;
  timers_->deadline.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(*next - now(), 0)));
  timers_->deadline.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->timers_->expires_at = INT64_MAX;
    self->expire();
  });
}

void RpcSession::expire() {
  auto expired = calls_.expire(now());
  std::int64_t oldest = INT64_MAX;
  for (const auto& call : expired) oldest = std::min(oldest, call.sent);
  unanswered_ += static_cast<int>(expired.size());
  const bool silent = !expired.empty() && last_received_at < oldest && unanswered_ > 1;
  const bool over_limit = unanswered_ >= settings_.max_unanswered;
  for (auto& call : expired)
    call.done({Verdict::NoAnswer,
               {},
               endpoint() + ": no answer to " + call.method + " within " + std::to_string(call.deadline - call.sent) + " ms",
               endpoint()});
  if (silent || over_limit) leave(std::to_string(unanswered_) + " calls in a row were not answered");
  watch_deadlines();
}

void RpcSession::call_other(std::string text, std::int64_t deadline_ms,
                            std::function<void(std::optional<RpcPort::Answer>)> done) {
  const auto other = prober_ && !stopped_ ? health_.best_other(current_, now()) : std::nullopt;
  if (!other) return done({});
  prober_->post(*other, std::move(text), deadline_ms, [done = std::move(done)](RpcPort::Answer a) { done(std::move(a)); });
}

void RpcSession::call_others(const std::string& text, std::int64_t deadline_ms, RpcPort::Each each) {
  const auto others = prober_ && !stopped_ ? health_.others(current_, now()) : std::vector<std::size_t>{};
  if (others.empty()) return each({}, 0);
  const auto left = std::make_shared<std::size_t>(others.size()); // all answers come on the io thread
  for (const auto other : others)
    prober_->post(other, text, deadline_ms, [each, left](RpcPort::Answer a) { each(std::move(a), --*left); });
}

void RpcSession::leave(const std::string& reason, bool fault) {
  if (!socket_ || stopped_) return;
  socket_->close();
  ended({endpoint() + ": " + reason}, fault);
}

void RpcSession::ended(const WsEnd& end, bool fault) {
  const auto name = endpoint();
  socket_.reset();
  open_ = false;
  closed_reason_ = end.reason;
  if (fault) health_.failed(current_, now(), jitter(), end.reason, end.retry_after_ms);
  else health_.released(current_, now());
  publish_states();
  answer_all(end.reason);
  if (listener_.closed) listener_.closed(name, end.reason);
  if (!stopped_ && !socket_) connect();
}

void RpcSession::answer_all(const std::string& reason) {
  for (auto& call : calls_.clear()) call.done({Verdict::NoAnswer, {}, reason, endpoint()});
}

void RpcSession::stop() {
  if (std::exchange(stopped_, true)) return;
  timers_->reconnect.cancel();
  timers_->deadline.cancel();
  if (prober_) prober_->stop();
  if (socket_) socket_->close();
  socket_.reset();
  open_ = false;
  closed_reason_ = endpoint() + ": the program is ending";
  listener_ = {};
  answer_all(closed_reason_);
}

} // namespace inferd
