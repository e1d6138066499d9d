import { ts } from 'ts-morph';
import { type Edit, indentAt, isFirstOnLine, lineStart } from '../../files/text.ts';
import type { Style } from './style.ts';

/** A list between brackets: of imports, of an array, of an object. */
export interface List {
  readonly items: ts.NodeArray<ts.Node>;
  /** Of the closing bracket. */
  readonly end: number;
  /** Of the opening bracket. */
  readonly start: number;
}

/**
 * Adds items to the end of a list the way the list is written: on its line, or each on a line of its own.
 * Comments stay where they are, a comma after the last one stays or stays away.
 * @param ownLine whether an item always has a line of its own
 */
export function appendToList(
  text: string,
  list: List,
  items: readonly string[],
  style: Style,
  { ownLine = false, space = '' }: { readonly ownLine?: boolean; readonly space?: string } = {},
): Edit[] {
  const last = list.items.at(-1);
  if (last === undefined) return fillList(text, list, items, style, ownLine, space);
  const start = last.getStart();
  const { hasTrailingComma, end } = list.items;
  const multiline = isFirstOnLine(text, start) && lineStart(text, start) > list.start;
  if (!multiline && !ownLine) {
    return [{ from: last.end, to: last.end, text: items.map((item) => `, ${item}`).join('') }];
  }
  const indent = multiline ? indentAt(text, start) : indentAt(text, list.start) + style.unit;
  const edits: Edit[] = hasTrailingComma ? [] : [{ from: last.end, to: last.end, text: ',' }];
  const at = afterComments(text, end);
  const lines = items.map((item, index) => {
    const comma = hasTrailingComma || index < items.length - 1 ? ',' : '';
    return `${style.eol}${indent}${item}${comma}`;
  });
  // `{ a, b }` on one line: its closing bracket goes to the next.
  const tail = lineStart(text, list.end) > at ? '' : `${style.eol}${indentAt(text, list.start)}`;
  edits.push({ from: at, to: tail === '' ? at : list.end, text: lines.join('') + tail });
  return edits;
}

/**
 * Adds an item where it belongs in a list that is sorted, one a line, so that branches that add some each can be merged.
 * What has to stay where it is, because of a comment or another order, stays: then it goes to the end.
 */
export function insertIntoList(text: string, list: List, item: string, style: Style): Edit[] {
  const texts = list.items.map((other) => other.getText());
  const isSorted = texts.every((other, i) => i === 0 || texts[i - 1]! <= other);
  const inside = text.slice(list.start + 1, list.end);
  if (texts.length > 0 && !inside.includes('\n') && !/\/[/*]/.test(inside)) {
    const all = isSorted ? [...texts, item].sort() : [...texts, item];
    const outer = indentAt(text, list.start);
    const lines = all.map((each) => `${outer}${style.unit}${each},${style.eol}`).join('');
    return [{ from: list.start + 1, to: list.end, text: `${style.eol}${lines}${outer}` }];
  }
  const next = list.items[texts.findIndex((other) => other > item)];
  if (!isSorted || next === undefined) return appendToList(text, list, [item], style);
  const start = next.getStart();
  const hasComment = text.slice(next.getFullStart(), start).trim() !== '';
  if (!isFirstOnLine(text, start) || hasComment) return appendToList(text, list, [item], style);
  const at = lineStart(text, start);
  return [{ from: at, to: at, text: `${indentAt(text, start)}${item},${style.eol}` }];
}

function fillList(
  text: string,
  list: List,
  items: readonly string[],
  style: Style,
  ownLine: boolean,
  space: string,
): Edit[] {
  const inside = text.slice(list.start + 1, list.end);
  if (inside.trim() === '' && !inside.includes('\n') && !ownLine) {
    return [{ from: list.start + 1, to: list.end, text: `${space}${items.join(', ')}${space}` }];
  }
  const outer = indentAt(text, list.start);
  const lines = items.map((item) => `${outer}${style.unit}${item},${style.eol}`).join('');
  const start = lineStart(text, list.end);
  if (isFirstOnLine(text, list.end) && start > list.start) return [{ from: start, to: start, text: lines }];
  return [{ from: list.end, to: list.end, text: `${style.eol}${lines}${outer}` }];
}

/** After the comments that belong to what ends here: those on the same line. */
export function afterComments(text: string, end: number): number {
  return ts.getTrailingCommentRanges(text, end)?.at(-1)?.end ?? end;
}
