#define BOOST_TEST_MODULE joint_features
// Features over two symbols, BTC/USD and ETH/USDT of etc/data, and over several intervals.
#include "model/training/joint_volatility.hpp"
#include "model/model.hpp"
#include "tests/model/score_row.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

using E = VolatilityEstimator;

const std::vector<Candle>& ether() {
  static const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/ethusdt-1h.csv");
  return file.candles;
}

/// Of the hours that both have.
const std::vector<Candle>& bitcoin() {
  static const auto candles = [] {
    auto all = real_candles().candles;
    std::erase_if(all, [](const Candle& c) { return c.opens < ether().front().opens; });
    return all;
  }();
  return candles;
}

const OtherCandles& others() {
  static const OtherCandles all{{"ethusdt", ether()}};
  return all;
}

const std::vector<std::string> names{"gk_24", "ethusdt:gk_24", "ret_24h", "ethusdt:return_1_0"};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

} // namespace

BOOST_AUTO_TEST_CASE(each_symbols_features_are_those_of_its_own_candles) {
  const FeatureContext context{one_hour, 4};
  JointFeatures joint(names, context);
  FeatureSet own({"gk_24", "ret_24h"}, context), other({"gk_24", "return_1_0"}, context);
  for (std::size_t i = 0; i < 200; ++i) {
    if (i % 2) joint.push("ethusdt", ether()[i]); // before or after: the same
    joint.push(bitcoin()[i]);
    if (i % 2 == 0) joint.push("ethusdt", ether()[i]);
    own.push(bitcoin()[i]);
    other.push(ether()[i]);
    const double expected[] = {own.values()[0], other.values()[0], own.values()[1], other.values()[1]};
    for (std::size_t k = 0; k < 4; ++k) BOOST_TEST(same(joint.values()[k], expected[k]));
  }
  BOOST_TEST(joint.needed() == 700u); // of ret_24h, a classic feature
  BOOST_TEST(joint.needed("ethusdt") == 24u);
  BOOST_TEST(joint.needed("solusd") == 0u);
  BOOST_TEST((series_of(names) == std::vector<std::string>{"ethusdt"}));
}

BOOST_AUTO_TEST_CASE(clocks_that_disagree_leave_the_other_symbols_features_undefined) {
  JointFeatures joint(names, {one_hour, 4});
  for (std::size_t i = 0; i < 50; ++i) joint.push("ethusdt", ether()[i]), joint.push(bitcoin()[i]);
  const auto defined = [&](std::size_t k) { return std::isfinite(joint.values()[k]); };
  BOOST_TEST(defined(1));
  joint.push(bitcoin()[50]); // the other one is an hour behind
  BOOST_TEST(defined(0));
  BOOST_TEST(!defined(1));
  BOOST_TEST(!defined(3));
  joint.push("ethusdt", ether()[50]);
  BOOST_TEST(defined(1));
  joint.push("ethusdt", ether()[51]); // ahead
  BOOST_TEST(!defined(1));
  joint.push(bitcoin()[51]);
  BOOST_TEST(defined(1));
  BOOST_TEST((joint.newest("ethusdt") == ether()[51].opens));
  BOOST_TEST(!joint.newest("solusd").has_value());
  joint.push("solusd", ether()[60]); // no feature is of it
  BOOST_TEST(defined(1));
}

BOOST_AUTO_TEST_CASE(rows_without_the_other_symbols_candle_are_no_samples) {
  auto gap = others();
  auto& series = gap.at("ethusdt");
  series.erase(series.begin() + 900, series.begin() + 905);
  const SampleSpec spec{names, {one_hour, 4}, 720, std::nullopt};
  const auto whole = make_samples(bitcoin(), others(), spec), holes = make_samples(bitcoin(), gap, spec);
  BOOST_TEST(whole.rows() - holes.rows() == 5);
  for (std::size_t i = 900; i < 905; ++i)
    BOOST_TEST(std::count(holes.opens.begin(), holes.opens.end(), bitcoin()[i].opens) == 0);
  auto shifted = others();
  for (auto& c : shifted.at("ethusdt")) c.opens.value += 1'800'000; // its clock is half an hour off
  BOOST_TEST(make_samples(bitcoin(), shifted, spec).rows() == 0);
  BOOST_TEST(make_samples(bitcoin(), {}, spec).rows() == 0);
}

