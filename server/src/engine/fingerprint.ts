/** Identities of findings that survive moved lines and changed white space. */

export function fingerprint(rule: string, file: string, statement: string, message: string): string {
  return `${rule}:${textHash(`${file.slice(file.lastIndexOf('/') + 1)}\u0000${statement.replace(/\s+/g, ' ').trim()}\u0000${message}`)}`;
}

/** FNV-1a in two lanes, 16 hexadecimal digits: no cryptography is needed, only rare collisions within one rule. */
export function textHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) + i;
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
