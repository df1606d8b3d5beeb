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
[hidden] { display: none !important; }
figure text { font-size: 13px; fill: var(--soft); } .grid { stroke: var(--line); fill: none; }
.s-bar { fill: var(--bar); } .s-full { fill: var(--full); } .s-part, .s-errored { fill: var(--part-bar); }
.s-none, .s-failed { fill: var(--none-bar); } .s-timeout { fill: var(--time-bar); }
.s-skipped, .s-not_judged { fill: var(--line); } .hatch { stroke: var(--paper); stroke-width: 1; fill: none; }
.hatch { pointer-events: none; } .m0 { fill: var(--raised); stroke: var(--line); stroke-width: .4; }
.m1 { fill: var(--bar); fill-opacity: .25; } .m2 { fill: var(--bar); fill-opacity: .5; }
.m3 { fill: var(--bar); fill-opacity: .75; } .m4 { fill: var(--bar); }
.map { fill: none; pointer-events: all; }
.scripted svg [data-pick], .scripted .map { cursor: pointer; }
.scripted svg [data-pick]:hover { stroke: var(--ink); stroke-width: 2; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; padding: .7rem .9rem; border: 1px
  solid var(--line); border-radius: 6px; background: var(--raised); margin: .4rem 0 .8rem; }
.tools label { display: grid; font-size: .82rem; color: var(--soft); } .tools .check { display: flex; gap:
  .35rem; align-items: center; font-size: .9rem; }
.tools p { margin: 0; flex-basis: 100%; font-weight: 600; } #f-pick { color: var(--link); font-weight: 400; }
input, select, button { font: inherit; color: inherit; } .tools input[type=search], select { min-width: 8rem;
  max-width: 100%; padding: .25rem .4rem; border: 1px solid var(--soft); border-radius: 4px; background:
  var(--paper); color: var(--ink); font-size: .95rem; }
button { padding: .25rem .7rem; border: 1px solid var(--soft); border-radius: 4px; background: var(--paper);
  cursor: pointer; }
thead th button { padding: 0; border: 0; background: none; font-weight: 600; color: inherit; }
thead th button::after { content: " ↕"; color: var(--soft); font-weight: 400; }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content:
  " ▼"; }
.scripted #students tbody td:nth-child(n+4):not(.reason) { cursor: pointer; }
.scripted #students tbody td:nth-child(n+4):not(.reason):hover { outline: 2px solid var(--link);
  outline-offset: -2px; }
button.open { margin-left: .4rem; padding: 0 .35rem; border-color: var(--line); line-height: 1.3; }
button.pick { padding: 0 .25rem; border: 0; background: none; color: inherit; font-weight:
  inherit; text-decoration: underline dotted; text-underline-offset: .2em; min-width: 1.6rem; }
.answers, .kind { margin: .4rem 0; border: 1px solid var(--line); border-radius: 6px; }
.answers > summary, .kind > summary { padding: .5rem .8rem; } .kind ul { margin: 0
  0 .6rem; } .kind > p { margin: 0 .7rem .2rem; }
.answer { padding: .5rem .8rem .7rem; border-top: 1px solid var(--line); } .answer p { margin: .2rem 0; }
.answer ul { margin: .2rem 0; padding-left: 1.2rem; } .answer li { white-space: pre-line; }
.pts { padding: .05rem .5rem; border-radius: 3px; font-weight: 700; }
.known { color: var(--part); font-weight: 600; } .known.good { color: var(--good); }
pre { margin: .3rem 0 0; padding: .5rem .7rem; overflow: auto; max-height: 24rem; background: var(--raised);
  border-radius: 4px; font: .85rem/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; tab-size: 4; }
