import { printableJson } from '../printable';
import { type Format, inReadingOrder, namedPlaces, places } from '../report';

/** The public shape: lines and columns are 1-based, columns count UTF-16 units. */
export const json: Format = (checked, { root }) => {
  const where = places(checked, root);
  const { path, range } = where;
  const { statements, understood, unknown, unread } = checked.coverage;
  const findings = inReadingOrder(checked.findings).map((finding) => ({
    ...namedPlaces(finding, where),
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    file: path(finding.file),
    range: range(finding.file, finding.span),
    related: finding.related.map(({ location, message }) => ({
      file: path(location.file),
      range: range(location.file, location.span),
      message,
    })),
    fixes: finding.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map(({ file, span, text }) => ({ file: path(file), range: range(file, span), text })),
    })),
    fingerprint: finding.fingerprint,
  }));
  const coverage = {
    statements,
    understood,
    unknown,
    unread: unread.map(({ location, why }) => ({
      file: path(location.file),
      range: range(location.file, location.span),
      why,
    })),
  };
  return `${printableJson({ findings, coverage }, 2)}\n`;
};
