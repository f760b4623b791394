// Says a chosen date in words ("Fri 11 Dec 2026") below its input; without JavaScript the server has said it.
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });

function inWords(date) {
  const part = Object.fromEntries(day.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month.slice(0, 3)} ${part.year}`;
}

// Noon in the reader's zone is the typed day in every zone.
const noon = (input) => new Date(`${input.value}T12:00`);

// The field whose day comes before that of `input`, as its page says.
const before = (input) => input.form?.elements[input.dataset.after];

function nights(input, output) {
  const first = before(input);
  if (!("counts" in output.dataset) || !first) return "";
  const count = Math.round((noon(input) - noon(first)) / 86_400_000);
  return count > 0 ? `, ${count} ${count === 1 ? "night" : "nights"}` : "";
}

function echo(input) {
  const first = before(input);
  if (first?.value) input.min = first.value;
  const output = document.querySelector(`output[for="${CSS.escape(input.id)}"]`);
  if (!output) return;
  const known = !Number.isNaN(noon(input).getTime());
  output.value = known ? inWords(noon(input)) + nights(input, output) : (output.dataset.empty ?? "");
}

const echoAll = () => document.querySelectorAll('input[type="date"]').forEach(echo);

document.addEventListener("change", ({ target }) => target.type === "date" && echoAll());
// A browser that goes back restores what was typed after the server's words.
addEventListener("pageshow", echoAll);
