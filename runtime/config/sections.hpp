#pragma once
// load.cpp's helpers for the sections that refer to each other.

#include "runtime/config/settings_reader.hpp"

namespace inferd {

/// `[[market.source]]`. With none in the file: tiingo where its key is set, then coinbase and kraken, which all quote USD.
std::vector<SourceSettings> read_sources(Table& market);

/// `[[topic]]`, narrowed or made by TOPIC_ID.
std::vector<TopicSettings> read_topics(Table& root, const std::string& state_dir, const std::vector<SourceSettings>& sources);

/// Blames `place` unless `path` is a regular file this process may read.
void need_file(Table&, const char* key, const std::string& path, const std::string& hint);

} // namespace inferd
