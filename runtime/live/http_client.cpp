#include "runtime/live/http_client.hpp"

#include "runtime/live/content_coding.hpp"
#include "runtime/live/dial.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <set>

namespace inferd {
namespace {

namespace live = inferd::live;
namespace asio = live::asio;
namespace beast = live::beast;
namespace http = beast::http;
using asio::redirect_error;
using asio::use_awaitable;
using live::StepFailed;

constexpr int most_redirects = 5;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return out;
}

const std::string* find(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [n, value] : headers)
    if (lower(n) == name) return &value;
  return nullptr;
}

bool has_credentials(const HttpRequest& request) {
  constexpr std::string_view harmless[] = {"user-agent", "accept", "accept-encoding", "content-type"};
  return std::ranges::any_of(request.headers, [&](const auto& header) {
    return std::ranges::find(harmless, lower(header.first)) == std::end(harmless);
  });
}

class Exchange : public std::enable_shared_from_this<Exchange> {
public:
  using Result = std::variant<HttpAnswer, HttpFailed>;

  Exchange(IoThread& io, HttpRequest request, Url url, std::function<void(Exchange*, Result)> finished)
    : io_(io), request_(std::move(request)), url_(std::move(url)), finished_(std::move(finished)), timer_(io.context()),
      resolver_(io.context()) {}

  void start() {
    timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(request_.deadline_ms, 0)));
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error)
        self->fail(std::string(self->step_) + ": no answer within " + std::to_string(self->request_.deadline_ms) + " ms");
    });
    asio::co_spawn(io_.context(), run(), asio::detached);
  }

  void fail(const std::string& what) { finish(HttpFailed{url_.peer() + ": " + what}); }

private:
  asio::awaitable<void> run() {
    const auto self = shared_from_this();
    try {
      for (int redirects = 0;; ++redirects) {
        const auto* proxy = io_.proxies().of(url_);
        step_ = "resolve";
        const auto addresses = co_await live::resolve(resolver_, proxy ? *proxy : url_);
        HttpAnswer answer;
        if (url_.tls) answer = co_await over<live::TlsStream>(addresses, proxy);
        else answer = co_await over<live::PlainStream>(addresses, proxy);
        auto next = redirect(answer);
        if (!next) {
          finish(std::move(answer));
          co_return;
        }
        if (redirects == most_redirects) throw StepFailed("more than " + std::to_string(most_redirects) + " redirects");
        url_ = std::move(*next);
      }
    } catch (const std::exception& e) {
      fail(e.what());
    }
  }

  template <class Stream> asio::awaitable<HttpAnswer> over(std::vector<asio::ip::tcp::endpoint> addresses, const Url* proxy) {
    Stream stream = live::make_stream(static_cast<Stream*>(nullptr), io_);
    auto& tcp = beast::get_lowest_layer(stream);
    // Cancels the pending operation when the request finishes early (deadline, port destroyed).
    cancel_ = [&tcp] { tcp.cancel(); };
    const ClearCancel clear_cancel{cancel_};
    check();
    step_ = "connect";
    co_await live::connect(tcp, std::move(addresses));
    check();
    if (proxy && url_.tls) {
      step_ = "proxy";
      co_await live::tunnel(tcp, *proxy, url_);
      check();
    }
    step_ = "TLS";
    co_await live::secure(stream, url_);
    check();

    boost::system::error_code error;
    step_ = "send";
    const auto* forwarding = url_.tls ? nullptr : proxy; // it sees the request, and may answer itself
    const auto request = wire_request(forwarding);
    co_await http::async_write(stream, request, redirect_error(use_awaitable, error));
    if (error) live::fail(step_, error);

    step_ = "receive";
    beast::flat_buffer buffer;
    for (int informational = 0;; ++informational) {
      http::response_parser<http::string_body> parser;
      parser.header_limit(live::max_head);
      parser.body_limit(request_.max_body);
      if (request_.method == "HEAD") parser.skip(true);
      co_await http::async_read(stream, buffer, parser, redirect_error(use_awaitable, error));
      if (error == http::error::body_limit)
        throw StepFailed("receive: the answer is longer than " + std::to_string(request_.max_body) + " bytes");
      if (error == http::error::partial_message || error == asio::ssl::error::stream_truncated)
        throw StepFailed("receive: the answer is cut short");
      if (error == http::error::end_of_stream) throw StepFailed("receive: the connection was closed without an answer");
      if (error) live::fail(step_, error);
      const auto status = parser.get().result_int();
      if (status == 407 && forwarding) throw StepFailed("proxy " + proxy->peer() + ": refused with HTTP 407");
      if (status >= 200) {
        auto answered = decoded(answer(parser.release()));
        if (forwarding && status >= 400) answered.body = redact(std::move(answered.body), secrets_of(*proxy));
        co_return answered;
      }
      if (status == 101) throw StepFailed("receive: another protocol, which was not asked for");
      if (informational == live::most_informational) throw StepFailed("receive: nothing but informational responses");
    }
  }

  /// `proxy`: the one that takes the whole URL, because there is no tunnel; null: none.
  http::request<http::string_body> wire_request(const Url* proxy) const {
    http::request<http::string_body> wire;
    wire.version(11);
    wire.method_string(request_.method);
    wire.target(proxy ? "http://" + url_.authority() + url_.target : url_.target);
    wire.set(http::field::host, url_.authority());
    wire.set(http::field::user_agent, "inferd");
    wire.set(http::field::accept_encoding, std::string(live::accepted_codings));
    wire.set(http::field::connection, "close");
    if (!url_.user_info.empty()) wire.set(http::field::authorization, live::basic_authorization(url_.user_info));
    if (proxy && !proxy->user_info.empty())
      wire.set(http::field::proxy_authorization, live::basic_authorization(proxy->user_info));
    for (const auto& [name, value] : request_.headers) wire.set(name, value);
    if (!request_.body.empty() || request_.method == "POST") {
      wire.body() = request_.body;
      wire.prepare_payload();
    }
    return wire;
  }

  HttpAnswer decoded(HttpAnswer answer) const {
    std::string codings;
    for (const auto& [name, value] : answer.headers)
      if (name == "content-encoding") codings += (codings.empty() ? "" : ",") + value;
    if (codings.empty() || request_.method == "HEAD") return answer;
    try {
      answer.body = live::decode_content(codings, std::move(answer.body), request_.max_body);
    } catch (const std::runtime_error& e) {
      throw StepFailed(std::string("receive: ") + e.what());
    }
    std::erase_if(answer.headers, [](const auto& h) { return h.first == "content-encoding" || h.first == "content-length"; });
    return answer;
  }

  /// Where the answer sends the request; empty: it is the answer. Throws StepFailed if it must not go there.
  std::optional<Url> redirect(const HttpAnswer& answer) const {
    constexpr unsigned followed[] = {301, 302, 303, 307, 308};
    const auto* location = find(answer.headers, "location");
    if (std::ranges::find(followed, answer.status) == std::end(followed) || !location ||
        (request_.method != "GET" && request_.method != "HEAD"))
      return {};
    auto parsed = resolve_location(url_, *location);
    if (const auto* wrong = std::get_if<std::string>(&parsed)) throw StepFailed("redirect: " + *wrong);
    auto next = std::get<Url>(std::move(parsed));
    if (url_.tls && !next.tls) throw StepFailed("redirect to " + next.peer() + ": from https to http, which is not followed");
    const bool upgraded = next.tls && !url_.tls && next.host == url_.host && url_.port == "80" && next.port == "443";
    if (next.same_origin(url_) || upgraded) {
      next.user_info = url_.user_info;
    } else if (!url_.user_info.empty() || has_credentials(request_)) {
      throw StepFailed("redirect to " + next.peer() + ": another host, which must not get the request's credentials");
    }
    return next;
  }

  static HttpAnswer answer(http::response<http::string_body> wire) {
    HttpAnswer answer{wire.result_int(), {}, {}};
    for (const auto& field : wire) {
      answer.headers.emplace_back(lower(field.name_string()), std::string(field.value()));
    }
    answer.body = std::move(wire.body());
    return answer;
  }

  void check() const {
    if (!finished_) throw StepFailed("given up");
  }

  void finish(Result result) {
    if (!finished_) return;
    const auto finished = std::exchange(finished_, nullptr);
    timer_.cancel();
    resolver_.cancel();
    if (cancel_) cancel_();
    finished(this, std::move(result));
  }

  struct ClearCancel {
    std::function<void()>& cut;
    ~ClearCancel() { cut = nullptr; }
  };

  IoThread& io_;
  HttpRequest request_;
  Url url_;
  std::function<void(Exchange*, Result)> finished_; ///< empty after the call
  asio::steady_timer timer_;
  asio::ip::tcp::resolver resolver_;
  std::function<void()> cancel_;
  const char* step_ = "resolve";
};

