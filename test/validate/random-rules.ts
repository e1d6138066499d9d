/** Makes .proto files with rules of `buf.validate` at random, always ones that protovalidate takes. */
import { Random } from '../codec/random.ts';
import { RandomMessageType } from './random-message-type.ts';
import type { Syntax } from './random-standard-rules.ts';

/** One file with `count` messages; its package is `rules.<syntax>`. */
export function randomRules(seed: number, syntax: Syntax, count: number): string {
  const random = new Random(seed);
  const head = syntax === 'editions' ? 'edition = "2023";' : `syntax = "${syntax}";`;
  const imports = ['any', 'duration', 'field_mask', 'timestamp', 'wrappers'].map(
    (name) => `import "google/protobuf/${name}.proto";`,
  );
  const messages = Array.from({ length: count }, (_, i) =>
    new RandomMessageType(random, syntax, count, i).text(),
  );
  return [
    head,
    `package rules.${syntax};`,
    'import "buf/validate/validate.proto";',
    ...imports,
    'enum E { E_ZERO = 0; E_ONE = 1; E_FOUR = 4; }',
    ...(syntax === 'proto3' ? [] : [predefined(syntax)]),
    ...messages,
    '',
  ].join('\n');
}

/** Rules of one's own, which proto3 cannot declare. */
function predefined(syntax: Syntax): string {
  const label = syntax === 'proto2' ? 'optional ' : '';
  // Two files that declare one number would be in each other's way.
  const first = syntax === 'proto2' ? 1000 : 2000;
  return `
    extend buf.validate.Int32Rules {
      ${label}int32 multiple_of = ${first} [(buf.validate.predefined).cel = {
        id: "int32.multiple_of"
        expression: "this % rule == 0 ? '' : 'must be a multiple of %s'.format([rule])"
      }];
      repeated int32 but = ${first + 1} [(buf.validate.predefined).cel = {
        id: "int32.but"
        message: "must be something else"
        expression: "!(this in rule) && (!has(rules.gt) || rules.gt < 100)"
      }];
    }
    extend buf.validate.StringRules {
      ${label}uint64 shorter = ${first} [(buf.validate.predefined).cel = {
        id: "string.shorter"
        expression: "uint(this.size()) < rule"
      }];
    }`;
}
