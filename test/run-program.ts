import { vi } from 'vitest';

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
 * Runs a program in this process, for the many cases that end before anything listens: as a process each costs half
 * a second, here a few milliseconds. One at a time; what listens must be run as a process.
 *
 * @param main what the program does
 */
export async function runProgram(
  main: () => Promise<void>,
  { args = [], env = {}, cwd = process.cwd() }: RunProgramOptions,
): Promise<Ended> {
  const { argv, env: ownEnv } = process;
  const ownFolder = process.cwd();
  let [code, out, err] = [0, '', ''];
  const replaced = [
    vi.spyOn(process, 'exit').mockImplementation((given) => {
      throw new Exit(Number(given));
    }),
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => (out += String(chunk)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => (err += String(chunk)) !== ''),
  ];
  process.argv = [...argv.slice(0, 2), ...args];
  process.env = { ...env };
  process.chdir(cwd);
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    ({ code } = error);
  } finally {
    for (const spy of replaced) spy.mockRestore();
    process.argv = argv;
    process.env = ownEnv;
    process.chdir(ownFolder);
  }
  return { code, out, err };
}
