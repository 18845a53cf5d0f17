// Requests to the simulated node of `inferd sim`. Input: one request per line; a line "block" makes a block.

#include "runtime/sim/rpc/node_rpc.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/json/parse.hpp>

void inferd::fuzz::one(std::string_view input) {
  sim::ChainSettings settings;
  settings.topics = {{.id = 1, .epoch_length = 4, .window_length = 2, .ground_truth_lag = 4}};
  sim::ChainState chain(settings);
  chain.fund("allo1p7jfx6tv2wvmqjy0lqf5pcjkj2aqpwyjsgtxsl", 1'000'000'000);
  sim::Rpc rpc(chain);
  sim::Session session;
  std::int64_t now = 1'735'689'600'000;
  const auto next = [&] {
    const auto& block = chain.advance_block({now += 5'000});
    for (const auto& frame : rpc.frames(block, session)) FUZZ_CHECK(frame.contains("result"));
  };
  for (int i = 0; i < 5; ++i) next(); // opens a window
  for (int line = 0; line < 16 && !input.empty(); ++line) {
    const auto request = take_line(input);
    if (request == "block") next();
    else if (const auto reply = rpc.answer(request, &session); !reply.text.empty()) boost::json::parse(reply.text);
    FUZZ_CHECK(session.subscriptions.size() <= 5);
  }
  next();
}
