import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const doc = readFileSync(`${root}docs/errors.md`, 'utf8');

/** The texts in the section under a heading, each a pattern in which … is anything. */
function listed(heading: string): RegExp[] {
  const section = new RegExp(`^#+ ${heading}$([^]*?)(?=^#|(?![^]))`, 'm').exec(doc)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (.*?) \|/gm)].slice(2);
  return rows.flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(
      ([, text = '']) =>
        new RegExp(
          text
            .split('…')
            .map((part) => part.replaceAll(/[\^$.*+?()[\]{}|]/g, String.raw`\$&`))
            .join('.*'),
        ),
    ),
  );
}

/**
 * The texts given to some functions, or assigned to some names, in the sources below a path, with … for what is
 * filled in. Texts of less than three words are no texts for people.
 */
function textsIn(path: string, calls: string): string[] {
  const files = path.endsWith('.ts')
    ? [path]
    : readdirSync(root + path, { recursive: true, encoding: 'utf8' }).map((name) => `${path}/${name}`);
  const text = new RegExp(
    `\\b(?:(?:${calls})\\((?:\\s*\\d+,|\\s*[\\w.]+,|\\s*'[\\w ]+',)?|(?:text|message|problem) =|return)\\s*(['"\`])((?:(?!\\1)[^\\\\]|\\\\.)*)\\1`,
    'g',
  );
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(text)])
    .map(([, , found = '']) => found.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '…'))
    .filter((found) => /^\S/.test(found) && (found.match(/(?<=^|\s)[A-Za-z]/g) ?? []).length > 2);
}

const gateway = 'packages/gateway/src';
const twirpErrors =
  'unimplemented|unauthenticated|permissionDenied|internal|invalidArgument|resourceExhausted|unavailable|TwirpError';

describe('docs/errors.md lists what the gateway says', () => {
  test.each([
    ['To callers', `${gateway}/server/requests/failures.ts`, twirpErrors],
    ['To callers', `${gateway}/front`, twirpErrors],
    ['To callers', `${gateway}/server/requests/twirp-translation.ts`, twirpErrors],
    ['To callers', `${gateway}/server/requests/translated-answer.ts`, twirpErrors],
    ['To callers', `${gateway}/server/requests/whole-payload.ts`, twirpErrors],
    ['To callers', `${gateway}/server/cluster/remote-request.ts`, twirpErrors],
    ['To services', `${gateway}/server/connections/handshake.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/connections/inbox.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/connections/registration.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/connections/connection.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/gateway.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/admin.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/shutdown.ts`, 'closeError|closeReason'],
    ['To services', `${gateway}/server/requests/unexpected-responses.ts`, 'fail'],
    ['To services', `${gateway}/server/requests/forwarder.ts`, 'fail'],
    ['To services', `${gateway}/server/connections/descriptor-uploads.ts`, 'closeError'],
    ['To services', `${gateway}/server/service-calls/service-calls.ts`, twirpErrors],
    ['To services', `${gateway}/server/service-calls/service-dialect.ts`, twirpErrors],
    ['To services', `${gateway}/protocol/service-name.ts`, 'closeError'],
    ['To services', `${gateway}/stream/registry-server.ts`, 'refuse'],
    ['To its operators', 'cmd/gateway/src/certificates.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/cluster.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/descriptors.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/dev.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/exposure.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/keys-file.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/limits.ts', 'StartError'],
    ['To its operators', 'cmd/gateway/src/files.ts', 'StartError'],
    ['From `npm start`', 'cmd/server/src', 'StartError'],
    ['From `npm start`', 'packages/process/src', 'StartError'],
  ])('%s: %s', (heading, path, calls) => {
    // Services that call others are callers.
    const patterns = [...listed(heading), ...(heading === 'To services' ? listed('To callers') : [])];
    const texts = textsIn(path, calls);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => !patterns.some((pattern) => pattern.test(text)))).toEqual([]);
  });

  test('To services: why there is no connection', () => {
    const source = readFileSync(`${root}${gateway}/stream/dial-error.ts`, 'utf8');
    const table = /const texts[^{]*\{([^]*?)^\}/m.exec(source)?.[1] ?? '';
    const texts = [...table.matchAll(/(['"])(%u [^]*?|[^'"]*? %u[^]*?)\1,$/gm)].map(([, , text = '']) =>
      text.replaceAll('%u', '…').replaceAll('%d', ''),
    );
    const patterns = listed('To services');
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => !patterns.some((pattern) => pattern.test(text)))).toEqual([]);
  });
});
