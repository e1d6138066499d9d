import { bye, types, type UserFile } from './user-file.ts';

const hello = 'hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }';

/** What a proto does to methods that are there. */
export const changes: UserFile[] = [
  {
    name: 'other types in every way to write them',
    before: ['Hello', 'Old', 'Bye'],
    after: ['Hello Greet', 'Old Greet', 'Bye Greet'],
    files: {
      'echo.ts': `import type { Context } from '@pipit/runtime';
import type { ByeRequest, ByeResponse, ByeResponseInit, Echo, HelloRequest, HelloResponseInit, OldRequest, OldResponseInit } from './echo.twirp.ts';

export class EchoServer implements Echo {
  async hello(_: HelloRequest, context: Context): Promise<HelloResponseInit> { return { msg: context.path }; }
  old = (_: OldRequest): OldResponseInit | Promise<OldResponseInit> => ({});
  bye = function (_: ByeRequest): Promise<ByeResponse> { throw new Error('no'); };
  last: ByeResponseInit | undefined;
}
`,
    },
    edits: {
      'echo.ts': [
        [
          '{ ByeRequest, ByeResponse, ByeResponseInit, Echo, HelloRequest, HelloResponseInit, OldRequest, OldResponseInit }',
          '{ GreetResponse, ByeResponseInit, Echo, GreetRequest, GreetResponseInit }',
        ],
        [
          '(_: HelloRequest, context: Context): Promise<HelloResponseInit>',
          '(_: GreetRequest, context: Context): Promise<GreetResponseInit>',
        ],
        [
          '(_: OldRequest): OldResponseInit | Promise<OldResponseInit>',
          '(_: GreetRequest): GreetResponseInit | Promise<GreetResponseInit>',
        ],
        ['(_: ByeRequest): Promise<ByeResponse>', '(_: GreetRequest): Promise<GreetResponse>'],
      ],
    },
  },
  {
    name: 'types of its own, which stay',
    after: ['Hello Greet'],
    files: {
      'echo.ts': `import type { Echo, HelloRequest } from './echo.twirp.ts';

type Wide = Pick<HelloRequest, never>;
export class EchoServer implements Echo {
  hello(_: Wide): ReturnType<Echo['hello']> { return { msg: '' }; }
}
`,
    },
  },
  {
    name: 'an old type that is still used',
    after: ['Hello Greet'],
    files: {
      'echo.ts': `${types}

export const last: HelloRequest[] = [];
export class EchoServer implements Echo {
  hello(_: HelloRequest): HelloResponseInit { return {}; }
}
`,
    },
    edits: {
      'echo.ts': [
        ['Echo, HelloRequest, HelloResponseInit }', 'Echo, HelloRequest, GreetResponseInit, GreetRequest }'],
        ['(_: HelloRequest): HelloResponseInit', '(_: GreetRequest): GreetResponseInit'],
      ],
    },
  },
  {
    name: 'types that fit and are meant, and types that do not, of a method that was there first',
    before: ['Hello Twin'],
    after: ['Hello Twin', 'Bye'],
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  ${hello}
  bye = (_: HelloRequest): HelloResponseInit => ({});
}
`,
    },
    edits: {
      'echo.ts': [
        [
          'Echo, HelloRequest, HelloResponseInit }',
          'Echo, HelloRequest, HelloResponseInit, ByeRequest, ByeResponseInit }',
        ],
        ['bye = (_: HelloRequest): HelloResponseInit', 'bye = (_: ByeRequest): ByeResponseInit'],
      ],
    },
  },
  {
    name: 'a method that is gone',
    before: ['Hello', 'Old'],
    after: ['Hello'],
    files: {
      'echo.ts': `${types}

export class EchoServer implements Echo {
  ${hello}

  /** Much work went into this. */
  old() { return { msg: 'old' }; }
}
`,
    },
    left: [/echo\.ts:7:3: old is not a method of \S+\.Echo any more: left as it is/],
  },
  {
    name: 'a method that is called something else now',
    before: ['Hello', 'Old'],
    after: ['Hello', 'Bye Old'],
    files: {
      'echo.ts': `import type { Echo, HelloRequest, HelloResponseInit, OldRequest, OldResponseInit } from './echo.twirp.ts';

export class EchoServer implements Echo {
  ${hello}
  old(_: OldRequest): OldResponseInit { return {}; }
}
`,
    },
    edits: {
      'echo.ts': [
        [
          "from './echo.twirp.ts';",
          "from './echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        [
          hello,
          `${hello}\n\n  ${bye().replace('ByeRequest', 'OldRequest').replace('ByeResponseInit', 'OldResponseInit')}`,
        ],
      ],
    },
    left: [/echo\.ts:10:3: old is not a method of \S+\.Echo any more: left as it is/],
  },
  {
    name: 'a class that is served without saying what it implements',
    files: {
      'echo.ts': `import type { HelloRequest, HelloResponseInit } from './echo.twirp.ts';

export class EchoServer {
  ${hello}
}
`,
    },
    server:
      "import { EchoServer } from 'HERE/echo.ts'; import { Echo } from 'HERE/echo.twirp.ts'; Echo.serve(new EchoServer())",
    edits: {
      'echo.ts': [
        [
          "HelloResponseInit } from './echo.twirp.ts';",
          "HelloResponseInit, ByeRequest, ByeResponseInit } from './echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        [hello, `${hello}\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'functions of a module, which are served as they are',
    files: {
      'handlers.ts': `import type { HelloRequest, HelloResponseInit } from './echo.twirp.ts';
export function hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello }; }
`,
    },
    server:
      "import * as handlers from 'HERE/handlers.ts'; import { Echo } from 'HERE/echo.twirp.ts'; Echo.serve(handlers)",
    left: [/services\.ts: bye not added: what Echo is served with is not a class or object/],
    broken: 'bye is missing, which the user is told',
  },
  {
    name: 'a message of another file and one of the runtime',
    before: ['Hello'],
    after: ['Hello', 'Bye google.protobuf.Empty'],
    files: { 'echo.ts': `${types}\n\nexport class EchoServer implements Echo {\n  ${hello}\n}\n` },
    edits: {
      'echo.ts': [
        [
          types,
          `${types}\nimport type { Empty, EmptyInit } from '@pipit/runtime/google/protobuf/empty';\nimport { unimplemented } from '@pipit/runtime';`,
        ],
        [
          hello,
          `${hello}\n\n  ${bye().replace('ByeRequest', 'Empty').replace('ByeResponseInit', 'EmptyInit')}`,
        ],
      ],
    },
  },
];
