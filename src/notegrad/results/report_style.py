"""The report's style sheet: readable on screen, on paper, and in grey."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light; --line: #d8dde3; --ink: #1d2733; --soft: #5b6875; }
* { box-sizing: border-box; }
body { margin: 2rem auto; padding: 0 1.25rem; max-width: 84rem; color: var(--ink); background: #fff;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 0 0 1.4rem; }
dl div { display: flex; flex-direction: column-reverse; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .55rem; text-align: center; white-space: nowrap; }
th, td { border-bottom: 1px solid var(--line); }
thead th { background: #f3f5f8; font-size: .85rem; color: var(--soft); }
th:first-child { position: sticky; left: 0; min-width: 13rem; max-width: 24rem; background: #fff;
  border-right: 1px solid var(--line); text-align: left; white-space: normal; font-weight: 600; }
thead th:first-child, tfoot th { background: #f3f5f8; }
tfoot th, tfoot td { border-bottom: 0; background: #f3f5f8; font-size: .85rem; color: var(--soft); }
tbody tr:last-child > * { border-bottom: 1px solid var(--line); }
a { color: #0b57a4; text-decoration: none; }
a:hover { text-decoration: underline; }
.reason { margin-top: .15rem; color: var(--soft); font-weight: 400; font-size: .82rem; }
.reason { overflow-wrap: anywhere; }
td.reason { margin: 0; text-align: left; white-space: normal; }
.total { font-weight: 700; }
.full { background: #cfead6; } .most { background: #fbf1c7; }
.some { background: #fbdcc0; } .none { background: #f6cfd0; }
.status { padding: .1rem .5rem; border-radius: 1rem; font-size: .82rem; background: #e4e8ed; }
.status.graded { background: #e3f1e7; } .status.not_graded { background: #1d2733; color: #fff; }
.legend { margin: 0 0 .7rem; }
.legend span { padding: .1rem .5rem; border-radius: 3px; font-size: .82rem; }
.made { color: var(--soft); font-size: .82rem; }
@media (max-width: 40rem) {
  body { margin: 1rem auto; padding: 0 .75rem; }
  th:first-child { min-width: 8.5rem; max-width: 8.5rem; overflow-wrap: anywhere; }
}
@media print {
  @page { size: A4 landscape; margin: 1cm; }
  html { font-size: 11px; }
  body { margin: 0; padding: 0; max-width: none; font-size: 11px; }
  dl, .legend { margin-bottom: .6rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .scroll { overflow: visible; border-radius: 0; }
  th, td { padding: .2rem .3rem; }
  th:first-child { position: static; min-width: 0; }
  tr { break-inside: avoid; } thead { display: table-header-group; } tfoot { display: table-row-group; }
  a { color: inherit; }
}
"""
