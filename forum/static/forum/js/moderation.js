// The moderators' keys: j and k move, p publishes, c returns, r refuses, u takes back the last decision.
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

  const press = (...verbs) => {
    const item = current();
    if (!item?.matches("[data-case]")) return goTo(cases()[0]); // nothing is decided that nobody looks at
    const button = verbs.map((verb) => item?.querySelector(`[data-verb="${verb}"]`)).find(Boolean);
    if (!button) return;
    const reason = item.querySelector(".case__reason");
    if (["publish", "keep", "restore"].includes(button.dataset.verb) || reason.value) button.click();
    else {
      item.dataset.wanted = button.dataset.verb;
      reason.focus();
    }
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    p: () => press("publish", "keep"),
    c: () => press("return"),
    r: () => press("refuse", "withdraw"),
    u: () => (current()?.querySelector("[data-undo]") || [...document.querySelectorAll("[data-decided] [data-undo]")].at(-1) || document.querySelector("[data-undo]"))?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (field) {
      const item = field.closest("[data-case]");
      if (event.key === "Escape") goTo(item);
      else if (event.key === "Enter" && item?.dataset.wanted) {
        event.preventDefault();
        item.querySelector(`[data-verb="${item.dataset.wanted}"]`).click();
      }
      return;
    }
    if (!keys[event.key]) return;
    event.preventDefault(); // the letter must not go on to the list of reasons and choose one there
    keys[event.key]();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const again = event.detail.elt.closest?.("[data-case]");
    if (again) {
      again.querySelector(".case__reason").focus();
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
      all.addEventListener("change", () => {
        document.querySelectorAll(".case__tick").forEach((tick) => (tick.checked = all.checked));
      });
    }
    goTo(cases()[0]);
  });
})();
