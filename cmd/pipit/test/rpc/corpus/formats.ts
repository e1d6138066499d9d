import { bye, types, typesAfter, type UserFile } from './user-file.ts';

const plain = `${types}

export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit {
    return { msg: request.hello };
  }
}
`;
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const tabs = (text: string): string =>
  text.replaceAll(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
const end = '.hello };\n  }\n';

/** Ways to store and to import. */
export const formats: UserFile[] = [
  {
    name: 'Windows line breaks',
    files: { 'echo.ts': crlf(plain) },
    edits: {
      'echo.ts': [
        [types, crlf(typesAfter)],
        [crlf(end), `${crlf(end)}\r\n  ${bye('  ', { eol: '\r\n' })}\r\n`],
      ],
    },
  },
  {
    name: 'tabs',
    files: { 'echo.ts': tabs(plain) },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [tabs(end), `${tabs(end)}\n\t${bye('\t', { unit: '\t' })}\n`],
      ],
    },
  },
  {
    name: 'no line break at the end',
    files: { 'echo.ts': plain.trimEnd() },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [end, `${end}\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'a byte order mark',
    files: { 'echo.ts': `\uFEFF${plain}` },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [end, `${end}\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'mixed line breaks, spaces at the end of lines, many empty lines',
    files: { 'echo.ts': plain.replace(';\n\n', ';  \r\n\n\n\n').replace('Echo {\n', 'Echo {   \n\n\n') },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        [end, `${end}\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'a namespace import',
    files: {
      'echo.ts': `import * as pipit from '@pipit/runtime';
import type * as api from './echo.twirp.ts';

export class EchoServer implements api.Echo {
  hello(request: api.HelloRequest): api.HelloResponseInit { throw pipit.invalidArgument('hello', request.hello); }
}
`,
    },
    after: ['Hello Greet', 'Bye'],
    edits: {
      'echo.ts': [
        ['api.HelloRequest)', 'api.GreetRequest)'],
        ['api.HelloResponseInit {', 'api.GreetResponseInit {'],
        [
          'request.hello); }',
          `request.hello); }\n\n  ${bye().replace('ByeRequest', 'api.ByeRequest').replace('ByeResponseInit', 'api.ByeResponseInit').replace('unimplemented(', 'pipit.unimplemented(')}`,
        ],
      ],
    },
    broken: 'its body reads a field that Greet has not',
  },
  {
    name: 'names of its own for what it imports',
    files: {
      'echo.ts': `import type { Echo as Service, HelloRequest as Req, HelloResponseInit as Res } from './echo.twirp.ts';

export class EchoServer implements Service {
  hello(_: Req): Promise<Res> { return Promise.resolve({}); }
}
`,
    },
    after: ['Hello Greet', 'Bye'],
    edits: {
      'echo.ts': [
        [
          'HelloRequest as Req, HelloResponseInit as Res }',
          'GreetRequest as Req, GreetResponseInit as Res, ByeRequest, ByeResponseInit }',
        ],
        [
          "from './echo.twirp.ts';",
          "from './echo.twirp.ts';\nimport { unimplemented } from '@pipit/runtime';",
        ],
        ['resolve({}); }', `resolve({}); }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'values and types in one import, on lines of their own, with comments',
    files: {
      'echo.ts': `import {
  invalidArgument, // for callers
  // and nothing else
} from '@pipit/runtime';
import {
  Echo,
  type HelloRequest, // in, of course
  /* out */ type HelloResponseInit,
} from './echo.twirp.ts';

export const name: string = Echo.typeName;
export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit { throw invalidArgument('hello', request.hello); }
}
`,
    },
    edits: {
      'echo.ts': [
        ['invalidArgument, // for callers\n', 'invalidArgument, // for callers\n  unimplemented,\n'],
        [
          'type HelloResponseInit,\n',
          'type HelloResponseInit,\n  type ByeRequest,\n  type ByeResponseInit,\n',
        ],
        ['request.hello); }', `request.hello); }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'imports of .js, of the messages from the other file, no comma at the end',
    files: {
      'echo.ts': `import type { Context } from '@pipit/runtime';
import type { Echo } from './echo.twirp.js';
import type {
  HelloRequest,
  HelloResponseInit // last
} from './echo.pb.js';

export class EchoServer implements Echo {
  async hello(request: HelloRequest, context: Context): Promise<HelloResponseInit> { return { msg: request.hello + context.method }; }
}
`,
    },
    edits: {
      'echo.ts': [
        ["{ Echo } from './echo.twirp.js';", "{ Echo, ByeRequest, ByeResponseInit } from './echo.twirp.js';"],
        ["} from './echo.pb.js';", "} from './echo.pb.js';\nimport { unimplemented } from '@pipit/runtime';"],
        ['context.method }; }', `context.method }; }\n\n  ${bye()}`],
      ],
    },
  },
  {
    name: 'names that are taken',
    files: {
      'echo.ts': `${types}

interface ByeRequest { mine: true }
const unimplemented = (mine: ByeRequest): boolean => mine.mine;

export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit { return { msg: request.hello + unimplemented({ mine: true }) }; }
}
`,
    },
    edits: {
      'echo.ts': [
        [
          types,
          `import type { Echo, HelloRequest, HelloResponseInit, ByeRequest as ByeRequest$1, ByeResponseInit } from './echo.twirp.ts';
import { unimplemented as unimplemented$1 } from '@pipit/runtime';`,
        ],
        [
          '({ mine: true }) }; }',
          `({ mine: true }) }; }\n\n  ${bye().replace('ByeRequest', 'ByeRequest$1').replace('unimplemented(', 'unimplemented$1(')}`,
        ],
      ],
    },
  },
  {
    name: 'text that looks like code',
    files: {
      'echo.ts': `#!/usr/bin/env node
'use strict';
${types}

// export class Old implements Echo { hello() {} }
const text = \`class X implements Echo { \${'}'} \`;
const pattern = /implements Echo \\{[}]/;
export class EchoServer implements Echo {
  hello(request: HelloRequest): HelloResponseInit {
    return { msg: pattern.test(text) ? request.hello : '}' }; // }
  } /* }
  } */
}
`,
    },
    edits: {
      'echo.ts': [
        [types, typesAfter],
        ['  } /* }\n  } */\n', `  } /* }\n  } */\n\n  ${bye()}\n`],
      ],
    },
  },
  {
    name: 'a syntax error',
    files: { 'echo.ts': plain.replace('return {', 'return {{') },
    left: [/echo\.ts:5:13: .* Not touched: mend it and run again/],
    syntax: 'a brace too many',
  },
  {
    name: 'merge markers',
    files: {
      'echo.ts': plain.replace(
        '    return { msg: request.hello };\n',
        "<<<<<<< HEAD\n    return { msg: request.hello };\n=======\n    return { msg: 'theirs' };\n>>>>>>> theirs\n",
      ),
    },
    left: [/echo\.ts:5:1: Merge conflict marker encountered\. Not touched/],
    syntax: 'merge markers',
  },
  {
    name: 'a file that implements nothing',
    files: { 'echo.ts': 'export const todo = 1;\n' },
    left: [/echo\.ts: nothing in it implements Echo: add `implements Echo`/],
  },
];
