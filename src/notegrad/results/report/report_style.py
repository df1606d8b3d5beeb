"""The report's style sheet: readable on screen, in the dark, on paper, and in grey."""

from __future__ import annotations

STYLE = """
:root { --bar: #2f6fad; --full: #3f8f5b; --part-bar: #d9a21b; --none-bar: #b8404b; --time-bar: #6c5aa8;
  --most-bg: #fbf1c7; --some-bg: #fbdcc0; --full-cell: #cfead6; --none-cell: #f6cfd0; }
@media (prefers-color-scheme: dark) { :root { --bar: #5a9bdc; --full: #4fa673; --part-bar: #cf9f2c;
  --none-bar: #d0606a;
  --time-bar: #9485d6; --full-cell: #1b4431; --most-bg: #46401d; --some-bg: #4d331d; --none-cell: #512228;
  } }
@media print { :root { --bar: #2f6fad; --full: #3f8f5b; --part-bar: #d9a21b; --none-bar: #b8404b;
  --time-bar: #6c5aa8;
  --most-bg: #fbf1c7; --some-bg: #fbdcc0; --full-cell: #cfead6; --none-cell: #f6cfd0; } }
body { max-width: 84rem; padding: 1.5rem 1.25rem 3rem; font-size: 15px; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin:
  2.6rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 0 0 1.2rem; }
.facts div { display: flex; flex-direction: column-reverse; } .facts dt { color: var(--soft); font-size:
  .85rem; }
.facts dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
p, li { overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0; padding: 0; list-style: none; }
.soft { color: var(--soft); max-width: 60rem; } .warn { color: var(--part); }
figure { margin: .6rem 0 1rem; overflow-x: auto; } figure svg { display: block; width: 100%; min-width:
  36rem; max-width: 62rem; height: auto; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0 1rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .55rem; text-align: center; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th, tfoot th, tfoot td { background: var(--raised); font-size: .85rem; color: var(--soft);
  font-weight: 600; }
tfoot th, tfoot td { border-top: 1px solid var(--line); border-bottom: 0; }
th[scope=row] { min-width: 5rem; text-align: left; font-weight: 600; overflow-wrap: anywhere; }
td.text, th.text { text-align: left; min-width: 16rem; overflow-wrap: anywhere; }
td.people { text-align: left; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; min-width:
  10rem; }
.class th, .class td { white-space: nowrap; }
.class th:first-child { position: sticky; left: 0; min-width: 12rem; max-width: 22rem; white-space: normal;
  background: var(--paper);
  border-right: 1px solid var(--line); text-align: left; }
.class thead th:first-child, .class tfoot th:first-child { background: var(--raised); }
.reason { color: var(--soft); font-weight: 400; font-size: .85rem; overflow-wrap: anywhere; }
.class td.reason { text-align: left; white-space: normal; }
details > summary { cursor: pointer; color: var(--link); }
.total { font-weight: 700; }
.full { background: var(--full-cell); } .most { background: var(--most-bg); }
.some { background: var(--some-bg); } .none { background: var(--none-cell); }
.low { text-decoration: underline dotted; font-weight: 700; color: var(--bad); }
.group th { background: var(--raised); }
.status { padding: .1rem .5rem; border-radius: 1rem; font-size: .82rem; background: var(--off-bg); color:
  var(--off); }
.status.graded { background: var(--good-bg); color: var(--good); } .status.not_graded { background:
  var(--ink); color: var(--paper); }
.legend span { padding: .1rem .5rem; border-radius: 3px; font-size: .82rem; }
a { color: var(--link); }
footer { margin-top: 2rem; color: var(--soft); font-size: .82rem; }
@media (max-width: 40rem) { body { padding: 1rem .75rem 2rem; }
  .class th:first-child { min-width: 8.5rem; max-width: 8.5rem; } td.text { min-width: 12rem; } }
@media print { details:not([open])::details-content { content-visibility: visible; block-size: auto; }
  @page { size: A4 landscape; margin: 1cm; } body { padding: 0; max-width: none; font-size:
  10px; }
  nav, .skip { display: none; } .scroll, figure { overflow: visible; border-radius: 0; }
  figure { break-inside: avoid; } figure svg { min-width: 0; max-width: 22cm; max-height: 14cm; }
  h2, h3 { break-after: avoid; } th, td { padding: .18rem .3rem; } tr { break-inside: avoid; }
  .class th:first-child { position: static; min-width: 0; } td.text { min-width: 0; }
  thead { display: table-header-group; } tfoot { display: table-row-group; } a { text-decoration: none; } }
"""
