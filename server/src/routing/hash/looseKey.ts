/**
 * The loose collation key that Vitess hashes, for ASCII. `vindexes/unicode.go` trims spaces at the end and takes the key of
 * `golang.org/x/text/collate` for English, made `Loose`: primary weights alone, two bytes each. English has no weights of its own there. The table is that package's (`tables.go`, CLDR 23).
 */

/** From space to tilde, four hexadecimal digits each. */
const weights =
  '0109015d01f0027513ef0276027301e901fa01fb026c049c0120010d0172027114e614e714e814e9' +
  '14ea14eb14ec14ed14ee14ef0136013104a004a104a20162026b15ef1605161d1631164c16841691' +
  '16b416cd16e616ff17111741174f1771179617ab17bd17f318161836185f1871187b1880189501fc' +
  '027201fd0312010b030f15ef1605161d1631164c1684169116b416cd16e616ff17111741174f1771' +
  '179617ab17bd17f318161836185f1871187b1880189501fe04a401ff04a6';

const first = 0x20;
const last = 0x7e;

/** Undefined for other text: its weights, contractions and decompositions are not here, nor are control characters. */
export function looseKey(text: string): Uint8Array | undefined {
  const trimmed = text.replace(/ +$/, '');
  const key: number[] = [];
  for (let i = 0; i < trimmed.length; i++) {
    const code = trimmed.charCodeAt(i);
    if (code > last || code < first) return undefined;
    const at = (code - first) * 4;
    key.push(Number.parseInt(weights.slice(at, at + 2), 16), Number.parseInt(weights.slice(at + 2, at + 4), 16));
  }
  return Uint8Array.from(key);
}
