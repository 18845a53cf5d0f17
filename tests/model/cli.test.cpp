#define BOOST_TEST_MODULE model_cli
#include "model/inputs/feature_set.hpp"
#include "model/model.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "tests/model/series.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace inferd;
using namespace inferd::test;

namespace {

const std::string real = INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv";

struct Ran {
  int code{};
  std::string out, err;
};

/// Captures std::cout and std::cerr, to which verbs write.
Ran run(std::vector<std::string> arguments) {
  std::ostringstream out, err;
  auto* before_out = std::cout.rdbuf(out.rdbuf());
  auto* before_err = std::cerr.rdbuf(err.rdbuf());
  const int code = cli::run_program({cli::add_features, cli::add_train, cli::add_backtest, cli::add_predict}, "0", arguments,
                                    std::cout, std::cerr);
  std::cout.rdbuf(before_out);
  std::cerr.rdbuf(before_err);
  return {code, out.str(), err.str()};
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-verbs-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name) << text;
    return path + "/" + name;
  }
  std::string path;
};

} // namespace

BOOST_AUTO_TEST_CASE(features_prints_a_column_a_feature_and_a_row_a_candle) {
  const auto r = run({"features", "--candles", real});
  BOOST_TEST(r.code == 0);
  std::string header = "timestamp";
  for (const auto name : feature_names()) (header += ',') += name;
  BOOST_TEST(r.out.starts_with(header + "\n2024-01-01T00:00:00Z,10.6561448"));
  BOOST_TEST(std::count(r.out.begin(), r.out.end(), '\n') == 13'873);
  BOOST_TEST(holds(r.out, ",,,,,,,,,"));
}

BOOST_AUTO_TEST_CASE(train_writes_a_model_that_loads_and_prints_the_table_and_the_reason) {
  const Folder folder;
  const auto out = folder.path + "/m.json";
  const auto r =
    run({"train", "--candles", real, "--topic", "67", "--symbol", "btcusd", "--horizon-hours", "168", "--out", out});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(holds(r.out, "* zero "));
  BOOST_TEST(holds(r.out, "worth 54 independent ones"));
  BOOST_TEST(holds(r.out, "* kept: zero: no other candidate"));
  BOOST_TEST(holds(r.err, "no gaps"));
  BOOST_TEST(holds(r.err, "walk-forward: 100 %"));
  BOOST_CHECK_NO_THROW(load_model(out).expect("btcusd", one_hour, 168 * ms_per_hour));
  BOOST_TEST(load_model(out).file().topic == 67u);
}

BOOST_AUTO_TEST_CASE(the_names_of_the_features_are_beside_the_model_and_replace_no_other_file) {
  const Folder folder;
  const auto names = folder.path + "/features.json";
  const auto train = [&](const std::string& out) {
    return run({"train", "--candles", real, "--topic", "67", "--out", folder.path + out});
  };
  BOOST_TEST(train("/m.json").code == 0);
  std::ifstream written(names);
  const auto list = boost::json::parse(std::string(std::istreambuf_iterator<char>(written), {}));
  BOOST_TEST(list.as_array().size() == feature_names().size());
  BOOST_TEST(train("/m.json").err.find("features.json") == std::string::npos); // replaced
  std::ofstream(names) << "{\"mine\":1}";
  BOOST_TEST(holds(train("/m.json").err, "is left as it is"));
  BOOST_TEST(std::filesystem::file_size(names) == 10u);
  BOOST_TEST(train("/features.json").code == 0);
  BOOST_TEST(std::filesystem::file_size(names) > 1000u); // the model
}

BOOST_AUTO_TEST_CASE(train_as_json_is_one_object_with_numbers) {
  const Folder folder;
  const auto r = run({"train", "--candles", real, "--topic", "67", "--out", folder.path + "/m.json", "--json"});
  const auto object = boost::json::parse(r.out).as_object();
  BOOST_TEST(object.at("chosen").as_string() == "zero");
  BOOST_TEST(object.at("candidates").as_array().size() == candidates().size());
  BOOST_TEST(std::abs(object.at("candidates").as_array()[0].at("rmse").as_double() - 0.0624) < 5e-5);
  BOOST_TEST(object.at("candidates").as_array()[0].at("pearson").is_null());
}

BOOST_AUTO_TEST_CASE(train_makes_models_of_labels_prices_and_constants) {
  const Folder folder;
  const auto out = folder.path + "/m.json";
  BOOST_TEST(
    run({"train", "--candles", real, "--topic", "68", "--labels", "down,flat,up", "--edges", "-0.02,0.02", "--out", out})
      .code == 0);
  BOOST_TEST((load_model(out).labels() == std::vector<std::string>{"down", "flat", "up"}));
  BOOST_TEST(run({"train", "--constant", "-0.001", "--output", "price", "--topic", "1", "--out", out}).code == 0);
  BOOST_TEST((load_model(out).file().output == ModelOutput::price));
  BOOST_TEST(load_model(out).file().constant == -0.001);
}

BOOST_AUTO_TEST_CASE(train_takes_symbol_horizon_and_file_from_the_configurations_topic) {
  const Folder folder;
  const auto config =
    folder.file("inferd.toml", "[[topic]]\nid = 5\nsymbol = \"ethusd\"\nhorizon_hours = 24\nmodel = \"eth.json\"\n");
  BOOST_TEST(run({"train", "--constant", "0", "--config", config}).code == 0);
  BOOST_CHECK_NO_THROW(load_model(folder.path + "/eth.json").expect("ethusd", one_hour, 24 * ms_per_hour));
  const auto r = run({"train", "--constant", "0", "--config", config, "--topic", "6"});
  BOOST_TEST(r.code == 2);
  BOOST_TEST(holds(r.err, "there is no topic 6"));
}

BOOST_AUTO_TEST_CASE(backtest_names_the_gaps_and_tries_the_model) {
  const Folder folder;
  auto candles = real_candles().candles;
  candles.erase(candles.begin() + 9'000, candles.begin() + 9'005);
  const auto csv = folder.file("gap.csv", candles_text(candles));
  const auto model = folder.path + "/m.json";
  run({"train", "--candles", real, "--topic", "67", "--out", model, "--keep", "mean"});
  const auto text = run({"backtest", "--candles", csv, "--model", model});
  BOOST_TEST(text.code == 0);
  BOOST_TEST(text.out.starts_with("gaps: 2025-01-10T00:00:00Z: 5 hours\n"));
  BOOST_TEST(holds(text.out, "IN SAMPLE"));
  const auto object = boost::json::parse(run({"backtest", "--candles", csv, "--model", model, "--json"}).out).as_object();
  BOOST_TEST(object.at("gaps").as_array()[0].at("hours").to_number<double>() == 5);
  BOOST_TEST(object.at("model").at("in_sample").as_bool());
  BOOST_TEST(object.at("model").at("name").as_string() == "mean");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_in_one_sentence_that_names_it) {
  const Folder folder;
  const auto out = folder.path + "/m.json";
  const auto bad = folder.file("bad.csv", "timestamp,open,high,low,close,volume\n2024-01-01T00:00:00Z,1,2,1,nan,0\n");
  const auto few = folder.file("few.csv", candles_text(random_walk(1, 500)));
  const auto cut = folder.file("cut.json", model_text(linear_file()).substr(0, 300));
  BOOST_TEST(run({"features", "--candles", bad}).err == "inferd: " + bad + ":2: close is not finite\n");
  BOOST_TEST(run({"train", "--candles", bad, "--topic", "1", "--out", out}).code == 1);
  BOOST_TEST(
    holds(run({"train", "--candles", few, "--topic", "1", "--out", out}).err, "few.csv: 500 candles are too few: 260 rows"));
  BOOST_TEST(holds(run({"backtest", "--candles", few}).err, "few.csv: too few candles: 260 rows"));
  BOOST_TEST(run({"backtest", "--candles", real, "--model", cut}).err == "inferd: " + cut + ": the file is cut short\n");
  BOOST_TEST(run({"train", "--topic", "1", "--out", out}).code == 2);
  BOOST_TEST(run({"train", "--candles", real, "--out", out}).err == "inferd: --topic is required\n");
  BOOST_TEST(holds(run({"train", "--constant", "nan", "--topic", "1", "--out", out}).err, "the constant is not finite"));
  BOOST_TEST(holds(run({"train", "--candles", real, "--topic", "1", "--labels", "a,b", "--edges", "1,0", "--out", out}).err,
                   "--labels, --edges: one edge less than labels is needed"));
  BOOST_TEST(
    holds(run({"train", "--constant", "0", "--topic", "1", "--out", folder.path + "/no/m.json"}).err, "cannot be written"));
  BOOST_TEST(!std::filesystem::exists(out));
}

BOOST_AUTO_TEST_CASE(help_has_an_example_for_each) {
  for (const std::string verb : {"features", "train", "backtest"}) {
    const auto r = run({verb, "--help"});
    BOOST_TEST(r.code == 0);
    BOOST_TEST(holds(r.out, "inferd " + verb + " --candles etc/data/btcusd-1h.csv"));
    BOOST_TEST(holds(r.out, "--config"));
  }
}

BOOST_AUTO_TEST_CASE(a_volatility_model_is_trained_tried_and_predicts_from_printed_features) {
  const Folder folder;
  const auto out = folder.path + "/v.json";
  BOOST_TEST(
    run({"train", "--candles", real, "--topic", "1", "--target", "volatility", "--horizon", "4h", "--out", out}).code == 0);
  const auto model = load_model(out);
  BOOST_TEST(model.file().chosen == "HAR7S");
  BOOST_TEST(model.file().estimator == "gk");
  const auto rows = folder.file("rows.csv", run({"features", "--candles", real, "--model", out}).out);
  const auto predicted = run({"predict", "--model", out, "--rows", rows});
  BOOST_TEST(predicted.code == 0);
  BOOST_TEST(std::count(predicted.out.begin(), predicted.out.end(), '\n') == 13'872);
  BOOST_TEST(predicted.out.starts_with("nan\n"));
  FeatureSet set(model.features(), model.context());
  for (const auto& c : real_candles().candles) set.push(c);
  const auto last = predicted.out.substr(predicted.out.rfind('\n', predicted.out.size() - 2) + 1);
  BOOST_TEST(std::stod(last) == model.value(set.values()), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(backtest_of_a_volatility_has_n_rmse_and_its_skill_over_mean_reversion) {
  const auto object =
    boost::json::parse(
      run({"backtest", "--candles", real, "--target", "volatility", "--horizon", "24h", "--estimator", "r2", "--json"}).out)
      .as_object();
  const auto& har = object.at("candidates").as_array().back().as_object();
  BOOST_TEST(har.at("name").as_string() == "HAR7S");
  BOOST_TEST(har.at("n").as_int64() == 8'784);
  BOOST_TEST(std::abs(har.at("rmse").as_double() - .008927) < 5e-5);
  BOOST_TEST(std::abs(har.at("r2_over_mean_reversion").as_double() - .338) < 5e-3);
  BOOST_TEST(har.at("promotion").at("passes").as_bool());
  BOOST_TEST(object.at("estimator").as_string() == "r2");
  BOOST_TEST(object.at("interval").as_string() == "1h");
  BOOST_TEST(object.at("gaps").as_array().empty());
  BOOST_TEST(holds(boost::json::serialize(object.at("claims")), "HAR7S has skill"));
}

BOOST_AUTO_TEST_CASE(backtest_prints_coverage_and_a_plot_and_writes_one) {
  const Folder folder;
  const auto svg = folder.path + "/plot.svg";
  const auto r = run({"backtest", "--candles", real, "--target", "volatility", "--horizon", "24h", "--svg", svg});
  BOOST_TEST(r.code == 0);
  BOOST_TEST(holds(r.out, "ranges around HAR7S: the truth was within"));
  BOOST_TEST(holds(r.out, "HAR7S: volatility, 1d ahead (volatility over the horizon): o truth, + prediction, # both"));
  BOOST_TEST(holds(r.out, "- the 80 % ranges around HAR7S held the truth in "));
  std::ifstream file(svg);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  BOOST_TEST(text.starts_with("<svg xmlns"));
  BOOST_TEST(text.ends_with("</svg>\n"));
  BOOST_TEST(holds(text, "class=\"band\""));
  BOOST_TEST(!holds(text, "nan"));
  BOOST_TEST(text.size() < 400'000u);
  const auto object =
    boost::json::parse(run({"backtest", "--candles", real, "--target", "volatility", "--horizon", "24h", "--json"}).out)
      .as_object();
  const auto& ranges = object.at("coverage").at("ranges").as_array();
  BOOST_TEST(ranges.size() == 2u);
  for (const auto& c : ranges) {
    const double level = c.at("level").as_double(), share = c.at("share").as_double();
    BOOST_TEST(std::abs(share - level) < 0.05);
  }
}

BOOST_AUTO_TEST_CASE(a_plot_of_returns_is_of_what_the_claims_are_about) {
  const auto r = run({"backtest", "--candles", real, "--horizon", "1h"});
  BOOST_TEST(holds(r.out, "RIDGE5: log return, 1h ahead"));
  const Folder folder;
  const auto unwritable = run({"backtest", "--candles", real, "--horizon", "1h", "--svg", folder.path + "/no/plot.svg"});
  BOOST_TEST(unwritable.code == 1);
  BOOST_TEST(holds(unwritable.err, "--svg: " + folder.path + "/no/plot.svg cannot be written"));
}

BOOST_AUTO_TEST_CASE(only_predictions_from_a_moment_on_are_scored) {
  const auto object =
    boost::json::parse(
      run({"backtest", "--candles", real, "--target", "volatility", "--horizon", "1h", "--from", "2025-07-01", "--json"}).out)
      .as_object();
  BOOST_TEST(object.at("candidates").as_array()[0].at("n").as_int64() == 31 * 24 - 1);
  BOOST_TEST(object.at("walk_forward").at("first").as_string() == "2025-07-01T00:00:00Z");
  BOOST_TEST(holds(run({"backtest", "--candles", real, "--from", "tomorrow"}).err, "--from: \"tomorrow\" is not of the form"));
}

BOOST_AUTO_TEST_CASE(a_second_symbols_candles_are_features_of_training_and_backtest) {
  const Folder folder;
  const std::string ether = INFERD_SOURCE_DIR "/etc/data/ethusdt-1h.csv", out = folder.path + "/v.json";
  const auto r = run({"features", "--candles", real, "--with", "ethusdt=" + ether, "--features", "gk_24,ethusdt:gk_24"});
  BOOST_TEST(r.out.starts_with("timestamp,gk_24,ethusdt:gk_24\n"));
  BOOST_TEST(holds(r.out, "\n2024-06-01T22:00:00Z,-"));
  const std::vector<std::string> target{"--candles", real,         "--with",    "ethusdt=" + ether,
                                        "--target",  "volatility", "--horizon", "4h"};
  const auto with = [&](std::vector<std::string> arguments, const std::vector<std::string>& more = {}) {
    arguments.insert(arguments.end(), target.begin(), target.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  BOOST_TEST(holds(with({"backtest"}).out, "HAR7S+ethusdt"));
  BOOST_TEST(with({"train"}, {"--topic", "1", "--keep", "HAR7S+ethusdt", "--out", out}).code == 0);
  BOOST_TEST(load_model(out).file().features.back() == "ethusdt:gk_720");
  BOOST_TEST(holds(with({"backtest"}, {"--model", out}).out, "): volatility, 4h ahead (volatility over the horizon)"));
  BOOST_TEST(
    holds(run({"backtest", "--candles", real, "--model", out}).err, "has inputs of ethusdt: --with ethusdt=CSV is needed"));
  BOOST_TEST(holds(run({"features", "--candles", real, "--model", out}).err, "features of ethusdt need --with ethusdt=CSV"));
  BOOST_TEST(
    holds(run({"backtest", "--candles", real, "--with", "ethusdt=" + ether}).err, "--with is for --target volatility"));
  BOOST_TEST(holds(with({"backtest"}, {"--with", "ethusdt=" + ether}).err, "--with: ethusdt is there twice"));
  BOOST_TEST(holds(run({"features", "--candles", real, "--with", "ethusdt"}).err, "--with: \"ethusdt\" is not of the form"));
  BOOST_TEST(holds(run({"features", "--candles", real, "--with", "ethusdt=" + folder.path + "/none.csv"}).err, "none.csv"));
}

BOOST_AUTO_TEST_CASE(daily_candles_beside_hourly_ones_are_features_of_training_and_backtest) {
  const Folder folder;
  const std::string days = folder.path + "/d.csv", out = folder.path + "/v.json";
  std::ofstream(days) << candles_text(test::aggregated(test::real_candles().candles, one_hour, {86'400'000}));
  const auto r = run({"features", "--candles", real, "--with", "/1d=" + days, "--features", "gk_24,/1d:gk_7"});
  BOOST_TEST(r.out.starts_with("timestamp,gk_24,/1d:gk_7\n"));
  BOOST_TEST(holds(r.out, "\n2024-01-07T22:00:00Z,-"));
  const auto line = [&](const std::string& time) {
    const auto at = r.out.find("\n" + time) + 1;
    return r.out.substr(at, r.out.find('\n', at) - at);
  };
  BOOST_TEST(line("2024-01-07T22:00:00Z").ends_with(",")); // the seventh day ends with the next hour
  BOOST_TEST(!line("2024-01-07T23:00:00Z").ends_with(","));
  const std::vector<std::string> target{"--candles", real,         "--with",    "/1d=" + days,
                                        "--target",  "volatility", "--horizon", "4h"};
  const auto with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), target.begin(), target.end());
    return run(arguments);
  };
  BOOST_TEST(with({"train", "--topic", "1", "--keep", "HAR7S+/1d", "--out", out}).code == 0);
  BOOST_TEST(load_model(out).file().features.back() == "/1d:gk_30");
  const auto again =
    with({"train", "--topic", "1", "--keep", "HAR7S+/1d", "--out", out}); // over the features.json with series and seasons
  BOOST_TEST(again.err.find("features.json") == std::string::npos, again.err);
  BOOST_TEST(holds(with({"backtest", "--model", out}).out, "HAR7S+/1d"));
  BOOST_TEST(holds(run({"backtest", "--candles", real, "--model", out}).err, "has inputs of /1d: --with /1d=CSV is needed"));
  const auto refused = [&](const std::string& series) {
    return run({"features", "--candles", real, "--with", series + "=" + days}).err;
  };
  BOOST_TEST(holds(refused("/2h"), "--with: \"/2h:\": the interval is not 1m, 5m, 1h or 1d"));
  BOOST_TEST(holds(refused("/1h"), "--with: \"/1h:\" names the own candles"));
}

BOOST_AUTO_TEST_CASE(the_networks_values_are_an_input_of_training_and_backtest) {
  const Folder folder;
  const auto values = folder.file("n.csv", "timestamp,value\n2024-01-01T03:30:00Z,0.02\n2024-01-01T09:00:00Z,0.03\n");
  const auto features = [&](const std::string& file) {
    return run({"features", "--candles", real, "--with", "network=" + file, "--features", "network", "--horizon", "4h"});
  };
  const auto r = features(values);
  BOOST_TEST(r.out.starts_with("timestamp,network\n2024-01-01T00:00:00Z,\n"));
  BOOST_TEST(holds(r.out, "T02:00:00Z,\n2024-01-01T03:00:00Z,0.02\n"));
  BOOST_TEST(holds(r.out, "T06:00:00Z,0.02\n2024-01-01T07:00:00Z,\n2024-01-01T08:00:00Z,0.03\n"));
  BOOST_TEST(
    holds(run({"features", "--candles", real, "--features", "network"}).err, "features of network need --with network=CSV"));
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{

         {"", "is empty"},
         {"time,value\n", "b.csv:1: the first line is not \"timestamp,value\""},
         {"timestamp,value\nsoon,1\n", "b.csv:2: timestamp is not of the form"},
         {"timestamp,value\n2024-01-01T00:00:00Z\n", "b.csv:2: value is not a finite number"},
         {"timestamp,value\n2024-01-01T00:00:00Z,nan\n", "b.csv:2: value is not a finite number"},
         {"timestamp,value\n2024-01-02T00:00:00Z,1\n2024-01-01T00:00:00Z,1\n", "b.csv:3: earlier than the line before"}})
    BOOST_TEST(holds(features(folder.file("b.csv", text)).err, said), features(folder.path + "/b.csv").err);
  BOOST_TEST(holds(features(folder.path + "/none.csv").err, "none.csv: "));
  BOOST_TEST(features(folder.file("c.csv", "timestamp,value\r\n2024-01-01T00:00:00Z,0.02\r\n")).code == 0);
}

BOOST_AUTO_TEST_CASE(a_target_that_cannot_be_is_refused_naming_the_option) {
  const auto refused = [](std::vector<std::string> more) {
    std::vector<std::string> arguments{"backtest", "--candles", real};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments).err;
  };
  BOOST_TEST(holds(refused({"--horizon", "90m"}), "--horizon: 90m is not a multiple of 1h, the candles' interval"));
  BOOST_TEST(holds(refused({"--horizon", "soon"}), "--horizon: \"soon\" is not a duration such as 15m, 4h or 7d"));
  BOOST_TEST(holds(refused({"--interval", "2h"}), "--interval: \"2h\" is not 1m, 5m, 1h or 1d"));
  BOOST_TEST(holds(refused({"--interval", "1d"}), "timestamp is not a multiple of 1d"));
  BOOST_TEST(holds(refused({"--estimator", "gk"}), "--estimator is for --target volatility"));
  BOOST_TEST(holds(refused({"--target", "volatility", "--horizon", "1h", "--estimator", "std"}), "needs at least two candles"));
}

BOOST_AUTO_TEST_CASE(any_set_of_features_is_printed) {
  const auto r = run({"features", "--candles", real, "--features", "gk_24,return_24_0,cos_168_1", "--horizon", "4h"});
  BOOST_TEST(r.out.starts_with("timestamp,gk_24,return_24_0,cos_168_1\n"));
  BOOST_TEST(holds(run({"features", "--candles", real, "--features", "rsi_14"}).err, "\"rsi_14\" is not a feature"));
  BOOST_TEST(holds(run({"features", "--list"}).out, "vol_std_rows | "));
}
