// The chain's query responses in protobuf.

#include "runtime/chain/comet/queries.hpp"
#include "tests/fuzz/fuzz.hpp"

void inferd::fuzz::one(std::string_view input) {
  using namespace inferd::chain;
  const Wallet wallet{"allo1p7jfx6tv2wvmqjy0lqf5pcjkj2aqpwyjsgtxsl"};
  const auto window = decode_window(input, {1}, {1});
  if (const auto* status = std::get_if<WindowStatusArrived>(&window))
    FUZZ_CHECK(status->nonce.value >= 0 && status->closes.value >= 0 && status->next_nonce.value >= 0 &&
               status->next_closes.value >= 0 && (!status->is_open || status->nonce.value > 0));
  const auto topic = decode_topic(input, {1});
  if (const auto* arrived = std::get_if<TopicArrived>(&topic))
    FUZZ_CHECK(arrived->epoch_length > 0 && arrived->window_length > 0 && arrived->ground_truth_lag >= 0);
  const auto inference = decode_inference(input, {1});
  if (const auto* arrived = std::get_if<InferenceArrived>(&inference))
    FUZZ_CHECK(arrived->nonce.value > 0 && !arrived->values.empty());
  const auto nonces = decode_nonces(input);
  if (const auto* heights = std::get_if<std::vector<Height>>(&nonces))
    for (const auto& height : *heights) FUZZ_CHECK(height.value > 0);
  const auto gas = decode_simulation(input);
  if (const auto* used = std::get_if<Gas>(&gas)) FUZZ_CHECK(used->value > 0);
  decode_account(input, wallet);
  decode_account(input, {""});
  for (const auto* denom : {"uallo", ""}) {
    decode_balance(input, denom);
    decode_gas_price(input, denom);
  }
  decode_bool(input);
  decode_score(input);
  decode_network_inference(input, wallet);
}
