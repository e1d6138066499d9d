#!/usr/bin/env node
// What is published has all of it in one module, which starts sooner; a checkout has not.
const { main } = await import('../dist/bundle.js').catch(() => import('../dist/main.js'));

await main();
