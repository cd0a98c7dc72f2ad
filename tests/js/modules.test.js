// In one text, a name at the top of a module is everybody's: it must not hide what a browser calls so.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import globals from "globals";

const assets = new URL("../../assets/", import.meta.url);
const folders = ["canvas/", "gallery/", "shared/", "stage/"].map((name) => new URL(name, assets));
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)));
const modules = files.filter((file) => file.pathname.endsWith(".js"));

test("no module defines a name of the browser's at its top", () => {
  assert.ok(modules.length > 40);
  for (const module of modules) {
    const text = readFileSync(module, "utf-8");
    const names = [...text.matchAll(/^(?:export )?(?:async function|function|class|const|let) ([\w$]+)/gm)];
    const hidden = names.map(([, name]) => name).filter((name) => name in globals.browser || name in globals.builtin);
    assert.deepEqual(hidden, [], module.pathname);
  }
});
