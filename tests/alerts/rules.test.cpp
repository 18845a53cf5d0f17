#define BOOST_TEST_MODULE rules
// The alerts that inferd notifies of are those of etc/prometheus/inferd.rules.yml: names, severities, how long they hold.
#include "runtime/alerts/alert_core.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <regex>

using namespace inferd;

namespace {

struct InFile {
  std::string severity;
  std::int64_t for_ms{};
};

std::map<std::string, InFile> rules_file() {
  std::ifstream in(INFERD_SOURCE_DIR "/etc/prometheus/inferd.rules.yml");
  std::map<std::string, InFile> rules;
  std::string name;
  const std::regex alert("- alert: (\\w+)"), hold("for: (\\d+)([smhd])"), severity("severity: (\\w+)");
  for (std::string line; std::getline(in, line);) {
    std::smatch m;
    if (std::regex_search(line, m, alert)) rules[name = m[1]];
    if (std::regex_search(line, m, severity)) rules[name].severity = m[1];
    if (std::regex_search(line, m, hold))
      rules[name].for_ms = std::stol(m[1]) * (m[2] == "s"   ? 1'000
                                              : m[2] == "m" ? 60'000
                                              : m[2] == "h" ? 3'600'000
                                                            : 86'400'000);
  }
  return rules;
}

std::string text(auto e) { return boost::describe::enum_to_string(e, "?"); }

} // namespace

BOOST_AUTO_TEST_CASE(every_rule_is_in_the_file_as_it_is_here) {
  const auto file = rules_file();
  BOOST_REQUIRE(file.size() > 5);
  for (const auto& rule : alerts::rules()) {
    const auto it = file.find(text(rule.name));
    BOOST_REQUIRE_MESSAGE(it != file.end(), text(rule.name) << " is not in the file");
    BOOST_TEST(it->second.severity == text(rule.severity), text(rule.name));
    BOOST_TEST(it->second.for_ms == rule.for_ms, text(rule.name));
  }
}

BOOST_AUTO_TEST_CASE(every_alert_of_the_file_is_notified_but_that_of_a_daemon_that_is_down) {
  std::map<std::string, int> here{{"InferdDown", 1}};
  for (const auto& rule : alerts::rules()) ++here[text(rule.name)];
  for (const auto& [name, rule] : rules_file()) BOOST_TEST(here.contains(name), name << " is not notified");
  std::size_t names = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<AlertName>>([&](auto) { ++names; });
  BOOST_TEST(names == alerts::rules().size());
}
