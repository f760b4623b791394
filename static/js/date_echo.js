// Says a chosen date in words ("Fri 11 Dec 2026") below its input; without JavaScript the server has said it.
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });

function inWords(date) {
  const part = Object.fromEntries(day.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month.slice(0, 3)} ${part.year}`;
}

function echo(input) {
  const output = document.querySelector(`output[for="${CSS.escape(input.id)}"]`);
  if (!output) return;
  // Noon in the reader's zone is the typed day in every zone.
  const date = new Date(`${input.value}T12:00`);
  output.value = Number.isNaN(date.getTime()) ? "" : inWords(date);
}

document.addEventListener("change", ({ target }) => target.type === "date" && echo(target));
// A browser that goes back restores what was typed after the server's words.
addEventListener("pageshow", () => document.querySelectorAll('input[type="date"]').forEach(echo));
