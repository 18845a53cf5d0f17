#define BOOST_TEST_MODULE alert_core
#include "runtime/alerts/alert_core.hpp"
#include "runtime/alerts/message_forms.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::alerts;

namespace {

constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;

struct Fixture {
  Facts facts{.connected = true, .balance = Uallo{1'000'000}, .books = BooksSummary{}};
  AlertCore core;
  Instant now{1'700'000'000'000};

  explicit Fixture(Policy policy = {}) : core(std::move(policy)) {}
  std::vector<Notification> after(std::int64_t ms) {
    now.value += ms;
    return core.on(facts, now);
  }
  /// In steps of 15 s.
  std::vector<Notification> within(std::int64_t ms) {
    std::vector<Notification> all;
    for (std::int64_t t = 0; t < ms; t += 15'000)
      for (auto& n : after(15'000)) all.push_back(std::move(n));
    return all;
  }
  TopicResults& topic() {
    if (facts.books->topics.empty()) facts.books->topics.push_back({.topic = {67}});
    return facts.books->topics.front();
  }
};

AlertName name_of_only(const std::vector<Notification>& all) {
  BOOST_REQUIRE_EQUAL(all.size(), 1u);
  return all.front().name;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_daemon_that_earns_says_nothing) {
  Fixture f;
  f.topic().last_answered = {5};
  BOOST_TEST(f.within(6 * hour).empty());
}

BOOST_AUTO_TEST_CASE(a_condition_fires_once_it_has_held_for_its_time_and_is_told_when_it_ends) {
  Fixture f;
  f.facts.connected = false;
  BOOST_TEST(f.within(2 * minute).empty());
  const auto fired = f.after(15'000);
  BOOST_TEST((name_of_only(fired) == AlertName::InferdNoEndpoint));
  BOOST_TEST((fired.front().severity == Severity::critical));
  BOOST_TEST(fired.front().firing);
  BOOST_TEST(f.core.firing() == 1u);
  BOOST_TEST(f.within(10 * minute).empty());
  f.facts.connected = true;
  const auto over = f.after(15'000);
  BOOST_TEST((name_of_only(over) == AlertName::InferdNoEndpoint));
  BOOST_TEST(!over.front().firing);
  BOOST_TEST((over.front().since == fired.front().since));
}

BOOST_AUTO_TEST_CASE(a_condition_that_goes_before_its_time_was_none) {
  Fixture f;
  for (int i = 0; i < 20; ++i) {
    f.facts.connected = false;
    BOOST_TEST(f.within(minute).empty());
    f.facts.connected = true;
    BOOST_TEST(f.after(15'000).empty());
  }
}

BOOST_AUTO_TEST_CASE(an_alert_that_goes_on_is_repeated_and_one_that_flaps_is_not) {
  Fixture f;
  f.facts.healthy = false;
  BOOST_TEST(f.within(5 * hour).size() == 5u); // once an hour
  Fixture flapping;
  std::size_t sent = 0;
  for (int i = 0; i < 12; ++i) { // one hour
    flapping.facts.healthy = i % 2 == 1;
    sent += flapping.within(5 * minute).size();
  }
  BOOST_TEST(sent == 2u); // it fires, it has ended
}

BOOST_AUTO_TEST_CASE(more_messages_than_an_hour_takes_wait) {
  Fixture f({.per_hour = 3});
  for (int i = 0; i < 8; ++i) f.facts.failing_feeds["fetcher/" + std::to_string(i)];
  BOOST_TEST(f.within(30 * minute).size() == 3u);
  BOOST_TEST(f.within(hour).size() == 3u);
  f.facts.failing_feeds.clear();
  BOOST_TEST(f.within(hour).size() <= 3u);
  BOOST_TEST(f.within(3 * hour).size() <= 3u); // the ends of those that were sent
  BOOST_TEST(f.core.firing() == 0u);
}

BOOST_AUTO_TEST_CASE(ends_are_silent_where_they_are_not_wanted_and_other_alerts_where_one_is_named) {
  Fixture f({.names = {AlertName::InferdNoEndpoint}, .resolved = false});
  f.facts.healthy = false;
  f.facts.connected = false;
  BOOST_TEST((name_of_only(f.within(10 * minute)) == AlertName::InferdNoEndpoint));
  f.facts.connected = true;
  BOOST_TEST(f.within(10 * minute).empty());
}

BOOST_AUTO_TEST_CASE(a_topic_that_does_not_earn_is_named_with_its_reason) {
  Fixture f;
  f.topic().since_answered = 2;
  f.topic().last_end = "missed: no endpoint";
  const auto fired = f.within(2 * minute);
  BOOST_TEST((name_of_only(fired) == AlertName::InferdNotEarning));
  BOOST_TEST(fired.front().subject == "topic 67");
  BOOST_TEST(fired.front().summary.find("missed: no endpoint") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_chain_below_windows_in_the_books_is_not_earning) {
  Fixture f;
  f.facts.went_back = "the chain's head is 20, and windows up to 36 are in the books";
  const auto fired = f.within(2 * minute);
  BOOST_TEST((name_of_only(fired) == AlertName::InferdNotEarning));
  BOOST_TEST(fired.front().summary == f.facts.went_back);
}

BOOST_AUTO_TEST_CASE(lost_windows_count_from_the_first_look_on_for_an_hour) {
  Fixture f;
  f.facts.books->missed = 100; // before the start
  BOOST_TEST(f.within(5 * minute).empty());
  f.facts.books->missed = 102;
  const auto fired = f.after(15'000);
  BOOST_TEST((name_of_only(fired) == AlertName::InferdWindowLost));
  BOOST_TEST(fired.front().summary == "2 windows ended as missed in the last hour");
  const auto over = f.within(2 * hour);
  BOOST_TEST(!over.back().firing);
  f.facts.books->refused = 1;
  BOOST_TEST(f.after(15'000).front().subject == "refused");
}

BOOST_AUTO_TEST_CASE(books_that_cannot_be_read_lose_no_window) {
  Fixture f;
  f.facts.books.reset();
  BOOST_TEST(f.within(5 * minute).empty());
  f.facts.books = BooksSummary{.missed = 7};
  BOOST_TEST(f.within(5 * minute).empty());
}

BOOST_AUTO_TEST_CASE(the_balance_is_low_below_three_days_of_fees) {
  Fixture f;
  f.facts.books->fees_24h = Uallo{400'000};
  BOOST_TEST((name_of_only(f.within(20 * minute)) == AlertName::InferdBalanceLow));
  Fixture enough;
  enough.facts.books->fees_24h = Uallo{333'333};
  BOOST_TEST(enough.within(20 * minute).empty());
  enough.facts.books->fees_24h = Uallo{};
  enough.facts.balance = Uallo{};
  BOOST_TEST(enough.within(20 * minute).empty()); // nothing was paid
}

BOOST_AUTO_TEST_CASE(feeds_without_a_source_and_old_models_are_named_with_their_age) {
  Fixture f;
  f.facts.failing_feeds["fetcher/btcusd/1h"] = Instant{f.now.value - 2 * hour};
  const auto fired = f.within(6 * minute);
  BOOST_TEST((name_of_only(fired) == AlertName::InferdStaleData));
  BOOST_TEST(fired.front().summary ==
             "fetcher/btcusd/1h: no source has candles to predict from; the newest one opened 2 hours ago");
  Fixture none;
  none.facts.failing_feeds["fetcher/ethusd/1d"];
  BOOST_TEST(none.within(6 * minute).front().summary == "fetcher/ethusd/1d: no source has candles to predict from");
  Fixture model;
  model.facts.trained_to["predictor/67"] = Instant{model.now.value - 91 * day};
  BOOST_TEST((name_of_only(model.within(hour + minute)) == AlertName::InferdModelStale));
}

BOOST_AUTO_TEST_CASE(six_restarts_in_a_quarter_of_an_hour_are_a_storm) {
  Fixture f;
  f.facts.restarts = 50;
  BOOST_TEST(f.within(minute).empty());
  f.facts.restarts = 55;
  BOOST_TEST(f.within(minute).empty());
  f.facts.restarts = 56;
  BOOST_TEST((name_of_only(f.after(15'000)) == AlertName::InferdRestartStorm));
  BOOST_TEST(!f.within(20 * minute).back().firing);
}

BOOST_AUTO_TEST_CASE(equal_answers_and_another_users_of_the_key_fire) {
  Fixture f;
  f.topic().equal_values = 10;
  BOOST_TEST((name_of_only(f.within(11 * minute)) == AlertName::InferdSameAnswer));
  f.facts.clashes = 1;
  BOOST_TEST((name_of_only(f.after(15'000)) == AlertName::InferdClash));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_stops_nothing) {
  Fixture f;
  f.facts.healthy = false;
  f.within(10 * minute);
  f.now.value -= day;
  f.facts.healthy = true;
  f.facts.connected = false;
  BOOST_TEST(f.within(10 * minute).size() >= 1u);
}

BOOST_AUTO_TEST_CASE(each_service_gets_its_form) {
  const Notification n{AlertName::InferdNotEarning, Severity::critical,        true, "topic 67", "topic 67 is not earning",
                       Instant{1'700'000'000'000},  Instant{1'700'000'060'000}};
  const Sender from{"allo1w", "localnet", "host-1"};
  const auto json = json_of(n, from);
  BOOST_TEST(json.at("alert").as_string() == "InferdNotEarning");
  BOOST_TEST(json.at("state").as_string() == "firing");
  BOOST_TEST(json.at("since").as_string() == "2023-11-14T22:13:20Z");
  const auto text = text_of(n, from);
  BOOST_TEST(text == "FIRING InferdNotEarning (critical) on host-1: topic 67 is not earning");
  const auto body = [&](NotifyForm form) { return boost::json::parse(body_of(form, "-100", json, text)).as_object(); };
  BOOST_TEST((body(NotifyForm::json) == json));
  BOOST_TEST(body(NotifyForm::slack).at("text").as_string() == text);
  BOOST_TEST(body(NotifyForm::discord).at("content").as_string() == text);
  BOOST_TEST(body(NotifyForm::telegram).at("chat_id").as_string() == "-100");
  BOOST_TEST(body(NotifyForm::telegram).at("text").as_string() == text);
  const auto cut =
    boost::json::parse(body_of(NotifyForm::discord, "", json, std::string(1'996, 'x') + "€€€")).at("content").as_string();
  BOOST_TEST(cut.size() <= 2'000u);
  BOOST_TEST(cut.ends_with("x...")); // no half of a character
}
