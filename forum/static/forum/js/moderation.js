// The moderators' keys: j and k move, p lets a text stand, c returns it, r takes it off, u takes a decision back.
(() => {
  "use strict";
  const cases = () => [...document.querySelectorAll("[data-case]")];
  const current = () => document.activeElement.closest?.("[data-case], [data-decided]");

  const goTo = (item) => {
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const all = [...document.querySelectorAll("[data-case], [data-decided]")];
    const here = all.indexOf(current());
    const rest = by > 0 ? all.slice(here + 1) : all.slice(0, Math.max(here, 0)).reverse();
    const next = rest.find((item) => item.matches("[data-case]"));
    if (next) goTo(next);
    else if (by > 0) document.querySelector(".pager__next")?.click();
  };

  // The menu holds the reasons that the verb asks for; all of them again without a verb.
  const offer = (menu, verb) => {
    for (const group of menu.querySelectorAll("optgroup"))
      group.disabled = Boolean(verb) && !group.dataset.verbs.split(" ").includes(verb);
    if (menu.selectedOptions[0]?.closest("optgroup")?.disabled) menu.value = "";
  };

  const press = (key) => {
    const item = current();
    if (!item?.matches("[data-case]")) return goTo(cases()[0]); // nothing is decided that nobody looks at
    const button = item.querySelector(`[data-key="${key}"]`);
    for (const said of document.querySelectorAll("[data-said]")) said.textContent = "";
    if (!button) item.querySelector("[data-said]").textContent = `La touche ${key} ne sert pas pour ce dossier.`;
    if (!button) return;
    const menu = item.querySelector(".case__reason");
    offer(menu, button.value);
    if (!("needsReason" in button.dataset) || menu.value) button.click();
    else {
      item.dataset.wanted = button.value;
      menu.focus();
    }
  };

  // What was decided on an earlier page stands out of sight: the first press only leads to it.
  const undo = () => {
    const inHand = document.activeElement.closest("[data-undo]") || current()?.querySelector("[data-undo]");
    const made = [...document.querySelectorAll("[data-decided] [data-undo]")];
    const button = inHand || made.at(-1);
    if (button) button.click();
    else goTo(document.querySelector("[data-undo]"));
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    p: () => press("p"),
    c: () => press("c"),
    r: () => press("r"),
    u: undo,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (field) {
      const item = field.closest("[data-case]");
      if (event.key === "Escape") goTo(item);
      else if (event.key === "Enter" && !event.shiftKey && item?.dataset.wanted) {
        event.preventDefault();
        item.querySelector(`[name="verb"][value="${item.dataset.wanted}"]`).click();
      }
      return;
    }
    if (!keys[event.key]) return;
    event.preventDefault(); // the letter must not go on to the list of reasons and choose one there
    keys[event.key]();
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".case__reason")) offer(event.target);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const again = event.detail.elt.closest?.("[data-case]");
    if (again) {
      if ("incomplete" in again.dataset) again.querySelector(".case__reason").focus();
      else goTo(again);
      return;
    }
    const decided = event.detail.elt.closest?.("[data-decided]") || event.detail.elt;
    if (!decided.matches?.("[data-decided]")) return;
    const next = cases().find((item) => decided.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
    goTo(next || cases()[0] || decided);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const all = document.querySelector("[data-tick-all]");
    if (all) {
      all.closest("label").hidden = false;
      const ticks = () => [...document.querySelectorAll(".case__tick")];
      const whole = document.querySelector("[data-whole]");
      const tickAll = () => ticks().forEach((tick) => (tick.checked = all.checked));
      all.addEventListener("change", () => {
        tickAll();
        if (whole && !all.checked) whole.checked = false;
      });
      whole?.addEventListener("change", () => {
        if (!whole.checked) return;
        all.checked = true;
        tickAll();
      });
      // Whoever takes one out does not mean all of the filter any more.
      document.addEventListener("change", (event) => {
        if (!event.target.matches(".case__tick") || event.target.checked) return;
        all.checked = false;
        if (whole) whole.checked = false;
      });
    }
    if (!document.querySelector(":target:not([data-case])")) goTo(document.querySelector(":target") || cases()[0]);
  });
})();
