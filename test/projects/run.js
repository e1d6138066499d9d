// Strangers' projects: each folder here is one, and examples/shop. It is copied out of the repository, gets our tarballs and
// what it asks for by its own package manager, code from its protos (shared/hats.proto if it has none) by `pipit gen`, and
// runs its scripts `build`, where there is one, and `test`; with --browser `test:page` too, where there is one.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { folderOf, makeTools, manifestOf, runProject } from './project.js';

const help = `Usage: npm run test:projects [-- --only NAME]... [--in FOLDER]

Packs our packages and runs small projects that install them.

Options:
  --only NAME  run this project; repeatable. Without it all run
  --browser    the tests of pages too: they want Chromium
  --list       print the names of the projects
  --in FOLDER  work there and leave everything, to look at it; the tarballs and tools of an earlier run are used again
  --help       print this`;

const here = fileURLToPath(new URL('./', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    browser: { type: 'boolean' },
    list: { type: 'boolean' },
    in: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const all = readdirSync(here)
  .filter((name) => existsSync(join(here, name, 'package.json')) && name !== 'tools')
  .concat('shop')
  .sort();
const unknown = flags.only?.filter((name) => !all.includes(name)) ?? [];
if (flags.help) console.log(help);
else if (flags.list) console.log(all.join('\n'));
else if (unknown.length > 0) {
  console.error(`no project ${unknown.join(', ')} in test/projects; there are ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runAll(flags.only ?? all).catch((error) => {
    console.error(error.message);
    return 1;
  });
}

/** @returns the exit status */
async function runAll(names) {
  // Outside of the repository, whose node_modules would help them otherwise.
  const place = flags.in === undefined ? mkdtempSync(join(tmpdir(), 'pipit-projects-')) : resolve(flags.in);
  let failed = 0;
  try {
    console.log('packing, and installing the tools');
    await makeTools(place);
    for (const [i, name] of names.entries()) {
      const start = performance.now();
      const error = await runProject(name, place, { browser: flags.browser }).catch((thrown) => thrown);
      const seconds = `${((performance.now() - start) / 1000).toFixed(0)} s`;
      const { description } = manifestOf(folderOf(name));
      console.log(
        `${i + 1}/${names.length} ${error === undefined ? 'ok  ' : 'FAIL'} ${name}: ${description} (${seconds})`,
      );
      if (error !== undefined) {
        failed++;
        console.log(error.message.replace(/^/gm, '    '));
      }
    }
  } finally {
    if (flags.in === undefined) rmSync(place, { recursive: true, force: true });
  }
  console.log(`${names.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
