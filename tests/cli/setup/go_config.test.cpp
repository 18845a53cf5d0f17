#define BOOST_TEST_MODULE go_config
#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/import_plan.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

using namespace inferd;
using namespace inferd::cli;
using inferd::test::holds;

namespace {

const std::string words = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// The keys of the newest versions, as the Go node's documentation names them.
const std::string modern = R"({
  "wallet": {
    "addressKeyName": "secret", "addressRestoreMnemonic": ")" +
                           words + R"(",
    "alloraHomeDir": "/home/u/.allorad", "chainId": "allora-testnet-1", "keyringBackend": "test",
    "keyringPassphrase": "hunter2",
    "nodeRpcs": ["https://rpc.example/KEY", "http://localhost:26657"], "nodeGrpcs": ["grpc.example:443"],
    "gasPrices": "auto", "gasPriceUpdateInterval": 60, "gasAdjustment": 1.2, "maxFees": "600000000",
    "simulateGasFromStart": true,
    "baseGas": 200000, "gasPerByte": 1, "feeGranterAddress": "allo1granter", "maxRetries": 5, "retryDelay": 3,
    "accountSequenceRetryDelay": 5, "launchRoutineDelay": 5, "submitTx": true, "submissionJitter": 5,
    "blockDurationEstimated": 5, "windowCorrectionFactor": 0.8, "registrationWaitingBlocks": 5, "timeoutRPCSecondsQuery": 20,
    "timeoutRPCSecondsTx": 300, "timeoutRPCSecondsRegistration": 300, "timeoutHTTPConnection": 10, "grpcInsecure": false
  },
  "worker": [
    { "topicId": 1, "inferenceEntrypointName": "apiAdapter", "forecastEntrypointName": "apiAdapter",
      "allowsNegativeValue": true,
      "parameters": { "InferenceEndpoint": "http://source:8000/{Path}/{Token}/{TopicId}/{BlockHeight}?key={Missing}",
                      "ForecastEndpoint": "http://source:8000/forecast", "Token": "ETH", "Path": "inference/v{Version}",
                      "Version": "2", "Unused": "x" } },
    { "topicId": 7, "inferenceEntrypointName": "apiAdapter",
      "parameters": { "LabeledInferenceEndpoint": "http://up.example/" } }
  ],
  "reputer": [ { "topicId": 1, "groundTruthEntrypointName": "apiAdapter", "minStake": "100000" } ]
})";

const std::string old = R"({
  "wallet": { "addressKeyName": "test", "addressRestoreMnemonic": ")" +
                        words + R"(", "addressAccountPassphrase": "", "gas": "1000000",
    "gasAdjustment": 1.0, "nodeRpc": "http://localhost:26657", "maxRetries": 1, "delay": 1, "minDelay": 1, "maxDelay": 2,
    "submitTx": false },
  "worker": [ { "topicId": 2, "inferenceEntrypointName": "api-worker-reputer", "loopSeconds": 5,
    "parameters": { "InferenceEndpoint": "http://localhost:8000/inference/{Token}", "Token": "BTC" } } ],
  "reputer": []
})";

std::string refused(const std::string& text) {
  try {
    parse_go_config(text, "config.json");
  } catch (const Failure& failure) {
    BOOST_TEST(test::is_one_line(failure.what()));
    BOOST_TEST(!holds(failure.what(), "sausage"));
    return failure.what();
  }
  return "no error";
}

std::string worker(const std::string& parameters, const std::string& more = "") {
  return R"({"wallet":{"nodeRpc":"http://n:26657","chainId":"localnet"},"worker":[{"topicId":1,"parameters":{)" + parameters +
         "}" + more + "}]}";
}

std::string wallet(const std::string& keys) {
  return R"({"wallet":{)" + keys + R"(},"worker":[{"topicId":1,"parameters":{"InferenceEndpoint":"http://m/"}}]})";
}

std::string reason(const std::vector<GoNote>& notes, const std::string& key) {
  for (const auto& note : notes)
    if (note.key == key) return note.sentence;
  return "not listed";
}

struct Imported {
  GoConfig go;
  ImportPlan plan;
  std::string toml;
  Config config;
};

/// All of it without a file or a node; the text is loaded as `config check` does.
Imported imported(const std::string& json, const ImportOptions& o = {}, const std::map<TopicId, Proposal>& asked = {}) {
  Imported r{.go = parse_go_config(json, "config.json")};
  r.plan = plan_import(o, import_network(o, r.go), asked, r.go);
  r.plan.mnemonic = "words";
  r.toml = import_config_text(r.plan);
  r.config = test::config_of(test::load(test::machine(r.toml)));
  return r;
}

