import type { ZodObject, infer as Infer } from 'zod';
import { run, type Program, type SourcedConfig } from '@pipit/process';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunProgramOptions {
  readonly args?: readonly string[];
  /** All of its environment. Default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. Default here. */
  readonly cwd?: string;
}

/** Thrown where the program would have ended the process. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/**
 * Runs a program in this process, for the many cases that end before anything listens: as a process each costs
 * half a second, as this a few milliseconds. One at a time; what listens must be run as a process.
 */
export async function runProgram<Schema extends ZodObject>(
  program: Program<Schema>,
  serve: (sourced: SourcedConfig<Infer<Schema>>) => Promise<void>,
  { args = [], env = {}, cwd = process.cwd() }: RunProgramOptions,
): Promise<Ended> {
  const { argv, env: ownEnv, exit } = process;
  const ownFolder = process.cwd();
  const [out, err] = [keepOutput(process.stdout), keepOutput(process.stderr)];
  let code = 0;
  process.argv = [...argv.slice(0, 2), ...args];
  process.env = { ...env };
  process.chdir(cwd);
  process.exit = (given) => {
    throw new Exit(Number(given));
  };
  try {
    await run(program, serve);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    ({ code } = error);
  } finally {
    Object.assign(process, { argv, env: ownEnv, exit });
    process.chdir(ownFolder);
    out.giveBack();
    err.giveBack();
  }
  return { code, out: out.text(), err: err.text() };
}

/** Keeps what is written to a stream from it, until it is given back. */
function keepOutput(stream: NodeJS.WriteStream): { text(): string; giveBack(): void } {
  const { write } = stream;
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return { text: () => text, giveBack: () => void (stream.write = write) };
}
