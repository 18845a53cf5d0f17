#pragma once
// Parts of load.cpp for sections that refer to each other.

#include "runtime/config/settings_reader.hpp"

namespace inferd {

/// `[[market.source]]`. Without any in the file: tiingo if its key is set, then coinbase and kraken, all of which quote USD.
std::vector<SourceSettings> read_sources(Table& market);

/// The table `name` of `parent`, which says where a secret lies: one of env, credential and file. Nothing of it is shown, since
/// an operator may write the secret itself.
SecretSource read_secret(Table& parent, const char* name);

/// `headers` of an endpoint or a source: { Name = { env = "VARIABLE" } }, or credential = "name", or file = "path".
std::vector<HeaderSource> read_headers(Table&);

/// `rpc` of `[chain]`: URLs, or tables with url, websocket and headers.
void read_rpc(Table& chain, ChainSettings&);

/// `[network]`; what it does not say, the variables https_proxy, http_proxy, all_proxy and no_proxy, as curl reads them.
NetworkSettings read_network(Table);

/// `[notify]`.
NotifySettings read_notify(Table);

/// Where systemd lays a credential; empty: not under systemd.
std::string credential_place(const HostEnvironment&, const std::string& name);

/// The value of a variable with a list of directories: the first; empty: unset.
std::optional<std::string> directory(const HostEnvironment&, const char* variable);

/// `[[topic]]`, filtered or created by TOPIC_ID.
std::vector<TopicSettings> read_topics(Table& root, const std::string& state_dir, const std::vector<SourceSettings>& sources);

/// `key` of a topic: a text, or a table that says more. `fallback`: the file where the key is not given.
ModelSettings read_model(Table& topic, const char* key, const std::string& fallback);

/// What a topic says about a model from outside: fallback, plausible, same_values, network_deviations.
void read_foreign(Table&, TopicSettings&);

/// What a topic says about further models: shadow, promotion, retrain.
void read_shadows(Table&, TopicSettings&);

/// Reports a mistake unless `path` is a readable regular file.
void need_file(Table&, const char* key, const std::string& path, const std::string& hint);

} // namespace inferd