std::string plan_refused(const std::string& json, const ImportOptions& o) {
  try {
    imported(json, o);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_modern_configuration_is_taken_over) {
  const auto r = imported(modern);
  BOOST_TEST(r.config.chain.id == "allora-testnet-1");
  BOOST_REQUIRE(r.config.chain.rpc.size() == 2u);
  BOOST_TEST(r.config.chain.rpc[0] == "https://rpc.example/KEY");
  BOOST_TEST((r.config.chain.fee_cap == Uallo{600'000'000}));
  BOOST_TEST(r.config.chain.deadline_ms == 20'000);
  BOOST_REQUIRE(r.config.topics.size() == 2u);
  const auto& topic = r.config.topics[0];
  BOOST_TEST(topic.id.value == 1u);
  BOOST_TEST(topic.symbol == "ethusd");
  BOOST_TEST(topic.foreign.url == "http://source:8000/inference/v2/ETH/{TopicId}/{BlockHeight}?key={Missing}");
  BOOST_TEST(topic.target.empty());
  BOOST_TEST(!r.plan.dry_run);
  BOOST_TEST(r.go.mnemonic.text() == words);
}

BOOST_AUTO_TEST_CASE(a_labelled_endpoint_predicts_labels) {
  const auto r = imported(modern);
  BOOST_TEST(r.config.topics[1].id.value == 7u);
  BOOST_TEST(r.config.topics[1].target == "labels");
  BOOST_TEST(r.config.topics[1].foreign.url == "http://up.example/");
}

BOOST_AUTO_TEST_CASE(every_key_that_is_not_taken_over_is_listed_with_a_reason) {
  const auto r = imported(modern);
  const auto& notes = r.go.not_taken;
  for (const auto* key : {"addressKeyName",
                          "alloraHomeDir",
                          "keyringBackend",
                          "keyringPassphrase",
                          "nodeGrpcs",
                          "gasPrices",
                          "gasPriceUpdateInterval",
                          "gasAdjustment",
                          "simulateGasFromStart",
                          "baseGas",
                          "gasPerByte",
                          "feeGranterAddress",
                          "maxRetries",
                          "retryDelay",
                          "accountSequenceRetryDelay",
                          "launchRoutineDelay",
                          "submissionJitter",
                          "blockDurationEstimated",
                          "windowCorrectionFactor",
                          "registrationWaitingBlocks",
                          "timeoutRPCSecondsTx",
                          "timeoutRPCSecondsRegistration",
                          "timeoutHTTPConnection",
                          "grpcInsecure"}) {
    const auto why = reason(notes, std::string("wallet.") + key);
    BOOST_TEST_CONTEXT(key) BOOST_TEST((why != "not listed" && why != "no such key is known"));
  }
  BOOST_TEST(holds(reason(notes, "worker[0].forecastEntrypointName"), "forecasts are not made"));
  BOOST_TEST(holds(reason(notes, "worker[0].parameters.ForecastEndpoint"), "forecasts are not made"));
  BOOST_TEST(holds(reason(notes, "worker[0].parameters.Unused"), "no endpoint's URL has {Unused}"));
  BOOST_TEST(holds(reason(notes, "worker[0].allowsNegativeValue"), "the chain says it"));
  BOOST_TEST(holds(reason(notes, "reputer[0]"), "inferd is a worker"));
  BOOST_TEST(holds(reason(r.go.remarks, "worker[0].parameters.InferenceEndpoint"), "{Missing} has no value"));
  BOOST_TEST(notes.size() == 24u + 5u);
}

BOOST_AUTO_TEST_CASE(no_value_of_a_secret_is_in_a_note_or_the_configuration) {
  const auto r = imported(modern);
  auto all = r.toml + r.go.keyring_steps;
  for (const auto& notes : {r.go.not_taken, r.go.remarks})
    for (const auto& note : notes) all += note.key + note.sentence;
  for (const auto* secret : {"hunter2", "sausage", "legal winner", "yellow"}) BOOST_TEST(!holds(all, secret));
}

BOOST_AUTO_TEST_CASE(an_old_configuration_is_a_dry_run_with_the_chain_by_option) {
  BOOST_TEST(holds(plan_refused(old, {}), "--chain-id"));
  const auto r = imported(old, {.chain_id = "localnet"});
  BOOST_TEST(r.config.chain.id == "localnet");
  BOOST_TEST(r.config.chain.rpc.front() == "http://localhost:26657");
  BOOST_TEST(r.config.topics[0].foreign.url == "http://localhost:8000/inference/BTC");
  BOOST_TEST(r.config.topics[0].symbol == "btcusd");
  BOOST_TEST(r.plan.dry_run);
  BOOST_TEST(holds(r.toml, "`inferd run --dry-run`"));
  for (const auto* key : {"gas", "delay", "minDelay", "maxDelay", "addressAccountPassphrase"})
    BOOST_TEST(reason(r.go.not_taken, std::string("wallet.") + key) != "no such key is known");
  BOOST_TEST(holds(reason(r.go.not_taken, "worker[0].loopSeconds"), "event stream"));
}

BOOST_AUTO_TEST_CASE(keys_are_matched_without_regard_to_case) {
  const auto r = imported(R"({"Wallet":{"NODERPCS":["http://n:26657"],"ChainID":"localnet","submittx":true,"maxfees":500000},
    "WORKER":[{"TopicID":3,"Parameters":{"inferenceEndpoint":"http://m/{token}","token":"x","Token":"y"}}]})");
  BOOST_TEST(r.config.topics[0].id.value == 3u);
  BOOST_TEST(r.config.topics[0].foreign.url == "http://m/x"); // placeholders have their case
  BOOST_TEST((r.config.chain.fee_cap == Uallo{500'000}));
  BOOST_TEST(!r.plan.dry_run);
  BOOST_TEST(refused(R"({"wallet":{"chainId":"a-chain","CHAINID":"b-chain"}})") ==
             "config.json: wallet.chainId: is there twice, in small and capital letters; one is wanted");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_named) {
  const auto go = parse_go_config(
    R"({"wallet":{"colour":1},"worker":[{"topicId":1,"size":2,"parameters":{"InferenceEndpoint":"http://m/"}}],
      "extra\u001b[31m":{}})",
    "config.json");
  for (const auto* key : {"wallet.colour", "worker[0].size", "extra?[31m"})
    BOOST_TEST(reason(go.not_taken, key) == "no such key is known");
}

BOOST_AUTO_TEST_CASE(the_chain_and_the_options_say_what_a_topic_is) {
  const Proposal price{.symbol = "solusd", .target = "price", .horizon = "10m"};
  auto r = imported(modern, {}, {{TopicId{1}, price}});
  BOOST_TEST(r.config.topics[0].symbol == "solusd");
  BOOST_TEST(r.config.topics[0].target == "price");
  BOOST_TEST(r.config.topics[0].horizon_ms == 600'000);
  BOOST_TEST(r.config.topics[0].interval.ms == 300'000);
  BOOST_TEST(reason(r.go.remarks, "worker[0]") == "not listed");
  r = imported(modern, {.symbols = {"1=ethusd", "xrpusd"}, .targets = {"1=volatility"}, .horizons = {"1h"}},
               {{TopicId{1}, price}});
  BOOST_TEST(r.config.topics[0].symbol == "ethusd");
  BOOST_TEST(r.config.topics[0].target == "volatility");
  BOOST_TEST(r.config.topics[0].interval.ms == 60'000);
  BOOST_TEST(r.config.topics[1].symbol == "xrpusd");
  // Metadata is free text.
  r = imported(modern, {}, {{TopicId{1}, {.symbol = "Ü\"", .target = "price", .horizon = "999999999999d"}}});
  BOOST_TEST(r.config.topics[0].symbol == "ethusd");
  BOOST_TEST(holds(reason(r.go.remarks, "worker[0]"), "symbol (ethusd, by the parameter Token), horizon (7d)"));
  BOOST_TEST(holds(plan_refused(modern, {.symbols = {"9=ethusd"}}), "--symbol: \"9=ethusd\" names no topic of the file"));
  BOOST_TEST(holds(plan_refused(modern, {.targets = {"prices"}}), "--target: \"prices\" is none of"));
  BOOST_TEST(holds(plan_refused(modern, {.horizons = {"1=30s"}}), "--horizon: \"30s\" is not a duration"));
}

BOOST_AUTO_TEST_CASE(of_two_endpoints_the_topics_kind_chooses) {
  const auto both = worker(R"("InferenceEndpoint":"http://one/","LabeledInferenceEndpoint":"http://many/")");
  auto r = imported(both);
  BOOST_TEST(r.config.topics[0].foreign.url == "http://one/");
  BOOST_TEST(reason(r.go.not_taken, "worker[0].parameters.LabeledInferenceEndpoint") == "the topic takes one value");
  r = imported(both, {}, {{TopicId{1}, {.target = "labels"}}});
  BOOST_TEST(r.config.topics[0].foreign.url == "http://many/");
  BOOST_TEST(r.config.topics[0].target == "labels");
}

BOOST_AUTO_TEST_CASE(a_network_is_known_by_id_or_endpoint) {
  const auto with = [](const std::string& keys) { return imported(wallet(keys)); };
  BOOST_TEST(with(R"("chainId":"allora-mainnet-1")").config.chain.rpc.size() == 2u);
  BOOST_TEST(with(R"("nodeRpc":"https://allora-rpc.testnet.allora.network")").config.chain.id == "allora-testnet-1");
  BOOST_TEST(with(R"("nodeRpcs":["https://rpc.mainnet.example","https://rpc.mainnet.example",""])").config.chain.rpc.size() ==
             1u);
  BOOST_TEST(holds(plan_refused(wallet(R"("chainId":"localnet")"), {}), "wallet.nodeRpcs: is missing"));
  const auto r = imported(wallet(R"("chainId":"localnet","nodeRpcs":["http://a:1"])"), {.rpc = {"http://b:2"}});
  BOOST_TEST(r.config.chain.rpc.front() == "http://b:2");
  BOOST_TEST(holds(reason(r.go.not_taken, "wallet.nodeRpcs"), "--rpc names others"));
}

BOOST_AUTO_TEST_CASE(the_go_nodes_defaults_are_not_settings) {
  const auto r = imported(wallet(R"("chainId":"allora-testnet-1","timeoutRPCSecondsQuery":60,"maxFees":0)"));
  BOOST_TEST(r.config.chain.deadline_ms == 5'000);
  BOOST_TEST(holds(reason(r.go.not_taken, "wallet.timeoutRPCSecondsQuery"), "default"));
  BOOST_TEST(holds(reason(r.go.not_taken, "wallet.maxFees"), "is 0"));
}

BOOST_AUTO_TEST_CASE(a_worker_without_an_endpoint_or_with_a_topic_again_is_listed) {
  const auto go = parse_go_config(R"({"worker":[{"topicId":1,"parameters":{"InferenceEndpoint":"http://m/"}},{"topicId":2},
    {"topicId":1,"inferenceEntrypointName":"mine","parameters":{"InferenceEndpoint":"http://n/"}},
    {"topicId":4,"inferenceEntrypointName":"mine","parameters":{"InferenceEndpoint":"http://n/"}}]})",
                                  "config.json");
  BOOST_TEST(go.workers.size() == 2u);
  BOOST_TEST(holds(reason(go.not_taken, "worker[1]"), "nothing answers the topic"));
  BOOST_TEST(holds(reason(go.not_taken, "worker[2]"), "topic 1 is that of worker[0]"));
  BOOST_TEST(holds(reason(go.remarks, "worker[3].inferenceEntrypointName"), "adapter of your own"));
  BOOST_TEST(holds(refused(R"({"reputer":[{"topicId":1}]})"), "worker: has no element with parameters.InferenceEndpoint"));
}

BOOST_AUTO_TEST_CASE(a_key_in_a_keyring_is_said_with_the_steps) {
  const auto go =
    parse_go_config(wallet(R"("addressKeyName":"mine","alloraHomeDir":"/h","keyringBackend":"os")"), "config.json");
  BOOST_TEST(go.mnemonic.size() == 0u);
  BOOST_TEST(holds(go.keyring_steps, "allorad keys show mine --address --home /h --keyring-backend os"));
  BOOST_TEST(holds(go.keyring_steps, "--key FILE"));
}

BOOST_AUTO_TEST_CASE(wrong_types_name_the_key) {
  const auto at = [](const std::string& error) { return error.substr(std::string("config.json: ").size()); };
  BOOST_TEST(at(refused("[]")) == "is a list; an object is wanted");
  BOOST_TEST(at(refused(R"({"wallet":[]})")) == "wallet: is a list; an object is wanted");
  BOOST_TEST(at(refused(wallet(R"("chainId":1)"))) == "wallet.chainId: is a number; a text is wanted");
  BOOST_TEST(holds(refused(wallet(R"("chainId":"a b")")), "wallet.chainId: is not a chain id"));
  BOOST_TEST(at(refused(wallet(R"("nodeRpcs":"http://n")"))) == "wallet.nodeRpcs: is a text; a list is wanted");
  BOOST_TEST(at(refused(wallet(R"("nodeRpcs":["http://n",true])"))) ==
             "wallet.nodeRpcs[1]: is true or false; a text is wanted");
  BOOST_TEST(holds(refused(wallet(R"("nodeRpc":")" + words + "\"")), "wallet.nodeRpc: is not a URL"));
  BOOST_TEST(at(refused(wallet(R"("submitTx":"no")"))) == "wallet.submitTx: is a text; true or false is wanted");
  BOOST_TEST(at(refused(wallet(R"("addressRestoreMnemonic":["sausage"])"))) ==
             "wallet.addressRestoreMnemonic: is a list; a text is wanted");
  for (const auto* fees : {"-1", "1.5", "5e5", "\"much\"", "\"-5\"", "\"\""}) BOOST_TEST_CONTEXT(fees)
  BOOST_TEST(holds(refused(wallet(std::string(R"("maxFees":)") + fees)), "wallet.maxFees: is no whole number"));
  BOOST_TEST(holds(refused(wallet(R"("maxFees":"1000000000000000000000000000000000000")")), "wallet.maxFees: is "));
  BOOST_TEST(holds(refused(wallet(R"("timeoutRPCSecondsQuery":-1)")), "wallet.timeoutRPCSecondsQuery: is out of range"));
  BOOST_TEST(holds(refused(R"({"worker":{}})"), "worker: is an object; a list is wanted"));
  BOOST_TEST(holds(refused(R"({"worker":[7]})"), "worker[0]: is a number; an object is wanted"));
  BOOST_TEST(holds(refused(R"({"worker":[{}]})"), "worker[0].topicId: is missing"));
  for (const auto* id : {"0", "-1", "18446744073709551615", "1.0"})
    BOOST_TEST(holds(refused(std::string(R"({"worker":[{"topicId":)") + id + "}]}"), "worker[0].topicId: is out of range"));
  BOOST_TEST(at(refused(worker(R"("InferenceEndpoint":"http://m/","Token":5)"))) ==
             "worker[0].parameters.Token: is a number; a text is wanted");
  BOOST_TEST(
    holds(refused(worker(R"("InferenceEndpoint":"ftp://m/")")), "worker[0].parameters.InferenceEndpoint: has the scheme"));
  BOOST_TEST(holds(refused(worker(R"("InferenceEndpoint":"http://m/{A}","A":"two words")")), "holds a blank"));
}

BOOST_AUTO_TEST_CASE(malformed_and_hostile_json_is_one_sentence_with_its_place) {
  BOOST_TEST(refused("") == "config.json: is empty");
  BOOST_TEST(refused(" \n") == "config.json: is empty");
  BOOST_TEST(holds(refused("{\n\"wallet\": nothing}"), "config.json:2: byte 1"));
  BOOST_TEST(holds(refused("{\"wallet\":{}"), "config.json:1: byte 13: is no JSON"));
  BOOST_TEST(holds(refused("{}\n{}"), "config.json:2: byte 4: is no JSON"));
  BOOST_TEST(holds(refused(std::string(100'000, '[')), "is no JSON"));
  BOOST_TEST(holds(refused("{\"a\":\"\xff\"}"), "is no JSON"));
  BOOST_TEST(holds(refused(std::string(2u << 20, ' ')), "larger than 1 MiB"));
  BOOST_TEST(holds(refused(R"({"wallet":{"addressRestoreMnemonic":")" + words + "\",}}"), "is no JSON"));
  const auto cut = modern.size();
  for (std::size_t length = 0; length < cut; ++length) refused(modern.substr(0, length));
  BOOST_TEST(parse_go_config("\xef\xbb\xbf" + modern, "config.json").workers.size() == 2u);
}

BOOST_AUTO_TEST_CASE(placeholders_do_not_grow_without_bound) {
  std::string parameters = R"("InferenceEndpoint":"http://m/{a00}")";
  for (int i = 0; i < 60; ++i) {
    const auto next = fmt::format("{{a{:02}}}", i + 1);
    parameters += fmt::format(R"(,"a{:02}":"{}{}")", i, next, next);
  }
  BOOST_TEST(holds(refused(worker(parameters)), "is longer than 8192 characters"));
  BOOST_TEST(imported(worker(R"("InferenceEndpoint":"http://m/{a}","a":"{a}","":"x")")).config.topics[0].foreign.url ==
             "http://m/{a}");
}

BOOST_AUTO_TEST_CASE(too_many_workers_are_refused) {
  std::string all;
  for (std::size_t i = 1; i <= most_go_workers + 1; ++i)
    all += fmt::format(R"({}{{"topicId":{},"parameters":{{"InferenceEndpoint":"http://m/"}}}})", i > 1 ? "," : "", i);
  BOOST_TEST(holds(refused(R"({"worker":[)" + all + "]}"), "worker: has 1001 elements; at most 1000"));
}
