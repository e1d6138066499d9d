import type { Command } from 'commander';
import { fullName } from '../call/method-name.ts';
import { findProject } from '../project/project.ts';
import { scanMethods } from '../project/services.ts';

/**
 * What may stand where the cursor is.
 * @param words the words before the cursor and the one it is in, without `pipit`
 * @returns candidates that begin with the last word; undefined where files are meant
 */
export function candidates(program: Command, words: readonly string[]): string[] | undefined {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const commands = program.commands.filter((candidate) => !candidate.name().startsWith('__'));
  const command = commands.find((candidate) => candidate.name() === before[0]);
  if (command === undefined) {
    const names = commands.map((candidate) => candidate.name());
    // After something that is no command there is nothing to say.
    return before.length > 0 ? [] : startingWith(word, [...names, 'help', ...flagsOf(program)]);
  }
  if (word.startsWith('-')) return startingWith(word, flagsOf(command));
  const flag = command.options.find(({ short, long }) => [short, long].includes(before.at(-1) ?? ''));
  // After --root or --output comes a path; of other values nothing is known.
  if (flag?.required === true) return /folder|file/.test(flag.flags) ? undefined : [];
  if (command.name() === 'call') return before.some(isMethod) ? [] : startingWith(word, methodNames());
  if (command.name() === 'completion') return startingWith(word, ['bash', 'zsh', 'fish']);
  return command.name() === 'new' ? undefined : [];
}

function isMethod(word: string, index: number): boolean {
  return index > 0 && /^[\w.]+\/\w+$/.test(word);
}

function methodNames(): string[] {
  try {
    return scanMethods(findProject()).map(fullName);
  } catch {
    // Outside of a project there are none; completion is no place for errors.
    return [];
  }
}

function flagsOf(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => (long == null ? [] : [long])), '--help'];
}

function startingWith(word: string, all: readonly string[]): string[] {
  return all.filter((candidate) => candidate.startsWith(word));
}
