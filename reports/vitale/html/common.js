// What every page of this project can do: speak two languages and wear two appearances. Each page's own script comes after it.
const vitalePage = (() => {
  "use strict";

  const root = document.documentElement;
  const all = (selector, inside = document) => Array.from(inside.querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const english = () => root.lang === "en";

  // file:// pages of some browsers have no storage: the choice then lasts as long as the page.
  const remembered = {
    get(key) { try { return localStorage.getItem("vitale-" + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem("vitale-" + key, value); } catch { /* kept in the page only */ } },
  };

  // --- language: both texts are in the page; data-en holds the English, data-fr keeps the French -------------------

  const ATTRIBUTES = ["aria-label", "placeholder", "title"];

  function translate(inside) {
    for (const element of all("[data-en]", inside)) {
      // The page comes in French: what was never put into English needs no putting back.
      if (!english() && element.dataset.fr === undefined) continue;
      element.dataset.fr ??= element.textContent;
      element.textContent = english() ? element.dataset.en : element.dataset.fr;
    }
    for (const name of ATTRIBUTES) {
      for (const element of all(`[data-en-${name}]`, inside)) {
        if (!element.hasAttribute(`data-fr-${name}`)) element.setAttribute(`data-fr-${name}`, element.getAttribute(name));
        element.setAttribute(name, element.getAttribute(`data-${english() ? "en" : "fr"}-${name}`));
      }
    }
  }

  const listeners = [];

  function speak(language) {
    root.lang = language;
    translate(document);
    for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    for (const listener of listeners) listener();
  }

  for (const button of all("[data-language]")) {
    button.addEventListener("click", () => { remembered.set("language", button.dataset.language); speak(button.dataset.language); });
  }

  // --- appearance -----------------------------------------------------------------------------------------------------

  function dress(theme) {
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    for (const button of all("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }

  for (const button of all("[data-theme-choice]")) {
    button.addEventListener("click", () => { remembered.set("theme", button.dataset.themeChoice); dress(button.dataset.themeChoice); });
  }

  // Called by a page's own script once it has said, with `onLanguage`, what else changes with the language.
  function begin() {
    dress(root.dataset.theme ?? "auto");
    speak(remembered.get("language") === "en" ? "en" : "fr");
  }

  return { all, one, english, translate, begin, onLanguage: (listener) => listeners.push(listener) };
})();
