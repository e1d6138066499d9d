import { bye, types, typesAfter, type UserFile } from './user-file.ts';

const hello = 'hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }';

/** Other ways to implement a service than one class in one file. */
export const shapes: UserFile[] = [
  {
    name: 'methods of a base class in another file',
    files: {
      'base.ts': `import type { HelloRequest, HelloResponseInit } from './echo.twirp.ts';
export abstract class Base {
  ${hello}
}
`,
      'echo.ts': `import type { Echo } from './echo.twirp.ts';
import { Base as Parent } from './base.ts';

export class EchoServer extends Parent implements Echo {
}
`,
    },
    edits: {
      'echo.ts': [
        ['{ Echo }', '{ Echo, ByeRequest, ByeResponseInit }'],
        ["from './base.ts';", "from './base.ts';\nimport { unimplemented } from '@pipit/runtime';"],
        ['Echo {\n', `Echo {\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'the class in another file of the folder, passed on by echo.ts',
    files: {
      'echo.ts': "export { Greeter as EchoServer } from './parts/greeter.ts';\n",
      'parts/greeter.ts': `import type { Echo, HelloRequest, HelloResponseInit } from '../echo.twirp.ts';

export class Greeter implements Echo {
  ${hello}
}
`,
    },
    edits: {
      'parts/greeter.ts': [
        [
          "HelloResponseInit } from '../echo.twirp.ts';",
          "HelloResponseInit, ByeRequest, ByeResponseInit } from '../echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        [hello, `${hello}\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'the class in another place of the project',
    files: {
      '../../../lib/PACKAGE.ts': `import type { Echo, HelloRequest, HelloResponseInit } from '../rpc/FOLDER/echo.twirp.ts';
export class Far implements Echo {
  ${hello}
}
`,
    },
    edits: {
      '../../../lib/PACKAGE.ts': [
        [
          "HelloResponseInit } from '../rpc/FOLDER/echo.twirp.ts';",
          "HelloResponseInit, ByeRequest, ByeResponseInit } from '../rpc/FOLDER/echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        [hello, `${hello}\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'an abstract class and its heir',
    files: {
      'echo.ts': `${types}

export abstract class EchoBase implements Echo {
  abstract hello(request: HelloRequest): HelloResponseInit;
}

export class EchoServer extends EchoBase {
  override ${hello}
  bye() { return {}; }
}
`,
    },
    left: [/services\.ts:\d+:\d+: Echo is not in the server's list: EchoBase is abstract/],
    broken: 'the base lacks bye, which its heir has',
  },
  {
    name: 'mixed from classes that have a part each',
    files: {
      'echo.ts': `${types}

function mix<A, B>(a: new () => A, _b: new () => B): new () => A & B {
  return a as new () => A & B;
}
class Hellos implements Pick<Echo, 'hello'> {
  ${hello}
}
class Others {
  bye() { return { msg: 'bye' }; }
}
export class EchoServer extends mix(Hellos, Others) implements Echo {}
`,
    },
  },
  {
    name: 'parts only, put together elsewhere',
    files: {
      'echo.ts': `${types}

export class Hellos implements Pick<Echo, 'hello'> {
  ${hello}
}
export class Rest implements Omit<Echo, 'hello'> {}
`,
    },
    left: [/echo\.ts:3:1: bye not added: Hellos, Rest implement Echo in parts/],
    broken: 'Rest lacks bye, which the user is told',
  },
  {
    name: 'an interface of the same name adds methods',
    files: {
      'echo.ts': `${types}

interface Byes { bye(): object }
// oxlint-disable-next-line
export interface EchoServer extends Byes {}
export class EchoServer implements Echo {
  ${hello}
}
`,
    },
  },
  {
    name: 'a base that cannot be looked into',
    files: {
      'echo.ts': `${types}
import { Base } from '@acme/not-installed';

export class EchoServer extends Base implements Echo {
  ${hello}
}
`,
    },
    left: [/echo\.ts:4:1: bye: not added, since Base may have it/],
    broken: 'the package is not installed',
  },
  {
    name: 'an object with a type',
    files: {
      'echo.ts': `${types}

export const echo: Echo = {
  ${hello},
};
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [`${hello},`, `${hello},\n  ${bye()},`],
      ],
    },
  },
  {
    name: 'an object that satisfies, no comma at the end, comments after it',
    files: {
      'echo.ts': `${types}

export const echo = {
  ${hello} // why
  // end
} satisfies Echo;
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [`${hello} // why`, `${hello}, // why\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'arrow functions in an object',
    files: {
      'echo.ts': `${types}

export const echo: Echo = {
  hello: async (request: HelloRequest): Promise<HelloResponseInit> => ({ msg: request.hello }), // a, b
};
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['// a, b\n', `// a, b\n  ${bye()},\n`],
      ],
    },
  },
  {
    name: 'a function that makes one',
    files: {
      'echo.ts': `${types}

export function createEcho(prefix: string): Echo {
  const calls = new Map<string, number>();
  return {
    hello(request: HelloRequest): HelloResponseInit {
      return { msg: prefix + request.hello + calls.size };
    },
  };
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['    },\n  };\n', `    },\n    ${bye('    ')},\n  };\n`],
      ],
    },
    left: [/services\.ts:\d+:\d+: Echo is not in the server's list: what implements it has no export/],
  },
  {
    name: 'an arrow function that makes one',
    files: {
      'echo.ts': `${types}

export const createEcho = (prefix: string): Echo => ({
  hello: (request: HelloRequest): HelloResponseInit => ({ msg: prefix + request.hello }) })
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }) })', `request.hello }),\n  ${bye()}\n})`],
      ],
    },
    left: [/what implements it has no export/],
  },
  {
    name: 'an object that takes methods from others',
    files: {
      'echo.ts': `${types}

const hellos = {
  ${hello}
};
export const echo: Echo = { ...hellos };
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['{ ...hellos };', `{ ...hellos,\n  ${bye()}\n};`],
      ],
    },
  },
  {
    name: 'an object that takes methods from what cannot be looked into',
    files: {
      'echo.ts': `${types}

function hellos() {
  return { ${hello} };
}
export const echo: Echo = { ...hellos() };
`,
    },
    left: [/echo\.ts:6:27: bye: not added, since hellos\(\) may have it/],
    broken: 'bye is missing, which the user is told',
  },
  {
    name: 'the interface under other names',
    files: {
      'types.ts': `import type { Echo as Original } from './echo.twirp.ts';
export interface MyEcho extends Original { close(): void }
export type { MyEcho as Service };
`,
      'echo.ts': `import type { HelloRequest, HelloResponseInit } from './echo.twirp.ts';
import type { Service as S } from './types.ts';
type T = Readonly<S>;
export class EchoServer implements T {
  ${hello}
  close(): void {}
}
`,
    },
    edits: {
      'echo.ts': [
        ['HelloResponseInit }', 'HelloResponseInit, ByeRequest, ByeResponseInit }'],
        ["from './types.ts';", "from './types.ts';\nimport { unimplemented } from '@pipit/runtime';"],
        [hello, `${hello}\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'takes something to be made of',
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  readonly db: { find(key: string): string };
  constructor(db: { find(key: string): string }) { this.db = db; }
  hello(request: HelloRequest): HelloResponseInit { return { msg: this.db.find(request.hello) }; }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['(request.hello) }; }', `(request.hello) }; }\n\n  ${bye()}`],
      ],
    },
    left: [
      /services\.ts:\d+:\d+: Echo is not in the server's list: EchoServer takes something to be made of/,
    ],
  },
];
