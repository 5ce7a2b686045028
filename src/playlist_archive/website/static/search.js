// Searches all songs of all days in the index of the site (docs/website.md).
"use strict";

const form = document.getElementById("search");
const status = document.getElementById("status");
const results = document.getElementById("results");
const base = form.dataset.index;
const PAGE = 25;
const CJK = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;
let manifest;
let asked = 0;

const part = (path) => load(`${base}/${manifest.folder}/${path}.json.gz`);
const newManifest = (options) => load(`${base}/manifest.json`, options);

// Does the same as split_words in history/words.py. A test compares both.
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

// Compares by code points, as Python does. JavaScript's < compares UTF-16 units, which differs beyond U+FFFF.
function isBefore(a, b) {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index].codePointAt(0) - right[index].codePointAt(0);
    if (difference) return difference < 0;
  }
  return left.length < right.length;
}

// The number of the last shard whose first word does not come after the word.
function shardOf(word) {
  const next = manifest.shards.findIndex((first) => isBefore(word, first));
  return Math.max((next < 0 ? manifest.shards.length : next) - 1, 0);
}

// Number of each song → 0 if the song has the word, 1 if one of its words begins with it.
async function songsWith(word, isLast) {
  const isPrefix = isLast || [...word].length >= 3;
  const first = shardOf(word);
  const last = isPrefix ? Math.min(shardOf(`${word}\u{10ffff}`), first + 5) : first;
  const shards = await Promise.all(Array.from({ length: last - first + 1 }, (_, index) => part(`words/${first + index}`)));
  const found = new Map();
  for (const shard of shards) {
    for (const known of Object.keys(shard)) {
      if (known === word || (isPrefix && known.startsWith(word))) add(found, shard[known], known === word ? 0 : 1);
    }
  }
  return found;
}

function add(found, gaps, penalty) {
  let number = -1;
  for (const gap of gaps) {
    number += gap + 1;
    found.set(number, Math.min(found.get(number) ?? penalty, penalty));
  }
}

// The songs with all words. Songs with more whole words come first, then songs with a lower number.
async function find(words) {
  const maps = await Promise.all(words.map((word, index) => songsWith(word, index === words.length - 1)));
  const [smallest, ...others] = [...maps].sort((a, b) => a.size - b.size);
  const numbers = [...smallest.keys()].filter((number) => others.every((map) => map.has(number)));
  const penalty = new Map(numbers.map((number) => [number, maps.reduce((sum, map) => sum + map.get(number), 0)]));
  return numbers.sort((a, b) => penalty.get(a) - penalty.get(b) || a - b);
}

// The answer of the index. If the manifest is older than the files of the last build, it is loaded again, once.
async function answered(words) {
  try {
    manifest ??= await newManifest();
    return await findAll(words);
  } catch {
    manifest = await newManifest({ cache: "reload" });
    return findAll(words);
  }
}

const findAll = async (words) => (manifest.songs ? find(words) : []);

async function details(numbers) {
  const wanted = [...new Set(numbers.map((number) => Math.floor(number / manifest.per_file)))];
  const files = new Map(await Promise.all(wanted.map(async (file) => [file, await part(`songs/${file}`)])));
  return numbers.map((number) => {
    const file = files.get(Math.floor(number / manifest.per_file));
    return { song: file.songs[number % manifest.per_file], playlists: file.names };
  });
}

function presence(playlists, [position, added, removed]) {
  const [id, name] = playlists[position];
  const href = `playlists/${id}.html#${added}`;
  const until = removed ? [" to ", make("time", {}, removed)] : [" until now"];
  const title = make("bdi", {}, VISIBLE.test(name) ? name : id);
  return make("li", {}, make("a", { href }, title), " from ", make("time", {}, added), ...until);
}

function result({ song: [uri, name, artists, home, presences], playlists }) {
  const credits = [artists, home].filter(Boolean).join(" · ");
  return make("li", {}, make("bdi", {}, link({ uri, name })), " ", make("small", {}, make("bdi", {}, credits)),
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
    const numbers = await answered([...new Set(words)]);
    if (current !== asked) return;
    status.textContent = numbers.length === 1 ? "1 song" : `${numbers.length.toLocaleString("en")} songs`;
    await show(numbers, 0);
  } catch {
    status.textContent = failure("The search index could not be loaded", "Load this page again.");
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
