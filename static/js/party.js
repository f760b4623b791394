// Gives the numbers of a party buttons for one more and one less, and keeps the line that says the party up to date.
function words(input) {
  const count = Number(input.value || 0);
  return count ? input.dataset[count === 1 ? "one" : "many"].replace("%d", count) : "";
}

function say(party) {
  const numbers = [...party.querySelectorAll("input[data-one]")].map(words);
  const cabin = party.querySelector("select")?.selectedOptions[0].text;
  party.querySelector(".said").textContent = [...numbers, cabin].filter(Boolean).join(", ");
}

function change(input, by) {
  const { least, most } = input.dataset;
  const count = Math.min(Math.max((Number(input.value) || 0) + by, least), most);
  input.value = count;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function button(input, by, sign, words) {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1; // the arrow keys do the same in the text box
  made.textContent = sign;
  made.ariaLabel = `${words}: ${input.labels[0].textContent}`;
  made.addEventListener("click", () => change(input, by));
  return made;
}

for (const input of document.querySelectorAll(".counter input")) {
  input.before(button(input, -1, "−", "One less"));
  input.after(button(input, 1, "+", "One more"));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    change(input, by);
  });
}

for (const party of document.querySelectorAll("details.party")) {
  party.addEventListener("change", () => say(party));
  addEventListener("pageshow", () => say(party)); // what a browser that goes back has restored
}
