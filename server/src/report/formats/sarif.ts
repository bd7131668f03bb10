import type { Finding } from '../../engine/finding';
import type { Severity } from '../../shards/model';
import type { Location } from '../../text/span';
import { printableJson } from '../printable';
import { type Format, inReadingOrder, namedPlaces, type Places, places, type ReportOptions } from '../report';

const level: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

const unreadShown = 100;

/** SARIF 2.1.0, the form in which code scanning services take findings. */
export const sarif: Format = (checked, options) => {
  const where = places(checked, options.root);
  const findings = inReadingOrder(checked.findings);
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const { statements, unknown, unread } = checked.coverage;
  const notifications = [
    ...(unknown > 0
      ? [{ level: 'note', message: { text: `The route of ${unknown} of ${statements} statements is not known.` } }]
      : []),
    ...unread.slice(0, unreadShown).map(({ location, why }) => ({
      level: 'note',
      message: { text: `Statement not read: ${why}` },
      locations: [physical(location, where)],
    })),
  ];
  const run = {
    tool: {
      driver: {
        name: 'Shardlint',
        version: options.version,
        semanticVersion: options.version,
        rules: ids.map((id) => descriptor(id, options)),
      },
    },
    // Runs of one category replace each other where they are uploaded: every part has its own.
    ...(options.part === undefined ? {} : { automationDetails: { id: `shardlint/${options.part}/` } }),
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      ROOT: { uri: folderUri(options.root), description: { text: 'The folder that was checked.' } },
    },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
    results: findings.map((finding) => result(finding, ids.indexOf(finding.rule), where)),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${printableJson(log, 2)}\n`;
};

function descriptor(id: string, { rules }: ReportOptions) {
  const rule = rules.get(id);
  if (!rule) return { id };
  const parts = [rule.why, rule.remedy, ...(rule.whenNot ? [rule.whenNot] : [])];
  return {
    id,
    shortDescription: { text: rule.summary },
    fullDescription: { text: `${rule.summary}. ${rule.why}` },
    help: { text: parts.join('\n\n'), markdown: parts.join('\n\n') },
    defaultConfiguration: { level: level[rule.severity] },
  };
}

function result(finding: Finding, ruleIndex: number, where: Places) {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: level[finding.severity],
    message: { text: finding.message },
    locations: [physical(finding, where)],
    relatedLocations: finding.related.map(({ location, message }, id) => ({
      id,
      ...physical(location, where),
      message: { text: message },
    })),
    partialFingerprints: { 'shardlint/v1': finding.fingerprint },
    fixes: finding.fixes.map(({ title, edits }) => ({
      description: { text: title },
      artifactChanges: [...new Set(edits.map(({ file }) => file))].map((file) => ({
        artifactLocation: artifact(file, where),
        replacements: edits
          .filter((edit) => edit.file === file)
          .map(({ span, text }) => ({
            deletedRegion: region({ file, span }, where),
            ...(text === '' ? {} : { insertedContent: { text } }),
          })),
      })),
    })),
    properties: { confidence: finding.confidence, ...namedPlaces(finding, where) },
  };
}

const physical = (location: Location, where: Places) => ({
  physicalLocation: { artifactLocation: artifact(location.file, where), region: region(location, where) },
});

function region({ file, span }: Location, where: Places) {
  const { start, end } = where.range(file, span);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function artifact(file: string, where: Places) {
  const path = where.path(file);
  return isAbsolute(path) ? { uri: uriOf(path) } : { uri: encode(path), uriBaseId: 'ROOT' };
}

const isUri = (path: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(path);
const isAbsolute = (path: string): boolean => isUri(path) || /^(?:[a-z]:)?\//i.test(path);

const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** A Windows path has a drive before its first slash. */
const uriOf = (path: string): string =>
  isUri(path) ? path : `file://${path.startsWith('/') ? '' : '/'}${encode(path).replace(/^(\/?[a-z])%3A/i, '$1:')}`;

const folderUri = (root: string): string => uriOf(root.endsWith('/') ? root : `${root}/`);
