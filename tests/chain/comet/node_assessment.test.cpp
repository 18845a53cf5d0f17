#define BOOST_TEST_MODULE node_assessment
#include "runtime/chain/comet/node_assessment.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;

namespace {

constexpr Instant now{1'800'000'000'000};
const std::string ours(64, 'A'), another(64, 'B');

NodeView node(std::int64_t height, std::string genesis = ours, std::int64_t age_ms = 3'000) {
  return {"node" + std::to_string(height), {height}, {now.value - age_ms}, std::move(genesis)};
}
/// The chain was at `height` `seconds` ago.
KnownChain known(std::int64_t height, std::int64_t seconds = 60) {
  return {ours, {{height}, {now.value - seconds * 1'000}}, {now.value - seconds * 1'000}};
}
/// No endpoint is silent.
NodeAssessment assess(const NodeView& n, const std::vector<NodeView>& others, const KnownChain& chain, Instant at) {
  return chain::assess(n, others, 0, chain, at);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_single_node_is_used_and_what_contradicts_it_is_said) {
  BOOST_TEST(assess(node(5'000), {}, {}, now).contradiction.empty());
  BOOST_TEST(assess(node(5'000), {}, known(4'990), now).contradiction.empty());
  const auto ahead = assess(node(1'005'000), {}, known(5'000), now);
  BOOST_TEST(ahead.refusal.empty());
  BOOST_TEST(ahead.contradiction == "its head 1005000 is further than time allows: it was 5000 60 s ago");
  const auto back = assess(node(3'000), {}, known(5'000), now);
  BOOST_TEST((back.went_back && back.refusal.empty() && back.contradiction.empty()));
  BOOST_TEST(!assess(node(3'000, ours, 3'600'000), {}, known(5'000), now).went_back); // behind: its newest block is an hour old
  BOOST_TEST(assess(node(4'950), {}, known(5'000), now).contradiction.empty()); // a reorganisation, or a node a little behind
  BOOST_TEST(assess(node(20'000), {}, known(5'000, 86'400), now).contradiction.empty()); // a day later
}

BOOST_AUTO_TEST_CASE(a_head_that_jumped_is_refused_while_another_endpoint_has_a_possible_one) {
  const auto fork = node(1'005'000);
  BOOST_TEST(assess(fork, {node(5'010)}, known(5'000), now).refusal ==
             "its head 1005000 is further than time allows: it was 5000 60 s ago; node5010 is at 5010");
  BOOST_TEST(assess(node(5'010), {fork}, known(5'000), now).refusal.empty());
  BOOST_TEST(assess(node(5'010), {fork}, known(5'000), now).contradiction.empty());
  const auto majority = assess(fork, {node(1'005'001), node(5'010)}, known(5'000), now);
  BOOST_TEST((majority.refusal.empty() && majority.contradiction.empty())); // two of three
  BOOST_TEST(!assess(node(5'010), {fork, node(1'005'001)}, {}, now).refusal.empty());
}

BOOST_AUTO_TEST_CASE(without_a_known_head_the_lower_of_two_is_taken) {
  BOOST_TEST(!assess(node(1'005'000), {node(5'010)}, {}, now).refusal.empty());
  BOOST_TEST(assess(node(5'010), {node(1'005'000)}, {}, now).refusal.empty());
}

BOOST_AUTO_TEST_CASE(a_node_that_is_behind_does_not_contradict_the_head) {
  const auto behind = node(3'000, ours, 3'600'000); // its newest block is an hour old
  BOOST_TEST(assess(node(5'010), {behind}, {}, now).refusal.empty());
  BOOST_TEST(assess(node(5'010), {behind}, known(3'000, 3'600), now).refusal.empty());
}

BOOST_AUTO_TEST_CASE(a_node_without_a_block_is_refused_once_the_chain_is_known) {
  BOOST_TEST(assess(node(0, ""), {}, known(50), now).refusal == "it has no block yet");
  BOOST_TEST(assess(node(0, ""), {}, {}, now).refusal.empty()); // a chain that begins
}

BOOST_AUTO_TEST_CASE(another_first_block_is_a_reset_unless_an_endpoint_serves_the_known_chain) {
  BOOST_TEST(assess(node(10, another), {}, known(5'000), now).chain_reset);
  BOOST_TEST(assess(node(9'000, another), {}, known(5'000), now).chain_reset); // it has passed the old head already
  BOOST_TEST(assess(node(10, another), {node(12, another)}, known(5'000), now).chain_reset);
  const auto refused = assess(node(10, another), {node(5'010)}, known(5'000), now);
  BOOST_TEST(!refused.chain_reset);
  BOOST_TEST(refused.refusal ==
             "its first block is BBBBBBBBBBBBBBBB…, but node5010 serves the chain of the books, which began with "
             "AAAAAAAAAAAAAAAA…");
  BOOST_TEST(!assess(node(5'010), {node(10, another)}, known(5'000), now).chain_reset);
}

BOOST_AUTO_TEST_CASE(a_silent_endpoint_may_still_serve_the_known_chain_for_ten_minutes) {
  const auto beside_silent = [](std::int64_t seconds_ago) {
    return chain::assess(node(10, another), {}, 1, known(5'000, seconds_ago), now);
  };
  BOOST_TEST(beside_silent(599).refusal ==
             "its first block is BBBBBBBBBBBBBBBB…, but the chain of the books, which began with AAAAAAAAAAAAAAAA…, was seen "
             "599 s ago, and not every endpoint answers");
  BOOST_TEST(!beside_silent(599).chain_reset);
  BOOST_TEST(beside_silent(600).chain_reset);
  BOOST_TEST(chain::assess(node(5'010), {}, 1, known(5'000), now).refusal.empty());
}

BOOST_AUTO_TEST_CASE(where_block_one_was_pruned_a_lower_recent_head_with_it_is_a_reset) {
  const KnownChain pruned{"", {{5'000'000}, {now.value - 60'000}}, {now.value - 60'000}};
  BOOST_TEST(assess(node(10), {}, pruned, now).chain_reset);
  BOOST_TEST(!assess(node(10), {node(5'000'010, "")}, pruned, now).chain_reset); // the other still shows the old one
  BOOST_TEST(!assess(node(4'000'000, ""), {}, pruned, now).chain_reset);         // a snapshot of the same chain
  BOOST_TEST(!assess(node(10, ours, 86'400'000), {}, pruned, now).chain_reset);  // a node that begins to sync
  BOOST_TEST(!assess(node(5'000'010, ours), {}, pruned, now).chain_reset);       // an archive node
}
