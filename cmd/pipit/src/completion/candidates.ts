import type { Command } from 'commander';
import { fullName } from '../call/method-name.ts';
import { findProject } from '../project/project.ts';
import { scanMethods } from '../project/services.ts';

/**
 * Completes the word that the cursor is in.
 * @param words the words before the cursor and the one it is in, without `pipit`
 * @returns candidates that begin with the last word; undefined where files are meant
 */
export function candidates(program: Command, words: readonly string[]): string[] | undefined {
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const path = commandsOf(program, before);
  const command = path.at(-1) ?? program;
  const names = visible(command).map((candidate) => candidate.name());
  if (names.length > 0) {
    // After something that is not a command there is nothing to say.
    if (before.length > path.length) return [];
    return startingWith(word, [...names, 'help', ...flagsOf(command)]);
  }
  if (word.startsWith('-')) return startingWith(word, flagsOf(command));
  const flag = command.options.find(({ short, long }) => [short, long].includes(before.at(-1) ?? ''));
  // After --root or --output comes a path; of other values nothing is known.
  if (flag?.required === true) return /folder|file/.test(flag.flags) ? undefined : [];
  if (command.name() === 'call') return before.some(isMethod) ? [] : startingWith(word, methodNames());
  if (command.name() === 'completion') return startingWith(word, ['bash', 'zsh', 'fish']);
  return command.name() === 'new' ? undefined : [];
}

/** The commands that words name, each below the one before. */
function commandsOf(parent: Command, [name, ...others]: readonly string[]): Command[] {
  const command = visible(parent).find((candidate) => candidate.name() === name);
  return command === undefined ? [] : [command, ...commandsOf(command, others)];
}

function visible({ commands }: Command): Command[] {
  return commands.filter((candidate) => !candidate.name().startsWith('__'));
}

function isMethod(word: string, index: number): boolean {
  return index > 0 && /^[\w.]+\/\w+$/.test(word);
}

function methodNames(): string[] {
  try {
    return scanMethods(findProject()).map(fullName);
  } catch {
    // Outside of a project there are none; completion is the wrong place for errors.
    return [];
  }
}

function flagsOf(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => (long == null ? [] : [long])), '--help'];
}

function startingWith(word: string, all: readonly string[]): string[] {
  return all.filter((candidate) => candidate.startsWith(word));
}
