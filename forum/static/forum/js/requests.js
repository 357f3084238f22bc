// What htmx asks for and does not get as a fragment: the reader is told, or taken to the whole page.
(() => {
  "use strict";
  const NO_ANSWER = "Le site n’a pas répondu. Votre texte est toujours dans le cadre\u202f: renvoyez-le dans un instant.";
  const WHOLE_PAGE = /^\s*<(!doctype|html)/i;
  const wordIn = (form) => form.querySelector("[data-no-answer]");

  // A page that says why nothing can be sent knows better.
  const refusal = (xhr) =>
    new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-refusal]")?.textContent;

  const tell = (form, words = NO_ANSWER) => {
    wordIn(form)?.remove();
    const word = document.createElement("p");
    word.className = "notice notice--error";
    word.dataset.noAnswer = "";
    word.setAttribute("role", "alert");
    word.append(words);
    form.prepend(word);
  };

  // As without this script: the page that answers is shown whole. The form's key lets it be sent twice.
  const sendPlainly = (form, button) => {
    if (button?.name) {
      const pressed = document.createElement("input");
      pressed.type = "hidden";
      pressed.name = button.name;
      pressed.value = button.value;
      form.append(pressed);
    }
    form.submit();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const asker = event.detail.requestConfig.elt;
    if (asker.matches("form")) wordIn(asker)?.remove();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, pathInfo } = event.detail;
    const asker = requestConfig.elt;
    const isLost = xhr.status >= 500;
    if (!isLost && !WHOLE_PAGE.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    event.detail.isError = false; // what there is to say is said here
    const asked = new URL(pathInfo.finalRequestPath, location.href).pathname;
    const answered = xhr.responseURL ? new URL(xhr.responseURL).pathname : asked;
    if (!asker.matches("form")) location.assign(asker.href);
    else if (isLost) tell(asker, refusal(xhr));
    else if (answered !== asked) location.assign(xhr.responseURL);
    else sendPlainly(asker, requestConfig.triggeringEvent?.submitter);
  });

  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const asker = event.detail.requestConfig.elt;
      if (asker.matches("form")) tell(asker);
    });
  }
})();
