// Each engine: runs the bundle with its own globals and its own fetch, and gives what the calls came to.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { createContext, runInContext, runInThisContext } from 'node:vm';
import { AbortController as OldAbortController } from 'abort-controller';
import { EdgeRuntime } from 'edge-runtime';
import { Window } from 'happy-dom';
import { JSDOM } from 'jsdom';
import nodeFetch3 from 'node-fetch';
import nodeFetch2 from 'node-fetch2';

const require = createRequire(import.meta.url);

/** @param {string} file the bundle of calls.ts, as a script @param {string} code the same as text */
export function engines(file, code) {
  const inNode = async (calls, fetch) => {
    runInThisContext(code);
    return globalThis.pipitOutcomes(calls, fetch);
  };
  return {
    'node, its own fetch': (calls) => inNode(calls, fetch),
    'node-fetch 2': (calls) => inNode(calls, nodeFetch2),
    'node-fetch 3': (calls) => inNode(calls, nodeFetch3),
    async jsdom(calls) {
      const { window } = new JSDOM('', { runScripts: 'outside-only' });
      // What jsdom leaves out and test runners put in.
      Object.assign(window, { fetch, Headers, Response, Request, TextEncoder, TextDecoder });
      window.eval(code);
      return window.pipitOutcomes(calls, fetch);
    },
    async 'happy-dom'(calls) {
      const window = new Window({
        settings: {
          enableJavaScriptEvaluation: true,
          suppressInsecureJavaScriptEnvironmentWarning: true,
          fetch: { disableSameOriginPolicy: true },
        },
      });
      window.eval(code);
      const result = await window.pipitOutcomes(calls, window.fetch.bind(window));
      await window.happyDOM.close();
      return result;
    },
    async 'a worker at the edge'(calls) {
      const runtime = new EdgeRuntime();
      runtime.evaluate(code);
      return runtime.evaluate(`pipitOutcomes(${JSON.stringify(calls)}, fetch)`);
    },
    async 'React Native, simulated'(calls) {
      // No streams, no bytes, no reason of an abort, no text coders.
      const bare = async (url, init) => {
        const { signal, ...rest } = init;
        const inner = new AbortController();
        signal.addEventListener('abort', () => inner.abort());
        const response = await fetch(url, { ...rest, signal: inner.signal });
        const { status, statusText, ok, headers } = response;
        return { status, statusText, ok, headers, text: () => response.text() };
      };
      const context = createContext({
        AbortController: OldAbortController,
        Headers,
        performance,
        setTimeout,
        clearTimeout,
      });
      runInContext(code, context);
      return context.pipitOutcomes(calls, bare);
    },
    bun: (calls) => program(require.resolve('@oven/bun-linux-x64/bin/bun'), [], file, calls),
    deno: (calls) =>
      program(require.resolve('@deno/linux-x64-glibc/deno'), ['run', '--allow-net'], file, calls),
  };
}

/** @returns what a program with a runtime of its own writes */
async function program(command, args, file, calls) {
  const { stdout } = await promisify(execFile)(command, [...args, file, JSON.stringify(calls)], {
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  return JSON.parse(stdout);
}
