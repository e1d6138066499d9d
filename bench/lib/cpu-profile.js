import { basename } from 'node:path';

/** The functions of a V8 CPU profile that took most time themselves, `[share, name, place]`. */
export function hottest({ nodes, samples, timeDeltas }, count) {
  const byNode = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byNode.get(id);
    const key = `${functionName || '(anonymous)'}\t${url === '' ? '' : `${basename(url)}:${lineNumber + 1}`}`;
    self.set(key, (self.get(key) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  return [...self]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([key, time]) => [`${((100 * time) / total).toFixed(1)} %`, ...key.split('\t')]);
}
