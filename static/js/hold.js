// Counts what is left of a hold beside its time in words; at its end the server says what now.
const MINUTE = 60_000;
const bar = document.querySelector(".hold");
const left = bar.querySelector(".left");
// How long, by the server's clock, and not until when: another clock may be set wrong by hours.
const ends = Date.now() + left.dataset.seconds * 1000;

function say() {
  const rest = ends - Date.now();
  if (rest <= 0) return;
  const minutes = Math.ceil(rest / MINUTE);
  left.textContent = minutes === 1 ? "less than a minute left" : `${minutes} minutes left`;
  left.hidden = false;
  bar.classList.toggle("soon", minutes <= 2);
  setTimeout(say, rest % MINUTE || MINUTE);
}

say();
