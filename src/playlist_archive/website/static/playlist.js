// Shows the playlist on a day, or the difference between two days, from the timeline (docs/formats.md).
"use strict";

const section = document.querySelector("[data-timeline]");
const form = document.getElementById("then");
const answer = document.getElementById("answer");
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const loading = {};

// The content of a file, loaded once: the timeline, or the record.
function once(name) {
  loading[name] ??= load(section.dataset[name]).catch((error) => {
    delete loading[name];
    throw error;
  });
  return loading[name];
}

// The ascending positions that belong to these gaps.
function positions(gaps) {
  let last = -1;
  return gaps.map((gap) => (last += gap + 1));
}

// The number of the version in force at the end of a day, -1 before the first.
function versionOn(found, day) {
  return found.versions.findLastIndex((version) => version[0] <= day);
}

function stateAt(found, number) {
  const rows = [];
  for (const [, , deleted, inserted, tracks] of found.versions.slice(0, number + 1)) {
    for (const position of positions(deleted).reverse()) rows.splice(position, 1);
    positions(inserted).forEach((position, index) => rows.splice(position, 0, tracks[index]));
  }
  const text = (key) => (found.texts[key] ?? []).findLast(([from]) => from <= number)?.[1];
  return { day: found.versions[number][0], commit: found.versions[number][1], text, songs: rows.map((row) => found.tracks[row]) };
}

// The times of a song in the playlist. The last one may have no end.
const times = (song) => [...(song.spans ?? []), [song.added, song.removed]];

// The playlist at the end of a day, null before the archive. The record knows the songs of a day before the first
// version, as after an import, but not their order.
async function stateOn(found, day) {
  const number = versionOn(found, day);
  if (number >= 0) return stateAt(found, number);
  if (day < section.dataset.since) return null;
  const { tracks, removed } = await once("record");
  const there = (song) => times(song).some(([from, until]) => from <= day && (!until || day < until));
  return { ...stateAt(found, 0), day, commit: null, songs: [...tracks, ...removed].filter(there) };
}

