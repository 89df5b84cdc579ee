// The manual page's own script. It stands after common.js and live.js.
// The server writes each scene and escapes what is in it; this script shows it, keeps what is typed as it is typed, and sends answers.
(() => {
  "use strict";

  const { all, one, english, translate, begin, onLanguage } = vitalePage;
  const { complain, follow, within } = vitaleLive;
  const panel = one("#panel");
  let version = -1;
  let scene = "";

  for (const element of all(".tools")) element.hidden = false;

  const inWords = (text) => (english() ? text.en : text.fr);

  // --- scenes -----------------------------------------------------------------------------------------------------------

  function show(now) {
    if (now.version === version) return;
    const first = version < 0;
    version = now.version;
    scene = now.scene;
    document.body.dataset.version = version;
    document.body.dataset.scene = scene;
    panel.innerHTML = now.html;
    translate(panel);
    for (const form of all(".reading-form", panel)) arrange(form);
    if (one("[data-over]")) end();
    named();
    // A new scene begins at its title: there a screen reader reads on, and from there Tab goes on.
    if (!first && scene !== "working") { window.scrollTo(0, 0); one("#scene-title")?.focus({ preventScroll: true }); }
  }

  function named() {
    const title = one("#scene-title")?.textContent.trim();
    document.title = [title, "vitale-testbed"].filter(Boolean).join(" · ");
  }

  // What depends on what the product does is shown with it.
  function arrange(form) {
    const outcome = form.querySelector(`[name="outcome-${form.dataset.reading}"]:checked`)?.value ?? "";
    for (const part of all("[data-when]", form)) part.hidden = !part.dataset.when.split(" ").includes(outcome);
  }

  // --- the way to the server --------------------------------------------------------------------------------------------

  function changed(state) {
    for (const [slot, count] of Object.entries(state.commands)) {
      for (const place of all(`[data-commands="${slot}"]`)) place.textContent = count;
      for (const place of all(`[data-unread="${slot}"]`)) place.hidden = count > 0;
    }
    for (const slot of state.left) {
      for (const place of all(`[data-present="${slot}"]`)) { place.hidden = true; place.closest(".reader").classList.add("is-empty"); }
      for (const place of all(`[data-left="${slot}"]`)) place.hidden = false;
    }
    if (state.version !== version || !one("#lost").hidden) renew();
  }

  const { renew, listen, cutOff, end } = follow({ address: "panel", put: show, changed, lost: () => {} });

  async function post(path, body, quietly = false) {
    let answer;
    try {
      answer = await fetch(`api/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ version, ...body }), signal: within(60) });
    } catch {
      cutOff();
      return null;
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    if (said.code === "incomplete") return said;
    if (!quietly || said.code !== "scene_changed") complain(said);
    renew();
    return null;
  }

  // --- answers ----------------------------------------------------------------------------------------------------------

  function fieldOf(question) {
    const chosen = question.querySelector('input[type="radio"]:checked');
    if (!chosen) return null;
    const text = chosen.dataset.text ?? question.querySelector(".typed")?.value ?? "";
    return { state: chosen.value, text: chosen.value === "shown" ? text : "" };
  }

  function screenOf(form) {
    const fields = {};
    for (const question of all("[data-path]", form)) {
      const field = fieldOf(question);
      if (field) fields[question.dataset.path] = field;
    }
    return {
      outcome: form.querySelector(`[name="outcome-${form.dataset.reading}"]:checked`)?.value ?? "",
      reason: form.querySelector('[name="reason"]').value,
      message: form.querySelector('[name="message"]').value,
      fields,
    };
  }

  // What is hidden was not asked: it is kept on the page and in the draft, and not in the answer.
  function answered(screen) {
    const data = screen.outcome.startsWith("data");
    const said = ["data_and_message", "refused"].includes(screen.outcome);
    return { ...screen, reason: said ? screen.reason : "", message: screen.outcome === "data" ? "" : screen.message, fields: data ? screen.fields : {} };
  }

  const MISSING = { outcome: { fr: "Dites d’abord ce que fait le produit.", en: "Say what the product does first." } };

  function mark(wrong, form) {
    for (const place of all("[data-wrong]", form)) place.hidden = true;
    for (const field of all("[aria-invalid]", form)) field.removeAttribute("aria-invalid");
    let first = null;
    for (const [number, places] of Object.entries(wrong)) {
      const inside = number === "0" ? form : form.querySelector(`[data-reading="${number}"]`);
      for (const [path, words] of Object.entries(places)) {
        const place = all("[data-wrong]", inside).find((each) => each.dataset.wrong === path);
        if (!place) continue;
        place.textContent = inWords(words);
        place.dataset.fr = words.fr;
        place.dataset.en = words.en;
        place.hidden = false;
        const control = place.closest(".question, .outcomes").querySelector("input, select, textarea");
        control.setAttribute("aria-invalid", "true");
        first ??= control;
      }
    }
    first?.focus();
  }

  function unmark(question) {
    for (const place of all("[data-wrong]", question ?? document.createElement("p"))) place.hidden = true;
    question?.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }

  const withoutOutcome = (forms) => Object.fromEntries(
    forms.filter((each) => !screenOf(each).outcome).map((each) => [each.dataset.reading, MISSING]));

  const SENDERS = {
    async introduce(form) {
      const value = (name) => form.elements[name]?.value ?? "";
      if (form.elements.name && !(value("name").trim() && value("release").trim())) {
        one('[data-wrong="name"]').hidden = false;
        form.elements[value("name").trim() ? "release" : "name"].focus();
        return;
      }
      const capabilities = all('[name="capability"]:checked', form).map((box) => box.value);
      await post("introduce", { by: value("by"), name: value("name"), release: value("release"), vendor: value("vendor"), capabilities });
    },
    async observe(form) {
      const forms = all(".reading-form", form);
      const missing = withoutOutcome(forms);
      if (Object.keys(missing).length) { mark(missing, form); return; }
      await flush();
      const said = await post("answer", { screen: answered(screenOf(forms[0])) });
      if (said?.wrong) mark(said.wrong, form);
    },
    async correct(form) {
      const forms = all(".reading-form", form);
      const missing = withoutOutcome(forms);
      if (Object.keys(missing).length) { mark(missing, form); return; }
      const said = await post("correct", { note: form.elements.note.value, screens: forms.map((each) => answered(screenOf(each))) });
      if (said?.wrong) mark(said.wrong, form);
    },
  };

  // --- drafts: what is typed is kept before it is sent ----------------------------------------------------------------------

  let draftTimer = 0;
  let unsaved = null;

  function later(form) {
    unsaved = form;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(flush, 300);
  }

  async function flush() {
    clearTimeout(draftTimer);
    const form = unsaved;
    unsaved = null;
    if (!form || !form.isConnected) return;
    const kept = await post("draft", { draft: screenOf(form) }, true);
    const place = one("#kept");
    if (kept && place) place.textContent = english() ? "Draft kept" : "Brouillon gardé";
  }

  panel.addEventListener("input", (event) => {
    const question = event.target.closest("[data-path]");
    if (question && event.target.classList.contains("typed") && event.target.value.trim()) {
      question.querySelector('input[value="shown"]').checked = true;
    }
    unmark(event.target.closest(".question, .outcomes"));
    const form = event.target.closest(".reading-form");
    if (!form) return;
    arrange(form);
    if (scene === "observing") later(form);
  });

  // --- screenshots --------------------------------------------------------------------------------------------------------

  const MOST = 5 * 1024 * 1024;

  async function upload(file) {
    if (!one("#shots")) return;
    if (!["image/png", "image/jpeg"].includes(file.type) || file.size > MOST) {
      complain({ message: "Une capture est une image PNG ou JPEG de 5 Mio au plus.", message_en: "A screenshot is a PNG or JPEG picture of 5 MiB at most." });
      return;
    }
    let answer;
    try {
      const where = new URLSearchParams({ version, name: file.name });
      answer = await fetch(`api/screenshots?${where}`, { method: "POST", headers: { "Content-Type": file.type }, body: file });
    } catch {
      cutOff();
      return;
    }
    if (!answer.ok) complain(await answer.json().catch(() => ({})));
    await renewShots();
    if (answer.ok) one("#said").textContent = english() ? "Screenshot attached." : "Capture jointe.";
  }

  async function renewShots() {
    const answer = await fetch("shots").catch(() => null);
    const place = one("#shots");
    if (!answer?.ok || !place) return;
    place.innerHTML = await answer.text();
    translate(place);
  }

  panel.addEventListener("change", (event) => {
    if (event.target.id !== "shot") return;
    const files = Array.from(event.target.files);
    event.target.value = "";
    for (const file of files) upload(file);
  });
  document.addEventListener("paste", (event) => {
    for (const item of event.clipboardData?.items ?? []) {
      const file = item.kind === "file" ? item.getAsFile() : null;
      if (file) upload(file);
    }
  });

  // --- what people press --------------------------------------------------------------------------------------------------

  const ACTIONS = {
    ready: () => post("ready", {}),
    accept: () => post("accept", {}),
    stop: async () => { await flush(); await post("stop", {}); },
    detach: async (button) => { await post("screenshots/remove", { file: button.dataset.file }); await renewShots(); one("#shot").focus(); },
    correct: (button) => {
      const form = one("#correction");
      form.hidden = !form.hidden;
      button.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) form.querySelector("input:checked, input")?.focus();
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button && !button.disabled) ACTIONS[button.dataset.action](button);
  });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    SENDERS[event.target.dataset.form]?.(event.target);
  });

  onLanguage(named);
  begin();
  renew();
  listen();
})();
