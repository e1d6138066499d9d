import { bye, types, typesAfter, type UserFile } from './user-file.ts';

/** Ways to write a class. */
export const classes: UserFile[] = [
  {
    name: 'as the scaffold wrote it',
    files: {
      'echo.ts': `${types}

/** Serves. */
export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit {
    return { data: { hello: request.hello } };
  }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['hello } };\n  }\n', `hello } };\n  }\n\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'comments everywhere',
    files: {
      'echo.ts': `// licence
/* one */ import /* two */ type { Echo /* three */, HelloRequest, HelloResponseInit /* four */ } from './echo.twirp.ts'; // five

// six
/** seven */
export /* eight */ class EchoServer /* nine */ implements /* ten */ Echo /* eleven */ {
  // twelve
  /** thirteen */
  hello(/* fourteen */ request /* fifteen */ : HelloRequest /* sixteen */): /* seventeen */ HelloResponseInit {
    // eighteen
    return { data: { hello: request.hello /* nineteen */ } }; // twenty
    // twenty-one
  } // twenty-two
  // twenty-three
} // twenty-four
// twenty-five
`,
    },
    edits: {
      'echo.ts': [
        ['HelloResponseInit /* four */', 'HelloResponseInit, ByeRequest, ByeResponseInit /* four */'],
        ['; // five', "; // five\nimport { unimplemented } from '@pipit/runtime';"],
        ['} // twenty-two', `} // twenty-two\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'decorators',
    files: {
      'echo.ts': `${types}

function logged<T extends abstract new (...args: never[]) => object>(type: T, _: ClassDecoratorContext): T { return type; }
const timed = (_ms: number) => <F>(method: F, _: ClassMethodDecoratorContext): F => method;

@logged
export class EchoServer implements Echo {
  @timed(100)
  // between
  @timed(200) async hello(request: HelloRequest): Promise<HelloResponseInit> { return { msg: request.hello }; }

  @timed(300)
  helper(): void {}
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['{ return { msg: request.hello }; }', `{ return { msg: request.hello }; }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'arrow functions in properties',
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  readonly #greeting = 'Hi';

  readonly hello = async (request: HelloRequest): Promise<HelloResponseInit> => ({
    msg: this.#greeting + request.hello,
  });
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['  });\n', `  });\n\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'no semicolons, double quotes, four spaces',
    files: {
      'echo.ts': `import type { Echo, HelloRequest, HelloResponseInit } from "./echo.twirp.ts"

export class EchoServer implements Echo {
    hello = (request: HelloRequest): HelloResponseInit => ({ msg: request.hello })
}
`,
    },
    edits: {
      'echo.ts': [
        [
          'HelloResponseInit } from "./echo.twirp.ts"',
          'HelloResponseInit, ByeRequest, ByeResponseInit } from "./echo.twirp.ts"\nimport { unimplemented } from "@pipit/runtime"',
        ],
        [
          'request.hello })\n',
          `request.hello })\n\n    ${bye('    ', { unit: '    ', quote: '"', semicolon: '' })}\n`,
        ],
      ],
    },
  },
  {
    name: 'several classes, of which one implements it',
    files: {
      'echo.ts': `${types}

class Cache { get(key: string): string { return key; } }

export class EchoServer implements Echo {
  private readonly cache = new Cache();
  hello(request: HelloRequest): HelloResponseInit {
    return { msg: this.cache.get(request.hello) };
  }
  private unused(): void {}
  close(): void { this.unused(); }
}

export class EchoMetrics {
  hello(): number { return 1; }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['get(request.hello) };\n  }\n', `get(request.hello) };\n  }\n\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'two implementers, of which one is served',
    files: {
      'echo.ts': `${types}

export class LoudEcho implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello.toUpperCase() }; }
}

export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
}
`,
    },
    server:
      "import { LoudEcho } from 'HERE/echo.ts'; import { Echo } from 'HERE/echo.twirp.ts'; Echo.serve(new LoudEcho())",
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['toUpperCase() }; }', `toUpperCase() }; }\n\n  ${bye()}`],
      ],
    },
    left: [/echo\.ts:\d+:1: EchoServer implements Echo .* left as it is, without bye/],
    broken: 'the other one lacks bye',
  },
  {
    name: 'renamed',
    files: {
      'echo.ts': `${types}

export class Greeter implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }; }', `request.hello }; }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'a default export',
    files: {
      'echo.ts': `${types}

export default class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
}
`,
    },
    server:
      "import EchoServer from 'HERE/echo.ts'; import { Echo } from 'HERE/echo.twirp.ts'; Echo.serve(new EchoServer())",
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }; }', `request.hello }; }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'a default export without a name',
    files: {
      'echo.ts': `${types}

export default class implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }; }', `request.hello }; }\n\n  ${bye()}`],
      ],
    },
    left: [/services\.ts:\d+:\d+: Echo is not in the server's list: what implements it has no export/],
  },
  {
    name: 'a class expression',
    files: {
      'echo.ts': `${types}

