#pragma once
// Registers the messages with CAF. Its printing and its wire form follow from the Boost.Describe descriptions.

#include "actors/base/actor_stats.hpp"
#include "messages/all.hpp"

#include <algorithm>
#include <boost/mp11.hpp>
#include <caf/all.hpp>
#include <cstdint>
#include <iterator>
#include <typeinfo>
#include <utility>
#include <vector>

namespace inferd {

/// For every described aggregate.
template <class Inspector, class T, class Members = boost::describe::describe_members<T, boost::describe::mod_public>>
  requires(!std::is_enum_v<T>)
typename Inspector::result_type inspect(Inspector& f, T& x) {
  return [&]<class... M>(boost::mp11::mp_list<M...>) {
    return f((x.*M::pointer)...);
  }(boost::mp11::mp_rename<Members, boost::mp11::mp_list>{});
}

/// CAF knows no integers of 128 bits.
template <class Inspector> typename Inspector::result_type inspect_halves(Inspector& f, Uint128& x) {
  auto high = static_cast<std::uint64_t>(x >> 64), low = static_cast<std::uint64_t>(x);
  auto load = [&]() -> caf::error {
    x = Uint128{high} << 64 | low;
    return caf::none;
  };
  return f(high, low, caf::meta::load_callback(load));
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, Uallo& x) {
  return inspect_halves(f, x.value);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, GasPrice& x) {
  return inspect_halves(f, x.nano);
}

/// An Inspection does not leave the process: its state is neither printed nor serialized.
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, ActorView&) { return f(); }

} // namespace inferd

CAF_BEGIN_TYPE_ID_BLOCK(inferd, caf::first_custom_type_id)
#define INFERD_ID(Message) CAF_ADD_TYPE_ID(inferd, (inferd::Message))
INFERD_MESSAGES(INFERD_ID)
#undef INFERD_ID
CAF_ADD_TYPE_ID(inferd, (inferd::ActorFailure)) // not a message: the context of a caf::error
CAF_END_TYPE_ID_BLOCK(inferd)

namespace inferd {

/// Place of a message's type in messages/all.hpp, from 1; 0: one of CAF's own.
inline std::uint16_t message_index(const caf::type_erased_tuple& content) {
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

/// The type's name by that place; "(system)" for 0.
inline const char* message_name(std::uint16_t index) {
  static constexpr const char* names[] = {"(system)",
#define INFERD_NAME(Message) #Message,
                                          INFERD_MESSAGES(INFERD_NAME)
#undef INFERD_NAME
  };
  static_assert(std::size(names) <= most_message_types + 1);
  return index < std::size(names) ? names[index] : "?";
}

} // namespace inferd
