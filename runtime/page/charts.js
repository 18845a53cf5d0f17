// The curves. Each has a text for screen readers and its numbers as a table.
"use strict";

const Charts = (() => {
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const shown = new Map(); // figure id → {plot, key}

  const short = (x) => {
    if (x == null) return "–";
    const size = Math.abs(x);
    if (size !== 0 && (size >= 1e6 || size < 1e-3)) return x.toExponential(3);
    return String(Number(x.toPrecision(6)));
  };

  function table(times, series) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "as a table";
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    details.append(summary, scroll);
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      const grid = document.createElement("table");
      const line = (cells, tag) => {
        const tr = grid.insertRow();
        for (const text of cells) {
          const cell = document.createElement(tag);
          if (tag === "th") cell.scope = "col";
          cell.textContent = text;
          tr.append(cell);
        }
      };
      line(["time", ...series.map((s) => s.label)], "th");
      for (let i = times.length - 1; i >= 0 && i >= times.length - 100; i--)
        line([new Date(times[i] * 1000).toISOString().slice(0, 19).replace("T", " "), ...series.map((s) => short(s.values[i]))], "td");
      scroll.replaceChildren(grid);
    });
    return details;
  }

  // series: [{label, values, color, scale}]; times in seconds.
  function draw(id, times, series) {
    const figure = document.getElementById(id);
    const caption = figure.querySelector("figcaption").textContent;
    const width = Math.max(240, figure.clientWidth - 16);
    const known = times.length > 0 && series.some((s) => s.values.some((v) => v != null));
    const key = JSON.stringify([width, times, series.map((s) => s.values), color("--fg")]);
    const before = shown.get(id);
    if (before && before.key === key) return;
    const open = figure.querySelector("details")?.open;
    if (before?.plot) before.plot.destroy();
    for (const old of figure.querySelectorAll(":scope > :not(figcaption)")) old.remove();
    if (!known) {
      const empty = document.createElement("p");
      empty.className = "empty";
      empty.textContent = "nothing yet";
      figure.append(empty);
      shown.set(id, { key });
      return;
    }
    const box = document.createElement("div");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", caption + ", " + times.length + " windows. Newest: " +
      series.map((s) => s.label + " " + short(s.values[s.values.length - 1])).join(", "));
    figure.append(box);
    const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 } };
    const value = (u, splits) => splits.map((x) => (x != null && x !== 0 && (Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3) ? x.toExponential(1) : short(x)));
    const second = series.some((s) => s.scale === "y2");
    const plot = new uPlot({
      width, height: 220, legend: { live: false },
      scales: { x: { time: true } },
      axes: [{ ...axis }, { ...axis, values: value, size: 70 }, ...(second ? [{ ...axis, values: value, size: 70, scale: "y2", side: 1, grid: { show: false } }] : [])],
      series: [{}, ...series.map((s) => ({
        label: s.label, stroke: color(s.color), width: 2, scale: s.scale || "y", dash: s.dash, spanGaps: true,
        points: { show: times.length < 80, size: 5, fill: color(s.color) } }))],
    }, [times, ...series.map((s) => s.values)], box);
    const numbers = table(times, series);
    figure.append(numbers);
    if (open) numbers.open = true;
    shown.set(id, { plot, key });
  }

  return { draw, short };
})();