// n and RMSE of an independent implementation (Python, NumPy) on the same rows.
BOOST_AUTO_TEST_CASE(the_other_symbols_range_adds_nothing_and_is_not_claimed_to) {
  struct Computed {
    std::int64_t horizon, n;
    double own, joint;
  };
  const auto& rules = *rules_for(one_hour);
  const auto near = boost::test_tools::tolerance(0.001);
  for (const auto& c : {Computed{1, 5'183, .00231019, .00231123}, Computed{4, 5'177, .00381343, .00384500},
                        Computed{24, 5'137, .00764326, .00787780}}) {
    const auto samples = joint_samples(real_candles().candles, others(), rules, E::garman_klass, c.horizon);
    BOOST_TEST(samples.name == "HAR7S+ethusdt");
    const auto table = compare_joint_volatility(samples, rules, rules.plan);
    BOOST_TEST_CONTEXT("horizon " << c.horizon) {
      BOOST_TEST(table.span.predictions == c.n);
      BOOST_TEST(row(table, "HAR7S").loss == c.own, near);
      BOOST_TEST(row(table, "HAR7S+ethusdt").loss == c.joint, near);
      BOOST_TEST(table.rows[table.chosen].name == "HAR7S");
      BOOST_TEST(table.why.find("not higher") != std::string::npos, table.why);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_symbol_that_leads_is_found_out_and_its_model_predicts_what_its_fit_says) {
  // The own volatility of the next hours follows the other symbol's of the past ones.
  auto lead = bitcoin();
  for (std::size_t i = 0; i + 24 < lead.size(); ++i) {
    lead[i] = bitcoin()[i + 24];
    lead[i].opens = bitcoin()[i].opens;
  }
  const OtherCandles leading{{"leader", lead}};
  auto settings = week_ahead();
  settings.horizon_ms = 4 * ms_per_hour;
  settings.output = ModelOutput::volatility;
  CandleFile own{bitcoin(), {}};
  own.candles.resize(own.candles.size() - 24);
  const auto file = train(own, leading, settings);
  BOOST_TEST(file.chosen == "HAR7S+leader");
  BOOST_TEST(file.why.find("than that of HAR7S by more than chance would give") != std::string::npos, file.why);

  const Model model(parse_model(model_text(file), "m.json"), "m.json");
  const auto& rules = *rules_for(one_hour);
  const auto samples = joint_samples(own.candles, leading, rules, E::garman_klass, 4);
  std::pair<VolatilityFit, VolatilityFit> fits;
  compare_joint_volatility(samples, rules, rules.plan, {}, &fits);
  JointFeatures set(model.features(), model.context());
  FollowedSeries followed(leading, one_hour);
  for (const auto& c : own.candles) {
    followed.push(c.opens, set);
    set.push(c);
    if (c.opens == samples.own.opens.back()) break;
  }
  const auto columns = static_cast<Eigen::Index>(samples.inputs.size());
  const double expected =
    fits.second.factor * std::exp(fits.second.har.predict(samples.joint.features.bottomRows(1).leftCols(columns))[0]);
  BOOST_TEST(model.value(set.values()) == expected, boost::test_tools::tolerance(1e-11));
  BOOST_TEST(model.needed_candles() == 720u);
  const auto score = score_model(model, own.candles, leading, samples.own, rules.plan);
  BOOST_TEST(score.row.r2 > 0.3);
}

BOOST_AUTO_TEST_CASE(a_row_has_the_last_candle_of_each_interval_that_has_closed) {
  static const auto minutes = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", std::nullopt).candles;
  constexpr Interval minute{60'000}, five_minutes{300'000}, day{86'400'000};
  const OtherCandles finer{{"/1m", minutes}, {"ethusd/5m", aggregated(minutes, minute, five_minutes)}},
    longer{{"/1d", aggregated(minutes, minute, day)}};
  const auto hours = aggregated(minutes, minute, one_hour);
  OtherCandles all = finer;
  all.insert(longer.begin(), longer.end());
  const FeatureContext context{one_hour, 24};
  const std::vector<std::string> several{"gk_3", "/1m:vol_std_60", "ethusd/5m:return_12_0", "/1d:gk_2", "/1d:cos_7_1"};
  JointFeatures joint(several, context);
  FollowedSeries followed(all, one_hour);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    followed.push(hours[i].opens, joint);
    joint.push(hours[i]);
    // Each from the beginning, of the candles that ended by the end of this hour.
    const auto closes = hours[i].opens.value + one_hour.ms;
    const auto alone = [&](const std::string& feature, const std::vector<Candle>& candles, Interval interval,
                           std::int64_t horizon) {
      FeatureSet set({feature}, {interval, horizon});
      for (const auto& c : candles)
        if (c.opens.value + interval.ms <= closes) set.push(c);
      return set.values()[0];
    };
    if (i % 37 != 0) continue;
    BOOST_TEST(same(joint.values()[0], alone("gk_3", hours, one_hour, 24)));
    BOOST_TEST(same(joint.values()[1], alone("vol_std_60", minutes, minute, 1'440)));
    BOOST_TEST(same(joint.values()[2], alone("return_12_0", all.at("ethusd/5m"), five_minutes, 288)));
    BOOST_TEST(same(joint.values()[3], alone("gk_2", all.at("/1d"), day, 1)));
    BOOST_TEST(same(joint.values()[4], alone("cos_7_1", all.at("/1d"), day, 1)));
    compared += std::isfinite(joint.values()[3]);
  }
  BOOST_TEST(compared >= 7u);
  BOOST_TEST(joint.needed("/1m") == 61u);
  BOOST_TEST(joint.needed("/1d") == 2u);
}

BOOST_AUTO_TEST_CASE(a_missing_candle_of_another_interval_leaves_its_features_undefined_while_it_would_be_the_last) {
  const auto day_of = [](int day) { return Candle{{new_year + day * 86'400'000LL}, 1, 1, 1, 1, 1}; };
  const auto hour_of = [](int hour) { return Candle{{new_year + hour * ms_per_hour}, 1, 1, 1, 1, 1}; };
  JointFeatures joint({"/1d:return_1_0"}, {one_hour, 4});
  const auto defined = [&] { return std::isfinite(joint.values()[0]); };
  for (int day = 0; day < 3; ++day) joint.push("/1d", day_of(day));
  joint.push(hour_of(70)); // ends at 23:00 of the third day, whose candle is here already
  BOOST_TEST(!defined());
  joint.push(hour_of(71));
  BOOST_TEST(defined());
  joint.push(hour_of(94));
  BOOST_TEST(defined());
  joint.push(hour_of(95)); // the fourth day has ended, and its candle is missing
  BOOST_TEST(!defined());
  joint.push("/1d", day_of(4));
  BOOST_TEST(!defined());
  joint.push(hour_of(119));
  BOOST_TEST(defined());
}

BOOST_AUTO_TEST_CASE(a_horizon_that_is_no_whole_number_of_candles_refuses_what_depends_on_it) {
  const auto refused = [](const std::string& name, std::int64_t horizon) {
    return test::error_of<FeatureError>([&] { JointFeatures({name}, {one_hour, horizon}); });
  };
  BOOST_TEST(refused("/1d:vol_gk_7", 4) == "/1d: feature \"vol_gk_7\": vol_gk_rows is wanted for a horizon of 0 candles");
  BOOST_TEST(refused("/1d:vol_gk_7", 48) == "no error");
  BOOST_TEST(refused("/1d:gk_7", 4) == "no error");
  BOOST_TEST(refused("/5m:vol_gk_7", 4) == "no error");
}

BOOST_AUTO_TEST_CASE(the_networks_value_is_an_input_from_when_it_was_known_for_one_horizon) {
  const auto hour_of = [](int hour) { return Candle{{new_year + hour * ms_per_hour}, 1, 1, 1, 1, 1}; };
  JointFeatures joint({"network", "gk_1", "log_network"}, {one_hour, 4});
  const auto value = [&] { return joint.values()[0]; };
  joint.push(hour_of(0));
  BOOST_TEST(std::isnan(value()));
  const Instant known{new_year + 90 * 60'000}; // half past one
  joint.push_network(known, 0.02);
  BOOST_TEST(std::isnan(value())); // the first hour closed before
  joint.push(hour_of(1));
  BOOST_TEST(value() == 0.02);
  BOOST_TEST(joint.values()[2] == std::log(0.02));
  joint.push(hour_of(4)); // closes three and a half hours after
  BOOST_TEST(value() == 0.02);
  joint.push(hour_of(5));
  BOOST_TEST(std::isnan(value()));
  joint.push_network({new_year + 6 * ms_per_hour}, -0.01); // with the close
  BOOST_TEST(value() == -0.01);
  BOOST_TEST(std::isnan(joint.values()[2]));
  BOOST_TEST(joint.needed() == 1u);
  BOOST_TEST((other_inputs_of(joint.names()) == std::vector<std::string>{"network"}));
  BOOST_TEST(series_of(joint.names()).empty());
}

BOOST_AUTO_TEST_CASE(a_network_that_knows_more_is_found_out_and_one_that_does_not_is_not) {
  // Each hour the network says what the next four hours will be, with an error; or anything.
  const auto hours = real_candles().candles;
  const auto& rules = *rules_for(one_hour);
  const auto samples = volatility_samples(hours, rules, E::garman_klass, 4);
  Normal normal(9);
  OtherCandles knows, guesses;
  for (Eigen::Index i = 0; i < samples.rows(); ++i) {
    const Instant known{samples.opens[static_cast<std::size_t>(i)].value + ms_per_hour};
    const double said = samples.labels[i] * std::exp(0.2 * normal()), any = 0.004 * std::exp(0.5 * normal());
    knows["network"].push_back({known, said, said, said, said, 0});
    guesses["network"].push_back({known, any, any, any, any, 0});
  }
  auto settings = week_ahead();
  settings.horizon_ms = 4 * ms_per_hour;
  settings.output = ModelOutput::volatility;
  const auto file = train(real_candles(), knows, settings);
  BOOST_TEST(file.chosen == "HAR7S+network", file.why);
  BOOST_TEST(file.features.back() == "log_network");
  BOOST_TEST(train(real_candles(), guesses, settings).chosen == "HAR7S");

  const Model model(parse_model(model_text(file), "m.json"), "m.json");
  BOOST_TEST(model.others().empty()); // no candles of another series
  JointFeatures set(model.features(), model.context());
  FollowedSeries followed(knows, one_hour);
  for (const auto& c : hours) {
    followed.push(c.opens, set);
    set.push(c);
    if (c.opens == samples.opens.back()) break;
  }
  BOOST_TEST(set.values().back() == std::log(knows["network"].back().close));
  const auto joint = joint_samples(hours, knows, rules, E::garman_klass, 4);
  BOOST_TEST(score_model(model, hours, knows, joint.own, rules.plan).row.r2 > 0.5);
}

// n and RMSE of an independent implementation (Python, NumPy), the days from the hours.
BOOST_AUTO_TEST_CASE(the_daily_range_beside_the_hourly_one_has_the_figures_of_another_implementation) {
  struct Computed {
    std::int64_t horizon, n;
    double own, joint;
  };
  const auto hours = real_candles().candles;
  const OtherCandles days{{"/1d", aggregated(hours, one_hour, {86'400'000})}};
  const auto& rules = *rules_for(one_hour);
  const auto near = boost::test_tools::tolerance(0.001);
  for (const auto& c : {Computed{1, 8'830, .00241600, .00241517}, Computed{4, 8'824, .00398336, .00397843},
                        Computed{24, 8'784, .00807623, .00813735}}) {
    const auto samples = joint_samples(hours, days, rules, E::garman_klass, c.horizon);
    BOOST_TEST(samples.name == "HAR7S+/1d");
    BOOST_TEST(samples.inputs.back() == "/1d:gk_30");
    const auto table = compare_joint_volatility(samples, rules, rules.plan);
    BOOST_TEST_CONTEXT("horizon " << c.horizon) {
      BOOST_TEST(table.span.predictions == c.n);
      BOOST_TEST(row(table, "HAR7S").loss == c.own, near);
      BOOST_TEST(row(table, "HAR7S+/1d").loss == c.joint, near);
      BOOST_TEST(table.rows[table.chosen].name == "HAR7S");
    }
  }
}

BOOST_AUTO_TEST_CASE(names_and_targets_that_do_not_fit_are_refused_in_a_sentence) {
  const auto error_of = [](const std::vector<std::string>& features) -> std::string {
    try {
      JointFeatures(features, {one_hour, 4});
    } catch (const FeatureError& e) {
      return e.what();
    }
    return "none";
  };
  BOOST_TEST(error_of({"ethusdt:rsi_14"}) == "ethusdt: \"rsi_14\" is not a feature this program computes");
  BOOST_TEST(error_of({":gk_24"}).find("names no symbol and no interval before its colon") != std::string::npos);
  auto settings = week_ahead();
  BOOST_CHECK_EXCEPTION(train(real_candles(), others(), settings), TrainingError, [](const TrainingError& e) {
    return std::string(e.what()) == "candles of further series are for volatility only";
  });
  settings.output = ModelOutput::volatility;
  settings.horizon_ms = 4 * ms_per_hour;
  const auto refused = [&](const std::string& series) {
    return test::error_of<TrainingError>([&] { train(real_candles(), {{series, ether()}}, settings); });
  };
  BOOST_TEST(refused("btcusd") == "\"btcusd:\" names the own candles, whose features have no prefix");
  BOOST_TEST(refused("/1h") == "\"/1h:\" names the own candles, whose features have no prefix");
  BOOST_TEST(refused("btcusd/1d") == "\"btcusd/1d:\" is spelled \"/1d:\" beside candles of btcusd/1h");
  BOOST_TEST(refused("ethusd/1h") == "\"ethusd/1h:\" is spelled \"ethusd:\" beside candles of btcusd/1h");
  BOOST_TEST(refused("/24h") == "\"/24h:\" is spelled \"/1d:\" beside candles of btcusd/1h");
  for (const auto* series : {"/2h", "/", "ethusd/", "ethusd/soon", "ethusd/1h/1d", "/-1d", "/99999999999999999999d"})
    BOOST_TEST(refused(series).ends_with("the interval is not 1m, 5m, 1h or 1d"), series);
}
