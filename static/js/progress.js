// Follows a checkout without loading the page anew; without JavaScript, or when nobody answers, the page loads itself.
const PAUSE = 1000; // milliseconds between two looks
const steps = document.querySelector("#steps");
const said = document.querySelector("#said");

async function look() {
  // Where the checkout has come to its end, the site leads on: the browser is to follow, not we.
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return location.reload();
  if (answer?.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  setTimeout(look, PAUSE);
}

function show(page) {
  const news = page.querySelector("#steps");
  if (!news || news.innerHTML === steps.innerHTML) return;
  steps.replaceChildren(...news.childNodes);
  said.textContent = page.querySelector("#said")?.textContent ?? "";
}

setTimeout(look, PAUSE);
