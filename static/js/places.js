// Makes comboboxes (WAI-ARIA APG: editable, list autocomplete, manual selection) of the place fields.
// Without JavaScript they are text boxes, and the server understands any name of a place.
const PAUSE = 120; // milliseconds without a key before anybody is asked
const answers = new Map(); // what was asked before is answered at once
const status = document.createElement("p");
status.role = "status";
status.className = "vh";
document.body.append(status);

async function answerOf(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(answer.status);
  const places = await answer.json();
  answers.set(address.href, places);
  return places;
}

function option(place, id) {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  item.ariaSelected = "false";
  item.dataset.label = place.label;
  for (const [name, text] of [["strong", place.name], ["span", place.codes], ["small", place.about]]) {
    const part = document.createElement(name);
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

function combobox(input) {
  const list = document.createElement("ul");
  let pause, asking, active = -1;
  list.id = `${input.id}-places`;
  list.role = "listbox";
  list.className = "places";
  list.ariaLabel = input.labels[0].textContent;
  list.hidden = true;
  input.after(list);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", list.id);

  const isOpen = () => !list.hidden;

  function move(to) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = to;
    const item = list.children[active];
    if (!item) return input.removeAttribute("aria-activedescendant");
    item.ariaSelected = "true";
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  }

  function close() {
    clearTimeout(pause);
    asking?.abort();
    move(-1);
    list.hidden = true;
    input.ariaExpanded = "false";
  }

  function choose(item) {
    input.value = item.dataset.label;
    close();
    status.textContent = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(places) {
    move(-1);
    list.replaceChildren(...places.map((place, number) => option(place, `${list.id}-${number}`)));
    list.hidden = !places.length;
    input.ariaExpanded = String(isOpen());
    const count = places.length === 1 ? "1 place" : `${places.length} places`;
    status.textContent = places.length ? `${count}. Use the arrow keys to choose.` : "No place begins so.";
  }

  async function ask() {
    const text = input.value.trim();
    asking?.abort(); // overtaken
    if (text.length < 2) return close();
    const address = new URL(input.dataset.places, location);
    address.searchParams.set("q", text);
    asking = new AbortController();
    try {
      show(answers.get(address.href) ?? (await answerOf(address, asking.signal)));
    } catch {
      // Overtaken, or no network: what is typed is understood all the same when it is sent.
    }
  }

  function step(by) {
    if (!isOpen()) return ask();
    // One place more than there are options: the text itself.
    const count = list.children.length + 1;
    move(((active + 1 + by + count) % count) - 1);
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => move(0),
    End: () => move(list.children.length - 1),
    Enter: () => choose(list.children[active]),
    Escape: close,
  };

  input.addEventListener("keydown", (event) => {
    const { key, isComposing, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (isComposing || ctrlKey || metaKey || shiftKey || !(key in keys)) return;
    if (key === "Escape" && !isOpen()) return;
    if (["Home", "End", "Enter"].includes(key) && active < 0) return key === "Enter" ? close() : undefined;
    event.preventDefault();
    if (altKey && key === "ArrowUp") close();
    else keys[key]();
  });
  input.addEventListener("input", () => {
    clearTimeout(pause);
    move(-1);
    pause = setTimeout(ask, PAUSE);
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the text box
  list.addEventListener("click", ({ target }) => target.closest("li") && choose(target.closest("li")));
}

document.querySelectorAll("input[data-places]").forEach(combobox);
