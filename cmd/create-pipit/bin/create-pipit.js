#!/usr/bin/env node
// `npm create pipit shop` is `pipit new shop`.
process.argv.splice(2, 0, 'new');
await import('pipit/bin/pipit.js');
