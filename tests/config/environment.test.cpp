#define BOOST_TEST_MODULE config_environment
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace inferd;
using namespace inferd::test;

namespace {

constexpr const char* address = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv";

} // namespace

BOOST_AUTO_TEST_CASE(environment_wins_over_dotenv_over_file_over_default) {
  auto m = machine(whole);
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::info));
  m.files["/etc/i/inferd.toml"].text += "[log]\nlevel = \"error\"\n";
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::error));
  m.files["/etc/i/.env"].text = "LOG_LEVEL=warn\n";
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::warn));
  m.environment["LOG_LEVEL"] = "DEBUG";
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::debug));
}

BOOST_AUTO_TEST_CASE(the_original_names_alone_make_a_configuration) {
  FakeHost m;
  m.environment = {{"MNEMONIC", "words"},           {"TOPIC_ID", "67"},
                   {"TIINGO_API_KEY", "sesame"},    {"SUBMISSION_INTERVAL", "3600"},
                   {"ALLORA_WALLET_ADDR", address}, {"LOG_LEVEL", "INFO"}};
  m.files["run/model-67.json"].text = "{}";
  const auto c = config_of(load_config("", m.host()));
  BOOST_TEST((c.wallets.at(0).mnemonic == SecretSource{SecretSource::Kind::environment, "", "MNEMONIC"}));
  BOOST_TEST(c.wallets.at(0).address == address);
  BOOST_REQUIRE_EQUAL(c.topics.size(), 1u);
  BOOST_TEST(c.topics[0].id.value == 67u);
  BOOST_TEST(c.schedule.interval_s == 3600);
  BOOST_TEST((c.sources.at(0).kind == SourceKind::tiingo));
}

BOOST_AUTO_TEST_CASE(dotenv_serves_secrets_without_keeping_them) {
  auto m = machine("[[topic]]\nid = 67\nmodel = \"model.json\"\n");
  m.files["/etc/i/.env"].text = "MNEMONIC=\"zoo zoo\"\nTIINGO_API_KEY=sesame\n";
  const auto c = config_of(load(m));
  BOOST_TEST((c.wallets.at(0).mnemonic == SecretSource{SecretSource::Kind::dotenv, "/etc/i/.env", "MNEMONIC"}));
  BOOST_TEST((c.sources.at(0).token == SecretSource{SecretSource::Kind::dotenv, "/etc/i/.env", "TIINGO_API_KEY"}));
  for (const auto& s : c.effective) BOOST_TEST((!holds(s.value, "zoo") && !holds(s.value, "sesame")));
}

BOOST_AUTO_TEST_CASE(a_dotenv_with_the_words_must_be_closed_to_others) {
  auto m = machine("[[topic]]\nid = 67\nmodel = \"model.json\"\n");
  m.files["/etc/i/.env"] = {"\nMNEMONIC=\"zoo zoo\"\n", 0644};
  const auto said = mistake_of(load(m));
  BOOST_TEST(said.starts_with("/etc/i/.env:2: MNEMONIC: /etc/i/.env may be read or written by others (mode 0644)"));
  BOOST_TEST(!holds(said, "zoo"));
  m.files["/etc/i/.env"] = {"LOG_LEVEL=info\n", 0644}; // without a secret any mode is accepted
  m.environment["MNEMONIC"] = "zoo zoo";
  BOOST_TEST(mistake_of(load(m)) == "");
}

BOOST_AUTO_TEST_CASE(a_dotenv_in_the_working_directory_serves_where_none_lies_beside_the_file) {
  auto m = machine(whole);
  m.files[".env"].text = "LOG_LEVEL=error";
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::error));
  m.files["/etc/i/.env"].text = "LOG_LEVEL=warn";
  BOOST_TEST((config_of(load(m)).log.level == LogLevel::warn));
}

BOOST_AUTO_TEST_CASE(wrong_values_are_blamed_on_where_they_stand) {
  auto m = machine(whole);
  m.environment = {{"SUBMISSION_INTERVAL", "hourly"}, {"ALLORA_WALLET_ADDR", "cosmos1xyz"}};
  m.files["/etc/i/.env"].text = "# mine\nTOPIC_ID=many\nLOG_LEVEL=loud\n";
  const auto lines = mistakes_of(load(m));
  BOOST_REQUIRE_EQUAL(lines.size(), 4u);
  BOOST_TEST(lines[0] == "/etc/i/.env:2: TOPIC_ID: \"many\" is not a topic's number; a whole number from 1 is wanted");
  BOOST_TEST(lines[1].starts_with("/etc/i/.env:3: LOG_LEVEL: \"loud\" is unknown; allowed: trace, debug, info"));
  BOOST_TEST(lines[2] == "environment: ALLORA_WALLET_ADDR: \"cosmos1xyz\" does not start with allo1; an Allora address does");
  BOOST_TEST(lines[3].starts_with("environment: SUBMISSION_INTERVAL: \"hourly\" is not a whole number; a whole number from 0"));
}

