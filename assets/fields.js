// Fields that understand what a Vietnamese clerk types. Driven by data attributes; loaded once, works on any page.
//   input[data-date]   5/3/26, 15/8, 05032026   -> 05/03/2026 on leaving the field
//   input[data-money]  1,25 tỷ, 300 triệu       -> 1.250.000.000 on leaving, the words in [data-words] of the same field
//   [data-repeater]    rows that wait hidden until they are needed; [data-add-row] shows the next, [data-drop-row] empties one
// The server parses again (thads_app/rules/vietnamese.py); tests/components/values.json holds both to the same answers.
(() => {
  "use strict";
  const LIMIT = 10n ** 15n;
  const UNITS = { ty: 9, ti: 9, trieu: 6, tr: 6, nghin: 3, ngan: 3, ngin: 3, k: 3 };
  const MESSAGES = {
    "money.not_a_number": "Chưa đọc được số tiền. Ví dụ: 1.250.000.000 hoặc 1,25 tỷ.",
    "money.negative": "Số tiền không được âm.",
    "money.fraction": "Số tiền phải là số đồng nguyên. Ví dụ: 1.250.000 hoặc 1,25 triệu.",
    "money.too_large": "Số tiền quá lớn, hãy kiểm tra lại số chữ số 0.",
    "date.not_a_date": "Chưa đọc được ngày. Ví dụ: 05/03/2026, 5/3/26 hoặc 15/8.",
    "date.impossible": "Ngày này không có trong lịch, hãy kiểm tra lại ngày và tháng.",
    "date.out_of_range": "Năm phải từ 1900 đến 2100.",
  };

  class InputError extends Error {}
  const fail = (code) => {
    throw new InputError(code);
  };

  const normalise = (text) =>
    text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").trim().split(/\s+/).join(" ");

  // One number and its power of ten, as [digits, decimals]: "1,25" -> [125n, 2]. A dot in threes groups, a comma divides.
  const readNumber = (digits, power) => {
    if (/^(\d{1,3}(\.\d{3})+|\d{1,3}(,\d{3}){2,}|\d+)$/.test(digits)) return [BigInt(digits.replace(/[.,]/g, "")), 0];
    const match = digits.match(/^(?:(\d{1,3}(?:\.\d{3})+|\d+),(\d+)|(\d+)\.(\d{1,2}|\d{4,}))$/);
    if (!match) fail("money.not_a_number");
    if (power === 0) fail("money.fraction");
    const whole = (match[1] ?? match[3]).replaceAll(".", "");
    const part = match[2] ?? match[4];
    return [BigInt(whole + part), part.length];
  };

  const parseMoney = (text) => {
    let bare = normalise(text).replace(/(?:dong|vnd|d|₫)\.?$/, "").trim();
    bare = bare.replace(/(?<!\d)\d{1,3}(?: \d{3})+(?!\d)/g, (spaced) => spaced.replaceAll(" ", "."));
    if (!bare) fail("money.empty");
    if (/^[-−(]/.test(bare)) fail("money.negative");
    const part = /(\d[\d.,]*)\s*(ty|ti|trieu|tr|nghin|ngan|ngin|k)?\s*/y;
    let total = 0n;
    let lastPower = 15;
    const scale = 30;
    while (part.lastIndex < bare.length) {
      const start = part.lastIndex;
      const match = part.exec(bare);
      if (!match) fail("money.not_a_number");
      const power = match[2] ? UNITS[match[2]] : 0;
      if (power >= lastPower || (power === 0 && start > 0 && !match[1].includes("."))) fail("money.not_a_number");
      const [value, decimals] = readNumber(match[1], power);
      if (decimals > scale) fail("money.fraction");
      total += value * 10n ** BigInt(scale + power - decimals);
      lastPower = power;
    }
    if (total % 10n ** BigInt(scale)) fail("money.fraction");
    const amount = total / 10n ** BigInt(scale);
    if (amount >= LIMIT) fail("money.too_large");
    return Number(amount);
  };

  const formatMoney = (amount) => String(amount).replace(/\B(?=(\d{3})+$)/g, ".");

  const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
  const belowThousand = (value, full) => {
    const [hundreds, tens, ones] = [Math.floor(value / 100), Math.floor(value / 10) % 10, value % 10];
    const words = [];
    if (hundreds || full) words.push(DIGITS[hundreds], "trăm");
    if (tens === 0 && ones && words.length) words.push("linh");
    else if (tens === 1) words.push("mười");
    else if (tens > 1) words.push(DIGITS[tens], "mươi");
    if (ones) words.push(ones === 1 && tens > 1 ? "mốt" : ones === 5 && tens ? "lăm" : DIGITS[ones]);
    return words;
  };
  const numberWords = (value, full) => {
    const billions = Math.floor(value / 1e9);
    const words = billions ? [...numberWords(billions, full), "tỷ"] : [];
    let rest = value % 1e9;
    for (const [unit, name] of [[1e6, "triệu"], [1e3, "nghìn"], [1, ""]]) {
      const group = Math.floor(rest / unit);
      rest %= unit;
      if (group) words.push(...belowThousand(group, full || words.length > 0), ...(name ? [name] : []));
    }
    return words;
  };
  const amountInWords = (amount) => [...(amount ? numberWords(amount, false) : ["không"]), "đồng"].join(" ");

  const parseDate = (text, today = new Date()) => {
    const bare = text.trim().split(/\s+/).join(" ");
    if (!bare) fail("date.empty");
    let day, month, year, match;
    if ((match = bare.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/))) [, year, month, day] = match;
    else if ((match = bare.match(/^(\d{1,2})[/.\-\s](\d{1,2})(?:[/.\-\s](\d{4}|\d{2}))?$/))) [, day, month, year] = match;
    else if ((match = bare.match(/^(\d{2})(\d{2})(\d{4}|\d{2})$/))) [, day, month, year] = match;
    else fail("date.not_a_date");
    const now = today.getFullYear();
    let full = year === undefined ? now : Number(year);
    if (year?.length === 2) full += now - (now % 100) - (full > (now % 100) + 10 ? 100 : 0);
    const parsed = new Date(Date.UTC(full, Number(month) - 1, Number(day)));
    parsed.setUTCFullYear(full);
    if (full < 1 || parsed.getUTCMonth() !== Number(month) - 1 || parsed.getUTCDate() !== Number(day)) fail("date.impossible");
    if (full < 1900 || full > 2100) fail("date.out_of_range");
    return `${String(day).padStart(2, "0")}/${String(month).padStart(2, "0")}/${full}`;
  };

  // Write into a field so that React, a draft and any listener see it, whether the field is controlled or not.
  const setValue = (input, value) => {
    if (input.type === "checkbox" || input.type === "radio") {
      if (input.checked !== Boolean(value)) input.click();
      return;
    }
    if (input.value === value) return;
    const proto = { TEXTAREA: HTMLTextAreaElement, SELECT: HTMLSelectElement }[input.tagName] ?? HTMLInputElement;
    Object.getOwnPropertyDescriptor(proto.prototype, "value").set.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const READERS = {
    date: (text) => ({ value: parseDate(text), note: "" }),
    money: (text) => {
      const amount = parseMoney(text);
      return { value: formatMoney(amount), note: amountInWords(amount) };
    },
  };

  // Say what is wrong beside the field, in the place its hint has; the server's own error stays where it is.
  const say = (input, code, note) => {
    const field = input.closest("[data-field]");
    const output = field?.querySelector("[data-words]");
    if (output) {
      output.textContent = code ? MESSAGES[code] : note;
      output.toggleAttribute("data-wrong", Boolean(code));
    }
    if (code) input.setAttribute("data-invalid", "");
    else input.removeAttribute("data-invalid");
  };

  const tidy = (input) => {
    const kind = input.matches("[data-date]") ? "date" : "money";
    if (!input.value.trim()) return say(input, "", "");
    try {
      const { value, note } = READERS[kind](input.value);
      setValue(input, value);
      say(input, "", note);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      say(input, error.message, "");
    }
  };

  const FIELDS = "input[data-date],input[data-money]";

  // A hidden row is a disabled fieldset: it is neither shown nor submitted until a person asks for it.
  const showRow = (row, shown) => {
    row.hidden = !shown;
    row.disabled = !shown;
  };
  const repeaterClick = (target) => {
    const add = target.closest("[data-add-row]");
    const drop = target.closest("[data-drop-row]");
    if (add) {
      const row = add.closest("[data-repeater]")?.querySelector("[data-repeater-row][hidden]");
      if (!row) return;
      showRow(row, true);
      row.querySelector("input:not([type=hidden]),select,textarea")?.focus();
    } else if (drop) {
      const row = drop.closest("[data-repeater-row]");
      for (const input of row.querySelectorAll("input,select,textarea")) setValue(input, "");
      showRow(row, false);
      row.closest("[data-repeater]").querySelector("[data-add-row]")?.focus();
    }
    const repeater = (add ?? drop)?.closest("[data-repeater]");
    const button = repeater?.querySelector("[data-add-row]");
    if (button) button.disabled = !repeater.querySelector("[data-repeater-row][hidden]");
  };

  const start = () => {
    document.addEventListener("focusout", (event) => {
      if (event.target.matches?.(FIELDS)) tidy(event.target);
    });
    document.addEventListener("click", (event) => repeaterClick(event.target));
    // Enter submits without leaving the field, so tidy first; the capture phase runs before React's handler.
    document.addEventListener(
      "submit",
      (event) => {
        for (const input of event.target.querySelectorAll(FIELDS)) tidy(input);
        // A GET form keeps its address clean: blank conditions are not conditions.
        if ((event.target.getAttribute("method") ?? "").toLowerCase() !== "get") return;
        const blanks = [...event.target.elements].filter((control) => control.name && !control.disabled && !control.value);
        for (const control of blanks) control.disabled = true;
        setTimeout(() => blanks.forEach((control) => (control.disabled = false)));
      },
      true,
    );
  };

  const api = { parseMoney, formatMoney, amountInWords, parseDate, normalise, setValue, showRow, tidy };
  if (typeof document === "undefined") globalThis.thadsFields = api;
  else {
    window.thadsFields = api;
    start();
  }
})();
