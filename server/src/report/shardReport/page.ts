/** The shard report as HTML: the body that the editor shows, and a file that stands for itself. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Place, ShardReport } from '../../advice/shardReport/model';
import { patterns } from './chart';
import { number } from './figures';
import { type Markup, markup, type Part } from './markup';
import { type LinkTo, section, table } from './parts';
import { mapSection } from './sections';
import { reportStyle } from './style';

export interface BodyOptions {
  readonly linkTo: LinkTo;
  /** Below the title: buttons. */
  readonly actions?: Part;
}

export function reportBody(report: ShardReport, { linkTo, actions }: BodyOptions): Markup {
  const sections = report.maps.map((one, i) => mapSection(one, `map-${i + 1}`, linkTo));
  return markup`${patterns}<header><h1>Shard report</h1>${actions}</header>
<main>${sections.length > 0 ? sections : markup`<p>No shard map governs what was read.</p>`}${trend(report)}</main>`;
}

function trend({ trend: one }: ShardReport): Part {
  if (!one) return '';
  return section(
    'trend',
    'Trend',
    markup`<p>Against <code>${one.baseline}</code>: ${number(one.accepted)} accepted then, ${number(one.now)} found now; ${number(one.fresh)} new, ${number(one.mended)} mended.</p>`,
    table('Findings against the baseline', one.rules, [
      { title: 'Rule', cell: ({ rule }) => markup`<code>${rule}</code>` },
      { title: 'Accepted', number: true, cell: ({ accepted }) => number(accepted) },
      { title: 'Now', number: true, cell: ({ now }) => number(now) },
      { title: 'New', number: true, cell: ({ fresh }) => number(fresh) },
      { title: 'Mended', number: true, cell: ({ mended }) => number(mended) },
    ]),
  );
}

/** A file of its own: nothing is loaded, nothing runs, and its one style sheet is known by its hash. */
export function shardReportPage(report: ShardReport): string {
  const hash = btoa(String.fromCharCode(...sha256(new TextEncoder().encode(reportStyle))));
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `${
    markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shard report</title>
<style>${{ markup: reportStyle }}</style>
</head>
<body>
${reportBody(report, { linkTo: fileLink })}
</body>
</html>`.markup
  }\n`;
}

/** Relative to the page; each part is encoded, so that no name becomes a scheme. */
const fileLink: LinkTo = ({ file, line }: Place, text) => {
  const path = file.split('/').map(encodeURIComponent).join('/');
  const href = /^(?:[A-Za-z]%3A)?\//.test(path) ? `file://${path.startsWith('/') ? '' : '/'}${path}` : `./${path}`;
  return markup`<a href="${href}#L${line}">${text}</a>`;
};