const names = (song) => (song.artists ?? []).map(([, name]) => name).filter(Boolean).join(", ");
function length(milliseconds) {
  const seconds = Math.floor((milliseconds ?? 0) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

function songTable(songs) {
  const rows = songs.map((song, index) => {
    const cells = [String(index + 1), link(song), names(song), (song.show ?? song.album ?? [])[1] ?? "", length(song.duration_ms)];
    return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
  });
  const heads = ["No.", "Title", "Artists", "Album", "Length"].map((text) => make("th", { scope: "col" }, text));
  return make("table", { class: "songs" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

// The difference of two lists. As many rows as possible stay in place; the others were added, removed or moved.
function difference(before, after) {
  const rest = new Map();
  before.forEach((song, index) => rest.set(song.uri, [...(rest.get(song.uri) ?? []), index]));
  const added = [];
  const pairs = [];
  after.forEach((song, index) => {
    const from = rest.get(song.uri)?.shift();
    if (from === undefined) added.push(song);
    else pairs.push([from, index]);
  });
  const kept = longestRise(pairs);
  return {
    added,
    removed: [...rest.values()].flat().sort((a, b) => a - b).map((index) => before[index]),
    moved: pairs.filter((pair) => !kept.has(pair)).map(([from, to]) => ({ song: after[to], from, to })),
  };
}

// The longest choice of pairs whose first numbers rise. Their second numbers rise already.
function longestRise(pairs) {
  const ends = [];
  const previous = new Map();
  for (const pair of pairs) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle][0] < pair[0]) low = middle + 1;
      else high = middle;
    }
    previous.set(pair, ends[low - 1]);
    ends[low] = pair;
  }
  const kept = new Set();
  for (let pair = ends.at(-1); pair; pair = previous.get(pair)) kept.add(pair);
  return kept;
}

function songList(kind, heading, songs, describe) {
  if (!songs.length) return [];
  const items = songs.map((song) => make("li", {}, make("bdi", {}, ...describe(song))));
  return [make("h3", {}, `${songs.length} ${heading}`), make("ul", { class: kind }, ...items)];
}

const credited = (song) => [link(song), names(song) ? ` — ${names(song)}` : ""];

function copyButton(songs) {
  const button = make("button", { type: "button" }, "Copy the links");
  button.addEventListener("click", () => copy(button, songs.map(address).filter(Boolean)));
  return make("p", { class: "links" }, button);
}

async function copy(button, links) {
  try {
    await navigator.clipboard.writeText(links.join("\n"));
    button.textContent = `${links.length} links copied: paste them into a playlist in Spotify's desktop app`;
  } catch {
    button.textContent = "The browser does not let this page copy";
  }
}

function versionLink(state) {
  const { version, path } = section.dataset;
  return version ? ["; ", make("a", { href: `${version}/${state.commit}/${path}` }, "this version on GitHub")] : [];
}

function basis(state) {
  if (!state.commit) return ["From the days of the record: the order of the songs is not known."];
  return [`As archived on ${state.day}`, ...versionLink(state)];
}

async function showDay(found, day) {
  const state = await stateOn(found, day);
  if (!state) return [make("p", { class: "note" }, `The archive begins on ${section.dataset.since}.`)];
  const name = state.text("alias") ?? state.text("name");
  return [
    make("h3", {}, make("bdi", {}, name), make("span", {}, ` on ${day}: ${state.songs.length} songs`)),
    make("p", { class: "meta" }, ...basis(state)),
    copyButton(state.songs),
    songTable(state.songs),
  ];
}

async function showDifference(found, first, second) {
  const [a, b] = await Promise.all([first, second].map(async (day) => (await stateOn(found, day)) ?? stateAt(found, 0)));
  const { added, removed, moved: displaced } = difference(a.songs, b.songs);
  const moved = a.commit && b.commit ? displaced : [];
  const texts = ["name", "description"].filter((key) => a.text(key) !== b.text(key));
  return [
    make("h3", {}, `From ${first} to ${second}`),
    ...texts.map((key) => make("p", {}, make("bdi", {}, `${key}: ${a.text(key)} → ${b.text(key)}`))),
    ...songList("added", "added", added, credited),
    ...songList("removed", "removed", removed, credited),
    ...songList("moved", "moved", moved, ({ song, from, to }) => [...credited(song), ` (${from + 1}\u00a0→\u00a0${to + 1})`]),
    ...(added.length || removed.length || moved.length || texts.length ? [] : [make("p", {}, "Nothing differs.")]),
  ];
}

async function show() {
  const [day, other] = location.hash.slice(1).split("..");
  const asked = DAY.test(day) && (other === undefined || DAY.test(other));
  document.getElementById("now").hidden = asked && other === undefined;
  if (!asked) return answer.replaceChildren();
  [form.day.value, form.other.value] = [day, other ?? ""];
  answer.setAttribute("aria-busy", "true");
  const wanted = location.hash;
  try {
    const found = await once("timeline");
    const shown = await (other ? showDifference(found, day, other) : showDay(found, day));
    if (wanted !== location.hash) return;
    answer.replaceChildren(...shown);
  } catch {
    const text = failure("The history of this playlist could not be loaded", "Try again later.");
    answer.replaceChildren(make("p", { class: "note" }, text));
  }
  answer.removeAttribute("aria-busy");
  section.scrollIntoView();
  section.focus({ preventScroll: true });
}

const firstDay = (track) => track.spans?.[0]?.[0] ?? track.added;

// Adds the rows that the page leaves out, from the record.
async function showRest(table) {
  const { tracks } = await load(table.dataset.rest);
  const shown = table.tBodies[0].rows.length;
  const rows = [...songTable(tracks).tBodies[0].rows].slice(shown);
  rows.forEach((row, index) => row.append(make("td", {}, firstDay(tracks[shown + index]))));
  table.tBodies[0].append(...rows);
  document.getElementById("rest")?.remove();
}

// Shows every time that any song belonged, the newest first, in place of the songs that left last.
async function showEver(button) {
  button.disabled = true;
  try {
    const { tracks, removed } = await load(button.dataset.ever);
    const all = [...tracks, ...removed].flatMap((song) => times(song).map(([added, until]) => ({ song, added, until: until ?? "" })));
    // A song that is in the list twice gives one row.
    const found = [...new Map(all.map((time) => [`${time.song.uri} ${time.added} ${time.until}`, time])).values()];
    found.sort((a, b) => (a.added < b.added ? 1 : a.added > b.added ? -1 : 0));
    const rows = found.map(({ song, added, until }) =>
      make("tr", {}, ...[link(song), names(song), added, until].map((cell) => make("td", {}, cell))));
    document.querySelector("#former tbody").replaceChildren(...rows);
    button.replaceWith(make("p", { class: "meta", role: "status" }, `${rows.length} times that a song belonged, the newest first`));
    document.getElementById("more")?.remove();
  } catch {
    button.disabled = false;
    button.textContent = failure("The songs could not be loaded", "Try again");
  }
}

// Makes the days of the calendar and of the log links to the playlist on that day.
function linkDays() {
  for (const cell of document.querySelectorAll(".calendar td[class]")) {
    const month = cell.closest("table");
    const number = cell.textContent;
    const label = `${number} ${month.caption.textContent}: ${cell.title}`;
    cell.replaceChildren(make("a", { href: `#${month.dataset.month}-${number.padStart(2, "0")}`, "aria-label": label }, number));
  }
  for (const time of document.querySelectorAll(".day time")) {
    const day = time.textContent;
    time.replaceChildren(make("a", { href: `#${day}` }, day));
  }
}

linkDays();
section.hidden = false;
for (const element of document.querySelectorAll("[data-copy], [data-ever]")) element.hidden = false;
document.querySelector("[data-ever]")?.addEventListener("click", (event) => showEver(event.target));
document.querySelector("[data-copy]")?.addEventListener("click", (event) => {
  const links = document.querySelectorAll("#songs td:nth-child(2) a");
  copy(event.target, [...links].map((found) => found.href));
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = form.other.value ? `${form.day.value}..${form.other.value}` : form.day.value;
});
form.addEventListener("reset", () => { location.hash = ""; });
addEventListener("hashchange", show);
const long = document.querySelector("#songs[data-rest]");
if (long) showRest(long);
show();
