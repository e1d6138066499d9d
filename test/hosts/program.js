// Servers with the services of wire cases behind the node door, in a process of its own, on whichever engine:
// program.js DOOR SERVICES WANTED [freeze]: two bundles, and the wanted servers as JSON. Prints their ports.
import { createServer as createPlainServer } from 'node:http';

const [doorFile, servicesFile, wanted, freeze] = globalThis.Deno?.args ?? process.argv.slice(2);
if (freeze === 'freeze') {
  const classes = [
    Object,
    Array,
    Function,
    Error,
    TypeError,
    Promise,
    Map,
    Set,
    Date,
    RegExp,
    String,
    Number,
  ];
  for (const { prototype } of classes) Object.freeze(prototype);
}
const { createHandler, createServer } = await import(doorFile);
const { servicesOf } = await import(servicesFile);

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
// Bun and Deno have a node:http of their own, on which no second protocol can be put.
const isNode = globalThis.Deno === undefined && globalThis.Bun === undefined;
const ports = [];
for (const one of JSON.parse(wanted)) {
  const handler = createHandler({ ...servicesOf(one), log: silent });
  const server = isNode ? createServer(handler) : createPlainServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports.push(server.address().port);
}
console.log(JSON.stringify(ports));
