/** Writes the tables of RESULTS.md again from the results that are committed, as after a change of a title: nothing is measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report as codec } from './codec/report.js';
import { report as gateway } from './gateway/report.js';
import { report as http } from './http/report.js';
import { bench } from './lib/paths.js';
import { writeTable } from './lib/results-page.js';
import { report as validate } from './validate/report.js';

for (const [suite, report] of Object.entries({ codec, gateway, http, validate })) {
  const results = JSON.parse(readFileSync(join(bench, suite, 'results.json'), 'utf8'));
  writeTable(`bench:${suite}`, report(results));
}
