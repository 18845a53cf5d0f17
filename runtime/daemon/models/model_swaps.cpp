#include "runtime/daemon/models/model_swaps.hpp"

#include "actors/interfaces.hpp"
#include "messages/json.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/admin/operator_routes.hpp"
#include "runtime/introspection/tree_view.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

namespace inferd {
namespace {

namespace json = boost::json;

constexpr auto poll_interval = std::chrono::milliseconds(10);
constexpr auto patience = std::chrono::milliseconds(2'000);

class Swaps {
public:
  Swaps(caf::actor_system& system, ActorContext& context, std::string ledger, std::shared_ptr<const ModelStore> versions)
    : tree_(tree_of(system, context)), context_(context), ledger_(std::move(ledger)), versions_(std::move(versions)) {}

  AdminAnswer swap(SwapRequest request) {
    const std::lock_guard lock(mutex_);
    const auto number = std::to_string(request.topic.value);
    const auto predictor = context_.directory->find(predictor_of(request.topic));
    if (!predictor) return admin_error(404, "topic " + number + " is not answered here");
    try {
      BooksReader books(ledger_);
      if (request.model.empty()) {
        const auto swaps = books.swaps(request.topic);
        if (swaps.empty())
          return admin_error(409, "topic " + number + " has had no other live model: there is nothing to go back to");
        request.model = swaps.back().from_version;
      }
      if (auto refusal = offer(predictor, request, books.models(request.topic))) return *std::move(refusal);
    } catch (const std::exception& e) {
      return admin_error(503, e.what());
    }
    const auto ask = ++asks_;
    caf::anon_send(predictor, SwapModel{request.topic, request.model, request.by.empty() ? "admin" : request.by,
                                        request.rollback ? "rollback" : "promotion", ask});
    return answer(request.topic, ask);
  }

private:
  /// Offers a version that does not run, if there is one of that name. The answer, if it cannot run in this process.
  std::optional<AdminAnswer> offer(const Predictor& predictor, SwapRequest& request,
                                   const std::vector<ModelRow>& models) const {
    const auto meant = [&](const ModelRow& row) {
      return row.role == ModelRole::retired &&
             (row.name == request.model || (request.model.size() >= 6 && row.version.starts_with(request.model)));
    };
    const bool runs = std::any_of(models.begin(), models.end(), [&](const ModelRow& row) {
      return row.role != ModelRole::retired && (row.name == request.model || row.version == request.model);
    });
    if (runs) return {};
    const auto it = std::find_if(models.rbegin(), models.rend(), meant); // the newest
    if (it == models.rend()) return {};
    if (it->form != "built-in") {
      const auto file = versions_ ? versions_->file(it->version) : std::string();
      return admin_error(409, it->name + " (" + it->version + ") runs outside of the process, and does not run now: " +
                                (file.empty() ? "put it back into the configuration" : "set model = \"" + file + "\"") +
                                ", then inferd ctl reload");
    }
    const auto text = versions_ ? versions_->text(it->version) : std::nullopt;
    if (!text) return {};
    caf::anon_send(predictor, OfferModel{request.topic, {it->name, it->version}, *text, "rollback"});
    request.model = it->version;
    return {};
  }

  AdminAnswer answer(TopicId topic, std::uint64_t ask) {
    for (const auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
      const auto inspection = tree_->inspect(predictor_of(topic).place);
      const auto* view = inspection ? std::get_if<PredictorView>(&inspection->state) : nullptr;
      if (view && view->swap && view->swap->ask == ask) {
        const auto& s = *view->swap;
        if (s.state == "refused") return admin_error(409, s.sentence);
        if (s.state == "done")
          return {200, json::serialize(json::object{{"topic_id", topic.value}, {"sentence", s.sentence}}) + '\n'};
      }
      std::this_thread::sleep_for(poll_interval);
    }
    return admin_error(504, "the books have not answered: look at `inferd models list`");
  }

  std::shared_ptr<TreePort> tree_;
  ActorContext& context_;
  std::string ledger_;
  std::shared_ptr<const ModelStore> versions_;
  std::mutex mutex_;
  std::uint64_t asks_{};
};

} // namespace

std::function<AdminAnswer(const SwapRequest&)> model_swaps(caf::actor_system& system, ActorContext& context,
                                                           std::string ledger_path,
                                                           std::shared_ptr<const ModelStore> versions) {
  auto swaps = std::make_shared<Swaps>(system, context, std::move(ledger_path), std::move(versions));
  return [swaps](const SwapRequest& request) { return swaps->swap(request); };
}

} // namespace inferd
