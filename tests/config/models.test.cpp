#define BOOST_TEST_MODULE config_models
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

using Form = ModelSettings::Form;

/// A machine whose only topic has these lines.
FakeHost with_model(const std::string& lines) {
  auto m = machine("[wallet]\nmnemonic_file = \"words\"\n[[topic]]\nid = 67\n" + lines + "\n");
  for (const auto* file : {"m.onnx", "m.txt", "m.ubj", "predict.py"}) m.files[std::string("/etc/i/") + file].text = "x";
  return m;
}
ModelSettings model_of(const std::string& lines) { return config_of(load(with_model(lines))).topics.at(0).foreign; }
std::string refusal(const std::string& lines) { return mistake_of(load(with_model(lines))); }

} // namespace

BOOST_AUTO_TEST_CASE(the_text_tells_the_form) {
  BOOST_TEST((model_of("model = \"model.json\"").form == Form::json));
  BOOST_TEST((model_of("model = \"m.onnx\"").form == Form::onnx));
  BOOST_TEST((model_of("model = \"m.txt\"").form == Form::lightgbm));
  BOOST_TEST((model_of("model = \"m.ubj\"").form == Form::xgboost));
  const auto url = model_of("model = \"http://localhost:8000/inference/{TopicId}/{BlockHeight}?key=topsecret\"");
  BOOST_TEST((url.form == Form::http));
  BOOST_TEST(holds(url.url, "{BlockHeight}"));
  BOOST_TEST(model_of("model = \"m.onnx\"").file == "/etc/i/m.onnx");
}

