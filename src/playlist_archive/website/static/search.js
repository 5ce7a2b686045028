// Searches all songs of all days in the index that the site ships (docs/website.md).
"use strict";

const form = document.getElementById("search");
const status = document.getElementById("status");
const results = document.getElementById("results");
const base = form.dataset.index;
const PAGE = 25;
const CJK = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;
let manifest;
let asked = 0;

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

async function load(path) {
  const response = await fetch(`${base}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

// As split_words of history/words.py does: a test holds both together.
function splitWords(text) {
  const plain = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").normalize("NFC");
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap(pairsApart);
}

function pairsApart(run) {
  const pieces = [];
  let end = 0;
  for (const found of run.matchAll(CJK)) {
    if (end < found.index) pieces.push(run.slice(end, found.index));
    const letters = [...found[0]];
    end = found.index + found[0].length;
    pieces.push(...(letters.length === 1 ? letters : letters.slice(1).map((letter, index) => letters[index] + letter)));
  }
  if (end < run.length) pieces.push(run.slice(end));
  return pieces;
}

// Python orders words by code points, JavaScript's < by UTF-16 units: they differ beyond U+FFFF.
function isBefore(a, b) {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index].codePointAt(0) - right[index].codePointAt(0);
    if (difference) return difference < 0;
  }
  return left.length < right.length;
}

// The number of the last shard whose first word is not behind the word.
function shardOf(word) {
  const next = manifest.shards.findIndex((first) => isBefore(word, first));
  return Math.max((next < 0 ? manifest.shards.length : next) - 1, 0);
}

// The numbers of the songs with a word, or with one that begins with it, in the order of their rank.
async function songsWith(word, isPrefix) {
  const first = shardOf(word);
  const last = isPrefix ? Math.min(shardOf(`${word}\u{10ffff}`), first + 3) : first;
  const shards = await Promise.all(Array.from({ length: last - first + 1 }, (_, index) => load(`words/${first + index}.json`)));
  const found = new Set();
  for (const shard of shards) {
    const words = isPrefix ? Object.keys(shard).filter((known) => known.startsWith(word)) : [word];
    for (const known of words) {
      let number = -1;
      for (const gap of shard[known] ?? []) found.add((number += gap + 1));
    }
  }
  return found;
}

async function find(words) {
  const sets = await Promise.all(words.map((word, index) => songsWith(word, index === words.length - 1)));
  const [smallest, ...others] = sets.sort((a, b) => a.size - b.size);
  return [...smallest].filter((number) => others.every((set) => set.has(number))).sort((a, b) => a - b);
}

async function details(numbers) {
  const wanted = [...new Set(numbers.map((number) => Math.floor(number / manifest.per_file)))];
  const files = new Map(await Promise.all(wanted.map(async (file) => [file, await load(`songs/${file}.json`)])));
  return numbers.map((number) => {
    const file = files.get(Math.floor(number / manifest.per_file));
    return { song: file.songs[number % manifest.per_file], playlists: file.playlists };
  });
}

function presence(playlists, [position, added, removed]) {
  const [id, name] = playlists[position];
  const href = `playlists/${id}.html#${added}`;
  const until = removed ? `to ${removed}` : "until now";
  return make("li", {}, make("a", { href }, make("bdi", {}, name.trim() ? name : id)), ` from ${added} ${until}`);
}

function result({ song: [uri, name, artists, home, presences], playlists }) {
  const [, kind, id] = uri.match(/^spotify:([a-z]+):([0-9A-Za-z]+)$/) ?? [];
  const title = name.trim() ? name : uri.split(":").pop() || "untitled";
  const link = kind && kind !== "local" ? make("a", { href: `https://open.spotify.com/${kind}/${id}` }, title) : title;
  const credits = [artists, home].filter(Boolean).join(" · ");
  return make("li", {}, make("bdi", {}, link), " ", make("small", {}, make("bdi", {}, credits)),
    make("ul", {}, ...presences.map((found) => presence(playlists, found))));
}

async function show(numbers, from) {
  const songs = await details(numbers.slice(from, from + PAGE));
  results.append(...songs.map(result));
  if (from + PAGE < numbers.length) {
    const more = make("button", { type: "button" }, "More");
    more.addEventListener("click", () => { more.parentElement.remove(); show(numbers, from + PAGE); });
    results.append(make("li", {}, more));
  }
}

async function search(text) {
  const current = ++asked;
  const words = splitWords(text);
  results.replaceChildren();
  status.textContent = words.length ? "Searching…" : "";
  if (!words.length) return;
  try {
    manifest ??= await load("manifest.json");
    const numbers = manifest.songs ? await find(words) : [];
    if (current !== asked) return;
    status.textContent = numbers.length === 1 ? "1 song" : `${numbers.length.toLocaleString("en")} songs`;
    await show(numbers, 0);
  } catch {
    status.textContent = "The search index could not be loaded. Load this page again.";
  }
}

function fromAddress() {
  form.q.value = new URLSearchParams(location.search).get("q") ?? "";
  search(form.q.value);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `?${new URLSearchParams({ q: form.q.value })}`);
  search(form.q.value);
});
addEventListener("popstate", fromAddress);
fromAddress();
