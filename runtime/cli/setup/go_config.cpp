#include "runtime/cli/setup/go_config.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/go_json.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/checks.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace inferd::cli {
namespace {

namespace json = boost::json;

constexpr const char* no_keyring = "no keyring is used; the key is the mnemonic's, at m/44'/118'/0'/0/0";
constexpr const char* no_grpc = "queries go to CometBFT's RPC";
constexpr const char* no_price = "the gas price is asked of the chain for each payload; chain.fee_tier is the margin";
constexpr const char* no_gas = "gas is asked of the chain for each payload; chain.gas_cap bounds it";
constexpr const char* no_retries = "each refusal of the chain has its own rule for the next attempt";
constexpr const char* no_polls = "the node's event stream reports windows";
constexpr const char* no_wait = "a transaction is followed until it is in a block or cannot be in one any more";

constexpr std::array wallet_reasons{
  GoReason{"address", "it follows from the key"},
  GoReason{"addressKeyName", no_keyring},
  GoReason{"addressAccountPassphrase", no_keyring},
  GoReason{"alloraHomeDir", no_keyring},
  GoReason{"keyringBackend", no_keyring},
  GoReason{"keyringPassphrase", no_keyring},
  GoReason{"nodeGrpcs", no_grpc},
  GoReason{"grpcInsecure", no_grpc},
  GoReason{"gasPrices", no_price},
  GoReason{"gasPriceUpdateInterval", no_price},
  GoReason{"gas", no_gas},
  GoReason{"gasAdjustment", no_gas},
  GoReason{"simulateGasFromStart", no_gas},
  GoReason{"baseGas", no_gas},
  GoReason{"gasPerByte", no_gas},
  GoReason{"feeGranterAddress", "the wallet pays its fees itself and needs funds for them"},
  GoReason{"maxRetries", no_retries},
  GoReason{"retryDelay", no_retries},
  GoReason{"accountSequenceRetryDelay", no_retries},
  GoReason{"delay", no_retries},
  GoReason{"minDelay", no_retries},
  GoReason{"maxDelay", no_retries},
  GoReason{"launchRoutineDelay", "topics are watched from the start"},
  GoReason{"submissionJitter", "a payload is sent when its window opens"},
  GoReason{"blockDurationEstimated", no_polls},
  GoReason{"windowCorrectionFactor", no_polls},
  GoReason{"earlyArrivalPercent", no_polls},
  GoReason{"lateArrivalPercent", no_polls},
  GoReason{"loopWithinWindowSeconds", no_polls},
  GoReason{"registrationWaitingBlocks", no_wait},
  GoReason{"timeoutRPCSecondsTx", no_wait},
  GoReason{"timeoutRPCSecondsRegistration", no_wait},
  GoReason{"timeoutHTTPConnection", "chain.deadline_ms includes connecting"},
};

constexpr std::array worker_reasons{
  GoReason{"inferenceEntrypoint", "the endpoint's URL is all that is needed"},
  GoReason{"forecastEntrypoint", "forecasts are not made"},
  GoReason{"forecastEntrypointName", "forecasts are not made"},
  GoReason{"loopSeconds", no_polls},
  GoReason{"allowsNegativeValue", "the chain says it of the topic"},
};

std::string element(const char* list, std::size_t index) { return fmt::format("{}[{}]", list, index); }

/// How the Go node's users get at the words of a key in a keyring.
std::string keyring_steps(const std::string& key, const std::string& home, const std::string& backend) {
  const auto dir = home.empty() ? "~/.allorad" : shown_key(home);
  return fmt::format("the key is in a keyring ({}), which is not read and holds no words: write the words that were noted when "
                     "the key was made to a file (chmod 600) and add `--key FILE`; its address must be that of `allorad keys "
                     "show {} --address --home {} --keyring-backend {}`. Where init.config made the key, data/env_file has "
                     "the words: `set -a; . data/env_file` and `inferd import` without FILE",
                     dir, key.empty() ? "NAME" : shown_key(key), dir, backend.empty() ? "test" : shown_key(backend));
}

void read_wallet(GoObject wallet, GoConfig& c) {
  c.chain_id = wallet.text("chainId");
  if (const auto fault = c.chain_id.empty() ? "" : chain_id_fault(c.chain_id); !fault.empty()) wallet.fail("chainId", fault);
  const auto add = [&](const std::string& key, const std::string& url) {
    if (url.empty()) return;
    if (const auto fault = url_fault(url, {"https", "http", "wss", "ws", "tcp"}); !fault.empty()) wallet.fail(key, fault);
    if (std::find(c.rpc.begin(), c.rpc.end(), url) == c.rpc.end()) c.rpc.push_back(url);
    else c.not_taken.push_back({wallet.name(key), "is there already"});
  };
  const auto urls = wallet.texts("nodeRpcs");
  for (std::size_t i = 0; i < urls.size(); ++i) add(element("nodeRpcs", i), urls[i]);
  add("nodeRpc", wallet.text("nodeRpc"));
  c.max_fees = wallet.uallo("maxFees");
  c.query_timeout_s = wallet.number("timeoutRPCSecondsQuery", 0, std::numeric_limits<std::int32_t>::max());
  c.submits = wallet.flag("submitTx").value_or(false);
  if (const auto* words = wallet.take("addressRestoreMnemonic")) {
    if (!words->is_string()) wallet.fail("addressRestoreMnemonic", kind_of(*words) + "; a text is wanted");
    const auto& text = words->get_string();
    c.mnemonic = SecretBytes::copy_of({text.data(), text.size()});
  }
  auto keyring = wallet; // its keys stay listed as not taken over
  c.keyring_steps =
    keyring_steps(keyring.text("addressKeyName"), keyring.text("alloraHomeDir"), keyring.text("keyringBackend"));
  wallet.finish(wallet_reasons, c.not_taken);
}

using Parameters = std::map<std::string, std::string>;

bool filled_later(const std::string& name) { return name == "BlockHeight" || name == "TopicId"; }

/// The URL with the values of `parameters`, of which those that it has no placeholder for stay in `unused`.
std::string filled(const GoObject& of, const std::string& key, std::string url, const Parameters& parameters,
                   std::set<std::string>& unused) {
  const auto bounded = [&] {
    if (url.size() > longest_go_url)
      of.fail(key, fmt::format("is longer than {} characters with its placeholders filled", longest_go_url));
  };
  bounded();
  for (const auto& [name, value] : parameters) {
    if (filled_later(name)) continue;
    const auto placeholder = "{" + name + "}";
    for (auto at = url.find(placeholder); at != url.npos; at = url.find(placeholder, at + value.size())) {
      unused.erase(name);
      url.replace(at, placeholder.size(), value);
      bounded();
    }
  }
  if (const auto fault = model_url_fault(url); !fault.empty()) of.fail(key, fault);
  return url;
}

/// Placeholders that nothing fills.
void note_unfilled(const GoObject& of, const char* key, const std::string& url, GoConfig& c) {
  for (auto open = url.find('{'); open != url.npos; open = url.find('{', open + 1)) {
    const auto close = url.find('}', open);
    if (close == url.npos) return;
    const auto name = url.substr(open + 1, close - open - 1);
    if (!filled_later(name) && name.find('{') == name.npos)
      c.remarks.push_back(
        {of.name(key), fmt::format("{{{}}} has no value among the parameters and stays as it is", shown_key(name))});
  }
}

void read_parameters(GoObject& parameters, GoWorker& w, GoConfig& c) {
  constexpr const char *plain = "InferenceEndpoint", *labelled = "LabeledInferenceEndpoint", *forecast = "ForecastEndpoint";
  w.url = parameters.text(plain);
  w.labelled_url = parameters.text(labelled);
  if (parameters.take(forecast)) c.not_taken.push_back({parameters.name(forecast), "forecasts are not made"});
  Parameters free;
  std::set<std::string> unused;
  for (const auto& member : parameters.members()) {
    const std::string name(member.key().data(), member.key().size());
    if (parameters.is_taken(name)) continue;
    if (!member.value().is_string()) parameters.fail(name, kind_of(member.value()) + "; a text is wanted");
    const std::string value(member.value().get_string().data(), member.value().get_string().size());
    if (name == "Token") w.token = value;
    free.emplace(name, value);
    unused.insert(name);
  }
  for (auto* url : {&w.url, &w.labelled_url}) {
    if (url->empty()) continue;
    const auto* key = url == &w.url ? plain : labelled;
    *url = filled(parameters, key, std::move(*url), free, unused);
    note_unfilled(parameters, key, *url, c);
  }
  for (const auto& name : unused)
    c.not_taken.push_back({parameters.name(name), fmt::format("no endpoint's URL has {{{}}}", shown_key(name))});
}

void read_worker(GoObject worker, const std::string& key, GoConfig& c) {
  GoWorker w{.key = key};
  const auto topic = worker.number("topicId", 1, std::numeric_limits<std::int64_t>::max());
  if (!topic) worker.fail("topicId", "is missing; the topic's number on the chain is wanted");
  w.topic.value = static_cast<std::uint64_t>(*topic);
  auto parameters = worker.object("parameters");
  const auto adapter = worker.text("inferenceEntrypointName");
  read_parameters(parameters, w, c);
  worker.finish(worker_reasons, c.not_taken);
  const auto same = std::find_if(c.workers.begin(), c.workers.end(), [&](const auto& o) { return o.topic == w.topic; });
  if (w.url.empty() && w.labelled_url.empty()) {
    c.not_taken.push_back({key, "it has no InferenceEndpoint among its parameters: nothing answers the topic"});
  } else if (same != c.workers.end()) {
    c.not_taken.push_back(
      {key, fmt::format("topic {} is that of {}; a second model of a topic is a `shadow`", w.topic.value, same->key)});
  } else {
    if (adapter != "apiAdapter" && adapter != "api-worker-reputer" && !adapter.empty())
      c.remarks.push_back({worker.name("inferenceEntrypointName"),
                           "is an adapter of your own; here its InferenceEndpoint is asked, as apiAdapter does"});
    c.workers.push_back(std::move(w));
  }
}

void read_reputers(GoObject& root, GoConfig& c) {
  const auto* reputers = root.list("reputer");
  for (std::size_t i = 0; reputers && i < reputers->size(); ++i)
    c.not_taken.push_back({element("reputer", i), "inferd is a worker: it computes no losses"});
}

} // namespace

GoConfig parse_go_config(std::string_view text, const std::string& source) {
  WipedMemory memory;
  const auto tree = parse_go_json(text, source, memory);
  GoConfig c;
  GoObject root(source, "", &tree);
  read_wallet(root.object("wallet"), c);
  const auto* workers = root.list("worker");
  if (workers && workers->size() > most_go_workers)
    root.fail("worker", fmt::format("has {} elements; at most {} are taken over", workers->size(), most_go_workers));
  for (std::size_t i = 0; workers && i < workers->size(); ++i) {
    const auto key = element("worker", i);
    read_worker(GoObject(source, key, &(*workers)[i]), key, c);
  }
  read_reputers(root, c);
  root.finish({}, c.not_taken);
  if (c.workers.empty()) root.fail("worker", "has no element with parameters.InferenceEndpoint; there is nothing to take over");
  return c;
}

} // namespace inferd::cli
