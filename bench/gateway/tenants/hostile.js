/** Child process: `hostile.js <name> <urls and key as JSON>`: one hostile tenant, until it is killed. */
import { setMaxListeners } from 'node:events';
import { attacks } from './attacks.js';

process.on('disconnect', () => process.exit(0));
const [name, to] = process.argv.slice(2);
process.send('started');
const { signal } = new AbortController();
setMaxListeners(0, signal);
await attacks[name](JSON.parse(to), signal);
