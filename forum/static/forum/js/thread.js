// An address copied from the bar names an answer that other answers may have pushed to another page since.
(async () => {
  "use strict";
  const [, number] = location.hash.match(/^#reponse-(\d+)$/) || [];
  if (!number || document.getElementById(`reponse-${number}`)) return;
  const found = await fetch(`/reponses/${number}/`, { method: "HEAD" });
  const there = found.url.split("#")[0];
  if (found.ok && there !== location.href.split("#")[0]) location.replace(`${there}#reponse-${number}`);
})();
