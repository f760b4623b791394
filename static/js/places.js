// Suggests places while a name is typed; without JavaScript the server still understands any of their names.
const PAUSE = 150; // milliseconds without a key before anybody is asked
const known = new Map();

function listOf(input) {
  if (!input.list) {
    const list = document.createElement("datalist");
    list.id = `${input.id}-places`;
    input.after(list);
    input.setAttribute("list", list.id);
  }
  return input.list;
}

async function suggest(input) {
  const text = input.value.trim();
  if (text.length < 2) return;
  if (!known.has(text)) {
    const answer = await fetch(`/places?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok) return;
    known.set(text, await answer.json());
  }
  // Whoever typed on meanwhile is asked for anew.
  if (text !== input.value.trim()) return;
  listOf(input).replaceChildren(...known.get(text).map(({ label }) => new Option(label, label)));
}

for (const input of document.querySelectorAll(".place input")) {
  let pause;
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(suggest, PAUSE, input);
  });
}
