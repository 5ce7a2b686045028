// The functions that all scripts share. Strangers' words are text, never markup (docs/website.md).
"use strict";

// As in the pages: control characters, and marks that turn the direction of the text around them.
const DROPPED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/g;
// As visible() of render/markdown.py: characters that leave a mark on the page.
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/u;

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.map((child) => (typeof child === "string" ? child.replace(DROPPED, "") : child)));
  return element;
}

// The JSON of a file. A file whose name ends with gz is unpacked here, since the server sends it packed.
async function load(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  if (!path.endsWith(".gz")) return response.json();
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).json();
}

// What went wrong, and what helps. A browser lets no page that it opened as a file read other files.
function failure(message, remedy) {
  return `${message}. ${location.protocol === "file:" ? "Open this website with: playlist-archive site --serve" : remedy}`;
}

const title = (song) => [song.name, song.uri.split(":").pop()].find((text) => VISIBLE.test(text)) ?? "untitled";

function link(song, text = title(song)) {
  const url = address(song);
  return url ? make("a", { href: url }, text) : text;
}

function address(song) {
  const [, kind, id] = song.uri.match(/^spotify:([a-z]+):([0-9A-Za-z]+)$/) ?? [];
  return kind && kind !== "local" && song.linked !== false ? `https://open.spotify.com/${kind}/${id}` : null;
}
