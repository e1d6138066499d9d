/** The goals of Pipit, in times another peer's speed: `[operation, base, goal per schema]`. */
const goals = [
  ['encode', 'protobufjs', { small: 1.8, mid: 1.8, list: 1.3, numeric: 1.3, strings: 1.3 }],
  ['decode', 'protobufjs', { small: 1.3, mid: 1.3, list: 1, numeric: 1, strings: 1 }],
  ['jsonOut', 'plain-json', all(1.5)],
  ['jsonOut', 'protobuf-es', all(2)],
  ['jsonIn', 'plain-json', all(0.8)],
  ['jsonIn', 'protobuf-es', all(3)],
];

function all(goal) {
  return { small: goal, mid: goal, list: goal, numeric: goal, strings: goal };
}

/** Every goal that could be measured, with what was reached. `ratio(operation, schema, peer, base)`. */
export function judge(ratio) {
  return goals.flatMap(([operation, base, bySchema]) =>
    Object.entries(bySchema).flatMap(([schema, goal]) => {
      const reached = ratio(operation, schema, 'pipit', base);
      return reached === undefined ? [] : [{ operation, schema, base, goal, reached, met: reached >= goal }];
    }),
  );
}
