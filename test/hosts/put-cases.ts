import { callOf } from '../cases/call.ts';
import type { Case } from '../cases/case.ts';
import { http1Exchange } from '../cases/doors/http1.ts';
import type { WireAnswer } from '../cases/doors/door.ts';
import { expectAnswer } from '../cases/expect-answer.ts';
import { byServer } from '../cases/groups.ts';
import type { WantedServer } from '../cases/options-of.ts';
import { asWireSays } from '../cases/wire-wins.ts';

/** A server with services of the cases that listens. */
export interface Listening {
  /** For example `http://127.0.0.1:1234`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** How many servers are asked at a time. */
const atOnce = 8;
/** No answer by then is none, in milliseconds. */
const patience = 30_000;

/**
 * Puts cases to a host, and holds its answers to the wire.
 * @param isOurs false for an answer that the host gave before the call reached us
 * @returns what was wrong, a line for each case
 */
export async function putCases(
  cases: readonly Case[],
  listen: (wanted: WantedServer) => Promise<Listening>,
  isOurs: (answer: WireAnswer) => boolean = () => true,
): Promise<string[]> {
  const wrong: string[] = [];
  const groups = byServer(cases);
  const work = async (): Promise<void> => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      const host = await listen(group);
      const port = Number(new URL(host.origin).port);
      for (const wanted of group.cases) {
        try {
          const answer = await within(http1Exchange(port, callOf(wanted)));
          if (isOurs(answer)) expectAnswer(wanted.method, answer, asWireSays(wanted));
        } catch (error) {
          wrong.push(`${wanted.name}: ${(error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
        }
      }
      await host.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return wrong;
}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
