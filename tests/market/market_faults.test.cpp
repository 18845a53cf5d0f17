#define BOOST_TEST_MODULE market_faults
#include "tests/market/market_world.hpp"

#include <fmt/format.h>

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;
using inferd::sim::MarketFault;

BOOST_FIXTURE_TEST_CASE(each_fault_of_the_source_is_a_failure_with_its_reason, World) {
  const auto market = make({binance});
  sim->inject(MarketFault::RateLimited, 30);
  BOOST_TEST((failed(ask(*market, "binance", 100)) == SourceFailed{"binance", 1, "HTTP 429: Too many requests.", 30'000}));
  sim->inject(MarketFault::Unavailable);
  BOOST_TEST((failed(ask(*market, "binance", 100)) == SourceFailed{"binance", 2, "HTTP 503", 0}));
  sim->inject(MarketFault::Garbage);
  BOOST_TEST(failed(ask(*market, "binance", 100)).reason.starts_with("not the JSON expected, at byte "));
  sim->inject(MarketFault::Slow, 60'000);
  BOOST_TEST(failed(ask(*market, "binance", 100)).reason == "simulated market: no answer within 10000 ms");
  BOOST_TEST((arrived(ask(*market, "binance", 100)).candles == real(5'000, 100))); // nothing of it was stored
}

BOOST_FIXTURE_TEST_CASE(a_damaged_row_costs_its_hour_until_the_source_has_mended_it, World) {
  const auto market = make({binance});
  auto before = real(5'000, 100);
  before.pop_back();
  sim->inject(MarketFault::Jump, 3);
  auto a = arrived(ask(*market, "binance", 100));
  BOOST_TEST((a.candles == before));
  BOOST_TEST(a.warnings.starts_with("1 damaged candle(s) left out: candle "));
  a = arrived(ask(*market, "binance", 100));
  BOOST_TEST((a.candles == real(5'000, 100)));
  BOOST_TEST(a.warnings.empty());
}

namespace {

/// Binance's rows of the hours asked for; a row is changed by `damage`.
struct Klines {
  std::function<std::string(std::int64_t open_ms, std::string row)> damage = [](auto, std::string row) { return row; };
  std::function<double(std::int64_t open_ms)> close = [](auto) { return 100.0; };

  HttpAnswer operator()(const HttpRequest& r) const {
    const auto number = [&](const char* name) {
      return std::stoll(r.url.substr(r.url.find(name) + std::string_view(name).size()));
    };
    std::string rows;
    for (std::int64_t n = 0, at = number("startTime="); n < number("limit="); ++n, at += hour) {
      const double from = close(at - hour), to = close(at);
      rows +=
        (rows.empty() ? "" : ",") + damage(at, fmt::format(R"([{},"{}","{}","{}","{}","5",{},"0",1,"0","0","0"])", at, from,
                                                           std::max(from, to), std::min(from, to), to, at + hour - 1));
    }
    return {200, {}, "[" + rows + "]"};
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_row_of_nulls_or_zeros_in_a_good_page_is_an_hour_without_trades, World) {
  const auto bad_hour = after(opening_at(clock->time), -50);
  const auto at = std::to_string(bad_hour.value), closes = std::to_string(bad_hour.value + hour - 1);
  for (const auto& row :
       {std::string("null"), std::string("[]"), std::string("[null,null,null,null,null,null,null]"),
        std::string(R"([0,"0","0","0","0","0",0,"0",0,"0","0","0"])"), "[" + at + R"(,"0","0","0","0","0",)" + closes + "]",
        "[" + at + R"(,null,null,null,null,"5",)" + closes + "]"}) {
    Klines klines;
    klines.damage = [&](std::int64_t open, std::string good) { return open == bad_hour.value ? row : good; };
    auto scripted = std::make_shared<ScriptedHttp>();
    scripted->script = klines;
    const auto market = make_market({"btcusd", {{.kind = "binance"}}, {}}, scripted, clock, make_inline_worker());
    const auto a = arrived(ask(*market, "binance", 800));
    BOOST_TEST(a.candles.size() == 800u, row);
    BOOST_TEST((a.candles[750] == Candle{bad_hour, 100, 100, 100, 100, 0}), row);
    BOOST_TEST(a.warnings.find("left out") != std::string::npos, row);
    BOOST_TEST(a.warnings.ends_with("1 hour(s) without trades, the first at " + utc_text(bad_hour)), row);
  }
}

BOOST_FIXTURE_TEST_CASE(a_jump_is_believed_when_a_second_source_shows_it_and_costs_an_hour_when_not, World) {
  const auto moved = after(opening_at(clock->time), -1);
  for (const double factor : {0.6, 1.7})
    for (const bool shared : {true, false}) {
      Klines jumping, calm;
      jumping.close = [&](std::int64_t open) { return open >= moved.value ? 100 * factor : 100; };
      auto scripted = std::make_shared<ScriptedHttp>();
      scripted->script = [&](const HttpRequest& r) {
        return shared || r.url.starts_with("http://first") ? jumping(r) : calm(r);
      };
      const auto market = make_market(
        {"btcusd",
         {{.kind = "binance", .name = "a", .url = "http://first"}, {.kind = "binance", .name = "b", .url = "http://second"}},
         {}},
        scripted, clock, make_inline_worker());
      auto a = arrived(ask(*market, "a", 200));
      BOOST_TEST(a.candles.size() == (shared ? 200u : 199u));
      BOOST_TEST(a.warnings.ends_with(shared ? ": b shows it too" : fmt::format(": close jumps from 100 to {}", 100 * factor)));
      BOOST_TEST(scripted->urls.size() == 2u);
      BOOST_TEST(scripted->urls[1].ends_with("&limit=2")); // the two hours in question
      clock->time.value += 60'000;
      a = arrived(ask(*market, "a", 200));
      BOOST_TEST(scripted->urls.size() == (shared ? 2u : 4u)); // believed once, not asked again; a hole is asked for again
      BOOST_TEST(arrived(ask(*market, "b", 200)).candles.size() == 200u);
    }
}

BOOST_FIXTURE_TEST_CASE(two_sources_may_ask_each_other_about_one_jump, World) {
  Klines jumping;
  jumping.close = [&](std::int64_t open) { return open >= after(opening_at(clock->time), -1).value ? 60.0 : 100.0; };
  struct Later : HttpPort { // answers when told to
    std::vector<std::pair<HttpRequest, Done>> waiting;
    void ask(HttpRequest r, Done done) override { waiting.emplace_back(std::move(r), std::move(done)); }
  };
  auto later = std::make_shared<Later>();
  const auto market = make_market({"btcusd", {{.kind = "binance", .name = "a"}, {.kind = "binance", .name = "b"}}, {}}, later,
                                  clock, make_inline_worker());
  std::size_t good = 0;
  for (const auto* name : {"a", "b"})
    market->ask({name, 1, after(opening_at(clock->time), -200), clock->time},
                [&](MarketPort::Answer a) { good += arrived(a).candles.size() == 200u; });
  while (!later->waiting.empty())
    for (auto& [request, done] : std::exchange(later->waiting, {})) done(jumping(request));
  BOOST_TEST(good == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_second_source_that_fails_or_pauses_leaves_the_hours_around_the_jump_to_decide, World) {
  Klines jumping;
  jumping.close = [&](std::int64_t open) { return open >= after(opening_at(clock->time), -2).value ? 60.0 : 100.0; };
  auto scripted = std::make_shared<ScriptedHttp>();
  scripted->script = [&](const HttpRequest& r) -> std::variant<HttpAnswer, HttpFailed> {
    if (r.url.starts_with("http://first")) return jumping(r);
    return HttpAnswer{429, {{"retry-after", "3600"}}, ""};
  };
  for (int restart = 0; restart < 2; ++restart) {
    const auto market = make_market(
      {"btcusd",
       {{.kind = "binance", .name = "a", .url = "http://first"}, {.kind = "binance", .name = "b", .url = "http://second"}},
       {}},
      scripted, clock, make_inline_worker());
    BOOST_TEST(failed(ask(*market, "b", 200)).pause_ms == 3'600'000);
    const auto before = scripted->urls.size();
    const auto a = arrived(ask(*market, "a", 200));
    BOOST_TEST(a.warnings.ends_with(": the hours around it fit"));
    BOOST_TEST(scripted->urls.size() == before + 1); // b asked for a pause
  }
}

BOOST_FIXTURE_TEST_CASE(secrets_of_ones_own_are_in_no_reason, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  scripted->script = [&](const HttpRequest& r) -> std::variant<HttpAnswer, HttpFailed> {
    return HttpAnswer{401, {}, "no such key: " + r.url + " " + header(r, "X-Key")};
  };
  const auto market = make({{.kind = "binance",
                             .url = "https://user:passw0rd@gate.example/path-key-0123456789?apikey=query-key",
                             .headers = {{"X-Key", "Bearer header-key"}}}},
                           scripted);
  const auto reason = failed(ask(*market, "binance", 10)).reason;
  BOOST_TEST(reason.starts_with("HTTP 401: no such key: https://***:***@gate.example/***/api/v3/klines?apikey=***&symbol="));
  for (const auto* secret : {"passw0rd", "path-key", "query-key", "header-key"})
    BOOST_TEST(reason.find(secret) == std::string::npos, secret);
}

BOOST_FIXTURE_TEST_CASE(no_part_of_a_secret_ends_a_reason_that_is_cut, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  const auto market = make({{.kind = "kraken", .headers = {{"X-Key", "abcdefghijkl"}}}}, scripted);
  for (std::size_t words = 130; words < 162; ++words) {
    scripted->script = [&](const HttpRequest&) { return HttpAnswer{403, {}, std::string(words, '.') + "abcdefghijkl"}; };
    BOOST_TEST(failed(ask(*market, "kraken", 10)).reason.find("ab") == std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(a_long_gap_fails_and_is_gone_once_the_source_has_filled_it, World) {
  const auto market = make({binance});
  sim->inject(MarketFault::Gap, 5);
  BOOST_TEST(failed(ask(*market, "binance", 100)).reason.starts_with("5 hours without candles from "));
  clock->time = after(clock->time, 1);
  BOOST_TEST((arrived(ask(*market, "binance", 100)).candles == real(5'001, 100)));
  BOOST_TEST(http->requests() == 2u);
}

// Found by a simulated year: the hour of the gap was known, so nothing was asked for until the next one.
BOOST_FIXTURE_TEST_CASE(a_long_gap_is_asked_for_again_within_the_hour, World) {
  const auto market = make({binance});
  sim->inject(MarketFault::Gap, 5);
  BOOST_TEST(failed(ask(*market, "binance", 100)).reason.starts_with("5 hours without candles from "));
  BOOST_TEST((arrived(ask(*market, "binance", 100)).candles == real(5'000, 100)));
  BOOST_TEST(http->requests() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_short_gap_is_filled_with_a_warning, World) {
  const auto market = make({binance});
  sim->inject(MarketFault::Gap, 2);
  const auto a = arrived(ask(*market, "binance", 100));
  BOOST_TEST(a.candles.size() == 100u);
  BOOST_TEST(a.candles[97].close == a.candles[96].close);
  BOOST_TEST(a.candles[97].volume == 0);
  BOOST_TEST(a.warnings.starts_with("2 hour(s) without trades"));
}
