// Reads workflows and actions as GitHub does. `node github_parser.mjs FILE…` prints what is wrong with each file, and
// fails if anything is. It is started at the root of a repository, where the workflows that a job calls are looked up.

import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { TextDocument } from "vscode-languageserver-textdocument";

// The parser imports its schema without saying that it is JSON, which Node refuses.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { registerLogger, validate } = await import("@actions/languageservice");

const INFORMATION = 3;
const wrong = [];

// The parser logs its own failures, and then finds nothing.
const fail = (message) => wrong.push(`the parser failed: ${message}`);
registerLogger({ error: fail, warn: fail, info: () => {}, log: () => {} });

const fileProvider = {
  getFileContent: async ({ path, repository }) => {
    if (repository) throw new Error(`another repository is not looked up: ${repository}`);
    return { name: path, content: await readFile(path, "utf8") };
  },
};

const files = process.argv.slice(2);
for (const file of files) {
  const document = TextDocument.create(`file:///${file}`, "yaml", 0, await readFile(file, "utf8"));
  const problems = await validate(document, { fileProvider });
  for (const { message, range, severity } of problems) {
    // A problem without a severity is an error of the parser.
    if ((severity ?? 1) < INFORMATION) wrong.push(`${file}:${range.start.line + 1}: ${message}`);
  }
}
if (!files.length) fail("no file is named");
for (const line of wrong) console.log(line);
process.exitCode = wrong.length ? 1 : 0;
