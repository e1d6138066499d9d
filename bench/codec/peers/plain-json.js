/** The work of a server without a schema: plain data, no checks, no defaults. The floor and the ceiling of JSON. */
export const plainJson = {
  id: 'plain-json',
  title: 'plain JSON',
  packages: [],

  generate() {},

  load() {
    return {
      plain: true,
      jsonNames: 'proto',
      toJsonBytes: (value) => Buffer.from(JSON.stringify(value)),
      fromJsonBytes: (bytes) => JSON.parse(bytes.toString()),
    };
  },
};
