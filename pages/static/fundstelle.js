// The few things the chat needs from a script of its own; our other pages use none.
document.documentElement.lang = "de";

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers offer the clipboard only on https and on this machine; in an intranet the old way still works.
    const copy = document.createElement("textarea");
    copy.value = text;
    copy.style.position = "fixed";
    copy.style.opacity = "0";
    document.body.append(copy);
    copy.select();
    const done = document.execCommand("copy");
    copy.remove();
    return done;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("#copy");
  const field = document.querySelector("#copy-text textarea");
  if (!button || button.disabled || !field) return;
  const words = button.textContent;
  button.textContent = (await write(field.value)) ? "Kopiert" : "Kopieren nicht möglich";
  button.focus();
  setTimeout(() => (button.textContent = words), 2000);
});

// An answer is read from its start: the newest question stays at the top until the reader scrolls.
let questions = 0;
let scrolled = false;
for (const kind of ["wheel", "touchmove", "keydown"]) {
  document.addEventListener(kind, (event) => (scrolled ||= !!event.target.closest?.("#messages")), { passive: true });
}

function follow() {
  const log = document.querySelector("#messages [role=log]");
  if (!log) return;
  if (log.ariaLabel !== "Gespräch") log.ariaLabel = "Gespräch";
  if (log.tabIndex) log.tabIndex = 0; // it scrolls: the arrow keys must reach it
  // Gradio repeats each message as an English label with its raw Markdown; the text itself is read anyway.
  log.querySelectorAll("[data-testid=bot][aria-label], [data-testid=user][aria-label]").forEach((message) => {
    message.removeAttribute("aria-label");
  });
  // A list of buttons is none: Gradio's examples have no list items.
  log.querySelector(".examples[role=list]")?.setAttribute("role", "group");
  const rows = log.querySelectorAll(".user-row");
  if (rows.length !== questions) {
    questions = rows.length;
    scrolled = false;
    document.querySelector("#proofs").scrollTop = 0;
  }
  const last = rows[rows.length - 1];
  if (last && !scrolled) log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
}

// The warning of personal data takes the keyboard; "Ändern" and Escape give it back to the question.
let warned = false;

function warn() {
  const gate = document.querySelector("#gate-masked");
  const open = !!gate && gate.offsetParent !== null;
  if (open && !warned) gate.focus();
  if (!open && warned) document.querySelector("#question textarea")?.focus();
  warned = open;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && warned) document.querySelector("#gate-change").click();
});

new MutationObserver(() => (follow(), warn())).observe(document.body, { childList: true, subtree: true });
