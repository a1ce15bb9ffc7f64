/* Comforts on top of pages that work without them. Words come from this script's own element. */
"use strict";
const words = document.currentScript.dataset;
const all = (selector, work) => document.querySelectorAll(selector).forEach(work);
const SAVE_AFTER = 1500, WARN_BEFORE = 120000;

const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

/* The time zone, once: the server then tells times as this device does. */
if (!/(^|; )zone=/.test(document.cookie)) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/* A link in the error summary puts the label in view, too. */
all("#problem", (box) => {
  box.addEventListener("click", (event) => {
    const field = event.target.hash && document.getElementById(event.target.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
});

/* Menus close by Escape or a click elsewhere. */
const shut = (except) => all("details.menu[open]", (menu) => menu !== except && menu.removeAttribute("open"));
document.addEventListener("click", (event) => shut(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    shut();
    menu.querySelector("summary").focus();
  }
});

/* A form is sent once; a page from the browser's memory may send again. */
const sent = new Set();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent.clear();
  all("button[aria-disabled]", (button) => button.removeAttribute("aria-disabled"));
});

/* Drafts: saved while somebody types and when they leave; never passwords, codes, files. */
const KEPT_BACK = "[type=password],[type=file],[autocomplete=one-time-code],[data-secret],[name=once],[name^=csrf]";
all("form[data-draft]", (form) => {
  const saved = form.appendChild(made("p", { className: "saved", ariaLive: "polite" }));
  let timer = 0, changed = false;

  async function save(leaving) {
    clearTimeout(timer);
    if (!changed || sent.has(form)) return;
    changed = false;
    const body = new FormData(form);
    form.querySelectorAll(KEPT_BACK).forEach((field) => body.delete(field.name));
    try {
      const answer = await fetch(`/drafts/${form.dataset.draft}/`, { method: "POST", body, keepalive: leaving, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
      saved.textContent = answer.ok ? words.saved : words.unsaved;
      changed = changed || !answer.ok;
    } catch {
      changed = true;
      saved.textContent = words.unsaved;
    }
  }
  form.addEventListener("input", (event) => {
    if (event.target.matches(KEPT_BACK)) return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER, false);
  });
  addEventListener("pagehide", () => save(true));
});

/* How many characters are left. */
all("[data-counts]", (line) => {
  const field = document.getElementById(line.dataset.counts);
  const limit = Number(field.dataset.limit);
  line.ariaLive = "polite";
  const count = () => {
    const left = limit - [...field.value].length;
    line.textContent = (left < 0 ? words.over : words.left).replace("#", Math.abs(left));
    line.classList.toggle("count-over", left < 0);
  };
  field.addEventListener("input", count);
  if (field.value) count();
});

/* Passwords can be shown. */
all("input[type=password]", (field) => {
  const button = made("button", { type: "button", className: "button button-second button-small", textContent: words.show });
  const row = made("div", { className: "with-button" });
  field.replaceWith(row);
  row.append(field, button);
  const hide = (hidden) => {
    field.type = hidden ? "password" : "text";
    button.textContent = hidden ? words.show : words.hide;
  };
  button.addEventListener("click", () => hide(field.type === "text"));
  if (field.form) field.form.addEventListener("submit", () => hide(true));
});

/* Copying. */
all("button[data-copy]", (button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.ariaLive = "polite";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = words.copied;
  });
});

/* Automatic log-off: a warning before. A tab that stays signed in keeps the others, too. */
const dialog = document.getElementById("signs-out");
const meta = document.querySelector("meta[name=signs-out]");
const stays = meta ? meta.content - meta.dataset.now : 0;
if (dialog && stays > 0) {
  let end = 0, timer = 0;
  const wait = (until) => {
    end = Math.max(end, until);
    clearTimeout(timer);
    dialog.close();
    timer = setTimeout(warn, Math.max(0, end - WARN_BEFORE - Date.now()));
  };
  const warn = () => {
    dialog.showModal();
    timer = setTimeout(() => location.reload(), Math.max(0, end - Date.now()) + 1000);
  };
  const stay = () => {
    wait(Date.now() + stays);
    try {
      localStorage.setItem("signs-out", end);
    } catch { /* no storage: each tab for itself */ }
  };
  stay();
  addEventListener("storage", (event) => event.key === "signs-out" && wait(Number(event.newValue)));
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    if (answer.ok) stay();
    else location.reload();
  });
}
