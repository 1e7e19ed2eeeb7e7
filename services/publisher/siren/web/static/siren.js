// Counts what is left of a text, counts down, and keeps an open alert up to date. All else, and all
// that matters, works without it.
"use strict";

const EVERY = 2000;
const body = document.body;

// By its channel's own count when the page was drawn, and the difference in signs since then.
for (const text of document.querySelectorAll("textarea[data-used]")) {
  const began = [...text.value].length;
  const room = document.getElementById(`${text.id}-room`)?.querySelector(".left");
  text.addEventListener("input", () => {
    const used = Number(text.dataset.used) + [...text.value].length - began;
    if (room && text.dataset.most) {
      const left = Number(text.dataset.most) - used;
      room.textContent = left;
      room.classList.toggle("over", left < 0);
    }
    // What was changed is read again before it is signed.
    const deed = text.form.querySelector("button[data-edited]");
    if (deed) deed.textContent = deed.dataset.edited;
  });
}

document.querySelector("[autofocus]")?.focus();

if ("left" in body.dataset) {
  const ends = performance.now() + Number(body.dataset.left);
  const seconds = document.getElementById("seconds");
  const tick = setInterval(() => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    seconds.textContent = Math.max(0, left);
    if (left <= 0) {
      clearInterval(tick);
      location.replace(location.pathname);
    }
  }, 200);
}

async function follow() {
  const lost = document.getElementById("lost");
  try {
    const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const pulse = fresh.getElementById("pulse");
    if (!pulse || fresh.body.dataset.state !== body.dataset.state) {
      location.replace(location.pathname);
      return;
    }
    renew(document.getElementById("pulse"), pulse);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(follow, EVERY);
}

// Only what has changed is touched, so that nothing moves under a thumb and nothing is said twice.
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const parts = [...old.children];
  const alike = old.tagName === fresh.tagName && parts.length === fresh.children.length;
  if (alike && parts.length && words(old) === words(fresh)) {
    parts.forEach((part, place) => renew(part, fresh.children[place]));
  } else if (old.id || old.hasAttribute("role") || old.hasAttribute("aria-live")) {
    // What is read aloud when it changes has to stay in its place for that.
    old.replaceChildren(...fresh.cloneNode(true).childNodes);
  } else {
    old.replaceWith(fresh.cloneNode(true));
  }
}

function words(element) {
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.map((node) => node.textContent.trim()).join(" ");
}

if ("follow" in body.dataset) setTimeout(follow, EVERY);
