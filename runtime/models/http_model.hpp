#pragma once

#include "runtime/models/model_spec.hpp"
#include "runtime/ports/http_port.hpp"
#include "runtime/ports/model_port.hpp"

#include <memory>
#include <string>

namespace inferd::models {

/// A model behind a URL, in the contract of Allora's Go node: GET, {BlockHeight} and {TopicId} replaced, the number as text or
/// [{"label","value"}]. Errors name host and port only: paths and queries may hold keys.
std::shared_ptr<ModelPort> make_http_model(ModelSpec, std::shared_ptr<HttpPort>);

/// spec.url for a request: {BlockHeight} and {TopicId} first, then spec.parameters in the order of their keys; case-sensitive,
/// not encoded; unknown placeholders stay.
std::string model_url(const ModelSpec&, TopicId, Height nonce);

} // namespace inferd::models
