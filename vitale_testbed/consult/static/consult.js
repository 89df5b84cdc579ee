// The consultation page's own script. It stands after common.js and live.js.
// The server writes the panels and escapes what is in them; this script puts them in place when something changed, sends
// what people ask for, and clears the view when the server is gone: a page that is cut off must not go on showing a card.
(() => {
  "use strict";

  const { all, one, english, translate, begin, onLanguage } = vitalePage;
  const { complain, follow, within } = vitaleLive;
  const PANELS = ["vitale", "cps", "reading"];
  const panel = (name) => one(`#panel-${name}`);

  for (const element of all(".tools")) element.hidden = false;

  // --- what a screen reader is told, and what is shown for a moment -----------------------------------------------------

  let spoken = null;

  function say(said) {
    spoken = said;
    one("#said").textContent = english() ? said.en : said.fr;
  }

  // --- panels ---------------------------------------------------------------------------------------------------------------

  const written = new Map();
  let version = -1;

  // What a person was doing in a panel survives its renewal: the focus, what was typed or chosen, what was unfolded.
  function keep(element) {
    const inside = element.contains(document.activeElement) ? document.activeElement : null;
    const fields = all("input, select", element).filter((field) => field.id);
    return {
      focus: inside?.id ?? null,
      open: all("details[id]", element).filter((fold) => fold.open).map((fold) => fold.id),
      values: fields.map((field) => [field.id, field.type === "checkbox" ? field.checked : field.value]),
    };
  }

  function restore(element, kept) {
    for (const [id, value] of kept.values) {
      const field = element.querySelector(`#${CSS.escape(id)}`);
      if (!field) continue;
      if (field.type === "checkbox") field.checked = value;
      else if (field.tagName !== "SELECT" || all("option", field).some((option) => option.value === value)) field.value = value;
    }
    for (const id of kept.open) {
      const fold = element.querySelector(`#${CSS.escape(id)}`);
      if (fold) fold.open = true;
    }
    if (!kept.focus) return;
    const target = element.querySelector(`#${CSS.escape(kept.focus)}`);
    // A button that has gone or cannot be pressed now: the keyboard stays in its panel.
    if (target && !target.disabled) target.focus({ preventScroll: true });
    else { element.tabIndex = -1; element.focus({ preventScroll: true }); }
  }

  function put(name, html) {
    if (written.get(name) === html) return;
    written.set(name, html);
    const element = panel(name);
    const kept = keep(element);
    element.innerHTML = html;
    translate(element);
    restore(element, kept);
  }

  function show(now) {
    version = now.version;
    document.body.dataset.version = version;
    document.body.dataset.busy = now.busy ?? "";
    for (const name of PANELS) put(name, now.panels[name]);
    if (spoken === null || now.said.fr !== spoken.fr) say(now.said);
  }

  // --- the way to the server --------------------------------------------------------------------------------------------

  const { renew, listen, cutOff } = follow({
    address: "panels",
    put: show,
    changed: (state) => { if (state.version !== version || !one("#lost").hidden) renew(); },
    lost: () => {
      written.clear();
      for (const name of PANELS) panel(name).replaceChildren();
    },
  });

  // --- what people ask for ----------------------------------------------------------------------------------------------

  // An operation has a minute, and its cards are looked at before and afterwards.
  const OPERATION_S = 120;

  async function post(path, body = {}) {
    let answer;
    try {
      answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: within(OPERATION_S) });
    } catch {
      cutOff();
      return null;
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    // What the state says anyway is shown by its panel; the rest is shown for a moment.
    if (!["/read", "/pin"].some((end) => path.endsWith(end)) || ["busy", "bad_pin"].includes(said.code)) complain(said);
    renew();
    return null;
  }

  async function present(form) {
    const pin = form.code.value;
    form.code.value = "";
    const state = await post("api/pin", { pin });
    if (state === null) { one("#pin")?.focus(); return; }
    if (state.vitale.card === "present") await post("api/read");
  }

  async function save(link) {
    const answer = await fetch(withLanguage(link.href)).catch(() => null);
    if (answer === null) { cutOff(); return; }
    if (!answer.ok) { complain(await answer.json().catch(() => ({}))); renew(); return; }
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? link.dataset.format;
    const away = document.createElement("a");
    away.href = URL.createObjectURL(await answer.blob());
    away.download = name;
    away.click();
    setTimeout(() => URL.revokeObjectURL(away.href), 1000);
  }

  async function print(address) {
    const answer = await fetch(address).catch(() => null);
    if (answer === null) { cutOff(); return; }
    if (!answer.ok) { complain(await answer.json().catch(() => ({}))); renew(); return; }
    one("#paper")?.remove();
    const paper = document.createElement("iframe");
    paper.id = "paper";
    paper.title = english() ? "Sheet to print" : "Fiche à imprimer";
    paper.tabIndex = -1;
    paper.setAttribute("aria-hidden", "true");
    paper.addEventListener("load", () => { paper.contentWindow.focus(); paper.contentWindow.print(); });
    paper.src = address;
    document.body.append(paper);
  }

  const withLanguage = (address) => `${address}&lang=${english() ? "en" : "fr"}`;

  const ACTIONS = {
    read: () => post("api/read"),
    clear: () => post("api/clear"),
    release: () => post("api/release"),
    select: (button) => post("api/select", { reading: button.dataset.reading, beneficiary: Number(button.dataset.index) }),
    print: (button) => print(withLanguage(button.dataset.sheet)),
    insert: (button) => {
      const form = button.form;
      return post(`api/slots/${form.dataset.slot}`, { card: form.card.value, fresh: form.fresh.checked });
    },
    remove: (button) => post(`api/slots/${button.form.dataset.slot}`, { card: null }),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button && !button.disabled) ACTIONS[button.dataset.action](button);
    const link = event.target.closest("a[data-format]");
    if (link) {
      if (link.dataset.format === "sheet") { link.search = new URLSearchParams({ reading: link.dataset.reading, lang: english() ? "en" : "fr" }); return; }
      event.preventDefault();
      save(link);
    }
    for (const fold of all("details.exports[open]")) if (!fold.contains(event.target)) fold.open = false;
  });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.dataset.form === "pin") present(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const fold of all("details.exports[open]")) { fold.open = false; fold.querySelector("summary").focus(); }
  });

  onLanguage(() => { if (spoken) say(spoken); });
  begin();
  renew();
  listen();
})();
