/* What Chromium is asked about a page; looking.py calls these by name. Each answers a list of what is wrong. */
({
  axe: (tags) => axe.run({ runOnly: tags, resultTypes: ["violations"] }).then((found) =>
    found.violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary.split("\n")[1] || ""}`))),

  sideways: () => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const reaching = [...document.querySelectorAll("main *, header *, footer *")].filter((one) =>
      one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll"));
    const last = reaching.slice(-2).map((one) => one.outerHTML.slice(0, 90));
    return [`${document.documentElement.scrollWidth} px wide at ${innerWidth}: ${last.join(" | ")}`];
  },

  small: (least) => {
    const seen = (one) => {
      const box = one.getBoundingClientRect();
      return box.width && box.height && getComputedStyle(one).visibility === "visible" &&
        !one.closest(".hidden, .skip, dialog:not([open])");
    };
    const inSentence = (one) => {
      const block = one.closest("p, li, dd, td, figcaption, .hint, .message, span.soft, label");
      return one.tagName === "A" && block && getComputedStyle(one).display === "inline" &&
        block.textContent.trim().length > one.textContent.trim().length + 1;
    };
    const area = (one) => {
      const label = ["radio", "checkbox"].includes(one.type) ? one.closest(".choice") || one.labels[0] : null;
      return (label || one).getBoundingClientRect();
    };
    return [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
      .filter((one) => seen(one) && !inSentence(one))
      .filter((one) => area(one).height < least - 0.5 || area(one).width < 24)
      .map((one) => `${Math.round(area(one).width)}x${Math.round(area(one).height)} ${one.outerHTML.slice(0, 110)}`);
  },

  able: () => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
    .filter((one) => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length)
    .filter((one) => !one.closest("dialog:not([open])") && !(one.closest("details:not([open])") &&
      one.closest("details:not([open])").querySelector("summary") !== one)),

  focus() {
    const wrong = [];
    for (const one of this.able()) {
      if (one.tabIndex > 0) wrong.push(`tabindex above 0: ${one.outerHTML.slice(0, 90)}`);
      one.focus({ focusVisible: true });
      const styles = [one, one.closest(".choice")].filter(Boolean).map((part) => getComputedStyle(part));
      const shown = styles.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) ||
        style.boxShadow !== "none");
      if (document.activeElement !== one) wrong.push(`cannot be focused: ${one.outerHTML.slice(0, 90)}`);
      else if (!shown) wrong.push(`focus is not seen: ${one.outerHTML.slice(0, 90)}`);
    }
    document.activeElement.blur();
    return wrong;
  },

  /* How many stops the tabulator key makes: of a group of radio buttons one. */
  stops() {
    const groups = new Set();
    return this.able().filter((one) => {
      if (one.type !== "radio") return true;
      const key = `${one.form && [...document.forms].indexOf(one.form)} ${one.name}`;
      return !groups.has(key) && groups.add(key);
    }).length;
  },

  at: () => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    const seen = box.bottom > 0 && box.top < innerHeight;
    const covered = over && seen && !one.contains(over) && !over.contains(one) && !over.closest("label");
    return { index: [...document.querySelectorAll("*")].indexOf(one), html: one.outerHTML.slice(0, 90), seen, covered };
  },

  parts: () => [...document.querySelectorAll("a[href], form, input:not([type=hidden]), select, textarea")]
    .filter((one) => one.getClientRects().length || one.closest("details"))
    .map((one) => `${one.tagName} ${one.getAttribute("href") || one.getAttribute("action") || one.name || ""}`),

  shift: () => new Promise((done) => {
    let sum = 0;
    const watcher = new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }));
    watcher.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => done(sum), 50));
  }),

  watch: (selector) => {
    window.drawn = new Promise((done) => document.querySelector(selector).addEventListener("click", (event) =>
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp)))));
  },
})
