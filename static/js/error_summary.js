// Moves the reader to the summary of what is wrong, so that a page that came back is not mistaken for a new one.
document.querySelector(".errors")?.focus();
