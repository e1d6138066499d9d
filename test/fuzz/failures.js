// Fails calls in every way that a property test can think of: what handlers, hooks and interceptors throw and return, at
// any stage, before and after a turn, under loggers that throw. `npm run fuzz:failures [-- --runs 100000 --seed 1]`.
//
// What must hold: every call is answered, once, with JSON or a message, and nothing reaches the process.
import { inspect, parseArgs } from 'node:util';
import fc from 'fast-check';
import { failingCall, openDoors } from './failing-call.js';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});

// The doors' own console is not wanted here.
const say = console.error.bind(console);
const doors = await openDoors();
const escaped = [];
process.on('uncaughtException', (error) => escaped.push(error));
process.on('unhandledRejection', (error) => escaped.push(error));

const counts = {};
const outcome = await fc.check(
  fc.asyncProperty(fc.constantFrom(...Object.keys(doors)), failingCall, async (door, call) => {
    const status = await doors[door](call);
    counts[`${door} ${status}`] = (counts[`${door} ${status}`] ?? 0) + 1;
    if (escaped.length > 0) throw escaped[0];
  }),
  { numRuns: Number(flags.runs), seed: Number(flags.seed), endOnFailure: true },
);
console.log(`seed ${flags.seed}, ${outcome.numRuns} runs, Node ${process.version}:`, counts);
if (outcome.failed) {
  say(inspect(outcome.errorInstance), '\n', inspect(outcome.counterexample, { depth: 4 }));
  say(`again: fast-check's path ${outcome.counterexamplePath}`);
}
process.exit(outcome.failed ? 1 : 0);
