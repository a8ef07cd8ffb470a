// Tables: columns a person hides (remembered by the table's name), the tick of all rows, and a table wider than its place.
//   [data-table="name"] with [data-col] cells; input[data-toggle-col][data-for-table] in a details.menu
//   [data-pick-all] sets every [data-pick]; the page hears of it through the box's own handler
(() => {
  "use strict";
  const KEY = "thads:columns";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
    } catch {
      return {};
    }
  };
  const hidden = read();
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const paint = () => {
    const rules = Object.entries(hidden).flatMap(([table, columns]) =>
      columns.map((column) => `[data-table="${CSS.escape(table)}"] [data-col="${CSS.escape(column)}"]{display:none!important}`),
    );
    sheet.replaceSync(rules.join("\n"));
  };
  const toggle = (box) => {
    const columns = new Set(hidden[box.dataset.forTable]);
    if (box.checked) columns.delete(box.dataset.toggleCol);
    else columns.add(box.dataset.toggleCol);
    hidden[box.dataset.forTable] = [...columns];
    try {
      localStorage.setItem(KEY, JSON.stringify(hidden));
    } catch {
      // Blocked storage: the choice lasts as long as the page.
    }
    paint();
    fitAll();
  };
  paint();

  // A table that fits keeps its head in sight while the page scrolls; one that does not scrolls inside its own frame.
  const fit = (wrap) => {
    const table = wrap.querySelector("table");
    // An attribute, because the page writes the class anew whenever it loads.
    if (table) wrap.toggleAttribute("data-scrolls", table.scrollWidth > wrap.clientWidth + 1);
  };
  const fitAll = () => document.querySelectorAll(".table-wrap.stays").forEach(fit);
  const seen = new WeakSet();
  // In the next frame: measuring changes sizes again, which a browser reports as an error within the same one.
  const sizes = new ResizeObserver((entries) =>
    requestAnimationFrame(() => entries.forEach(({ target }) => fit(target.closest(".table-wrap") ?? target))),
  );
  const adopt = () => {
    for (const wrap of document.querySelectorAll(".table-wrap.stays")) {
      const table = wrap.querySelector("table");
      if (!table || seen.has(table)) continue;
      seen.add(table);
      sizes.observe(wrap);
      sizes.observe(table);
    }
  };
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some((node) => node instanceof Element && (node.matches(".table") || node.querySelector(".table"))))) adopt();
  }).observe(document.documentElement, { childList: true, subtree: true });
  adopt();

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches?.("[data-toggle-col]")) toggle(box);
    if (box.matches?.("[data-pick-all]")) for (const pick of document.querySelectorAll("[data-list] [data-pick]:not(:disabled)")) pick.checked = box.checked;
  });
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches?.("details.menu") || !event.target.open) return;
      for (const box of event.target.querySelectorAll("[data-toggle-col]")) box.checked = !(hidden[box.dataset.forTable] ?? []).includes(box.dataset.toggleCol);
    },
    true,
  );
})();
