#pragma once
// Parts of load.cpp for sections that refer to each other.

#include "runtime/config/settings_reader.hpp"

namespace inferd {

/// `[[market.source]]`. Without any in the file: tiingo if its key is set, then coinbase and kraken, all of which quote USD.
std::vector<SourceSettings> read_sources(Table& market);

/// `[[topic]]`, filtered or created by TOPIC_ID.
std::vector<TopicSettings> read_topics(Table& root, const std::string& state_dir, const std::vector<SourceSettings>& sources);

/// Reports a mistake unless `path` is a readable regular file.
void need_file(Table&, const char* key, const std::string& path, const std::string& hint);

} // namespace inferd
