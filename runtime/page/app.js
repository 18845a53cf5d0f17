// The page: /windows, then /events; while it is visible also /tree, /models, and /windows again for truths of older windows.
"use strict";

const $ = (id) => document.getElementById(id);
const rows = new Map(); // "topic/nonce" → row of the books
const most_rows = 600, most_cells = 96, tree_ms = 5000, models_ms = 10000, windows_ms = 60000;
const marks = { confirmed: "✓", missed: "×", refused: "!", skipped: "–", dry_run: "d", open: "…", claimed: "…", stored: "…", sent: "…", uncertain: "?" };
let selected = null, overview = null, drawing = false;

function element(tag, text, attributes = {}) {
  const out = document.createElement(tag);
  if (text != null) out.textContent = text;
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  return out;
}

function age(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min";
  if (s < 86400) return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
  return Math.floor(s / 86400) + " d " + Math.floor((s % 86400) / 3600) + " h";
}

const number = (x) => (x == null || x === "" ? null : Number(x));
const span = (us) => (us < 1000 ? us + " µs" : us < 1e6 ? (us / 1000).toFixed(1) + " ms" : (us / 1e6).toFixed(1) + " s");
const time_of = (row) => Date.parse(row.times.opened_at || row.times.done_at || row.times.stored_at || row.times.claimed_at || "") / 1000;
const value_of = (v) => (v == null ? null : typeof v === "object" ? number(Object.values(v)[0]) : number(v));
const text_of = (v) => (v == null ? "–" : typeof v === "object" ? Object.entries(v).map(([k, x]) => k + ": " + x).join(", ") : String(v));

function allo(uallo) {
  if (uallo == null) return "–";
  const x = Number(uallo) / 1e18;
  return (x === 0 ? "0" : x >= 1e-3 ? Number(x.toPrecision(6)).toString() : x.toExponential(2)) + " ALLO";
}

function quantile(values, q) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * q)];
}

// Replaces a table only if it has changed, so that a selection in it stays.
function fill(id, heads, lines) {
  const table = $(id);
  const key = JSON.stringify(lines);
  if (table.dataset.key === key) return;
  table.dataset.key = key;
  const head = element("thead"), body = element("tbody");
  const top = element("tr");
  for (const h of heads) top.append(element("th", h.replace("#", ""), { scope: "col", class: h.startsWith("#") ? "num" : "" }));
  head.append(top);
  for (const line of lines) {
    const tr = element("tr");
    line.forEach((cell, i) => {
      const bad = typeof cell === "object" && cell != null;
      const text = bad ? cell.bad : cell;
      const wide = String(text ?? "").length > 40;
      tr.append(element("td", text == null || text === "" ? "–" : text,
        { class: [heads[i].startsWith("#") ? "num" : "", bad && text ? "bad" : "", wide ? "wide" : ""].join(" ").trim() }));
    });
    body.append(tr);
  }
  table.replaceChildren(head, body);
}

function cards(list) {
  const key = JSON.stringify(list);
  if ($("glance").dataset.key === key) return;
  $("glance").dataset.key = key;
  $("glance").replaceChildren(...list.map(([name, value]) => {
    const box = element("div");
    box.append(element("dt", name), element("dd", value));
    return box;
  }));
}

function sorted_rows(topic) {
  return [...rows.values()].filter((r) => topic == null || r.topic_id === topic).sort((a, b) => a.nonce - b.nonce);
}

