// The keyboard layer. Everything is delegated on the document and driven by data attributes, so it survives client-side
// navigation and knows nothing of any page.
//   j k        move over the rows of [data-list] ([data-row] elements); Enter opens a row's [data-row-link]; x ticks [data-pick]
//   a h n …    click the visible element with [data-key="a"]
//   / ? Ctrl+K focus [data-search] · open #shortcuts · open #palette
//   Ctrl+Enter submit the form one is in, else click [data-save]
//   Esc        close the menu, dialog or panel on top ([data-esc] inside it); a form with unsaved text asks first
//   details.menu close on a click elsewhere; [data-modal] and [data-panel] take the focus when they appear
(() => {
  "use strict";
  const root = document.documentElement;
  const visible = (element) => Boolean(element && element.getClientRects().length);
  const typing = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]),textarea,select,[contenteditable]");
  const layers = () => [...document.querySelectorAll("[data-modal],[data-panel]")].filter(visible);
  const topLayer = () => layers().at(-1) ?? document;

  // --- the side menu and the theme, remembered in this browser ---
  const remember = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch {
      // Storage may be blocked: the choice then lasts as long as the page.
    }
    return null;
  };
  if (remember("thads:nav") === "folded") root.dataset.nav = "folded";
  const fold = () => {
    const folded = root.dataset.nav !== "folded";
    if (folded) root.dataset.nav = "folded";
    else delete root.dataset.nav;
    remember("thads:nav", folded ? "folded" : "open");
  };

  // --- rows ---
  const rows = () => [...document.querySelectorAll("[data-list] [data-row]")].filter(visible);
  const currentRow = () => document.activeElement?.closest?.("[data-row]");
  const moveRow = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(currentRow());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const openRow = (row) => {
    const link = row?.querySelector("[data-row-link]");
    link?.click();
    return Boolean(link);
  };

  // --- option lists: the palette and combo boxes ---
  const options = (box) => [...box.querySelectorAll("[role=option]:not([aria-disabled=true])")].filter(visible);
  const activate = (box, option) => {
    for (const other of box.querySelectorAll("[data-active]")) {
      other.removeAttribute("data-active");
      other.setAttribute("aria-selected", "false");
    }
    const input = box.querySelector("[role=combobox]");
    if (!option) return input?.removeAttribute("aria-activedescendant");
    option.setAttribute("data-active", "");
    option.setAttribute("aria-selected", "true");
    option.id ||= `option-${Math.random().toString(36).slice(2)}`;
    input?.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const moveOption = (box, step) => {
    const all = options(box);
    const at = all.findIndex((option) => option.hasAttribute("data-active"));
    activate(box, all[(at + step + all.length) % all.length] ?? all[0]);
  };
  const openCombo = (combo, open) => {
    combo.toggleAttribute("data-open", open);
    combo.querySelector("[role=combobox]")?.setAttribute("aria-expanded", String(open));
    if (!open) activate(combo, null);
  };
  const pick = (combo, option) => {
    const { value = "", label = option.textContent } = option.dataset;
    combo.dataset.label = label;
    // The text is set without an event (nothing is to be searched); the value's event lets the draft and the page know.
    combo.querySelector("[role=combobox]").value = label;
    window.thadsFields.setValue(combo.querySelector("[data-combo-value]"), value);
    openCombo(combo, false);
  };
  const comboKey = (event, combo) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      openCombo(combo, true);
      moveOption(combo, event.key === "ArrowDown" ? 1 : -1);
      return true;
    }
    const active = combo.querySelector("[role=option][data-active]");
    if (event.key === "Enter" && combo.hasAttribute("data-open") && active) {
      active.click();
      return true;
    }
    if (event.key === "Escape" && combo.hasAttribute("data-open")) {
      openCombo(combo, false);
      return true;
    }
    return false;
  };
  // Leaving a combo box with a text nobody picked puts the last picked one back, so text and value never disagree.
  const settleCombo = (combo) => {
    const input = combo.querySelector("[role=combobox]");
    const value = combo.querySelector("[data-combo-value]");
    const label = value.value ? (combo.dataset.label ?? input.defaultValue) : "";
    if (input.value.trim() === "") {
      combo.dataset.label = "";
      window.thadsFields.setValue(value, "");
    } else if (input.value !== label) input.value = label;
    openCombo(combo, false);
  };

  const paletteKey = (event, palette) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") moveOption(palette, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") (palette.querySelector("[role=option][data-active]") ?? options(palette)[0])?.click();
    else return false;
    return true;
  };
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return Boolean(dialog);
    dialog.showModal();
    dialog.querySelector("input")?.select();
    return true;
  };

  // --- closing things ---
  const close = (layer) => {
    const button = (layer === document ? [...document.querySelectorAll("[data-esc]")].filter(visible).at(-1) : layer.querySelector("[data-esc]"));
    button?.click();
    return Boolean(button);
  };
  const escape = () => {
    const menu = [...document.querySelectorAll("details.menu[open]")].at(-1);
    if (menu) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      return true;
    }
    const layer = topLayer();
    const form = layer === document ? document.activeElement?.closest?.("form[data-draft]") : layer.querySelector("form[data-draft]");
    const question = document.getElementById("discard");
    if (form && question && window.thadsDrafts?.isDirty(form)) {
      question.returnValue = "";
      question.showModal();
      question.onclose = () => {
        if (question.returnValue !== "discard") return;
        window.thadsDrafts.discard(form);
        close(layer);
      };
      return true;
    }
    if (typing(document.activeElement) && layer === document) {
      document.activeElement.blur();
      return true;
    }
    return close(layer);
  };
  const save = () => {
    const form = document.activeElement?.closest?.("form") ?? topLayer().querySelector("form[data-draft]");
    if (form) {
      const button = form.querySelector("[data-save]");
      form.requestSubmit(button?.type === "submit" ? button : undefined);
      return true;
    }
    const button = [...topLayer().querySelectorAll("[data-save]")].find(visible);
    button?.click();
    return Boolean(button);
  };

  const LETTERS = {
    j: () => moveRow(1),
    k: () => moveRow(-1),
    x: () => {
      const box = currentRow()?.querySelector("[data-pick]");
      box?.click();
      return Boolean(box);
    },
    "/": () => {
      const field = [...document.querySelectorAll("[data-search]")].find(visible);
      if (field) {
        field.focus();
        field.select?.();
        return true;
      }
      return openDialog("palette");
    },
    "?": () => openDialog("shortcuts"),
  };
  const letter = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return false;
    if (event.key === "Enter") {
      // A link or a button inside the row keeps its own Enter.
      return event.target.matches?.("[data-row]") ? openRow(event.target) : false;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (!key) return false;
    const scope = topLayer();
    const marked = [...scope.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && visible(element) && !element.disabled);
    if (marked) {
      marked.click();
      return true;
    }
    return scope === document && LETTERS[key] ? LETTERS[key]() : false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const key = event.key.toLowerCase();
    let done = false;
    const combo = event.target.closest?.("[data-combo]");
    const palette = event.target.closest?.("#palette");
    if ((event.ctrlKey || event.metaKey) && key === "k") done = openDialog("palette");
    else if ((event.ctrlKey || event.metaKey) && key === "enter") done = save();
    else if (combo && comboKey(event, combo)) done = true;
    else if (palette && paletteKey(event, palette)) done = true;
    else if (key === "escape") done = document.querySelector("dialog[open]") ? false : escape();
    else if (key === "tab") done = trap(event);
    else done = letter(event);
    if (done) event.preventDefault();
  });

  // Tab stays inside the dialog on top.
  const FOCUSABLE = 'a[href],button:not(:disabled),input:not(:disabled):not([type=hidden]),select:not(:disabled),textarea:not(:disabled),[tabindex="0"]';
  const trap = (event) => {
    const modal = [...document.querySelectorAll("[data-modal]")].filter(visible).at(-1);
    if (!modal) return false;
    const stops = [...modal.querySelectorAll(FOCUSABLE)].filter(visible);
    if (!stops.length) return true;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (modal.contains(document.activeElement) && document.activeElement !== edge) return false;
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (target.closest("[data-fold]")) fold();
    const opener = target.closest("[data-open-dialog]");
    if (opener) openDialog(opener.dataset.openDialog);
    const dialog = target.closest("dialog");
    if (dialog && (target === dialog || target.closest("[data-close-dialog]") || (dialog.id === "palette" && target.closest("[role=option]")))) dialog.close();
    const option = target.closest("[data-combo] [role=option]");
    if (option) pick(option.closest("[data-combo]"), option);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target) || target.closest("[data-close-menu],.menu-sheet a")) menu.open = false;
    }
    // A click anywhere on a row opens it, unless it is on something of its own or selects text.
    const row = target.closest("[data-row]");
    if (row && !target.closest("a,button,input,label,select,summary") && !String(getSelection())) openRow(row);
    const print = target.closest("[data-print]");
    if (print) window.print();
  });
  const bare = (path) => path.replace(/\/+$/, "");
  // A link to a place on this page ("tới nội dung chính", a mistake to mend) takes the focus there. The router would
  // only scroll, and load the page's data again.
  document.addEventListener(
    "click",
    (event) => {
      const anchor = event.target.closest?.('a[href*="#"]');
      if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || anchor.target) return;
      if (anchor.origin !== location.origin || bare(anchor.pathname) !== bare(location.pathname)) return;
      const goal = document.getElementById(decodeURIComponent(anchor.hash.slice(1)));
      if (!goal) return;
      event.preventDefault();
      goal.scrollIntoView({ block: goal.matches("input,select,textarea") ? "center" : "start" });
      goal.focus({ preventScroll: true });
    },
    true,
  );
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-combo] [role=option]")) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("[data-combo] [role=combobox]")) openCombo(event.target.closest("[data-combo]"), true);
  });
  document.addEventListener("focusout", (event) => {
    const combo = event.target.closest?.("[data-combo]");
    if (combo && !combo.contains(event.relatedTarget)) settleCombo(combo);
  });
  document.addEventListener("input", (event) => {
    const combo = event.target.closest?.("[data-combo]");
    // A draft being restored also speaks: only what a person types here and now opens the list.
    if (combo && event.target.matches("[role=combobox]") && event.target === document.activeElement) openCombo(combo, true);
  });

  // --- dialogs and panels take the focus when they appear and give it back when they go ---
  const homes = new WeakMap();
  const arrive = (layer) => {
    if (homes.has(layer)) return;
    homes.set(layer, document.activeElement);
    const first = layer.querySelector("[autofocus],[data-first]") ?? layer.querySelector("input:not([type=hidden]):not(:disabled),select,textarea") ?? layer.querySelector(FOCUSABLE);
    first?.focus({ preventScroll: true });
  };
  new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const layer of node.matches("[data-modal],[data-panel]") ? [node] : node.querySelectorAll("[data-modal],[data-panel]")) arrive(layer);
        const summary = node.matches("[data-error-summary]") ? node : node.querySelector("[data-error-summary]");
        summary?.focus();
      }
      for (const node of removedNodes) {
        if (!(node instanceof Element)) continue;
        const layer = node.matches("[data-modal],[data-panel]") ? node : node.querySelector("[data-modal],[data-panel]");
        if (layer && homes.get(layer)?.isConnected) homes.get(layer).focus({ preventScroll: true });
      }
    }
  }).observe(root, { childList: true, subtree: true });
})();
