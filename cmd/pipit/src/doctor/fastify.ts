import { fail, type Finding, ok, warn } from './finding.ts';
import { isAtLeast } from './version.ts';

/** Fastify's releases that closed a published vulnerability, newest first. */
const securityReleases = ['5.12.2', '5.12.1', '5.8.5', '5.8.3', '5.7.3', '5.7.2', '5.3.2'] as const;
const [newest] = securityReleases;

/** The version of Fastify in a project: one that the runtime's peer range takes may still be one to leave. */
export function checkFastify(version: string): Finding {
  if (!isAtLeast(version, '5')) {
    return fail('fastify', `${version}, and @pipit/runtime needs 5`, `\`npm install fastify@^${newest}\``);
  }
  if (isAtLeast(version, newest)) return ok('fastify', version);
  const missing = securityReleases.filter((release) => !isAtLeast(version, release)).reverse();
  return warn(
    'fastify',
    `${version} has vulnerabilities that ${list(missing)} fixed`,
    `\`npm install fastify@^${newest}\`, or "overrides" in package.json where a framework pins it`,
  );
}

function list(versions: readonly string[]): string {
  const last = versions.at(-1)!;
  return versions.length === 1 ? last : `${versions.slice(0, -1).join(', ')} and ${last}`;
}
