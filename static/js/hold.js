// Counts what is left of a hold beside its time in words; at its end the server says what now.
const MINUTE = 60_000;
const bar = document.querySelector(".hold");
const ends = new Date(bar.querySelector("time").dateTime);
const left = bar.querySelector(".left");

function say() {
  const rest = ends - Date.now();
  // Only while the page is looked at, and once: another clock than ours must not load the page again and again.
  if (rest <= 0) return;
  const minutes = Math.ceil(rest / MINUTE);
  left.textContent = minutes === 1 ? "less than a minute left" : `${minutes} minutes left`;
  left.hidden = false;
  bar.classList.toggle("soon", minutes <= 2);
  setTimeout(say, rest % MINUTE || MINUTE);
}

say();
