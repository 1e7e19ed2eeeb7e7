// Keeps an open wall up to date: asks for the posts, and changes only what has changed.
"use strict";

const feed = document.getElementById("posts");
const pulse = document.getElementById("pulse");
const pause = 1500;
let tag = "";

function merge(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const known = new Map([...feed.children].map((item) => [item.dataset.key, item]));
  const wanted = [...fresh.body.children];
  wanted.forEach((item, place) => {
    const old = known.get(item.dataset.key);
    known.delete(item.dataset.key);
    let shown = old;
    if (!old) {
      shown = document.importNode(item, true);
      shown.classList.add("fresh");
    } else if (old.dataset.html !== item.innerHTML) {
      // An open list of replies stays open while its numbers change.
      const open = old.querySelector("details")?.open ?? false;
      old.innerHTML = item.innerHTML;
      const details = old.querySelector("details");
      if (details) details.open = open;
    }
    shown.dataset.html = item.innerHTML;
    if (feed.children[place] !== shown) feed.insertBefore(shown, feed.children[place] ?? null);
  });
  known.forEach((item) => item.remove());
}

async function refresh() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(feed.dataset.source, { headers, signal: AbortSignal.timeout(10000) });
    if (answer.status === 200) {
      merge(await answer.text());
      tag = answer.headers.get("ETag") ?? "";
    } else if (answer.status !== 304) {
      throw new Error(`answer ${answer.status}`);
    }
    say(false);
  } catch {
    say(true);
  }
  setTimeout(refresh, pause);
}

function say(lost) {
  const words = lost ? pulse.dataset.lost : pulse.dataset.live;
  pulse.classList.toggle("lost", lost);
  if (pulse.textContent !== words) pulse.textContent = words;
}

setTimeout(refresh, pause);
