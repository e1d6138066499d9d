import { expect, test } from 'vitest';
import { attachment } from '../../../src/protocol/twirp/download.ts';

test.each([
  ['report.csv', 'attachment; filename="report.csv"'],
  ['a b.txt', 'attachment; filename="a b.txt"'],
  ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
  ['..', 'attachment; filename="_"'],
  ['a"b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
  ['a\r\nSet-Cookie: b', 'attachment; filename="a__Set-Cookie: b"'],
  ['名前.pdf', `attachment; filename="__.pdf"; filename*=UTF-8''%E5%90%8D%E5%89%8D.pdf`],
  ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
  ["ä'(.txt", `attachment; filename="_'(.txt"; filename*=UTF-8''%C3%A4%27%28.txt`],
  ['lone\ud800.txt', 'attachment; filename="lone_.txt"'],
])('the file name %j', (filename, disposition) => {
  expect(attachment(filename)).toBe(disposition);
});