function show_overview() {
  const o = overview, well = o.health.healthy, books = o.books || {};
  $("health").textContent = well ? "healthy" : "not healthy";
  $("health").className = "badge " + (well ? "good" : "bad");
  $("reason").hidden = well;
  $("reason").textContent = well ? "" : o.health.reason;
  $("facts").textContent = [o.chain, o.wallet, "up " + age(o.now - o.started), o.dry_run ? "dry run" : ""].filter(Boolean).join(" · ");
  document.title = (well ? "" : "! ") + "inferd " + o.chain;
  const day = o.topics.reduce((sum, t) => [sum[0] + (t.results?.answered_24h || 0), sum[1] + (t.results?.ended_24h || 0)], [0, 0]);
  const waits = [...rows.values()].map((r) => r.to_mempool_ms).filter((x) => x != null);
  cards([
    ["Windows, 24 h", day[0] + " of " + day[1] + " answered"],
    ["All windows", (books.confirmed ?? 0) + " confirmed, " + (books.missed ?? 0) + " missed, " + (books.skipped ?? 0) + " skipped, " + (books.refused ?? 0) + " refused"],
    ["Opening to mempool", waits.length ? "p50 " + quantile(waits, .5) + " ms, p99 " + quantile(waits, .99) + " ms" : "–"],
    ["Balance", allo(o.balance)],
    ["It lasts", o.health.balance_days == null ? "no fees in 24 h" : o.health.balance_days >= 36500 ? "100 years and more" : o.health.balance_days + " days"],
    ["Fees, rewards", allo(books.fees) + ", " + allo(books.rewards || 0)],
    ["Height", (o.head ?? "–") + (o.connected ? "" : ", not connected")],
    ["Newest candle", o.health.newest_candle || "–"],
    ["Another user of the key", o.clashes ? "seen" : "not seen"],
  ]);
  fill("topics", ["Topic", "State", "#Newest", "#Next", "#24 h", "Model", "Trained to", "Trouble"], o.topics.map((t) => [
    t.topic, t.paused ? "paused" : t.open ? "open" : "closed", t.announced, t.next,
    t.results ? t.results.answered_24h + "/" + t.results.ended_24h : null, t.model, t.trained_to,
    { bad: t.trouble || t.mismatch || t.model_failure || "" }]));
  fill("endpoints", ["Node", "Use", "#Height", "#Behind", "#Latency", "Trouble"], (o.endpoints || []).map((e) => [
    e.endpoint, e.use.replace("_", " "), e.height, e.behind, e.latency_ms + " ms", { bad: e.trouble }]));
  fill("sources", ["Market", "Source", "#Candles", "Newest", "#Failures", "Trouble"], o.sources.map((s) => [
    s.feed, s.source, s.candles, s.newest_opens ? new Date(s.newest_opens).toISOString().slice(0, 16).replace("T", " ") : null, s.failures,
    { bad: s.last_failure || "" }]));
  const choice = $("topic"), ids = o.topics.map((t) => String(t.topic));
  if (ids.join() !== [...choice.options].map((x) => x.value).join()) {
    const before = choice.value;
    choice.replaceChildren(...ids.map((id) => element("option", id, { value: id })));
    if (ids.includes(before)) choice.value = before;
  }
  $("footer").textContent = "inferd " + o.version + (o.reloads ? ", reloaded " + o.reloads + " times" : "");
}

function show_window() {
  const row = rows.get(selected), box = $("window");
  box.hidden = !row;
  if (!row) return;
  const list = element("dl");
  const facts = [["Window", "topic " + row.topic_id + ", nonce " + row.nonce], ["Status", row.status.replace("_", " ")], ["Reason", row.reason],
    ["Prediction", text_of(row.value)], ["Network’s value", row.network_value], ["What came true", row.truth], ["Score", row.score], ["Reward", row.reward && row.reward + " uallo"],
    ["Fee", row.fee + " uallo"], ["To mempool", row.to_mempool_ms != null ? row.to_mempool_ms + " ms" : null],
    ["To outcome", row.to_outcome_ms != null ? row.to_outcome_ms + " ms" : null], ["Opened", row.times.opened_at], ["Model", row.model],
    ["Transaction", row.tx_hash], ["Node", row.endpoint]];
  for (const [name, value] of facts) if (value != null && value !== "") list.append(element("dt", name), element("dd", value));
  box.replaceChildren(list);
}

