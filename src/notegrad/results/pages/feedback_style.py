"""The feedback page's style sheet: readable on a telephone, on paper, in the dark, and without colours."""

from __future__ import annotations

STYLE = """
body { max-width: 60rem; padding: 1.5rem 1.25rem 3rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; } h1 { font-size: 1.7rem; margin: .1rem 0 .6rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .8rem; } h3 { font-size: 1.05rem; margin: 0; }
.kicker { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
.result { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1rem; margin: 0; }
.score { font-size: 2.2rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.score small { font-size: 1.15rem; font-weight: 400; color: var(--soft); }
.soft, .scaled { color: var(--soft); }
.pill { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight:
  400;
  background: var(--off-bg); color: var(--off); white-space: nowrap; }
.pill.full, .pill.ok { background: var(--good-bg); color: var(--good); }
.pill.part { background: var(--part-bg); color: var(--part); }
.pill.none, .pill.error, .pill.timeout { background: var(--bad-bg); color: var(--bad); }
.notice { margin: 1rem 0; padding: .7rem 1rem; border-left: 4px solid var(--part); background:
  var(--part-bg);
  overflow-wrap: anywhere; } .notice p { margin: 0; } .notice p + p { margin-top: .4rem; }
.overview { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); gap: .5rem;
  margin: 1.2rem 0 0;
  padding: 0; list-style: none; }
.overview a { display: block; padding: .45rem .65rem; border: 1px solid var(--line); border-left-width: 5px;
  border-radius: 5px; color: inherit; text-decoration: none; font-variant-numeric: tabular-nums; }
.overview a:hover { background: var(--raised); }
.overview strong { display: block; overflow-wrap: anywhere; } .overview span { color: var(--soft);
  font-size: .9rem; }
.overview .full { border-left-color: var(--good); } .overview .part { border-left: 5px double var(--part); }
.overview .none { border-left: 5px dotted var(--bad); }
.overview .pending, .question.pending > header { border-left: 5px dashed var(--off); }
.receipt { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .5rem 1.5rem;
  margin: 1rem 0; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: 7px; font-size: .92rem; }
.receipt dt { color: var(--soft); font-size: .85rem; } .receipt dd { margin: 0; overflow-wrap: anywhere; }
.overview .title { display: block; color: var(--ink); font-size: .85rem; line-height: 1.25; overflow-wrap:
  anywhere; }
.question { margin: 0 0 1.2rem; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; }
.question > header, .cell > header { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items:
  baseline;
  padding: .55rem .9rem; background: var(--raised); }
.question > header .back { margin-left: auto; font-size: .9rem; }
.question.none > header, .question.part > header { border-left: 5px double var(--part); }
.question.none > header { border-left: 5px dotted var(--bad); }
h3 .title { font-weight: 400; }
.question > .soft { margin: .5rem .9rem; }
.pair { display: grid; grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr); border-top: 1px solid
  var(--line); }
.pair > .told:only-child { grid-column: 1 / -1; }
.pair > .own { border-right: 1px solid var(--line); } .own > .soft { margin: .6rem .9rem; }
.caption { margin: 0; padding: .4rem .9rem 0; color: var(--soft); font-size: .9rem; }
.told .cases > li:first-child { border-top: 0; }
.told .cases li { grid-template-columns: 1fr auto; } .told .names { grid-column: 1 / -1; grid-row: 2;
  color: var(--soft); font-size: .9rem; }
.told .said { grid-column: 1 / -1; font-size: 1.02rem; }
mark { display: inline-block; min-width: 100%; background: var(--bad-bg); color: inherit; box-shadow: -4px 0
  0 var(--bad); text-decoration: underline wavy var(--bad) 1px; text-underline-offset: .2em; }
mark:target { outline: 2px solid var(--bad); }
.prose { padding: 0 .9rem .4rem; max-width: 48rem; overflow-wrap: anywhere; }
.prose > :first-child { margin-top: .2rem; } .prose h4 { margin: .8rem 0 .2rem; font-size: 1rem; }
.prose pre { white-space: pre-wrap; padding: .4rem .7rem; background: var(--raised); max-height: none; }
.prose code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .9em; }
.prose table { border-collapse: collapse; } .prose th, .prose td { border: 1px solid var(--line); padding:
  .15rem .5rem; }
.cases { margin: 0; padding: 0; list-style: none; }
.cases li { display: grid; grid-template-columns: 9.5rem 1fr auto; gap: .1rem .8rem; padding: .5rem .9rem;
  border-top: 1px solid var(--line); }
.word { font-weight: 600; } .passed .word { color: var(--good); } .failed .word, .errored .word { color:
  var(--bad); }
.timeout .word { color: var(--bad); } .skipped .word { color: var(--off); }
.had { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.names { overflow-wrap: anywhere; }
.said { grid-column: 2 / -1; margin: .1rem 0 .2rem; white-space: pre-line; overflow-wrap: anywhere;
  overflow: hidden; }
.apart { grid-column: 2 / -1; margin: .1rem 0 .3rem; font-size: .95rem; }
.told .apart { grid-column: 1 / -1; }
.apart div { display: grid; grid-template-columns: 5.5rem 1fr; gap: .6rem; } .apart dt { color: var(--soft); }
.apart dd { margin: 0; font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .92em;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.cell { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; }
.cell > header h3 { font-size: .95rem; } .cell.error, .cell.timeout { border-color: var(--bad); }
.cell > header a { font-size: .9rem; overflow-wrap: anywhere; }
.cell > header a + .pill { margin-left: -.4rem; }
pre { margin: 0; padding: .7rem .9rem; overflow: auto; max-height: 40rem; font-size: .875rem; line-height:
  1.45; tab-size: 4;
  font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; unicode-bidi: plaintext; }
.trouble { padding: .6rem .9rem; border-top: 1px solid var(--line); background: var(--bad-bg); color:
  var(--bad);
  white-space: pre-wrap; overflow-wrap: anywhere; overflow: hidden; margin: 0; font-size: .92rem; }
.quiet { background: var(--off-bg); color: var(--off); }
details { border-top: 1px solid var(--line); } summary { padding: .4rem .9rem; color: var(--soft); cursor:
  pointer; font-size: .9rem; }
.output { background: var(--raised); max-height: 24rem; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
.k { color: #7a1fa2; } .s { color: #0b6b4f; } .n { color: #9a4a00; } .c { color: #5f6b76; font-style:
  italic; }
.d { color: #0b57a4; font-weight: 600; } .b { color: #0f6577; }
@media (prefers-color-scheme: dark) { .k { color: #d9a3f0; } .s { color: #86d9b4; } .n { color: #f0b073; }
  .c { color: #9aa7b3; } .d { color: #8cc2ff; } .b { color: #7fd0de; } }
@media (max-width: 44rem) { body { padding: 1rem .75rem 2rem; }
  .cases li { grid-template-columns: 1fr auto; } .names, .said, .apart { grid-column: 1 / -1; }
  .had { grid-row: 1;
  grid-column: 2; }
  .pair { grid-template-columns: minmax(0, 1fr); } .pair > .own { border-right: 0; border-bottom: 1px solid
  var(--line); } }
@media print { @page { size: A4; margin: 1.5cm; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  .k, .s, .n, .b, .d { color: #000; } .c { color: #444; } .skip { display: none; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8.5pt; overflow:
  visible; }
  .question > header, .cell > header, h2 { break-after: avoid; } .cases li { break-inside: avoid; }
  details:not([open]) > summary, .back, footer a { display: none; } details.prompt { display: none; }
  .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .question { break-inside: auto; }
  .overview { grid-template-columns: repeat(5, 1fr); } }
"""
