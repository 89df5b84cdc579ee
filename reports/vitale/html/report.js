// The report's own script: filter, links, copying, and unpacking what is kept compressed. It stands after common.js.
// The page reads well without it, in French, with the cases that need attention open.
(() => {
  "use strict";

  const { all, one, english, translate, begin, onLanguage } = vitalePage;

  for (const element of all(".tools, .filters, .bulk, .copy")) element.hidden = false;

  one("#print").addEventListener("click", () => window.print());

  // --- what is kept compressed ------------------------------------------------------------------------------------------

  let unpacking = null;

  function unpacked() {
    unpacking ??= (async () => {
      const bytes = Uint8Array.from(atob(one("#pack").textContent), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return JSON.parse(await new Response(stream).text());
    })();
    return unpacking;
  }

  async function unfold(place) {
    if (place.dataset.state) return;
    place.dataset.state = "filling";
    try {
      const { chunks, parts } = await unpacked();
      // Written by the report's own escaping templates; the page's policy runs no script and no handler in it.
      place.innerHTML = (parts[place.dataset.pack] ?? []).map((index) => chunks[index]).join("");
      translate(place);
    } catch {
      place.textContent = english()
        ? "This browser cannot unpack the exchanges; the event stream holds them."
        : "Ce navigateur ne sait pas déplier les échanges ; le journal events.jsonl les contient.";
    }
  }

  // Cases that need attention are open from the start: theirs follow a few at a time, so that the page can be used meanwhile.
  async function unfoldOpen() {
    const places = all("details[open] .packed").filter((place) => place.closest("details").open);
    for (let at = 0; at < places.length; at += 8) {
      await Promise.all(places.slice(at, at + 8).map(unfold));
      await new Promise((next) => setTimeout(next));
    }
  }

  // `toggle` does not bubble; capturing sees it for every fold, also for those that come out of the pack.
  document.addEventListener("toggle", (event) => {
    if (event.target.open) for (const place of all(".packed", event.target)) if (place.closest("details") === event.target) unfold(place);
  }, true);

  // --- filter -----------------------------------------------------------------------------------------------------------

  const form = one(".filters");
  const requirements = all(".requirement").map((element) => ({
    element,
    cases: all(".case", element).map((part) => ({ element: part, words: null })),
    words: null,
  }));
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  // Both languages are searched, so that a word found before the switch is found after it.
  const wordsOf = (...elements) => plain(elements.flatMap((element) => [
    element.textContent, ...all("[data-en]", element).map((part) => `${part.dataset.en} ${part.dataset.fr ?? ""}`),
  ]).join(" "));
  const shown = { requirements: requirements.length, cases: requirements.reduce((sum, item) => sum + item.cases.length, 0), filtered: false };

  function wanted() {
    return {
      text: plain(one("#filter-text").value.trim()),
      family: one("#filter-family").value,
      level: one("#filter-level").value,
      verdicts: all("[name=verdict]:checked", form).map((box) => box.value),
    };
  }

  function filter() {
    const want = wanted();
    shown.requirements = shown.cases = 0;
    for (const item of requirements) {
      const { element } = item;
      let visible = (!want.family || element.dataset.family === want.family) && (!want.level || element.dataset.level === want.level);
      let cases = 0;
      if (visible) {
        if (want.text && item.words === null) {
          item.words = wordsOf(element.querySelector("summary"), ...all(".wording, .provenance", element));
        }
        const whole = !want.text || item.words.includes(want.text);
        for (const part of item.cases) {
          if (!whole && part.words === null) part.words = wordsOf(part.element) + plain(part.element.id);
          const match = (!want.verdicts.length || want.verdicts.includes(part.element.dataset.verdict)) && (whole || part.words.includes(want.text));
          part.element.hidden = !match;
          if (match) cases += 1;
        }
        visible = cases > 0;
      }
      element.hidden = !visible;
      if (visible) { shown.requirements += 1; shown.cases += cases; }
    }
    for (const family of all(".family")) family.hidden = !family.querySelector(".requirement:not([hidden])");
    shown.filtered = Boolean(want.text || want.family || want.level || want.verdicts.length);
    one(".nothing").hidden = shown.cases > 0;
    showResult();
  }

  function showResult() {
    const { requirements: r, cases: c } = shown;
    const many = (n, word) => `${n} ${word}${(english() ? n !== 1 : n > 1) ? "s" : ""}`;
    one("#filter-result").textContent = english()
      ? `${many(r, "requirement")}, ${many(c, "case")}${shown.filtered ? " match" : ""}`
      : `${many(r, "exigence")}, ${c} cas${shown.filtered ? (c > 1 ? " répondent au filtre" : " répond au filtre") : ""}`;
    one("#filter-reset").hidden = !shown.filtered;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  function clear() { form.reset(); filter(); }
  one("#filter-reset").addEventListener("click", () => { clear(); one("#filter-text").focus(); });

  // --- folds and links --------------------------------------------------------------------------------------------------

  function setFolds(open) {
    for (const element of all(".requirement-fold, details.case")) element.open = open;
  }
  one("#unfold").addEventListener("click", () => setFolds(true));
  one("#fold").addEventListener("click", () => setFolds(false));

  function named() {
    try { return document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return null; }
  }

  // Opens what a link names and everything around it, and puts the keyboard there.
  function follow() {
    const target = named();
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const fold = target.querySelector(":scope > .requirement-fold") ?? target.closest("details");
    if (fold) fold.open = true;
    target.scrollIntoView();
    fold?.querySelector("summary").focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", follow);
  // A second click on the same link changes no hash, yet must open what was closed since.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) setTimeout(follow);
  });

  // --- copying ------------------------------------------------------------------------------------------------------------

  async function copy(button) {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      if (!document.execCommand("copy")) return;
    }
    const said = english() ? "Copied" : "Copié";
    one("#said").textContent = said;
    button.textContent = said;
    setTimeout(() => {
      const label = document.createElement("span");
      label.dataset.en = "Copy";
      label.dataset.fr = "Copier";
      label.textContent = english() ? "Copy" : "Copier";
      button.replaceChildren(label);
    }, 1600);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".copy");
    if (button) copy(button);
  });

  onLanguage(showResult);
  begin();
  // The browser goes to the fragment by itself once the page is loaded, and takes the focus away with it.
  window.addEventListener("load", () => setTimeout(follow));
  unfoldOpen();
  follow();
})();
