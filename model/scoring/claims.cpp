#include "model/scoring/claims.hpp"

#include "model/ridge5.hpp"

#include <cmath>
#include <fmt/format.h>

namespace inferd {

const char* const promotion_caution = "a pass is no proof of skill: of skill-free forecasts scaled to the aspect limit 27 % "
                                      "pass directional accuracy and 4 % all six at 24 h";

namespace {

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

/// Skill at volatility is what remains above mean reversion.
std::string over_reversion(const ScoreRow& row) {
  const auto range = fmt::format("95 % interval {} to {}", percent(row.r2_low), percent(row.r2_high));
  if (row.r2_low > 0)
    return fmt::format("{} has skill: its squared error is {} below that of mean reversion ({})", row.name, percent(row.r2),
                       range);
  if (row.r2_high < 0)
    return fmt::format("{} is worse than mean reversion: by {} of its squared error ({})", row.name, percent(-row.r2), range);
  return fmt::format("{} cannot be told from mean reversion: {} of its squared error ({})", row.name, percent(row.r2), range);
}

std::string direction(const ScoreRow& row, const Promotion& grade) {
  const auto figures =
    fmt::format("directional accuracy {:.3f}, one-sided lower bound {:.3f}", grade.directional.value, grade.directional.bound);
  const auto error = fmt::format("its RMSE is {:.2f} % {} than that of the simplest", 100 * std::abs(row.gain),
                                 row.gain > 0 ? "lower" : "higher");
  return grade.directional.passes
           ? fmt::format("{} knows the direction slightly better than a coin ({}); {}", row.name, figures, error)
           : fmt::format("{} does not know the direction better than a coin ({}); {}", row.name, figures, error);
}

std::string promotion(const std::string& name, const Promotion& grade) {
  const auto failed = failed_figures(grade);
  return failed.empty() ? fmt::format("{} passes the six promotion figures; {}", name, promotion_caution)
                        : fmt::format("{} does not pass the promotion figures: {}", name, failed);
}

std::string aspect(const std::string& name, const Promotion& grade) {
  return fmt::format(
    "the deviation of {}'s predictions is {:.2f} of the truth's; the RMSE is least at the correlation, {:.2f}: do not "
    "inflate predictions to pass a rule",
    name, std::pow(10, grade.log_aspect), grade.pearson.value);
}

void add(const ScoreRow& row, const Promotion& grade, ModelOutput output, std::vector<std::string>& out) {
  out.push_back(output == ModelOutput::volatility ? over_reversion(row) : direction(row, grade));
  out.push_back(promotion(row.name, grade));
  if (std::isfinite(grade.log_aspect) && std::isfinite(grade.pearson.value)) out.push_back(aspect(row.name, grade));
}

} // namespace

std::string failed_figures(const Promotion& grade) {
  std::string out;
  const auto fails = [&](bool passes, const std::string& figure) {
    if (!passes) out += (out.empty() ? "" : ", ") + figure;
  };
  fails(grade.enough(), fmt::format("{:.0f} effective rows, 20 are needed", grade.effective));
  fails(grade.directional.passes, "directional accuracy");
  fails(grade.pearson.passes, "Pearson");
  fails(grade.weighted_gain.passes, "WRMSE gain");
  fails(grade.czar_gain.passes, "WCZAR gain");
  fails(grade.aspect_passes(), "log aspect");
  return out;
}

std::vector<std::string> claims(const Comparison& table, ModelOutput output) {
  std::vector<std::string> out;
  const auto last = table.rows.size() - 1;
  if (output == ModelOutput::volatility) {
    add(table.rows[last], table.grades[last], output, out);
    return out;
  }
  if (table.chosen == 0)
    out.push_back(
      fmt::format("nothing here predicts better than \"{}\": the figures of the others allow no claim of skill in RMSE",
                  table.rows[0].name));
  const auto of = table.chosen > 0 ? table.chosen : table.rows[last].name == ridge5_name ? last : 0;
  if (of > 0) add(table.rows[of], table.grades[of], output, out);
  return out;
}

std::vector<std::string> claims(const ModelScore& score, ModelOutput output) {
  std::vector<std::string> out;
  if (score.in_sample) out.emplace_back("the model was trained on these candles: its figures are no evidence of skill");
  else if (score.grade) add(score.row, *score.grade, output, out);
  return out;
}

std::vector<std::string> claims(const std::vector<Coverage>& all, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& c : all) {
    if (c.n == 0) continue;
    const auto verdict = c.range.low > c.level    ? "they are too wide"
                         : c.range.high < c.level ? "they are too narrow"
                                                  : "as they say";
    out.push_back(fmt::format("the {:.0f} % ranges around {} held the truth in {} (95 % interval {} to {}): {}", 100 * c.level,
                              name, percent(c.share), percent(c.range.low), percent(c.range.high), verdict));
  }
  return out;
}

} // namespace inferd
