import { Document, isScalar } from 'yaml';
import type { SourcedConfig } from './config.ts';
import type { Program } from './program.ts';

/** Every setting as a file to give to `--config`, each with where it came from. Secrets are `***`. */
export function printedConfig({ settings }: Program, { config, places }: SourcedConfig): string {
  const document = new Document({});
  for (const { key, secret, unset } of settings) {
    const path = key.split('.');
    const value = path.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], config);
    const node = document.createNode(value === undefined ? null : secret ? '***' : value, { flow: true });
    const place = places.get(key);
    const from = place === undefined || place.from === 'default' ? 'default' : place.name;
    node.comment = ` ${value === undefined ? `${from}: ${unset}` : from}`;
    if (isScalar(node) && value === undefined) node.source = '';
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0, nullStr: '' });
}
