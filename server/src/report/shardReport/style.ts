/** How the report looks: VS Code's own colours where there are any, else quiet ones for light and for dark. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --text: var(--vscode-foreground, light-dark(#1f2328, #e6e6e6));
  --muted: var(--vscode-descriptionForeground, light-dark(#59636e, #a0a0a0));
  --page: var(--vscode-editor-background, light-dark(#ffffff, #1e1e1e));
  --line: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-editorWidget-border, light-dark(#d1d9e0, #3c3c3c))));
  --panel: var(--vscode-editorWidget-background, light-dark(#f6f8fa, #252526));
  --link: var(--vscode-textLink-foreground, light-dark(#0550ae, #4daafc));
  --focus: var(--vscode-focusBorder, light-dark(#0550ae, #4daafc));
  --single: var(--vscode-charts-green, light-dark(#388a34, #89d185));
  --subset: var(--vscode-charts-blue, light-dark(#1a85ff, #59a4f9));
  --scatter: var(--vscode-charts-yellow, light-dark(#bf8803, #cca700));
  --crossShard: var(--vscode-charts-red, light-dark(#e51400, #f14c4c));
  --reference: var(--vscode-charts-purple, light-dark(#652d90, #b180d7));
  --unsharded: light-dark(#9aa0a6, #6e7681);
  --unknown: light-dark(#d0d4d9, #4a4f55);
}
body.vscode-light, body.vscode-high-contrast-light { color-scheme: light; }
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) { color-scheme: dark; }
* { box-sizing: border-box; }
body {
  margin: 0; padding: 0 24px 48px; background: var(--page); color: var(--text);
  font: var(--vscode-font-size, 14px)/1.5 var(--vscode-font-family, system-ui, sans-serif);
}
main, header { max-width: 1080px; margin: 0 auto; }
h1 { font-size: 1.7em; font-weight: 600; margin: 24px 0 4px; }
h2 { font-size: 1.3em; font-weight: 600; margin: 32px 0 8px; overflow-wrap: anywhere; }
h3 { font-size: 1.1em; font-weight: 600; margin: 28px 0 6px; }
p { margin: 4px 0 10px; }
.muted, .what, .tick, caption { color: var(--muted); }
code { font-family: var(--vscode-editor-font-family, ui-monospace, monospace); font-size: 0.93em; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration: none; overflow-wrap: anywhere; }
a:hover { text-decoration: underline; }
a:focus-visible, button:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 1px solid var(--focus); outline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; margin: 16px 0; padding: 0; list-style: none; }
.cards li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.cards b { display: block; font-size: 1.7em; font-weight: 600; line-height: 1.25; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 6px 0 12px; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 2px 0 4px; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--muted); font-weight: 600; }
.n { text-align: right; white-space: nowrap; }
.n + :not(.n) { padding-left: 16px; }
thead th { vertical-align: bottom; }
thead th.n { white-space: normal; }
th, td, th a, td a { overflow-wrap: break-word; }
tbody th { max-width: 22em; }
.chart { display: block; width: 100%; height: auto; max-width: 860px; margin: 8px 0; }
.chart text { fill: var(--text); font-size: 12px; font-family: inherit; }
.chart text.tick, .chart .what { fill: var(--muted); }
.chart text.sum { font-size: 11px; fill: var(--muted); }
.grid { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 3; }
.bar { stroke: var(--vscode-contrastBorder, none); }
.single { fill: var(--single); } .subset { fill: var(--subset); } .scatter { fill: var(--scatter); }
.crossShard { fill: var(--crossShard); } .reference { fill: var(--reference); }
.unsharded { fill: var(--unsharded); } .unknown { fill: var(--unknown); }
.series { fill: none; stroke-width: 2; }
.chart .end { font-size: 12px; }
.stroke-0 { stroke: var(--subset); } .stroke-1 { stroke: var(--scatter); stroke-dasharray: 7 4; }
.stroke-2 { stroke: var(--single); stroke-dasharray: 2 3; } .stroke-3 { stroke: var(--reference); stroke-dasharray: 9 3 2 3; }
.hatch { fill: var(--page); fill-opacity: 0.5; }
.patterns { position: absolute; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 4px 0; padding: 0; color: var(--muted); }
.legend svg { margin-right: 6px; vertical-align: -1px; }
details { border-bottom: 1px solid var(--line); padding: 4px 0; }
summary { cursor: pointer; padding: 2px 0; overflow-wrap: anywhere; }
ol.statements { margin: 4px 0 12px; padding-left: 1.6em; }
ol.statements li { margin: 6px 0; }
ol.statements .sql { display: block; color: var(--muted); }
.tag { border: 1px solid var(--line); border-radius: 3px; padding: 0 5px; font-size: 0.86em; white-space: nowrap; }
.tag::before { content: ""; display: inline-block; width: 0.6em; height: 0.6em; border-radius: 50%; margin-right: 0.45em; background: var(--muted); }
.tag.scatter::before { background: var(--scatter); } .tag.crossShard::before, .tag.refused::before { background: var(--crossShard); }
.tag.subset::before { background: var(--subset); } .tag.single::before { background: var(--single); }
nav.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
nav.actions button {
  font: inherit; padding: 3px 12px; border-radius: 2px; cursor: pointer;
  color: var(--vscode-button-secondaryForeground, var(--text)); background: var(--vscode-button-secondaryBackground, var(--panel));
  border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
}
nav.actions button:first-child { color: var(--vscode-button-foreground, var(--text)); background: var(--vscode-button-background, var(--panel)); }
@media print { body { padding: 0; } nav.actions { display: none; } details { break-inside: avoid; } }
`;
