// The pages of signing in: show why somebody is here, warn of Caps Lock, let a password be seen. Nothing typed leaves by this.
(() => {
  "use strict";
  const plain = (path) => path.replace(/\/$/, "");
  const startedAt = plain(location.pathname);
  const KEPT_NAME = "thads:sign-in-name";

  const shownCode = (query) => {
    const code = query.get("loi") || query.get("xong") || "";
    return code === "khoa" ? `khoa-${query.get("phut") || ""}` : code;
  };

  const prepare = (place) => {
    const isLogin = place.dataset.signIn === "login";
    // Led here inside the app (the session ended): load the page anew, so that the server decides and the socket is a new one.
    if (isLogin && startedAt !== plain(location.pathname)) {
      location.replace(location.href);
      return;
    }
    const query = new URLSearchParams(location.search);
    const code = shownCode(query);
    let told = false;
    place.querySelectorAll("[data-code]").forEach((message) => {
      message.hidden = message.dataset.code !== code;
      told = told || !message.hidden;
    });
    if (isLogin) {
      keepName(place, told && code !== "da-ra");
      offerWays(place, query);
    }
    place.dataset.ready = "";
  };

  // Identity providers, where the operator configured some. Their labels are put in as text, never as markup.
  const offerWays = async (place, query) => {
    const box = place.querySelector("[data-ways]");
    let ways;
    try {
      ways = await (await fetch("/api/auth/ways", { headers: { Accept: "application/json" } })).json();
    } catch {
      return; // The password form stands there anyway.
    }
    if (!box || !ways.providers?.length) return;
    const next = query.get("tiep");
    const buttons = ways.providers.map((provider) => {
      const way = document.createElement("a");
      way.className = "button wide";
      way.href = `/api/auth/oidc/${encodeURIComponent(provider.id)}/start${next ? `?tiep=${encodeURIComponent(next)}` : ""}`;
      way.textContent = provider.label;
      return way;
    });
    box.replaceChildren(...buttons);
    const form = place.querySelector("form");
    if (ways.password) {
      const or = document.createElement("p");
      or.className = "or";
      or.textContent = "hoặc bằng mật khẩu";
      box.append(or);
    } else {
      form.hidden = query.get("cach") !== "mat-khau";
      if (form.hidden) buttons[0].focus();
    }
  };

  const keepName = (place, again) => {
    const name = place.querySelector("[name=username]");
    if (!name) return;
    try {
      const kept = sessionStorage.getItem(KEPT_NAME);
      if (again && kept && !name.value) {
        name.value = kept;
        place.querySelector("[name=password]")?.focus();
      }
      if (!again) sessionStorage.removeItem(KEPT_NAME);
    } catch {
      // Storage is switched off: the name is typed again.
    }
  };

  const look = () => document.querySelectorAll("[data-sign-in]:not([data-ready])").forEach(prepare);

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-reveal]");
    if (!button) return;
    const input = button.parentElement.querySelector("input");
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.querySelector(".word").textContent = shown ? "Ẩn" : "Hiện";
    input.focus();
  });

  const warn = (event) => {
    const place = event.target.closest?.(".secret");
    if (!place || !event.getModifierState) return;
    place.querySelector("[data-caps]").hidden = !event.getModifierState("CapsLock");
  };
  document.addEventListener("keydown", warn);
  document.addEventListener("keyup", warn);

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("[data-sign-in] form");
    if (!form) return;
    const next = form.querySelector("[data-next]");
    if (next) next.value = new URLSearchParams(location.search).get("tiep") || "";
    const name = form.querySelector("[name=username]");
    try {
      if (name) sessionStorage.setItem(KEPT_NAME, name.value);
    } catch {
      // As above.
    }
    form.querySelector("[type=submit]").setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sign-in] [type=submit][aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
