#define BOOST_TEST_MODULE market_http
// Every market source over real sockets behind each way that HTTP comes in: whoever has time for two requests gets its candles.
#include "runtime/live/http_client.hpp"
#include "runtime/market/market.hpp"
#include "runtime/market/refusal.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"
#include "tests/live/trusted_host.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <zlib.h>

using namespace inferd;
using namespace inferd::test;

namespace {

constexpr std::int64_t hour = 3'600'000, hours = 48;
const Instant now{1'735'689'600'000 + 100 * hour + hour / 2};
const std::int64_t first = 1'735'689'600'000 + (100 - hours) * hour;

struct Clock : ClockPort {
  Instant now() const override { return ::now; }
};

/// The hours [100 - 48, 100] in a vendor's format, the last one forming.
std::string body_of(const std::string& kind) {
  std::string rows, newest_first;
  for (std::int64_t n = 0; n <= hours; ++n) {
    const auto at = first + n * hour;
    const auto comma = rows.empty() ? "" : ",";
    if (kind == "tiingo")
      rows +=
        fmt::format(R"({}{{"date":"{}","open":100,"high":101,"low":99,"close":100.5,"volume":5}})", comma, utc_text({at}));
    else if (kind == "binance")
      rows += fmt::format(R"({}[{},"100","101","99","100.5","5",{},"0",1,"0","0","0"])", comma, at, at + hour - 1);
    else if (kind == "kraken") rows += fmt::format(R"({}[{},"100","101","99","100.5","100","5",7])", comma, at / 1'000);
    else rows = fmt::format("[{},99,101,100,100.5,5]{}{}", at / 1'000, comma, rows);
  }
  if (kind == "tiingo") return R"([{"ticker":"btcusd","priceData":[)" + rows + "]}]";
  if (kind == "kraken") return R"({"error":[],"result":{"XXBTZUSD":[)" + rows + R"(],"last":1}})";
  return "[" + rows + "]";
}

std::string response(const std::string& status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string packed(const std::string& text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Case {
  std::string name;
  /// Answers a request for `body`; `visit` counts the connections from 1.
  std::function<void(Connection&, int visit, const std::string& request, const std::string& body)> serve;
  std::string first_failure = {}; ///< part of the first question's reason; empty: it is answered
  std::int64_t pause_ms = 0;      ///< that the first failure asks for
};

/// Answers the first request with `first`, later ones with the candles.
auto once(std::string first) {
  return [first = std::move(first)](Connection& c, int visit, const std::string&, const std::string& body) {
    c.send_raw(visit == 1 ? first : response("200 OK", "", body));
  };
}

Case informational(const std::string& name, const std::string& responses) {
  return {name, [responses](auto& c, int, auto&, auto& body) { c.send_raw(responses + response("200 OK", "", body)); }};
}

Case redirect(const std::string& status) {
  return {status, [status](auto& c, int, const auto& request, auto& body) {
            if (request.find("/moved?") != request.npos) return c.send_raw(response("200 OK", "", body));
            const auto query = request.substr(request.find('?'), request.find(" HTTP/") - request.find('?'));
            c.send_raw(response(status, "Location: /moved" + query + "\r\n", ""));
          }};
}

Case coded(const std::string& name, int window_bits) {
  return {name, [name, window_bits](auto& c, int, auto&, auto& body) {
            c.send_raw(
              response("200 OK", "Content-Encoding: " + name.substr(0, name.find(',')) + "\r\n", packed(body, window_bits)));
          }};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
    {"plain", [](auto& c, int, auto&, auto& body) { c.send_raw(response("200 OK", "", body)); }},
    {"chunked",
     [](auto& c, int, auto&, auto& body) {
       c.send_raw(
         fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", body.size(), body));
     }},
    informational("100", "HTTP/1.1 100 Continue\r\n\r\n"),
    informational("102", "HTTP/1.1 102 Processing\r\n\r\n"),
    informational("103", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    informational("100, 103, 103", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                   "HTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n"),
    coded("gzip", 31),
    coded("x-gzip", 31),
    coded("deflate", 15),
    coded("deflate, without zlib's header", -15),
    redirect("301 Moved Permanently"),
    redirect("302 Found"),
    redirect("303 See Other"),
    redirect("307 Temporary Redirect"),
    redirect("308 Permanent Redirect"),
    {"a page of nulls between",
     [](auto& c, int, auto&, std::string body) {
       const auto at = body.find("100.5", body.size() / 2);
       c.send_raw(response("200 OK", "", body.replace(at, 5, "null")));
     }},
    {"503 once",
     [](auto& c, int visit, auto&, auto& body) {
       c.send_raw(visit == 1 ? response("503 Service Unavailable", "", "Sorry, back soon") : response("200 OK", "", body));
     },
     "HTTP 503: Sorry, back soon"},
    {"a cut gzip once",
     [](auto& c, int visit, auto&, auto& body) {
       auto whole = packed(body, 31);
       if (visit == 1) whole.resize(whole.size() / 2);
       c.send_raw(response("200 OK", "Content-Encoding: gzip\r\n", whole));
     },
     "the packed answer is cut short"},
    {"a reset once",
     [](auto& c, int visit, auto&, auto& body) {
       if (visit == 1) return c.reset();
       c.send_raw(response("200 OK", "", body));
     },
     "receive: "},
    {"a refusal with 200 once", once(response("200 OK", "", R"({"code":-1001,"msg":"Internal error"})")),
     "code -1001: Internal error"},
    {"-1003 with 200 once", once(response("200 OK", "", R"({"code":-1003,"msg":"Too many requests queued."})")),
     "code -1003: Too many requests queued.", market::usual_pause},
    {"a ban with 418 once",
     once(response("418 I'm a teapot", "Retry-After: 7\r\n",
                   R"({"code":-1003,"msg":"Way too much request weight used; IP banned."})")),
     "HTTP 418: Way too much request weight used; IP banned.", 7'000},
    {"429 in plain text once",
     once(response("429 Too Many Requests", "", "Error: You have run over your hourly request allocation.")),
     "HTTP 429: Error: You have run over your hourly request allocation.", market::usual_pause},
    {"a packed refusal once",
     once(response("429 Too Many Requests", "Retry-After: 3\r\nContent-Encoding: gzip\r\n",
                   packed(R"({"message":"Slow down"})", 31))),
     "HTTP 429: Slow down", 3'000},
  };
  return all;
}

} // namespace

namespace {

enum class Way { direct, proxy, tunnel };
constexpr const char* name_of(Way way) {
  return way == Way::direct ? "direct" : way == Way::proxy ? "through a proxy" : "over TLS through a proxy's tunnel";
}

/// Of one kind, at `peer`; `proxy` is the peer itself for Way::proxy.
struct Source {
  Source(const std::string& kind, const Peer& peer, Way way, const std::string& proxy, const std::string& ca_file)
    : kind(kind), io(ca_file, Proxies(way == Way::proxy ? proxy : "", way == Way::tunnel ? proxy : "", "")),
      market(market::make_market(
        {"btcusd",
         {{.kind = kind,
           .url = way == Way::proxy ? "http://market.invalid" : peer.url(way == Way::tunnel ? "https" : "http"),
           .token = market::Token("token-0123")}},
         {}},
        make_http(io), std::make_shared<Clock>())) {}
  MarketPort::Answer ask(std::uint64_t number) {
    Awaited<MarketPort::Answer> answers;
    market->ask({kind, number, {first}, now}, [&](MarketPort::Answer a) { answers.put(std::move(a)); });
    return answers.next();
  }
  std::string kind;
  IoThread io;
  std::shared_ptr<MarketPort> market;
};

void check_candles(const MarketPort::Answer& got, const std::string& what) {
  const auto* arrived = std::get_if<CandlesArrived>(&got);
  BOOST_REQUIRE_MESSAGE(arrived, what << (arrived ? "" : ": " + std::get<SourceFailed>(got).reason));
  BOOST_TEST(arrived->candles.size() == std::size_t(hours), what);
  BOOST_TEST(arrived->candles.back().opens.value == first + (hours - 1) * hour, what);
}

const std::vector<std::string> kinds{"tiingo", "binance", "coinbase", "kraken"};

} // namespace

BOOST_AUTO_TEST_CASE(every_source_is_read_behind_every_form_of_http_within_two_requests) {
  const TrustedHost trusted;
  for (const auto& kind : kinds)
    for (const auto& one : cases())
      for (const auto way : {Way::direct, Way::proxy, Way::tunnel}) {
        const auto body = body_of(kind);
        std::atomic<int> visits = 0;
        const Peer peer(
          [&](Connection& c) {
            const auto request = c.request();
            one.serve(c, ++visits, request, body);
          },
          way == Way::tunnel ? std::optional(trusted.certificate) : std::nullopt);
        const Peer tunnel([&](Connection& c) {
          c.request();
          c.send_raw("HTTP/1.1 200 Connection established\r\n\r\n");
          c.relay(peer.port());
        });
        Source source(kind, peer, way, way == Way::tunnel ? tunnel.name() : peer.name(), trusted.file);
        const auto what = kind + ", " + one.name + ", " + name_of(way);
        auto got = source.ask(1);
        if (const auto* failed = std::get_if<SourceFailed>(&got)) {
          BOOST_TEST((!one.first_failure.empty() && failed->reason.find(one.first_failure) != std::string::npos),
                     what << ": " << failed->reason);
          BOOST_TEST(failed->pause_ms == one.pause_ms, what);
          got = source.ask(2);
        } else {
          BOOST_TEST(one.first_failure == "", what);
        }
        check_candles(got, what);
        BOOST_TEST((tunnel.connections() > 0) == (way == Way::tunnel), what);
      }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_refuses_once_costs_no_source_its_second_request) {
  const TrustedHost trusted;
  for (const auto& kind : kinds)
    for (const auto* refusal : {"407 Proxy Authentication Required", "502 Bad Gateway", "504 Gateway Timeout"}) {
      const auto body = body_of(kind);
      const Peer peer(
        [&](Connection& c) {
          c.request();
          c.send_raw(response("200 OK", "", body));
        },
        trusted.certificate);
      std::atomic<int> visits = 0;
      const Peer tunnel([&](Connection& c) {
        c.request();
        if (++visits == 1) return c.send_raw(response(refusal, "", "<html>"));
        c.send_raw("HTTP/1.1 200 Connection established\r\n\r\n");
        c.relay(peer.port());
      });
      Source source(kind, peer, Way::tunnel, tunnel.name(), trusted.file);
      const auto got = source.ask(1);
      BOOST_REQUIRE(std::holds_alternative<SourceFailed>(got));
      BOOST_TEST(std::get<SourceFailed>(got).reason.find("proxy " + tunnel.name() + ": the tunnel was refused with HTTP " +
                                                         std::string(refusal, 3)) != std::string::npos);
      check_candles(source.ask(2), kind + ", " + refusal);
    }
}
