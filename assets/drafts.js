// What is typed is never lost. A form with data-draft="<key>" keeps its fields in this browser, per account and key, until saved.
//   [data-account]            somewhere on the page: whose drafts these are; nothing is kept or restored before it is known
//   form[data-draft]          its named fields are kept 300 ms after a change; passwords, files and [data-no-draft] never
//   form[data-draft-saved]    when the page sets a new non-blank value, the draft is deleted: the server has it now
//   [data-draft-note]         inside the form: shown when something was restored, [data-draft-time] says of when,
//                             [data-draft-discard] empties the form again
//   Who signs out leaves the computer to the next: their drafts go with them, after a question when there are any.
//   A session that merely ended keeps them for whoever comes back.
//   [data-connection]         the banner; data-lost="true" while the socket is down. Saving meanwhile waits and happens when back
(() => {
  "use strict";
  const PREFIX = "thads:draft:";
  const KEEP_DAYS = 30;
  const root = document.documentElement;
  const account = () => document.querySelector("[data-account]:not([data-account=''])")?.dataset.account ?? "";
  const keyOf = (form) => (account() && form.dataset.draft ? `${PREFIX}${account()}:${form.dataset.draft}` : "");
  const known = new WeakMap();

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A full or blocked store must never stop anybody from working.
    }
  };
  try {
    const oldest = Date.now() - KEEP_DAYS * 86400000;
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && !((read(key)?.at ?? 0) > oldest)) localStorage.removeItem(key);
  } catch {
    // As above.
  }

  const keeps = (field) => field.name && !["password", "file", "submit", "button", "reset"].includes(field.type) && !field.closest("[data-no-draft]");
  const fields = (form) => [...form.elements].filter(keeps);
  const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
  const defaultOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked;
    if (field.tagName === "SELECT") return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
    return field.defaultValue;
  };
  // Fields of one name (a group of ticks) are told apart by their order.
  const named = (form) => {
    const seen = {};
    return fields(form).map((field) => [`${field.name}#${(seen[field.name] = (seen[field.name] ?? -1) + 1)}`, field]);
  };

  const keep = (form) => {
    const key = keyOf(form);
    const entry = known.get(form);
    if (!key || !entry || entry.key !== key) return;
    clearTimeout(entry.timer);
    entry.timer = 0;
    const values = { ...entry.pending };
    for (const [name, field] of named(form)) {
      const value = valueOf(field);
      if (value === defaultOf(field)) delete values[name];
      else values[name] = value;
    }
    write(key, Object.keys(values).length ? { at: Date.now(), values } : null);
  };
  const forget = (form) => {
    const entry = known.get(form);
    const key = entry?.key ?? keyOf(form);
    if (entry) {
      clearTimeout(entry.timer);
      Object.assign(entry, { timer: 0, touched: false, pending: {} });
    }
    if (key) write(key, null);
    note(form, 0);
    delete form.dataset.waiting;
  };
  const note = (form, at) => {
    const box = form.querySelector("[data-draft-note]");
    if (!box) return;
    box.hidden = !at;
    const time = box.querySelector("[data-draft-time]");
    if (time && at) {
      const moment = new Date(at);
      const sameDay = moment.toDateString() === new Date().toDateString();
      time.textContent = moment.toLocaleString("vi-VN", sameDay ? { hour: "2-digit", minute: "2-digit" } : { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" });
    }
  };

  // Rows and options may arrive after the form: what has no field yet stays pending and is filled in when the field comes.
  const fill = (form) => {
    const entry = known.get(form);
    let filled = false;
    for (const [name, field] of named(form)) {
      if (!(name in entry.pending)) continue;
      const value = entry.pending[name];
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) continue;
      delete entry.pending[name];
      const row = field.closest("[data-repeater-row]");
      if (row?.hidden && value) window.thadsFields.showRow(row, true);
      window.thadsFields.setValue(field, value);
      if (field.matches("[data-date],[data-money]")) window.thadsFields.tidy(field);
      const combo = field.closest("[data-combo]");
      if (combo && field.matches("[role=combobox]")) combo.dataset.label = value;
      filled = true;
    }
    return filled;
  };
  const adopt = (form) => {
    const key = keyOf(form);
    if (!key || !window.thadsFields) return;
    const entry = known.get(form);
    if (entry?.key === key) {
      if (Object.keys(entry.pending).length) fill(form);
      return;
    }
    const draft = read(key);
    known.set(form, { key, timer: 0, touched: Boolean(draft), pending: { ...draft?.values } });
    if (draft && fill(form)) note(form, draft.at);
  };
  const adoptAll = () => document.querySelectorAll("form[data-draft]").forEach(adopt);

  const changed = (event) => {
    const form = event.target.form?.closest?.("form[data-draft]");
    if (!form || !keeps(event.target)) return;
    adopt(form);
    const entry = known.get(form);
    if (!entry) return;
    entry.touched = true;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => keep(form), 300);
  };
  const flush = () => {
    for (const form of document.querySelectorAll("form[data-draft]")) if (known.get(form)?.timer) keep(form);
  };
  const isDirty = (form) => Boolean(known.get(form)?.touched) && fields(form).some((field) => !field.closest("[hidden]") && valueOf(field) !== defaultOf(field));
  const discard = (form) => {
    forget(form);
    form.reset();
    for (const row of form.querySelectorAll("[data-repeater-row][data-spare]")) window.thadsFields.showRow(row, false);
    for (const words of form.querySelectorAll("[data-words]")) words.textContent = "";
    for (const field of form.querySelectorAll("[data-invalid]")) field.removeAttribute("data-invalid");
  };

  // --- signing out ---
  const own = () => {
    try {
      return Object.keys(localStorage).filter((key) => account() && key.startsWith(`${PREFIX}${account()}:`));
    } catch {
      return [];
    }
  };
  addEventListener(
    "submit",
    (event) => {
      if (!(event.target.getAttribute("action") ?? "").startsWith("/api/auth/logout")) return;
      flush();
      const kept = own();
      if (kept.length && !confirm("Bạn còn nội dung nhập dở chưa lưu. Đăng xuất sẽ xóa nội dung ấy khỏi máy này. Vẫn đăng xuất?")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      for (const form of document.querySelectorAll("form[data-draft]")) forget(form);
      for (const key of kept) write(key, null);
    },
    true,
  );

  // --- the line ---
  const banner = () => document.querySelector("[data-connection]");
  const lost = () => root.hasAttribute("data-offline") || banner()?.dataset.lost === "true";
  let wasLost = false;
  const lineChanged = () => {
    const now = lost();
    if (now) {
      wasLost = true;
      flush();
      return;
    }
    if (!wasLost) return;
    wasLost = false;
    root.setAttribute("data-back", "");
    setTimeout(() => root.removeAttribute("data-back"), 4000);
    // Give the socket a moment to take up its state again, then save what was waiting.
    setTimeout(() => {
      if (lost()) return;
      for (const form of document.querySelectorAll("form[data-waiting]")) {
        delete form.dataset.waiting;
        form.requestSubmit();
      }
    }, 700);
  };
  addEventListener("offline", () => {
    root.setAttribute("data-offline", "");
    lineChanged();
  });
  addEventListener("online", () => {
    root.removeAttribute("data-offline");
    lineChanged();
  });
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());

  document.addEventListener("input", changed, true);
  document.addEventListener("change", changed, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-draft-discard]");
    if (button) discard(button.closest("form"));
  });
  addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-draft]")) return;
      keep(form);
      if (!lost()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      form.dataset.waiting = "";
    },
    true,
  );

  // --- the framework's only banner we cannot replace: it comes in English when the server was upgraded under an open page ---
  const translate = (node) => {
    if (node.id !== "reflex-new-version-banner") return;
    node.firstChild.textContent = "Phần mềm vừa được nâng cấp. Nội dung đang nhập vẫn được giữ.";
    node.style.cssText += ";background:#124270;font:500 14px/20px var(--font)";
    const button = node.querySelector("button");
    if (button) button.textContent = "Tải lại trang";
  };

  new MutationObserver((changes) => {
    let look = false;
    for (const { type, target, attributeName, addedNodes, removedNodes, oldValue } of changes) {
      if (type === "attributes") {
        if (attributeName === "data-draft-saved" && target.dataset.draftSaved && target.dataset.draftSaved !== oldValue) forget(target);
        else if (attributeName === "data-lost") lineChanged();
        else look = true;
        continue;
      }
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        translate(node);
        look ||= node.matches("form[data-draft],[data-account],input,select,textarea") || Boolean(node.querySelector("form[data-draft],[data-account],input,select,textarea"));
      }
      for (const node of removedNodes) {
        if (!(node instanceof Element)) continue;
        for (const form of node.matches("form[data-draft]") ? [node] : node.querySelectorAll("form[data-draft]")) {
          const entry = known.get(form);
          if (entry?.timer) keepRemoved(form, entry);
        }
      }
    }
    if (look) adoptAll();
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ["data-draft", "data-draft-saved", "data-account", "data-lost"] });

  // A form that left the page with a change still waiting (a fast Back): its fields can still be read.
  const keepRemoved = (form, entry) => {
    if (form.dataset.draftSaved) return;
    keep(form);
    entry.timer = 0;
  };

  window.thadsDrafts = { isDirty, discard, flush };
  adoptAll();
})();