// A row of buttons a topic, one of them in the tab order; arrows move.
function show_timeline() {
  const box = $("timeline"), topics = [...new Set([...rows.values()].map((r) => r.topic_id))].sort((a, b) => a - b);
  const key = JSON.stringify([topics, [...rows].map(([k, r]) => k + r.status)]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  const focused = document.activeElement?.dataset?.key;
  box.replaceChildren();
  for (const topic of topics) {
    const list = sorted_rows(topic).slice(-most_cells);
    const title = element("h3", "Topic " + topic);
    const strip = element("ol", null, { class: "strip", "aria-label": "Windows of topic " + topic + ", the newest last" });
    list.forEach((row, i) => {
      const name = row.topic_id + "/" + row.nonce;
      const button = element("button", marks[row.status] || "?", {
        type: "button", class: row.status, "data-key": name, "aria-pressed": String(name === selected), tabindex: i === list.length - 1 ? "0" : "-1",
        "aria-label": "nonce " + row.nonce + ": " + row.status.replace("_", " ") + (row.reason ? ", " + row.reason : ""), title: row.nonce + " " + row.status });
      const item = element("li");
      item.append(button);
      strip.append(item);
    });
    box.append(title, strip);
  }
  if (focused) box.querySelector('[data-key="' + focused + '"]')?.focus();
  const seen = [...new Set([...rows.values()].map((r) => r.status))].sort();
  $("legend").replaceChildren(...seen.map((status) => {
    const entry = element("span");
    entry.append(element("b", marks[status] || "?", { class: status, "aria-hidden": "true" }), status.replace("_", " "));
    return entry;
  }));
  if (!topics.length) box.append(element("p", "no window yet", { class: "facts" }));
}

function select(button) {
  selected = button.dataset.key;
  for (const b of $("timeline").querySelectorAll("button")) b.setAttribute("aria-pressed", String(b === button));
  show_window();
}

$("timeline").addEventListener("click", (e) => { if (e.target.dataset.key) select(e.target); });
$("timeline").addEventListener("keydown", (e) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[e.key];
  if (!step || !e.target.dataset.key) return;
  const all = [...e.target.closest("ol").querySelectorAll("button")];
  const to = all[Math.min(all.length - 1, Math.max(0, all.indexOf(e.target) + step))];
  e.target.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
  e.preventDefault();
});

function show_charts() {
  const topic = number($("topic").value);
  const list = sorted_rows(topic).filter((r) => time_of(r) > 0).slice(-300), times = list.map(time_of);
  const all = (f) => list.map((r) => { const v = f(r); return v == null || Number.isNaN(v) ? null : v; });
  Charts.draw("c-value", times, [
    { label: "prediction", color: "--one", values: all((r) => value_of(r.value)) },
    { label: "network", color: "--two", dash: [6, 4], values: all((r) => number(r.network_value)) },
    { label: "truth", color: "--three", dash: [2, 3], values: all((r) => number(r.truth)) }]);
  Charts.draw("c-score", times, [
    { label: "score", color: "--one", values: all((r) => number(r.score)) },
    { label: "reward, uallo", color: "--two", dash: [6, 4], scale: "y2", values: all((r) => number(r.reward)) }]);
  let earned = 0, paid = 0;
  Charts.draw("c-money", times, [
    { label: "earned", color: "--one", values: all((r) => (earned += number(r.reward) || 0)) },
    { label: "fees", color: "--two", dash: [6, 4], values: all((r) => (paid += number(r.fee) || 0)) }]);
  Charts.draw("c-latency", times, [{ label: "to mempool", color: "--one", values: all((r) => r.to_mempool_ms) }]);
}

// Every model of each topic, shadows too: what it predicted, and how near that came.
function show_models(list) {
  const share = (x) => (100 * x).toFixed(1) + " %";
  const ranged = (x, range, text) => (x == null ? null : text(x) + (range ? " [" + range.map(text).join(", ") + "]" : ""));
  const judged = (p) => (p == null ? null : p.passes ? "pass" : "do not pass, n_eff " + Charts.short(Math.round(p.n_eff)));
  fill("models", ["Topic", "Model", "Role", "#Predictions", "#Failures", "#Scored", "#RMSE [95 %]", "#Direction or QLIKE", "#Saved of the live model’s squared error",
    "#Participation", "Promotion figures", "Last failure"],
    list.map((m) => [m.topic_id, m.name, m.role, m.predictions, m.failures, m.scored, ranged(m.rmse, m.rmse_range, Charts.short),
      m.qlike != null ? Charts.short(m.qlike) : ranged(m.directional_accuracy, m.directional_range, (x) => x.toFixed(3)),
      ranged(m.gain, m.gain_range, share), m.participation.value == null ? null : share(m.participation.value), judged(m.promotion), { bad: m.last_failure || "" }]));
}

