/** The goals of Pipit: `peer` in `format` has at least `goal` times the requests per second of `base`. */
const goals = [
  { peer: 'pipit-fastify', format: 'json', base: 'fastify', goal: 1 },
  { peer: 'pipit-fastify', format: 'protobuf', base: 'fastify', goal: 1.05 },
  { peer: 'pipit-fastify', format: 'form', base: 'fastify', goal: 0.85 },
  { peer: 'pipit-node', format: 'json', base: 'fastify', goal: 1.2 },
  { peer: 'pipit-node', format: 'protobuf', base: 'fastify', goal: 1.25 },
  { peer: 'pipit-fastify', format: 'json', base: 'connect', goal: 8 },
  { peer: 'pipit-fastify', format: 'protobuf', base: 'connect', goal: 8 },
  { peer: 'pipit-fastify', format: 'json', base: 'twirpscript', goal: 1.7 },
  { peer: 'pipit-fastify', format: 'protobuf', base: 'twirpscript', goal: 1.7 },
  // Logging as it is by default may cost 15 %.
  { peer: 'pipit-server', format: 'json', base: 'pipit-server-quiet', goal: 0.85 },
];

/** Every goal that could be measured, with what was reached. `ratio(peer, format, base)` is `{ reached, byCpu }`. */
export function judge(ratio) {
  return goals.flatMap((goal) => {
    const ratios = ratio(goal.peer, goal.format, goal.base);
    return ratios === undefined ? [] : [{ ...goal, ...ratios, met: ratios.reached >= goal.goal }];
  });
}
