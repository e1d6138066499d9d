import { expect, test } from 'vitest';
import { echoProto, pipit, projectWith, read, write } from './main-process.ts';

const next = '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "noEmit": true } }';

test.each([
  ['none', 'Next, whose bundler reads the TypeScript', next, {}],
  ['.js', 'a compiler that writes files', '{ "compilerOptions": { "module": "nodenext" } }', {}],
  [
    '.ts',
    'a compiler that allows it',
    next.replace('"noEmit"', '"allowImportingTsExtensions": true, "noEmit"'),
    {},
  ],
  ['.js', 'an option of the project', next, { pipit: { options: { import_extension: 'js' } } }],
])('imports end in %s for %s', async (ending, _, tsconfig, manifest) => {
  const cwd = projectWith({ 'tsconfig.json': tsconfig, 'rpc/user/v0/echo.proto': echoProto });
  const own = JSON.parse(read(cwd, 'package.json')) as object;
  write(cwd, 'package.json', JSON.stringify({ ...own, ...manifest }));
  expect((await pipit(['gen'], { cwd })).status).toBe(0);
  const path = ending === 'none' ? './echo.pb' : `./echo.pb${ending}`;
  expect(read(cwd, 'rpc/user/v0/echo.twirp.ts')).toContain(`export * from '${path}';`);
});
