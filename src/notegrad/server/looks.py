"""The style sheet: the feedback page's tokens, so that both look alike, and what forms and lists need."""

from __future__ import annotations

import hashlib

from notegrad.results.pages.page import TOKENS

STYLE = (
    TOKENS
    + """
body { max-width: 62rem; padding: 0 1.25rem 3rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; } h1 { font-size: 1.7rem;
  margin: .1rem 0 .6rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; } h3 { font-size: 1.05rem; margin: 0 0 .3rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.bar { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; padding: .7rem 0;
  margin-bottom: 1.6rem;
  border-bottom: 1px solid var(--line); }
.bar a { text-decoration: none; } .bar .brand { font-weight: 700; color: var(--ink); }
  .bar .grow { flex: 1; }
.bar form { margin: 0; }
.kicker { margin: 0; color: var(--soft); } .soft { color: var(--soft); }
.plain { background: none; border: 0; padding: .2rem .3rem; min-height: 1.75rem; color: var(--link);
  font: inherit;
  text-decoration: underline; text-underline-offset: .15em; cursor: pointer; }
button, .button { display: inline-block; min-height: 2.75rem; padding: .55rem 1.2rem;
  border: 1px solid var(--link);
  border-radius: 6px; background: var(--link); color: var(--paper); font: inherit; font-weight: 600;
  cursor: pointer;
  text-decoration: none; }
button:disabled { opacity: .5; cursor: default; } :lang(fr) q { quotes: "« " " »"; }
button:hover, .button:hover { filter: brightness(1.08); }
button.second, .button.second { background: var(--paper); color: var(--link); }
label { font-weight: 600; display: block; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--soft);
  border-radius: 5px; padding: .45rem .6rem; min-height: 2.6rem; max-width: 100%; }
input[type=text], input[type=password], input[type=search], input[type=datetime-local],
  input[type=number], input[type=date], select {
  width: 100%; max-width: 26rem; }
input[type=file] { width: 100%; padding: 1.4rem 1rem; border: 2px dashed var(--soft);
  background: var(--raised); }
input[type=checkbox] { min-height: 1.5rem; width: 1.5rem; vertical-align: middle; }
.field { margin: 0 0 1rem; } .help { margin: .15rem 0 .3rem; color: var(--soft); font-size: .92rem; }
.errorlist { margin: .2rem 0; padding: 0; list-style: none; color: var(--bad); font-weight: 600; }
[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.card { border: 1px solid var(--line); border-radius: 7px; padding: .9rem 1.1rem; margin: 1.2rem 0; }
.card > h2:first-child, .card > h3:first-child { margin-top: 0; }
.list { margin: 0; padding: 0; list-style: none; } .list > li { padding: .65rem 0;
  border-top: 1px solid var(--line); }
.list > li:first-child { border-top: 0; }
.row { display: flex; flex-wrap: wrap; gap: .2rem .9rem; align-items: baseline; }
.row .grow { flex: 1; min-width: 12rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: .8rem 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.pill { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .85rem;
  background: var(--off-bg);
  color: var(--off); white-space: nowrap; }
.pill.good { background: var(--good-bg); color: var(--good); } .pill.part { background: var(--part-bg);
  color:
  var(--part); } .pill.bad { background: var(--bad-bg); color: var(--bad); }
.notice { margin: 1rem 0; padding: .7rem 1rem; border-left: 4px solid var(--part);
  background: var(--part-bg); }
.notice.good { border-color: var(--good); background: var(--good-bg); }
  .notice.bad { border-color: var(--bad);
  background: var(--bad-bg); } .notice p { margin: 0; } .notice p + p { margin-top: .4rem; }
.notice.quiet { border-color: var(--off); background: var(--off-bg); }
.score { font-size: 2.2rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.score small { font-size: 1.15rem; font-weight: 400; color: var(--soft); }
.mono { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .88em;
  overflow-wrap: anywhere; }
form + table { margin-top: 1rem; } table { border-collapse: collapse; width: 100%; }
  th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: .45rem .6rem .45rem 0; border-top: 1px solid var(--line); vertical-align: baseline; }
td.num { font-variant-numeric: tabular-nums; white-space: nowrap; }
.said { white-space: pre-line; } textarea { width: 100%; max-width: 40rem; }
.wide { overflow-x: auto; }
iframe.feedback { width: 100%; height: 44rem; border: 1px solid var(--line); border-radius: 7px;
  background: var(--paper); }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
.sorts { display: none; } th a { color: inherit; } del { color: var(--soft); } h4 { margin: 1rem 0 .2rem; }
details summary { cursor: pointer; min-height: 1.75rem; }
a.tap { display: inline-block; min-height: 1.5rem; min-width: 1.5rem; }
@media (max-width: 40rem) { body { padding: 0 .8rem 2rem; } dl.facts { grid-template-columns: 1fr;
  gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  table.stack, .stack tbody, .stack tr, .stack td, .stack caption { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    visibility: hidden; }
  .sorts { display: block; }
  .stack tr { border-top: 1px solid var(--line); padding: .5rem 0; } .stack td { border: 0;
  padding: .1rem 0; }
  .stack td[data-label]::before { content: attr(data-label) " "; color: var(--soft); }
  button, .button { width: 100%; text-align: center; } .bar button { width: auto; } }
@media (prefers-reduced-motion: no-preference) { .waiting::after { content: ""; display: inline-block;
  width: .8em;
  height: .8em; margin-left: .5em; border: 2px solid currentcolor; border-right-color: transparent;
  border-radius: 50%;
  animation: turn 1.2s linear infinite; vertical-align: -.1em; }
  @keyframes turn { to { transform: rotate(1turn); } } }
"""
)
DIGEST = hashlib.sha256(STYLE.encode()).hexdigest()[:12]
