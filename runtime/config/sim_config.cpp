#include "runtime/config/sim_config.hpp"

#include <fmt/format.h>

namespace inferd {

std::string sim_config_text(const SimConfig& c) {
  auto text = fmt::format(R"(# Made by inferd, for a simulated network.
state_dir = "."
[chain]
id = "{}"
rpc = ["{}"]
[network]
proxy = ""
[wallet]
mnemonic_file = "mnemonic"
)",
                          c.chain_id, c.url);
  if (!c.token_env.empty())
    text += fmt::format("[[market.source]]\nkind = \"tiingo\"\nurl = \"{}\"\ntoken_env = \"{}\"\n", c.url, c.token_env);
  text += fmt::format(R"([[market.source]]
kind = "binance"
url = "{}"
[ledger]
path = "books.db"
[admin]
socket = "admin.sock"
[log]
level = "{}"
dir = "log"
)",
                      c.url, c.log_level);
  for (const auto topic : c.topics)
    text += fmt::format("[[topic]]\nid = {}\nsymbol = \"btcusd\"\nhorizon_hours = 168\nmodel = \"model.json\"\n", topic);
  return text;
}

} // namespace inferd
