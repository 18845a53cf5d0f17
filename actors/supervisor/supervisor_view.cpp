#include "actors/supervisor/supervisor_view.hpp"

#include "messages/json.hpp"

namespace inferd {

std::string tree_text(const Vitals& vitals, const RestartPolicy& policy, const std::vector<ChildView>& children,
                      const std::deque<Failure>& failures) {
  return boost::json::serialize(boost::json::object{
    {"vitals", to_json(vitals)},
    {"policy", to_json(policy)},
    {"children", to_json(children)},
    {"failures", to_json(std::vector<Failure>(failures.begin(), failures.end()))},
  });
}

std::string books_text(const BooksSummary& b) {
  const auto n = [](std::uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return n(b.windows, "windows, ") + n(b.confirmed, "confirmed, ") + n(b.refused, "refused, ") + n(b.missed, "missed, ") +
         n(b.skipped, "skipped, ") + n(b.unfinished, "unfinished; fees ") + n(b.fees.value, "uallo, earned ") +
         (b.rewards.text.empty() ? "0" : b.rewards.text) + " uallo; last nonce " + std::to_string(b.last_nonce.value);
}

SupervisorCore::End end_of_text(const std::string& text) {
  const auto at = text.rfind(" (at ");
  if (at == text.npos || !text.ends_with(')')) return {text, {}, true};
  auto message = text.substr(at + 5, text.size() - at - 6);
  if (message.starts_with("inferd::")) message.erase(0, 8);
  return {text.substr(0, at), message, true};
}

} // namespace inferd
