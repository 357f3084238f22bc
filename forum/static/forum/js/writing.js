// The writing box: counts characters, and keeps a draft in the browser until the text has arrived.
(() => {
  "use strict";
  const STORE = "brouillon:";
  const SENT = "envoyé:";
  // Several people may share a browser: each finds his own texts again, and nobody else's.
  const NOBODY = "anonyme";
  const MEMBER = document.body.dataset.member || NOBODY;
  const figures = (number) => number.toLocaleString("fr-FR").replace(/\s/g, "\u202f");
  const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const nameOf = (form, member = MEMBER) => `${member}:${addressOf(form)}`;

  const store = (work) => {
    try {
      return work(localStorage);
    } catch {
      return null; // a private window may refuse: the server keeps what is sent all the same
    }
  };

  // As the server tells texts apart: it drops the spaces around them, and what is not seen.
  const isSame = (one, other) => one.normalize().trim() === other.normalize().trim();

  const count = (box) => {
    const place = box.form.querySelector("[data-count]");
    const left = Number(box.dataset.longest) - [...box.value].length;
    const many = Math.abs(left) > 1 ? "s" : "";
    place.textContent = left < 0 ? `${figures(-left)} caractère${many} de trop` : `${figures(left)} caractère${many} restant${many}`;
    place.classList.toggle("writing__count--over", left < 0);
  };

  // In the place of a text that stands elsewhere, a draft is shown with a word, and a way back.
  const tellOfDraft = (form, saved, forget) => {
    const word = document.createElement("p");
    word.className = "notice";
    word.setAttribute("role", "status");
    word.append("Voici la modification que vous aviez commencée dans ce navigateur. ");
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button--quiet";
    back.append("Reprendre le texte enregistré");
    back.addEventListener("click", () => {
      form.elements.text.value = saved;
      forget();
      count(form.elements.text);
      word.remove();
      form.elements.text.focus();
    });
    word.append(back);
    form.prepend(word);
  };

  // Written before he had an account, or had logged in: it is his who does so next.
  const takeOver = (form) =>
    store((local) => {
      const [nobodys, own] = [STORE + nameOf(form, NOBODY), STORE + nameOf(form)];
      const written = local.getItem(nobodys);
      if (!written || MEMBER === NOBODY) return;
      if (local.getItem(own) && !isSame(JSON.parse(written).text, form.elements.text.value)) return;
      local.setItem(own, written);
      local.removeItem(nobodys);
    });

  const prepare = (form) => {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    const { text: box, key, seen } = form.elements;
    const name = STORE + nameOf(form);
    const rendered = key.value;
    // A browser that goes back brings the old text into a new form: it is still the answer that was sent.
    const settleKey = () => {
      const sent = store((local) => JSON.parse(local.getItem(SENT + nameOf(form))));
      if (sent && isSame(sent.text, box.value)) key.value = sent.key;
      else if (sent && key.value === sent.key) key.value = rendered;
    };
    const keep = () => {
      const kept = JSON.stringify({ text: box.value, key: key.value, seen: seen?.value });
      store((local) => (box.value.trim() ? local.setItem(name, kept) : local.removeItem(name)));
    };
    const promise = form.querySelector("[data-kept]");
    if (promise) promise.hidden = store(() => true) === null;
    takeOver(form);
    const draft = store((local) => JSON.parse(local.getItem(name)));
    if (draft && box.value.trim() === "") {
      box.value = draft.text;
      key.value = draft.key; // sent, perhaps, without an answer: it must not become a second one
    } else if (draft && isSame(draft.text, box.value)) {
      keep(); // the server kept it too, in a form with another key: that one will arrive
    } else if (draft?.seen && draft.seen === seen?.value) {
      tellOfDraft(form, box.value, () => store((local) => local.removeItem(name)));
      box.value = draft.text; // an edit of this very version, begun here and never sent
      key.value = draft.key;
    }
    count(box);
    window.addEventListener("pageshow", settleKey);
    box.addEventListener("input", () => {
      count(box);
      settleKey();
      keep();
    });
  };

  // The page says by the form's key which text has arrived.
  const forgetWhatArrived = () => {
    const arrived = [...document.querySelectorAll("[data-sent]")].map((message) => message.dataset.sent);
    if (!arrived.length) return;
    store((local) =>
      Object.keys(local)
        .filter((name) => name.startsWith(STORE) && arrived.includes(JSON.parse(local.getItem(name)).key))
        .forEach((name) => {
          local.setItem(SENT + name.slice(STORE.length), local.getItem(name));
          local.removeItem(name);
        }),
    );
  };

  const prepareAll = () => document.querySelectorAll("form[data-writing]").forEach(prepare);

  document.addEventListener("DOMContentLoaded", () => {
    forgetWhatArrived();
    prepareAll();
  });
  // A box that htmx brings is there to go on writing in, and a preview to be looked at.
  document.addEventListener("htmx:load", (event) => {
    prepareAll();
    const form = event.detail.elt;
    if (!form.matches?.("form[data-writing]")) return;
    if (form.querySelector(".writing__preview")) form.elements.preview.focus({ preventScroll: true });
    else form.elements.text.focus();
  });
})();
