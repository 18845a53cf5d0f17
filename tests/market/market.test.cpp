#define BOOST_TEST_MODULE market
#include "tests/market/market_world.hpp"

#include <fmt/format.h>
#include <future>

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;
using inferd::sim::MarketFault;

BOOST_FIXTURE_TEST_CASE(tiingo_and_binance_give_the_real_closed_candles_exactly, World) {
  const auto market = make({tiingo, binance});
  for (const auto* source : {"tiingo", "binance"}) {
    const auto a = arrived(ask(*market, source, 200));
    BOOST_TEST((a == CandlesArrived{source, asks, real(5'000, 200), ""}));
  }
}

BOOST_FIXTURE_TEST_CASE(one_new_candle_costs_one_request_and_no_new_hour_costs_none, World) {
  const auto market = make({binance});
  ask(*market, "binance", 200);
  BOOST_TEST(http->requests() == 1u);
  ask(*market, "binance", 200);
  ask(*market, "binance", 50);
  BOOST_TEST(http->requests() == 1u);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    clock->time = after(clock->time, 1);
    BOOST_TEST((arrived(ask(*market, "binance", 200)).candles == real(5'000 + std::int64_t(n), 200)));
    BOOST_TEST(http->requests() == 1 + n);
    BOOST_TEST(http->recent().back().url.ends_with("&limit=2"));
  }
}

BOOST_FIXTURE_TEST_CASE(a_long_range_is_asked_for_in_pages_of_the_sources_size, World) {
  const auto market = make({tiingo, binance});
  BOOST_TEST((arrived(ask(*market, "binance", 2'048)).candles == real(5'000, 2'048)));
  BOOST_TEST(http->requests() == 3u); // 1000, 1000, 48
  BOOST_TEST((arrived(ask(*market, "tiingo", 2'048)).candles == real(5'000, 2'048)));
  BOOST_TEST(http->requests() == 5u); // 2000, 48
}

BOOST_FIXTURE_TEST_CASE(no_more_is_asked_for_than_is_kept, World) {
  const auto a = arrived(ask(*make({binance}), "binance", 100'000));
  BOOST_TEST((a.candles == real(5'000, std::int64_t(limits::cached_candles))));
  BOOST_TEST(a.warnings.ends_with("was asked for"));
  BOOST_TEST(http->requests() == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_restart_asks_only_for_what_is_new, World) {
  ask(*make({tiingo, binance}), "binance", 1'000);
  BOOST_TEST(http->requests() == 1u);
  clock->time = after(clock->time, 1);
  BOOST_TEST((arrived(ask(*make({binance}), "binance", 1'000)).candles == real(5'001, 1'000)));
  BOOST_TEST(http->requests() == 2u);
  BOOST_TEST(http->recent().back().url.ends_with("&limit=2"));
}

BOOST_FIXTURE_TEST_CASE(a_damaged_cache_costs_a_warning_and_a_download, World) {
  ask(*make({binance}), "binance", 100);
  for (const auto& file : std::filesystem::directory_iterator(scratch.dir / "cache")) std::ofstream(file.path()) << "rubbish";
  const auto a = arrived(ask(*make({binance}), "binance", 100));
  BOOST_TEST((a.candles == real(5'000, 100)));
  BOOST_TEST(a.warnings.starts_with("cache not used: "));
  BOOST_TEST(http->requests() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_cache_of_another_place_is_not_used, World) {
  ask(*make({binance}), "binance", 100);
  binance.url = "http://elsewhere";
  ask(*make({binance}), "binance", 100);
  BOOST_TEST(http->recent().back().url.ends_with("&limit=100"));
}

BOOST_FIXTURE_TEST_CASE(a_cache_that_cannot_be_written_costs_a_warning_only, World) {
  scratch.write("cache", "in the way");
  const auto a = arrived(ask(*make({binance}), "binance", 100));
  BOOST_TEST(a.candles.size() == 100u);
  BOOST_TEST(a.warnings.starts_with("cache not kept: "));
}

BOOST_FIXTURE_TEST_CASE(a_late_source_is_asked_again_but_tiingo_not_before_its_spacing, World) {
  const auto market = make({tiingo});
  ask(*market, "tiingo", 100);
  clock->time = after(clock->time, 1);
  sim->inject(MarketFault::Stale, 1);
  BOOST_TEST((arrived(ask(*market, "tiingo", 101)).candles == real(5'000, 100))); // the new one is missing
  BOOST_TEST(http->requests() == 2u);
  clock->time.value += 60'000;
  ask(*market, "tiingo", 101);
  BOOST_TEST(http->requests() == 2u);
  clock->time.value += 12'000;
  BOOST_TEST((arrived(ask(*market, "tiingo", 101)).candles == real(5'001, 101)));
  BOOST_TEST(http->requests() == 3u);
}

BOOST_FIXTURE_TEST_CASE(the_token_is_in_no_url_and_in_no_reason, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  scripted->script = [](const HttpRequest& r) -> std::variant<HttpAnswer, HttpFailed> {
    BOOST_TEST(header(r, "Authorization") == "Token s3cret");
    return HttpAnswer{401, {}, R"({"detail":"the token s3cret is not valid"})"};
  };
  tiingo.token = Token("s3cret");
  const auto f = failed(ask(*make({tiingo}, scripted), "tiingo", 100));
  BOOST_TEST(f.reason == "HTTP 401: the token *** is not valid");
  BOOST_TEST(scripted->urls.at(0).find("s3cret") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_wrong_token_is_tiingos_refusal_and_none_is_not_even_tried, World) {
  tiingo.token = Token("wrong");
  BOOST_TEST(failed(ask(*make({tiingo}), "tiingo", 100)).reason == "HTTP 401: Invalid token.");
  tiingo.token = Token();
  BOOST_TEST(failed(ask(*make({tiingo}), "tiingo", 100)).reason == "no token");
  BOOST_TEST(http->requests() == 1u);
}

BOOST_FIXTURE_TEST_CASE(coinbase_is_asked_299_hours_at_a_time_and_its_missing_hours_are_filled, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  scripted->script = [&](const HttpRequest& r) -> std::variant<HttpAnswer, HttpFailed> {
    const auto time = [&](const char* name) {
      return *parse_iso(r.url.substr(r.url.find(name) + std::string(name).size(), 20));
    };
    std::string rows;
    std::int64_t count = 0;
    for (auto at = time("end="); at >= time("start="); at = after(at, -1)) {
      ++count;
      if (at.value / hour % 20 == 0) continue; // an hour without trades
      rows += fmt::format("{}[{},99,101,100,100,5]", rows.empty() ? "" : ",", at.value / 1'000);
    }
    BOOST_TEST(count <= 300);
    return HttpAnswer{200, {}, "[" + rows + "]"};
  };
  const auto market = make({{.kind = "coinbase"}}, scripted);
  const auto a = arrived(ask(*market, "coinbase", 1'100));
  BOOST_TEST(a.candles.size() == 1'100u);
  BOOST_TEST(a.warnings == "55 hour(s) without trades, the first at " +
                             utc_text(a.candles[std::size_t((20 - a.candles[0].opens.value / hour % 20) % 20)].opens));
  BOOST_TEST(scripted->urls.size() == 4u);
  clock->time = after(clock->time, 1);
  arrived(ask(*market, "coinbase", 1'100));
  BOOST_TEST(scripted->urls.size() == 5u);
}

BOOST_FIXTURE_TEST_CASE(kraken_gives_what_it_reaches_and_remembers_what_it_gave, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  scripted->script = [&](const HttpRequest&) -> std::variant<HttpAnswer, HttpFailed> {
    std::string rows;
    for (std::int64_t n = -719; n <= 0; ++n)
      rows += fmt::format("{}[{},\"100\",\"101\",\"99\",\"100\",\"100\",\"5\",7]", rows.empty() ? "" : ",",
                          after(opening_at(clock->time), n).value / 1'000);
    return HttpAnswer{200, {}, R"({"error":[],"result":{"XXBTZUSD":[)" + rows + R"(],"last":1}})"};
  };
  const auto market = make({{.kind = "kraken"}}, scripted);
  auto a = arrived(ask(*market, "kraken", 1'100));
  BOOST_TEST(a.candles.size() == 719u);
  BOOST_TEST(a.warnings.starts_with("nothing before "));
  BOOST_TEST(scripted->urls.size() == 1u);
  clock->time = after(clock->time, 100);
  a = arrived(ask(*market, "kraken", 1'100));
  BOOST_TEST(a.candles.size() == 819u);
  BOOST_TEST(scripted->urls.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(questions_to_one_source_wait_for_each_other_and_share_what_is_learned, World) {
  auto queued = std::make_shared<sim::SimHttp>(sim, sim::SimHttp::Mode::Queued);
  const auto market = make({binance}, queued);
  std::vector<std::uint64_t> answered;
  for (std::uint64_t n = 1; n <= 3; ++n)
    market->ask({"binance", n, after(clock->time, -100), clock->time},
                [&](MarketPort::Answer a) { answered.push_back(std::get<CandlesArrived>(a).ask); });
  BOOST_TEST(answered.empty());
  BOOST_TEST(queued->pump() == 1u);
  BOOST_TEST((answered == std::vector<std::uint64_t>{1, 2, 3}));
  BOOST_TEST(queued->requests() == 1u);
}

BOOST_FIXTURE_TEST_CASE(one_question_too_many_fails_at_once, World) {
  auto queued = std::make_shared<sim::SimHttp>(sim, sim::SimHttp::Mode::Queued);
  const auto market = make({binance}, queued);
  std::size_t good = 0, bad = 0;
  for (std::size_t n = 0; n < limits::market_requests + 3; ++n)
    market->ask({"binance", n, after(clock->time, -100), clock->time},
                [&](MarketPort::Answer a) { ++(std::holds_alternative<CandlesArrived>(a) ? good : bad); });
  BOOST_TEST(bad == 3u);
  queued->pump();
  BOOST_TEST(good == limits::market_requests);
}

BOOST_FIXTURE_TEST_CASE(two_hundred_topics_of_one_symbol_ask_the_source_once, World) {
  auto queued = std::make_shared<sim::SimHttp>(sim, sim::SimHttp::Mode::Queued);
  const auto market = make({binance}, queued);
  std::size_t arrived = 0, failed = 0;
  const auto all_ask = [&](std::int64_t hours) {
    for (std::uint64_t n = 0; n < 200; ++n)
      market->ask({"binance", n, after(opening_at(clock->time), -hours), clock->time},
                  [&](MarketPort::Answer a) { ++(std::holds_alternative<CandlesArrived>(a) ? arrived : failed); });
    while (queued->pump() > 0) {
    }
  };
  all_ask(700);
  BOOST_TEST(arrived == 200u);
  BOOST_TEST(queued->requests() == 1u);
  clock->time = after(clock->time, 1);
  all_ask(700); // a new candle
  BOOST_TEST(arrived == 400u);
  BOOST_TEST(queued->requests() == 2u);
  sim->inject(MarketFault::Stale, 1, 1'000); // the source has no newer one yet
  clock->time = after(clock->time, 1);
  all_ask(700);
  BOOST_TEST(arrived == 600u);
  BOOST_TEST(queued->requests() == 3u);
  sim->inject(MarketFault::Unavailable, 0, 1'000);
  clock->time = after(clock->time, 1);
  all_ask(700);
  BOOST_TEST(failed == 200u);
  BOOST_TEST(queued->requests() == 4u);
}

BOOST_FIXTURE_TEST_CASE(pages_beyond_the_deadline_are_not_asked_for, World) {
  auto scripted = std::make_shared<ScriptedHttp>();
  std::vector<std::int64_t> deadlines;
  scripted->script = [&](const HttpRequest& r) -> std::variant<HttpAnswer, HttpFailed> {
    deadlines.push_back(r.deadline_ms);
    clock->time.value += 8'000;
    return HttpAnswer{200, {}, "[]"};
  };
  BOOST_TEST(failed(ask(*make({binance}, scripted), "binance", 2'048)).reason == "took longer than 15000 ms");
  BOOST_TEST((deadlines == std::vector<std::int64_t>{10'000, 7'000}));
}

BOOST_FIXTURE_TEST_CASE(a_market_that_goes_answers_what_is_under_way_and_ignores_what_comes_late, World) {
  auto queued = std::make_shared<sim::SimHttp>(sim, sim::SimHttp::Mode::Queued);
  auto market = make({binance}, queued);
  std::vector<std::string> reasons;
  for (std::uint64_t n = 1; n <= 2; ++n)
    market->ask({"binance", n, after(clock->time, -100), clock->time},
                [&](MarketPort::Answer a) { reasons.push_back(std::get<SourceFailed>(a).reason); });
  market.reset();
  BOOST_TEST((reasons == std::vector<std::string>(2, "the market is closing")));
  BOOST_TEST(queued->pump() == 1u);
  BOOST_TEST(reasons.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_comes_twice_counts_once, World) {
  struct TwiceHttp : HttpPort {
    std::shared_ptr<HttpPort> inner;
    void ask(HttpRequest r, Done done) override {
      inner->ask(r, done);
      inner->ask(r, done);
    }
  };
  auto twice = std::make_shared<TwiceHttp>();
  twice->inner = http;
  BOOST_TEST(arrived(ask(*make({binance}, twice), "binance", 2'048)).candles.size() == 2'048u);
}

BOOST_FIXTURE_TEST_CASE(with_its_own_thread_a_market_answers_too_and_asking_does_not_wait, World) {
  scratch.write("a.csv", candles_text(real_candles()));
  const auto market = make_market({"btcusd", {{.kind = "csv", .path = scratch.dir / "a.csv"}, binance}, {}}, http, clock);
  for (const auto* source : {"csv", "binance"}) {
    std::promise<MarketPort::Answer> answer;
    market->ask({source, 1, after(opening_at(clock->time), -100), clock->time},
                [&](MarketPort::Answer a) { answer.set_value(std::move(a)); });
    auto done = answer.get_future();
    BOOST_REQUIRE((done.wait_for(std::chrono::seconds(30)) == std::future_status::ready));
    BOOST_TEST((arrived(done.get()).candles == real(5'000, 100)));
  }
}

BOOST_FIXTURE_TEST_CASE(an_answer_may_drop_the_market_it_came_from, World) {
  std::promise<void> done;
  auto market = make_market({"btcusd", {binance}, {}}, http, clock);
  auto* raw = market.get();
  auto held = std::make_shared<std::shared_ptr<MarketPort>>(std::move(market));
  raw->ask({"binance", 1, after(clock->time, -100), clock->time}, [&done, held](MarketPort::Answer) {
    held->reset();
    done.set_value();
  });
  held.reset();
  BOOST_TEST((done.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready));
}

BOOST_FIXTURE_TEST_CASE(sources_are_found_by_their_name, World) {
  binance.name = "second";
  const auto market = make({binance});
  BOOST_TEST(arrived(ask(*market, "second", 10)).source == "second");
  BOOST_TEST(failed(ask(*market, "binance", 10)).reason == "no such source");
}

BOOST_FIXTURE_TEST_CASE(settings_that_cannot_work_are_refused_with_the_source_named, World) {
  const auto refusal_of = [&](std::vector<SourceSettings> sources, const std::string& symbol = "btcusd") -> std::string {
    try {
      make_market({symbol, std::move(sources), {}}, http, clock, make_inline_worker());
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return {};
  };
  BOOST_TEST(refusal_of({{.kind = "bitstamp"}}) == "market source bitstamp: kind \"bitstamp\" is none of " + source_kinds());
  BOOST_TEST(source_kinds().starts_with("csv, tiingo, "));
  BOOST_TEST(refusal_of({{.kind = "csv"}}) == "market source csv: path is missing");
  BOOST_TEST(refusal_of({{.kind = "kraken", .url = "ftp://x"}}) ==
             "market source kraken: url must begin with http:// or https://");
  BOOST_TEST(refusal_of({binance, binance}) == "market source binance: there are two of this name: give one a name of its own");
  BOOST_TEST(refusal_of({binance}, "bitcoin") ==
             "market source binance: symbol \"bitcoin\" is not a base and a quote such as btcusd");
  tiingo.token = Token("a\r\nHost: b");
  BOOST_TEST(refusal_of({tiingo}) == "market source tiingo: the token holds a space or a control character");
  BOOST_TEST(refusal_of({{.kind = "binance", .symbol = "BTCFDUSD"}}, "whatever") == "");
}