/// Rejects control characters: a line break would inject a header.
bool is_clean(const HttpHeaders& headers) {
  const auto bad = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  return std::ranges::none_of(headers, [&](const auto& header) {
    return header.first.empty() ||
           std::ranges::any_of(header.first, [&](unsigned char c) { return bad(c) || c == ' ' || c == ':'; }) ||
           std::ranges::any_of(header.second, bad);
  });
}

/// State shared by the port and its requests; used on the io thread only.
struct PendingExchanges {
  std::set<std::shared_ptr<Exchange>> exchanges;
  bool closed = false;
};

class HttpClient : public HttpPort {
public:
  HttpClient(IoThread& io, HttpSettings settings) : io_(io), settings_(settings) {}

  ~HttpClient() override {
    io_.post([pending = pending_] {
      pending->closed = true;
      for (const auto& exchange : std::set(pending->exchanges)) exchange->fail("the program is ending");
    });
  }

  void ask(HttpRequest request, Done done) override {
    auto parsed = parse_http_url(request.url);
    if (const auto* wrong = std::get_if<std::string>(&parsed)) return done(HttpFailed{*wrong});
    auto& url = std::get<Url>(parsed);
    if (!is_clean(request.headers)) return done(HttpFailed{url.peer() + ": a header holds a control character"});
    io_.dispatch([this_io = &io_, settings = settings_, pending = pending_, request = std::move(request), url = std::move(url),
                  done = std::move(done)]() mutable {
      if (pending->closed) return done(HttpFailed{url.peer() + ": the program is ending"});
      if (pending->exchanges.size() >= settings.max_pending)
        return done(HttpFailed{url.peer() + ": " + std::to_string(settings.max_pending) + " requests are pending already"});
      auto exchange = std::make_shared<Exchange>(*this_io, std::move(request), std::move(url),
                                                 [pending, done = std::move(done)](Exchange* ended, Exchange::Result result) {
                                                   pending->exchanges.erase(ended->shared_from_this());
                                                   done(std::move(result));
                                                 });
      pending->exchanges.insert(exchange);
      exchange->start();
    });
  }

private:
  IoThread& io_;
  HttpSettings settings_;
  std::shared_ptr<PendingExchanges> pending_ = std::make_shared<PendingExchanges>();
};

} // namespace

std::shared_ptr<HttpPort> make_http(IoThread& io, HttpSettings settings) { return std::make_shared<HttpClient>(io, settings); }

} // namespace inferd
