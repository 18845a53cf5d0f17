#define BOOST_TEST_MODULE config_notify
#include "runtime/config/show.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

FakeHost with(const std::string& notify) { return machine(whole + "[notify]\n" + notify); }
std::string mistake(const std::string& notify) { return mistake_of(load(with(notify))); }

} // namespace

BOOST_AUTO_TEST_CASE(without_the_section_nothing_is_sent) {
  BOOST_TEST(!config_of(load(machine(whole))).notify.on());
  BOOST_TEST(!config_of(load(with("repeat_s = 600\n"))).notify.on());
}

BOOST_AUTO_TEST_CASE(the_settings_arrive) {
  auto m =
    with("webhook = { env = \"HOOK\" }\nform = \"telegram\"\nchat = \"-100\"\ncommand = [\"/bin/page\", \"-v\"]\n"
         "alerts = [\"InferdNotEarning\", \"InferdClash\"]\ncheck_s = 5\nrepeat_s = 600\nper_hour = 3\nresolved = false\n");
  m.environment["HOOK"] = "https://api.telegram.org/botSESAME/sendMessage";
  m.files["/bin/page"].text = "#!/bin/sh";
  const auto c = config_of(load(m));
  const auto& n = c.notify;
  BOOST_TEST(n.on());
  BOOST_TEST((n.webhook_secret == SecretSource{SecretSource::Kind::environment, "", "HOOK"}));
  BOOST_TEST((n.form == NotifyForm::telegram));
  BOOST_TEST(n.chat == "-100");
  BOOST_TEST((n.command == std::vector<std::string>{"/bin/page", "-v"}));
  BOOST_TEST((n.alerts == std::vector{AlertName::InferdNotEarning, AlertName::InferdClash}));
  BOOST_TEST(n.check_s == 5);
  BOOST_TEST(n.repeat_s == 600);
  BOOST_TEST(n.per_hour == 3);
  BOOST_TEST(!n.resolved);
  const auto shown = show_config(c);
  BOOST_TEST(holds(shown, "notify.webhook = (secret: HOOK in the environment)"), shown);
  BOOST_TEST(!holds(shown, "SESAME"));
}

BOOST_AUTO_TEST_CASE(an_address_in_the_file_is_shown_without_its_path) {
  const auto c = config_of(load(with("webhook = \"https://hooks.slack.com/services/SESAME\"\nform = \"slack\"\n")));
  BOOST_TEST(c.notify.webhook == "https://hooks.slack.com/services/SESAME");
  BOOST_TEST(holds(show_config(c), "notify.webhook = \"https://hooks.slack.com/…\""), show_config(c));
}

BOOST_AUTO_TEST_CASE(mistakes_name_the_setting) {
  BOOST_TEST(holds(mistake("webhook = \"hooks.slack.com\"\n"), "notify.webhook: "));
  BOOST_TEST(!holds(mistake("webhook = \"ftp://x/SESAME\"\n"), "SESAME"));
  BOOST_TEST(holds(mistake("webhook = { env = \"NOT_SET\" }\n"), "notify.webhook.env: NOT_SET is set neither"));
  BOOST_TEST(holds(mistake("webhook = {}\n"), "no place of its value, or several"));
  BOOST_TEST(holds(mistake("webhook = \"http://x\"\nform = \"teams\"\n"), "allowed: json, slack, discord or telegram"));
  BOOST_TEST(
    holds(mistake("webhook = \"http://x\"\nform = \"telegram\"\n"), "notify.chat: is missing; telegram wants the chat's id"));
  BOOST_TEST(holds(mistake("webhook = \"http://x\"\nchat = \"1\"\n"), "notify.chat: is for telegram"));
  BOOST_TEST(holds(mistake("form = \"slack\"\n"), "notify.form: is for a webhook, which is not set"));
  BOOST_TEST(holds(mistake("command = [\"/none/page\"]\n"), "notify.command: \"/none/page\" does not exist"));
  BOOST_TEST(holds(mistake("command = [\"\"]\n"), "notify.command: names no program"));
  BOOST_TEST(holds(mistake("alerts = [\"InferdTired\"]\n"), "\"InferdTired\" is not an alert; there are: InferdNotHealthy"));
  BOOST_TEST(holds(mistake("repeat_s = 1\n"), "notify.repeat_s: "));
  BOOST_TEST(holds(mistake("per_hour = 0\n"), "notify.per_hour: "));
  BOOST_TEST(holds(mistake("check_s = 0\n"), "notify.check_s: "));
  BOOST_TEST(holds(mistake("webhok = \"http://x\"\n"), "(did you mean webhook?)"));
}