.sides { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .8rem; }
.sides p { margin: 0; } h4 { margin: .8rem 0 .2rem; }
.alike { border-top: 1px solid var(--line); padding: .2rem 0 .6rem; } .alike h3 { margin: .5rem 0 0; }
.alike p { margin: .1rem 0; }
dialog { width: min(60rem, 96vw); max-height: 92vh; border: 1px solid var(--soft); border-radius: 8px;
  background: var(--paper); color: var(--ink); padding: 1rem 1.2rem; }
dialog::backdrop { background: rgb(0 0 0 / 55%); }
.r-head, .r-row { display: flex; gap: .6rem; align-items: center; margin: 0 0 .5rem; }
.r-head { justify-content: space-between; } .r-head h2 { margin: 0; overflow-wrap: anywhere; }
.r-row label { display: flex; gap: .4rem; align-items: center; min-width: 0; flex: 1; } .r-row select {
  min-width: 0; flex: 1; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0 1rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .55rem; text-align: center; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th, tfoot th, tfoot td { background: var(--raised); font-size: .85rem; color: var(--soft);
  font-weight: 600; }
tfoot th, tfoot td { border-top: 1px solid var(--line); border-bottom: 0; }
th[scope=rowgroup], thead th:first-child { text-align: left; }
th[scope=row] { min-width: 9rem; text-align: left; font-weight: 600; overflow-wrap: anywhere; }
td.text, th.text { text-align: left; min-width: 16rem; overflow-wrap: anywhere; }
td.people { text-align: left; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; min-width:
  10rem; }
.scroll.class { max-height: 75vh; overflow: auto; }
.class th, .class td { white-space: nowrap; } .class thead th { position: sticky; top: 0; z-index: 1; }
.class thead th:first-child { z-index: 2; } .class tfoot > tr > * { position: sticky; bottom: 0; z-index: 1; }
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
.pending { background: var(--off-bg); color: var(--off); }
.low { text-decoration: underline dotted; font-weight: 700; color: var(--bad); }
.group th { background: var(--raised); }
.status { padding: .1rem .5rem; border-radius: 1rem; font-size: .82rem; background: var(--off-bg); color:
  var(--off); }
.status.late { background: var(--part-bg); color: var(--part); }
.status.missing { border: 1px dashed var(--off); }
.status.graded { background: var(--good-bg); color: var(--good); } .status.not_graded { background:
  var(--ink); color: var(--paper); }
.legend span { display: inline-block; padding: .1rem .5rem; border-radius: 3px; font-size: .82rem; }
a { color: var(--link); }
footer { margin-top: 2rem; color: var(--soft); font-size: .82rem; }
@media (max-width: 40rem) { body { padding: 1rem .75rem 2rem; }
  .class th:first-child { min-width: 8.5rem; max-width: 8.5rem; } td.text { min-width: 12rem; }
  .sides { grid-template-columns: minmax(0, 1fr); } .tools label, .tools input[type=search], .tools select {
  width: 100%; } }
@media print { details:not(.answers):not([open])::details-content { content-visibility: visible; block-size:
  auto; }
  @page { size: A4 landscape; margin: 1cm; } html { font-size: 10.5px; } body { padding: 0; max-width: none;
  font-size: 10.5px; }
  nav, .skip, .tools, dialog, thead th button::after, .answers:not([open]), .kind > p,
  section:has(> .answers):not(:has(> .answers[open])) { display: none; }
  button.pick, th button { all: unset; } button.open { display: none; }
  .scroll, .scroll.class, figure { overflow: visible; border-radius: 0; max-height: none; }
  figure { break-inside: avoid; margin: .2rem 0; } figure svg { min-width: 0; max-width: 18cm;
  max-height: 8.5cm; }
  h2 { margin: 1rem 0 .3rem; } h2, h3 { break-after: avoid; } th, td { padding: .18rem .3rem; }
  tr { break-inside: avoid; } .class th:first-child, .class thead th, .class tfoot > tr > * {
  position: static; min-width: 0; } td.text { min-width: 0; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; }
  thead { display: table-header-group; } tfoot { display: table-row-group; } a { text-decoration: none; } }
"""
