const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `1.5m` in milliseconds; undefined for anything else. */
export function milliseconds(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text ?? '');
  return match?.[1] && match[2] ? Number(match[1]) * (units[match[2]] ?? 1) : undefined;
}
