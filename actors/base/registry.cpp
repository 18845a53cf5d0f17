#include "actors/base/registry.hpp"

#include <algorithm>
#include <iterator>
#include <typeinfo>
#include <utility>
#include <vector>

namespace inferd {

void register_messages(caf::actor_system_config& config) { config.add_message_types<caf::id_block::inferd>(); }

std::uint16_t message_index(const caf::type_erased_tuple& content) {
  using Entry = std::pair<const std::type_info*, std::uint16_t>;
  static const auto index = [] { // CAF gives our types by the address of their type_info, of which this program has one each
    std::uint16_t next = 0;
    std::vector<Entry> out{
#define INFERD_INDEX(Message) Entry{&typeid(Message), ++next},
      INFERD_MESSAGES(INFERD_INDEX)
#undef INFERD_INDEX
    };
    std::sort(out.begin(), out.end());
    return out;
  }();
  if (content.size() != 1) return 0;
  const auto* type = content.type(0).second;
  const auto it = std::lower_bound(index.begin(), index.end(), Entry{type, 0});
  return it != index.end() && it->first == type ? it->second : std::uint16_t{0};
}

const char* message_name(std::uint16_t index) {
  static constexpr const char* names[] = {"(system)",
#define INFERD_NAME(Message) #Message,
                                          INFERD_MESSAGES(INFERD_NAME)
#undef INFERD_NAME
  };
  static_assert(std::size(names) <= most_message_types + 1);
  return index < std::size(names) ? names[index] : "?";
}

} // namespace inferd
