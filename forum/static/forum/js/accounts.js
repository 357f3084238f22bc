// The account pages work without this file, all but the passkeys.
(() => {
  const REFUSED =
    "La clé n’a pas répondu, ou vous avez renoncé. Réessayez, ou prenez un autre moyen.";

  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
    for (const word of document.querySelectorAll("[data-no-passkey]")) word.hidden = true;
  }

  // allauth tells the console what went wrong with a key; the reader is told here.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const place = document.querySelector("[data-passkey-error]");
    place.textContent = REFUSED;
    place.hidden = false;
  });

  // A second click would ask for a second account, and be told that the name is taken.
  for (const form of document.querySelectorAll("form[data-once]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  // Who comes next to this browser finds nothing of the texts that `writing.js` kept in it.
  document.querySelector("form[data-log-out]")?.addEventListener("submit", () => {
    const own = new RegExp(`^(brouillon|envoyé):${document.body.dataset.member}:`);
    try {
      for (const name of Object.keys(localStorage).filter((each) => own.test(each))) localStorage.removeItem(name);
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
  });
  // Back from the browser's memory, the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
