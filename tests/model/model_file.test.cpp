#define BOOST_TEST_MODULE model_file
#include "model/model.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

using namespace inferd;
using namespace inferd::test;

namespace {

std::string refused(const std::string& text) {
  return error_of<ModelError>([&] { parse_model(text, "m.json"); });
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back_to_the_last_bit) {
  auto file = linear_file();
  file.intercept = 0.1 + 0.2;
  file.linear[0].weight = 5e-324;
  file.linear[1].mean = 118'000.12345678901;
  BOOST_TEST((parse_model(model_text(file), "m.json") == file));
  BOOST_TEST((parse_model(model_text(labels_file()), "m.json") == labels_file()));
}

BOOST_AUTO_TEST_CASE(the_same_model_has_the_same_bytes) { BOOST_TEST(model_text(linear_file()) == model_text(linear_file())); }

BOOST_AUTO_TEST_CASE(layout_does_not_matter_to_the_checksum) {
  auto text = model_text(linear_file());
  std::erase(text, '\n');
  BOOST_TEST((parse_model(text, "m.json") == linear_file()));
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_anywhere_is_refused) {
  const auto text = model_text(linear_file());
  for (std::size_t n = 0; n + 1 < text.size(); ++n)
    BOOST_TEST(refused(text.substr(0, n)) == "m.json: the file is cut short", n);
}

BOOST_AUTO_TEST_CASE(a_changed_number_name_or_checksum_is_refused) {
  const auto text = model_text(linear_file());
  const std::string changed = "m.json: the checksum does not match: the file was changed after it was written";
  BOOST_TEST(refused(with(text, "\"0.003\"", "\"0.004\"")) == changed);
  BOOST_TEST(refused(with(text, "btcusd", "ethusd")) == changed);
  BOOST_TEST(refused(with(text, "sha256:", "sha256:0")) == changed);
  BOOST_TEST(refused(with(text, "\"topic\": 67,", "\"topic\": 67, \"more\": 1,")) == changed);
}

BOOST_AUTO_TEST_CASE(every_single_changed_byte_is_noticed) {
  const auto text = model_text(linear_file());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\n') continue; // white space
    auto other = text;
    other[i] = other[i] == '7' ? '8' : '7';
    BOOST_TEST(refused(other).starts_with("m.json: "), i);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_model_file_is_refused_with_the_reason) {
  BOOST_TEST(refused("[]") == "m.json: not a model file: a JSON object is expected");
  BOOST_TEST(refused("{}") == "m.json: not a model file: \"format\" is not \"inferd model\"");
  BOOST_TEST(refused("{\"format\":\"inferd model\",\"version\":3}") ==
             "m.json: \"version\" is not 1 or 2, which this program reads");
  BOOST_TEST(refused("{\"format\":\"inferd model\",\"version\":1}") == "m.json: \"checksum\" is missing");
  BOOST_TEST(refused("timestamp,open\n").starts_with("m.json: not JSON: "));
  BOOST_TEST(refused(std::string(1'000, '[')).starts_with("m.json: not JSON: ")); // deeper than allowed
}

BOOST_AUTO_TEST_CASE(a_missing_or_wrong_member_is_named_when_the_checksum_is_right) {
  BOOST_TEST(refused(R"({"format":"inferd model","version":1,
    "checksum":"sha256:2b6588e339f5d56b33f0a13c67436244f86624d37861591cf8c52c2d770c0ac3"})") == "m.json: topic: missing");
  BOOST_TEST(refused(R"({"format":"inferd model","version":1,"topic":"x",
    "checksum":"sha256:d9a13c7d00bca0ff26536d59246a441eb7ebbd27793732093e918fb0c5e53739"})") ==
             "m.json: topic: unexpected JSON");
}

BOOST_AUTO_TEST_CASE(a_file_of_version_1_is_read_keeps_its_checksum_and_would_be_written_as_it_was) {
  for (const std::string name : {"version-1-linear.json", "version-1-labels.json"}) {
    std::ifstream in(INFERD_SOURCE_DIR "/tests/model/files/" + name);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto file = parse_model(text, name);
    BOOST_TEST(file.version == 1);
    BOOST_TEST(file.interval == "1h");
    BOOST_TEST(horizon_ms(file) == (name == "version-1-linear.json" ? 168 : 24) * ms_per_hour);
    BOOST_TEST(file.walk_forward.refit_rows == 720);
    BOOST_TEST(text.find(model_checksum(file)) != text.npos);
    BOOST_TEST(model_text(file) == text);
    BOOST_CHECK_NO_THROW(Model(file, name));
  }
}

BOOST_AUTO_TEST_CASE(every_member_of_a_volatility_model_is_read_back) {
  auto file = linear_file();
  file.output = ModelOutput::volatility;
  file.estimator = "std";
  file.interval = "1m";
  file.horizon = "15m";
  file.link = ModelLink::exponential;
  file.factor = 1.1;
  file.scores.resize(1);
  file.scores[0].r2 = 0.3;
  BOOST_TEST((parse_model(model_text(file), "m.json") == file));
}

BOOST_AUTO_TEST_CASE(a_model_says_what_it_was_trained_on) {
  auto file = linear_file();
  file.training = {};
  BOOST_TEST(training_text(file) == "");
  file.training.candles = 8'000;
  file.training.first = "2024-01-01T00:00:00Z";
  file.training.last = "2024-11-29T07:00:00Z";
  file.symbol = "btcusd";
  file.interval = "1h";
  file.chosen = "RIDGE5";
  BOOST_TEST(training_text(file) == "8000 candles of btcusd in 1h, 2024-01-01T00:00:00Z to 2024-11-29T07:00:00Z, RIDGE5");
}