BOOST_AUTO_TEST_CASE(topic_id_replaces_the_only_topic_and_chooses_among_several) {
  auto m = machine(whole);
  m.environment["TOPIC_ID"] = "69";
  BOOST_TEST(config_of(load(m)).topics.at(0).id.value == 69u);
  BOOST_TEST(config_of(load(m)).topics.at(0).model == "/etc/i/model.json");
  const auto shown = [&](const std::string& name) {
    std::vector<std::string> values;
    for (const auto& s : config_of(load(m)).effective)
      if (s.name == name) values.push_back(s.value + " # " + s.origin);
    return values;
  };
  BOOST_TEST(shown("topic.id") == std::vector<std::string>{"69 # environment TOPIC_ID"}, boost::test_tools::per_element());
  m.files["/etc/i/inferd.toml"].text += "[[topic]]\nid = 69\nmodel = \"model.json\"\nhorizon_hours = 1\n";
  const auto c = config_of(load(m));
  BOOST_REQUIRE_EQUAL(c.topics.size(), 1u);
  BOOST_TEST(c.topics[0].horizon_ms == 3'600'000);
  BOOST_TEST(shown("topic[1].id").empty()); // is not answered
  BOOST_TEST(shown("topic[2].id").size() == 1u);
  m.environment["TOPIC_ID"] = "70";
  BOOST_TEST(holds(mistake_of(load(m)), "environment: TOPIC_ID: none of the 2 configured topics has the id 70"));
}

BOOST_AUTO_TEST_CASE(no_setting_is_shown_twice) { // topic.id was
  for (const auto* text : {"", "[[topic]]\nid = 69\nmodel = \"model.json\"\n[[market.source]]\nkind = \"kraken\"\n"})
    for (const auto* topic : {"", "67"}) {
      auto m = machine(whole + text);
      m.environment = {{"TOPIC_ID", topic},   {"MNEMONIC", "words"},        {"SUBMISSION_INTERVAL", "60"},
                       {"LOG_LEVEL", "warn"}, {"TIINGO_API_KEY", "sesame"}, {"ALLORA_WALLET_ADDR", ""}};
      std::set<std::string> names;
      for (const auto& s : config_of(load(m)).effective) BOOST_TEST(names.insert(s.name).second, s.name);
      BOOST_TEST(names.size() > 20u);
    }
}

BOOST_AUTO_TEST_CASE(a_mistake_found_later_names_file_and_line) {
  auto m = machine(whole);
  const auto c = config_of(load(m));
  BOOST_TEST(to_string(mistake_in(c, "topic.model", "is cut short")) == "/etc/i/inferd.toml:5: topic.model: is cut short");
  BOOST_TEST(to_string(mistake_in(c, "wallet.mnemonic", "x")) == "/etc/i/inferd.toml:2: wallet.mnemonic: x");
  BOOST_TEST(to_string(mistake_in(c, "schedule.until", "x")) == "/etc/i/inferd.toml: schedule.until: x"); // a default
  m.environment["MNEMONIC"] = "words";
  BOOST_TEST(to_string(mistake_in(config_of(load(m)), "wallet.mnemonic", "x")) == "environment: wallet.mnemonic: x");
}

BOOST_AUTO_TEST_CASE(an_empty_variable_counts_as_not_set) {
  auto m = machine(whole);
  m.environment = {{"TOPIC_ID", ""}, {"MNEMONIC", ""}, {"LOG_LEVEL", ""}};
  BOOST_TEST(config_of(load(m)).topics.at(0).id.value == 67u);
}

BOOST_AUTO_TEST_CASE(the_words_in_the_environment_win_over_a_file_that_is_not_there) {
  auto m = machine("[wallet]\nmnemonic_file = \"gone\"\n[[topic]]\nid = 67\nmodel = \"model.json\"\n");
  m.environment["MNEMONIC"] = "words";
  BOOST_TEST((config_of(load(m)).wallets.at(0).mnemonic.kind == SecretSource::Kind::environment));
}

BOOST_AUTO_TEST_CASE(the_configuration_is_found_by_variable_then_here_then_in_etc) {
  FakeHost m;
  BOOST_TEST(find_config(m.host()) == "");
  m.files["/etc/inferd/inferd.toml"];
  BOOST_TEST(find_config(m.host()) == "/etc/inferd/inferd.toml");
  m.files["inferd.toml"];
  BOOST_TEST(find_config(m.host()) == "inferd.toml");
  m.environment["INFERD_CONFIG"] = "/x.toml";
  BOOST_TEST(find_config(m.host()) == "/x.toml");
}
