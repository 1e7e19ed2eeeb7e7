// Keeps an open board up to date: hears of changes and fetches the page anew. All works without it.
"use strict";

const source = document.body.dataset.live;
const post = document.body.dataset.post;
// A page that answers a form stands at the form's address, where there is nothing to fetch.
const page = () => document.body.dataset.page || (post ? `/posts/${post}` : location.href);
const together = 250;
const minute = 60000;
let waiting = 0;

// What was just done is said once, and not again by a page that is fetched anew.
const address = new URL(location.href);
for (const once of ["done", "lang"]) address.searchParams.delete(once);
history.replaceState(null, "", address);

function open() {
  return new Map([...document.querySelectorAll("main details[id]")].map((d) => [d.id, d.open]));
}

async function refresh() {
  waiting = 0;
  try {
    const answer = await fetch(page(), {
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(10000),
    });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(fresh.querySelector("main"));
    for (const id of ["crisis", "pauses"]) document.getElementById(id)?.replaceWith(fresh.getElementById(id));
    say(false);
  } catch {
    say(true);
  }
}

function show(fresh) {
  const main = document.querySelector("main");
  const opened = open();
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && (focused.id || focused.getAttribute("href"));
  const [left, top] = [main.querySelector(".scroll")?.scrollLeft ?? 0, window.scrollY];
  const filters = main.querySelector("form.filters");
  const notices = [...main.querySelectorAll(":scope > .notice")];
  main.replaceChildren(...notices, ...fresh.children);
  // What is chosen there and not sent yet is not lost.
  main.querySelector("form.filters")?.replaceWith(filters);
  for (const details of main.querySelectorAll("details[id]")) {
    details.open = opened.get(details.id) ?? details.open;
  }
  if (place) {
    const again = [...main.querySelectorAll("[id], [href]")].find(
      (element) => element.id === place || element.getAttribute("href") === place,
    );
    again?.focus({ preventScroll: true });
  }
  main.querySelector(".scroll")?.scrollTo(left, 0);
  window.scrollTo(window.scrollX, top);
}

function changed(event) {
  const about = event.data ? JSON.parse(event.data).post : null;
  if (post && about && about !== post) return;
  if (!waiting) waiting = setTimeout(refresh, together);
}

function say(lost) {
  const pulse = document.getElementById("pulse");
  if (!pulse) return;
  pulse.dataset.words ??= pulse.textContent;
  pulse.hidden = false;
  pulse.classList.toggle("lost", lost);
  pulse.textContent = lost ? pulse.dataset.lost : pulse.dataset.words;
}

if (source) {
  let told = false;
  const events = new EventSource(source);
  for (const kind of ["post", "channel", "stranger", "parked", "publishing", "alert", "reset"]) events.addEventListener(kind, changed);
  events.addEventListener("comment", (event) => document.getElementById("comments") && changed(event));
  events.onopen = () => {
    // After a break something may have been told that nobody heard.
    if (told) changed({});
    told = true;
    say(false);
  };
  events.onerror = () => say(true);
  // What nobody has taken up for too long needs a person although nothing is told of it.
  setInterval(() => document.hidden || changed({}), minute);
}
