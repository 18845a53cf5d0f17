#define BOOST_TEST_MODULE market_http
// Every market source over real sockets behind each way that HTTP comes in: whoever has time for two requests gets its candles.
#include "runtime/live/http_client.hpp"
#include "runtime/market/market.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"

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
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
    {"plain", [](auto& c, int, auto&, auto& body) { c.send_raw(response("200 OK", "", body)); }},
    {"chunked",
     [](auto& c, int, auto&, auto& body) {
       c.send_raw(
         fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", body.size(), body));
     }},
    {"early hints",
     [](auto& c, int, auto&, auto& body) {
       c.send_raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response("200 OK", "", body));
     }},
    {"gzip",
     [](auto& c, int, auto&, auto& body) { c.send_raw(response("200 OK", "Content-Encoding: gzip\r\n", packed(body, 31))); }},
    {"deflate", [](auto& c, int, auto&,
                   auto& body) { c.send_raw(response("200 OK", "Content-Encoding: deflate\r\n", packed(body, 15))); }},
    {"redirects",
     [](auto& c, int, const auto& request, auto& body) {
       if (request.find("/moved?") != request.npos) return c.send_raw(response("200 OK", "", body));
       const auto query = request.substr(request.find('?'), request.find(" HTTP/") - request.find('?'));
       c.send_raw(response("308 Permanent Redirect", "Location: /moved" + query + "\r\n", ""));
     }},
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
    {"a refusal with 200 once",
     [](auto& c, int visit, auto&, auto& body) {
       c.send_raw(response("200 OK", "", visit == 1 ? R"({"code":-1001,"msg":"Internal error"})" : body));
     },
     "code -1001: Internal error"},
  };
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_source_is_read_behind_every_form_of_http_within_two_requests) {
  for (const std::string kind : {"tiingo", "binance", "coinbase", "kraken"})
    for (const auto& one : cases())
      for (const bool proxied : {false, true}) {
        const auto body = body_of(kind);
        std::atomic<int> visits = 0;
        const Peer peer([&](Connection& c) {
          const auto request = c.request();
          one.serve(c, ++visits, request, body);
        });
        IoThread io({}, proxied ? Proxies(peer.name(), "", "") : Proxies());
        const auto market = market::make_market(
          {"btcusd",
           {{.kind = kind, .url = proxied ? "http://market.invalid" : peer.url("http"), .token = market::Token("token-0123")}},
           {}},
          make_http(io), std::make_shared<Clock>());
        Awaited<MarketPort::Answer> answers;
        const auto ask = [&](std::uint64_t number) {
          market->ask({kind, number, {first}, now}, [&](MarketPort::Answer a) { answers.put(std::move(a)); });
          return answers.next();
        };
        const auto what = kind + ", " + one.name + (proxied ? ", proxied" : "");
        auto got = ask(1);
        if (const auto* failed = std::get_if<SourceFailed>(&got)) {
          BOOST_TEST((!one.first_failure.empty() && failed->reason.find(one.first_failure) != std::string::npos),
                     what << ": " << failed->reason);
          got = ask(2);
        }
        const auto* arrived = std::get_if<CandlesArrived>(&got);
        BOOST_REQUIRE_MESSAGE(arrived, what << (arrived ? "" : ": " + std::get<SourceFailed>(got).reason));
        BOOST_TEST(arrived->candles.size() == std::size_t(hours), what);
        BOOST_TEST(arrived->candles.back().opens.value == first + (hours - 1) * hour, what);
      }
}
