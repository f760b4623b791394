// Exchanges the two places where they stand; without JavaScript the button asks the server for the page the other way round.
for (const button of document.querySelectorAll("button.swap")) {
  const said = document.createElement("span");
  said.role = "status";
  said.className = "vh";
  button.after(said);
  button.addEventListener("click", (event) => {
    const { from, to } = button.form.elements;
    if (!from || !to) return;
    event.preventDefault();
    [from.value, to.value] = [to.value, from.value];
    button.classList.toggle("turned");
    said.textContent = `From ${from.value || "nowhere yet"}, to ${to.value || "nowhere yet"}`;
  });
}
