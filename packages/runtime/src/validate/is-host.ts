import { isIpv4, isIpv6 } from './is-ip.ts';

const label = '[a-zA-Z\\d](?:[a-zA-Z\\d-]{0,61}[a-zA-Z\\d])?';
const hostname = new RegExp(`^(?:${label}\\.)*(?!\\d+\\.?$)${label}\\.?$`);

/** The name of a host: labels with dots between them, the last of them not a number. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && hostname.test(text);
}

/** `example.com:80`, `[::1]:80`. */
export function isHostAndPort(text: string, isPortRequired: boolean): boolean {
  const colon = text.lastIndexOf(':');
  if (text.startsWith('[')) {
    const end = text.lastIndexOf(']');
    if (!isIpv6(text.slice(1, Math.max(end, 1)))) return false;
    if (end + 1 === text.length) return !isPortRequired;
    return end + 1 === colon && isPort(text.slice(colon + 1));
  }
  if (colon < 0) return !isPortRequired && isHost(text);
  return isHost(text.slice(0, colon)) && isPort(text.slice(colon + 1));
}

function isHost(text: string): boolean {
  return isHostname(text) || isIpv4(text);
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65535;
}

const mailbox = "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+";
/** An address as HTML has it. Its alternatives make an engine remember every turn it took, so it is for short texts. */
const shortEmail = new RegExp(`^${mailbox}@${label}(?:\\.${label})*$`);
const longestShort = 320;
const longMailbox = new RegExp(`^${mailbox}$`);
/** No label begins or ends with a hyphen, is empty, or has more than 63 characters. */
const badLabel = /(?:^|\.)(?:[.-]|$)|-(?:\.|$)|[^.]{64}/;

/** An address as HTML's `<input type=email>` takes it. */
export function isEmail(text: string): boolean {
  if (text.length <= longestShort) return shortEmail.test(text);
  const at = text.indexOf('@');
  if (at < 0) return false;
  const domain = text.slice(at + 1);
  return longMailbox.test(text.slice(0, at)) && /^[a-zA-Z\d.-]+$/.test(domain) && !badLabel.test(domain);
}
