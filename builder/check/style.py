"""How the report page looks, on the screen and on A4 paper."""

STYLE = """
:root { color-scheme: light; --ink: #1d2733; --soft: #55626f; --line: #d8dfe6; --paper: #fff;
  --good: #1b6e3c; --good-paper: #eaf5ee; --bad: #a61b1b; --bad-paper: #fbecec; --odd: #8a5a00; --odd-paper: #fdf4e3; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: var(--ink);
  font: 15px/1.5 "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 0; }
p { margin: .3rem 0; }
code { font: .88em Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { margin: 1rem 0; padding: .9rem 1.2rem; border-radius: 6px; border: 1px solid; border-left-width: 6px; }
.verdict strong { font-size: 1.2rem; }
.good { color: var(--good); background: var(--good-paper); border-color: var(--good); }
.bad { color: var(--bad); background: var(--bad-paper); border-color: var(--bad); }
.verdict p { color: var(--ink); }
table { border-collapse: collapse; width: 100%; background: var(--paper); border: 1px solid var(--line); }
th, td { padding: .35rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { font-size: .85rem; color: var(--soft); font-weight: 600; }
.facts th { width: 12rem; color: var(--soft); font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.finding { background: var(--paper); border: 1px solid var(--line); border-left: 6px solid; border-radius: 6px;
  padding: .7rem 1rem; margin: .7rem 0; }
.error { border-left-color: var(--bad); } .warning { border-left-color: var(--odd); }
.hint { border-left-color: #7a8794; }
.finding ul { margin: .4rem 0; padding-left: 1.2rem; }
.mark { font-size: .8rem; font-weight: 600; text-transform: uppercase; letter-spacing: .04em; }
.mark.error { color: var(--bad); } .mark.warning { color: var(--odd); } .mark.hint { color: var(--soft); }
.cases { display: flex; flex-wrap: wrap; gap: .7rem; }
.case { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; }
.series { display: flex; flex-wrap: wrap; gap: .8rem; margin-top: .4rem; }
figure { margin: 0; width: 10.2rem; break-inside: avoid; font-size: .82rem; line-height: 1.35; }
figure img, figure .none { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #000;
  border-radius: 4px; }
figure .none { background: #e6ebf0; color: var(--soft); padding: 40% 1rem 0; text-align: center; }
figcaption { margin-top: .3rem; overflow-wrap: anywhere; }
.sign { display: grid; grid-template-columns: 2fr 1fr 2fr; gap: 1.5rem; margin-top: 1.2rem; }
.sign div { border-top: 1px solid var(--ink); padding-top: .2rem; margin-top: 2.6rem; font-size: .82rem;
  color: var(--soft); }
.choice { margin-top: .8rem; }
.box { display: inline-block; width: .9em; height: .9em; border: 1px solid var(--ink); vertical-align: -.1em;
  margin-right: .4em; }
.choice span + span { margin-left: 2rem; }
.checks { table-layout: fixed; margin-bottom: .7rem; }
.checks th:nth-child(2) { width: 17rem; } .checks th:nth-child(3) { width: 9rem; }
.checks td { padding: .2rem .8rem; font-size: .88rem; }
.checks td:last-child { white-space: nowrap; }
.ok { color: var(--good); }
@page { size: A4; margin: 16mm 14mm; font: 8pt "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #55626f;
  @bottom-right { content: "page " counter(page) " of " counter(pages); } }
@media print {
  body { background: #fff; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .finding li, .sign, .verdict, tr { break-inside: avoid; }
  .finding { font-size: 9pt; }
  .finding > .mark { display: block; break-after: avoid; }
  .finding > p, .finding > ul { break-before: avoid; }
  .checks { margin-bottom: 2mm; }
  .checks td { font-size: 8pt; line-height: 1.3; padding: .6mm 2mm; }
  .checks thead th { padding: 1mm 2mm; }
  .checks th:nth-child(2) { width: 50mm; } .checks th:nth-child(3) { width: 24mm; }
  h2, h3, .case > p { break-after: avoid; }
  figure { width: 27mm; font-size: 7.5pt; }
  .cases { gap: 2mm; }
  .series { gap: 2mm; }
  .case { break-inside: avoid-page; padding: 1.5mm 2mm; }
  .case > p { contain: inline-size; font-size: 8pt; line-height: 1.25; }
  .case > p strong { display: block; }
}
"""
