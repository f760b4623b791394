// Fills a traveller's form as soon as a saved one is chosen: what the button does, without leaving the page.
const form = document.querySelector(".person")?.form;

async function fill(select) {
  const person = select.closest(".person");
  const button = person.querySelector("button[name=fill]");
  const typed = new FormData(form, button);
  const answer = await fetch(form.action || location.href, { method: "POST", body: new URLSearchParams(typed) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const filled = page.getElementById(person.id);
  if (!answer.ok || !filled) {
    form.requestSubmit(button);
    return;
  }
  person.replaceWith(filled);
  enhance(filled);
  filled.querySelector("select").focus();
}

function enhance(person) {
  const select = person.querySelector(".saved select");
  select.addEventListener("change", () => select.value && fill(select).catch(() => {}));
}

for (const select of document.querySelectorAll(".person .saved select")) {
  enhance(select.closest(".person"));
}
