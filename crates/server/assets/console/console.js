// What pages do besides when scripts run: times in the zone of the browser, and the focus on what a press
// has brought about. Every action works without this file.
"use strict";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const FORMS = {
  short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  long: { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" },
};

function inZone(date, form) {
  return new Intl.DateTimeFormat("en-GB", { ...FORMS[form], hourCycle: "h23" }).format(date);
}

/** Writes the times below an element in the zone of the browser. Their titles keep them in UTC. */
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.textContent = inZone(new Date(time.dateTime), time.dataset.form || "short");
  }
  for (const note of root.querySelectorAll("[data-zone]")) {
    note.textContent = `times are yours, ${ZONE}`;
  }
  for (const ledger of root.querySelectorAll("[data-ledger]")) {
    headDays(ledger);
  }
}

/** Puts the headings of the days where days begin in the zone of the browser. */
function headDays(ledger) {
  for (const heading of ledger.querySelectorAll(".day")) heading.remove();
  let last = "";
  for (const entry of [...ledger.children]) {
    const day = inZone(new Date(entry.dataset.day), "day");
    if (day !== last) {
      const item = document.createElement("li");
      const heading = document.createElement("h3");
      item.className = "day";
      heading.textContent = day;
      item.append(heading);
      entry.before(item);
      last = day;
    }
  }
}

/** Says on a button that was pressed that it is at work, and keeps a second press away. */
function press(event) {
  const button = event.submitter;
  if (!button || event.target.dataset.sent) {
    if (event.target.dataset.sent) event.preventDefault();
    return;
  }
  event.target.dataset.sent = "1";
  button.setAttribute("aria-busy", "true");
}

/** Follows the changes as they happen. New ones wait for a press while somebody reads the list or has paused. */
function follow(section) {
  const [state, pause, reload, news] = ["live-state", "pause", "reload", "news"].map((name) =>
    section.querySelector(`[data-${name}]`),
  );
  let newest = Number(section.dataset.newest);
  let paused = false;
  let timer = 0;

  const isRead = () => {
    const list = document.getElementById("list");
    return paused || list.matches(":hover") || list.contains(document.activeElement);
  };

  async function refresh() {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["warnings", "list", "figures"]) {
      const fresh = page.getElementById(id);
      document.getElementById(id).replaceWith(fresh);
      localise(fresh);
    }
    newest = Number(page.querySelector("[data-newest]").dataset.newest);
    news.replaceChildren();
  }

  function tell(last) {
    const count = last - newest;
    if (count <= 0) return;
    if (!isRead()) {
      clearTimeout(timer);
      timer = setTimeout(refresh, 150);
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = count === 1 ? "Show 1 new change" : `Show ${count} new changes`;
    button.addEventListener("click", refresh);
    news.replaceChildren(button);
  }

  const stream = new EventSource(section.dataset.live);
  stream.addEventListener("open", () => (state.hidden = false));
  stream.addEventListener("error", () => (state.hidden = true));
  stream.addEventListener("change", (event) => tell(Number(event.data)));
  addEventListener("pagehide", () => stream.close());
  reload.hidden = true;
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    state.textContent = paused ? "Paused" : "Live";
    if (!paused && news.hasChildNodes()) refresh();
  });
}

localise(document);
for (const section of document.querySelectorAll("[data-live]")) follow(section);
document.addEventListener("htmx:afterSettle", (event) => localise(event.target.parentElement || document));
document.addEventListener("submit", press);
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.querySelector(".result[tabindex], .preview[tabindex]")?.focus({ preventScroll: false });
