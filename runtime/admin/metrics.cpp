#include "runtime/admin/metrics.hpp"

#include <string>
#include <utility>

namespace inferd {
namespace {

class Text {
public:
  void family(const std::string& name, const std::string& type, const std::string& help) {
    out += "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    name_ = name;
  }
  void sample(const std::string& labels, const std::string& value) {
    out += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + value + '\n';
  }
  void sample(const std::string& labels, std::uint64_t value) { sample(labels, std::to_string(value)); }
  std::string out;

private:
  std::string name_;
};

std::string label(const std::string& name, const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') escaped += "\\n";
    else escaped += c;
  }
  return name + "=\"" + escaped + '"';
}

void books(Text& t, const BooksSummary& b) {
  t.family("inferd_windows", "gauge", "Rows of the books, by status.");
  const std::pair<const char*, std::uint64_t> rows[] = {{"confirmed", b.confirmed},
                                                        {"refused", b.refused},
                                                        {"missed", b.missed},
                                                        {"skipped", b.skipped},
                                                        {"unfinished", b.unfinished}};
  for (const auto& [status, count] : rows) t.sample(label("status", status), count);
  t.family("inferd_fees_uallo", "gauge", "Fees paid, as booked.");
  t.sample("", to_digits(b.fees.value));
  t.family("inferd_rewards_uallo", "gauge", "Rewards settled, as booked.");
  t.sample("", b.rewards.text.empty() ? "0" : b.rewards.text);
  t.family("inferd_last_nonce", "gauge", "Newest nonce with a row in the books.");
  t.sample("", std::to_string(b.last_nonce.value));
}

} // namespace

std::string metrics_text(TreePort& tree) {
  Text t;
  const auto branches = tree.branches();
  t.family("inferd_healthy", "gauge", "1 while every actor that should run does, and answers.");
  t.sample("", !branches.empty() && branches.front().state && branches.front().state->vitals.healthy ? 1 : 0);
  t.family("inferd_restarts_total", "counter", "Restarts of an actor by its supervisor.");
  for (const auto& branch : branches)
    if (branch.state)
      for (const auto& child : branch.state->children) t.sample(label("actor", to_string(child.name)), child.restarts);
  t.family("inferd_messages_total", "counter", "Messages handled by an actor since its start.");
  for (const auto& [place, inspection] : tree.everyone())
    if (inspection) t.sample(label("actor", to_string(place)), inspection->handled);
  if (const auto summary = tree.books()) books(t, *summary);
  return t.out;
}

} // namespace inferd