export const EchoServer = class implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
};
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }; }', `request.hello }; }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'overloads',
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit;
  hello(request: HelloRequest, loud: unknown): HelloResponseInit;
  hello(request: HelloRequest, _loud?: unknown): HelloResponseInit {
    return { msg: request.hello };
  }
}
`,
    },
    after: ['Hello Greet', 'Bye'],
    edits: {
      'echo.ts': [
        [
          types,
          `import type { Echo, GreetRequest, GreetResponseInit, ByeRequest, ByeResponseInit } from './echo.twirp.ts';
import { unimplemented } from '@pipit/runtime';`,
        ],
        ['(request: HelloRequest): HelloResponseInit;', '(request: GreetRequest): GreetResponseInit;'],
        [
          '(request: HelloRequest, loud: unknown): HelloResponseInit;',
          '(request: GreetRequest, loud: unknown): GreetResponseInit;',
        ],
        [
          '(request: HelloRequest, _loud?: unknown): HelloResponseInit {',
          '(request: GreetRequest, _loud?: unknown): GreetResponseInit {',
        ],
        ['request.hello };\n  }\n', `request.hello };\n  }\n\n  ${bye()}\n`],
      ],
    },
    broken: 'its body reads a field that Greet has not',
  },
  {
    name: 'a getter, a quoted name, accessors and statics',
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  static hello(): void {}
  static { this.hello(); }
  [key: \`x-\${string}\`]: string;
  get hello(): Echo['hello'] { return (request: HelloRequest): HelloResponseInit => ({ msg: request.hello }); }
  set hello(_: Echo['hello']) {}
  'bye' = (): { msg: string } => ({ msg: 'bye' });
}
`,
    },
    left: [],
  },
  {
    name: 'other members around, a parameter more, a method of another visibility',
    before: ['Hello', 'Old'],
    after: ['Hello', 'Old', 'Bye'],
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  constructor(private readonly name = 'echo') {}

  hello(this: EchoServer, request: HelloRequest, _context?: unknown, loud = false): HelloResponseInit {
    return { msg: loud ? this.name : request.hello };
  }

  private old(): HelloResponseInit { return {}; }
  protected after(): unknown { return this.old(); }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['old(): HelloResponseInit { return {}; }', `old(): HelloResponseInit { return {}; }\n\n  ${bye()}`],
      ],
    },
    broken: 'old is private, which was the user’s doing',
  },
  {
    name: 'public on every method',
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  public hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['request.hello }; }', `request.hello }; }\n\n  public ${bye()}`],
      ],
    },
  },
  {
    name: 'generic, with several interfaces',
    files: {
      'echo.ts': `import { type Context, unimplemented } from '@pipit/runtime';
${types}

interface Closes { close(): void }
export class EchoServer<T extends { text: string } = { text: string }> implements Closes, Echo, Partial<T> {
  text!: string;
  close(): void {}
  hello(request: HelloRequest, context: Context): HelloResponseInit {
    if (request.hello === '') throw unimplemented(context.method);
    return { msg: request.hello };
  }
}
`,
    },
    edits: {
      'echo.ts': [
        ['HelloResponseInit } from', 'HelloResponseInit, ByeRequest, ByeResponseInit } from'],
        ['request.hello };\n  }\n', `request.hello };\n  }\n\n  ${bye()}\n`],
      ],
    },
    broken: 'a class cannot implement a type parameter',
  },
  {
    name: 'all on one line',
    files: {
      'echo.ts': `${types}\nexport class EchoServer implements Echo { hello(_: HelloRequest): HelloResponseInit { return {}; } }\n`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['return {}; } }', `return {}; } \n  ${bye()}\n}`],
      ],
    },
  },
  {
    name: 'no methods yet, a comment where they go',
    before: [],
    after: ['Bye'],
    files: {
      'echo.ts': `import type { Echo } from './echo.twirp.ts';

export class EchoServer implements Echo {
  // TODO: methods
}
`,
    },
    edits: {
      'echo.ts': [
        [
          "{ Echo } from './echo.twirp.ts';",
          "{ Echo, ByeRequest, ByeResponseInit } from './echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        ['methods\n', `methods\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'an empty class',
    before: [],
    after: ['Bye'],
    files: {
      'echo.ts': `import type { Echo } from './echo.twirp.ts';\nexport class EchoServer implements Echo {}\n`,
    },
    edits: {
      'echo.ts': [
        [
          "{ Echo } from './echo.twirp.ts';",
          "{ Echo, ByeRequest, ByeResponseInit } from './echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        ['Echo {}', `Echo {\n  ${bye()}\n}`],
      ],
    },
  },
];