// What the live models have submitted, and what it was worth.
function show_answers() {
  const models = new Map();
  for (const row of rows.values()) {
    if (!row.model) continue;
    const key = row.topic_id + " " + row.model;
    const m = models.get(key) || { topic: row.topic_id, name: row.model, answers: 0, scores: [], distances: [], rewards: 0 };
    m.answers += row.status === "confirmed" ? 1 : 0;
    if (row.score != null) m.scores.push(number(row.score));
    if (row.network_value != null && value_of(row.value) != null) m.distances.push(Math.abs(value_of(row.value) - number(row.network_value)));
    m.rewards += number(row.reward) || 0;
    models.set(key, m);
  }
  const mean = (list) => (list.length ? Charts.short(list.reduce((a, b) => a + b, 0) / list.length) : null);
  fill("answers", ["Topic", "Submitted by", "#Answers", "#Mean score", "#Newest score", "#Distance to the network", "#Rewards, uallo"],
    [...models.values()].sort((a, b) => a.topic - b.topic || (a.name < b.name ? -1 : 1)).map((m) => [
      m.topic, m.name, m.answers, mean(m.scores), m.scores.length ? Charts.short(m.scores[m.scores.length - 1]) : null, mean(m.distances), m.rewards]));
}

function show_tree(tree) {
  const lines = [], now = Date.now();
  const walk = (node, depth) => {
    for (const c of node.children || []) {
      lines.push(["\u00a0\u00a0".repeat(depth) + c.name, c.state === "running" ? c.state : { bad: c.state }, c.since ? age(now - c.since) : null, c.restarts, c.handled, c.waiting,
        c.busy_us != null ? span(c.busy_us) : null, c.in_hand ? c.in_hand.message + " " + span(c.in_hand.us) : null,
        c.last_failure ? { bad: age(now - c.last_failure.at) + " ago: " + c.last_failure.reason } : null]);
      if (c.tree) walk(c.tree, depth + 1);
    }
  };
  walk(tree, 0);
  fill("tree", ["Actor", "State", "#Up", "#Restarts", "#Handled", "#Mailbox", "#Busy", "In hand", "Last failure"], lines);
}

function take(list) {
  for (const row of list) rows.set(row.topic_id + "/" + row.nonce, row);
  if (rows.size > most_rows)
    for (const row of sorted_rows().slice(0, rows.size - most_rows)) rows.delete(row.topic_id + "/" + row.nonce);
}

// At most once a frame.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (overview) show_overview();
    show_timeline();
    show_window();
    show_answers();
    show_charts();
  });
}

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path + ": HTTP " + answer.status);
  return answer.json();
}

const get_windows = () => get("windows?limit=500").then((list) => { take(list); draw(); });

async function refresh(what, ms) {
  if (document.visibilityState === "visible") await what().catch(() => {});
  setTimeout(() => refresh(what, ms), ms);
}

function listen() {
  const events = new EventSource("events");
  events.addEventListener("overview", (e) => { overview = JSON.parse(e.data); draw(); });
  events.addEventListener("windows", (e) => { take(JSON.parse(e.data)); draw(); });
  events.addEventListener("error", () => {
    $("health").textContent = "no connection to inferd";
    $("health").className = "badge bad";
    if (events.readyState === EventSource.CLOSED) { events.close(); setTimeout(listen, 5000); }
  });
  events.addEventListener("open", () => { if (overview) draw(); });
}

$("topic").addEventListener("change", draw);
window.addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
get_windows().catch(() => {}).finally(listen);
setTimeout(() => refresh(get_windows, windows_ms), windows_ms);
refresh(() => get("tree").then(show_tree), tree_ms);
refresh(() => get("models").then(show_models), models_ms);
