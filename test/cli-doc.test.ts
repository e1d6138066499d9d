import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeProgram } from '../cmd/pipit/src/program.ts';

const text = readFileSync(new URL('../docs/cli.md', import.meta.url), 'utf8');
const sections = new Map(
  text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
/** But for what only scripts call. */
const commands = makeProgram().commands.filter((command) => !command.name().startsWith('_'));

test('docs/cli.md has every command', () => {
  const documented = [...sections.keys()].filter((title) => title.startsWith('pipit '));
  expect(documented).toEqual(commands.map((command) => `pipit ${command.name()}`));
});

test.each(commands.map((command) => [command.name(), command] as const))(
  'docs/cli.md has the flags of pipit %s, and no others',
  (name, command) => {
    const section = sections.get(`pipit ${name}`) ?? '';
    const flags = flagsOf(command);
    // What is the same for all is said above them.
    for (const flag of flags) expect(flag === '--root' ? text : section).toContain(`\`${flag}`);
    for (const [, flag] of section.matchAll(/^\| *`(--[\w-]+)/gm)) expect(flags).toContain(flag);
  },
);

/** Those of the commands below it, too. */
function flagsOf({ options, commands: below }: ReturnType<typeof makeProgram>): string[] {
  return [...options.map(({ long }) => long ?? ''), ...below.flatMap(flagsOf)];
}
