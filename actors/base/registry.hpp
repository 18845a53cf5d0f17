#pragma once
// Registers the messages with CAF. Its printing and its wire form follow from the Boost.Describe descriptions.

#include "actors/base/actor_stats.hpp"
#include "messages/all.hpp"

#include <boost/mp11.hpp>
#include <caf/all.hpp>
#include <cstdint>

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

/// Tells a system's configuration of every message. Compiled once: the list's templates take seconds.
void register_messages(caf::actor_system_config&);

/// Place of a message's type in messages/all.hpp, from 1; 0: one of CAF's own.
std::uint16_t message_index(const caf::type_erased_tuple& content);

/// The type's name by that place; "(system)" for 0.
const char* message_name(std::uint16_t index);

} // namespace inferd
