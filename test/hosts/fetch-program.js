// Servers with the services of wire cases behind the fetch door, on Bun or Deno: fetch-program.js DOOR WANTED: a bundle,
// and the wanted servers as JSON. Prints their ports.
const [doorFile, wanted] = globalThis.Deno?.args ?? process.argv.slice(2);
const { handlerOf } = await import(doorFile);

const address = { port: 0, hostname: '127.0.0.1' };
const ports = JSON.parse(wanted).map((one) => {
  const fetch = handlerOf(one);
  return globalThis.Deno === undefined
    ? Bun.serve({ ...address, idleTimeout: 0, fetch }).port
    : Deno.serve({ ...address, onListen: () => undefined }, fetch).addr.port;
});
console.log(JSON.stringify(ports));
