#include "runtime/sim/rpc/topic_queries.hpp"

#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/proto.hpp"

namespace inferd::sim {

namespace {

using Answer = QueryResult;

template <class Request, class Handler> Answer with(const std::string& data, Handler handler) {
  Request request;
  if (!read_message(request, data)) return invalid_request("proto: cannot parse the request");
  return handler(request);
}

Answer account_info(const ChainState& chain, const std::string& data, std::int64_t height) {
  return with<wire::AddressRequest>(data, [&](const auto& request) -> Answer {
    if (auto error = address_error(request.address())) return invalid_request(*error);
    const auto* account = chain.account(request.address());
    if (!account) return not_found("account " + request.address() + " not found");
    wire::AccountInfoResponse response;
    auto& info = *response.mutable_info();
    info.set_address(request.address());
    info.set_account_number(account->number);
    info.set_sequence(chain.sequence_at(request.address(), height));
    if (!account->public_key.empty()) {
      wire::PubKey key;
      key.set_key(account->public_key);
      info.mutable_pub_key()->set_type_url("/cosmos.crypto.secp256k1.PubKey");
      info.mutable_pub_key()->set_value(key.SerializeAsString());
    }
    return response.SerializeAsString();
  });
}

Answer balance(const ChainState& chain, const std::string& data) {
  return with<wire::BalanceRequest>(data, [&](const auto& request) -> Answer {
    if (auto error = address_error(request.address()))
      return invalid_request("rpc error: code = InvalidArgument desc = invalid address: " + *error);
    const auto* account = chain.account(request.address());
    wire::BalanceResponse response;
    response.mutable_balance()->set_denom(request.denom());
    response.mutable_balance()->set_amount(to_text(account && request.denom() == "uallo" ? account->balance : 0));
    return response.SerializeAsString();
  });
}

Answer gas_price(const ChainState& chain, const std::string& data) {
  return with<wire::DenomRequest>(data, [&](const auto& request) -> Answer {
    if (request.denom() != "uallo") return invalid_request("error resolving denom: the only denom supported is uallo");
    wire::GasPriceResponse response;
    response.mutable_price()->set_denom("uallo");
    response.mutable_price()->set_amount(to_text(chain.gas_price()));
    return response.SerializeAsString();
  });
}

Answer simulate(const ChainState& chain, const std::string& data) {
  return with<wire::SimulateRequest>(data, [&](const auto& request) -> Answer {
    const auto outcome = chain.simulate(request.tx_bytes());
    if (!outcome.ok())
      return unknown_request("rpc error: code = Unknown desc = " + outcome.log +
                             " [cosmos/cosmos-sdk@v0.50.14/baseapp/baseapp.go:1023] with gas used: '" +
                             std::to_string(outcome.gas_used) + "'");
    wire::SimulateResponse response;
    response.mutable_gas_info()->set_gas_wanted(~std::uint64_t{0});
    response.mutable_gas_info()->set_gas_used(outcome.gas_used);
    return response.SerializeAsString();
  });
}

Answer params(const ChainState& chain, const std::string&) {
  wire::Coin version; // Params{1 version …}; the other fields are omitted
  version.set_denom(chain.settings().emissions);
  wire::BalanceResponse response;
  *response.mutable_balance() = version;
  return response.SerializeAsString();
}

Answer answer(const ChainState& chain, const std::string& path, const std::string& data, std::int64_t height) {
  if (path == "/cosmos.auth.v1beta1.Query/AccountInfo") return account_info(chain, data, height);
  if (path == "/cosmos.bank.v1beta1.Query/Balance") return balance(chain, data);
  if (path == "/feemarket.feemarket.v1.Query/GasPrice") return gas_price(chain, data);
  if (path == "/cosmos.tx.v1beta1.Service/Simulate") return simulate(chain, data);
  const auto service = "/emissions." + chain.settings().emissions + ".QueryService/";
  if (path.starts_with(service)) {
    const auto method = path.substr(service.size());
    if (method == "GetParams") return params(chain, data);
    if (const auto query = topic_query(method))
      return with<wire::TopicAddressRequest>(data, [&](const auto& request) {
        const auto& emissions = chain.emissions_at(height);
        return query({emissions, emissions.find(request.topic_id()), request, height});
      });
  }
  return unknown_request("unknown query path");
}

} // namespace

QueryAnswer abci_query(const ChainState& chain, const std::string& path, const std::string& data, std::int64_t height) {
  QueryAnswer out;
  out.height = height > 0 ? std::min(height, chain.height()) : chain.height();
  auto got = answer(chain, path, data, out.height);
  if (auto* refusal = std::get_if<Outcome>(&got)) {
    out.outcome = std::move(*refusal);
    if (out.outcome.log == "unknown query path: unknown request") out.height = 0;
  } else {
    out.value = std::move(std::get<std::string>(got));
  }
  return out;
}

} // namespace inferd::sim