BOOST_AUTO_TEST_CASE(a_table_says_more) {
  const auto m = model_of("model = { command = [\"python3\", \"predict.py\"], candles = 30, deadline_ms = 900, "
                          "memory_mb = 512, features = [\"ret_1h\"], labels = [\"up\", \"down\"] }");
  BOOST_TEST((m.form == Form::command));
  BOOST_TEST(m.command.size() == 2u);
  BOOST_TEST(m.folder == "/etc/i");
  BOOST_TEST(m.candles == 30u);
  BOOST_TEST(m.deadline_ms == 900);
  BOOST_TEST(m.memory_mb == 512);
  BOOST_TEST(m.labels.size() == 2u);
  const auto url = model_of(R"(model = { url = "https://h/{Key}", parameters = { Key = "eth" } })");
  BOOST_TEST(url.parameters.at("Key") == "eth");
  BOOST_TEST((model_of(R"(model = { file = "m.onnx", features = ["ret_1h"] })").form == Form::onnx));
}

BOOST_AUTO_TEST_CASE(the_rules_have_defaults_and_bounds) {
  const auto t = config_of(load(with_model("model = \"m.onnx\""))).topics.at(0);
  BOOST_TEST(!t.sanity.plausible.has_value());
  BOOST_TEST(t.sanity.same_values == 50u);
  BOOST_TEST(t.sanity.network_deviations == 20);
  const auto other = config_of(load(with_model("model = \"m.onnx\"\nfallback = \"model.json\"\nplausible = [-0.5, 1]\n"
                                               "same_values = 0\nnetwork_deviations = 2.5\ntarget = \"price\"")))
                       .topics.at(0);
  BOOST_TEST(other.fallback == "/etc/i/model.json");
  BOOST_TEST(other.sanity.plausible->second == 1);
  BOOST_TEST(other.sanity.network_deviations == 2.5);
  BOOST_TEST(other.target == "price");
}

BOOST_AUTO_TEST_CASE(each_mistake_is_one_sentence_with_its_line) {
  const std::pair<const char*, const char*> cases[] = {
    {"model = \"ftp://h/x\"", ":5: topic.model: has another scheme"},
    {"model = \"http://\"", ":5: topic.model: "},
    {"model = \"absent.onnx\"", ":5: topic.model: \"/etc/i/absent.onnx\" does not exist"},
    {"model = { }", "topic.model.file: is missing; one of file, url and command is wanted"},
    {"model = { command = [] }", "topic.model.command: is empty"},
    {"model = { command = [\"a\"], url = \"http://h\" }", "is not alone; one of file, url and command"},
    {"model = { command = [\"a\"], deadline_ms = 1 }", "topic.model.deadline_ms: 1 is out of range"},
    {"model = { command = [\"a\"], memory = 1 }", "topic.model.memory: is not a setting"},
    {"model = { url = \"http://h\", memory_mb = 100 }", "topic.model.memory_mb: is not a setting"},
    {"model = \"m.onnx\"\nfallback = \"absent.json\"", ":6: topic.fallback: \"/etc/i/absent.json\" does not exist"},
    {"model = \"m.onnx\"\nplausible = [1]", ":6: topic.plausible: is no range"},
    {"model = \"m.onnx\"\nplausible = [1, -1]", ":6: topic.plausible: is no range"},
    {"model = \"m.onnx\"\nsame_values = -1", ":6: topic.same_values: -1 is out of range"},
    {"model = \"m.onnx\"\nnetwork_deviations = \"x\"", ":6: topic.network_deviations: is not a number"},
  };
  for (const auto& [lines, sentence] : cases) {
    const auto why = refusal(lines);
    BOOST_TEST(holds(why, sentence), lines << " gave: " << why);
  }
}

BOOST_AUTO_TEST_CASE(a_urls_secrets_are_not_shown) {
  for (const auto* lines : {"model = \"http://h/x?key=topsecret\"", "model = { url = \"http://h/x?key=topsecret\" }"})
    for (const auto& s : config_of(load(with_model(lines))).effective) BOOST_TEST(!holds(s.value, "topsecret"), s.name);
}

BOOST_AUTO_TEST_CASE(a_built_in_models_configuration_has_the_digest_it_had) {
  for (const auto& s : config_of(load(with_model("model = \"model.json\""))).effective)
    BOOST_TEST(!holds(s.name, "fallback"), s.name);
}

BOOST_AUTO_TEST_CASE(shadows_are_models_in_any_form) {
  const auto t = config_of(load(with_model(R"(model = "model.json"
shadow = ["m.onnx", { command = ["python3", "predict.py"], name = "mine" }, "http://localhost:8000/{TopicId}"])")))
                   .topics.at(0);
  BOOST_REQUIRE_EQUAL(t.shadows.size(), 3u);
  BOOST_TEST((t.shadows[0].form == Form::onnx));
  BOOST_TEST(t.shadows[0].file == "/etc/i/m.onnx");
  BOOST_TEST(t.shadows[1].name == "mine");
  BOOST_TEST(t.shadows[1].folder == "/etc/i");
  BOOST_TEST((t.shadows[2].form == Form::http));
  BOOST_TEST(!t.promotion.has_value()); // off by default
  BOOST_TEST(!t.retrain.has_value());
  BOOST_TEST(config_of(load(with_model("model = \"m.onnx\"\nshadow = \"m.txt\""))).topics.at(0).shadows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_wrong_shadow_is_named_with_its_line) {
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nshadow = [\"no.json\"]"), "no.json\" does not exist"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nshadow = [7]"), "only texts in quotes and tables are wanted"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nshadow = [\"ftp://x/y\"]"), "is no model"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nshadow = [{ file = \"m.txt\", command = [\"x\"] }]"), "is not alone"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nshadow = [{ file = \"m.txt\", name = \"a b\" }]"), "is no name of a model"));
  std::string many = "model = \"m.onnx\"\nshadow = [";
  for (int i = 0; i < 16; ++i) many += "\"m.txt\", ";
  BOOST_TEST(holds(refusal(many + "]"), "at most 15 are allowed"));
}

BOOST_AUTO_TEST_CASE(a_guard_combines_models_of_the_topic_by_their_names) {
  const auto t = config_of(load(with_model(R"(model = "model.json"
shadow = ["m.onnx", "network", { command = ["python3", "predict.py"], name = "mine" }]
guard = { live = true, experts = ["model.json", "network", "mine"] })")))
                   .topics.at(0);
  BOOST_TEST((t.shadows[1].form == Form::network));
  BOOST_TEST(t.shadows[1].name == "network");
  BOOST_TEST(t.guard->live);
  BOOST_TEST(t.guard->experts == (std::vector<std::string>{"model.json", "network", "mine"}), boost::test_tools::per_element());
  BOOST_TEST(!config_of(load(with_model("model = \"m.onnx\"\nshadow = \"network\"\nguard = {}"))).topics.at(0).guard->live);
}

BOOST_AUTO_TEST_CASE(a_guard_that_cannot_be_is_refused) {
  const std::string topic = "model = \"m.onnx\"\nshadow = [\"m.txt\", \"network\"]\n";
  BOOST_TEST(holds(refusal(topic + "guard = { experts = [\"b.json\"] }"), "\"b.json\", which is no model of the topic"));
  BOOST_TEST(holds(refusal(topic + "guard = { experts = [\"b.json\"] }"), "m.onnx, m.txt or network"));
  BOOST_TEST(holds(refusal(topic + "target = \"volatility\"\nguard = {}"), "is for log returns and prices"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nguard = {}"), "at least one shadow"));
  std::string many = "model = \"m.onnx\"\nguard = {}\nshadow = [";
  for (int i = 0; i < 15; ++i) many += "\"m.txt\", ";
  BOOST_TEST(holds(refusal(many + "]"), "at most 14 are allowed"));
}

BOOST_AUTO_TEST_CASE(promotion_and_retraining_have_bounds) {
  const auto t = config_of(load(with_model("model = \"model.json\"\npromotion = { windows = 50, confidence = 0.9 }\n"
                                           "retrain = { every = \"12h\", history = \"30d\" }")))
                   .topics.at(0);
  BOOST_TEST(t.promotion->windows == 50u);
  BOOST_TEST(t.promotion->confidence == 0.9);
  BOOST_TEST(t.retrain->every_ms == 12 * 3'600'000);
  BOOST_TEST(t.retrain->history_ms == 30LL * 86'400'000);
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\npromotion = { windows = 3 }"), "from 20 to 2000"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\npromotion = { window = 30 }"), "is not a setting"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nretrain = { every = \"1m\" }"), "is too short"));
  BOOST_TEST(holds(refusal("model = \"m.onnx\"\nretrain = { every = \"soon\" }"), "is not a duration"));
  BOOST_TEST(holds(refusal("model = { command = [\"predict.py\"], labels = [\"up\"] }\ntarget = \"labels\"\nretrain = {}"),
                   "labels are not trained"));
}
