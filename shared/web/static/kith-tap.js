// A tap is kept on the phone until the server has answered it, and sent again with its token and its time: so it counts
// once, and nothing is called done before it is. Without this script the page is a plain form.
const PATIENCE = 25000; // milliseconds until an answer counts as lost: full may take its time
const AGAIN = 15000; // milliseconds between two attempts
// By the pool, never by the address: the link is nothing to be kept. Nor is what proves who is signed in.
const KEY = `kith-tap:${document.querySelector("[data-kith-taps]")?.dataset.kithTaps}`;
const NOT_KEPT = "csrf";
let inMemory = null;
let sending = null;

const read = () => {
  try {
    return JSON.parse(window.localStorage.getItem(KEY)) ?? inMemory;
  } catch {
    return inMemory;
  }
};
const keep = (tap) => {
  inMemory = tap;
  try {
    if (tap) window.localStorage.setItem(KEY, JSON.stringify(tap));
    else window.localStorage.removeItem(KEY);
  } catch {
    // A phone that keeps nothing: the tap lives as long as the page.
  }
};

const showWaiting = (tap) => {
  const box = document.querySelector("[data-kith-waiting]");
  if (!box) return;
  const when = new Date(tap.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  box.querySelector("[data-kith-tapped]").textContent = `${tap.words}, ${when}`;
  box.hidden = false;
};

const showAnswer = (html) => {
  const answer = new DOMParser().parseFromString(html, "text/html");
  document.title = answer.title;
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  const heading = document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus();
};

const send = async () => {
  const tap = read();
  if (!tap) return;
  sending?.abort();
  const mine = new AbortController();
  sending = mine;
  const lost = setTimeout(() => mine.abort(), PATIENCE);
  try {
    const answer = await fetch(window.location.pathname, {
      method: "POST",
      body: new URLSearchParams(tap.fields),
      headers: { accept: "text/html" },
      signal: mine.signal,
    });
    const html = await answer.text();
    // What is away, or too busy, has not answered.
    if (answer.status >= 500 || answer.status === 429) throw new Error("away");
    if (read()?.at !== tap.at) return;
    keep(null);
    showAnswer(html);
  } catch {
    if (sending === mine && read()) showWaiting(read());
  } finally {
    clearTimeout(lost);
    if (sending === mine) sending = null;
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("[data-kith-taps]")) return;
  event.preventDefault();
  const fields = Array.from(new FormData(form, event.submitter)).filter(([name]) => name !== NOT_KEPT);
  const before = read();
  const same = before && JSON.stringify(before.fields.filter(([name]) => name !== "tapped_at")) === JSON.stringify(fields);
  if (!same) {
    const at = new Date().toISOString();
    keep({ at, words: event.submitter.textContent.trim(), fields: fields.concat([["tapped_at", at]]) });
  } else if (sending) return;
  send();
});
window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !sending) send();
});
setInterval(() => {
  if (!sending) send();
}, AGAIN);
if (read()) {
  showWaiting(read());
  send();
}
